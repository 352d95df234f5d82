//! Lists of appointments: filters, pages, order, CSV and counts.

use crate::support::Clinic;
use crate::support::views::{Count, List};

/// A week with appointments of different doctors, days, patients and sources.
fn week() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Sol' --code SOL");
    clinic.does("service add --name Vacuna --code VAC");
    clinic.does("window add --doctor SOL --days mon-fri --from 09:00 --to 17:00");
    for (minute, doctor, date, time, name, source, more) in [
        (1, "GARCIA", "2026-06-15", "10:00", "Ana", "whatsapp", ""),
        (2, "SOL", "2026-06-15", "09:00", "Eva", "manual", "--service VAC"),
        (3, "GARCIA", "2026-06-16", "09:00", "Ana", "whatsapp", "--status scheduled"),
        (4, "GARCIA", "2026-06-17", "09:00", "Leo", "web", ""),
        (5, "SOL", "2026-06-18", "09:00", "Ana", "WhatsApp", ""),
    ] {
        clinic.at(&format!("2026-06-01T08:{minute:02}:00-06:00"));
        let phone = match name {
            "Ana" => "7700-0001",
            "Eva" => "7700-0002",
            _ => "7700-0003",
        };
        clinic.does(&format!(
            "book --doctor {doctor} --date {date} --time {time} --name {name} --phone {phone} --source {source} {more}"
        ));
    }
    clinic
}

/// `day name` of each appointment, in order.
fn who(clinic: &Clinic, filters: &str) -> Vec<String> {
    let List { appointments, .. } = clinic.list(filters);
    appointments.iter().map(|a| format!("{} {}", &a.date[8..], a.patient.full_name)).collect()
}

#[test]
fn d1_the_list_filters_by_date_range_status_and_doctor() {
    let clinic = week();
    for (filters, expected) in [
        ("", &["15 Eva", "15 Ana", "16 Ana", "17 Leo", "18 Ana"][..]),
        ("--date 2026-06-15", &["15 Eva", "15 Ana"]),
        ("--from 2026-06-16 --to 2026-06-17", &["16 Ana", "17 Leo"]),
        ("--from 2026-06-17", &["17 Leo", "18 Ana"]),
        ("--to 2026-06-15", &["15 Eva", "15 Ana"]),
        ("--status scheduled", &["16 Ana"]),
        ("--status scheduled --status confirmed --date 2026-06-16", &["16 Ana"]),
        ("--status cancelled", &[]),
        ("--doctor SOL", &["15 Eva", "18 Ana"]),
        ("--doctor 'dra. sol' --date 2026-06-18", &["18 Ana"]),
        ("--patient 7700-0001 --doctor GARCIA", &["15 Ana", "16 Ana"]),
        ("--service vacuna", &["15 Eva"]),
        ("--source whatsapp", &["15 Ana", "16 Ana", "18 Ana"]),
        ("--branch main --date 2026-06-17", &["17 Leo"]),
        ("--sort created", &["15 Ana", "15 Eva", "16 Ana", "17 Leo", "18 Ana"]),
    ] {
        assert_eq!(who(&clinic, filters), expected, "{filters}");
    }
}

#[test]
fn all_are_counted_where_that_does_not_read_the_whole_book_or_it_is_asked_for() {
    let clinic = week();
    clinic.does("patient add --name Zoe --phone 7700-0099");
    let told = |line: &str| {
        let page: serde_json::Value = clinic.json(line);
        (page["total"].as_u64(), page["has_more"].as_bool().unwrap())
    };
    let patients = told("patient list").0;
    assert!(patients > Some(2));
    for (line, total, has_more) in [
        ("list", Some(5), false),
        ("list --limit 5", Some(5), false),
        ("list --limit 2", None, true),
        ("list --limit 2 --total", Some(5), true),
        ("list --limit 2 --page 3", Some(5), false),
        ("list --limit 2 --page 9", None, false),
        ("list --limit 2 --from 2026-06-15", None, true),
        ("list --limit 2 --status scheduled,confirmed", None, true),
        ("list --limit 2 --from 2026-06-01 --to 2026-06-30", Some(5), true),
        ("patient list --limit 2", None, true),
        ("patient list --limit 2 --total", patients, true),
        ("patient list --limit 2 --page 9", None, false),
    ] {
        assert_eq!(told(line), (total, has_more), "{line}");
    }
    let shown = clinic.run("list --limit 2");
    assert!(shown.contains("2, page 1; more follow: --page 2, and --total counts them"), "{shown}");
    assert!(clinic.run("list --limit 2 --total").contains("2 of 5, page 1"));
}

#[test]
fn d1_pages_have_a_limit_a_total_and_nested_records() {
    let clinic = week();
    let all = clinic.list("");
    assert_eq!((all.total, all.page, all.limit), (5, 1, 50));
    let first = &all.appointments[0];
    assert_eq!((first.patient.full_name.as_str(), first.patient.phone.as_str()), ("Eva", "+50377000002"));
    assert_eq!(first.doctor.as_ref().unwrap().full_name, "Dra. Sol");
    let mut seen = Vec::new();
    for page in 1..=3 {
        let List { appointments, total, page: shown, limit, has_more } =
            clinic.list(&format!("--limit 2 --page {page}"));
        assert_eq!((total, shown, limit, has_more), (5, page, 2, page < 3));
        seen.extend(appointments);
    }
    assert_eq!(seen, all.appointments);
    let beyond = clinic.list("--limit 2 --page 9");
    assert_eq!((beyond.appointments.len(), beyond.total, beyond.has_more), (0, 5, false));
    for line in ["list --limit 0", "list --limit 1001", "list --page 0"] {
        let _ = clinic.refused(line, "VALIDATION_ERROR", 2);
    }
}

