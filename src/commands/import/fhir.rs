//! Imports FHIR R4 bundles of turno or other systems: doctors, patients and appointments.

use crate::app::booking::batch::SHARE;
use crate::app::calendar::branch::BranchFields;
use crate::app::calendar::doctor::DoctorFields;
use crate::app::calendar::service::ServiceFields;
use crate::app::exchange::import::{Row, Wish};
use crate::commands::import::FhirArgs;
use crate::commands::import::imported;
use crate::commands::import::{PREVIEW, appointment, open, previewed, write_by};
use crate::domain::refusal::Refusal;
use crate::formats::Problem;
use crate::formats::fhir::Fields;
use crate::formats::fhir::bundle::{Bundle, Found, Kind, Record};
use crate::formats::fhir::read::read;
use crate::input::fields::Raw;
use crate::input::session::Session;
use crate::output::Answer;
use crate::output::import::{ImportedView, LeftAlone};
use crate::platform::error::Result;
use std::io::BufReader;

/// What FHIR calls the fields that it has another word for.
const ELEMENTS: [(&str, &str); 8] = [
    ("phone", "telecom"),
    ("email", "telecom"),
    ("at", "start"),
    ("duration", "end"),
    ("visit_type", "appointmentType"),
    ("reason", "reasonCode"),
    ("notes", "comment"),
    ("cancellation_reason", "cancelationReason"),
];

pub(crate) fn fhir(session: &Session, args: FhirArgs) -> Result<Answer> {
    let FhirArgs { file, for_all, how } = args;
    let bundle = read(BufReader::new(open(&file)?)).map_err(|Problem { line, problem }| {
        Refusal::invalid("file", text!("file-line-problem", file, line, problem))
            .detail("line", i64::try_from(line).unwrap_or(0))
    })?;
    let Bundle { found, left, goes_on } = bundle;
    if goes_on {
        session.printer.hint(text!("the-bundle-is-one-page-of-several"));
    }
    let for_all = Raw::typed(&for_all);
    let mut preview = Vec::new();
    let rows = found.into_iter().map(|Found { entry, record }| {
        let wish = match record {
            Ok(record) => Ok(wish(record, &for_all, |raw| {
                if preview.len() < PREVIEW {
                    preview.push(previewed(entry, raw));
                }
            })),
            Err(problem) => Err(Refusal::invalid("resource", problem)),
        };
        Row { line: entry, wish }
    });
    // A dry run rolls each batch back, but later rows refer to earlier ones: use one batch.
    let share = if how.dry_run { usize::MAX } else { SHARE };
    let tally = write_by(session, &how, rows, share)?;
    let left = left.into_iter().map(|(resource, count)| LeftAlone { resource, count }).collect();
    Ok(imported(ImportedView {
        import: "resources",
        left_alone: Some(left),
        preview: Some(preview),
        ..tally
    }))
}

/// A record's fields, by their names.
macro_rules! taken {
    ($record:ident of $fields:ident: $($field:ident),*) => {
        $record { $($field: $fields.remove(stringify!($field))),* }
    };
}

fn wish(record: Record, for_all: &Raw, mut show: impl FnMut(&Raw)) -> Wish {
    let Record { kind, mut fields, retired, name } = record;
    match kind {
        Kind::Branch => Wish::Branch(taken!(BranchFields of fields: name, code, timezone), !retired),
        Kind::Service => {
            Wish::Service(taken!(ServiceFields of fields: name, code, duration, hours, capacity), !retired)
        }
        Kind::Doctor => Wish::Doctor(
            taken!(DoctorFields of fields: name, code, specialty, slot, buffer_before, buffer_after, hours),
            !retired,
        ),
        Kind::Patient => {
            let raw = raw(fields);
            show(&raw);
            Wish::Patient(raw.patient())
        }
        Kind::Appointment => {
            let mut raw = raw(fields);
            show(&raw);
            raw.default_from(for_all);
            appointment(raw, name.map(|name| format!("resource {name}")))
        }
    }
}

/// The fields as they are read everywhere.
fn raw(fields: Fields) -> Raw {
    let mut raw = Raw::default();
    for (field, value) in fields {
        let element = ELEMENTS.iter().find(|(own, _)| *own == field).map_or(field, |(_, element)| element);
        let value = if value == "true" && ["opt_out", "overbook", "follow_up_required"].contains(&field) {
            true.into()
        } else {
            value.into()
        };
        raw.put_named(field, element, value);
    }
    raw
}
