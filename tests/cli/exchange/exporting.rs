//! Exported calendars, bundles and tables, checked with independent readers if installed
//! (`tests/interchange/install`).

use crate::support::views::{Entry, Log};
use crate::support::{Clinic, Ran};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A calendar event as read by Python's icalendar.
#[derive(Debug, Deserialize, PartialEq, Clone)]
#[serde(deny_unknown_fields)]
struct Event {
    uid: String,
    sequence: i64,
    start: String,
    end: String,
    stamp: String,
    status: String,
    summary: String,
    description: String,
    location: String,
}

/// The folder of the independent readers; `None` if not installed.
fn checkers() -> Option<PathBuf> {
    let folder = std::env::var_os("TURNO_TEST_CHECKERS")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("../checkers"), PathBuf::from);
    if folder.join("installed").is_file() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("TURNO_TEST_NEEDS_CHECKERS").is_none(),
        "TURNO_TEST_NEEDS_CHECKERS is set, but {} has none: tests/interchange/install puts them there",
        folder.display()
    );
    // Bypass the test harness, which captures output.
    let words = "no checkers in the target directory: tests/interchange/install puts them there";
    let _ = writeln!(std::io::stderr(), "{words}");
    None
}

fn checked(folder: &Path, script: &str, arguments: &[&Path]) -> Vec<u8> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interchange").join(script);
    let output =
        Command::new(folder.join("venv/bin/python")).arg(script).args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A calendar's events by UID, if the readers are installed.
fn events(clinic: &Clinic, text: &str) -> Option<BTreeMap<String, Event>> {
    let folder = checkers()?;
    let file = clinic.file("checked.ics", text);
    let events: Vec<Event> =
        serde_json::from_slice(&checked(&folder, "check_ics.py", &[&file])).expect("JSON");
    Some(events.into_iter().map(|event| (event.uid.clone(), event)).collect())
}

/// The number of resources by kind, if the readers are installed.
fn kinds(clinic: &Clinic, text: &str) -> Option<BTreeMap<String, usize>> {
    let folder = checkers()?;
    let file = clinic.file("checked.json", text);
    let schema = folder.join("r4.schema.json");
    Some(serde_json::from_slice(&checked(&folder, "check_fhir.py", &[&file, &schema])).expect("JSON"))
}

/// The calendar's lines, unfolded.
fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn lines_of<'a>(calendar: &'a [String], name: &str) -> Vec<&'a str> {
    calendar.iter().filter_map(|line| line.strip_prefix(name)).collect()
}

/// A clinic with an appointment of every status, unusual names, a service and a pooled window.
pub fn busy() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.set("initial_status", "scheduled");
    clinic.does("service add --name 'Vacuna, 1ª; dosis' --code VAC --duration 20");
    clinic.does("window add --service VAC --capacity 5 --days mon-fri --from 07:00 --to 08:00 --code POOL");
    for (time, name, more) in [
        ("09:00", "Ana Mejía", "--reason 'dolor, fiebre; tos'"),
        ("09:30", "Íñigo Ñandú", "--notes 'uno\\dos'"),
        ("10:00", "漢字 🌺", "--reason control"),
        ("10:30", "=SUM(1)", "--visit-type primera"),
        ("11:00", "O''Neill, \"Bea\"; Öz", ""),
        ("11:30", "Luz Sol", ""),
        ("12:00", "Paz Río", ""),
    ] {
        let name = name.replace("''", "");
        let phone = time.replace(':', "");
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-02 --time {time} --name '{name}' --phone 7700-{phone} {more}"
        ));
    }
    clinic.does("book --service VAC --date 2026-06-02 --time 07:00 --name Pool --phone 7700-0700");
    clinic.at("2026-06-02T12:30:00-06:00");
    let codes: Vec<String> =
        clinic.list("--date 2026-06-02 --doctor GARCIA").appointments.into_iter().map(|it| it.code).collect();
    for line in [
        format!("status {} confirmed", codes[1]),
        format!("status {} checked_in", codes[2]),
        format!("status {} checked_in", codes[3]),
        format!("status {} in_progress", codes[3]),
        format!("status {} checked_in", codes[4]),
        format!("status {} in_progress", codes[4]),
        format!("status {} completed --diagnosis flu --follow-up 2026-07-01", codes[4]),
        format!("cancel {} --reason viaja --force", codes[5]),
        format!("status {} no_show", codes[6]),
    ] {
        clinic.does(&line);
    }
    clinic
}

