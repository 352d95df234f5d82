//! Reminders and notices: planned, dropped, rendered, sent once, late or never.

use crate::support::Clinic;
use crate::support::views::{Appointment, Messages, Sweep, Swept};

/// Kind, status and due time of all messages, by due time.
fn outbox(clinic: &Clinic) -> Vec<(String, String, String)> {
    let Messages { messages, .. } = clinic.json("remind list");
    messages.into_iter().map(|m| (m.kind, m.status, m.due_at)).collect()
}

/// The statuses of all messages, by due time.
fn statuses(clinic: &Clinic) -> Vec<String> {
    outbox(clinic).into_iter().map(|(_, status, _)| status).collect()
}

fn sent(clinic: &Clinic) -> Vec<Swept> {
    let Sweep { messages, due, sent, .. } = clinic.sweep();
    let sent_messages: Vec<Swept> = messages.into_iter().filter(|message| message.status == "sent").collect();
    assert_eq!((sent_messages.len(), sent_messages.len()), (due, sent));
    sent_messages
}

#[test]
fn d7_two_reminders_are_planned_at_booking_a_day_and_two_hours_before() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(
        outbox(&clinic),
        [
            ("confirmation".into(), "pending".into(), "2026-06-01T08:00:00-06:00".into()),
            ("reminder".into(), "pending".into(), "2026-06-14T14:00:00-06:00".into()),
            ("reminder".into(), "pending".into(), "2026-06-15T12:00:00-06:00".into()),
        ]
    );
}

#[test]
fn d7_each_goes_out_when_it_is_due_and_never_twice() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --no-notify");
    assert_eq!(sent(&clinic).len(), 0);
    let mut ids = Vec::new();
    for (now, count) in [
        ("2026-06-14T13:59:59-06:00", 0),
        ("2026-06-14T14:00:00-06:00", 1),
        ("2026-06-14T14:01:00-06:00", 0),
        ("2026-06-15T12:00:30-06:00", 1),
        ("2026-06-15T12:01:30-06:00", 0),
    ] {
        clinic.at(now);
        let messages = sent(&clinic);
        assert_eq!(messages.len(), count, "{now}");
        for message in messages {
            assert_eq!((message.kind.as_str(), message.channel.as_str()), ("reminder", "print"));
            assert_eq!(
                (message.appointment_id.as_str(), message.to.as_str()),
                (booked.id.as_str(), "+50377654321")
            );
            ids.push(message.message_id);
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 2);
    assert_eq!(statuses(&clinic), ["sent", "sent"]);
    clinic.is_sound();
}

#[test]
fn only_due_times_that_are_still_ahead_are_planned() {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-15T09:00:00-06:00");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00 --no-notify");
    assert_eq!(outbox(&clinic), [("reminder".into(), "pending".into(), "2026-06-15T12:00:00-06:00".into())]);
    clinic.set("reminder_offsets", "none");
    clinic.book_at("2026-06-16", "09:00");
    let Messages { messages, .. } = clinic.json("remind list --status pending");
    assert_eq!(messages.iter().filter(|m| m.kind == "reminder").count(), 1, "no offsets, no reminders");
    clinic.set("reminder_offsets", "30m");
    clinic.at("2026-06-16T08:00:00-06:00");
    let late =
        clinic.book("--doctor GARCIA --name B --phone 7700-0001 --date 2026-06-16 --time 10:00 --no-notify");
    let Messages { messages, .. } = clinic.json(&format!("remind list --appointment {}", late.code));
    assert_eq!(messages.iter().map(|m| m.due_at.as_str()).collect::<Vec<_>>(), ["2026-06-16T09:30:00-06:00"]);
}

#[test]
fn d7_completing_or_missing_a_visit_drops_its_reminders() {
    for (status, now) in
        [("completed", "2026-06-01T08:30:00-06:00"), ("no_show", "2026-06-03T14:05:00-06:00")]
    {
        let mut clinic = Clinic::open();
        let booked = clinic.book_juan("--date 2026-06-03 --time 14:00");
        clinic.at(now).does(&format!("status {} {status}", booked.code));
        assert_eq!(statuses(&clinic), ["dropped", "dropped", "dropped"], "{status}");
        clinic.at("2026-06-03T13:00:00-06:00");
        assert_eq!(sent(&clinic).len(), 0);
        clinic.is_sound();
    }
}

