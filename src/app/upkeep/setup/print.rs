//! Writes a clinic's set-up as a file.

use crate::app::Context;
use crate::domain::hours::plan::is_plain;
use crate::domain::hours::{Hours, days_text, meant_instead};
use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::settings::Settings;
use crate::domain::time::{add_days, hhmm};
use crate::domain::window::{Closure, Days, Window};
use crate::formats::setup_file::{Part, SetupFile};
use crate::platform::error::Result;
use crate::store::directory;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;

/// The clinic's active records.
struct Book {
    clinic: Clinic,
    branches: Vec<Branch>,
    doctors: Vec<Doctor>,
    services: Vec<Service>,
    windows: Vec<Window>,
    closures: Vec<Closure>,
    today: NaiveDate,
}

/// The set-up of the command's clinic. What is over is left out.
pub fn print(context: &mut Context) -> Result<SetupFile> {
    context.read(|tx, env, desk| {
        let clinic_id = desk.clinic.id.clone();
        let book = Book {
            branches: directory::all(tx, &clinic_id, false)?,
            doctors: directory::all(tx, &clinic_id, false)?,
            services: directory::all(tx, &clinic_id, false)?,
            windows: directory::all(tx, &clinic_id, false)?,
            closures: directory::all(tx, &clinic_id, false)?,
            today: desk.today(env).date,
            clinic: desk.clinic,
        };
        Ok(book.file())
    })
}

impl Book {
    fn file(mut self) -> SetupFile {
        let (today, doctors, services) = (self.today, &self.doctors, &self.services);
        self.windows.retain(|window| {
            let has_doctor = window.doctor_id.as_ref().is_none_or(|id| doctors.iter().any(|d| d.id == *id));
            let has_branch = self.branches.iter().any(|branch| branch.id == window.branch_id);
            let has_services = window.services.iter().all(|id| services.iter().any(|s| s.id == *id));
            let is_over = window.valid_until.is_some_and(|last| last < today)
                || matches!(window.days, Days::On(date) if date < today);
            has_doctor && has_branch && has_services && !is_over
        });
        self.closures.retain(|closure| {
            let has_doctor = closure.doctor_id.as_ref().is_none_or(|id| doctors.iter().any(|d| d.id == *id));
            let has_branch =
                closure.branch_id.as_ref().is_none_or(|id| self.branches.iter().any(|b| b.id == *id));
            has_doctor && has_branch && closure.to.date() > today
        });
        self.closures
            .sort_by(|one, other| (one.from, one.to, &one.code).cmp(&(other.from, other.to, &other.code)));
        let mut rest: Vec<&Window> = self.windows.iter().collect();
        let doctors = self.doctors.iter().map(|doctor| self.doctor(doctor, &mut rest)).collect();
        let services = self.services.iter().map(|service| self.service(service, &mut rest)).collect();
        let (days, others): (Vec<&Closure>, Vec<&Closure>) =
            self.closures.iter().partition(|closure| is_clinics_day(closure));
        SetupFile {
            clinic: self.settings(&days),
            branches: self.branches(),
            doctors,
            services,
            windows: rest.into_iter().map(|window| self.window(window)).collect(),
            closures: others.into_iter().map(|closure| self.closure(closure)).collect(),
        }
    }

    /// The settings that differ from a new clinic's in that zone. Who has access is no set-up: keys aren't in it.
    fn settings(&self, days: &[&Closure]) -> Part {
        let Clinic { name, code, settings, .. } = &self.clinic;
        let mut part = Part { place: "clinic".into(), ..Part::default() };
        part.put("name", name);
        part.put("code", code);
        part.put("timezone", &settings.timezone);
        let usual = Settings::new(&settings.timezone);
        for (key, text) in settings.pairs() {
            if usual.get(key).as_ref() != Some(&text) && key != "access" {
                part.put(key, text);
            }
        }
        let closed = days.iter().map(|closure| {
            let (first, last) = (closure.from.date(), add_days(closure.to.date(), -1));
            let days = if first == last { first.to_string() } else { format!("{first}..{last}") };
            format!("{days} {}", closure.reason)
        });
        let closed: Vec<String> = closed.collect();
        if !closed.is_empty() {
            part.fields.insert("closed".into(), closed);
        }
        part
    }

    /// The branches, unless there is only the one that every clinic begins with.
    fn branches(&self) -> Vec<Part> {
        let is_usual = |branch: &Branch| {
            branch.code == "main" && branch.name == self.clinic.name && branch.timezone.is_none()
        };
        if let [only] = self.branches.as_slice()
            && is_usual(only)
        {
            return Vec::new();
        }
        let part = |branch: &Branch| {
            let mut part = Part::default();
            part.put("code", &branch.code);
            part.put("name", &branch.name);
            part.put("timezone", branch.timezone.clone().unwrap_or_default());
            part
        };
        self.branches.iter().map(part).collect()
    }

