//! `closure add --move`: a doctor is absent, and all appointments are moved in one transaction.

use crate::support::Clinic;
use crate::support::views::{Appointment, Cleared, Closures, Log, Messages, Moved};
use std::process::Stdio;
use unicode_width::UnicodeWidthStr;

const OUT: &str = "closure add --doctor GARCIA --date 2026-06-02 --reason Enfermo --move";

/// Tuesday with three appointments of Dr. García.
fn tuesday() -> (Clinic, Vec<Appointment>) {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    let booked = book(&clinic, &["09:00", "09:30", "10:00"], "");
    (clinic, booked)
}

fn book(clinic: &Clinic, times: &[&str], options: &str) -> Vec<Appointment> {
    let one = |time: &&str| {
        let booked = clinic.book(&format!(
            "--doctor GARCIA --date 2026-06-02 --time {time} --name 'Paciente {time}' \
             --phone +5037012{} {options}",
            time.replace(':', "")
        ));
        clinic.show(&booked)
    };
    times.iter().map(one).collect()
}

/// For each move: old start, new date and start, new doctor.
fn times(cleared: &Cleared) -> Vec<(&str, &str, &str, &str)> {
    fn one(moved: &Moved) -> (&str, &str, &str, &str) {
        let Moved { from, to, doctor, .. } = moved;
        (&from.start_time, &to.date, &to.start_time, doctor.as_deref().unwrap_or("nobody"))
    }
    cleared.moves.iter().map(one).collect()
}

#[test]
fn a_plan_shows_who_goes_where_and_saves_nothing() {
    let (clinic, booked) = tuesday();
    let taken = clinic.book("GARCIA 2026-06-03 9:00 'Otra Persona' +50370999999");
    let before = clinic.content();
    let plan: Cleared = clinic.json(OUT);
    assert!(!plan.applied);
    assert_eq!(
        times(&plan),
        [
            ("09:00", "2026-06-03", "09:30", "Dr. García"),
            ("09:30", "2026-06-03", "10:00", "Dr. García"),
            ("10:00", "2026-06-03", "10:30", "Dr. García"),
        ]
    );
    assert_eq!(plan.appointments, booked, "they are told of as they are");
    assert_eq!((plan.unplaced.len(), plan.unreachable.len()), (0, 0));
    let seen = clinic.ran(OUT).exits(0);
    assert!(seen.stdout().contains("Paciente 09:30"), "{}", seen.stdout());
    assert!(seen.stderr().contains("nothing was saved"), "{}", seen.stderr());
    assert_eq!(clinic.content(), before);
    let Closures { total, .. } = clinic.json("closure list");
    assert_eq!((total, clinic.show(&taken).starts_at), (0, taken.starts_at));
}

#[test]
fn applied_it_is_one_act_with_an_entry_and_a_message_for_each() {
    let (clinic, booked) = tuesday();
    clinic.does(&format!("patient set {} --opt-out", booked[1].patient.code));
    let done: Cleared = clinic.json(&format!("{OUT} --apply"));
    assert!(done.applied);
    assert_eq!(done.closure.code, "CLO-001");
    let now: Vec<Appointment> = booked.iter().map(|visit| clinic.show(visit)).collect();
    for (moved, visit) in done.moves.iter().zip(&now) {
        assert_eq!((&moved.to.starts_at, &moved.code), (&visit.starts_at, &visit.code));
        assert_eq!((visit.date.as_str(), visit.reschedule_count), ("2026-06-03", 1));
    }
    assert_eq!(done.unreachable.len(), 1);
    let call = &done.unreachable[0];
    assert_eq!((&call.code, call.reason.as_str()), (&booked[1].code, "asked for no messages"));
    let log: Log = clinic.json("audit log --limit 1000");
    let last: Vec<_> = log.entries.iter().rev().take(4).rev().collect();
    assert_eq!(last[0].action, "closure.added");
    for entry in &last[1..] {
        assert_eq!(entry.action, "appointment.rescheduled");
        assert_eq!(entry.note.as_deref(), Some("CLO-001: Enfermo"));
    }
    let queued: Messages = clinic.json("remind list --status pending --limit 100");
    let notices = queued.messages.iter().filter(|message| message.kind == "reschedule").count();
    assert_eq!(notices, 3, "as moving each would");
    assert!(clinic.free("--doctor GARCIA --date 2026-06-02").is_empty());
    clinic.is_sound();
}

