//! Changes of the calendar list the affected appointments before saving.

use crate::support::Clinic;
use crate::support::views::{Appointment, Branch, Closure, Doctor, Window};

/// Tuesday: Dr. García sees Juan at 09:00 and Ana at 14:00, and has a second window until 10:00.
fn clinic() -> (Clinic, Appointment, Appointment) {
    let clinic = Clinic::open();
    let juan = clinic.book_juan("--date 2026-06-02 --time 09:00");
    let ana = clinic.book("--doctor GARCIA --date 2026-06-02 --time 14:00 --name Ana --phone +50370120002");
    let gone = clinic.book("--doctor GARCIA --date 2026-06-02 --time 15:00 --name Eva --phone +50370120003");
    clinic.does(&format!("cancel {} --reason x", gone.code));
    clinic.does("window add --doctor GARCIA --on 2026-06-02 --from 08:00 --to 10:00 --code EARLY");
    (clinic, juan, ana)
}

fn codes(appointments: Option<&Vec<Appointment>>) -> Vec<&str> {
    let all = appointments.expect("`appointments` is always there");
    all.iter().map(|visit| visit.code.as_str()).collect()
}

#[test]
fn a_window_that_changes_names_who_falls_outside_of_every_window() {
    let (clinic, juan, ana) = clinic();
    let ana = ana.code.as_str();
    let before = clinic.content();
    for (line, hits) in [
        ("window set DAY --to 14:00", vec![ana]),
        ("window set DAY --to 14:15", vec![ana]),
        ("window set DAY --to 14:30", vec![]),
        ("window set DAY --from 10:00", vec![]),
        ("window set DAY --days wed", vec![ana]),
        ("window set DAY --valid-from 2026-06-03", vec![ana]),
        ("window set DAY --session Morning", vec![]),
        ("window close DAY", vec![ana]),
        ("window remove DAY", vec![ana]),
        ("window remove EARLY", vec![]),
    ] {
        let would: Window = clinic.json(&format!("{line} --dry-run"));
        assert_eq!((codes(would.appointments.as_ref()), would.dry_run), (hits, Some(true)), "{line}");
    }
    assert_eq!(clinic.content(), before, "nothing was saved");
    let seen = clinic.ran("window set DAY --to 13:00").exits(0);
    assert!(seen.stdout().contains("Ana") && !seen.stdout().contains("Juan"), "{}", seen.stdout());
    assert!(seen.stderr().contains("hits 1 appointment"), "{}", seen.stderr());
    let again: Window = clinic.json("window set DAY --to 12:00");
    assert_eq!(codes(again.appointments.as_ref()), Vec::<&str>::new(), "she was outside of it before");
    let open: Window = clinic.json("window open DAY");
    assert_eq!((codes(open.appointments.as_ref()), open.dry_run), (vec![], None));
    let _: Window = clinic.json("window close EARLY");
    let closed: Window = clinic.json("window remove DAY");
    assert_eq!(codes(closed.appointments.as_ref()), [juan.code.as_str()], "no open window is left");
    clinic.is_sound();
}

#[test]
fn a_pooled_window_and_one_for_a_service_are_looked_at_by_what_they_hold() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC");
    clinic.does("service add --name Control --code CON");
    clinic.does("window add --days tue --from 09:00 --to 12:00 --capacity 3 --code POOL");
    let eva = clinic.book("--service VAC --date 2026-06-02 --time 09:00 --name Eva --phone +50370120003");
    let own = clinic.book_juan("--date 2026-06-02 --time 09:00 --service VAC");
    let set: Window = clinic.json("window set POOL --service CON --dry-run");
    assert_eq!(codes(set.appointments.as_ref()), [eva.code.as_str()]);
    let set: Window = clinic.json("window set DAY --service CON");
    assert_eq!(codes(set.appointments.as_ref()), [own.code.as_str()]);
}

#[test]
fn who_is_still_expected_is_named_where_a_doctor_or_a_branch_goes() {
    let (mut clinic, juan, ana) = clinic();
    clinic.does("branch add --name Norte --code NORTE");
    let gone: Branch = clinic.json("branch remove main --dry-run");
    assert_eq!(codes(gone.appointments.as_ref()), [juan.code.as_str(), ana.code.as_str()]);
    let empty: Branch = clinic.json("branch remove NORTE");
    assert_eq!((codes(empty.appointments.as_ref()), empty.active), (vec![], false));
    clinic.at("2026-06-02T13:00:00-06:00");
    let day: Closure = clinic.json("closure add --date 2026-06-02 --reason Agua --dry-run");
    assert_eq!(codes(day.appointments.as_ref()), [ana.code.as_str()], "what is over is not hit");
    let gone: Doctor = clinic.json("doctor remove GARCIA");
    assert_eq!((codes(gone.appointments.as_ref()), gone.active), (vec![ana.code.as_str()], false));
    assert_eq!(clinic.show(&ana).status, "confirmed", "they stay");
}

#[test]
fn on_a_terminal_it_is_a_question_and_no_is_the_answer() {
    let (clinic, ..) = clinic();
    for line in [
        "window set DAY --to 13:00",
        "window close DAY",
        "window remove DAY",
        "doctor remove GARCIA",
        "closure add --doctor GARCIA --date 2026-06-02 --reason Enfermo",
    ] {
        let before = clinic.content();
        let mut talk = clinic.talks(line);
        talk.waits_for("hits").waits_for("Ana").waits_for("Save it?").types("\r");
        assert_eq!(talk.ends(), Some(130), "{}", talk.screen);
        assert_eq!(talk.screen.contains("--move"), line.starts_with("closure"), "{}", talk.screen);
        assert_eq!(clinic.content(), before, "{line}");
    }
    let mut talk = clinic.talks("window set DAY --to 13:00");
    assert_eq!(talk.waits_for("Save it?").types("y").ends(), Some(0), "{}", talk.screen);
    let set: Window = clinic.json("window show DAY");
    assert_eq!(set.to, "13:00");
}

#[test]
fn who_is_sure_and_who_hits_nobody_is_not_asked() {
    let (clinic, ..) = clinic();
    for (line, asked) in [
        ("window set DAY --slot 15", false),
        ("window close DAY --yes", false),
        ("window open DAY", false),
        ("window close DAY --no-input", false),
        ("closure add --date 2026-06-02 --reason x --dry-run", false),
    ] {
        let mut talk = clinic.talks(line);
        assert_eq!(talk.ends(), Some(0), "{line}: {}", talk.screen);
        assert_eq!(talk.screen.contains("Save it?"), asked, "{}", talk.screen);
    }
}

#[test]
fn what_was_agreed_to_is_what_was_shown() {
    let (clinic, ..) = clinic();
    let mut talk = clinic.talks("window close DAY");
    talk.waits_for("Save it?");
    // Another desk books at the same time.
    let late = clinic.book("--doctor GARCIA --date 2026-06-02 --time 16:00 --name Luz --phone +50370120009");
    assert_eq!(talk.types("y").ends(), Some(5), "{}", talk.screen);
    assert!(talk.screen.contains("INVALID_STATE_TRANSITION"), "{}", talk.screen);
    assert!(talk.screen.contains(&late.code), "{}", talk.screen);
    let window: Window = clinic.json("window show DAY");
    assert_eq!(window.status, "OPEN");
}