#[test]
fn a_calendar_is_read_by_others_and_shows_as_much_as_was_asked_for() {
    let clinic = busy();
    let text = clinic.run("export ics");
    let lines = unfolded(&text);
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    assert_eq!(lines_of(&lines, "BEGIN:VEVENT").len(), 8);
    assert!(lines.contains(&"SUMMARY:A. M. · Cita".to_owned()), "{text}");
    assert!(!text.contains("Mejía") && !text.contains("fiebre"), "{text}");
    let full = clinic.run("export ics --detail full");
    let full_lines = unfolded(&full);
    assert!(full_lines.contains(&"SUMMARY:Ana Mejía · Cita".to_owned()), "{full}");
    assert!(full.replace("\r\n ", "").contains("dolor\\, fiebre\\; tos"), "{full}");
    let none = clinic.run("export ics --detail none");
    assert!(!none.contains("A. M.") && !none.contains("Mejía"), "{none}");
    let mut states: Vec<&str> = lines_of(&lines, "STATUS:");
    states.sort_unstable();
    assert_eq!(
        states,
        [
            "CANCELLED",
            "CANCELLED",
            "CONFIRMED",
            "CONFIRMED",
            "CONFIRMED",
            "CONFIRMED",
            "TENTATIVE",
            "TENTATIVE"
        ]
    );
    if let Some(events) = events(&clinic, &full) {
        assert_eq!(events.len(), 8);
        let ana = events.values().find(|event| event.summary == "Ana Mejía · Cita").expect("Ana's");
        assert_eq!(ana.start, "2026-06-02T15:00:00+00:00");
        assert_eq!(ana.description, "Dr. García\n+50377000900\ndolor, fiebre; tos");
        assert!(events.values().any(|event| event.summary == "漢字 🌺 · Cita"));
        assert!(events.values().any(|event| event.summary == "Pool · Vacuna, 1ª; dosis"));
        assert!(events.values().any(|event| event.description.contains("uno\\dos")));
    }
}

#[test]
fn the_sequence_rises_with_every_change_and_never_falls() {
    let mut clinic = Clinic::open();
    clinic.set("initial_status", "scheduled");
    let juan = clinic.book_juan("--date 2026-06-03 --time 09:00");
    let seen = |clinic: &Clinic| {
        let lines = unfolded(&clinic.run("export ics"));
        assert_eq!(lines_of(&lines, "UID:"), [juan.id.as_str()]);
        let sequence: i64 = lines_of(&lines, "SEQUENCE:")[0].parse().expect("a number");
        (sequence, lines_of(&lines, "DTSTAMP:")[0].to_owned(), lines_of(&lines, "STATUS:")[0].to_owned())
    };
    assert_eq!(seen(&clinic), (0, "20260601T140000Z".to_owned(), "TENTATIVE".to_owned()));
    for (minute, line, status) in [
        (1, "reschedule CODE --date 2026-06-03 --time 10:00", "TENTATIVE"),
        (2, "undo --yes", "TENTATIVE"),
        (3, "update CODE --duration 60", "TENTATIVE"),
        (4, "status CODE confirmed", "CONFIRMED"),
        (5, "cancel CODE --reason viaja", "CANCELLED"),
        (6, "undo --yes", "CONFIRMED"),
    ] {
        let (before, ..) = seen(&clinic);
        clinic.at(&format!("2026-06-01T08:0{minute}:00-06:00"));
        clinic.does(&line.replace("CODE", &juan.code));
        let after = seen(&clinic);
        assert_eq!(after, (before + 1, format!("20260601T140{minute}00Z"), status.to_owned()), "{line}");
    }
}

#[test]
fn an_empty_calendar_is_said_and_not_written() {
    let clinic = Clinic::open();
    let refused = clinic.refused("export ics --out empty.ics", "RESOURCE_NOT_FOUND", 3);
    assert!(refused.message.contains("nothing was written"), "{}", refused.message);
    assert!(!clinic.home().join("empty.ics").exists());
    assert_eq!(
        std::fs::read_dir(clinic.home())
            .expect("a home")
            .filter(|entry| {
                entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains("empty"))
            })
            .count(),
        0
    );
}

