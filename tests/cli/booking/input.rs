//! `--input` with many objects: streamed results, with each refusal in its place.

use crate::support::views::{Appointment, ErrorLine, Refusal};
use crate::support::{Clinic, Ran};

/// A line of the output.
#[derive(Debug)]
enum Answer {
    Booked(Box<Appointment>),
    Refused(Refusal),
}

fn answers(ran: &Ran) -> Vec<Answer> {
    let read = |line: &str| match serde_json::from_str::<ErrorLine>(line) {
        Ok(ErrorLine { error }) => Answer::Refused(error),
        Err(_) => {
            Answer::Booked(Box::new(serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))))
        }
    };
    ran.stdout().lines().map(read).collect()
}

/// `HH:MM` of a booking, `CODE@line` of a refusal.
fn short(answers: &[Answer]) -> Vec<String> {
    let word = |answer: &Answer| match answer {
        Answer::Booked(booked) => booked.start_time.clone(),
        Answer::Refused(refusal) => format!("{}@{}", refusal.code, refusal.line.unwrap()),
    };
    answers.iter().map(word).collect()
}

fn body(time: &str, phone: u32) -> String {
    format!(
        r#"{{"doctor_id":"GARCIA","date":"2026-06-15","time":"{time}","patient_name":"P {phone}","patient_phone":"+5037700{phone:04}"}}"#
    )
}

#[test]
fn many_objects_are_booked_each_on_its_own_with_refusals_in_their_place() {
    let clinic = Clinic::open();
    let lines = [
        body("09:00", 1),
        body("09:00", 2),
        String::new(),
        "nonsense".to_owned(),
        r#"{"doctor_id":"GARCIA","colour":"blue","date":"2026-02-30","time":"10:00"}"#.to_owned(),
        body("08:00", 3),
        body("10:00", 4),
    ];
    let ran = clinic.fed("book --input - --json", lines.join("\n")).exits(4);
    assert_eq!(ran.stderr(), "");
    let answers = answers(&ran);
    assert_eq!(
        short(&answers),
        [
            "09:00",
            "APPOINTMENT_CONFLICT@2",
            "VALIDATION_ERROR@4",
            "VALIDATION_ERROR@5",
            "OUTSIDE_AVAILABILITY@6",
            "10:00"
        ]
    );
    let Answer::Refused(shape) = &answers[3] else { panic!("{answers:?}") };
    assert_eq!(shape.fields(), ["colour", "date", "patient_name", "patient_phone"]);
    let Answer::Refused(conflict) = &answers[1] else { panic!("{answers:?}") };
    assert_eq!(conflict.texts("suggested_times"), ["09:30", "10:00", "10:30"]);
    assert_eq!(clinic.list("").total, 2);
    clinic.is_sound();
}

#[test]
fn a_booking_that_is_stopped_half_way_leaves_nothing_and_the_others_stand() {
    let clinic = Clinic::open();
    // The index makes later bookings at 10:00 fail after their patients were written.
    let once = "CREATE UNIQUE INDEX ten_once ON appointments (start_time) WHERE start_time = '10:00'";
    clinic.place().run(once).unwrap();
    let tuesday = |time: &str, phone: u32| body(time, phone).replace("06-15", "06-16");
    let lines = [
        body("09:00", 1),
        body("09:00", 2),
        body("10:00", 3),
        tuesday("10:00", 4),
        body("11:00", 5),
        tuesday("10:00", 6),
    ];
    let ran = clinic.fed("book --input - --json", lines.join("\n")).exits(4);
    assert_eq!(
        short(&answers(&ran)),
        ["09:00", "APPOINTMENT_CONFLICT@2", "10:00", "INTERNAL@4", "11:00", "INTERNAL@6"],
    );
    assert_eq!(clinic.list("").total, 3);
    let patients = "SELECT full_name FROM patients WHERE full_name LIKE 'P %' ORDER BY full_name";
    assert_eq!(clinic.place().ask(patients), ["P 1", "P 3", "P 5"]);
    clinic.place().run("DROP INDEX ten_once").unwrap();
    clinic.is_sound();
}

