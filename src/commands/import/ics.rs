//! Imports iCalendar files: a doctor's events become closures, a practice's become appointments.

use crate::app::exchange::import::Row;
use crate::app::exchange::import::closures;
use crate::app::exchange::import::closures::Blocked;
use crate::commands::import::imported;
use crate::commands::import::{Events, ForAllArgs, HowArgs, IcsArgs};
use crate::commands::import::{PREVIEW, appointment, open, previewed, write};
use crate::domain::refusal::Refusal;
use crate::domain::time::Reading;
use crate::formats::Problem;
use crate::formats::ics::expand::{begun_minute, full_minute};
use crate::formats::ics::read::{At, Event, Stamp, events};
use crate::formats::ics::x_properties::NAMES as OWN;
use crate::input::fields::Raw;
use crate::input::session::{Session, ending};
use crate::output::Answer;
use crate::output::import::ImportedView;
use crate::platform::error::Result;
use crate::platform::zones::Zones;
use chrono::NaiveDateTime;
use std::io::BufReader;

pub(crate) fn ics(session: &Session, args: IcsArgs) -> Result<Answer> {
    let IcsArgs { file, events: kind, for_all, how } = args;
    let events = events(BufReader::new(open(&file)?)).map_err(|Problem { line, problem }| {
        Refusal::invalid("file", text!("file-line-problem", file, line, problem))
            .detail("line", i64::try_from(line).unwrap_or(0))
    })?;
    match kind {
        Events::Closures => close(session, &events, &for_all, &how),
        Events::Appointments => appointments(session, events, for_all, &how),
    }
}

fn close(session: &Session, events: &[Event], for_all: &ForAllArgs, how: &HowArgs) -> Result<Answer> {
    let ForAllArgs { doctor, service, branch } = for_all;
    let Some(doctor) = doctor else {
        return Err(Refusal::invalid("doctor", text!("is-required-whose-calendar-is-it"))
            .hint(text!("say-it-with-doctor")));
    };
    if service.is_some() || branch.is_some() || how.report.is_some() || how.per_row {
        return Err(Refusal::invalid("as", text!("closures-are-the-doctors-wherever-they")));
    }
    let mut context = session.open()?;
    let blocked = closures::block(&mut context, doctor, events, ending(how.dry_run))?;
    let Blocked { events, added, updated, known, removed, skipped } = blocked;
    Ok(imported(ImportedView {
        import: "closures",
        dry_run: how.dry_run,
        all_or_nothing: true,
        written: !how.dry_run,
        rows: events,
        added,
        updated,
        known,
        removed: Some(removed),
        skipped: Some(skipped),
        ..ImportedView::default()
    }))
}

fn appointments(
    session: &Session,
    mut events: Vec<Event>,
    for_all: ForAllArgs,
    how: &HowArgs,
) -> Result<Answer> {
    let zones = Zones::new(session.environment.zone_folder.clone());
    let for_all = Raw::typed(&for_all);
    let mut preview = Vec::new();
    let all = events.len();
    events.retain(|event| !event.takes_no_time());
    let skipped = (all - events.len()) as u64;
    // Import overbooked events last, after the events that they overlap.
    events.sort_by_key(|event| event.own.iter().any(|(name, _)| name == "OVERBOOKED"));
    let rows = events.into_iter().map(|event| {
        let wish = fields(&event, &zones).map(|mut raw| {
            if preview.len() < PREVIEW {
                preview.push(previewed(event.line, &raw));
            }
            raw.default_from(&for_all);
            appointment(raw, Some(format!("event {}", event.uid)))
        });
        let wish = wish.map_err(|Problem { line, problem }| {
            Refusal::invalid("event", text!("line-problem", line, problem))
        });
        Row { line: event.line, wish }
    });
    let tally = write(session, how, rows)?;
    let (import, rows) = ("appointments", tally.rows + skipped);
    Ok(imported(ImportedView { import, rows, skipped: Some(skipped), preview: Some(preview), ..tally }))
}