#[test]
fn a_bundle_is_read_by_others_and_nothing_in_it_leads_nowhere() {
    let clinic = busy();
    clinic.does("patient set 7700-0900 --email ana@example.org --national-id 12345678-9 --locale en");
    let text = clinic.run("export fhir");
    assert!(!text.contains("12345678"), "no national ID without --reveal");
    let bundle: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(bundle["type"], "collection");
    let entries = bundle["entry"].as_array().expect("entries");
    let of = |kind: &str| -> Vec<&Value> {
        entries.iter().map(|entry| &entry["resource"]).filter(|it| it["resourceType"] == kind).collect()
    };
    let status = |visit: &Value| {
        let exact = visit["extension"]
            .as_array()
            .and_then(|all| all.iter().find(|it| it["url"] == "https://turno.invalid/fhir/status"));
        let exact = exact.and_then(|it| it["valueCode"].as_str()).unwrap_or_default().to_owned();
        let patient = visit["participant"][0]["status"].as_str().unwrap_or_default().to_owned();
        (exact, visit["status"].as_str().unwrap_or_default().to_owned(), patient)
    };
    let mut statuses: Vec<_> = of("Appointment").into_iter().map(status).collect();
    statuses.sort();
    statuses.dedup();
    let expected = [
        ("cancelled", "cancelled", "needs-action"),
        ("checked_in", "checked-in", "accepted"),
        ("completed", "fulfilled", "accepted"),
        ("confirmed", "booked", "accepted"),
        ("in_progress", "checked-in", "accepted"),
        ("no_show", "noshow", "needs-action"),
        ("scheduled", "booked", "needs-action"),
    ];
    assert_eq!(statuses, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    for visit in of("Appointment") {
        assert_eq!(visit["cancelationReason"].is_object(), visit["status"] == "cancelled");
        assert_eq!(
            visit["slot"].is_array(),
            !["cancelled", "noshow"].contains(&visit["status"].as_str().expect("a status"))
        );
    }
    assert!(of("Slot").iter().any(|slot| slot["status"] == "free"));
    assert_eq!(of("Slot").iter().filter(|slot| slot["status"] == "busy").count(), 6);
    for arguments in ["", " --searchset", " --reveal", " --doctor GARCIA --from 2026-06-02 --to 2026-06-02"] {
        let text = clinic.run(&format!("export fhir{arguments}"));
        assert_eq!(text.contains("12345678-9"), arguments == " --reveal");
        let Some(kinds) = kinds(&clinic, &text) else { continue };
        let visits = if arguments.contains("GARCIA") { 7 } else { 8 };
        assert_eq!((kinds["Appointment"], kinds["Patient"]), (visits, visits), "{arguments}: {kinds:?}");
        assert_eq!((kinds["Practitioner"], kinds["Location"], kinds["HealthcareService"]), (1, 1, 1));
    }
}

#[test]
fn hostile_texts_make_no_illegal_bundle_and_no_illegal_calendar() {
    let clinic = Clinic::open();
    let body = serde_json::json!([{
        "doctor_id": "GARCIA", "date": "2026-06-02", "time": "09:00", "patient_phone": "7700-0001",
        "patient_name": "Ana\u{a0}\u{3000}Sol\u{200d}",
        "notes": "uno\r\ndos\rtres\n\u{1b}[31mrojo\u{1b}[0m\tfin\u{2028}más", "reason": "\u{feff}=1+1, \"x\"; \\n"
    }]);
    let booked = clinic.fed("book --input - --json", body.to_string()).exits(0);
    assert!(booked.stdout().contains("\"code\""), "{}", booked.stdout());
    let calendar = clinic.run("export ics --detail full");
    assert!(!calendar.replace("\r\n", "").contains(char::is_control), "{calendar:?}");
    assert!(events(&clinic, &calendar).is_none_or(|events| events.len() == 1));
    let bundle = clinic.run("export fhir");
    assert!(!bundle.contains('\u{1b}') && !bundle.contains("\\u001b"), "{bundle:?}");
    assert!(kinds(&clinic, &bundle).is_none_or(|kinds| kinds["Appointment"] == 1));
}

#[test]
fn an_hour_that_comes_twice_is_told_apart() {
    let mut clinic = Clinic::in_zone("America/New_York");
    clinic.does("doctor add --name Owl --code OWL --slot 30");
    clinic.does("window add --doctor OWL --days sun --from 00:00 --to 06:00");
    clinic.at("2026-10-31T08:00:00-04:00");
    for (at, phone) in [("2026-11-01T01:30:00-04:00", 1), ("2026-11-01T01:30:00-05:00", 2)] {
        clinic.does(&format!("book --doctor OWL --at {at} --name Ana{phone} --phone +1212555010{phone}"));
    }
    let calendar = clinic.run("export ics");
    assert!(calendar.contains("DTSTART:20261101T053000Z") && calendar.contains("DTSTART:20261101T063000Z"));
    let bundle = clinic.run("export fhir");
    for start in ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"] {
        assert!(bundle.contains(&format!("\"start\":\"{start}\"")), "{start}");
    }
    assert!(kinds(&clinic, &bundle).is_none_or(|kinds| kinds["Appointment"] == 2));
}

