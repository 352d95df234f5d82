//! The agenda of a day or week.

use crate::support::Clinic;
use crate::support::views::{Agenda, Appointment};
use serde_json::Value;

fn monday() -> Clinic {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 20",
        "window add --doctor RUIZ --days mon,wed --from 09:00 --to 10:00",
        "closure add --doctor RUIZ --from 2026-06-01T09:40 --to 2026-06-01T10:00 --reason Reunión",
        "book --doctor RUIZ --date today --time 9:00 --name 'Ana Mejía' --phone 7765-4321",
        "book --doctor GARCIA --date today --time 9:30 --name 'Luis Paz' --phone 7765-4322",
    ] {
        clinic.does(line);
    }
    clinic
}

#[test]
fn the_agenda_of_a_day_has_what_is_open_closed_and_booked() {
    let clinic = monday();
    let gone: Appointment =
        clinic.book("--doctor GARCIA --date today --time 10:00 --name 'Eva' --phone 7765-4323");
    clinic.does(&format!("cancel {} --reason viaje", gone.code));
    let agenda: Agenda = clinic.json("agenda");
    assert_eq!((agenda.from.as_str(), agenda.to.as_str()), ("2026-06-01", "2026-06-01"));
    assert_eq!(agenda.as_of, "2026-06-01T08:00:00-06:00");
    let [garcia, ruiz] = agenda.columns.as_slice() else { panic!("two columns: {agenda:?}") };
    assert_eq!(ruiz.doctor.as_ref().unwrap().full_name, "Dra. Ruiz");
    assert_eq!((ruiz.open[0].start_time.as_str(), ruiz.open[0].end_time.as_str()), ("09:00", "10:00"));
    assert_eq!(ruiz.open[0].slot_minutes, 20);
    assert_eq!((ruiz.closed[0].start_time.as_str(), ruiz.closed[0].reason.as_str()), ("09:40", "Reunión"));
    let names: Vec<_> = garcia.appointments.iter().map(|visit| visit.patient.full_name.as_str()).collect();
    assert_eq!(names, ["Luis Paz"], "a visit that was called off takes up no place");
    let text = clinic.run("agenda");
    for part in ["Monday 2026-06-01", "Dra. Ruiz", "● Ana Mejía", "● 09:30 Luis Paz", "░ Reunión", "· free"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let csv = clinic.run("agenda --format csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn a_week_goes_from_monday_to_sunday_and_a_doctor_has_it_alone() {
    let clinic = monday();
    let agenda: Agenda = clinic.json("agenda --week --date 2026-06-04");
    assert_eq!((agenda.from.as_str(), agenda.to.as_str()), ("2026-06-01", "2026-06-07"));
    assert_eq!(agenda.columns.len(), 7, "García on five days, Ruiz on two");
    let alone: Agenda = clinic.json("agenda --week --doctor RUIZ");
    let dates: Vec<_> = alone.columns.iter().map(|column| column.date.as_str()).collect();
    assert_eq!(dates, ["2026-06-01", "2026-06-03"]);
    let text = clinic.run("agenda --week");
    assert!(text.contains("Mon 01") && text.contains("Fri 05") && !text.contains("Sat 06"), "{text}");
}

#[test]
fn a_visit_in_the_agenda_is_told_as_the_appointment_itself_tells_it() {
    let clinic = monday();
    for line in [
        "service add --name 'Control «anual»' --code CON",
        "branch add --name Norte --code N",
        "book --branch main --doctor GARCIA --service CON --date today --time 11:00 --name 'José \"Pepe\" Núñez' --phone 7765-4324 --reason 'Tos\tseca' --visit-type primera",
        "book --branch main --doctor RUIZ --date today --time 9:20 --name Eva --phone 7765-4325 --status scheduled",
    ] {
        clinic.does(line);
    }
    let agenda: Value = clinic.json("agenda --week");
    let columns = agenda["columns"].as_array().unwrap();
    let visits: Vec<&Value> = columns.iter().flat_map(|c| c["appointments"].as_array().unwrap()).collect();
    assert_eq!(visits.len(), 4);
    for visit in visits {
        let whole: Value = clinic.json(&format!("show {}", visit["code"].as_str().unwrap()));
        for (key, told) in visit.as_object().unwrap() {
            assert_eq!(told, &whole[key], "{key}");
        }
    }
    let from = |column: &&Value| column["doctor"]["code"] == "RUIZ" && column["date"] == "2026-06-01";
    let times: Vec<&Value> =
        columns.iter().find(from).unwrap()["appointments"].as_array().unwrap().iter().collect();
    assert_eq!(times.iter().map(|visit| &visit["start_time"]).collect::<Vec<_>>(), ["09:00", "09:20"]);
}

#[test]
fn a_day_without_anything_says_so_and_a_bad_one_is_refused() {
    let clinic = monday();
    let text = clinic.run("agenda --date 2026-06-07");
    assert!(text.contains("nobody sees patients"), "{text}");
    let _ = clinic.refused("agenda --date someday", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("agenda --doctor NOBODY", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn a_sheet_for_paper_has_a_page_for_each_doctor() {
    let clinic = monday();
    let text = clinic.run("agenda --print");
    let pages: Vec<&str> = text.split('\u{c}').collect();
    assert_eq!(pages.len(), 2, "{text}");
    assert!(pages[0].starts_with("Monday 2026-06-01   Dr. García"), "{text}");
    assert!(
        pages[1].contains("09:00-09:20  ●  1   Ana Mejía") && pages[1].contains("09:20               ____"),
        "{text}"
    );
    let page = clinic.run("agenda --print=html --doctor RUIZ");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<td>Ana Mejía</td>"), "{page}");
}

#[test]
fn a_pooled_window_and_a_branch_have_their_places() {
    let clinic = monday();
    for line in [
        "branch add --name Norte --code N",
        "service add --name Vacunas --code VAC",
        "window add --branch N --service VAC --days mon --from 08:00 --to 09:00 --capacity 5",
        "book --branch N --service VAC --date 2026-06-08 --time 8:00 --name 'Eva' --phone 7765-4329",
    ] {
        clinic.does(line);
    }
    let agenda: Agenda = clinic.json("agenda --branch N --date 2026-06-08");
    let [pooled] = agenda.columns.as_slice() else { panic!("one column: {agenda:?}") };
    assert!(pooled.doctor.is_none() && pooled.appointments.len() == 1);
    assert_eq!(agenda.branch.unwrap().code, "N");
    let all: Agenda = clinic.json("agenda --date 2026-06-08");
    assert_eq!(all.columns.len(), 3, "García, Ruiz and the pooled window");
    assert!(all.branch.is_none());
}
