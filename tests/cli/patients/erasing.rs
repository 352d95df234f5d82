//! Erasing a person: from rows, log, free pages and write-ahead log. Visits keep their times.

use crate::support::views::{Appointment, Erased, Patient, Patients, Scrubbed};
use crate::support::{Clinic, Engine, Place};
use serde_json::Value;

/// The bytes of the book's files; on a server, the contents of all tables.
fn bytes(clinic: &Clinic) -> Vec<u8> {
    match clinic.place() {
        Place::File(path) => {
            let parts = ["", "-wal", "-shm"]
                .map(|suffix| std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default());
            parts.concat()
        }
        Place::Database(_) => {
            let samples =
                "SELECT coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '')
                FROM pg_stats WHERE schemaname = current_schema()";
            (clinic.place().content() + &clinic.place().ask(samples).concat()).into_bytes()
        }
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [word.as_bytes(), &utf16].iter().any(|word| bytes.windows(word.len()).any(|part| part == *word))
}

/// A file is rewritten by the erasure itself; a server's tables only by `db scrub`.
const AT_ONCE: Option<bool> = Some(matches!(crate::ENGINE, Engine::Sqlite));

/// A server's tables with personal data.
const TABLES: [&str; 10] = [
    "appointments",
    "audit_log",
    "channel_rests",
    "messages",
    "patients",
    "replies",
    "waitlist",
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
];

/// Juana's current and earlier data.
const JUANA: [&str; 22] = [
    "Juana",
    "juana",
    "JUANA",
    "Petrona",
    "petrona",
    "Lovelace",
    "lovelace",
    "+50377654321",
    "77654321",
    "7765-4321",
    "+50370009999",
    "70009999",
    "juana@example.org",
    "old@example.org",
    "01234567-8",
    "012345678",
    "DOLOR-AGUDO",
    "NOTA-SECRETA",
    "GRIPE-RARA",
    "JARABE",
    "REF-JUANA",
    "KEY-JUANA",
];

/// A clinic with a former patient Juana, who was renamed, rescheduled and sent to webhooks. Her visits are
/// over; Leo's are not.
fn with_juana() -> (Clinic, Appointment) {
    let mut clinic = Clinic::open();
    clinic.does("webhook add --url http://127.0.0.1:9/full --code FULL --allow-private --quiet");
    clinic.does("webhook add --url http://127.0.0.1:9/thin --code THIN --thin --allow-private --quiet");
    clinic.does("patient add --name 'Juana Petrona' --phone 7000-9999 --code JUANA-1 --email old@example.org --national-id 01234567-8");
    clinic.does("patient set JUANA-1 --name 'Juana Lovelace' --phone 7765-4321 --email juana@example.org --locale en --channels print");
    let booked = clinic.book(
        "--doctor GARCIA --date 2026-06-15 --time 14:00 --name 'JUANA  Lovelace' --phone +50377654321 --reason DOLOR-AGUDO
         --notes NOTA-SECRETA --external-ref REF-JUANA --idempotency-key KEY-JUANA",
    );
    clinic.does(&format!(
        "reschedule {} --date 2026-06-16 --time 10:00 --reason 'Lovelace no puede'",
        booked.code
    ));
    clinic
        .does("book --doctor GARCIA --date 2026-06-17 --time 09:00 --patient JUANA-1 --source wa50377654321");
    clinic.does("book --doctor GARCIA --date 2026-08-17 --time 09:00 --name 'Leo Sol' --phone 7700-0002 --notes OTRA-NOTA");
    clinic.at("2026-06-16T10:05:00-06:00");
    clinic.does(&format!("status {} completed --diagnosis GRIPE-RARA --prescription JARABE", booked.code));
    clinic.at("2026-06-17T12:00:00-06:00");
    (clinic, booked)
}

#[test]
fn an_erased_patient_is_in_no_byte_of_the_book() {
    let (mut clinic, booked) = with_juana();
    let before = bytes(&clinic);
    let sealed = clinic.place().ask("SELECT national_id_hash FROM patients WHERE code = 'JUANA-1'");
    for word in [
        "Juana",
        "juana@example.org",
        "77654321",
        "NOTA-SECRETA",
        "GRIPE-RARA",
        "REF-JUANA",
        sealed[0].as_str(),
    ] {
        assert!(holds(&before, word), "{word} was there");
    }
    let would: Erased = clinic.json("patient erase JUANA-1 --dry-run");
    assert_eq!((would.dry_run, would.visits, would.scrubbed), (Some(true), 2, None));
    let erased: Erased = clinic.json("patient erase JUANA-1 --force");
    assert_eq!(erased.scrubbed, AT_ONCE);
    if AT_ONCE == Some(false) {
        clinic.does("db scrub --force");
    }
    assert_eq!(
        (erased.visits, erased.messages, erased.events, erased.entries),
        (would.visits, would.messages, would.events, would.entries)
    );
    assert!(
        erased.changed
            && erased.messages > 3
            && erased.events > 2
            && erased.deliveries > 4
            && erased.entries > 5
    );
    let after = bytes(&clinic);
    for word in JUANA.into_iter().chain([sealed[0].as_str()]) {
        assert!(!holds(&after, word), "{word} is still there");
    }
    for word in ["Leo Sol", "+50377000002", "OTRA-NOTA"] {
        assert!(holds(&after, word), "{word} is gone, too");
    }
    clinic.is_sound();
    // The visit keeps its times without a name, and accepts no changes.
    let shown: Appointment = clinic.json(&format!("show {}", booked.code));
    assert_eq!(
        (shown.date.as_str(), shown.start_time.as_str(), shown.status.as_str()),
        ("2026-06-16", "10:00", "completed")
    );
    assert_eq!(
        (shown.reason, shown.notes, shown.diagnosis, shown.external_reference_id),
        (None, None, None, None)
    );
    assert_eq!((shown.patient.full_name.as_str(), shown.patient.phone.as_str()), ("(erased)", ""));
    assert_ne!(shown.patient.code, "JUANA-1", "a code that was given may be a name");
    let _ = clinic.refused(&format!("update {} --notes Juana", booked.code), "INVALID_STATE_TRANSITION", 5);
    let _ = clinic.refused(
        &format!("patient set {} --name Juana", erased.patient_id),
        "INVALID_STATE_TRANSITION",
        5,
    );
    for word in ["lovelace", "77654321", "01234567-8", "erased"] {
        assert_eq!(clinic.json::<Patients>(&format!("patient find {word}")).total, 0, "{word}");
    }
    // Erasing again changes nothing.
    let entries = clinic.run("audit log --limit 1000 --json");
    let again: Erased = clinic.json(&format!("patient erase {} --force", erased.patient_id));
    assert_eq!((again.changed, again.visits, again.scrubbed), (false, 0, Some(true)));
    assert_eq!(clinic.run("audit log --limit 1000 --json"), entries);
    // A later booking creates a new patient.
    clinic.at("2026-06-18T08:00:00-06:00");
    let anew = clinic
        .book("--doctor GARCIA --date 2026-06-22 --time 14:00 --name 'Juana Lovelace' --phone 7765-4321");
    assert_ne!(anew.patient.id, erased.patient_id);
    clinic.is_sound();
}

#[test]
fn a_request_that_is_sent_again_does_not_bring_them_back() {
    let (clinic, booked) = with_juana();
    clinic.does("patient erase JUANA-1 --force");
    let again = "--doctor GARCIA --date 2026-06-22 --time 14:00 --name 'JUANA  Lovelace' --phone +50377654321 --reason DOLOR-AGUDO
         --notes NOTA-SECRETA --idempotency-key KEY-JUANA";
    let refusal = clinic.not_booked(again, "IDEMPOTENCY_MISMATCH", 4);
    assert_eq!(refusal.text("existing_appointment_id"), booked.id);
    assert!(refusal.message.contains("whose patient was erased"), "{}", refusal.message);
    let total = clinic.json::<Patients>("patient list").total;
    assert_eq!(total, 1, "Leo alone");
}

#[test]
fn a_calendar_that_was_imported_names_them_no_more() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Zoe Luz' --phone 7711-2233");
    let event = |uid: &str, day: u8, summary: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART:202607{day:02}T090000\nDTEND:202607{day:02}T100000\nSUMMARY:{summary}\nEND:VEVENT\n"
        )
    };
    let calendar = |words: [&str; 3]| {
        let events: String =
            (4_u8..).zip(words).map(|(day, said)| event(&format!("e{day}"), day, said)).collect();
        clinic.file("own.ics", format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"));
        clinic.does("import ics own.ics --as closures --doctor GARCIA");
    };
    // Earlier names of a calendar entry are in the audit log only.
    calendar(["Zoe Luz, control", "tel 7711 2233", "Congreso"]);
    calendar(["Zoe Luz, control", "Junta", "Congreso"]);
    let before = bytes(&clinic);
    assert!(holds(&before, "Zoe Luz") && holds(&before, "7711 2233"));
    clinic.does("patient erase 7711-2233 --force");
    let after = bytes(&clinic);
    for word in ["Zoe", "7711 2233", "control"] {
        assert!(!holds(&after, word), "{word} is still there");
    }
    let closures: Value = clinic.json("closure list");
    let mut reasons: Vec<(&str, &str)> = closures["closures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|closure| (closure["from"].as_str().unwrap(), closure["reason"].as_str().unwrap()))
        .collect();
    reasons.sort_unstable();
    let reasons: Vec<&str> = reasons.into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, ["(erased)", "Junta", "Congreso"], "the time stays closed");
    clinic.is_sound();
}

