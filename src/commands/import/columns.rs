//! Maps the columns of a file to fields, and cells to values.

use crate::domain::refusal::{Problems, Refusal};
use crate::domain::text::fold;
use crate::formats::csv::write::{defuse, undefuse};
use crate::input::fields::Raw;
use crate::platform::error::Result;
use clap::ValueEnum;
use serde_json::Value;
use strum::IntoStaticStr;

/// Fields, and the columns that hold each, the best first: our own files' names among them.
type Known = Vec<(&'static str, Vec<&'static str>)>;

/// The fields of a file.
const PATIENT: &str = "name phone code email national_id locale channels opt_out";
const APPOINTMENT: &str = "at date time duration end doctor service branch patient name phone email \
    national_id session batch visit_type assigned_doctor reason notes source status external_ref \
    idempotency_key overbook code token_number confirmed_at checked_in_at started_at completed_at \
    cancelled_at no_show_at cancellation_reason diagnosis prescription follow_up_required follow_up_date \
    reschedule_count";

/// The fields whose columns go by other names than the field's alone.
const OF_PATIENTS: &[(&str, &[&str])] = &[("name", &["full_name", "name"])];
const OF_APPOINTMENTS: &[(&str, &[&str])] = &[
    ("at", &["starts_at", "at"]),
    ("time", &["start_time", "time"]),
    ("duration", &["duration_minutes", "duration"]),
    ("end", &["ends_at", "end"]),
    // Use codes before names, and no ids: these differ between databases.
    ("doctor", &["doctor.code", "doctor", "doctor.full_name"]),
    ("service", &["service.code", "service", "service.name"]),
    ("branch", &["branch.code", "branch", "branch.name"]),
    ("name", &["patient.full_name", "patient_name", "full_name", "name"]),
    ("phone", &["patient.phone", "patient_phone", "phone"]),
    ("email", &["patient.email", "patient_email", "email"]),
    ("national_id", &["patient.national_id", "national_id"]),
    ("external_ref", &["external_reference_id", "external_ref"]),
    ("overbook", &["overbooked", "overbook"]),
];

fn known(kind: Kind) -> Known {
    let (fields, others) = match kind {
        Kind::Patients => (PATIENT, OF_PATIENTS),
        Kind::Appointments => (APPOINTMENT, OF_APPOINTMENTS),
    };
    let names = |field| others.iter().find(|(own, _)| *own == field).map(|(_, names)| names.to_vec());
    fields.split(' ').map(|field| (field, names(field).unwrap_or_else(|| vec![field]))).collect()
}

const FLAGS: [&str; 3] = ["overbook", "follow_up_required", "opt_out"];

/// Two ways to say the same: where a file has the first, the others are left out.
const INSTEAD: [(&str, &[&str]); 3] =
    [("at", &["date", "time"]), ("duration", &["end"]), ("patient", &["name", "phone"])];

/// How a file's columns are understood.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Each column's name, and the field that it holds.
    pub columns: Vec<(String, Option<&'static str>)>,
}

impl Plan {
    /// The plan for a header: what was said with `--map`, then what is known.
    pub fn of(kind: Kind, header: &[String], map: &[String], for_all: &Raw) -> Result<Plan> {
        let known = known(kind);
        let mut plan = Plan { columns: header.iter().map(|name| (name.clone(), None)).collect() };
        let mut problems = Problems::default();
        for said in map {
            if let Err(problem) = plan.map(&known, said) {
                problems.add("map", problem);
            }
        }
        problems.check()?;
        for (field, names) in &known {
            if plan.has(field) || plan.is_said_otherwise(field) {
                continue;
            }
            let place = names.iter().find_map(|name| {
                plan.columns
                    .iter()
                    .position(|(column, taken)| taken.is_none() && column.trim().eq_ignore_ascii_case(name))
            });
            if let Some((_, taken)) = place.and_then(|place| plan.columns.get_mut(place)) {
                *taken = Some(field);
            }
        }
        plan.check(kind, for_all)?;
        Ok(plan)
    }

