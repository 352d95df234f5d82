//! Random commands with hostile names in JSON, tables, files, configuration, environment and arguments: no
//! output may contain terminal control codes, and nothing may crash.
//!
//! `TURNO_FUZZ_CASES=N` sets the number of cases, `TURNO_SEED=N` the seed. A failing case prints its own
//! seed.

use crate::support::{Clinic, words};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStringExt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Default number of cases.
const CASES: u64 = 600;

/// Parts of hostile names: control codes, hiding or overwriting characters, and bytes that break parsers.
const PIECES: [&str; 44] = [
    "\u{1b}[2J",
    "\u{1b}]0;x\u{7}",
    "\u{1b}]8;;https://example.org\u{1b}\\",
    "\u{1b}[31m",
    "\u{1b}",
    "\u{7}",
    "\u{8}\u{8}",
    "\u{7f}",
    "\u{85}",
    "\u{90}q\u{9c}",
    "\u{9b}31m",
    "\u{202a}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{200e}",
    "\u{200f}",
    "\u{61c}",
    "\u{2028}",
    "\u{2029}",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}",
    "\r",
    "\n",
    "\t",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "=",
    ",",
    "%",
    "://",
    "@",
    "ñ",
    "日本",
    "name",
    "doctor_id",
    "x",
    " ",
];

/// A random number generator whose seed fixes the sequence.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// A hostile name; file names contain no slash.
    fn name(&mut self) -> String {
        let mut name: String = (0..1 + self.below(6)).map(|_| self.one_of(&PIECES)).collect();
        if self.below(40) == 0 {
            name = name.repeat(300);
        }
        name
    }

    fn file_name(&mut self) -> String {
        self.name().replace('/', "_").chars().take(60).collect()
    }

    /// A name as a JSON string, which TOML reads almost the same way.
    fn quoted(&mut self) -> String {
        serde_json::to_string(&self.name().replace('\u{7f}', "")).unwrap()
    }
}

/// A command line with its input.
#[derive(Debug, Default)]
struct Case {
    args: Vec<OsString>,
    stdin: Vec<u8>,
    environment: Vec<(&'static str, String)>,
    /// A file that the command reads.
    file: Option<(String, Vec<u8>)>,
}

impl Case {
    fn new(line: &str, more: impl IntoIterator<Item = String>) -> Case {
        let args = words(line).into_iter().chain(more).map(OsString::from).collect();
        Case { args, ..Case::default() }
    }