#[test]
fn what_was_told_of_them_is_not_told_again() {
    let (clinic, booked) = with_juana();
    clinic.does("patient erase JUANA-1 --force");
    let log = clinic.json::<Value>(&format!("webhook log --appointment {}", booked.code));
    let deliveries = log["deliveries"].as_array().unwrap();
    assert!(deliveries.len() > 3);
    assert!(deliveries.iter().all(|one| one["status"] == "dropped"), "{deliveries:?}");
    let refusal = clinic.refused(
        &format!("webhook replay {}", deliveries[0]["delivery_id"].as_str().unwrap()),
        "INVALID_STATE_TRANSITION",
        5,
    );
    assert!(refusal.message.contains("erased"), "{refusal:?}");
    // A replay of all of an endpoint's deliveries skips the erased ones.
    clinic.does("webhook replay --webhook FULL --since 2026-06-01");
    let pending = clinic.json::<Value>("webhook log --status pending");
    let pending = pending["deliveries"].as_array().unwrap();
    assert!(!pending.is_empty() && pending.iter().all(|one| one["appointment_code"] != booked.code.as_str()));
    clinic.is_sound();
}

#[test]
fn a_patient_with_visits_ahead_is_not_erased() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let before = clinic.content();
    for line in ["patient erase 'Juan Pérez' --force", "patient erase 'Juan Pérez' --dry-run"] {
        let refusal = clinic.refused(line, "INVALID_STATE_TRANSITION", 5);
        assert_eq!(refusal.texts("appointments"), [booked.code.as_str()]);
        assert!(refusal.hint.unwrap().contains("cancel"));
    }
    assert_eq!(clinic.content(), before);
    clinic.does(&format!("cancel {} --reason x", booked.code));
    clinic.does("patient erase 'Juan Pérez' --yes");
    clinic.is_sound();
}

