//! Round trips: a record that is exported and imported again is the same record.

use crate::domain::appointment::{Appointment, Stamps, Visit};
use crate::domain::ids::made_key;
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Doctor, Patient, Service};
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::formats::fhir::Fields;
use crate::formats::fhir::bundle::Kind;
use crate::formats::fhir::read::read;
use crate::formats::fhir::write as fhir;
use crate::formats::fhir::write::text as fhir_text;
use crate::formats::ics::read::events;
use crate::formats::ics::{write as ics, x_properties};
use chrono::{NaiveDate, NaiveTime};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;

const ZONES: [&str; 3] = ["America/El_Salvador", "Europe/Madrid", "Asia/Kathmandu"];

#[derive(Debug, Clone)]
struct Drawn {
    texts: Vec<Option<String>>,
    status: Status,
    flags: (bool, bool, bool),
    start: i64,
    minutes: i64,
    zone: usize,
    stamps: Vec<Option<i64>>,
    day: Option<i32>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let text = "[\\PC\\n]{1,30}".prop_filter("says something", |text| fhir_text(text).is_some());
    (
        vec(option::of(text), 16),
        proptest::sample::select(Status::ALL.to_vec()),
        any::<(bool, bool, bool)>(),
        (20_000_000_i64..60_000_000, 1_i64..1440, 0..ZONES.len()),
        vec(option::of(1_000_000_000_i64..4_000_000_000), 6),
        option::of(730_000_i32..760_000),
    )
        .prop_map(|(texts, status, flags, (start, minutes, zone), stamps, day)| Drawn {
            texts,
            status,
            flags,
            start: start * 60,
            minutes,
            zone,
            stamps,
            day,
        })
}

impl Drawn {
    fn text(&self, place: usize) -> Option<String> {
        self.texts[place].clone()
    }

    fn must(&self, place: usize) -> String {
        self.text(place).unwrap_or_else(|| "Ana Mejía".into())
    }

    fn stamp(&self, place: usize) -> Option<Instant> {
        self.stamps[place].map(Instant::from_unix)
    }

    fn visit(&self) -> Visit {
        let id = |last: u32| format!("019e837b-f700-7a04-9a37-0000000000{last:02}");
        let then = Instant::from_unix(1_780_000_000);
        let zone = Zone::embedded(ZONES[self.zone]).unwrap();
        let start = Instant::from_unix(self.start);
        let span = Interval::new(start, start.plus(self.minutes * 60));
        let (has_doctor, overbooked, follow_up_required) = self.flags;
        let clinic_id = id(1);
        let patient = Patient {
            id: id(2),
            full_name: self.must(0),
            email: self.text(1).map(|_| "ana@example.org".into()),
            locale: self.text(2).map(|_| "es".into()),
            channels: self.text(3).map(|_| vec!["mail".into(), "sms".into()]),
            opt_out: overbooked,
            ..crate::domain::fixtures::patient()
        };
        let doctor = has_doctor.then(|| Doctor {
            id: id(3),
            clinic_id: clinic_id.clone(),
            code: "GARCIA".into(),
            full_name: self.must(4),
            specialty: self.text(5),
            slot_minutes: self.day.map(|_| 30),
            buffer_before: 5,
            buffer_after: 0,
            active: follow_up_required,
            created_at: then,
        });
        let branch = Branch {
            id: id(4),
            clinic_id: clinic_id.clone(),
            code: "main".into(),
            name: self.must(6),
            timezone: Some(ZONES[self.zone].into()),
            active: true,
            created_at: then,
        };
        let service = (!has_doctor).then(|| Service {
            id: id(5),
            clinic_id: clinic_id.clone(),
            code: "VAC".into(),
            name: self.must(7),
            duration_minutes: Some(20),
            active: true,
            created_at: then,
        });
        let appointment = Appointment {
            confirmed_by_patient_at: None,
            id: id(6),
            code: "K7QF3M".into(),
            clinic_id,
            branch_id: branch.id.clone(),
            doctor_id: doctor.as_ref().map(|doctor| doctor.id.clone()),
            patient_id: patient.id.clone(),
            service_id: service.as_ref().map(|service| service.id.clone()),
            window_id: id(7),
            window_date: NaiveDate::MIN,
            capacity: None,
            timezone: ZONES[self.zone].into(),
            date: NaiveDate::MIN,
            start_time: NaiveTime::MIN,
            span,
            busy: span,
            session: self.text(8),
            batch: self.text(9),
            token_number: self.minutes,
            status: self.status,
            overbooked,
            visit_type: self.text(10),
            assigned_doctor: self.text(11),
            reason: self.text(12),
            notes: self.text(13),
            diagnosis: self.text(14),
            prescription: self.text(15),
            follow_up_required,
            follow_up_date: self.day.and_then(NaiveDate::from_num_days_from_ce_opt),
            source: "manual".into(),
            external_reference_id: self.day.map(|day| format!("REF {day}")),
            idempotency_key: self.text(3).map(|_| "a key".into()),
            request_hash: None,
            reminders_planned: 0,
            created_at: then,
            updated_at: then,
            stamps: Stamps {
                confirmed_at: self.stamp(0),
                checked_in_at: self.stamp(1),
                started_at: self.stamp(2),
                completed_at: self.stamp(3),
                cancelled_at: self.stamp(4),
                no_show_at: self.stamp(5),
            },
            cancellation_reason: self.text(2).filter(|_| self.status == Status::Cancelled),
            reschedule_count: self.minutes / 100,
        };
        let (branch, doctor, service) = (branch.into(), doctor.map(Into::into), service.map(Into::into));
        Visit { appointment: appointment.into(), patient: patient.into(), doctor, branch, service, zone }
    }
}