    fn map(&mut self, known: &Known, said: &str) -> Result<(), String> {
        let Some((field, column)) = said.split_once('=') else {
            return Err(text!("is-not-such-as-phone-tel-fono", said));
        };
        let (field, column) = (field.trim(), column.trim());
        // A field may be named by any of its column names in our own files.
        let named = known.iter().find(|(own, names)| *own == field || names.contains(&field));
        let Some((field, _)) = named else {
            let all: Vec<&str> = known.iter().map(|(field, _)| *field).collect();
            return Err(text!("there-is-no-field-there-are", field, all = all.join(", ")));
        };
        let place = self
            .columns
            .iter()
            .position(|(name, _)| name == column)
            .or_else(|| self.columns.iter().position(|(name, _)| fold(name) == fold(column)));
        let (names, is_said) = (self.names(), self.has(field));
        match place.and_then(|place| self.columns.get_mut(place)) {
            None => Err(text!("the-file-has-no-column-it-has", column, names)),
            Some((name, Some(taken))) => Err(text!("cant-be-both-and", name, taken, field)),
            Some(_) if is_said => Err(text!("is-said-twice", field)),
            Some((_, taken)) => {
                *taken = Some(field);
                Ok(())
            }
        }
    }

    fn has(&self, field: &str) -> bool {
        self.columns.iter().any(|(_, taken)| *taken == Some(field))
    }

    /// Whether the file says in another way what the field would say.
    fn is_said_otherwise(&self, field: &str) -> bool {
        INSTEAD.iter().any(|(first, others)| {
            (others.contains(&field) && self.has(first))
                || (*first == field && others.iter().any(|other| self.has(other)))
        })
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    fn check(&self, kind: Kind, for_all: &Raw) -> Result<()> {
        let has = |field: &str| self.has(field) || for_all.has(field);
        let mut problems = Problems::default();
        let mut need = |field: &str, there: bool| {
            if !there {
                problems.add(field, text!("no-column-holds-it-there-are", names = self.names()));
            }
        };
        match kind {
            Kind::Patients => {
                need("name", has("name"));
                need("phone", has("phone"));
            }
            Kind::Appointments => {
                need("date", has("at") || has("date"));
                need("time", has("at") || has("time"));
                need("doctor", has("doctor") || has("service"));
                need("name", has("patient") || has("name"));
                need("phone", has("patient") || has("phone"));
            }
        }
        problems
            .check()
            .map_err(|refusal: Refusal| refusal.hint(text!("say-which-column-it-is-with-map-field")))
    }

    /// The fields of a row's cells; what is empty is not given.
    pub fn fields(&self, cells: Vec<String>) -> Raw {
        let mut raw = Raw::default();
        for (cell, (column, field)) in cells.into_iter().zip(&self.columns) {
            let Some(field) = field else { continue };
            let text = cell_text(&cell);
            // Our own files show only the end of a national ID: skip it.
            if text.trim().is_empty() || (*field == "national_id" && text.starts_with("****")) {
                continue;
            }
            let value = if FLAGS.contains(field) { flag(text) } else { text.into() };
            raw.put_named(field, column, value);
        }
        raw
    }
}

/// The text of a cell: the apostrophe that our own files put before what a spreadsheet would run is taken
/// away, and no other.
pub fn cell_text(cell: &str) -> &str {
    let text = undefuse(cell);
    if text.len() < cell.len() && defuse(text) != cell { cell } else { text }
}

fn flag(text: &str) -> Value {
    match fold(text).as_str() {
        "true" | "yes" | "si" | "1" | "x" => true.into(),
        "false" | "no" | "0" => false.into(),
        _ => text.into(),
    }
}

/// What a CSV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, ValueEnum)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// A patient in each row
    Patients,
    /// An appointment in each row, past or to come, with its status
    Appointments,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::csv::read::Rows;
    use crate::formats::csv::write::{End, row};

