//! Which functions the desk's commands go through, for `.cargo/order.txt`: the linker puts these side by
//! side, so that the system reads in little else.

use crate::books::{Book, DOCTOR, MONDAY, NOW};
use crate::floor;
use crate::instructions::under_callgrind;
use crate::plan::Result;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// Appointments in the book.
const SIZE: u32 = 1_000;
const PHONE: &str = "+50370123456";
const NINE: &str = "2026-07-01T09:00:00-06:00";
const TEN: &str = "2026-07-01T10:00:00-06:00";
/// What a script and what a person asks and does, one on the work of the other, those first for whom it counts most, 64
/// at most; `CODE` is the appointment's that the first `book` among them made.
const COMMANDS: [&[&str]; 27] = [
    &["count", "--json"],
    &["remind", "due", "--json"],
    &["agenda", "--week", "--doctor", DOCTOR, "--json"],
    &["slots", "--doctor", DOCTOR, "--date", MONDAY, "--json"],
    &["list", "--date", MONDAY, "--json"],
    &["list", "--date", MONDAY],
    &["slots", "--doctor", DOCTOR, "--date", MONDAY],
    &["why", DOCTOR, NINE, "--json"],
    &["book", "--doctor", "D009", "--at", NINE, "--name", "Eva Sol", "--phone", PHONE],
    &["book", "--doctor", "D008", "--at", TEN, "--name", "Eva Sol", "--phone", PHONE, "--json"],
    &["agenda", "--week", "--doctor", DOCTOR],
    &["--version"],
    &["slots", "--first", "1", "--json"],
    &["report", "volume", "--from", "2026-06-01", "--to", "2026-06-14", "--json"],
    &["today"],
    &["patient", "find", "Ana", "--json"],
    &["today", "--json"],
    &["patient", "find", "Ana"],
    &["book", "--input", "two.json", "--json"],
    &["show", "CODE", "--json"],
    &["show", "CODE"],
    &["reschedule", "CODE", "--at", TEN, "--reason", "later", "--json"],
    &["update", "CODE", "--notes", "calls back", "--json"],
    &["cancel", "CODE", "--reason", "ill", "--json"],
    &["undo", "--yes", "--json"],
    &["remind", "list", "--json"],
    &["remind", "due", "--json"],
];
const TWO: &str = r#"{"doctor_id":"D007","slot_start":"2026-07-02T09:00:00-06:00",
"patient_name":"Ana Paz","patient_phone":"+50370123457"}
{"doctor_id":"D007","slot_start":"2026-07-02T10:00:00-06:00","patient_name":"Noé Paz","patient_phone":"+50370123458"}
"#;

/// Prints the functions' names: all that the first command goes through, then what the second does besides, and so
/// on; and within each of these again, by the commands behind it. So the first ones lie within a few pages, and none
/// has them all over the place. What most go through first, and then those that fewer do, left a list with
/// twice as many pieces of the file to be shown as it has need of.
///
/// # Errors
/// Where a command fails, or nobody can say where its functions lie.
pub(crate) fn run(map: &Path) -> Result<()> {
    let map = fs::read_to_string(map)?;
    let functions = functions(&map);
    let copied = Book::kept(SIZE)?.copied(&floor::kept(SIZE)?)?;
    fs::write(copied.book.folder.join("two.json"), TWO)?;
    let mut uses: BTreeMap<u64, u64> = BTreeMap::new();
    let mut code = String::new();
    for (number, words) in COMMANDS.iter().enumerate() {
        let words: Vec<&str> = words.iter().map(|&word| if word == "CODE" { &code } else { word }).collect();
        for at in gone_through(&copied.book, &words)? {
            if let Some((&start, (end, _))) = functions.range(..=at).next_back()
                && at < *end
            {
                *uses.entry(start).or_default() |= 1 << (63 - number);
            }
        }
        if code.is_empty() && words[0] == "book" {
            code = code_of(&copied.book)?;
        }
    }
    if uses.is_empty() {
        return Err("the map is of another program, or the system moved it".into());
    }
    let mut uses: Vec<(u64, u64)> = uses.into_iter().collect();
    uses.sort_by_key(|&(start, by)| (Reverse(by), start));
    for name in uses.iter().map(|(start, _)| functions[start].1) {
        println!("{name}");
        siblings(name).iter().for_each(|name| println!("{name}"));
    }
    Ok(())
}

/// What the C library has for newer processors in the place of such a function: callgrind's has AVX2 and no more.
fn siblings(name: &str) -> Vec<String> {
    let own = name.strip_prefix("__").and_then(|own| own.split_once("_avx"));
    let Some((stem, rest)) = own else { return Vec::new() };
    let kind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    ["evex", "avx512"].map(|newer| format!("__{stem}_{newer}{kind}")).to_vec()
}

/// Where the instructions lie that a command goes through.
fn gone_through(book: &Book, words: &[&str]) -> Result<Vec<u64>> {
    let file = book.folder.join("callgrind.out");
    let out = format!("--callgrind-out-file={}", file.display());
    let options = [&out, "--dump-instr=yes", "--dump-line=no", "--compress-pos=no"];
    let mut command = book.turno(NOW, words);
    // Who it is is asked of the system, as at a desk.
    under_callgrind(command.env_remove("TURNO_ACTOR"), &options)?;
    let costs = fs::read_to_string(&file)?;
    let address = |line: &str| u64::from_str_radix(line.strip_prefix("0x")?.split(' ').next()?, 16).ok();
    Ok(costs.lines().filter_map(address).collect())
}

/// The code of the appointment that was made.
fn code_of(book: &Book) -> Result<String> {
    let mut list = book.turno(NOW, &["list", "--patient", PHONE, "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&list.stdout(Stdio::piped()).output()?.stdout)?;
    let code = listed["appointments"][0]["code"].as_str();
    Ok(code.ok_or("nothing was booked")?.to_owned())
}

/// Where each function begins and ends, with its name, as the linker's map says: each is a section of its
/// own, which is named after it. Those of the system's libraries share one for each of their objects, which goes by
/// the first.
fn functions(map: &str) -> BTreeMap<u64, (u64, &str)> {
    let mut functions = BTreeMap::new();
    let mut object = None;
    for line in map.lines() {
        if let Some((start, end)) = object.take() {
            functions.insert(start, (end, line.trim_start().rsplit(' ').next().unwrap_or_default()));
        } else if let Some((place, section)) = line.rsplit_once(":(.text") {
            let mut numbers = place.split_whitespace().map_while(|word| u64::from_str_radix(word, 16).ok());
            let (Some(start), Some(size)) = (numbers.next(), numbers.nth(1)) else { continue };
            if place.contains("libc.a(") || section == ")" {
                object = (size > 0).then_some((start, start + size));
            } else if let Some(name) = section.strip_prefix('.').and_then(|name| name.strip_suffix(')')) {
                let hinted = ["unlikely.", "hot."].iter().find_map(|kind| name.strip_prefix(kind));
                functions.insert(start, (start + size, hinted.unwrap_or(name)));
            }
        }
    }
    functions
}