#[test]
fn what_was_shown_is_made_anew_where_somebody_booked_meanwhile() {
    let (clinic, _) = tuesday();
    let plan: Cleared = clinic.json(OUT);
    assert_eq!(times(&plan)[1].2, "09:30");
    let other = clinic.book("GARCIA 2026-06-03 9:30 'Otra Persona' +50370999999");
    let done: Cleared = clinic.json(&format!("{OUT} --apply"));
    let starts: Vec<&str> = times(&done).into_iter().map(|(_, _, start, _)| start).collect();
    assert_eq!(starts, ["09:00", "10:00", "10:30"]);
    assert_eq!(clinic.show(&other).starts_at, other.starts_at);
    clinic.is_sound();
}

#[test]
fn desks_that_book_the_same_times_at_once_get_them_or_the_plan_goes_round_them() {
    let (clinic, booked) = tuesday();
    let mut lines = vec![format!("{OUT} --apply --json")];
    for (n, time) in ["09:00", "09:30", "10:00", "10:30"].iter().enumerate() {
        lines.push(format!("book GARCIA 2026-06-03 {time} 'Otra {n}' +5037099900{n} --json"));
    }
    let running: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut process = clinic.process(line);
            process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            process.spawn().expect("turno starts")
        })
        .collect();
    let ended: Vec<_> =
        running.into_iter().map(|child| child.wait_with_output().expect("turno ends")).collect();
    assert!(ended[0].status.success(), "{}", String::from_utf8_lossy(&ended[0].stderr));
    let done: Cleared = serde_json::from_slice(&ended[0].stdout).expect("the act's answer");
    let others = ended[1..].iter().filter(|output| output.status.success()).count();
    let on_wednesday = clinic.list("--date 2026-06-03");
    assert_eq!(on_wednesday.total, 3 + others);
    let starts: std::collections::BTreeSet<_> =
        on_wednesday.appointments.iter().map(|visit| &visit.starts_at).collect();
    assert_eq!(starts.len(), on_wednesday.total, "no time is given out twice");
    for (moved, visit) in done.moves.iter().zip(&booked) {
        assert_eq!(moved.to.starts_at, clinic.show(visit).starts_at, "what is said is what was done");
    }
    clinic.is_sound();
}

#[test]
fn who_has_no_other_time_stops_it_unless_they_may_be_left() {
    let (clinic, booked) = tuesday();
    // Only today and tomorrow can be booked.
    clinic.set("max_advance", "30h");
    clinic.does(&format!("status {} checked_in", booked[0].code));
    let plan: Cleared = clinic.json(OUT);
    assert_eq!(plan.moves.len(), 0);
    let why: Vec<&str> = plan.unplaced.iter().map(|one| one.error.code.as_str()).collect();
    assert_eq!(why, ["SLOT_FULL", "SLOT_FULL", "SLOT_FULL"]);
    assert_eq!(plan.unplaced[0].reason, "no free time up to 2026-06-02");
    clinic.set("max_advance", "60d");
    let plan: Cleared = clinic.json(OUT);
    assert_eq!((plan.moves.len(), plan.unplaced.len()), (2, 1));
    assert_eq!(plan.unplaced[0].error.code, "INVALID_STATE_TRANSITION");
    let before = clinic.content();
    let refusal = clinic.refused(&format!("{OUT} --apply"), "APPOINTMENT_CONFLICT", 4);
    assert_eq!(refusal.texts("unplaced"), [booked[0].code.as_str()]);
    assert_eq!(clinic.content(), before, "all or nothing");
    let done: Cleared = clinic.json(&format!("{OUT} --apply --leave-unplaced"));
    assert_eq!((done.moves.len(), done.unplaced.len()), (2, 1));
    assert_eq!(clinic.show(&booked[0]).date, "2026-06-02");
    clinic.is_sound();
}

