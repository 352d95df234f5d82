//! The pictures of a report and the sheets for doctors' desks: in the terminal, as files, in a browser.

use crate::support::Clinic;
use crate::support::browser::{browser, looked_at, sheets};
use crate::support::views::Overview;
use roxmltree::{Document, ParsingOptions};
use std::fs;

/// Dr. García in June: two visits came and one was missed; a colleague, and a name that is no markup.
fn a_month() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.set("name", "Sol & <Luna>");
    clinic.does("doctor add --name 'Dra. Ruiz' --code RUIZ");
    clinic.does("window add --doctor RUIZ --days mon,tue --from 09:00 --to 11:00");
    let mut codes = Vec::new();
    for (day, time) in [("2026-06-01", "09:00"), ("2026-06-01", "10:30"), ("2026-06-09", "09:30")] {
        let who = format!("--name 'P<b>{time}</b>' --phone 7765-{} --duration 60", time.replace(':', ""));
        let line = format!("--doctor GARCIA --date {day} --time {time} {who}");
        codes.push(clinic.book(&line).code);
    }
    clinic.at("2026-06-30T18:00:00-06:00");
    for (code, status) in codes.iter().zip(["completed", "completed", "no_show"]) {
        clinic.does(&format!("status {code} {status}"));
    }
    clinic
}

fn read(clinic: &Clinic, name: &str) -> String {
    fs::read_to_string(clinic.home().join(name)).unwrap()
}

fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|problem| panic!("{problem}: {text}"))
}

/// Whether the page names nothing outside of itself.
fn stands_alone(document: &Document<'_>) {
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let outside = ["src", "href", "data", "action"].iter().any(|name| node.has_attribute(*name));
        assert!(!outside && !["script", "link", "iframe"].contains(&node.tag_name().name()), "{node:?}");
        assert!(!node.text().is_some_and(|text| text.contains("url(") || text.contains("@import")));
    }
}

#[test]
fn the_overview_counts_hours_months_and_days_ahead() {
    let clinic = a_month();
    let seen: Overview = clinic.json("report overview --from 2026-06-01");
    assert_eq!((seen.from.as_str(), seen.to.as_str()), ("2026-06-01", "2026-06-30"));
    let hour = |weekday: &str, hour: i64| {
        let found = seen.hours.iter().find(|row| row.weekday == weekday && row.hour == hour);
        found.map(|row| (row.open_minutes, row.booked_minutes, row.utilisation_percent))
    };
    // Five Mondays; on one of them an hour, and half of one. Dra. Ruiz has these hours, too.
    assert_eq!(hour("mon", 9), Some((600, 60, Some(10.0))));
    assert_eq!((hour("mon", 10), hour("mon", 11)), (Some((600, 30, Some(5.0))), Some((300, 30, Some(10.0)))));
    assert_eq!(hour("tue", 9), Some((600, 0, Some(0.0))), "who did not come took up no time");
    assert_eq!((hour("mon", 8), hour("sat", 9)), (None, None));
    let [june] = seen.months.as_slice() else { panic!("{seen:?}") };
    assert_eq!(
        (june.month.as_str(), june.completed, june.no_show, june.no_show_percent),
        ("2026-06", 2, 1, Some(33.3))
    );
    let ahead: Vec<_> =
        seen.lead_times.iter().map(|lead| (lead.from_days, lead.to_days, lead.visits)).collect();
    assert_eq!(ahead[..2], [(0, Some(0), 2), (1, Some(1), 0)]);
    assert_eq!(ahead[4], (8, Some(14), 1));
    let alone: Overview = clinic.json("report");
    assert_eq!(alone, seen, "it begins with the first visit");
    let csv = clinic.run("report overview --format csv");
    assert!(
        csv.starts_with("weekday,hour,open_minutes,booked_minutes,utilisation_percent\r\nmon,9,600,60,10"),
        "{csv}"
    );
    let _ = clinic.refused("report --from 2026-06-05 --to 2026-06-01", "VALIDATION_ERROR", 2);
}

