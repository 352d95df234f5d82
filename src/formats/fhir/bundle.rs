//! The records of a bundle, and the references between them, which are resolved at its end.

use super::Fields;
use super::resources::Participant;
use super::to_fields::{Taken, taken};
use crate::domain::text::name_key;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The content of a bundle.
#[derive(Debug, Default)]
pub struct Bundle {
    /// Records and refused entries; every record comes after those that it refers to.
    pub found: Vec<Found>,
    /// Number of entries that are not imported, by type and, in brackets, the reason.
    pub left: BTreeMap<String, u64>,
    /// Whether the bundle links to a next page.
    pub goes_on: bool,
}

/// An entry's record, or the problem with the entry.
#[derive(Debug)]
pub struct Found {
    /// The entry's position in the bundle, starting at 1.
    pub entry: u64,
    /// The record, or why the entry is refused.
    pub record: Result<Record, String>,
}

/// A record as fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The kind of record.
    pub kind: Kind,
    /// The fields.
    pub fields: Fields,
    /// Whether the record is retired.
    pub retired: bool,
    /// The address that references use, if any.
    pub name: Option<String>,
}

/// Kinds of records, in an order in which each refers only to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// From a Location of ours.
    Branch,
    /// From a HealthcareService of ours.
    Service,
    /// From a Practitioner.
    Doctor,
    /// From a Patient.
    Patient,
    /// From an Appointment.
    Appointment,
}

/// An entry whose references are not resolved yet.
struct Kept {
    entry: u64,
    kind: Option<Kind>,
    name: Option<String>,
    taken: Result<Taken, String>,
}

#[derive(Default)]
pub(super) struct Shelf {
    read: u64,
    kept: Vec<Kept>,
    left: BTreeMap<String, u64>,
    /// Each entry's number and, if it is kept, its index in `kept`, by all its addresses.
    places: HashMap<String, (u64, Option<usize>)>,
    /// Entry numbers of doctors without one of our codes, by name.
    doctors: HashMap<String, u64>,
}

impl Shelf {
    pub(super) fn take(&mut self, entry: Value) {
        self.read += 1;
        let mut kept = Kept { entry: self.read, kind: None, name: None, taken: Ok(Taken::Left("")) };
        match self.looked(entry, &mut kept) {
            Ok(None) => return,
            Ok(Some(taken)) => kept.taken = Ok(taken),
            Err(problem) => kept.taken = Err(problem),
        }
        self.kept.push(kept);
    }

    /// Converts an entry; `None` if its type is counted and not imported.
    fn looked(&mut self, entry: Value, kept: &mut Kept) -> Result<Option<Taken>, String> {
        let Value::Object(mut entry) = entry else {
            return Err(text!("is-no-object-an-entry-with-a-resource").to_owned());
        };
        let Some(Value::Object(resource)) = entry.remove("resource") else {
            return Err(text!("has-no-resource").to_owned());
        };
        let Some(kind) = resource.get("resourceType").and_then(Value::as_str).map(str::to_owned) else {
            return Err(text!("the-resource-has-no-resourcetype").to_owned());
        };
        kept.kind = match kind.as_str() {
            "Location" => Some(Kind::Branch),
            "HealthcareService" => Some(Kind::Service),
            "Practitioner" => Some(Kind::Doctor),
            "Patient" => Some(Kind::Patient),
            "Appointment" => Some(Kind::Appointment),
            _ => None,
        };
        let place = kept.kind.map(|_| self.kept.len());
        for address in addresses(&entry, &kind, &resource) {
            if let Some((other, _)) = self.places.get(&address) {
                return Err(text!("is-as-entry-is-one-of-each", address, other));
            }
            kept.name.get_or_insert_with(|| address.clone());
            self.places.insert(address, (kept.entry, place));
        }
        match taken(&kind, resource) {
            None => {
                *self.left.entry(kind).or_default() += 1;
                Ok(None)
            }
            Some(taken) => {
                let taken = taken?;
                if kept.kind == Some(Kind::Doctor) {
                    self.only_one(kept.entry, &taken)?;
                }
                if let Taken::Left(why) = taken {
                    self.leave(&kind, why);
                }
                Ok(Some(taken))
            }
        }
    }

    /// Refuses a second doctor of the same name if neither has a code: the import could not tell them apart.
    fn only_one(&mut self, entry: u64, taken: &Taken) -> Result<(), String> {
        let Taken::Record(fields, _) = taken else { return Ok(()) };
        let (None, Some(name)) = (fields.get("code"), fields.get("name")) else { return Ok(()) };
        match self.doctors.insert(name_key(name), entry) {
            Some(other) => Err(text!("is-also-entry-s-name-names-that-differ", name, other)),
            None => Ok(()),
        }
    }

    fn leave(&mut self, kind: &str, why: &str) {
        let what = if why.is_empty() { kind.to_owned() } else { format!("{kind} ({why})") };
        *self.left.entry(what).or_default() += 1;
    }

