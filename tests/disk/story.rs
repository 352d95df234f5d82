//! Writing commands, and the book's content after them.

use crate::shim;
use crate::support::{Clinic, MONDAY, Place, cluster, words};
use std::path::Path;
use turno::app::upkeep::{check, rotate};
use turno::app::{Context, Env};
use turno::domain::time::Instant;
use turno::platform::secrets::Secrets;
use turno::platform::zones::Zones;
use turno::store::{Location, Store};

/// A writing command and its standard input.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    pub line: &'static str,
    pub stdin: &'static str,
    /// Whether the command makes a single commit, so that all of its changes exist or none.
    pub at_once: bool,
}

const fn deed(line: &'static str) -> Deed {
    Deed { line, stdin: "", at_once: true }
}

/// One command of each kind; each can run on the book of [`begun`], alone or after the others.
pub const DEEDS: [Deed; 28] = [
    deed(
        "book --doctor GARCIA --date 2026-06-03 --time 09:00 --name 'Ana Nueva' --phone 7700-0001 --national-id 01234567-8",
    ),
    deed("book --doctor GARCIA --date 2026-06-03 --time 10:00 --name 'Juan Pérez' --phone 7765-4321"),
    Deed { line: "book --input - ", stdin: MANY, at_once: false },
    deed("reschedule MOVED1 --date 2026-06-04 --time 11:00"),
    deed("cancel GIVEN1 --reason 'viaje'"),
    deed("status SEEN11 checked_in"),
    deed("status SEEN11 in_progress"),
    deed("update SEEN11 --notes 'trae exámenes' --duration 20m"),
    deed("patient add --name 'Eva Sola' --phone 7700-0099 --national-id 99999999-9"),
    deed("patient set 7700-0050 --email pedro@example.org"),
    deed("patient show 7700-0051"),
    deed("patient export 7700-0051"),
    deed("patient merge 7700-0051 LUZ2"),
    deed("patient merge --undo JUAN2"),
    // Rewrites the book after its commit, so that no free page keeps old data.
    Deed { line: "patient erase EVA2 --force", stdin: "", at_once: false },
    Deed { line: "db purge --older-than 10y --force", stdin: "", at_once: false },
    deed("doctor add --name 'Dra. Luna' --code LUNA"),
    deed("service add --name Control --duration 20 --code CONTROL"),
    deed("window add --doctor GARCIA --days sat --from 09:00 --to 12:00 --code SAT"),
    deed("closure add --from 2026-07-01 --to 2026-07-02 --reason Feria"),
    deed("branch add --name Norte --code norte"),
    deed("clinic set min_notice 1h"),
    deed("webhook add --url https://example.org/hook --code HOOK"),
    deed("clinic add --name Tercera --timezone America/Bogota --code tercera"),
    Deed { line: "remind due", stdin: "", at_once: false },
    deed("window remove SAT2"),
    // Rewrites the pages after its commit, as an erasure does.
    Deed { line: "db rotate-secret", stdin: "", at_once: false },
    deed("clinic use otra"),
];

const MANY: &str = r#"{"doctor_id":"GARCIA","date":"2026-06-05","time":"09:00","patient_name":"Uno","patient_phone":"+50377000001"}
{"doctor_id":"GARCIA","date":"2026-06-05","time":"09:30","patient_name":"Dos","patient_phone":"+50377000002"}
{"doctor_id":"GARCIA","date":"2026-06-05","time":"09:30","patient_name":"Tarde","patient_phone":"+50377000003"}
{"doctor_id":"GARCIA","date":"2026-06-05","time":"10:00","patient_name":"Tres","patient_phone":"+50377000004"}
"#;