#[test]
fn an_array_is_many_even_with_one_element() {
    let clinic = Clinic::open();
    let array = format!("[\n{},\n{}]", body("09:00", 1), body("09:00", 2));
    let ran = clinic.fed("book --input - --json", array).exits(4);
    assert_eq!(short(&answers(&ran)), ["09:00", "APPOINTMENT_CONFLICT@3"]);
    let one = clinic.fed("book --input - --json", format!("[{}]", body("09:00", 3))).exits(4);
    assert_eq!(short(&answers(&one)), ["APPOINTMENT_CONFLICT@1"]);
    let all = clinic.fed("book --input -", format!("[{}]", body("09:30", 3))).exits(0);
    assert_eq!(short(&answers(&all)), ["09:30"], "many stream as NDJSON whatever the format");
    let none = clinic.fed("book --input - --json", "[]").exits(0);
    assert_eq!(none.stdout(), "");
}

#[test]
fn one_object_on_many_lines_is_one_booking() {
    let clinic = Clinic::open();
    let pretty = body("09:00", 1).replace(',', ",\n  ");
    let booked: Appointment = clinic.fed("book --input - --json", pretty).exits(0).json();
    assert_eq!((booked.start_time.as_str(), booked.idempotent), ("09:00", Some(false)));
    let refusal = clinic.fed("book --input - --json", body("09:00", 2)).refusal("APPOINTMENT_CONFLICT", 4);
    assert_eq!(refusal.line, None, "one object is refused as one command is");
}

#[test]
fn an_object_that_is_cut_short_is_refused_and_those_before_it_are_booked() {
    let clinic = Clinic::open();
    let half = &body("09:00", 1)[..60];
    let refusal = clinic.fed("book --input - --json", half).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["input"]);
    assert!(refusal.message.contains("cut short"), "{}", refusal.message);
    assert_eq!(clinic.list("").total, 0);
    let ran = clinic.fed("book --input - --json", format!("{}\n{half}", body("09:00", 1))).exits(4);
    assert_eq!(short(&answers(&ran)), ["09:00", "VALIDATION_ERROR@2"]);
}

#[test]
fn input_that_is_no_object_is_refused() {
    let clinic = Clinic::open();
    for input in ["", "42", "\"text\"", "null", "not json"] {
        let refusal = clinic.fed("book --input - --json", input).refusal("VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["input"], "{input:?}");
    }
    let refusal = clinic.fed("book --input - --json", b"{\"doctor_id\":\"\xff\xfe\"}".to_vec());
    let refusal = refusal.refusal("VALIDATION_ERROR", 2);
    assert!(refusal.message.contains("UTF-8"), "{}", refusal.message);
    for command in ["cancel X", "status X", "update X", "reschedule X"] {
        for input in ["", "[]", "42", "{\"a\":", "{} {}"] {
            let refusal =
                clinic.fed(&format!("{command} --input - --json"), input).refusal("VALIDATION_ERROR", 2);
            assert_eq!(refusal.fields(), ["input"], "{command} {input:?}");
        }
    }
}

#[test]
fn one_object_is_a_mebibyte_at_most() {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    let with =
        |notes: usize| body("09:00", 1).replace('}', &format!(",\"notes\":\"{}\"}}", "x".repeat(notes)));
    for (command, exit) in
        [("book", 2), ("update X", 2), ("status X", 2), ("cancel X", 2), ("reschedule X", 2)]
    {
        let ran = clinic.fed(&format!("{command} --input - --json"), with(1 << 20));
        let refusal = ran.refusal("VALIDATION_ERROR", exit);
        assert_eq!(refusal.text("input"), "is longer than 1 MiB", "{command}");
        clinic.file("long.json", with(1 << 20));
        let _ = clinic.refused(&format!("{command} --input long.json"), "VALIDATION_ERROR", exit);
    }
    // Smaller objects meet the limits of their fields.
    let refusal = clinic.fed("book --input - --json", with(1_000_000)).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["notes"]);
    // In a stream, only the long object is refused, with its line number.
    let many = [body("09:00", 1), with(3 << 20), body("09:30", 2)];
    let ran = clinic.fed("book --input -", many.join("\n")).exits(4);
    assert_eq!(short(&answers(&ran)), ["09:00", "VALIDATION_ERROR@2", "09:30"]);
    let ran = clinic.fed("book --input -", format!("[{}]", many.join(",\n").replace("09:", "10:"))).exits(4);
    assert_eq!(short(&answers(&ran)), ["10:00", "VALIDATION_ERROR@2", "10:30"]);
    // A whole array is read before the first booking, up to 16 MiB.
    let array = format!("[{}]", with(17 << 20));
    let refusal = clinic.fed("book --input - --json", array).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.text("input"), "is longer than 16 MiB");
    // Too many fields.
    let names: String = (0..2000).map(|n| format!("\"n{n}\":1,")).collect();
    let refusal =
        clinic.fed("book --input - --json", format!("{{{names}\"z\":1}}")).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.text("input"), "has more than 1000 fields");
    assert_eq!(clinic.list("").total, 4);
}