#[test]
fn after_an_outage_one_reminder_goes_out_for_each_appointment() {
    let mut clinic = Clinic::open();
    clinic.set("reminder_offsets", "24h,6h,4h,2h");
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00 --no-notify");
    let second = clinic
        .book("--doctor GARCIA --name Ana --phone 7700-0001 --date 2026-06-15 --time 15:00 --no-notify");
    let begun = clinic
        .book("--doctor GARCIA --name Eva --phone 7700-0002 --date 2026-06-15 --time 12:00 --no-notify");
    // The last sweep was the day before; then none for 22 hours.
    clinic.at("2026-06-14T15:00:00-06:00");
    assert_eq!(sent(&clinic).len(), 3);
    clinic.at("2026-06-15T13:10:00-06:00");
    let sweep = clinic.sweep();
    let by = |appointment: &Appointment, status: &str| -> Vec<String> {
        let of = sweep.messages.iter().filter(|m| m.appointment_id == appointment.id && m.status == status);
        of.map(|message| message.due_at.clone()).collect()
    };
    assert_eq!(by(&first, "sent"), ["2026-06-15T12:00:00-06:00"]);
    assert_eq!(by(&first, "superseded"), ["2026-06-15T08:00:00-06:00", "2026-06-15T10:00:00-06:00"]);
    assert_eq!(by(&second, "sent"), ["2026-06-15T13:00:00-06:00"]);
    assert_eq!(by(&begun, "sent"), Vec::<String>::new());
    assert_eq!(by(&begun, "expired").len(), 3, "its appointment has begun");
    assert_eq!((sweep.due, sweep.sent, sweep.failed, sweep.skipped), (2, 2, 0, 7));
    assert_eq!(sent(&clinic).len(), 0);
    clinic.is_sound();
}

#[test]
fn a_message_names_who_when_and_where_in_the_patients_language() {
    let mut clinic = Clinic::open();
    clinic.does("service add --name 'Prueba de VIH' --code SECRETO");
    clinic.does("patient add --name 'Ann Lee' --phone 7700-0001 --locale en --code ANN");
    clinic.does("patient add --name 'Juan Pérez' --phone 7700-0002 --code JUAN");
    let options = "--doctor GARCIA --service SECRETO --reason 'dolor secreto' --notes 'nota secreta' --visit-type reservado";
    let mut codes = Vec::new();
    for (patient, time) in [("JUAN", "14:00"), ("ANN", "14:30")] {
        let booked = clinic.book(&format!("--patient {patient} --date 2026-06-15 --time {time} {options}"));
        clinic.does(&format!("update {} --diagnosis secretísimo --prescription receta", booked.code));
        codes.push(booked.code);
    }
    let confirmations = sent(&clinic);
    clinic.at("2026-06-15T12:31:00-06:00");
    let reminders = sent(&clinic);
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 09:00", codes[0]));
    let notices = sent(&clinic);
    clinic.does(&format!("cancel {} --reason 'motivo secreto'", codes[0]));
    let farewells = sent(&clinic);
    let kinds: Vec<&str> =
        [&confirmations, &reminders, &notices, &farewells].map(|m| m[0].kind.as_str()).into();
    assert_eq!(kinds, ["confirmation", "reminder", "reschedule", "cancellation"]);
    let text = |messages: &[Swept], code: &str| {
        messages.iter().find(|message| message.appointment_code == code).unwrap().text.clone().unwrap()
    };
    for messages in [&confirmations, &reminders] {
        let spanish = text(messages, &codes[0]);
        for word in ["Hola Juan,", "lunes 15 de junio", "14:00", "Dr. García", "Clínica San José"] {
            assert!(spanish.contains(word), "{word} is not in: {spanish}");
        }
        let english = text(messages, &codes[1]);
        for word in ["Hello Ann,", "Monday 15 June", "14:30", "Dr. García", "Clínica San José"] {
            assert!(english.contains(word), "{word} is not in: {english}");
        }
    }
    assert!(text(&notices, &codes[0]).contains("martes 16 de junio"));
    assert!(text(&farewells, &codes[0]).contains("martes 16 de junio"));
    for message in [confirmations, reminders, notices, farewells].into_iter().flatten() {
        let text = message.text.unwrap().to_lowercase();
        for secret in ["secret", "vih", "nota", "receta", "reservado", "motivo"] {
            assert!(!text.contains(secret), "{secret} is in: {text}");
        }
    }
}

