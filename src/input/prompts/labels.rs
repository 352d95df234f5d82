use crate::app::booking::prompt_choices::Known;
use crate::app::booking::series::Members;
use crate::app::calendar::slots::FreeSlot;
use crate::domain::appointment::Visit;
use crate::domain::record::{Attendee, Patient};
use crate::domain::room::DayRoom;
use crate::domain::time::hhmm;
use crate::domain::waitlist::Half;
use crate::input::prompts::picker::Choice;
use crate::locale::{dated, plain};
use crate::output::printable;
use crate::output::words::status_words;
use chrono::NaiveDate;
use console::{measure_text_width, truncate_str};

/// How long the bar of a day is.
const BAR: usize = 10;

/// A text of exactly that many columns.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let text = printable(text);
    let text = truncate_str(&text, width, "…");
    let missing = width.saturating_sub(measure_text_width(&text));
    format!("{text}{}", " ".repeat(missing))
}

/// A day as a person says it.
pub(crate) fn date(date: NaiveDate) -> String {
    dated(date, "%a %-d %b %Y")
}

/// A day, with how far away it is and how full.
pub(crate) fn day(room: &DayRoom, today: NaiveDate) -> Choice<Option<NaiveDate>> {
    let far = match (room.date - today).num_days() {
        0 => text!("today").to_owned(),
        1 => text!("tomorrow").to_owned(),
        days => text!("in-days", days),
    };
    let taken = room.taken_of(BAR);
    let bar = format!("{}{}", "█".repeat(taken), "░".repeat(BAR - taken));
    let room_left = match room.free {
        0 => text!("full").to_owned(),
        free => text!("of-free", free, all = room.all),
    };
    let label = format!("{:<11}  {far:<11}  {bar}  {room_left}", dated(room.date, "%a %-d %b"));
    Choice::new(Some(room.date), label)
        .found_by(format!("{} {} {}", room.date, room.date.format("%A %B %d/%m"), dated(room.date, "%A")))
        .shut((room.free == 0).then_some(text!("that-day-is-full")))
}

/// A free slot, under its half of the day.
pub(crate) fn slot(free: &FreeSlot, with_doctor: bool) -> Choice<FreeSlot> {
    let slot = &free.slot;
    let mut label = format!("{}–{}", hhmm(slot.start_time), hhmm(free.zone.wall(slot.span.end).time()));
    if let (true, Some((_, name))) = (with_doctor, &free.doctor) {
        label.push_str(&format!("  {}", fit(name, 28)));
    }
    if let Some(session) = &slot.session {
        label.push_str(&format!("  {session}"));
    }
    if let Some(left) = slot.capacity_left {
        label.push_str(&format!("  {}", text!("count-left", left)));
    }
    Choice::new(free.clone(), label).under(plain(Half::of(slot.start_time).as_str()))
}

/// What the desk wants to know of a patient at a glance.
pub(crate) fn patient(known: &Known) -> String {
    let patient = &known.patient;
    let last = known.last_visit.map_or(text!("no-visit-yet").to_owned(), |date| text!("last-visit", date));
    let missed = match patient.no_show_count {
        0 => String::new(),
        1 => format!("  {}", text!("one-no-show")),
        count => format!("  {}", text!("count-no-shows", count)),
    };
    format!("{}  {}  {last}{missed}", fit(&patient.full_name, 28), fit(&patient.phone, 14))
}

/// An appointment in a list of several, by its id.
pub(crate) fn visit(visit: &Visit<Attendee>) -> Choice<String> {
    let Attendee { full_name, phone, code, .. } = visit.patient.as_ref();
    of_visit(visit, (full_name, phone, code))
}

/// The same for one with its patient's whole record.
pub(crate) fn whole_visit(visit: &Visit) -> Choice<String> {
    let Patient { full_name, phone, code, .. } = visit.patient.as_ref();
    of_visit(visit, (full_name, phone, code))
}

fn of_visit<P>(visit: &Visit<P>, (name, phone, code): (&str, &str, &str)) -> Choice<String> {
    let appointment = &visit.appointment;
    let with = visit.doctor.as_deref().map_or("", |doctor| &doctor.full_name);
    let label = format!(
        "{}  {} {}  {}  {}  {}",
        appointment.code,
        dated(appointment.date, "%a %d %b"),
        hhmm(appointment.start_time),
        fit(name, 22),
        fit(with, 14),
        status_words(appointment.status)
    );
    let words = format!("{phone} {code} {}", appointment.date);
    Choice::new(appointment.id.clone(), label).found_by(words)
}

/// A series: its code, patient, doctor and rule.
pub(super) fn series(members: &Members) -> Choice<String> {
    let first = members.visits.first();
    let patient = first.map_or("", |visit| visit.patient.full_name.as_str());
    let doctor = first.and_then(|visit| visit.doctor.as_deref()).map_or("", |doctor| &doctor.full_name);
    let code = &members.series.code;
    Choice::new(
        code.clone(),
        format!("{code}  {}  {}  {}", fit(patient, 22), fit(doctor, 14), members.visits.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn june(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
    }

    #[test]
    fn a_text_takes_its_columns_whatever_its_letters_are() {
        for text in ["Ana", "漢字漢字漢字", "José Ñuñez de la Peña", ""] {
            assert_eq!(measure_text_width(&fit(text, 10)), 10, "{text}");
        }
    }

    #[test]
    fn a_day_tells_how_full_it_is() {
        for (date, free, label) in [
            (1, 16, "Mon 1 Jun    today        ░░░░░░░░░░  16 of 16 free"),
            (2, 4, "Tue 2 Jun    tomorrow     ████████░░  4 of 16 free"),
            (12, 0, "Fri 12 Jun   in 11 days   ██████████  full"),
        ] {
            let room = DayRoom { date: june(date), free, all: 16 };
            let choice = day(&room, june(1));
            assert_eq!(choice.label, label);
            assert_eq!(choice.shut.is_some(), free == 0);
        }
        let choice = day(&DayRoom { date: june(12), free: 1, all: 2 }, june(1));
        for typed in ["fri", "12 jun", "2026-06-12", "12/06", "june"] {
            assert!(choice.fits(typed), "{typed}");
        }
    }
}