    fn fed(self, stdin: impl Into<Vec<u8>>) -> Case {
        Case { stdin: stdin.into(), ..self }
    }
}

fn case(chance: &mut Chance) -> Case {
    let mut case = match chance.below(8) {
        0 | 1 => body(chance),
        2 => table(chance),
        3 => file(chance),
        4 => configuration(chance),
        5 => environment(chance),
        6 => other_formats(chance),
        _ => typed(chance),
    };
    match chance.below(5) {
        0 | 1 => case.args.push("--json".into()),
        2 => case.args.extend(["--color", "always"].map(OsString::from)),
        3 => case.environment.push(("LC_ALL", "es_SV.UTF-8".into())),
        _ => {}
    }
    case
}

/// JSON with hostile keys.
fn body(chance: &mut Chance) -> Case {
    let mut text = String::new();
    for _ in 0..1 + chance.below(3) {
        text.push('{');
        for n in 0..1 + chance.below(4) {
            let (name, value) = (chance.quoted(), chance.quoted());
            let value = match chance.below(4) {
                0 => value,
                1 => "1".into(),
                2 => format!("[{value}]"),
                _ => format!("{{{value}:null}}"),
            };
            let comma = if n > 0 { "," } else { "" };
            write!(text, "{comma}{name}:{value}").unwrap();
        }
        let known = chance.one_of(&["doctor_id", "date", "time", "patient_name", "status", "notes"]);
        writeln!(text, ",\"{known}\":{}}}", chance.quoted()).unwrap();
    }
    if chance.below(6) == 0 {
        text.truncate(text.char_indices().nth(chance.below(text.chars().count())).map_or(0, |(at, _)| at));
    }
    let command = ["book", "book", "update K7QF3M", "status K7QF3M", "cancel K7QF3M", "reschedule K7QF3M"];
    Case::new(&format!("{} --input -", chance.one_of(&command)), []).fed(text)
}

/// A table with hostile columns.
fn table(chance: &mut Chance) -> Case {
    let cell = |chance: &mut Chance| format!("\"{}\"", chance.name().replace('"', "\"\""));
    let mut text = if chance.below(3) > 0 { "name,phone,".to_owned() } else { String::new() };
    let columns: Vec<String> = (0..1 + chance.below(3)).map(|_| cell(chance)).collect();
    text += &columns.join(",");
    for _ in 0..chance.below(4) {
        write!(text, "\n{},{},{}", cell(chance), cell(chance), cell(chance)).unwrap();
    }
    let kind = chance.one_of(&["patients", "appointments"]);
    let mut more = Vec::new();
    if chance.below(2) == 0 {
        more = vec!["--map".into(), format!("{}={}", chance.one_of(&["name", "phone"]), chance.name())];
    } else if chance.below(2) == 0 {
        more = vec!["--map".into(), chance.name()];
    }
    let dry_run = chance.one_of(&["--dry-run", ""]);
    Case::new(&format!("import csv {kind} - {dry_run}"), more).fed(text)
}

/// Files with hostile names.
fn file(chance: &mut Chance) -> Case {
    let name = chance.file_name();
    let content = chance.name().into_bytes();
    let mut path = match chance.below(3) {
        0 => name.clone(),
        1 => format!("nowhere/{name}"),
        _ => format!("./{name}"),
    };
    let line = chance.one_of(&[
        "book --input",
        "update K7QF3M --input",
        "import csv patients",
        "import ics --as closures --doctor GARCIA",
        "import fhir",
        "db restore --yes",
        "db backup",
        "db copy",
        "export csv doctors --out",
        "export ics --out",
        "remind templates check",
        "remind templates set",
        "list --db",
        "db check --db",
    ]);
    path.truncate(200.min(path.len()));
    let mut made = Case::new(line, []);
    let mut path = path.into_bytes();
    if chance.below(6) == 0 {
        path.push(0xff);
    }
    made.args.push(OsString::from_vec(path));
    made.file = Some((name, content)).filter(|_| chance.below(2) == 0);
    made
}

/// A configuration with hostile keys.
fn configuration(chance: &mut Chance) -> Case {
    let (key, value) = (chance.quoted(), chance.quoted());
    let text = match chance.below(8) {
        0 => format!("{key} = {value}"),
        1 => format!("[{key}]\n{value} = 1"),
        2 => format!("[channels.{key}]\nkind = \"smtp\"\n{value} = 1"),
        3 => format!("[channels.sms]\nkind = {value}"),
        4 => format!("[channels.sms]\nkind = \"command\"\nprogram = [{value}]"),
        5 => format!("clinic = {value}"),
        6 => format!("db = {value}"),
        _ => chance.name(),
    };
    let mut made = Case::new(chance.one_of(&["list", "remind due", "doctor list", "db info", "cron"]), []);
    made.environment.push(("TURNO_CONFIG", "fuzzed.toml".into()));
    made.file = Some(("fuzzed.toml".into(), text.into_bytes()));
    made
}

/// An environment with hostile values.
fn environment(chance: &mut Chance) -> Case {
    const NAMES: [&str; 18] = [
        "TURNO_DB",
        "TURNO_CLINIC",
        "TURNO_BRANCH",
        "TURNO_CONFIG",
        "TURNO_SECRET_FILE",
        "TURNO_ACTOR",
        "TURNO_KEY",
        "TURNO_KEY_FILE",
        "TURNO_NOW",
        "TURNO_NO_INPUT",
        "TURNO_FORMAT",
        "TURNO_COMPLETE",
        "TZDIR",
        "LANG",
        "TERM",
        "COLUMNS",
        "PGUSER",
        "TMPDIR",
    ];
    let line = chance.one_of(&[
        "list",
        "doctor list",
        "patient add --name Ana --phone 7012-3456",
        "audit log --limit 5",
        "db info",
        "today",
        "export csv doctors --out out.csv --force",
        "clinic show",
    ]);
    let mut made = Case::new(line, []);
    for _ in 0..1 + chance.below(2) {
        let name = NAMES[chance.below(NAMES.len())];
        let prefix = chance.one_of(&[
            "",
            "",
            "postgres://a:b@127.0.0.1:1/?connect_timeout=1",
            "/nowhere/",
            "2026-06-01T08:00:00-06:00",
        ]);
        made.environment.push((name, format!("{prefix}{}", chance.name())));
    }
    made
}

/// Calendars and bundles with hostile names.
fn other_formats(chance: &mut Chance) -> Case {
    if chance.below(2) == 0 {
        let (name, value) = (chance.name(), chance.name());
        let line = match chance.below(4) {
            0 => format!("{name}:{value}"),
            1 => format!("SUMMARY;{name}=x:{value}"),
            2 => format!("DTSTART;TZID={name}:20260615T090000"),
            _ => format!("RRULE:{name}"),
        };
        let seconds = chance.one_of(&["PT0S", "PT1S", "PT59S", "PT1H", "P1D"]);
        let text = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{value}\r\nDTSTART:20260615T150000Z\r\nDURATION:{seconds}\r\n{line}\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let how = chance.one_of(&["closures", "appointments"]);
        return Case::new(&format!("import ics - --as {how} --doctor GARCIA"), []).fed(text);
    }
    let (name, value) = (chance.quoted(), chance.quoted());
    let (kind, field) =
        (chance.quoted(), chance.one_of(&["name", "telecom", "identifier", "status", "start"]));
    let kind = if chance.below(2) == 0 { kind } else { "\"Patient\"".into() };
    let text = format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",{name}:{value},\"entry\":[{{\"resource\":{{\"resourceType\":{kind},\
         {name}:{value},\"{field}\":{value}}}}}]}}"
    );
    Case::new("import fhir -", []).fed(text)
}