    fn doctor(&self, doctor: &Doctor, rest: &mut Vec<&Window>) -> Part {
        let mut part = Part::default();
        part.put("code", &doctor.code);
        part.put("name", &doctor.full_name);
        part.put("specialty", doctor.specialty.clone().unwrap_or_default());
        part.put("slot", number(doctor.slot_minutes));
        for (field, minutes) in
            [("buffer_before", doctor.buffer_before), ("buffer_after", doctor.buffer_after)]
        {
            if minutes != 0 {
                part.put(field, minutes.to_string());
            }
        }
        part.hours = self.hours(rest, &|window| window.doctor_id.as_deref() == Some(&doctor.id));
        part
    }

    fn service(&self, service: &Service, rest: &mut Vec<&Window>) -> Part {
        let mut part = Part::default();
        part.put("code", &service.code);
        part.put("name", &service.name);
        part.put("duration", number(service.duration_minutes));
        let own = |window: &Window| window.doctor_id.is_none() && window.services == [service.id.as_str()];
        // One number of places for all hours; windows with another are written by themselves.
        let capacity = rest.iter().find(|window| own(window) && is_plain(window)).and_then(|w| w.capacity);
        part.hours = self.hours(rest, &|window| own(window) && window.capacity == capacity);
        if !part.hours.is_empty() {
            part.put("capacity", number(capacity));
        }
        part
    }

    /// Takes the windows that hours in one line can tell out of `rest`, and tells them, by branch.
    fn hours(&self, rest: &mut Vec<&Window>, own: &dyn Fn(&Window) -> bool) -> Vec<(Option<String>, String)> {
        let mut by_branch: BTreeMap<&str, Hours> = BTreeMap::new();
        rest.retain(|window| {
            let Days::Weekly(days) = window.days else { return true };
            if !own(window) || !is_plain(window) {
                return true;
            }
            by_branch
                .entry(self.branch_code(&window.branch_id))
                .or_default()
                .add((window.from, window.to), days);
            false
        });
        let is_only = self.branches.len() == 1;
        let named = |branch: &str| (!is_only).then(|| branch.to_owned());
        by_branch.iter().map(|(branch, hours)| (named(branch), hours.text())).collect()
    }

    fn branch_code(&self, id: &str) -> &str {
        self.branches.iter().find(|branch| branch.id == id).map_or("", |branch| &branch.code)
    }

    fn doctor_code(&self, id: Option<&str>) -> &str {
        self.doctors.iter().find(|doctor| Some(doctor.id.as_str()) == id).map_or("", |doctor| &doctor.code)
    }

    fn window(&self, window: &Window) -> Part {
        let mut part = Part::default();
        part.put("code", &window.code);
        part.put("doctor", self.doctor_code(window.doctor_id.as_deref()));
        if self.branches.len() > 1 {
            part.put("branch", self.branch_code(&window.branch_id));
        }
        let code =
            |id: &String| self.services.iter().find(|service| service.id == *id).map(|s| s.code.clone());
        let services: Vec<String> = window.services.iter().filter_map(code).collect();
        if !services.is_empty() {
            part.fields.insert("service".into(), services);
        }
        match window.days {
            Days::Weekly(days) => part.put("days", days_text(days)),
            Days::On(date) => part.put("on", date.to_string()),
        }
        part.put("from", hhmm(window.from));
        part.put("to", if window.to == NaiveTime::MIN { "24:00".into() } else { hhmm(window.to) });
        if meant_instead((window.from, window.to)).is_some() {
            part.put("overnight", "true");
        }
        part.put("session", window.session.clone().unwrap_or_default());
        part.put("batch", window.batch.clone().unwrap_or_default());
        part.put("slot", number(window.slot_minutes));
        part.put("capacity", number(window.capacity));
        part.put("valid_from", window.valid_from.map(|date| date.to_string()).unwrap_or_default());
        part.put("valid_until", window.valid_until.map(|date| date.to_string()).unwrap_or_default());
        if !window.open {
            part.put("closed", "true");
        }
        part
    }

    fn closure(&self, closure: &Closure) -> Part {
        let mut part = Part::default();
        part.put("doctor", self.doctor_code(closure.doctor_id.as_deref()));
        part.put("branch", closure.branch_id.as_deref().map_or("", |id| self.branch_code(id)));
        let (first, last) = (closure.from.date(), add_days(closure.to.date(), -1));
        let wall = |wall: NaiveDateTime| wall.format("%Y-%m-%dT%H:%M").to_string();
        match is_whole_days(closure) {
            true if first == last => part.put("date", first.to_string()),
            true => {
                part.put("from", first.to_string());
                part.put("to", last.to_string());
            }
            false => {
                part.put("from", wall(closure.from));
                part.put("to", wall(closure.to));
            }
        }
        part.put("reason", &closure.reason);
        part
    }
}

fn number(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn is_whole_days(closure: &Closure) -> bool {
    closure.from.time() == NaiveTime::MIN && closure.to.time() == NaiveTime::MIN
}

fn is_clinics_day(closure: &Closure) -> bool {
    is_whole_days(closure) && closure.doctor_id.is_none() && closure.branch_id.is_none()
}
