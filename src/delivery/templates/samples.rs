//! Tries a clinic's templates on sample appointments before patients get them.

use crate::delivery::templates::{Broken, Folder, Language, Part, Wording};
use crate::delivery::{Outgoing, Route};
use crate::domain::appointment::{Appointment, Visit};
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::reminder::Kind;
use crate::domain::series::Sitting;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use std::collections::BTreeMap;

/// Renders every kind of message about every sample appointment. Returns the names of the folder's templates,
/// and the broken ones together with files whose name is no template's.
pub fn check(
    folder: &Folder,
    clinic: &Clinic,
    zone: &Zone,
    now: Instant,
) -> Result<(Vec<String>, Vec<Broken>)> {
    let wording = Wording::new(Some(folder))?;
    let mut broken: BTreeMap<String, Broken> = BTreeMap::new();
    for stranger in folder.strangers() {
        let problem = text!("is-no-templates-name-those").to_owned();
        broken.insert(stranger.clone(), Broken { file: stranger, problem });
    }
    for visit in samples(clinic, zone, now) {
        let sittings = [sitting(&visit), sitting(&visit)];
        let singles = Kind::worded().map(|kind| (kind, &sittings[..0]));
        for (kind, dates) in singles.chain([(Kind::Confirmation, &sittings[..])]) {
            let (expected_at, route) = (Some(now.plus(90_000)), Route::default());
            let outgoing = Outgoing { clinic, kind, visit: &visit, expected_at, answer: None, dates, route };
            for (language, part) in Language::ALL.into_iter().flat_map(|l| Part::ALL.map(|part| (l, part))) {
                if let Some(Err(problem)) = wording.own(&outgoing, language, part) {
                    broken.entry(problem.file.clone()).or_insert(problem);
                }
            }
        }
    }
    Ok((wording.own_files.into_keys().collect(), broken.into_values().collect()))
}

/// A complete appointment, one with long names, and a minimal one.
fn samples(clinic: &Clinic, zone: &Zone, now: Instant) -> [Visit; 3] {
    let bare = bare(clinic, zone, now);
    let long = "Ñ".repeat(200);
    let doctor = |name: &str| Doctor {
        clinic_id: clinic.id.clone(),
        code: "DOC-001".into(),
        full_name: name.to_owned(),
        active: true,
        created_at: now,
        ..Doctor::default()
    };
    let service = |name: &str| Service {
        clinic_id: clinic.id.clone(),
        code: "SRV-001".into(),
        name: name.to_owned(),
        active: true,
        created_at: now,
        ..Service::default()
    };
    let full = |name: &str, branch: &str| Visit {
        patient: Patient { full_name: name.to_owned(), ..(*bare.patient).clone() }.into(),
        doctor: Some(doctor(name).into()),
        branch: Branch { name: branch.to_owned(), ..(*bare.branch).clone() }.into(),
        service: Some(service(name).into()),
        appointment: Appointment {
            reason: Some(name.to_owned()),
            diagnosis: Some(name.to_owned()),
            prescription: Some(name.to_owned()),
            visit_type: Some(name.to_owned()),
            ..(*bare.appointment).clone()
        }
        .into(),
        zone: zone.clone(),
    };
    [full("Ana Mejía", "Sucursal Centro"), full(&long, &long), bare]
}

fn sitting(visit: &Visit) -> Sitting {
    let Appointment { code, date, start_time, span, .. } = visit.appointment.as_ref();
    Sitting { code: code.clone(), date: *date, start_time: *start_time, span: *span }
}

/// A minimal appointment of tomorrow.
pub(crate) fn bare(clinic: &Clinic, zone: &Zone, now: Instant) -> Visit {
    let start = now.plus(86_400 - now.unix().rem_euclid(60));
    let span = Interval { start, end: start.plus(1800) };
    let wall = zone.wall(start);
    let id = String::from("00000000-0000-7000-8000-000000000000");
    let appointment = Appointment {
        id: id.clone(),
        code: "K7QF3M".into(),
        clinic_id: clinic.id.clone(),
        branch_id: id.clone(),
        patient_id: id.clone(),
        window_id: id,
        window_date: wall.date(),
        timezone: zone.name().to_owned(),
        date: wall.date(),
        start_time: wall.time(),
        span,
        busy: span,
        token_number: 1,
        status: Status::Confirmed,
        source: "manual".into(),
        created_at: now,
        updated_at: now,
        ..Appointment::default()
    };
    let patient = Patient {
        clinic_id: clinic.id.clone(),
        code: "P-K7QF3M".into(),
        full_name: "Ana Mejía".into(),
        phone: "+50370123456".into(),
        active: true,
        created_at: now,
        updated_at: now,
        ..Patient::default()
    };
    let branch = Branch {
        clinic_id: clinic.id.clone(),
        code: "main".into(),
        // A branch with its clinic's name is not named in messages.
        name: clinic.name.clone(),
        active: true,
        created_at: now,
        ..Branch::default()
    };
    Visit {
        appointment: appointment.into(),
        patient: patient.into(),
        doctor: None,
        branch: branch.into(),
        service: None,
        zone: zone.clone(),
    }
}