    fn plan(kind: Kind, header: &str, map: &[&str]) -> Result<String, String> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let map: Vec<String> = map.iter().map(|said| (*said).to_owned()).collect();
        match Plan::of(kind, &header, &map, &Raw::default()) {
            Ok(plan) => {
                Ok(plan.columns.iter().map(|(_, field)| field.unwrap_or("-")).collect::<Vec<_>>().join(","))
            }
            Err(refusal) => Err(refusal.in_a_line()),
        }
    }

    #[test]
    fn columns_are_known_by_our_own_names_or_by_what_is_said() {
        for (kind, header, map, expected) in [
            (Kind::Patients, "id,code,full_name,phone,email", &[][..], "-,code,name,phone,email"),
            (Kind::Patients, "Nombre,Teléfono,name", &["full_name=nombre", "phone=TELEFONO"], "name,phone,-"),
            (
                Kind::Appointments,
                "doctor_id,date,start_time,starts_at,ends_at,duration_minutes,doctor.code,patient.full_name,patient.phone",
                &[],
                "-,-,-,at,-,duration,doctor,name,phone",
            ),
            (Kind::Appointments, "date,time,end,doctor,name,phone", &[], "date,time,end,doctor,name,phone"),
            (
                Kind::Appointments,
                "starts_at,Fecha,Hora,doctor,name,phone",
                &["date=Fecha", "time=Hora"],
                "-,date,time,doctor,name,phone",
            ),
        ] {
            assert_eq!(plan(kind, header, map).as_deref(), Ok(expected), "{header}");
        }
        for (header, map, expected) in [
            ("name,tel", &[][..], "phone: no column holds it; there are name, tel"),
            ("name,phone", &["fax=phone"], "there is no field \"fax\""),
            ("name,phone", &["email=Mail"], "the file has no column \"Mail\"; it has name, phone"),
            ("name,phone", &["email=phone", "code=phone"], "phone can't be both email and code"),
            ("a,b,phone", &["name=a", "name=b"], "name is said twice"),
            ("name,phone", &["phone"], "is not such as"),
        ] {
            let refused = plan(Kind::Patients, header, map).unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        }
    }

    #[test]
    fn only_our_own_apostrophe_is_taken_away() {
        for (cell, text) in
            [("'+50377654321", "+50377654321"), ("'Hara", "'Hara"), ("''x", "'x"), ("Ana", "Ana"), ("'", "'")]
        {
            assert_eq!(cell_text(cell), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_table_that_was_written_is_read_back_by_our_own_reader(
            rows in proptest::collection::vec(proptest::collection::vec("[\\PC\\r\\n\\t]{0,12}", 3), 1..6)
        ) {
            let mut text = row(["a", "b", "c"], End::Crlf);
            for cells in &rows {
                let cells: Vec<_> = cells.iter().map(|cell| defuse(cell)).collect();
                text += &row(cells.iter().map(AsRef::as_ref), End::Crlf);
            }
            let read: Vec<Vec<String>> = Rows::new(text.as_bytes(), b',')
                .unwrap()
                .map(|row| row.cells.unwrap().iter().map(|cell| cell_text(cell).to_owned()).collect())
                .collect();
            let rows: Vec<_> = rows.into_iter().filter(|cells| cells.iter().any(|cell| !cell.is_empty())).collect();
            let read: Vec<_> = read.into_iter().filter(|cells| cells.iter().any(|cell| !cell.is_empty())).collect();
            proptest::prop_assert_eq!(read, rows);
        }

        #[test]
        fn a_text_comes_back_from_a_cell(text in ".*") {
            let cell = defuse(&text);
            proptest::prop_assert_eq!(cell_text(&cell), text.as_str());
        }
    }
}
