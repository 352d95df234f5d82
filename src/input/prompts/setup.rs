//! Asks for a clinic's set-up: the same that a file says.

use crate::app::when::Today;
use crate::domain::hours::Hours;
use crate::domain::settings::{Settings, minutes};
use crate::domain::text;
use crate::domain::time::{Zone, hhmm};
use crate::formats::setup_file::{Part, SetupFile};
use crate::input::days::day;
use crate::input::prompts::board;
use crate::input::prompts::picker::{Asked, Board, Choice};
use crate::input::prompts::records::ask_places;
use crate::input::session::Session;
use crate::locale::dated;
use crate::platform::zones::guessed;
use chrono::{NaiveDate, NaiveTime};

/// The zone to offer where the system names none.
const USUAL_ZONE: &str = "America/El_Salvador";

/// Asks for the set-up, beginning from what is there, shows the week, and asks whether to save it.
pub(crate) fn ask(session: &Session, known: SetupFile) -> Asked<SetupFile> {
    let board = board(session);
    let mut file = known;
    let zone = clinic(session, &board, &mut file)?;
    doctors(&board, &mut file)?;
    services(&board, &mut file)?;
    closed_days(session, &board, &mut file, &zone)?;
    number_places(&mut file);
    show_week(&board, &file)?;
    board.confirm(text!("save-it"), true)?;
    Ok(file)
}

fn clinic(session: &Session, board: &Board, file: &mut SetupFile) -> Asked<Zone> {
    let clinic = &mut file.clinic;
    let name =
        board.text(text!("name-of-the-clinic"), &clinic.get("name").unwrap_or_default(), text::short)?;
    clinic.put("name", name);
    let env = session.env(session.config()?)?;
    let usual = clinic.get("timezone").or_else(guessed).unwrap_or_else(|| USUAL_ZONE.to_owned());
    let zone = board.text(text!("time-zone"), &usual, |word| {
        env.zones.get(word.trim()).map_err(|_| text!("is-not-an-iana-time-zone-2", name = word))
    })?;
    clinic.put("timezone", zone.name());
    let phone =
        board.maybe(text!("ask-clinics-phone"), &clinic.get("phone").unwrap_or_default(), |word| {
            Settings::without_country("UTC").set("phone", word).map(|()| word.trim().to_owned())
        })?;
    clinic.put("phone", phone.unwrap_or_default());
    Ok(zone)
}

fn doctors(board: &Board, file: &mut SetupFile) -> Asked<()> {
    for doctor in &mut file.doctors {
        let name = doctor.get("name").unwrap_or_default();
        ask_hours(board, doctor, &text!("ask-hours-of", name))?;
    }
    let branch_codes = codes(file);
    loop {
        let question =
            if file.doctors.is_empty() { text!("ask-first-doctor") } else { text!("ask-next-doctor") };
        let Some(name) = board.maybe(question, "", text::short)? else { return Ok(()) };
        let mut doctor = Part::default();
        doctor.put("name", &name);
        let slot = board.text(text!("ask-minutes-of-a-visit"), "30", minutes)?;
        doctor.put("slot", slot.to_string());
        let branch = ask_branch(board, &branch_codes)?;
        doctor.hours = vec![(branch, String::new())];
        ask_hours(board, &mut doctor, &text!("ask-hours-of", name))?;
        file.doctors.push(doctor);
    }
}

fn services(board: &Board, file: &mut SetupFile) -> Asked<()> {
    let branch_codes = codes(file);
    loop {
        let Some(name) = board.maybe(text!("ask-service"), "", text::short)? else { return Ok(()) };
        let mut service = Part::default();
        service.put("name", &name);
        let duration = board.text(text!("ask-minutes-of-a-visit"), "30", minutes)?;
        service.put("duration", duration.to_string());
        let hours = board.maybe(text!("ask-hours-without-a-doctor"), "", hours_text)?;
        if let Some(hours) = hours {
            service.hours = vec![(ask_branch(board, &branch_codes)?, hours)];
            let places = ask_places(board)?;
            service.put("capacity", places.to_string());
        }
        file.services.push(service);
    }
}

/// The branches to choose from, where the clinic has several.
fn codes(file: &SetupFile) -> Vec<String> {
    file.branches.iter().filter_map(|branch| branch.get("code")).collect()
}

