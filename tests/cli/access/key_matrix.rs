//! Every command with every kind of key, as table and JSON: access or the right refusal, and no patient data
//! that the key may not read.

use crate::access::{Locked, OF_THE_BOOK, OPEN, SCOPES, TRIED, furnished, ran};
use crate::support::views::{Appointment, Matrix};
use crate::support::{Clinic, Engine, Ran};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;
use std::thread;

/// Values for `NEEDS`: whether a doctor's key can run the command, and its scopes.
const OWN: bool = true;
const CLINICS: bool = false;

const READ: &str = "appointments:read";
const WRITE: &str = "appointments:write";
const OVERRIDE: &str = "appointments:override";
const ADMIN: &str = "admin";

/// The scopes of every command, and of options that need more. Add new commands here.
const NEEDS: &[(&[&str], bool, &[&str])] = &[
    (&[], CLINICS, &["init", "demo", "key scopes", "db path", "schema", "completions", "man", "help"]),
    (&[READ], OWN, &["today", "slots", "why", "show", "list", "count", "agenda", "queue", "late"]),
    (&[READ], OWN, &["series list", "series show", "waitlist list", "remind list", "remind preview"]),
    (
        &[READ],
        OWN,
        &["clinic list", "clinic show", "branch list", "branch show", "doctor list", "doctor show"],
    ),
    (&[READ], OWN, &["service list", "service show", "window list", "window show", "closure list"]),
    (&[READ], OWN, &["export ics", "export csv"]),
    (&[READ, WRITE], OWN, &["late --notify"]),
    (&[READ, "patients:reveal"], CLINICS, &["export csv --reveal"]),
    (
        &[WRITE],
        OWN,
        &["book", "reschedule", "cancel", "status", "update", "undo", "series cancel", "series move"],
    ),
    (&[WRITE], OWN, &["arrive", "start", "done", "noshow", "confirm", "next"]),
    (
        &[WRITE],
        OWN,
        &["waitlist add", "waitlist offer", "waitlist accept", "waitlist decline", "waitlist remove"],
    ),
    (&[WRITE, OVERRIDE], OWN, &["book --overbook", "reschedule --overbook", "reschedule --force"]),
    (&[WRITE, OVERRIDE], OWN, &["cancel --force", "status --force", "waitlist accept --force"]),
    (&[WRITE, OVERRIDE], OWN, &["series cancel --force", "series move --force"]),
    (
        &["reports:read"],
        CLINICS,
        &["report overview", "report utilisation", "report no-shows", "report volume"],
    ),
    (&["messages:send"], CLINICS, &["remind due", "remind retry", "webhook deliver", "cron"]),
    (&["replies:write"], CLINICS, &["reply", "listen", "inbox done", "inbox answer"]),
    (&["replies:read"], CLINICS, &["inbox list"]),
    (&["patients:read"], CLINICS, &["find", "patient list", "patient find", "patient show"]),
    (&["patients:read", "patients:reveal"], CLINICS, &["patient show --reveal"]),
    (&["patients:write"], CLINICS, &["patient add", "patient set", "patient merge"]),
    (&["patients:reveal"], CLINICS, &["patient export", "export fhir", "export fhir --reveal"]),
    (&[ADMIN], CLINICS, &["remind templates check", "remind templates set", "patient erase"]),
    (
        &[ADMIN],
        CLINICS,
        &["clinic add", "clinic use", "clinic set", "branch add", "branch set", "branch remove"],
    ),
    (&[ADMIN], CLINICS, &["setup", "doctor add", "doctor set", "doctor remove"]),
    (&[ADMIN], CLINICS, &["service add", "service set", "service remove"]),
    (&[ADMIN], CLINICS, &["window add", "window set", "window open", "window close", "window remove"]),
    (&[ADMIN], CLINICS, &["closure add", "closure remove", "import csv", "import ics", "import fhir"]),
    (&[ADMIN], CLINICS, &["webhook add", "webhook list", "webhook show", "webhook set", "webhook remove"]),
    (&[ADMIN], CLINICS, &["webhook rotate", "webhook test", "webhook log", "webhook replay"]),
    (&[ADMIN], CLINICS, &["key create", "key list", "key show", "key revoke", "key rotate"]),
    (&[ADMIN], CLINICS, &["audit log", "audit verify", "db info", "db check", "db copy", "db purge"]),
    (&[ADMIN], CLINICS, &["db backup", "db rezone", "db restore", "db rotate-secret", "db scrub"]),
];