#[test]
fn the_clinics_locale_is_that_of_patients_without_one() {
    let clinic = Clinic::open();
    clinic.set("locale", "en");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let messages = sent(&clinic);
    assert!(messages[0].text.as_ref().unwrap().contains("Monday 15 June"), "{messages:?}");
}

#[test]
fn quiet_hours_hold_a_message_until_they_end() {
    let mut clinic = Clinic::open();
    clinic.set("quiet_hours", "21:00-08:00");
    clinic.at("2026-06-01T22:00:00-06:00");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(sent(&clinic).len(), 0);
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    let why = rehearsed.messages.iter().find(|message| message.kind == "confirmation").unwrap();
    assert!(why.why.contains("2026-06-02T08:00:00-06:00"), "{}", why.why);
    clinic.at("2026-06-02T07:59:00-06:00");
    assert_eq!(sent(&clinic).len(), 0);
    clinic.at("2026-06-02T08:00:00-06:00");
    assert_eq!(sent(&clinic).len(), 1);
}

#[test]
fn a_reminder_that_quiet_hours_would_make_too_late_goes_before_them() {
    let mut clinic = Clinic::open();
    clinic.set("quiet_hours", "21:00-09:30");
    clinic.set("reminder_offsets", "2h");
    let _ = clinic.book_juan("--date 2026-06-15 --time 09:00 --no-notify");
    clinic.at("2026-06-14T20:30:00-06:00");
    assert_eq!(sent(&clinic).len(), 0);
    clinic.at("2026-06-14T20:59:30-06:00");
    assert_eq!(sent(&clinic).len(), 1, "it goes out before the quiet hours begin");
}

#[test]
fn who_wants_no_messages_gets_none() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("patient set {} --opt-out", booked.patient.code));
    assert_eq!(sent(&clinic).len(), 0);
    let Messages { messages, .. } = clinic.json("remind list");
    assert_eq!(messages.iter().filter(|message| message.status == "sent").count(), 0);
}

#[test]
fn a_rehearsal_says_of_each_pending_message_whether_it_is_due_and_why() {
    let mut clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.at("2026-06-14T14:30:00-06:00");
    let before = outbox(&clinic);
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    assert_eq!((rehearsed.dry_run, rehearsed.sent), (Some(true), 0));
    let decisions: Vec<(&str, &str)> =
        rehearsed.messages.iter().map(|m| (m.kind.as_str(), m.decision.as_str())).collect();
    assert_eq!(decisions, [("confirmation", "superseded"), ("reminder", "due"), ("reminder", "not_yet")]);
    assert!(rehearsed.messages[2].why.contains("2026-06-15T12:00:00-06:00"), "{}", rehearsed.messages[2].why);
    assert_eq!(outbox(&clinic), before);
    assert_eq!(sent(&clinic).len(), 1, "the rehearsal claimed nothing");
}

#[test]
fn a_limit_leaves_the_rest_for_the_next_sweep() {
    let clinic = Clinic::open();
    for time in ["09:00", "10:00", "11:00"] {
        clinic.book_at("2026-06-15", time);
    }
    let swept: Sweep = clinic.json("remind due --limit 2");
    assert_eq!(swept.sent, 2);
    assert_eq!(sent(&clinic).len(), 1);
    assert_eq!(sent(&clinic).len(), 0);
}

#[test]
fn the_outbox_is_listed_by_appointment_and_status() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.book_at("2026-06-15", "09:00");
    let _ = sent(&clinic);
    let list = |filters: &str| -> Messages { clinic.json(&format!("remind list {filters}")) };
    assert_eq!(list("").total, 6);
    assert_eq!(list("--status sent").total, 2);
    let of_juan = list(&format!("--appointment {} --status pending", booked.code));
    assert_eq!((of_juan.total, of_juan.messages[0].patient.as_str()), (2, "Juan Pérez"));
    let refusal = clinic.refused("remind list --status lost", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["status"]);
    let _ = clinic.refused("remind list --appointment AAAAAA", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn another_clinics_messages_are_not_this_clinics_business() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does("clinic add --name Otra --timezone UTC --code otra");
    let swept: Sweep = clinic.json("remind due --clinic otra");
    assert_eq!(swept.sent, 0);
    assert_eq!(sent(&clinic).len(), 1);
}
