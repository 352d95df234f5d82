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
/// What a script and what a person asks; the book stays as it is.
const ASKED: [&[&str]; 16] = [
    &["--version"],
    &["count", "--json"],
    &["remind", "due", "--json"],
    &["slots", "--doctor", DOCTOR, "--date", MONDAY, "--json"],
    &["slots", "--doctor", DOCTOR, "--date", MONDAY],
    &["slots", "--first", "1", "--json"],
    &["list", "--date", MONDAY, "--json"],
    &["list", "--date", MONDAY],
    &["agenda", "--week", "--doctor", DOCTOR, "--json"],
    &["agenda", "--week", "--doctor", DOCTOR],
    &["today"],
    &["today", "--json"],
    &["patient", "find", "Ana", "--json"],
    &["patient", "find", "Ana"],
    &["why", DOCTOR, NINE, "--json"],
    &["report", "volume", "--from", "2026-06-01", "--to", "2026-06-14", "--json"],
];
/// What is done, one on the work of the other; `CODE` is the appointment's of the first.
const DONE: [&[&str]; 11] = [
    &["book", "--doctor", "D009", "--at", NINE, "--name", "Eva Sol", "--phone", PHONE, "--json"],
    &["book", "--doctor", "D008", "--at", TEN, "--name", "Eva Sol", "--phone", PHONE],
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

/// Prints the functions' names, those first that most commands go through.
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
    for (number, words) in ASKED.iter().chain(&DONE).enumerate() {
        let words: Vec<&str> = words.iter().map(|&word| if word == "CODE" { &code } else { word }).collect();
        for at in gone_through(&copied.book, &words)? {
            if let Some((&start, (end, _))) = functions.range(..=at).next_back()
                && at < *end
            {
                *uses.entry(start).or_default() |= 1 << number;
            }
        }
        if number == ASKED.len() {
            code = code_of(&copied.book)?;
        }
    }
    if uses.is_empty() {
        return Err("the map is of another program, or the system moved it".into());
    }
    let mut uses: Vec<(u64, u64)> = uses.into_iter().collect();
    uses.sort_by_key(|&(start, by)| (Reverse(by.count_ones()), by, start));
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
    under_callgrind(&book.turno(NOW, words), &options)?;
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
/// own, which is named after it. Those of the C library share one for each of its objects, which goes by the first.
fn functions(map: &str) -> BTreeMap<u64, (u64, &str)> {
    let mut functions = BTreeMap::new();
    let mut object = None;
    for line in map.lines() {
        if let Some((start, end)) = object.take() {
            functions.insert(start, (end, line.trim_start().rsplit(' ').next().unwrap_or_default()));
        } else if let Some((place, section)) = line.rsplit_once(":(.text") {
            let mut numbers = place.split_whitespace().map_while(|word| u64::from_str_radix(word, 16).ok());
            let (Some(start), Some(size)) = (numbers.next(), numbers.nth(1)) else { continue };
            if place.contains("libc.a(") {
                object = (size > 0).then_some((start, start + size));
            } else if let Some(name) = section.strip_prefix('.').and_then(|name| name.strip_suffix(')')) {
                let hinted = ["unlikely.", "hot."].iter().find_map(|kind| name.strip_prefix(kind));
                functions.insert(start, (start + size, hinted.unwrap_or(name)));
            }
        }
    }
    functions
}
