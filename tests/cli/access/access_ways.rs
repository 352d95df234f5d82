//! Attempts to bypass a key: another doctor or clinic, the whole book, JSON, and a key revoked meanwhile.
//! Also how denied attempts are audited.

use crate::access::{Locked, ran};
use crate::support::Clinic;
use crate::support::views::{Agenda, Appointment, Clinics, Count, Key, List, Messages, Refusal, Slots};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

/// A clinic with two doctors and a pooled window, the appointments `own`, `other` and `pooled`, and an admin
/// key limited to Dr. García.
struct Practice {
    locked: Locked,
    key: String,
    own: Appointment,
    other: Appointment,
    pooled: Appointment,
}

impl Practice {
    fn open() -> Practice {
        let clinic = Clinic::open();
        for line in [
            "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 30",
            "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00",
            "service add --name Vacuna --code VAC --duration 15",
            "window add --service VAC --days mon-fri --from 09:00 --to 17:00 --slot 15 --capacity 4",
        ] {
            clinic.does(line);
        }
        let own = clinic.book_juan("--date 2026-06-15 --time 10:00");
        let other = clinic.book(
            "--doctor RUIZ --date 2026-06-15 --time 11:00 --name Eva --phone 7700-0009 --external-ref web-1 \
             --idempotency-key k-1",
        );
        let pooled = clinic.book("--service VAC --date 2026-06-15 --time 09:00 --name Noé --phone 7700-0010");
        let locked = Locked::of(clinic);
        let key = locked.key("--scope admin --doctor GARCIA --code OWN");
        Practice { locked, key, own, other, pooled }
    }

    fn refused(&self, line: &str) -> Refusal {
        self.locked.ran(&self.key, &format!("{line} --json")).refusal("FORBIDDEN", 6)
    }

    fn json<T: serde::de::DeserializeOwned>(&self, line: &str) -> T {
        self.locked.ran(&self.key, &format!("{line} --json")).exits(0).json()
    }
}

#[test]
fn who_may_not_import_is_told_so_whatever_the_file_holds() {
    let Practice { locked, key, .. } = Practice::open();
    let clinic = &locked.clinic;
    clinic.file("none.csv", "name,phone\n");
    clinic.file("wrong.csv", "name,phone\nEva,7700-0009,what is this?\n");
    clinic.file("good.csv", "name,phone\nEva,7700-0009\n");
    let before = locked.content();
    for file in ["none.csv", "wrong.csv", "good.csv"] {
        for how in ["", "--per-row", "--dry-run"] {
            let line = format!("import csv patients {file} {how} --report told.ndjson --json");
            let _ = locked.ran("", &line).refusal("UNAUTHORIZED", 6);
            let _ = locked.ran(&key, &line).refusal("FORBIDDEN", 6);
            assert!(!clinic.home().join("told.ndjson").exists(), "{line}: an empty report is in the way");
        }
    }
    assert_eq!(locked.content(), before);
    let denied: Vec<String> = locked.denials().into_iter().filter_map(|entry| entry.note).collect();
    assert!(locked.denials().len() >= 2, "{denied:?}");
    locked.does("import csv patients none.csv --report told.ndjson");
}