    pub(super) fn resolved(mut self) -> Bundle {
        let mut found = Vec::with_capacity(self.kept.len());
        for place in 0..self.kept.len() {
            let Some(kept) = self.kept.get_mut(place) else { continue };
            let (entry, kind, name) = (kept.entry, kept.kind, kept.name.take());
            let taken = match kind {
                // Nothing refers to appointments, and there are many: move them instead of cloning.
                Some(Kind::Appointment) => std::mem::replace(&mut kept.taken, Ok(Taken::Left(""))),
                _ => kept.taken.clone(),
            };
            let record = match (taken, kind) {
                (Ok(Taken::Left(_)), _) | (Ok(_), None) => continue,
                (Ok(Taken::Record(fields, retired)), Some(kind)) => {
                    Ok(Record { kind, fields, retired, name })
                }
                (Ok(Taken::Visit(fields, parts, is_open)), Some(kind)) => {
                    match self.visit(fields, &parts, is_open) {
                        Ok(Some(fields)) => Ok(Record { kind, fields, retired: false, name }),
                        Ok(None) => {
                            self.leave("Appointment", "of an erased patient");
                            continue;
                        }
                        Err(problem) => Err(problem),
                    }
                }
                (Err(problem), _) => Err(problem),
            };
            // Overbooked appointments come last, so that they don't take the time of the others.
            let on_top = record.as_ref().is_ok_and(|record| record.fields.contains_key("overbook"));
            found.push(((kind, on_top), Found { entry, record }));
        }
        found.sort_by_key(|(order, _)| *order);
        let found = found.into_iter().map(|(_, found)| found).collect();
        Bundle { found, left: self.left, goes_on: false }
    }

    /// Adds the participants to an appointment's fields; `None` if its patient was erased.
    fn visit(
        &self,
        mut fields: Fields,
        parts: &[Participant],
        is_open: bool,
    ) -> Result<Option<Fields>, String> {
        let mut seen: BTreeMap<Kind, usize> = BTreeMap::new();
        for (number, part) in (1..).zip(parts) {
            let Some(reference) = part.actor.as_ref().and_then(|actor| actor.reference.as_deref()) else {
                continue;
            };
            let Some((_, place)) = self.places.get(unversioned(reference)) else {
                if must_be_there(reference) {
                    return Err(text!("participant-is-which-is-no-entry", number, reference));
                }
                continue;
            };
            let Some((place, kept)) = place.and_then(|place| Some((place, self.kept.get(place)?))) else {
                continue;
            };
            let Some(kind) = kept.kind else { continue };
            if seen.insert(kind, place).is_some_and(|other| other != place) {
                return Err(text!("has-more-than-one-one-was-expected", kind = format_args!("{:?}", kind))
                    .to_lowercase());
            }
            match &kept.taken {
                Err(_) => {
                    return Err(text!("participant-is-entry-which-is-refused", number, entry = kept.entry));
                }
                Ok(Taken::Left("erased")) => return Ok(None),
                Ok(Taken::Left("merged" | "retired")) => {
                    return Err(text!(
                        "participant-is-entry-another-patient-since",
                        number,
                        entry = kept.entry
                    ));
                }
                Ok(Taken::Left(_) | Taken::Visit(..)) => {}
                Ok(Taken::Record(them, _)) => take_part(&mut fields, kind, them),
            }
            if kind == Kind::Patient && is_open {
                let status = if part.status == "accepted" { "confirmed" } else { "scheduled" };
                fields.insert("status", status.to_owned());
            }
        }
        if seen.contains_key(&Kind::Patient) {
            return Ok(Some(fields));
        }
        Err(text!("no-participant-is-a-patient-of-the-bundle").to_owned())
    }
}

/// The addresses by which references name an entry: its `fullUrl`, and its type and id.
fn addresses(entry: &Map<String, Value>, kind: &str, resource: &Map<String, Value>) -> Vec<String> {
    let text = |map: &Map<String, Value>, key: &str| {
        map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let url = text(entry, "fullUrl").map(|url| unversioned(&url).to_owned());
    let id = text(resource, "id").map(|id| format!("{kind}/{id}"));
    let id = id.filter(|id| Some(id) != url.as_ref());
    url.into_iter().chain(id).collect()
}

/// Removes the version from a reference.
fn unversioned(reference: &str) -> &str {
    reference.split_once("/_history/").map_or(reference, |(resource, _)| resource)
}

/// Whether to refuse an appointment if this reference is not in the bundle.
fn must_be_there(reference: &str) -> bool {
    let kind = unversioned(reference).rsplit('/').nth(1);
    reference.starts_with("urn:")
        || reference.starts_with('#')
        || matches!(kind, Some("Patient" | "Practitioner"))
}

/// Adds a participant to an appointment's fields: the patient by name and phone, others by code or name.
fn take_part(fields: &mut Fields, kind: Kind, them: &Fields) {
    let word = || them.get("code").or_else(|| them.get("name")).cloned();
    let mut put =
        |field: &'static str, value: Option<String>| fields.extend(value.map(|value| (field, value)));
    match kind {
        Kind::Branch => put("branch", word()),
        Kind::Service => put("service", word()),
        Kind::Doctor => put("doctor", word()),
        Kind::Patient => {
            put("name", them.get("name").cloned());
            put("phone", them.get("phone").cloned());
        }
        Kind::Appointment => {}
    }
}
