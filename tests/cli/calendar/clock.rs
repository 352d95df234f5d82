//! A clock behind the book's last entry: changes are warned of, and never blocked.

use crate::support::Clinic;
use crate::support::views::Doctor;

/// A book whose newest entry is far ahead of the system clock.
fn ahead() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.at("2099-01-01T08:00:00Z");
    clinic.does("doctor add --name 'Dr. Mañana' --code LATER");
    clinic.without("TURNO_NOW");
    clinic
}

#[test]
fn a_change_with_a_clock_that_is_behind_is_told_of_and_done() {
    let clinic = ahead();
    let ran = clinic.ran("doctor add --name 'Dr. Hoy' --code TODAY --json").exits(0);
    assert_eq!(ran.json::<Doctor>().code, "TODAY");
    let stderr = ran.stderr();
    assert!(stderr.starts_with("warning: the clock is ") && stderr.contains(" days behind"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    // Later entries, even those of a search, do not stop the warning.
    for line in ["patient find ana", "doctor set TODAY --specialty Todo --json"] {
        let stderr = clinic.ran(line).exits(0).stderr();
        assert!(stderr.contains("warning: the clock is "), "{line}: {stderr}");
    }
    clinic.does("audit verify");
}

#[test]
fn reading_and_refusals_say_nothing_of_the_clock() {
    let clinic = ahead();
    for line in ["list", "slots --doctor GARCIA", "audit log", "db check", "doctor show LATER"] {
        assert_eq!(clinic.ran(line).exits(0).stderr(), "", "{line}");
    }
    let _ = clinic.refused("doctor add --name Otra --code LATER", "VALIDATION_ERROR", 2);
}

#[test]
fn quiet_or_not_the_warning_is_there() {
    let clinic = ahead();
    let ran = clinic.ran("doctor add --name 'Dr. Hoy' --quiet").exits(0);
    assert!(ran.stderr().starts_with("warning: the clock is "), "{}", ran.stderr());
}

#[test]
fn a_clock_that_is_right_says_nothing_and_a_given_time_is_taken_at_its_word() {
    let mut clinic = Clinic::open();
    clinic.at("2099-01-01T08:00:00Z");
    clinic.does("doctor add --name 'Dr. Mañana' --code LATER");
    clinic.at("2026-06-01T08:00:00Z");
    assert_eq!(clinic.ran("doctor set LATER --specialty Todo").exits(0).stderr(), "");
    // An older book and the system clock.
    let mut right = Clinic::open();
    right.without("TURNO_NOW");
    for specialty in ["Nada", "Algo"] {
        let ran = right.ran(&format!("doctor set GARCIA --specialty {specialty}"));
        assert_eq!(ran.exits(0).stderr(), "");
    }
}

#[test]
fn a_sweep_with_a_clock_that_is_behind_is_told_of_where_it_does_anything() {
    let mut clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00");
    clinic.at("2099-01-01T08:00:00Z");
    clinic.does("doctor add --name 'Dr. Mañana' --code LATER");
    clinic.without("TURNO_NOW");
    let stderr = clinic.ran("remind due").exits(0).stderr();
    assert!(stderr.contains("warning: the clock is "), "{stderr}");
    assert_eq!(clinic.ran("remind due").exits(0).stderr(), "", "nothing was left to do");
}
