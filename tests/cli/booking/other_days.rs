//! Steps that are taken on another day than the appointment's.

use crate::support::Clinic;

#[test]
fn a_step_on_another_day_is_done_with_a_line_that_says_so() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-02 --time 10:00");
    let ran = clinic.ran(&format!("status {} checked_in", booked.code)).exits(0);
    assert!(ran.stderr().contains("Tue 2 Jun 2026, not today"), "{}", ran.stderr());
    assert_eq!(clinic.show(&booked).status, "checked_in");
    clinic.at("2026-06-02T10:05:00-06:00");
    let ran = clinic.ran(&format!("status {} in_progress", booked.code)).exits(0);
    assert!(!ran.stderr().contains("not today"), "{}", ran.stderr());
    clinic.at("2026-06-03T08:00:00-06:00");
    let ran = clinic.ran(&format!("status {} completed", booked.code)).exits(0);
    assert!(ran.stderr().contains("not today"), "{}", ran.stderr());
    let again = clinic.ran(&format!("status {} completed", booked.code)).exits(0);
    assert!(!again.stderr().contains("not today"), "nothing was done: {}", again.stderr());
}

#[test]
fn a_confirmation_is_no_step_of_the_day() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-02 --time 10:00 --status scheduled");
    let ran = clinic.ran(&format!("status {} confirmed", booked.code)).exits(0);
    assert!(!ran.stderr().contains("not today"), "{}", ran.stderr());
}

#[cfg(unix)]
#[test]
fn on_a_terminal_a_step_on_another_day_is_asked_about() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-02 --time 10:00");
    let line = format!("status {} checked_in", booked.code);
    let mut talk = clinic.talks(&line);
    talk.waits_for("Juan Pérez has the appointment on Tue 2 Jun 2026").waits_for("[y/N]");
    assert_eq!(talk.types("\r").ends(), Some(130), "{}", talk.screen);
    assert_eq!(clinic.show(&booked).status, "confirmed");
    assert_eq!(clinic.talks(&line).waits_for("[y/N]").types("y").ends(), Some(0));
    assert_eq!(clinic.show(&booked).status, "checked_in");
    clinic.at("2026-06-02T10:05:00-06:00");
    assert_eq!(clinic.talks(&format!("status {} in_progress", booked.code)).ends(), Some(0));
    clinic.at("2026-06-03T08:00:00-06:00");
    let mut talk = clinic.talks(&format!("status {} completed", booked.code));
    assert_eq!(talk.waits_for("[Y/n]").types("\r").ends(), Some(0), "{}", talk.screen);
    assert_eq!(clinic.show(&booked).status, "completed");
}