/// Hostile arguments.
fn typed(chance: &mut Chance) -> Case {
    let (name, value) = (chance.name(), chance.name());
    match chance.below(8) {
        0 => Case::new("list", [format!("--{name}")]),
        1 => Case::new("list", [format!("--{name}={value}")]),
        2 => Case::new("", [name, value]),
        3 => Case::new("clinic set", [name, value]),
        4 => Case::new("book", [name, "tomorrow".into(), "9".into(), value, "7012-3456".into()]),
        5 => Case::new("list --status", [name]),
        6 => Case::new("book --doctor GARCIA --date", [name, "--time".into(), value]),
        _ => Case::new(
            chance.one_of(&["show", "cancel", "patient show", "patient find", "slots --doctor"]),
            [name],
        ),
    }
}

/// Whether a terminal obeys or hides the character.
fn is_raw(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text without turno's own colour codes.
fn uncoloured(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let digits = behind.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(behind.len());
        match behind[digits..].strip_prefix('m') {
            Some(behind) => rest = behind,
            None => {
                plain.push_str("\u{1b}[");
                rest = behind;
            }
        }
    }
    plain + rest
}

/// Runs a case and returns a problem, if any.
fn wrong(clinic: &Clinic, case: &Case) -> Option<String> {
    let folder = clinic.home().join("cases");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    if let Some((name, content)) = &case.file {
        // Ignore errors: some names are impossible.
        let _ = std::fs::write(folder.join(name), content);
    }
    let mut command = clinic.command();
    command.current_dir(&folder).timeout(std::time::Duration::from_secs(60));
    let without_nul = |text: &str| text.replace('\0', "");
    command.envs(case.environment.iter().map(|(name, value)| (name, without_nul(value))));
    let output = command.args(&case.args).write_stdin(case.stdin.clone()).output().unwrap();
    let has = |flag: &str| case.args.iter().any(|arg| arg == flag);
    let (Ok(stdout), Ok(stderr)) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr))
    else {
        return Some("what it says is no UTF-8".into());
    };
    let said = || format!("\n{stdout:?}\n{stderr:?}");
    match output.status.code() {
        Some(0 | 2..=8 | 130) => {}
        other => return Some(format!("it ends with {other:?}{}", said())),
    }
    if stderr.contains("panicked") || stderr.contains("INTERNAL") {
        return Some(format!("it falls over{}", said()));
    }
    let plain = |text: &str| if has("always") { uncoloured(text) } else { text.to_owned() };
    for (which, text) in [("stdout", &stdout), ("stderr", &stderr)] {
        if let Some(raw) = plain(text).chars().find(|c| is_raw(*c)) {
            return Some(format!("{raw:?} is raw on {which}{}", said()));
        }
    }
    let is_json =
        |text: &str| text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
    // `--json` may be the value of a preceding flag.
    let json = case.args.last().is_some_and(|arg| arg == "--json");
    let completes = case.environment.iter().any(|(name, _)| *name == "TURNO_COMPLETE");
    if json && !completes && !is_json(&stdout) {
        return Some(format!("it is no JSON{}", said()));
    }
    if json && !completes && output.status.code() != Some(0) && !stderr.is_empty() {
        let refusal = stderr.lines().next_back().unwrap_or_default();
        if !is_json(refusal) {
            return Some(format!("the refusal is no JSON{}", said()));
        }
    }
    None
}

#[test]
fn commands_with_hostile_names_are_answered_or_refused_and_command_no_terminal() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("TURNO_FUZZ_CASES").unwrap_or(CASES);
    let seed = number("TURNO_SEED").unwrap_or(20_260_601);
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let clinic = Clinic::open();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= cases {
                        break;
                    }
                    let own = seed.wrapping_add(number);
                    let case = case(&mut Chance(own.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
                    if let Some(wrong) = wrong(&clinic, &case) {
                        panic!("TURNO_SEED={own} TURNO_FUZZ_CASES=1: {wrong}\n{case:?}");
                    }
                }
                clinic.is_sound();
            });
        }
    });
}