fn ask_branch(board: &Board, codes: &[String]) -> Asked<Option<String>> {
    if codes.len() < 2 {
        return Ok(None);
    }
    let choices: Vec<_> = codes.iter().map(|code| Choice::new(code.clone(), code)).collect();
    board.choose(text!("ask-branch-of-the-hours"), &choices).map(Some)
}

/// Asks for hours, each branch's by itself.
fn ask_hours(board: &Board, part: &mut Part, question: &str) -> Asked<()> {
    if part.hours.is_empty() {
        part.hours.push((None, String::new()));
    }
    for (branch, hours) in &mut part.hours {
        let question =
            branch.as_ref().map_or_else(|| question.to_owned(), |code| format!("{question} ({code})"));
        *hours = board.maybe(&question, hours, hours_text)?.unwrap_or_else(|| "none".to_owned());
    }
    Ok(())
}

pub(crate) fn hours_text(text: &str) -> Result<String, String> {
    Hours::parse(text).map(|hours| hours.text())
}

fn closed_days(session: &Session, board: &Board, file: &mut SetupFile, zone: &Zone) -> Asked<()> {
    let env = session.env(session.config()?)?;
    let today = Today { date: zone.date(env.now), month_first: false };
    let mut closed = file.clinic.all("closed").to_vec();
    loop {
        let found = board.maybe(text!("ask-closed-day"), "", |text| closed_day(text, today))?;
        let Some(entry) = found else { break };
        closed.push(entry);
    }
    if !closed.is_empty() {
        file.clinic.fields.insert("closed".into(), closed);
    }
    Ok(())
}

/// A day in words and its reason: `25/12 Navidad`, `25 de diciembre Navidad`.
fn closed_day(text: &str, today: Today) -> Result<String, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let read = (1..words.len()).rev().find_map(|count| {
        let date = day(&words[..count].join(" ")).ok()?.on(today);
        Some(format!("{date} {}", words[count..].join(" ")))
    });
    read.ok_or_else(|| text!("is-no-closed-day-such-as", entry = text))
}

fn number_places(file: &mut SetupFile) {
    file.clinic.place = "clinic".into();
    for (kind, parts) in [
        ("branch", &mut file.branches),
        ("doctor", &mut file.doctors),
        ("service", &mut file.services),
        ("window", &mut file.windows),
        ("closure", &mut file.closures),
    ] {
        for (n, part) in parts.iter_mut().enumerate() {
            part.place = format!("{kind}[{}]", n + 1);
        }
    }
}

/// Shows each day of the week with who is there when.
fn show_week(board: &Board, file: &SetupFile) -> Asked<()> {
    board.say("")?;
    for day in 0..7u8 {
        let mut here = Vec::new();
        for part in file.doctors.iter().chain(&file.services) {
            let spans: Vec<String> = part
                .hours
                .iter()
                .filter_map(|(_, text)| Hours::parse(text).ok())
                .flat_map(|hours| hours.0)
                .filter(|(_, days)| days & (1 << day) != 0)
                .map(|((from, to), _)| format!("{}–{}", hhmm(from), end(to)))
                .collect();
            if !spans.is_empty() {
                here.push(format!("{} {}", part.get("name").unwrap_or_default(), spans.join(", ")));
            }
        }
        // The first of January 2024 is a Monday.
        let date = NaiveDate::from_ymd_opt(2024, 1, 1 + u32::from(day)).unwrap_or_default();
        let here = if here.is_empty() { text!("closed").to_owned() } else { here.join(" · ") };
        board.say(&format!("  {:<4} {here}", dated(date, "%a")))?;
    }
    for entry in file.clinic.all("closed") {
        board.say(&format!("  ░ {entry}"))?;
    }
    board.say("")
}

fn end(time: NaiveTime) -> String {
    if time == NaiveTime::MIN { "24:00".into() } else { hhmm(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_day_is_said_with_its_reason() {
        let today = Today { date: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(), month_first: false };
        for (text, entry) in [
            ("25/12 Navidad", "2026-12-25 Navidad"),
            ("25 de diciembre Navidad", "2026-12-25 Navidad"),
            ("1 jan New Year", "2027-01-01 New Year"),
            ("2026-08-06 Fiestas de San Salvador", "2026-08-06 Fiestas de San Salvador"),
        ] {
            assert_eq!(closed_day(text, today).as_deref(), Ok(entry), "{text}");
        }
        assert!(closed_day("25/12", today).is_err() && closed_day("Navidad", today).is_err());
    }
}
