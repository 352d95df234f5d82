//! Checks 5 to 11 of a booking: allowed times, windows and free room.

use crate::model::time::DAY;
use crate::model::{Closure, Duplicates, Model, Refused, Visit, name_key};

/// The time and the people to check.
pub struct Ask {
    pub branch: usize,
    pub doctor: Option<usize>,
    pub service: Option<usize>,
    pub session: Option<&'static str>,
    pub start: i64,
    pub minutes: Option<i64>,
    pub overbook: bool,
    pub except: Option<usize>,
    pub phone: usize,
    pub name: usize,
}

pub struct Place {
    pub window: usize,
    pub day: i64,
    pub minutes: i64,
    pub buffers: (i64, i64),
}

impl Model {
    pub fn place(&self, ask: &Ask) -> Result<Place, Refused> {
        let ahead = ask.start - self.now;
        match ahead {
            _ if ahead <= 0 => return Err("PAST_APPOINTMENT"),
            _ if ahead < self.settings.min_notice => return Err("TOO_SOON"),
            _ if ahead > self.settings.max_advance => return Err("TOO_FAR"),
            _ => {}
        }
        let (window, day, fits) = self.window_for(ask).ok_or("OUTSIDE_AVAILABILITY")?;
        let minutes = self.length(ask, window);
        if !self.windows[window].open || self.is_closed(ask, minutes) {
            return Err("SLOT_INACTIVE");
        }
        if !fits {
            return Err("INVALID_TIME_SLOT");
        }
        let buffers =
            ask.doctor.map_or((0, 0), |doctor| (self.doctors[doctor].before, self.doctors[doctor].after));
        if !ask.overbook {
            let busy = (ask.start - buffers.0, ask.start + minutes + buffers.1);
            self.check_room(ask.doctor, busy, (window, day, ask.service), ask.except)?;
        }
        if self.is_duplicate(ask) {
            return Err("DUPLICATE_BOOKING");
        }
        Ok(Place { window, day, minutes, buffers })
    }

    fn length(&self, ask: &Ask, window: usize) -> i64 {
        ask.minutes
            .or(ask.service.and_then(|service| self.services[service]))
            .unwrap_or(self.step(ask.doctor, window))
    }

    /// Slot length in minutes: the window's, else the doctor's, else the clinic's.
    fn step(&self, doctor: Option<usize>, window: usize) -> i64 {
        let doctors = doctor.and_then(|doctor| self.doctors[doctor].slot);
        self.windows[window].slot.or(doctors).unwrap_or(self.settings.slot)
    }

    /// Returns the window for the start, the day on which that window opens, and whether the visit fits.
    fn window_for(&self, ask: &Ask) -> Option<(usize, i64, bool)> {
        let today = self.zone.day(ask.start);
        let mut best = None;
        for (index, window) in self.windows.iter().enumerate() {
            let session = ask.session.is_none() || ask.session == window.session;
            let service = ask.service.is_none() || window.service.is_none() || window.service == ask.service;
            if !(window.active
                && window.branch == ask.branch
                && window.doctor == ask.doctor
                && session
                && service)
            {
                continue;
            }
            for day in [today - 1, today] {
                let Some((from, to)) = self.opening(index, day) else { continue };
                if !(from..to).contains(&ask.start) {
                    continue;
                }
                let fits = self.fits(index, day, ask.doctor, ask.start, self.length(ask, index));
                let names_it = ask.service.is_some() && window.service == ask.service;
                let rank = (!window.open, !fits, !names_it, from, index);
                if best.is_none_or(|(ranked, _)| rank < ranked) {
                    best = Some((rank, (index, day, fits)));
                }
            }
        }
        best.map(|(_, found)| found)
    }

    /// Opening and closing time of the window on `day`, in UTC minutes.
    fn opening(&self, window: usize, day: i64) -> Option<(i64, i64)> {
        let window = &self.windows[window];
        // 1 January 1970 was a Thursday.
        let weekday = (day + 3).rem_euclid(7);
        let next = if window.to <= window.from { DAY } else { 0 };
        let from = self.zone.earliest(day * DAY + window.from);
        let to = self.zone.end(day * DAY + window.to + next);
        (window.weekdays & (1 << weekday) != 0 && from < to).then_some((from, to))
    }

    pub fn fits(&self, window: usize, day: i64, doctor: Option<usize>, start: i64, minutes: i64) -> bool {
        let (from, to) = self.opening(window, day).unwrap_or_default();
        let on_grid = !self.settings.strict || self.on_grid(window, day, doctor, start);
        from <= start && start + minutes <= to && on_grid
    }

    pub fn on_grid(&self, window: usize, day: i64, doctor: Option<usize>, start: i64) -> bool {
        let since = self.zone.wall(start) - day * DAY - self.windows[window].from;
        since.rem_euclid(self.step(doctor, window)) == 0
    }

    pub fn is_closed(&self, ask: &Ask, minutes: i64) -> bool {
        let place = (ask.branch, ask.doctor);
        self.closures.iter().any(|closure| self.hits(closure, place, ask.start, minutes))
    }

    pub fn hits(
        &self,
        closure: &Closure,
        (branch, doctor): (usize, Option<usize>),
        start: i64,
        minutes: i64,
    ) -> bool {
        let concerns = closure.branch.is_none_or(|only| only == branch)
            && (closure.doctor.is_none() || closure.doctor == doctor);
        let (from, to) = (self.zone.earliest(closure.from), self.zone.end(closure.to));
        closure.active && concerns && from < start + minutes && start < to && from < to
    }

    pub fn check_room(
        &self,
        doctor: Option<usize>,
        busy: (i64, i64),
        (window, day, service): (usize, i64, Option<usize>),
        except: Option<usize>,
    ) -> Result<(), Refused> {
        let others = || {
            let visits = self.visits.iter().enumerate();
            visits
                .filter(|(index, visit)| Some(*index) != except && visit.status.occupies())
                .map(|(_, visit)| visit)
        };
        let overlaps = |visit: &Visit| visit.busy().0 < busy.1 && busy.0 < visit.busy().1;
        if doctor.is_some() && others().any(|visit| visit.doctor == doctor && overlaps(visit)) {
            return Err("APPOINTMENT_CONFLICT");
        }
        let taken = others()
            .filter(|visit| visit.window == window && visit.window_day == day && visit.service == service)
            .count();
        match self.windows[window].capacity {
            Some(capacity) if taken >= capacity => Err("SLOT_FULL"),
            _ => Ok(()),
        }
    }

    fn is_duplicate(&self, ask: &Ask) -> bool {
        let day = self.zone.day(ask.start);
        self.settings.duplicates != Duplicates::Off
            && self.visits.iter().enumerate().any(|(index, visit)| {
                let patient = self.patients[visit.patient];
                let named = self.settings.duplicates == Duplicates::Phone
                    || name_key(patient.name) == name_key(ask.name);
                let same =
                    visit.service == ask.service && (ask.service.is_some() || visit.doctor == ask.doctor);
                Some(index) != ask.except
                    && visit.status.occupies()
                    && visit.start > self.now
                    && self.zone.day(visit.start) == day
                    && patient.phone == ask.phone
                    && named
                    && same
            })
    }
}