#[test]
fn bad_filters_are_named_together_and_unknown_records_not_found() {
    let clinic = week();
    let refusal = clinic.refused("list --date someday --status tidied", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["date", "status"]);
    let refusal = clinic.refused("list --from 2026-06-17 --to 2026-06-16", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["to"]);
    for (filter, kind) in [("--doctor X", "doctor"), ("--branch X", "branch"), ("--patient X", "patient")] {
        let refusal = clinic.refused(&format!("list {filter}"), "RESOURCE_NOT_FOUND", 3);
        assert_eq!(refusal.text("kind"), kind);
    }
}

#[test]
fn d2_bookings_from_whatsapp_are_counted_since_a_moment() {
    let mut clinic = week();
    clinic.at("2026-06-01T12:00:00-06:00");
    let count = |filters: &str| -> Count { clinic.json(&format!("count {filters}")) };
    let lately = count("--source whatsapp");
    assert_eq!((lately.count, lately.since.as_str()), (3, "2026-05-31T12:00:00-06:00"));
    assert_eq!(count("").count, 5);
    assert_eq!(count("--source whatsapp --since 2026-06-01T08:03:00-06:00").count, 2);
    assert_eq!(count("--since 2026-06-01T14:04:00Z").count, 2);
    let today = count("--since 2026-06-01");
    assert_eq!((today.count, today.since.as_str()), (5, "2026-06-01T00:00:00-06:00"));
    assert_eq!(count("--since 2026-06-02").count, 0);
    assert_eq!(count("--doctor SOL --source whatsapp").count, 1);
    clinic.at("2026-06-02T08:02:30-06:00");
    let counted: Count = clinic.json("count --source whatsapp");
    assert_eq!(counted.count, 2, "a day later the first one is older than 24 hours");
}

#[test]
fn s8_follow_ups_that_are_due_are_listed() {
    let mut clinic = week();
    let codes: Vec<String> = clinic.list("").appointments.into_iter().map(|a| a.code).collect();
    clinic.does(&format!("update {} --follow-up 2026-07-01", codes[0]));
    clinic.does(&format!("update {} --follow-up 2026-07-02", codes[1]));
    assert_eq!(who(&clinic, "--follow-up-due"), Vec::<String>::new());
    clinic.at("2026-07-01T08:00:00-06:00");
    assert_eq!(who(&clinic, "--follow-up-due"), ["15 Eva"]);
    clinic.at("2026-07-05T08:00:00-06:00");
    assert_eq!(who(&clinic, "--follow-up-due"), ["15 Eva", "15 Ana"]);
}

#[test]
fn csv_has_a_header_and_a_row_for_each_with_nested_columns() {
    let clinic = week();
    clinic.does(&format!("update {} --notes 'uno, \"dos\"'", clinic.list("").appointments[0].code));
    let text = clinic.run("list --format csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| {
        header.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name}: {header:?}"))
    };
    let (name, doctor, notes) = (column("patient.full_name"), column("doctor.full_name"), column("notes"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    assert_eq!((&rows[0][name], &rows[0][doctor], &rows[0][notes]), ("Eva", "Dra. Sol", "uno, \"dos\""));
    let slots = clinic.run("slots --doctor SOL --date 2026-06-18 --format csv");
    assert_eq!(slots.lines().count(), 1 + 15);
    assert!(slots.starts_with("doctor_id,"), "{slots}");
}

#[test]
fn the_table_shows_what_a_desk_needs() {
    let clinic = week();
    let text = clinic.run("list --date 2026-06-15");
    for word in ["Eva", "+50377000002", "Dra. Sol", "Vacuna", "confirmed", "09:00"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
    assert_eq!(clinic.run("list --date 2026-06-14"), "no appointments\n");
}

/// The booking order and counts since an instant depend on the ids.
#[test]
fn an_id_begins_with_the_second_of_the_booking_however_it_was_booked() {
    let mut clinic = week();
    clinic.at("2026-06-01T09:10:00-06:00");
    clinic.does(
        "book --doctor SOL --date 2026-06-22 --time 09:00 --name Eva --phone 7700-0002 --every week --times 3",
    );
    clinic.at("2026-06-01T09:20:00-06:00");
    clinic.file("old.csv", "at,duration,doctor,name,phone\n2024-03-01T09:00,15,GARCIA,Teo,7700-0004\n");
    clinic.does("import csv appointments old.csv");
    clinic.at("2026-06-01T09:30:00-06:00");
    clinic.does("waitlist add --doctor SOL --name Mia --phone 7700-0005");
    clinic.does("waitlist offer WAIT-001 --at 2026-06-15T10:00");
    clinic.at("2026-06-01T09:40:00-06:00");
    clinic.does("waitlist accept WAIT-001");
    let List { appointments, .. } = clinic.list("--sort created");
    assert_eq!(appointments.len(), 10);
    for appointment in &appointments {
        let digits = appointment.id.replace('-', "");
        let made = chrono::DateTime::parse_from_rfc3339(&appointment.created_at).unwrap();
        assert_eq!(i64::from_str_radix(&digits[..12], 16), Ok(made.timestamp_millis()), "{appointment:?}");
    }
    assert!(appointments.is_sorted_by_key(|appointment| appointment.created_at.clone()));
    let since = |at: &str| clinic.json::<Count>(&format!("count --since {at}")).count;
    assert_eq!(since("2026-06-01T09:20:00-06:00"), 2);
    assert_eq!(since("2026-06-01T09:20:01-06:00"), 1);
}