#[test]
fn off_a_terminal_nothing_is_erased_without_force() {
    let (clinic, _) = with_juana();
    let before = clinic.content();
    let refusal = clinic.refused("patient erase JUANA-1", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["force"]);
    let _ = clinic.refused("patient erase nobody --force", "RESOURCE_NOT_FOUND", 3);
    assert_eq!(clinic.content(), before);
}

#[test]
fn what_an_erasure_leaves_in_the_pages_is_told_until_it_is_scrubbed() {
    let (mut clinic, _) = with_juana();
    let since = |clinic: &Clinic| clinic.json::<Value>("db info")["scrub_pending_since"].clone();
    let nothing: Scrubbed = clinic.json("db scrub");
    assert_eq!((nothing.changed, nothing.scrubbed, nothing.pending_since), (false, Some(true), None));
    clinic.does("patient erase JUANA-1 --force");
    if AT_ONCE == Some(true) {
        assert_eq!(since(&clinic), Value::Null);
        // Simulate a kill between the commit and the scrub.
        clinic.place().run("INSERT INTO meta (key, value) VALUES ('scrub_pending', '1781719200 9')").unwrap();
    }
    // A later erasure must not reset the time.
    clinic.does("patient add --name An --phone 7700-0009 --code AN");
    clinic.at("2026-06-17T12:05:00-06:00");
    if AT_ONCE == Some(false) {
        clinic.does("patient erase AN --force");
    }
    assert_eq!(since(&clinic), "2026-06-17T18:00:00+00:00");
    let checked: Value = clinic.json("db check");
    let finding = &checked["findings"][0];
    assert_eq!((&checked["ok"], &finding["check"]), (&true.into(), &"scrub_pending".into()));
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.contains("2026-06-17T18:00:00+00:00") && message.contains("`turno db scrub`"),
        "{message}"
    );
    // The dry run lists the tables to be locked; without a terminal, the scrub needs `--force`.
    let mut would: Scrubbed = clinic.json("db scrub --dry-run");
    would.tables.sort();
    let locked: &[&str] = if AT_ONCE == Some(true) { &[] } else { &TABLES };
    assert_eq!((would.tables, would.dry_run, would.scrubbed), (text(locked), Some(true), None));
    assert_eq!((would.bytes > 0, would.wait_seconds > 0), (!locked.is_empty(), !locked.is_empty()));
    if !locked.is_empty() {
        assert_eq!(clinic.refused("db scrub", "VALIDATION_ERROR", 2).fields(), ["force"]);
    }
    assert_eq!(since(&clinic), "2026-06-17T18:00:00+00:00");
    let done: Scrubbed = clinic.json("db scrub --yes");
    assert_eq!((done.changed, done.scrubbed, done.tables.len()), (true, Some(true), locked.len()));
    assert_eq!(since(&clinic), Value::Null);
    assert_eq!(clinic.json::<Value>("db check")["findings"], Value::Array(Vec::new()));
}