#[test]
fn a_terminal_shows_the_pictures_in_both_languages() {
    let mut clinic = a_month();
    let drawn = clinic.run("report");
    for line in [
        "Sol & <Luna>, 2026-06-01 to 2026-06-30",
        "       9 10 11 12 13 14 15 16",
        "  mon ░░ ░░ ░░ ·· ·· ·· ·· ··",
        "  sat",
        "  Jun 2026  ██████████████████████████████ 33 % (1 of 3)",
        "  under 1 day       ██████████████████████████████ 2 (67 %)",
        "  31 days and more  0 (0 %)",
    ] {
        assert!(drawn.lines().any(|found| found == line), "{line}\n{drawn}");
    }
    clinic.env("LANG", "es_SV.UTF-8");
    let drawn = clinic.run("report");
    assert!(drawn.contains("Uso del tiempo abierto") && drawn.contains("  jun 2026  "), "{drawn}");
    assert!(drawn.contains("\n  mié ") && drawn.lines().all(|line| line.chars().count() <= 100), "{drawn}");
    let none = Clinic::in_zone("UTC").run("report");
    assert!(none.contains("nothing to report") && none.contains("no visits"), "{none}");
}

#[test]
fn pictures_are_files_that_stand_alone_and_say_names_as_they_are() {
    let clinic = a_month();
    let ran = clinic.ran("report --svg r.svg --html r.html").exits(0);
    assert!(
        ran.stderr().contains("written: r.svg") && ran.stderr().contains("written: r.html"),
        "{}",
        ran.stderr()
    );
    let (svg, html) = (read(&clinic, "r.svg"), read(&clinic, "r.html"));
    for text in [&svg, &html] {
        let document = parsed(text);
        stands_alone(&document);
        let said: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
            .filter_map(|node| node.text())
            .collect();
        for word in [
            "Sol & <Luna>, 2026-06-01 to 2026-06-30",
            "mon",
            "sun",
            "16",
            "10",
            "Jun 2026",
            "33 % (1 of 3)",
            "8 to 14 days",
            "1 (33 %)",
        ] {
            assert!(said.contains(&word), "{word} is not in {said:?}");
        }
    }
    // Another file is not written over, and an earlier picture only if asked for.
    let _ = clinic.refused("report --svg r.svg", "VALIDATION_ERROR", 2);
    clinic.does("report --svg r.svg --html r.html --force");
    clinic.file("other.html", "mine");
    let _ = clinic.refused("report --html other.html --force", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("report --html no/where.html", "VALIDATION_ERROR", 2);
    assert_eq!(read(&clinic, "other.html"), "mine");
    let Some(browser) = browser() else { return };
    assert_eq!(looked_at(&browser, &clinic, &html), "good");
    assert_eq!(sheets(&browser, &clinic, &clinic.home().join("r.html")), 1, "it is printed on one sheet");
}

#[test]
fn a_year_of_a_clinic_that_is_open_day_and_night_fits_too() {
    let mut clinic = a_month();
    clinic.does("window add --doctor RUIZ --days daily --from 00:00 --to 24:00");
    clinic.env("LANG", "es_SV.UTF-8");
    clinic.does("report --from 2025-07-01 --html r.html");
    let html = read(&clinic, "r.html");
    assert!(parsed(&html).root_element().attribute("lang") == Some("es"), "{html}");
    let Some(browser) = browser() else { return };
    assert_eq!(looked_at(&browser, &clinic, &html), "good");
    assert_eq!(sheets(&browser, &clinic, &clinic.home().join("r.html")), 1);
}

#[test]
fn a_doctors_sheet_is_a_page_for_each_desk() {
    let clinic = a_month();
    clinic.does("agenda --date 2026-06-01 --html day.html");
    let html = read(&clinic, "day.html");
    let document = parsed(&html);
    stands_alone(&document);
    let all = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    let heads: Vec<_> = all("h1").filter_map(|node| node.text()).collect();
    assert_eq!(heads.len(), 2, "{heads:?}");
    assert!(heads[0].contains("Dr. García") && heads[1].contains("Dra. Ruiz"), "{heads:?}");
    let said: Vec<_> = all("td").filter_map(|node| node.text()).collect();
    assert!(said.contains(&"P<b>09:00</b>") && said.contains(&"09:00-10:00"), "{said:?}");
    let _ = clinic.refused("agenda --date 2026-06-01 --html day.html", "VALIDATION_ERROR", 2);
    clinic.does("agenda --date 2026-06-01 --html day.html --force");
    clinic.does("agenda --date 2026-06-07 --html none.html");
    assert!(read(&clinic, "none.html").contains("nobody sees patients"));
    let Some(browser) = browser() else { return };
    assert_eq!(looked_at(&browser, &clinic, &html), "good");
    assert_eq!(sheets(&browser, &clinic, &clinic.home().join("day.html")), 2, "one page a doctor");
}