#[test]
fn a_service_that_another_doctor_gives_goes_there_where_their_own_has_no_time() {
    let (clinic, _) = tuesday();
    for line in [
        "service add --name Vacuna --code VAC",
        "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 30",
        "doctor add --name 'Dr. Otro' --code OTRO --slot 30",
        "service add --name Control --code CON",
        "window add --doctor RUIZ --days mon-fri --from 09:30 --to 11:00 --service VAC",
        "window add --doctor OTRO --days mon-fri --from 09:00 --to 17:00 --service CON",
        "window add --days mon-fri --from 09:00 --to 17:00 --service VAC --capacity 5",
    ] {
        clinic.does(line);
    }
    let vaccines = book(&clinic, &["11:00", "11:30"], "--service VAC");
    clinic.does("closure add --doctor GARCIA --from 2026-06-03 --to 2027-12-31 --reason Viaje");
    let plan: Cleared = clinic.json(OUT);
    assert_eq!(
        times(&plan),
        [("11:00", "2026-06-03", "09:30", "Dra. Ruiz"), ("11:30", "2026-06-03", "10:00", "Dra. Ruiz"),]
    );
    assert_eq!(plan.unplaced.len(), 3, "nobody knows who else gives what has no name");
    // With `--to-doctor`, all go to that doctor, on the same day if possible; the rest are left.
    let out = format!("{OUT} --to-doctor ruiz --leave-unplaced --apply");
    let done: Cleared = clinic.json(&out);
    let starts: Vec<_> = times(&done).into_iter().map(|(_, date, start, _)| (date, start)).collect();
    assert_eq!(
        starts,
        [
            ("2026-06-02", "09:30"),
            ("2026-06-02", "10:00"),
            ("2026-06-02", "10:30"),
            ("2026-06-03", "09:30"),
            ("2026-06-03", "10:00")
        ]
    );
    assert_eq!(clinic.show(&vaccines[0]).doctor.unwrap().code, "RUIZ");
    clinic.is_sound();
}

#[test]
fn a_plan_keeps_all_rules_of_the_book() {
    let (clinic, _) = tuesday();
    clinic.set("duplicate_rule", "phone");
    // Wednesday is closed until 10:00, and the patient of the long visit already has a visit on that day.
    clinic.does("closure add --from 2026-06-03T00:00 --to 2026-06-03T10:00 --reason Agua");
    clinic.does("doctor set GARCIA --buffer-before 5 --buffer-after 10");
    let long = book(&clinic, &["14:00"], "--duration 45");
    clinic.does("book GARCIA 2026-06-03 16:00 'Paciente 14:00' +50370121400");
    let done: Cleared = clinic.json(&format!("{OUT} --apply"));
    let to: Vec<_> = times(&done).into_iter().map(|(_, date, start, _)| (date, start)).collect();
    assert_eq!(to[0], ("2026-06-03", "10:00"));
    assert_eq!(to[1], ("2026-06-03", "11:00"), "with the doctor's buffers between");
    assert_eq!(to[3], ("2026-06-04", "09:00"), "the day after the one that they come on already");
    assert_eq!(clinic.show(&long[0]).duration_minutes, 45);
    clinic.is_sound();
}

#[test]
fn a_part_of_a_day_moves_those_in_it_to_later_on_that_day() {
    let (clinic, booked) = tuesday();
    let plan: Cleared = clinic.json(
        "closure add --doctor GARCIA --from 2026-06-02T09:00 --to 2026-06-02T10:00 --reason Junta --move --apply",
    );
    assert_eq!(
        times(&plan),
        [("09:00", "2026-06-02", "10:30", "Dr. García"), ("09:30", "2026-06-02", "11:00", "Dr. García")]
    );
    assert_eq!(clinic.show(&booked[2]), booked[2], "who is not hit stays");
}

#[test]
fn inside_the_cutoff_only_force_moves_and_no_notify_leaves_the_notice_out() {
    let (clinic, _) = tuesday();
    clinic.set("reschedule_cutoff", "2d");
    let plan: Cleared = clinic.json(OUT);
    assert!(plan.unplaced.iter().all(|one| one.error.code == "RESCHEDULE_RESTRICTED"));
    assert_eq!(plan.unplaced.len(), 3);
    let done: Cleared = clinic.json(&format!("{OUT} --force --no-notify --apply"));
    assert_eq!(done.moves.len(), 3);
    let queued: Messages = clinic.json("remind list --status pending --limit 100");
    assert!(queued.messages.iter().all(|message| message.kind != "reschedule"));
}