#[test]
fn on_a_terminal_a_server_s_tables_are_written_anew_once_that_is_agreed_to() {
    if AT_ONCE == Some(true) {
        return;
    }
    let (clinic, _) = with_juana();
    clinic.does("patient erase JUANA-1 --force");
    let pending = || clinic.json::<Value>("db info")["scrub_pending_since"] != Value::Null;
    for (answer, exit) in [("n\r", Some(130)), ("y\r", Some(0))] {
        assert!(pending());
        let mut talk = clinic.talks("db scrub");
        talk.waits_for("audit_log").waits_for("Write them anew?").types(answer);
        assert_eq!(talk.ends(), exit, "{answer:?}");
    }
    assert!(!pending());
}

fn text(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn an_erasure_that_was_cut_off_before_its_end_is_finished_by_the_next_on_a_file() {
    if AT_ONCE == Some(false) {
        return;
    }
    let (clinic, _) = with_juana();
    clinic.does("patient erase JUANA-1 --force");
    clinic.place().run("INSERT INTO meta (key, value) VALUES ('scrub_pending', '1781719200 9')").unwrap();
    let _ = clinic.refused("patient erase JUANA-1 --force", "RESOURCE_NOT_FOUND", 3);
    clinic.is_sound();
}

#[test]
fn what_was_answered_about_an_earlier_number_goes_and_what_tells_of_others_stays() {
    let (clinic, _) = with_juana();
    clinic.does("patient add --name An --phone 7700-0009 --code AN");
    let said = |what: &str| {
        let rest = format!(
            "INSERT INTO channel_rests (clinic_id, channel, rests_since, rest_until, reason)
             SELECT id, 'sms', 0, 0, '{what}' FROM clinics"
        );
        clinic.place().run(&format!("DELETE FROM channel_rests; {rest}")).unwrap();
    };
    let reason = || clinic.place().ask("SELECT reason FROM channel_rests").concat();
    said("the channel answered: an account cannot be Banana");
    clinic.does("patient erase AN --force");
    assert!(reason().contains("Banana"), "{}", reason());
    said("21610: +503 7000-9999 has opted out");
    clinic
        .place()
        .run("UPDATE appointments SET source = 'Juana Petrona' WHERE notes IS NULL AND source LIKE 'wa5%'")
        .unwrap();
    clinic.does("patient erase JUANA-1 --force");
    assert_eq!(reason(), "");
    assert!(!clinic.place().content().contains("Petrona"));
}

#[test]
fn an_erased_visit_is_followed_up_no_more() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.at("2026-06-15T15:00:00-06:00");
    clinic.does(&format!("status {} completed --follow-up 2026-06-16", booked.code));
    clinic.at("2026-06-17T12:00:00-06:00");
    let due = || clinic.list("--follow-up-due").total;
    assert_eq!(due(), 1);
    clinic.does("patient erase 'Juan Pérez' --force");
    assert_eq!(due(), 0);
}