#[test]
fn a_doctors_key_acts_on_that_doctors_appointments_alone() {
    let practice = Practice::open();
    let Practice { own, other, pooled, .. } = &practice;
    let before = practice.locked.content();
    for code in [&other.code, &pooled.code, &other.id] {
        for line in [
            format!("show {code}"),
            format!("reschedule {code} --date 2026-06-16 --time 09:00"),
            format!("reschedule {code} --doctor GARCIA --date 2026-06-16 --time 09:00 --force"),
            format!("cancel {code} --reason x"),
            format!("status {code} checked_in"),
            format!("update {code} --notes x --dry-run"),
            format!("remind list --appointment {code}"),
            format!("remind preview {code}"),
        ] {
            let refused = practice.refused(&line);
            assert!(refused.details.is_empty(), "turno {line}: {refused:?}");
        }
    }
    let new = "--date 2026-06-16 --time 10:00 --name Eva --phone 7700-0009";
    let own_code = &own.code;
    for line in [
        format!("book --doctor RUIZ {new}"),
        format!("book --doctor RUIZ {new} --dry-run"),
        format!("book --doctor RUIZ {new} --external-ref web-1"),
        format!("book --service VAC {new}"),
        // Another doctor's reference or idempotency key must not reveal the id of the existing appointment.
        format!("book --doctor GARCIA {new} --external-ref web-1"),
        format!("book --doctor GARCIA {new} --idempotency-key k-1"),
        format!("reschedule {own_code} --doctor RUIZ --date 2026-06-16 --time 09:00"),
        "list --doctor RUIZ".into(),
        "count --doctor RUIZ".into(),
        "slots --doctor RUIZ --date 2026-06-16".into(),
        "agenda --doctor RUIZ --date 2026-06-15".into(),
        "queue --doctor RUIZ".into(),
        "why RUIZ 2026-06-16 10:00".into(),
        "report volume".into(),
        "remind due".into(),
        "remind due --dry-run".into(),
        "remind retry --all".into(),
        "webhook deliver".into(),
        "patient list".into(),
        "patient show 7700-0009".into(),
        "key list".into(),
        "audit log".into(),
        "clinic set access open".into(),
        "db info".into(),
    ] {
        let refused = practice.refused(&line);
        assert!(refused.details.is_empty(), "turno {line}: {refused:?}");
    }
    assert_eq!(practice.locked.content(), before);

    let list: List = practice.json("list");
    assert_eq!(list.appointments.iter().map(|a| &a.code).collect::<Vec<_>>(), [own_code]);
    let count: Count = practice.json("count");
    assert_eq!(count.count, 1);
    let slots: Slots = practice.json("slots --date 2026-06-16");
    assert!(slots.total > 0 && slots.slots.iter().all(|slot| slot.doctor_id == own.doctor_id));
    let agenda: Agenda = practice.json("agenda --week --date 2026-06-15");
    assert!(
        agenda
            .columns
            .iter()
            .all(|c| c.doctor.as_ref().is_some_and(|d| Some(&d.id) == own.doctor_id.as_ref()))
    );
    assert!(agenda.columns.iter().any(|column| !column.appointments.is_empty()));
    let messages: Messages = practice.json("remind list");
    assert!(messages.total > 0 && messages.messages.iter().all(|m| m.appointment_id == own.id));
    let shown: Appointment = practice.json(&format!("show {own_code}"));
    assert_eq!(shown, Appointment { idempotent: None, ..own.clone() });
    let mine: Appointment = practice.json(&format!("book --doctor GARCIA {new}"));
    let moved: Appointment =
        practice.json(&format!("reschedule {} --date 2026-06-17 --time 11:00", mine.code));
    assert_eq!(moved.doctor_id, own.doctor_id);
    let _: Appointment = practice.json(&format!("cancel {} --reason x --force", mine.code));
    let _: Value = practice.json("doctor list");
}