#[test]
fn tables_have_the_columns_of_the_lists_and_the_same_rows() {
    let clinic = busy();
    clinic.does("closure add --date 2026-12-25 --reason Navidad");
    clinic.does("webhook add --url https://hooks.example.org/x --event no_show");
    clinic.does("webhook add --url https://hooks.example.org/all");
    clinic.does("key create --name CRM --scope appointments:read --doctor GARCIA");
    clinic.does("key create --name '=cmd' --scope admin");
    clinic.does("clinic add --name Rival --timezone Europe/Madrid");
    clinic.does("waitlist add --name Espera --phone 7700-0050 --doctor GARCIA");
    clinic.does("book --doctor GARCIA --date 2026-07-06 --time 15:00 --name Serie --phone 7700-0041 --every week --times 2");
    for (kind, list) in [
        ("appointments", "list --limit 1000"),
        ("doctors", "doctor list --all"),
        ("services", "service list --all"),
        ("branches", "branch list --all"),
        ("windows", "window list --all"),
        ("closures", "closure list --all"),
        ("webhooks", "webhook list --all"),
        ("deliveries", "webhook log --limit 1000"),
        ("keys", "key list --all"),
        ("clinics", "clinic list"),
    ] {
        let exported = clinic.run(&format!("export csv {kind}"));
        assert_eq!(exported, clinic.run(&format!("{list} --format csv")), "{kind}");
        assert!(exported.lines().count() > 1, "{kind}");
    }
    let keys = clinic.run("export csv keys");
    assert!(!keys.contains("secret") && keys.contains(",'=cmd,admin,"), "{keys}");
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.split("\r\n").skip(1).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for (kind, list) in [
        ("patients", "patient list --all --limit 1000"),
        ("series", "series list --all"),
        ("waitlist", "waitlist list --all"),
        ("messages", "remind list --limit 1000"),
    ] {
        let exported = clinic.run(&format!("export csv {kind}"));
        let listed = clinic.run(&format!("{list} --format csv"));
        assert_eq!(exported.lines().next(), listed.lines().next(), "{kind}");
        assert_eq!(sorted(&exported), sorted(&listed), "{kind}");
        assert!(exported.lines().count() > 1, "{kind}");
    }
    let patients = clinic.run("export csv patients");
    assert!(patients.contains(",'=SUM(1),'+5037700"), "{patients}");
    let audit = clinic.run("export csv audit");
    assert_eq!(audit.lines().next(), Some("seq,at,actor,action,kind,record_id,note,before,after,hash,chain"));
}

#[test]
fn an_empty_table_has_its_columns() {
    let clinic = Clinic::open();
    assert_eq!(
        clinic.run("export csv series"),
        "id,code,rule,created_at,patient,doctor,appointments,open\r\n"
    );
    let refused = clinic.refused("export csv doctors --from today", "VALIDATION_ERROR", 2);
    assert!(refused.message.contains("appointments alone"), "{}", refused.message);
    let refused = clinic.refused("export csv doctors --reveal", "VALIDATION_ERROR", 2);
    assert!(refused.message.contains("patients"), "{}", refused.message);
}

#[test]
fn a_file_is_its_owners_and_takes_the_place_of_an_earlier_export_alone() {
    let clinic = busy();
    for (command, name) in
        [("export ics", "book.ics"), ("export fhir", "book.json"), ("export csv patients", "patients.csv")]
    {
        let line = format!("{command} --out {name}");
        let ran = clinic.ran(&line).exits(0);
        assert_eq!(ran.stdout(), "", "{command}");
        let path = clinic.home().join(name);
        let first = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(first, clinic.run(command), "{command}");
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("there").permissions());
            assert_eq!(mode & 0o777, 0o600, "{command}");
        }
        let _ = clinic.refused(&line, "VALIDATION_ERROR", 2);
        let again = clinic.ran(&format!("{line} --force")).exits(0);
        assert_eq!(again.stdout(), "");
        std::fs::write(&path, "something else").expect("it can be written");
        let _ = clinic.refused(&format!("{line} --force"), "VALIDATION_ERROR", 2);
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "something else");
    }
}