/// A book with the records that the commands need.
pub fn begun() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.at("2010-01-04T08:00:00-06:00");
    clinic.does("book --doctor GARCIA --date 2010-01-05 --time 09:00 --name 'Don Viejo' --phone 7700-0070 --external-ref OLD111");
    clinic.at(MONDAY);
    for line in [
        "clinic add --name Otra --timezone America/Bogota --code otra",
        "clinic use sanjose",
        "window add --doctor GARCIA --days sun --from 09:00 --to 12:00 --code SAT2",
        "book --doctor GARCIA --date 2026-06-02 --time 09:00 --name 'Juan Pérez' --phone 7765-4321 --external-ref MOVED1",
        "book --doctor GARCIA --date 2026-06-02 --time 10:00 --name 'Luz Ruiz' --phone 7700-0051 --external-ref GIVEN1",
        "book --doctor GARCIA --date 2026-06-02 --time 11:00 --name 'Pedro Gil' --phone 7700-0050 --external-ref SEEN11",
        "patient add --name 'Luz R.' --phone 7700-0052 --email luz@example.org --code LUZ2",
        "patient add --name 'Juan P.' --phone 7700-0053 --email juan@example.org --code JUAN2",
        "patient merge 7765-4321 JUAN2",
        "patient add --name 'Eva Luna' --phone 7700-0060 --national-id 88888888-8 --code EVA2",
    ] {
        clinic.does(line);
    }
    // Replace the random codes by known ones.
    clinic.place().run("UPDATE appointments SET code = external_reference_id").expect("codes");
    clinic
}

/// The command under the shim, which watches everything below the clinic's home.
pub fn watched(clinic: &Clinic, deed: &Deed, journal: &Path) -> assert_cmd::Command {
    let mut command = clinic.command();
    command.args(words(deed.line)).arg("--json").write_stdin(deed.stdin);
    command.env("LD_PRELOAD", shim::library().expect("the shim"));
    command.env("DISK_UNDER", clinic.home()).env("DISK_LOG", journal);
    command
}

/// The rows of a book; `None` without a book or without a clinic in it.
///
/// # Panics
/// If the book can't be opened, `db check` finds a problem, or the audit log was altered.
pub fn content(home: &Path, what: &dyn Fn() -> String) -> Option<String> {
    content_of(&home.join("book/turno.db"), home, what)
}

/// The rows of any book whose secret file is in `home`.
///
/// # Panics
/// As [`content`].
pub fn content_of(book: &Path, home: &Path, what: &dyn Fn() -> String) -> Option<String> {
    let book = book.to_owned();
    if !book.exists() || std::fs::metadata(&book).is_ok_and(|file| file.len() == 0) {
        return None;
    }
    let store = match Store::open(&Location::File(book.clone())) {
        // An interrupted `init` leaves no book.
        Err(problem) if problem.to_string().starts_with("there is no book") => return None,
        opened => opened.unwrap_or_else(|problem| panic!("{}: {problem}", what())),
    };
    let mut context = Context { store, env: env(home) };
    // Every command does this first.
    rotate::finish(&mut context);
    let findings = check::check(&mut context).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", what()));
    drop(context);
    let place = Place::File(book);
    // An interrupted `init` may have created the tables but not the secret.
    let begun = place.ask("SELECT count(*) FROM clinics") == ["0"];
    let excused = |check: &str| match check {
        // A pending scrub is recorded, and a later command completes it.
        "sweep_late" | "scrub_pending" => true,
        check => begun && check == "audit_unverified",
    };
    let findings: Vec<_> = findings.iter().filter(|finding| !excused(finding.check)).collect();
    assert!(findings.is_empty(), "{}: {findings:?}", what());
    (!begun).then(|| place.content())
}

fn env(home: &Path) -> Env {
    let now = Instant::parse_rfc3339("2026-06-02T08:00:00-06:00").expect("a time");
    let secrets = Secrets::new(home.join(".config/turno/secret.key"));
    Env::new(now, Some("prueba".to_owned()), None, None, Zones::new(None), secrets)
}

/// A temporary folder, in memory if possible: the tests write thousands of disk states.
pub fn scratch() -> tempfile::TempDir {
    cluster::scratch::folder("turno-disk-")
}