/// The fields that the import of a visit should have in any format.
fn fields(visit: &Visit, text: impl Fn(&str) -> Option<String>) -> Fields {
    let Visit { appointment: it, patient, doctor, branch, service, .. } = visit;
    let said = |value: &Option<String>| value.as_deref().and_then(&text);
    let yes = |flag: bool| flag.then(|| "true".to_owned());
    let key = it.idempotency_key.clone().unwrap_or_else(|| made_key(&it.source, &it.id));
    let fields = [
        ("code", Some(it.code.clone())),
        ("status", Some(it.status.as_str().to_owned())),
        ("idempotency_key", Some(key)),
        ("name", text(&patient.full_name)),
        ("phone", Some(patient.phone.clone())),
        ("doctor", doctor.as_ref().map(|doctor| doctor.code.clone())),
        ("branch", Some(branch.code.clone())),
        ("service", service.as_ref().map(|service| service.code.clone())),
        ("session", said(&it.session)),
        ("batch", said(&it.batch)),
        ("token_number", Some(it.token_number.to_string())),
        ("overbook", yes(it.overbooked)),
        ("visit_type", said(&it.visit_type)),
        ("assigned_doctor", said(&it.assigned_doctor)),
        ("reason", said(&it.reason)),
        ("notes", said(&it.notes)),
        ("follow_up_required", yes(it.follow_up_required)),
        ("follow_up_date", it.follow_up_date.map(|date| date.to_string())),
        ("source", Some(it.source.clone())),
        ("external_ref", it.external_reference_id.clone()),
        ("cancellation_reason", said(&it.cancellation_reason)),
        ("reschedule_count", Some(it.reschedule_count.to_string())),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// The status times as instants: each format writes them in another zone.
fn stamps(visit: &Visit) -> BTreeMap<&'static str, Instant> {
    let it = &visit.appointment.stamps;
    let stamps = [
        ("confirmed_at", it.confirmed_at),
        ("checked_in_at", it.checked_in_at),
        ("started_at", it.started_at),
        ("completed_at", it.completed_at),
        ("cancelled_at", it.cancelled_at),
        ("no_show_at", it.no_show_at),
    ];
    stamps.into_iter().filter_map(|(name, at)| Some((name, at?))).collect()
}

/// Removes the status times from `read` and returns them as instants.
fn stamps_in(read: &mut Fields) -> BTreeMap<&'static str, Instant> {
    x_properties::NAMES
        .iter()
        .filter(|(_, field)| field.ends_with("_at"))
        .filter_map(|(_, field)| Some((*field, Instant::parse_rfc3339(&read.remove(field)?).unwrap())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_visit_and_all_that_it_refers_to_come_back_from_a_bundle(drawn in drawn(), is_searchset in any::<bool>()) {
        let visit = drawn.visit();
        let kind = if is_searchset { fhir::Kind::Searchset } else { fhir::Kind::Collection };
        // The visit first: an appointment may come before the entries that it refers to.
        let mut resources = vec![fhir::appointment(&visit, Some("DAY")), fhir::patient(&visit.patient, Some("123-9"), &visit.zone, true)];
        resources.extend(visit.doctor.iter().map(|doctor| fhir::practitioner(doctor, &visit.zone)));
        resources.push(fhir::location(&visit.branch, &visit.zone));
        resources.extend(visit.service.iter().map(|service| fhir::service(service, &visit.zone)));
        resources.extend(fhir::busy(&visit));
        let entries: Vec<String> = resources
            .into_iter()
            .map(|resource| serde_json::to_string(&fhir::entry(kind, resource)).unwrap())
            .collect();
        let text = format!("{}{}{}", fhir::head(kind, "2026-06-01T08:00:00Z", 1), entries.join(",\n"), fhir::FOOT);
        let bundle = read(text.as_bytes()).unwrap();
        let taken = |kind: Kind| {
            let mut of = bundle.found.iter().filter_map(|found| found.record.as_ref().ok()).filter(|record| record.kind == kind);
            of.next().cloned()
        };
        prop_assert!(bundle.found.iter().all(|found| found.record.is_ok()), "{:?}", bundle.found);

        let mut expected = fields(&visit, fhir_text);
        let it = &visit.appointment;
        expected.insert("at", taken(Kind::Appointment).unwrap().fields["at"].clone());
        expected.insert("duration", it.duration_minutes().to_string());
        expected.extend(it.diagnosis.as_deref().and_then(fhir_text).map(|said| ("diagnosis", said)));
        expected.extend(it.prescription.as_deref().and_then(fhir_text).map(|said| ("prescription", said)));
        let mut read = taken(Kind::Appointment).unwrap().fields;
        prop_assert_eq!(Instant::parse_rfc3339(&read["at"]).unwrap(), it.span.start);
        prop_assert_eq!(stamps_in(&mut read), stamps(&visit));
        prop_assert_eq!(read, expected);

        let patient = taken(Kind::Patient).unwrap().fields;
        let their = &visit.patient;
        let said = |field: &str| patient.get(field).cloned();
        prop_assert_eq!(said("name"), fhir_text(&their.full_name));
        prop_assert_eq!(
            [said("code"), said("phone"), said("email"), said("locale"), said("national_id"), said("channels"), said("opt_out")],
            [Some(their.code.clone()), Some(their.phone.clone()), their.email.clone(), their.locale.clone(),
             Some("123-9".into()), their.channels.as_ref().map(|all| all.join(",")), their.opt_out.then(|| "true".into())]
        );
        if let Some(doctor) = &visit.doctor {
            let record = taken(Kind::Doctor).unwrap();
            prop_assert_eq!(record.retired, !doctor.active);
            prop_assert_eq!(record.fields.get("specialty").cloned(), doctor.specialty.as_deref().and_then(fhir_text));
            prop_assert_eq!(record.fields.get("slot").cloned(), doctor.slot_minutes.map(|minutes| minutes.to_string()));
            prop_assert_eq!(record.fields["buffer_before"].as_str(), "5");
        }
        if let Some(service) = &visit.service {
            let record = taken(Kind::Service).unwrap();
            prop_assert_eq!(record.fields.get("name").cloned(), fhir_text(&service.name));
            prop_assert_eq!(record.fields["duration"].as_str(), "20");
        }
        let branch = taken(Kind::Branch).unwrap();
        prop_assert_eq!(branch.fields["timezone"].as_str(), ZONES[drawn.zone]);
    }

    #[test]
    fn a_visit_comes_back_from_a_full_calendar_but_for_what_the_doctor_found(drawn in drawn()) {
        let visit = drawn.visit();
        let event = ics::event(&visit, 3, ics::Detail::Full, "Clínica", "Visit").unwrap();
        let text = format!("{}{event}{}", ics::head("Clínica"), ics::foot());
        let events = events(text.as_bytes()).unwrap();
        prop_assert_eq!(events.len(), 1);
        let field = |name: &str| x_properties::NAMES.iter().find(|(own, _)| *own == name).map(|(_, field)| *field);
        let mut read: Fields = events[0].own.iter().map(|(name, value)| (field(name).unwrap(), value.clone())).collect();
        prop_assert_eq!(stamps_in(&mut read), stamps(&visit));
        let lines = |text: &str| (!text.trim().is_empty()).then(|| text.replace(['\u{2028}', '\u{2029}'], "\n"));
        prop_assert_eq!(read, fields(&visit, lines));
        // No text can add a line of its own.
        let shorter = ics::event(&visit, 3, ics::Detail::Initials, "Clínica", "Visit").unwrap();
        prop_assert!(!shorter.contains("X-TURNO-NAME") && !shorter.contains("X-TURNO-PHONE"));
    }
}