/// The fields of an event: what our own exports say under names of their own, else what can be told from
/// the summary (who) and the description (their phone).
fn fields(event: &Event, zones: &Zones) -> Result<Raw, Problem> {
    let wrong = |line: u64, problem: &str| Problem { line, problem: problem.to_owned() };
    if let Some(rule) = &event.rule {
        return Err(wrong(rule.line, text!("repeats-an-event-for-each-appointment-was-expected")));
    }
    let Some(start) = &event.start else { return Err(wrong(event.line, text!("the-event-has-no-dtstart"))) };
    let own = |name: &str| event.own.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let mut raw = Raw::default();
    let mut put = |field: &'static str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let value = match field {
                "overbook" | "follow_up_required" => (value == "true").into(),
                _ => value.into(),
            };
            raw.put_named(field, field, value);
        }
    };
    put("at", Some(moment(start, zones, begun_minute)?));
    match (&event.seconds, &event.end) {
        (Some(seconds), _) => {
            // The start is rounded down to the minute: count the duration from there.
            let seconds = seconds + start.value.second();
            put("duration", Some((seconds / 60 + i64::from(seconds % 60 > 0)).to_string()));
        }
        (None, Some(end)) => put("end", Some(moment(end, zones, full_minute)?)),
        (None, None) => {}
    }
    put("status", own("STATUS").or_else(|| event.status.as_deref().and_then(status).map(str::to_owned)));
    if own("KEY").is_some() {
        // A full calendar of ours names every field; a field without a name is empty.
        for (name, field) in OWN.iter().filter(|(name, _)| *name != "STATUS") {
            put(field, own(name));
        }
        return Ok(raw);
    }
    let summary = event.summary.clone().unwrap_or_default();
    let who = summary.split(" \u{b7} ").next().unwrap_or(&summary);
    put("name", own("NAME").or_else(|| Some(who.to_owned())));
    let said = Said::of(event.description.as_deref().unwrap_or_default(), own("CODE").is_some());
    put("phone", own("PHONE").or(said.phone));
    put("doctor", own("DOCTOR").or(said.doctor));
    put("reason", own("REASON").or(said.reason));
    put("notes", own("NOTES").or(said.notes));
    for (field, name) in [("service", "SERVICE"), ("branch", "BRANCH"), ("code", "CODE")] {
        put(field, own(name));
    }
    Ok(raw)
}

/// What a description says.
#[derive(Default)]
struct Said {
    phone: Option<String>,
    doctor: Option<String>,
    reason: Option<String>,
    notes: Option<String>,
}

impl Said {
    /// In our own exports a line each: the doctor, the phone, why they come, notes. In others a phone is
    /// told by its digits, and the rest are notes.
    fn of(description: &str, ours: bool) -> Said {
        let mut lines: Vec<&str> =
            description.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let Some(place) = lines.iter().position(|line| is_phone(line)) else {
            let notes = (!ours && !lines.is_empty()).then(|| lines.join("\n"));
            return Said { notes, ..Said::default() };
        };
        let phone = Some(lines.remove(place).to_owned());
        let rest = |lines: &[&str]| (!lines.is_empty()).then(|| lines.join("\n"));
        if !ours {
            return Said { phone, notes: rest(&lines), ..Said::default() };
        }
        let behind = lines.split_off(place);
        Said {
            phone,
            doctor: lines.first().map(|line| (*line).to_owned()),
            reason: behind.first().map(|line| (*line).to_owned()),
            notes: rest(behind.get(1..).unwrap_or_default()),
        }
    }
}

fn is_phone(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    digits >= 7 && line.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
}

/// What the three states that the standard knows mean for an appointment.
fn status(word: &str) -> Option<&'static str> {
    match word.to_uppercase().as_str() {
        "TENTATIVE" => Some("scheduled"),
        "CONFIRMED" => Some("confirmed"),
        "CANCELLED" => Some("cancelled"),
        _ => None,
    }
}

/// A time as a booking takes it, in whole minutes.
fn moment(
    stamp: &At<Stamp>,
    zones: &Zones,
    minute: fn(NaiveDateTime) -> NaiveDateTime,
) -> Result<String, Problem> {
    let wrong = |problem: String| Problem { line: stamp.line, problem };
    match &stamp.value {
        Stamp::Date(_) => Err(wrong(text!("is-a-whole-day-an-appointment").into())),
        Stamp::Utc(wall) => Ok(minute(*wall).format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Stamp::Floating(wall) => Ok(minute(*wall).format("%Y-%m-%dT%H:%M").to_string()),
        Stamp::Zoned(wall, name) => {
            let zone = zones.get(name).map_err(|_| wrong(text!("the-zone-is-not-known-one", name)))?;
            match zone.read(minute(*wall)) {
                Reading::Once(instant) => Ok(zone.rfc3339(instant)),
                Reading::Twice(..) => Err(wrong(text!("comes-twice-in-the-clock-is-put-back", wall, name))),
                Reading::Never(_) => Err(wrong(text!("does-not-exist-in-the-clock-jumps-over", wall, name))),
            }
        }
    }
}