/// JSON bodies for the commands that accept JSON.
const BODIES: [(&str, &str); 6] = [
    (
        "book",
        r#"{"doctor_id":"GARCIA","date":"2026-06-16","start_time":"14:00","patient_name":"Ida",
      "patient_phone":"7700-2001"}"#,
    ),
    ("reschedule VISIT", r#"{"date":"2026-06-23","start_time":"12:00"}"#),
    ("status VISIT", r#"{"status":"confirmed"}"#),
    ("update VISIT", r#"{"notes":"y"}"#),
    ("cancel OTHER", r#"{"reason":"x"}"#),
    ("reply", r#"{"from":"7700-1001","text":"hola","id":"B1"}"#),
];

/// Texts that reveal Dr. Ruiz's patients, and texts that reveal others.
const OTHERS: [&str; 6] = ["Zoila", "Quiñónez", "77659999", "7765-9999", "zoila@", "87654321"];
const ANYBODYS: [&str; 6] = ["Ana Sol", "77000001", "12345678", "77000031", "77000041", "77001001"];

/// A key and its scopes; `None` for an invalid key.
struct Holder {
    name: String,
    key: String,
    scopes: Option<Vec<&'static str>>,
    is_doctors: bool,
}

/// The outcome of a command with a key.
#[derive(Debug, PartialEq)]
enum Outcome {
    LetIn,
    Refused(&'static str, Option<&'static str>),
}

impl Holder {
    fn meets(&self, needs: &[&'static str], doctors_can: bool) -> Outcome {
        let Some(scopes) = &self.scopes else { return Outcome::Refused("UNAUTHORIZED", None) };
        let lacks = |need: &&&str| !scopes.contains(*need) && !scopes.contains(&ADMIN);
        match needs.iter().find(lacks) {
            Some(missing) => Outcome::Refused("INSUFFICIENT_SCOPE", Some(missing)),
            None if self.is_doctors && !doctors_can => Outcome::Refused("FORBIDDEN", None),
            None => Outcome::LetIn,
        }
    }

    /// Texts that the key's owner must not see.
    fn unknown(&self) -> Vec<&'static str> {
        let may_read =
            |scope: &&str| ["appointments:read", "patients:read", "patients:reveal", ADMIN].contains(scope);
        let reads = self.scopes.as_ref().is_some_and(|scopes| scopes.iter().any(may_read));
        match (reads, self.is_doctors) {
            (true, false) => Vec::new(),
            (true, true) => OTHERS.to_vec(),
            (false, _) => [OTHERS, ANYBODYS].concat(),
        }
    }
}

/// One key of each kind.
fn holders(locked: &Locked) -> Vec<Holder> {
    let holder = |name: &str, key: String, scopes: Option<Vec<&'static str>>| Holder {
        name: name.to_owned(),
        key,
        scopes,
        is_doctors: name.contains("doctor"),
    };
    let expired = locked.key("--scope admin --code EXPIRED");
    let past =
        "UPDATE keys SET created_at = created_at - 9, expires_at = created_at - 5 WHERE code = 'EXPIRED'";
    locked.clinic.place().run(past).unwrap();
    let revoked = locked.key("--scope admin --code REVOKED");
    locked.does("key revoke REVOKED");
    let mut holders = vec![
        holder("none", String::new(), None),
        holder("wrong", "turno_key_0123456789".to_owned(), None),
        holder("expired", expired, None),
        holder("revoked", revoked, None),
        holder("a doctor's", locked.key("--scope admin --doctor GARCIA"), Some(vec![ADMIN])),
    ];
    let alone = SCOPES.into_iter().map(|scope| {
        let key = locked.key(&format!("--scope {scope}"));
        holder(scope, key, Some(vec![scope]))
    });
    holders.extend(alone);
    holders
}

/// All commands without subcommands, from the help, and whether they accept JSON.
fn commands(command: &clap::Command, path: &str) -> Vec<(String, bool)> {
    let mut below =
        command.get_subcommands().filter(|sub| sub.get_name() != "help" || path.is_empty()).peekable();
    if below.peek().is_none() {
        return vec![(path.trim().to_owned(), command.get_arguments().any(|arg| arg.get_id() == "input"))];
    }
    below.flat_map(|sub| commands(sub, &format!("{path} {}", sub.get_name()))).collect()
}

/// A key, a command line, its body and the expected outcome.
struct Case<'h> {
    holder: &'h Holder,
    line: String,
    body: &'static str,
    expected: Outcome,
}

impl Case<'_> {
    /// Runs the case and returns a problem, if any.
    fn tried(&self, clinic: &Clinic) -> Option<String> {
        let ran = match self.body {
            "" => ran(clinic, &self.holder.key, &self.line),
            body => fed(clinic, &self.holder.key, &self.line, body),
        };
        let said = ran.stdout() + &ran.stderr();
        let told =
            self.holder.unknown().into_iter().find(|mark| said.contains(mark) && !self.line.contains(mark));
        let wrong = match (&self.expected, told) {
            (_, Some(mark)) => Some(format!("tells {mark}")),
            (Outcome::LetIn, _) if ran.exit == Some(6) => Some("is refused".to_owned()),
            (Outcome::Refused(code, missing), _) => {
                (!self.is_refused(&ran, code, *missing)).then(|| format!("is not {code} {missing:?}"))
            }
            _ => None,
        };
        wrong.map(|wrong| format!("turno {} with the key `{}` {wrong}: {said}", self.line, self.holder.name))
    }

    fn is_refused(&self, ran: &Ran, code: &str, missing: Option<&str>) -> bool {
        if ran.exit != Some(6) || !ran.stdout.is_empty() {
            return false;
        }
        if !self.line.ends_with("--json") {
            return missing.is_none_or(|scope| ran.stderr().contains(scope));
        }
        let line: serde_json::Value = serde_json::from_slice(&ran.stderr).unwrap();
        let details = match missing {
            Some(scope) => serde_json::json!({ "required": scope }),
            None => serde_json::json!({}),
        };
        line["error"]["code"] == code && line["error"]["details"] == details
    }
}

fn fed(clinic: &Clinic, key: &str, line: &str, body: &str) -> Ran {
    let mut process = clinic.process(line);
    process.env("TURNO_KEY", key).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = process.spawn().unwrap();
    // A refused command may close its stdin without reading.
    let _ = child.stdin.take().unwrap().write_all(body.as_bytes());
    Ran::of(line, child.wait_with_output().unwrap())
}

/// Runs the cases in `at_once` threads.
fn all(clinic: &Clinic, cases: &[Case<'_>], at_once: usize) {
    let each = cases.len().div_ceil(at_once).max(1);
    let wrong: Vec<String> = thread::scope(|scope| {
        let part =
            |cases: &'_ [Case<'_>]| cases.iter().filter_map(|case| case.tried(clinic)).collect::<Vec<_>>();
        let parts: Vec<_> = cases.chunks(each).map(|cases| scope.spawn(move || part(cases))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_command_meets_every_kind_of_key() {
    let locked = furnished();
    for line in [
        "window add --doctor RUIZ --branch main --days mon-fri --from 09:00 --to 17:00",
        "patient add --name 'Zoila Quiñónez' --phone 7765-9999 --code ZOILA --email zoila@example.org \
         --national-id 87654321-0",
        "book --doctor RUIZ --date 2026-06-15 --time 09:00 --patient ZOILA",
        "waitlist add --doctor RUIZ --patient ZOILA",
        "closure add --doctor RUIZ --date 2026-09-01 --reason 'Con Zoila'",
    ] {
        locked.does(line);
    }
    let needs: BTreeMap<&str, (&[&'static str], bool)> = NEEDS
        .iter()
        .flat_map(|(scopes, doctors_can, names)| names.iter().map(|name| (*name, (*scopes, *doctors_can))))
        .collect();
    let tree = commands(&turno::commands::command(), "");
    let named: BTreeSet<&str> = tree.iter().map(|(name, _)| name.as_str()).collect();
    let expected: BTreeSet<&str> = needs.keys().filter(|name| !name.contains(" --")).copied().collect();
    assert_eq!(named, expected, "each command has its word in NEEDS");
    let fed: BTreeSet<&str> =
        tree.iter().filter(|(_, takes_json)| *takes_json).map(|(name, _)| name.as_str()).collect();
    let sent: BTreeSet<&str> = BODIES.iter().filter_map(|(line, _)| line.split(' ').next()).collect();
    assert_eq!(fed, sent, "each command with --input has its body");
    let matrix: Matrix = locked.ran("", "key scopes --json").exits(0).json();
    assert_eq!(matrix.total, needs.len(), "`key scopes` tells of the same");

    let visits = ["10:00", "11:00", "12:00"].map(|time| {
        let line = format!(
            "book --doctor GARCIA --date 2026-06-15 --time {time} --name Uno --phone 7700-1{}01 --json",
            &time[1..2]
        );
        locked.ran(&locked.admin, &line).exits(0).json::<Appointment>().code
    });
    let here = format!("'{}'", locked.clinic.place().name());
    let filled = |line: &str| {
        let line =
            line.replace("VISIT", &visits[0]).replace("OTHER", &visits[1]).replace("THIRD", &visits[2]);
        line.replace("HERE", &here)
    };
    let holders = holders(&locked);
    // The backup for `db restore` contains the same keys.
    locked.does("db backup made.db");
    let mut cases = Vec::new();
    let open = OPEN.iter().map(|(name, line, _)| (*name, *line));
    let tried = TRIED.iter().chain(&OF_THE_BOOK).copied().chain(open).filter(|(_, line)| !line.is_empty());
    for (row, (name, line)) in tried.enumerate() {
        let (scopes, doctors_can) = needs[name];
        for (column, holder) in holders.iter().enumerate() {
            for (number, face) in ["", " --json"].into_iter().enumerate() {
                let expected =
                    if scopes.is_empty() { Outcome::LetIn } else { holder.meets(scopes, doctors_can) };
                // Of refusals, test only half of the combinations: every row and key meets both formats.
                if expected == Outcome::LetIn || (row + column + number) % 2 == 0 {
                    cases.push(Case { holder, line: filled(line) + face, body: "", expected });
                }
            }
        }
    }
    for (line, body) in BODIES {
        let (scopes, doctors_can) = needs[line.split(' ').next().unwrap()];
        for holder in &holders {
            let expected = holder.meets(scopes, doctors_can);
            cases.push(Case { holder, line: filled(line) + " --input - --json", body, expected });
        }
    }
    if crate::ENGINE == Engine::Postgres {
        // The check of keys is the same code, and runs are slow here, so test a third.
        cases = cases.into_iter().step_by(3).collect();
    }
    // Refused commands change nothing, so run them first and in parallel.
    let (refused, let_in): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.expected != Outcome::LetIn);
    assert!(refused.len() > 400 && let_in.len() > 100, "{} and {}", refused.len(), let_in.len());
    let before = locked.content();
    all(&locked.clinic, &refused, 4);
    assert_eq!(locked.content(), before, "what was refused changed nothing");
    all(&locked.clinic, &let_in, 1);
}
