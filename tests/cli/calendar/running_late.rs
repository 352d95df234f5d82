//! `turno late`: a doctor is late, and the desk calls the patients who are still at home.

use crate::support::Clinic;
use crate::support::views::{Late, Log};

/// Monday morning: one patient is present, two are expected in a row, one after lunch.
fn morning() -> Clinic {
    let mut clinic = Clinic::open();
    for (time, name) in [("09:00", "Ana"), ("09:30", "Beto"), ("10:00", "Carla"), ("14:00", "Dora")] {
        let phone = format!("7765-43{}", &time.replace(':', "")[..2]);
        let phone = if name == "Beto" { "7765-4399".to_owned() } else { phone };
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-01 --time {time} --name {name} --phone {phone}"
        ));
    }
    clinic.at("2026-06-01T08:55:00-06:00");
    let first = clinic.list("--date 2026-06-01").appointments.remove(0);
    clinic.does(&format!("status {} checked_in", first.code));
    clinic
}

#[test]
fn who_is_at_home_and_would_wait_long_is_called_with_old_and_new_times() {
    let clinic = morning();
    let late: Late = clinic.json("late GARCIA 25m");
    assert_eq!((late.delay_minutes, late.doctor.code.as_str(), late.total), (25, "GARCIA", 2));
    let calls: Vec<_> = late
        .calls
        .iter()
        .map(|call| {
            let times = (call.expected_time_before.as_str(), call.expected_time.as_str());
            (call.patient.as_str(), call.start_time.as_str(), times, call.late_minutes)
        })
        .collect();
    assert_eq!(
        calls,
        [("Beto", "09:30", ("09:30", "09:50"), 20), ("Carla", "10:00", ("10:00", "10:20"), 20),]
    );
    assert_eq!(late.calls[0].phone, "+50377654399");
    assert_eq!(late.calls[0].expected_at, "2026-06-01T09:50:00-06:00");
    let seen = clinic.run("late GARCIA 25m");
    assert!(seen.contains("Beto") && !seen.contains("Ana") && !seen.contains("Dora"), "{seen}");
}

#[test]
fn a_short_delay_calls_nobody_and_nonsense_is_refused() {
    let clinic = morning();
    let late: Late = clinic.json("late GARCIA 10");
    assert_eq!((late.total, late.calls.len()), (0, 0));
    assert!(clinic.run("late GARCIA 10").starts_with("nobody has to be called"));
    let refusal = clinic.refused("late GARCIA soon", "VALIDATION_ERROR", 2);
    assert!(refusal.details.contains_key("by"));
    let _ = clinic.refused("late NOBODY 10", "RESOURCE_NOT_FOUND", 3);
}

/// The sent messages about a delay: recipient and text.
fn queued(clinic: &Clinic) -> Vec<(String, String)> {
    let sweep = clinic.sweep();
    let delays = sweep.messages.into_iter().filter(|message| message.kind == "delay");
    let sent = delays.filter(|message| message.status == "sent");
    let mut sent: Vec<_> = sent.map(|message| (message.to, message.text.unwrap_or_default())).collect();
    // Beto's number is the highest.
    sent.sort_by(|one, other| other.cmp(one));
    sent
}

#[test]
fn who_is_called_gets_a_message_and_none_twice_for_the_same_estimate() {
    let mut clinic = morning();
    let _ = clinic.sweep();
    let late: Late = clinic.json("late GARCIA 25m");
    assert_eq!((late.queued, late.calls[0].message.as_deref()), (None, None), "a look sends nothing");
    let late: Late = clinic.json("late GARCIA 25m --notify");
    assert_eq!(late.queued, Some(2));
    assert!(late.calls.iter().all(|call| call.message.as_deref() == Some("queued")));
    let again: Late = clinic.json("late GARCIA 25m --notify");
    assert_eq!((again.queued, again.total), (Some(0), 2));
    assert!(again.calls.iter().all(|call| call.message.as_deref() == Some("told already")));
    let log: Log = clinic.json("audit log --limit 1000");
    let told: Vec<_> = log.entries.iter().filter(|entry| entry.action == "doctor.late").collect();
    assert_eq!(told.len(), 1, "the second time nothing was done");
    assert_eq!(told[0].after.as_ref().unwrap()["messages"], 2);

    let sent = queued(&clinic);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(sent[0].0, "+50377654399");
    let text = &sent[0].1;
    assert!(
        text.starts_with("Hola Beto, disculpe, hoy vamos con retraso: su cita de las 09:30 con Dr. García "),
        "{text}"
    );
    assert!(text.contains(" empieza hacia las 09:50."), "{text}");

    // A few more minutes cause no new message, a quarter of an hour does.
    clinic.at("2026-06-01T08:57:00-06:00");
    assert_eq!(clinic.json::<Late>("late GARCIA 30m --notify").queued, Some(0));
    assert_eq!(clinic.json::<Late>("late GARCIA 40m --notify").queued, Some(2));
    clinic.does("patient set Beto --locale en");
    let sent = queued(&clinic);
    let text = &sent[0].1;
    assert!(text.contains("we are running late today") && text.contains("begins at about 10:07"), "{text}");
    clinic.is_sound();
}

#[test]
fn nobody_hears_of_a_delay_who_wants_no_messages_has_come_or_was_moved() {
    let clinic = morning();
    let _ = clinic.sweep();
    clinic.does("patient set Beto --opt-out");
    let late: Late = clinic.json("late GARCIA 40m --notify");
    let told: Vec<_> = late.calls.iter().map(|call| call.message.as_deref().unwrap()).collect();
    assert_eq!((told[0], told[1]), ("opted out", "queued"));
    // Carla arrives before her message is sent, so the message is dropped.
    let carla = late.calls.iter().find(|call| call.patient == "Carla").unwrap();
    clinic.does(&format!("status {} checked_in", carla.code));
    assert_eq!(queued(&clinic), []);
    clinic.is_sound();
}

#[test]
fn a_delay_waits_for_the_end_of_quiet_hours_as_other_messages_do() {
    let clinic = morning();
    clinic.set("quiet_hours", "21:00-09:10");
    clinic.does("late GARCIA 40m --notify");
    assert_eq!(queued(&clinic), []);
    assert_eq!(clinic.json::<Late>("late GARCIA 40m --notify").queued, Some(0), "it waits, and is told");
}