#[test]
fn a_closure_of_the_clinic_moves_everybody_each_to_their_own() {
    let (clinic, _) = tuesday();
    clinic.does("service add --name Vacuna --code VAC");
    clinic.does("window add --days mon-fri --from 09:00 --to 10:00 --service VAC --capacity 1 --slot 30");
    clinic.does("book --service VAC --date 2026-06-02 --time 09:00 --name Eva --phone +50370120001");
    clinic.does("book --service VAC --date 2026-06-03 --time 09:00 --name Eli --phone +50370120002");
    let done: Cleared = clinic.json("closure add --date 2026-06-02 --reason Fiesta --move --apply");
    assert_eq!(done.moves.len(), 4);
    let eva = done.moves.iter().find(|moved| moved.patient == "Eva").unwrap();
    assert_eq!((eva.to.date.as_str(), eva.doctor.as_deref()), ("2026-06-04", None), "one a day, no more");
    clinic.is_sound();
}

#[test]
fn nights_on_which_the_clock_jumps_have_the_times_that_they_have() {
    for (now, out, expected) in [
        (
            "2026-03-20T08:00:00+01:00",
            "2026-03-28",
            &["2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"],
        ),
        (
            "2026-10-20T08:00:00+02:00",
            "2026-10-24",
            &["2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:30:00+02:00"],
        ),
    ] {
        let mut clinic = Clinic::in_zone("Europe/Madrid");
        clinic.at(now);
        clinic.does("doctor add --name 'Dra. Noche' --code NOCHE --slot 30");
        clinic.does("window add --doctor NOCHE --days mon,tue,wed,thu,fri,sat,sun --from 01:30 --to 05:00");
        for (n, time) in ["02:00", "02:30", "03:00"].iter().enumerate() {
            clinic.does(&format!(
                "book --doctor NOCHE --date {out} --time {time} --name P{n} --phone +3460000000{n}"
            ));
        }
        let out = format!("closure add --doctor NOCHE --date {out} --reason x --move --apply");
        let done: Cleared = clinic.json(&out);
        let to: Vec<&str> = done.moves.iter().map(|moved| moved.to.starts_at.as_str()).collect();
        assert_eq!(to, expected);
        clinic.is_sound();
    }
}

#[test]
fn a_plan_fits_a_terminal_whatever_people_are_called() {
    let mut clinic = Clinic::open();
    clinic.env("NO_COLOR", "1");
    clinic.set("duplicate_rule", "off");
    let names = ["Ana \u{1b}[31mroja\u{7}", "María de los Ángeles Hernández 漢字漢字", "Zoë 👩‍⚕️ \u{202e}live"];
    for (n, name) in names.iter().enumerate() {
        let time = format!("{:02}:00", n + 9);
        clinic.does(&format!("book GARCIA 2026-06-02 {time} '{name}' +5037012000{n}"));
    }
    let first = clinic.list("--date 2026-06-02").appointments.remove(0);
    clinic.does(&format!("status {} checked_in", first.code));
    clinic.does("patient set +50370120001 --opt-out");
    for columns in [80, 120] {
        let (seen, exit) = clinic.on_terminal(OUT, columns);
        assert_eq!(exit, Some(0), "{seen}");
        assert!(
            !seen.contains('\u{1b}') && !seen.contains('\u{202e}') && !seen.contains('\u{7}'),
            "{seen:?}"
        );
        assert!(seen.contains("can't be moved:") && seen.contains("no message reaches them"), "{seen}");
        for line in seen.lines() {
            assert!(line.trim_end().width() <= columns.into(), "{columns}: {line}");
        }
    }
    let csv = clinic.run(&format!("{OUT} --format csv"));
    assert_eq!(csv.lines().count(), 3, "a row for each who moves: {csv}");
}

#[test]
fn its_options_go_with_move_only() {
    let (clinic, _) = tuesday();
    let before = clinic.content();
    for line in [
        "closure add --doctor GARCIA --date 2026-06-02 --reason x --apply",
        "closure add --doctor GARCIA --date 2026-06-02 --reason x --to-doctor GARCIA",
        "closure add --doctor GARCIA --date 2026-06-02 --reason x --move --apply --dry-run",
        "closure add --doctor GARCIA --date 2026-06-02 --move --apply",
    ] {
        let _ = clinic.refused(line, "VALIDATION_ERROR", 2);
    }
    let _ = clinic.refused(&format!("{OUT} --to-doctor nadie --apply"), "RESOURCE_NOT_FOUND", 3);
    assert_eq!(clinic.content(), before);
}