/// The peak memory of a command with the given input, in MiB.
#[cfg(target_os = "linux")]
fn peak(clinic: &Clinic, line: &str, input: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>) -> u64 {
    use std::process::Stdio;
    let mut command = clinic.process(line);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A refused command may stop reading.
    let _ = input(&mut stdin);
    // Give the program time to read what is in the pipe.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    drop(stdin);
    let _ = child.wait().unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn an_object_without_end_takes_no_memory() {
    let clinic = Clinic::open();
    let megabyte = vec![b'x'; 1 << 20];
    let lines = b"1,\n".repeat(300_000);
    for line in ["book --input -", "update X --input -", "import fhir -"] {
        for (head, part) in
            [("{\"notes\":\"", &megabyte), ("[{\"notes\":\"", &megabyte), ("{\"a\":[\n", &lines)]
        {
            let head =
                if line.starts_with("import") { head.replace("{\"", "{\"entry\":[{\"") } else { head.into() };
            let peak = peak(&clinic, line, |stdin| {
                stdin.write_all(head.as_bytes())?;
                (0..60).try_for_each(|_| stdin.write_all(part))
            });
            assert!(peak < 48, "{line} {head} took {peak} MiB");
        }
    }
}

#[test]
fn unknown_fields_and_wrong_types_are_refused_together() {
    let clinic = Clinic::open();
    let input = r#"{"doctor_id":["GARCIA"],"date":20260615,"time":"9am","patient_name":"","patient_phone":true,
        "duration_minutes":1.5,"colour":"blue","send_notification":"no"}"#;
    let refusal = clinic.fed("book --input - --json", input).refusal("VALIDATION_ERROR", 2);
    for field in [
        "colour",
        "date",
        "doctor_id",
        "duration_minutes",
        "patient_name",
        "patient_phone",
        "send_notification",
        "time",
    ] {
        assert!(refusal.details.contains_key(field), "{field}: {:?}", refusal.details);
    }
    let twice = format!("{{\"doctorId\":\"GARCIA\",{}", &body("09:00", 1)[1..]);
    let refusal = clinic.fed("book --input - --json", twice).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.details.len(), 1, "{:?}", refusal.details);
}

#[test]
fn json_takes_iso_dates_and_times_only() {
    let clinic = Clinic::open();
    for (date, time) in
        [("tomorrow", "09:00"), ("+1d", "09:00"), ("2026-06-15", "9am"), ("15/06/2026", "09:00")]
    {
        let input = body(time, 1).replace("2026-06-15", date);
        let refusal = clinic.fed("book --input - --json", input).refusal("VALIDATION_ERROR", 2);
        assert_eq!(refusal.details.len(), 1, "{date} {time}: {:?}", refusal.details);
    }
}