#[test]
fn json_leads_round_no_scope() {
    let locked = Locked::of(Clinic::open());
    let desk = locked.key("--scope appointments:read,appointments:write --code DESK");
    let line = "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name Eva --phone 7700-0009 --json";
    let booked: Appointment = locked.ran(&desk, line).exits(0).json();
    let code = &booked.code;
    let before = locked.content();
    for (command, body) in [
        (
            "book".to_owned(),
            r#"{"doctor_id":"GARCIA","starts_at":"2026-06-15T10:00:00-06:00","patient_name":"A","patient_phone":"+50377000001","overbook":true}"#,
        ),
        (format!("reschedule {code}"), r#"{"starts_at":"2026-06-16T10:00:00-06:00","overbook":true}"#),
        (format!("reschedule {code}"), r#"{"starts_at":"2026-06-16T10:00:00-06:00","force":true}"#),
        (format!("cancel {code}"), r#"{"reason":"x","force":true}"#),
        (format!("status {code}"), r#"{"status":"cancelled","reason":"x","force":true}"#),
        (format!("update {code}"), r#"{"status":"cancelled","cancellation_reason":"x","force":true}"#),
        (format!("update {code}"), r#"{"starts_at":"2026-06-16T10:00:00-06:00","force":true}"#),
    ] {
        let path = locked.clinic.file("body.json", body);
        let line = format!("{command} --input {} --json", path.display());
        let refused = locked.ran(&desk, &line).refusal("INSUFFICIENT_SCOPE", 6);
        assert_eq!(refused.text("required"), "appointments:override", "{command} {body}");
    }
    assert_eq!(locked.content(), before);
    // `"force":false` needs no further scope; a change of status needs the write scope only.
    let body = r#"{"status":"checked_in","notes":"x","force":false}"#;
    let path = locked.clinic.file("body.json", body);
    let _ = locked.ran(&desk, &format!("update {code} --input {}", path.display())).exits(0);
}

#[test]
fn an_ambiguous_name_tells_no_patients_to_who_may_not_see_them() {
    let clinic = Clinic::open();
    for (phone, time) in [("7700-0001", "10:00"), ("7700-0002", "11:00")] {
        let visit = format!("--doctor GARCIA --date 2026-06-16 --time {time}");
        clinic.does(&format!("book {visit} --name 'Ana Sol' --phone {phone}"));
    }
    let locked = Locked::of(clinic);
    let line = "book --doctor GARCIA --date 2026-06-15 --time 10:00 --patient 'Ana Sol' --json";
    let candidates = |options: &str| {
        let key = locked.key(options);
        let refused = locked.ran(&key, line).refusal("AMBIGUOUS", 2);
        refused.details["candidates"].as_array().unwrap().len()
    };
    assert_eq!(candidates("--scope appointments:write"), 0);
    assert_eq!(candidates("--scope admin --doctor GARCIA"), 0);
    assert_eq!(candidates("--scope appointments:write,patients:read"), 2);
}

#[test]
fn of_many_bookings_each_is_asked_about_and_the_key_anew_for_each_share() {
    let practice = Practice::open();
    let line = |doctor: &str, time: &str, more: &str| {
        format!(
            "{{\"doctor_id\":\"{doctor}\",\"starts_at\":\"2026-06-16T{time}:00-06:00\",\
              \"patient_name\":\"P {time}\",\"patient_phone\":\"+50377001{}\"{more}}}\n",
            time.replace(':', "")[1..].to_owned()
        )
    };
    let many = [
        line("GARCIA", "09:00", ""),
        line("RUIZ", "09:30", ""),
        line("GARCIA", "10:00", ",\"overbook\":true"),
        line("GARCIA", "10:30", ""),
    ];
    let desk = practice.locked.key("--scope appointments:write --doctor GARCIA --code DESK");
    let path = practice.locked.clinic.file("many.ndjson", many.concat());
    let answered = practice.locked.ran(&desk, &format!("book --input {}", path.display())).exits(4).stdout();
    let codes: Vec<String> = answered
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|answer| answer["error"]["code"].as_str().unwrap_or("booked").to_owned())
        .collect();
    assert_eq!(codes, ["booked", "FORBIDDEN", "INSUFFICIENT_SCOPE", "booked"]);
    let noted: Vec<_> =
        practice.locked.denials().into_iter().map(|entry| entry.after.unwrap()["code"].clone()).collect();
    assert_eq!(noted, ["FORBIDDEN", "INSUFFICIENT_SCOPE"]);

    // A key that is revoked during the stream books nothing more.
    let mut process = practice.locked.clinic.process("book --input - --json");
    process.env("TURNO_KEY", &desk).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = process.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    stdin.write_all((line("GARCIA", "11:00", "") + &line("GARCIA", "11:30", "")).as_bytes()).unwrap();
    stdin.flush().unwrap();
    for _ in 0..2 {
        let answer: Value = serde_json::from_str(&stdout.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["status"], "confirmed", "{answer}");
    }
    practice.locked.does("key revoke DESK");
    stdin.write_all((line("GARCIA", "12:00", "") + &line("GARCIA", "12:30", "")).as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(stdout.count(), 0, "nothing more is booked");
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("UNAUTHORIZED"));
    let day = practice.locked.ran(&practice.locked.admin, "list --date 2026-06-16 --json").exits(0);
    assert_eq!(day.json::<List>().total, 4);
}

#[test]
fn who_is_turned_away_is_noted_once_a_minute() {
    let mut locked = Locked::of(Clinic::open());
    let web = locked.key("--scope appointments:read --code WEB");
    let gone = locked.key("--scope admin --code GONE");
    locked.does("key revoke GONE");
    locked.clinic.env("TURNO_ACTOR", "ana");
    let before = locked.content();
    for _ in 0..3 {
        let _ = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
        let _ = locked.ran("turno_key_nonsense", "list --json").refusal("UNAUTHORIZED", 6);
        let _ = locked.ran(&gone, "list --json").refusal("UNAUTHORIZED", 6);
        let _ = locked.ran(&web, "patient show x --reveal --json").refusal("INSUFFICIENT_SCOPE", 6);
    }
    let said = |locked: &Locked| -> Vec<(String, String, String, Option<String>)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let denials = locked.denials().into_iter().map(|entry| {
            let after = entry.after.unwrap();
            let command = text(&after["command"]).unwrap();
            (entry.actor, command, text(&after["code"]).unwrap(), text(&after["key"]))
        });
        denials.collect()
    };
    let denial = |actor: &str, command: &str, code: &str, key: Option<&str>| {
        (actor.to_owned(), command.to_owned(), code.to_owned(), key.map(str::to_owned))
    };
    let first = [
        denial("ana", "list", "UNAUTHORIZED", None),
        denial("ana", "list", "UNAUTHORIZED", Some("GONE")),
        denial("key:WEB", "patient show", "INSUFFICIENT_SCOPE", Some("WEB")),
    ];
    assert_eq!(said(&locked), first);
    // Another actor name adds no entry within the same minute; another minute does.
    locked.clinic.env("TURNO_ACTOR", "eva");
    let _ = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
    assert_eq!(said(&locked), first);
    locked.clinic.at("2026-06-01T08:01:00-06:00");
    let _ = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
    assert_eq!(said(&locked).last(), Some(&denial("eva", "list", "UNAUTHORIZED", None)));
    // Nor does a given time: an entry of a later time does not suppress an earlier one.
    let count = said(&locked).len();
    locked.clinic.at("2026-06-01T07:00:00-06:00");
    let _ = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
    assert_eq!(said(&locked).len(), count + 1);
    locked.clinic.at("2026-06-01T08:02:00-06:00");
    assert_eq!(locked.content().1, before.1, "but for that nothing was written");
    let verified: Value = locked.ran(&locked.admin, "audit verify --json").exits(0).json();
    assert_eq!(verified["ok"], true);
    let shown = locked.ran(&locked.admin, "audit log --limit 1").exits(0).stdout();
    assert!(shown.contains("access.denied") && shown.contains("command: turno list"), "{shown}");
    // Without the secret file, nothing can be recorded, but the refusal is the same.
    locked.clinic.env("TURNO_SECRET_FILE", "/nowhere/secret.key");
    let _ = locked.ran("", "count --json").refusal("UNAUTHORIZED", 6);
}

#[test]
fn a_key_is_asked_for_before_anything_is_told() {
    let locked = Locked::of(Clinic::open());
    let booked: Appointment = locked
        .ran(
            &locked.admin,
            "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name Eva --phone 7700-0009 --json",
        )
        .exits(0)
        .json();
    let there = locked.ran("", &format!("show {} --json", booked.code)).refusal("UNAUTHORIZED", 6);
    for line in [
        "show NADA99",
        "show 019ebe10-4d80-7551-a10a-cda7c88d5b96",
        "list --doctor NADIE",
        "doctor show NADIE",
        "clinic show nowhere",
        "list --clinic nowhere",
        "list --clinic sanjose",
        "book --doctor NADIE --date 2026-06-15 --time 10:00 --name A --phone 7700-0001",
        "clinic set nonsense x",
    ] {
        let refused = locked.ran("", &format!("{line} --json")).refusal("UNAUTHORIZED", 6);
        assert_eq!(refused, there, "turno {line} tells more");
    }
}

/// Two clinics with keys (the first is the default) and an open one; and the second one's admin key.
fn three() -> (Locked, String) {
    let clinic = Clinic::open();
    clinic.does("clinic add --name Abierta --timezone UTC --code abierta");
    clinic.does("clinic add --name Segunda --timezone UTC --code segunda");
    let second: Key = clinic.json("key create --name Jefa --scope admin --clinic segunda --code SEGUNDA");
    clinic.does("clinic set access keys --clinic segunda");
    (Locked::of(clinic), second.secret.unwrap())
}

#[test]
fn a_key_opens_its_own_clinic_and_no_other_is_even_named() {
    let (locked, second) = three();
    let known = |key: &str| -> Vec<String> {
        let clinics: Clinics = locked.ran(key, "clinic list --json").exits(0).json();
        let mut codes: Vec<_> = clinics.clinics.into_iter().map(|clinic| clinic.code).collect();
        codes.sort();
        codes
    };
    assert_eq!(known(""), ["abierta"]);
    assert_eq!(known("nonsense"), ["abierta"]);
    assert_eq!(known(&locked.admin), ["abierta", "sanjose"]);
    assert_eq!(known(&second), ["abierta", "segunda"]);
    for clinic in ["segunda", "nowhere"] {
        for line in ["list", "key list", "audit log"] {
            let line = format!("{line} --clinic {clinic} --json");
            let refused = locked.ran(&locked.admin, &line).refusal("UNAUTHORIZED", 6);
            assert!(!format!("{refused:?}").contains("egunda"), "{refused:?}");
        }
        let _ = locked.ran(&locked.admin, &format!("clinic show {clinic} --json")).refusal("UNAUTHORIZED", 6);
    }
    let _ = locked.ran(&second, "list --json").refusal("UNAUTHORIZED", 6);
    let _ = locked.ran(&second, "list --clinic segunda").exits(0);
    let _ = locked.ran("", "list --clinic abierta").exits(0);
    // An attempt is recorded only in the log of its clinic, without the name of another clinic's key.
    let mine = locked.denials();
    assert!(
        !mine.is_empty()
            && mine.iter().all(|entry| !entry.after.as_ref().unwrap().to_string().contains("SEGUNDA"))
    );
    let theirs = locked.ran(&second, "audit log --clinic segunda --limit 1000").exits(0).stdout();
    assert!(theirs.contains("access.denied") && !theirs.contains("JEFA"), "{theirs}");
    let cron = locked.ran(&locked.admin, "cron").exits(0).stdout();
    assert!(cron.contains("sanjose") && cron.contains("abierta") && !cron.contains("segunda"), "{cron}");
}

#[test]
fn where_no_clinic_is_chosen_the_candidates_are_those_one_may_know() {
    let (locked, second) = three();
    locked.clinic.place().run("DELETE FROM meta WHERE key = 'chosen_clinic'").unwrap();
    let refused = locked.ran(&locked.admin, "list --json").refusal("AMBIGUOUS", 2);
    assert_eq!(refused.texts("candidates"), ["abierta", "sanjose"]);
    let refused = locked.ran(&second, "list --json").refusal("AMBIGUOUS", 2);
    let mut candidates = refused.texts("candidates");
    candidates.sort_unstable();
    assert_eq!(candidates, ["abierta", "segunda"]);
    // A caller who may know one clinic only does not have to name the clinic.
    let shown: Value = locked.ran("", "clinic show --json").exits(0).json();
    assert_eq!(shown["code"], "abierta");
}

#[test]
fn the_book_as_a_whole_is_for_admins_of_all_clinics_that_ask_for_keys() {
    let (locked, second) = three();
    let here = locked.clinic.place().name();
    let write = locked.key("--scope appointments:read,appointments:write");
    // A key of the open clinic gives no access to the others.
    let open: Key = locked.clinic.json("key create --name X --scope admin --clinic abierta");
    let open = open.secret.unwrap();
    let lines = [
        "db info".to_owned(),
        "db check".to_owned(),
        "audit verify".to_owned(),
        format!("db copy '{here}' copied.db"),
        "clinic add --name Cuarta --timezone UTC".to_owned(),
        "clinic use abierta".to_owned(),
    ];
    for line in &lines {
        for key in ["", "nonsense", &open, &locked.admin, &second] {
            let _ = locked.ran(key, &format!("{line} --json")).refusal("UNAUTHORIZED", 6);
        }
        let keys = format!("{second} {write}");
        let refused = locked.ran(&keys, &format!("{line} --json")).refusal("INSUFFICIENT_SCOPE", 6);
        assert_eq!(refused.text("required"), "admin", "turno {line}");
    }
    let both = format!("{second} {}", locked.admin);
    assert!(!locked.clinic.home().join("copied.db").exists(), "what is refused leaves no file");
    for line in &lines {
        let _ = locked.ran(&both, line).exits(0);
    }
    // The open clinic is now the default; choosing a clinic with keys needs that clinic's key.
    let _ = ran(&locked.clinic, "", "list").exits(0);
    let _ = locked.ran(&second, "clinic use sanjose --json").refusal("UNAUTHORIZED", 6);
    let _ = locked.ran(&both, "clinic use sanjose").exits(0);
}

#[test]
#[cfg(unix)]
fn what_a_sweep_has_begun_it_ends() {
    use crate::servers::http::{HttpServer, Reply};
    let clinic = Clinic::open();
    let server = HttpServer::start(|_| Reply::status(204));
    clinic.does(&format!("webhook add --url {}/hook --allow-private", server.url()));
    let _ = clinic.book_juan("--date 2026-06-01 --time 10:00");
    let locked = Locked::of(clinic);
    let cron = locked.key("--scope messages:send,appointments:read --code CRON");
    for line in ["webhook deliver", "remind due"] {
        let _ = locked.ran("", &format!("{line} --json")).refusal("UNAUTHORIZED", 6);
    }
    let swept: Value = locked.ran(&cron, "webhook deliver --json").exits(0).json();
    assert_eq!(swept["delivered"], 1);
    let swept: Value = locked.ran(&cron, "remind due --json").exits(0).json();
    assert_eq!(swept["sent"], 1, "{swept}");
}
