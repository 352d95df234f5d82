//! `turno late`: a doctor runs late, and the desk calls those who are still at home.

use crate::support::Clinic;
use crate::support::views::Late;

/// Monday at nine: one who is there, two at home in a row, one after lunch.
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
