//! Reports: volume, no-shows and utilisation by doctor, service, branch and weekday.

use crate::support::Clinic;
use crate::support::views::{Counted, NoShows, Utilisation, Volume};

/// Dr. García's week (Monday to Friday, 09:00 to 17:00): one Monday visit of each status and a pooled one on
/// Tuesday. The clock shows Friday afternoon.
fn a_week() -> Clinic {
    let mut clinic = Clinic::open();
    let mut codes = Vec::new();
    for (n, time) in ["09:00", "10:00", "11:00", "12:00", "13:00"].iter().enumerate() {
        let who = format!("--name 'P {n}' --phone 7765-432{n} --duration 60");
        codes.push(clinic.book(&format!("--doctor GARCIA --date today --time {time} {who}")).code);
    }
    for line in [
        "service add --name Vacunas --code VAC --duration 30",
        "window add --service VAC --days tue --from 09:00 --to 10:00 --capacity 5",
        "book --service VAC --date 2026-06-02 --time 9:00 --name 'Eva' --phone 7765-4329",
        "closure add --doctor GARCIA --date 2026-06-03 --reason Congreso",
    ] {
        clinic.does(line);
    }
    clinic.does(&format!("cancel {} --reason viaje", codes[3]));
    clinic.at("2026-06-05T16:00:00-06:00");
    for (code, status) in [(&codes[0], "completed"), (&codes[1], "completed"), (&codes[2], "no_show")] {
        clinic.does(&format!("status {code} {status}"));
    }
    clinic
}

#[test]
fn the_volume_counts_what_became_of_the_visits() {
    let clinic = a_week();
    let report: Counted<Volume> = clinic.json("report volume --from 2026-06-01 --to 2026-06-05");
    assert_eq!((report.from.as_str(), report.to.as_str()), ("2026-06-01", "2026-06-05"));
    let [garcia, pooled] = report.rows.as_slice() else { panic!("{report:?}") };
    assert_eq!(garcia.code.as_deref(), Some("GARCIA"));
    assert_eq!(
        (garcia.total, garcia.expected, garcia.completed, garcia.cancelled, garcia.no_show, garcia.minutes),
        (5, 1, 2, 1, 1, 180)
    );
    assert_eq!((pooled.id.as_deref(), pooled.name.as_str(), pooled.total), (None, "(pooled)", 1));
    assert_eq!(report.total.total, 6);
    let by_service: Counted<Volume> = clinic.json("report volume --by service");
    let rows: Vec<_> = by_service.rows.iter().map(|row| (row.name.as_str(), row.total)).collect();
    assert_eq!(rows, [("Vacunas", 1), ("(none)", 5)]);
    let by_weekday: Counted<Volume> = clinic.json("report volume --by weekday");
    let rows: Vec<_> = by_weekday.rows.iter().map(|row| (row.code.as_deref().unwrap(), row.total)).collect();
    assert_eq!(rows, [("mon", 5), ("tue", 1)]);
}

#[test]
fn no_shows_are_held_against_those_who_came() {
    let clinic = a_week();
    let report: Counted<NoShows> = clinic.json("report no-shows");
    let garcia = &report.rows[0];
    assert_eq!((garcia.completed, garcia.no_show, garcia.no_show_percent), (2, 1, Some(33.3)));
    assert_eq!(report.rows[1].no_show_percent, None, "nobody has come to the pooled window yet");
}

#[test]
fn utilisation_is_the_taken_part_of_the_open_time() {
    let clinic = a_week();
    let report: Counted<Utilisation> = clinic.json("report utilisation --from 2026-06-01 --to 2026-06-05");
    let garcia = &report.rows[0];
    // Four days of eight hours, as Wednesday is closed; three visits of an hour.
    assert_eq!((garcia.open_minutes, garcia.booked_minutes), (Some(4 * 480), 180));
    assert_eq!(garcia.utilisation_percent, Some(9.4));
    assert_eq!(report.rows[1].utilisation_percent, None, "a pooled window is nobody's time");
    let by_weekday: Counted<Utilisation> =
        clinic.json("report utilisation --from 2026-06-01 --to 2026-06-05 --by weekday");
    let open: Vec<_> = by_weekday.rows.iter().map(|row| row.open_minutes).collect();
    assert_eq!(open, [480, 480, 480, 480].map(Some), "Wednesday has nothing to tell");
    let by_branch: Counted<Utilisation> = clinic.json("report utilisation --by branch --from 2026-06-01");
    assert_eq!(by_branch.rows[0].open_minutes, Some(4 * 480));
}

#[test]
fn a_report_is_drawn_with_bars_and_is_a_table_for_spreadsheets() {
    let clinic = a_week();
    let text = clinic.run("report volume");
    assert!(text.starts_with("volume, 2026-05-07 to 2026-06-05, by doctor\n"), "{text}");
    let garcia = text.lines().find(|line| line.contains("García")).unwrap();
    assert!(garcia.ends_with(&"█".repeat(24)), "{text}");
    let csv = clinic.run("report no-shows --format csv");
    assert_eq!(csv.lines().next(), Some("id,code,name,completed,no_show,no_show_percent"));
    assert_eq!(clinic.run("report volume --to 2020-01-01").lines().last(), Some("nothing to report"));
    let _ = clinic.refused("report volume --from 2026-06-05 --to 2026-06-01", "VALIDATION_ERROR", 2);
}