#[test]
fn exports_of_patients_are_entries_of_the_log() {
    let clinic = busy();
    let exported = |clinic: &Clinic| -> Vec<Entry> {
        let log: Log = clinic.json("audit log --limit 1000");
        log.entries.into_iter().filter(|entry| entry.action == "clinic.exported").collect()
    };
    for line in ["export ics --detail none", "export csv doctors", "export csv windows"] {
        clinic.does(line);
        assert_eq!(exported(&clinic), [], "{line}");
    }
    for (count, line) in
        ["export ics", "export fhir --reveal", "export csv patients", "export csv audit"].iter().enumerate()
    {
        clinic.does(line);
        assert_eq!(exported(&clinic).len(), count + 1, "{line}");
    }
    clinic.is_sound();
}

#[test]
fn a_reader_who_has_enough_is_no_failure() {
    let clinic = busy();
    let mut child = clinic
        .process("export fhir")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("turno runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_doctors_key_exports_that_doctors_appointments_alone() {
    let clinic = busy();
    clinic.does("doctor add --name 'Dra. Ruiz' --code RUIZ");
    let locked = crate::access::Locked::of(clinic);
    let own = locked.key("--scope appointments:read,patients:read,patients:reveal --doctor GARCIA");
    let text = locked.ran(&own, "export ics").exits(0).stdout();
    assert_eq!(lines_of(&unfolded(&text), "BEGIN:VEVENT").len(), 7);
    let rows = locked.ran(&own, "export csv appointments").exits(0).stdout();
    assert_eq!(rows.matches("\r\n").count(), 8);
    for line in ["export fhir", "export csv patients", "export ics --doctor RUIZ"] {
        let Ran { .. } = locked.ran(&own, line).exits(6);
    }
    let reader = locked.key("--scope appointments:read");
    for (line, exit) in [("export csv doctors", 0), ("export csv patients", 6), ("export csv audit", 6)] {
        let Ran { .. } = locked.ran(&reader, line).exits(exit);
    }
}

#[cfg(unix)]
#[test]
fn what_a_killed_export_left_is_cleared_by_the_next_and_what_a_living_one_writes_is_not() {
    use std::process::Stdio;
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    let wish = |n: u32| {
        let day = 1 + n % 20;
        let time = format!("{:02}:{:02}", n / 60 % 24, n % 60);
        format!(
            "{{\"doctor_id\":\"GARCIA\",\"date\":\"2026-07-{day:02}\",\"time\":\"{time}\",\"patient_name\":\"P {n}\",\
             \"patient_phone\":\"+503770{n:05}\",\"duration_minutes\":1}}\n"
        )
    };
    clinic.does("window add --doctor GARCIA --days daily --from 00:00 --to 00:00 --slot 1");
    let wishes: String = (0..1400).map(wish).collect();
    let _ = clinic.fed("book --input -", wishes);
    let folder = clinic.home().join("out");
    std::fs::create_dir(&folder).unwrap();
    let there = || -> Vec<String> {
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let kill_one = |line: &str| {
        let mut export = clinic
            .process(line)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while there().is_empty() && export.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        export.kill().unwrap();
        export.wait().unwrap();
    };
    for line in
        ["export fhir --out out/a", "export csv audit --out out/a", "export ics --detail full --out out/a"]
    {
        kill_one(line);
        let left = there();
        assert!(left.len() == 1 && left != ["a"], "{line} was not cut off: {left:?}");
        // A lock marks a file that a running export writes.
        let living = folder.join(".turno-part-0123456789abcdef");
        let held = std::fs::File::create(&living).unwrap();
        held.lock().unwrap();
        clinic.does("export csv doctors --out out/b");
        assert_eq!(there(), [".turno-part-0123456789abcdef", "b"], "{line} left {left:?}");
        drop(held);
        // A backup removes leftovers in the same way.
        clinic.does("db backup out/book.db --force");
        assert_eq!(there(), ["b", "book.db"]);
        std::fs::remove_file(folder.join("b")).unwrap();
        std::fs::remove_file(folder.join("book.db")).unwrap();
    }
}