#[test]
fn null_means_not_given() {
    let clinic = Clinic::open();
    let input = body("09:00", 1)
        .replace('}', r#","notes":null,"duration_minutes":null,"session":null,"status":null}"#);
    let booked: Appointment = clinic.fed("book --input - --json", input).exits(0).json();
    assert_eq!((booked.notes.as_deref(), booked.status.as_str()), (None, "confirmed"));
}

#[test]
fn send_notification_false_leaves_out_the_confirmation_and_keeps_the_reminders() {
    let clinic = Clinic::open();
    let input = body("09:00", 1).replace('}', r#","send_notification":false}"#);
    let _: Appointment = clinic.fed("book --input - --json", input).exits(0).json();
    let messages: crate::support::views::Messages = clinic.json("remind list");
    let kinds: Vec<&str> = messages.messages.iter().map(|message| message.kind.as_str()).collect();
    assert_eq!(kinds, ["reminder", "reminder"]);
}

#[test]
fn a_rehearsal_of_many_writes_nothing() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let ran =
        clinic.fed("book --input - --dry-run --json", format!("{}\n{}", body("09:00", 1), body("09:30", 2)));
    let ran = ran.exits(0);
    for answer in answers(&ran) {
        let Answer::Booked(booked) = answer else { panic!("{answer:?}") };
        assert_eq!(booked.dry_run, Some(true));
    }
    assert_eq!(clinic.content(), before);
}

/// The output of streamed bookings is written by separate code.
#[test]
fn a_booking_of_a_stream_is_answered_as_one_of_its_own() {
    let clinic = Clinic::open();
    let hard = r#"{"reason":"\"Tos\"\\\n\u0007 – ¿fiebre?","external_reference_id":"w\u007f1","#;
    let said = |line: &str, input: String| -> serde_json::Value { clinic.fed(line, input).exits(0).json() };
    let rehearsed = |input: String| {
        let mut value = said("book --input - --json --dry-run", input);
        // Random values.
        for drawn in ["/id", "/code", "/idempotency_key", "/patient_id", "/patient/id", "/patient/code"] {
            let place = value.pointer_mut(drawn).unwrap();
            assert!(place.as_str().is_some_and(|text| !text.is_empty()), "{drawn}: {place}");
            *place = "drawn".into();
        }
        value.to_string()
    };
    let one = body("09:00", 1).replacen('{', hard, 1);
    let alone = rehearsed(one.clone());
    assert!(
        alone.contains(r#"\"Tos\"\\\n\u0007 – ¿fiebre?"#) && alone.ends_with(r#","dry_run":true}"#),
        "{alone}"
    );
    // An array counts as many, even with one element.
    assert_eq!(rehearsed(format!("[{one}]")), alone);

    let keys = |value: serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let alone = keys(said("book --input - --json", one));
    let of_many = keys(said("book --input - --json", format!("[{}]", body("10:00", 2))));
    assert_eq!(of_many, alone);
    assert_eq!(alone.last().map(String::as_str), Some("idempotent"));
}

#[test]
fn two_thousand_bookings_go_in_one_stream() {
    let clinic = Clinic::in_zone("America/El_Salvador");
    for doctor in 0..20 {
        clinic.does(&format!("doctor add --name 'Doctor {doctor}' --code D{doctor} --slot 10"));
        clinic.does(&format!("window add --doctor D{doctor} --days daily --from 06:00 --to 23:00"));
    }
    let mut input = String::new();
    for number in 0..2000 {
        let (doctor, slot) = (number % 20, number / 20);
        let (hour, minute) = (6 + slot / 6, slot % 6 * 10);
        input.push_str(&format!(
            "{{\"doctor_id\":\"D{doctor}\",\"date\":\"2026-06-15\",\"time\":\"{hour:02}:{minute:02}\",\"patient_name\":\"P{number}\",\"patient_phone\":\"+503771{number:05}\"}}\n"
        ));
    }
    let ran = clinic.fed("book --input -", input.clone()).exits(0);
    let answers = answers(&ran);
    assert_eq!(answers.len(), 2000);
    let mut ids = Vec::new();
    for (number, answer) in answers.iter().enumerate() {
        let Answer::Booked(booked) = answer else { panic!("line {}: {answer:?}", number + 1) };
        ids.push((booked.id.clone(), booked.patient_id.clone()));
        assert_eq!(booked.patient.full_name, format!("P{number}"), "results come in input order");
        assert_eq!(usize::try_from(booked.token_number), Ok(number / 20 + 1));
    }
    // The ids keep the order, although all are of the same second.
    assert!(ids.is_sorted() && ids.is_sorted_by_key(|(_, patient)| patient));
    assert_eq!(clinic.list("--limit 1000 --page 2").total, 2000);
    let again: String = input.split_inclusive('\n').take(100).collect();
    let again = clinic.fed("book --input -", again).exits(4);
    assert_eq!(again.stdout().lines().filter(|line| line.contains("APPOINTMENT_CONFLICT")).count(), 100);
    clinic.is_sound();
}
