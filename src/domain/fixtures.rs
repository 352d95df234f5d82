//! Fixtures for tests of the domain.

use crate::domain::appointment::Other;
use crate::domain::booking::{Ledger, Lengths};
use crate::domain::interval::Interval;
use crate::domain::record::Patient;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Instant, Zone, parse_date, parse_time};
use crate::domain::window::{Ask, Closure, Days, Opening, Window};
use chrono::{NaiveDate, NaiveDateTime};

pub(crate) fn zone(name: &str) -> Zone {
    Zone::embedded(name).unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

/// Parses `2026-03-08T02:30`.
pub(crate) fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

pub(crate) fn between(start: &str, end: &str) -> Interval {
    Interval::new(at(start), at(end))
}

pub(crate) fn patient() -> Patient {
    Patient {
        id: "patient-1".into(),
        clinic_id: "clinic".into(),
        code: "P1".into(),
        full_name: "Ana Mejía".into(),
        phone: "+50370123456".into(),
        active: true,
        ..Patient::default()
    }
}

/// An open window of doctor `ana` at branch `main`, every day, for any service.
pub(crate) fn window(from: &str, to: &str) -> Window {
    Window {
        id: "window-1".into(),
        clinic_id: "clinic".into(),
        code: "W1".into(),
        position: 1,
        branch_id: "main".into(),
        doctor_id: Some("ana".into()),
        services: vec![],
        days: Days::Weekly(127),
        valid_from: None,
        valid_until: None,
        from: parse_time(from).unwrap(),
        to: parse_time(to).unwrap(),
        session: None,
        batch: None,
        slot_minutes: None,
        capacity: None,
        open: true,
        active: true,
        created_at: Instant::from_unix(0),
    }
}

/// Gives each window its own id, code and position.
pub(crate) fn in_order(windows: impl IntoIterator<Item = Window>) -> Vec<Window> {
    let number = |(window, position): (Window, i64)| Window {
        id: format!("window-{position}"),
        code: format!("W{position}"),
        position,
        ..window
    };
    windows.into_iter().zip(1..).map(number).collect()
}

/// A closure of the whole clinic between two local times.
pub(crate) fn closure(from: &str, to: &str) -> Closure {
    Closure {
        id: "closure-1".into(),
        clinic_id: "clinic".into(),
        code: "C1".into(),
        branch_id: None,
        doctor_id: None,
        from: wall(from),
        to: wall(to),
        reason: "holiday".into(),
        active: true,
        created_at: Instant::from_unix(0),
    }
}

/// Requires doctor `ana` at branch `main`.
pub(crate) const ANA: Ask<'static> =
    Ask { branch_id: "main", doctor_id: Some("ana"), service_id: None, session: None, batch: None };

/// Requires a pooled window at branch `main`.
pub(crate) const POOLED: Ask<'static> = Ask { doctor_id: None, ..ANA };

pub(crate) const HALF_HOUR: Lengths = Lengths { given: None, service: None, doctor: None, clinic: 30 };

/// A database stub that records which queries were made.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub busy: Vec<Interval>,
    /// Bookings in every opening.
    pub taken: i64,
    pub duplicate: bool,
    pub asked: Vec<&'static str>,
}

impl Ledger for Book {
    fn conflict(&mut self, _doctor_id: &str, busy: Interval) -> Result<Option<Other>, Refusal> {
        self.asked.push("conflict");
        Ok(self
            .busy
            .iter()
            .any(|span| span.overlaps(busy))
            .then(|| Other { id: "earlier".into(), ..Other::default() }))
    }

    fn taken(&mut self, _opening: &Opening<'_>, _service_id: Option<&str>) -> Result<i64, Refusal> {
        self.asked.push("taken");
        Ok(self.taken)
    }

    fn held(&mut self, _doctor_id: &str, _busy: Interval) -> Result<Option<String>, Refusal> {
        Ok(None)
    }

    fn held_places(
        &mut self,
        _opening: &Opening<'_>,
        _service_id: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        Ok(Vec::new())
    }

    fn duplicate(&mut self, _date: NaiveDate) -> Result<Option<Option<Other>>, Refusal> {
        self.asked.push("duplicate");
        Ok(self.duplicate.then(|| Some(Other { id: "twin".into(), ..Other::default() })))
    }
}