#[test]
fn an_erasure_that_is_killed_has_happened_or_not_and_can_be_finished() {
    let (mut whole, mut pending, mut done) = (0, 0, 0);
    // A server needs more time for each step.
    let step = if AT_ONCE == Some(true) { 4 } else { 15 };
    for round in 0..12 {
        let (clinic, booked) = with_juana();
        let mut desk = clinic.process("patient erase JUANA-1 --force --quiet");
        let mut desk =
            desk.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(step * round));
        desk.kill().unwrap();
        desk.wait().unwrap();
        let checked: Value = clinic.json("db check");
        assert_eq!(checked["ok"], true, "{checked}");
        let named = clinic.place().ask("SELECT count(*) FROM patients WHERE full_name LIKE 'JUANA%'");
        let notes = clinic.place().ask("SELECT count(*) FROM appointments WHERE notes = 'NOTA-SECRETA'");
        assert_eq!(named, notes, "the whole of it or nothing");
        match (named[0].as_str(), checked["findings"].as_array().unwrap().len()) {
            ("1", 0) => whole += 1,
            ("0", 1) => pending += 1,
            ("0", 0) => done += 1,
            other => panic!("{other:?}"),
        }
        let erased: Erased = clinic.json(&format!("patient erase {} --force", booked.patient.id));
        assert_eq!(erased.changed, named[0] == "1");
        clinic.does("db scrub --force");
        let after = bytes(&clinic);
        for word in JUANA {
            assert!(!holds(&after, word), "{word} is still there, killed after {} ms", step * round);
        }
        clinic.is_sound();
    }
    assert_eq!(whole + pending + done, 12, "killed before {whole}, between {pending}, after {done}");
}

#[test]
fn a_reader_that_stays_is_warned_of() {
    let (clinic, _) = with_juana();
    // Both engines keep rows that an open transaction can still read.
    let looking = "SELECT count(*) FROM patients";
    let reader: Box<dyn std::any::Any> = match clinic.place() {
        Place::File(path) => {
            let reader = rusqlite::Connection::open(path).unwrap();
            reader.execute_batch(&format!("BEGIN; {looking}")).unwrap();
            Box::new(reader)
        }
        Place::Database(database) => {
            let mut reader = database.connect();
            reader.batch_execute(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ; {looking}")).unwrap();
            Box::new(reader)
        }
    };
    let ran = clinic.ran("patient erase JUANA-1 --force --json").exits(0);
    assert_eq!(ran.stderr().starts_with("warning: "), AT_ONCE == Some(true), "{}", ran.stderr());
    let erased: Erased = ran.json();
    assert_eq!((erased.changed, erased.scrubbed), (true, Some(false)));
    assert_eq!(ran.stderr().contains("`turno db scrub`"), AT_ONCE == Some(true), "{}", ran.stderr());
    let refusal = clinic.refused("db scrub --force", "STORE_BUSY", 7);
    assert!(refusal.message.contains("keeps reading"), "{refusal:?}");
    drop(reader);
    let done: Scrubbed = clinic.json("db scrub --force");
    assert_eq!((done.changed, done.scrubbed), (true, Some(true)));
    assert!(!holds(&bytes(&clinic), "Lovelace"));
    clinic.is_sound();
}

#[test]
fn an_erased_record_says_no_more_than_that_it_was() {
    let (clinic, _) = with_juana();
    let erased: Erased = clinic.json("patient erase JUANA-1 --force");
    let seen: Patient = clinic.json(&format!("patient show {} --reveal", erased.code));
    assert!(!seen.active && seen.opt_out && seen.erased_at.is_some());
    assert_eq!((seen.email, seen.national_id, seen.locale, seen.channels), (None, None, None, None));
}
