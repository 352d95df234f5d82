//! What is closed or gone looks so in every view.

use crate::support::Clinic;
use crate::support::views::Agenda;

fn two_doctors() -> Clinic {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 30",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00 --code RUIZ-DAY",
    ] {
        clinic.does(line);
    }
    clinic
}

#[test]
fn a_holiday_of_several_doctors_looks_closed_in_the_week() {
    let clinic = two_doctors();
    clinic.does("closure add --date 2026-06-03 --reason Fiesta");
    let text = clinic.run("agenda --week");
    assert!(text.contains("░ Fiesta"), "{text}");
    let nine = text.lines().find(|line| line.starts_with("09:00")).unwrap();
    assert_eq!(nine.matches('·').count(), 4, "four of the five days are free: {nine}");
    let day = clinic.run("agenda --date 2026-06-03");
    assert_eq!(day.matches("░ Fiesta").count(), 2, "{day}");
    let paper = clinic.run("agenda --print --date 2026-06-03");
    assert!(paper.contains("░ Fiesta") && !paper.contains("____"), "{paper}");
}

#[test]
fn a_retired_doctor_is_no_column_of_free_time() {
    let clinic = two_doctors();
    clinic.does("book RUIZ 2026-06-02 10:00 'Ana Mejía' 7765-4321");
    clinic.does("doctor remove RUIZ");
    let free: Agenda = clinic.json("agenda --date 2026-06-03");
    assert_eq!(free.columns.len(), 1, "{free:?}");
    let alone: Agenda = clinic.json("agenda --week --doctor RUIZ");
    assert_eq!(alone.columns.len(), 1, "only the visit that is still there: {alone:?}");
    assert!(alone.columns[0].open.is_empty() && alone.columns[0].appointments.len() == 1);
    assert!(!clinic.run("agenda --print --date 2026-06-03").contains("Ruiz"));
}
