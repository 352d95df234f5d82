//! Converts a resource of a bundle to the fields of an import.

use super::Fields;
use super::resources::{
    Appointment, CodeableConcept, ContactPoint, Extension, HealthcareService, HumanName, Identifier,
    Location, Participant, Patient, Practitioner,
};
use super::{CODE, EXTERNAL_REFERENCE, IDEMPOTENCY_KEY, LANGUAGES, NATIONAL_ID, STATUS, of_ours};
use crate::domain::ids;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use chrono::DateTime;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The elements of an R4 appointment; any other element shows another release (R5, STU3).
/// <https://hl7.org/fhir/R4/appointment.html>
const ELEMENTS: [&str; 28] = [
    "resourceType",
    "id",
    "meta",
    "language",
    "text",
    "contained",
    "extension",
    "identifier",
    "status",
    "cancelationReason",
    "serviceCategory",
    "serviceType",
    "specialty",
    "appointmentType",
    "reasonCode",
    "reasonReference",
    "priority",
    "description",
    "supportingInformation",
    "start",
    "end",
    "minutesDuration",
    "slot",
    "created",
    "comment",
    "patientInstruction",
    "basedOn",
    "participant",
];

/// Statuses that are not imported: no time is promised, or the entry is an error.
const NO_VISIT: [&str; 4] = ["proposed", "pending", "waitlist", "entered-in-error"];

/// Our extensions with the time of each status change, and the import's fields.
const STAMPS: [(&str, &str); 6] = [
    ("confirmed-at", "confirmed_at"),
    ("checked-in-at", "checked_in_at"),
    ("started-at", "started_at"),
    ("completed-at", "completed_at"),
    ("cancelled-at", "cancelled_at"),
    ("no-show-at", "no_show_at"),
];

#[derive(Debug, Clone)]
pub(crate) enum Taken {
    /// The fields, and whether the record is retired.
    Record(Fields, bool),
    /// The fields, the participants, and whether the participants decide the status.
    Visit(Fields, Vec<Participant>, bool),
    /// Not imported, with a word for the reason.
    Left(&'static str),
}

pub(crate) type Answer = Result<Taken, String>;

/// Converts a resource; `None` if its type is never imported.
pub(crate) fn taken(kind: &str, resource: Map<String, Value>) -> Option<Answer> {
    if !["Patient", "Practitioner", "Location", "HealthcareService", "Appointment"].contains(&kind) {
        return None;
    }
    Some(look(kind, &resource).and_then(|()| match kind {
        "Patient" => patient(typed(resource)?),
        "Practitioner" => Ok(practitioner(typed(resource)?)),
        "Location" => Ok(location(typed(resource)?)),
        "HealthcareService" => Ok(service(typed(resource)?)),
        _ => appointment(typed(resource)?),
    }))
}

/// Refuses elements that are not R4's or may change the meaning of all others.
fn look(kind: &str, resource: &Map<String, Value>) -> Result<(), String> {
    for element in ["modifierExtension", "implicitRules"] {
        if resource.contains_key(element) {
            return Err(text!("may-change-what-everything-else-means", element));
        }
    }
    let known =
        |name: &str| ELEMENTS.contains(&name.strip_prefix('_').unwrap_or(name)) || name == "requestedPeriod";
    match resource.keys().find(|name| kind == "Appointment" && !known(name)) {
        Some(name) => Err(text!("is-no-element-of-an-appointment-of-r4", name)),
        None => Ok(()),
    }
}

/// Parses a resource of R4; the error names the element with the wrong shape.
fn typed<T: DeserializeOwned>(resource: Map<String, Value>) -> Result<T, String> {
    let whole = Value::Object(resource);
    T::deserialize(&whole).map_err(|problem| {
        // No resource of R4 has more elements than 100.
        let names = whole.as_object().into_iter().flat_map(Map::keys).take(100);
        let culprit = names.map(String::as_str).find(|name| {
            let mut without = whole.clone();
            without.as_object_mut().and_then(|map| map.shift_remove(*name));
            match T::deserialize(&without) {
                Ok(_) => true,
                Err(other) => other.to_string() == format!("missing field `{name}`"),
            }
        });
        let problem = culprit.map_or_else(|| problem.to_string(), |name| format!("{name}: {problem}"));
        text!("is-not-of-the-shape-of-r4", problem)
    })
}

fn patient(it: Patient) -> Answer {
    let extended = Extended(&it.extension);
    if extended.of("erased-at").is_some() {
        return Ok(Taken::Left("erased"));
    }
    if it.link.iter().any(|link| link.kind == "replaced-by") {
        return Ok(Taken::Left("merged"));
    }
    let code = ours(&it.identifier, CODE);
    if code.is_some() && it.active == Some(false) {
        return Ok(Taken::Left("retired"));
    }
    let mut fields = Fields::new();
    put(&mut fields, "name", called(&it.name));
    put(&mut fields, "phone", reached(&it.telecom, &["phone", "sms"]));
    put(&mut fields, "email", reached(&it.telecom, &["email"]));
    put(&mut fields, "national_id", ours(&it.identifier, NATIONAL_ID));
    put(&mut fields, "channels", extended.text("channels"));
    if extended.flag("opt-out") {
        put(&mut fields, "opt_out", Some("true".to_owned()));
    }
    if code.is_some() {
        // Other programs have more languages than those of our messages.
        let codes = it.communication.iter().flat_map(|spoken| &spoken.language.coding);
        let language =
            codes.filter(|coding| coding.system.as_deref() == Some(LANGUAGES)).find_map(|c| c.code.clone());
        put(&mut fields, "locale", language);
    }
    put(&mut fields, "code", code);
    Ok(Taken::Record(fields, false))
}

fn practitioner(it: Practitioner) -> Taken {
    let mut fields = Fields::new();
    let code = ours(&it.identifier, CODE);
    let retired = code.is_some() && it.active == Some(false);
    put(&mut fields, "code", code);
    put(&mut fields, "name", called(&it.name));
    put(&mut fields, "specialty", it.qualification.first().and_then(|trained| words(&trained.code)));
    let extended = Extended(&it.extension);
    put(&mut fields, "slot", extended.number("slot-minutes"));
    put(&mut fields, "buffer_before", extended.number("buffer-before"));
    put(&mut fields, "buffer_after", extended.number("buffer-after"));
    Taken::Record(fields, retired)
}

fn location(it: Location) -> Taken {
    let Some(code) = ours(&it.identifier, CODE) else { return Taken::Left("") };
    let mut fields = Fields::from([("code", code)]);
    put(&mut fields, "name", it.name);
    put(&mut fields, "timezone", Extended(&it.extension).text("timezone"));
    Taken::Record(fields, it.status.as_deref() == Some("inactive"))
}

fn service(it: HealthcareService) -> Taken {
    let Some(code) = ours(&it.identifier, CODE) else { return Taken::Left("") };
    let mut fields = Fields::from([("code", code)]);
    put(&mut fields, "name", it.name);
    put(&mut fields, "duration", Extended(&it.extension).number("duration-minutes"));
    Taken::Record(fields, it.active == Some(false))
}

fn appointment(it: Appointment) -> Answer {
    if let Some(status) = NO_VISIT.into_iter().find(|status| *status == it.status) {
        return Ok(Taken::Left(status));
    }
    let extended = Extended(&it.extension);
    let mut fields = Fields::new();
    let status = status(&it.status, extended.of(STATUS).and_then(|it| it.value_code.as_deref()))?;
    put(&mut fields, "status", status.map(|status| status.as_str().to_owned()));
    times(&it, &mut fields)?;
    put(&mut fields, "visit_type", it.appointment_type.as_ref().and_then(words));
    put(&mut fields, "reason", it.reason_code.first().and_then(words).or(it.description));
    put(&mut fields, "notes", it.comment);
    let why = it.cancelation_reason.as_ref().and_then(words);
    put(&mut fields, "cancellation_reason", why);
    for name in ["session", "batch", "diagnosis", "prescription", "source"] {
        put(&mut fields, name, extended.text(name));
    }
    put(&mut fields, "assigned_doctor", extended.text("assigned-doctor"));
    put(&mut fields, "token_number", extended.number("token-number"));
    put(&mut fields, "reschedule_count", extended.number("reschedule-count"));
    put(&mut fields, "follow_up_date", extended.of("follow-up-date").and_then(|it| it.value_date.clone()));
    for (name, field) in [("overbooked", "overbook"), ("follow-up-required", "follow_up_required")] {
        put(&mut fields, field, extended.flag(name).then(|| "true".to_owned()));
    }
    for (name, field) in STAMPS {
        let at = extended.of(name).and_then(|it| it.value_instant.as_deref());
        put(&mut fields, field, at.map(|at| instant(name, at)).transpose()?.map(utc));
    }
    if let Some(code) = ours(&it.identifier, CODE) {
        put(&mut fields, "external_ref", ours(&it.identifier, EXTERNAL_REFERENCE));
        let source = fields.get("source").map_or("manual", String::as_str);
        // The key that turno shows for an appointment that was booked without a key.
        let made = ids::made_key(source, &it.id);
        put(&mut fields, "idempotency_key", ours(&it.identifier, IDEMPOTENCY_KEY).or(Some(made)));
        put(&mut fields, "code", Some(code));
    }
    Ok(Taken::Visit(fields, it.participant, status.is_none()))
}

/// Reads the start and the duration.
fn times(it: &Appointment, fields: &mut Fields) -> Result<(), String> {
    let Some(start) = &it.start else {
        return Err(text!("start-is-missing-an-instant-was-expected").to_owned());
    };
    let start = instant("start", start)?;
    let mut minutes = it.minutes_duration;
    if let Some(end) = &it.end {
        let seconds = instant("end", end)?.unix() - start.unix();
        if seconds <= 0 || seconds % 60 != 0 {
            return Err(text!("end-is-not-a-whole-number-of-minutes").to_owned());
        }
        minutes = Some(seconds / 60);
    }
    put(fields, "at", Some(utc(start)));
    put(fields, "duration", minutes.map(|minutes| minutes.to_string()));
    Ok(())
}

/// The exact status if the resource has it. `None` for `booked`: the patient's participation decides.
fn status(public: &str, exact: Option<&str>) -> Result<Option<Status>, String> {
    if let Some(exact) = exact {
        return Status::parse(exact).map(Some);
    }
    match public {
        "booked" => Ok(None),
        "arrived" | "checked-in" => Ok(Some(Status::CheckedIn)),
        "fulfilled" => Ok(Some(Status::Completed)),
        "cancelled" => Ok(Some(Status::Cancelled)),
        "noshow" => Ok(Some(Status::NoShow)),
        other => Err(text!("status-is-none-of-r4s-booked-arrived-checked", other)),
    }
}

/// An instant with seconds and offset: <https://hl7.org/fhir/R4/datatypes.html#instant>
fn instant(element: &str, text: &str) -> Result<Instant, String> {
    Instant::parse_rfc3339(text).map_err(|_| text!("is-an-instant-with-seconds-and-offset", element, text))
}

fn utc(at: Instant) -> String {
    DateTime::from_timestamp(at.unix(), 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn put(fields: &mut Fields, field: &'static str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        fields.insert(field, value);
    }
}

fn ours(identifiers: &[Identifier], system: &str) -> Option<String> {
    let system = of_ours(system);
    identifiers.iter().find(|it| it.system.as_deref() == Some(&system))?.value.clone()
}

/// The current name: official before usual before others.
fn called(names: &[HumanName]) -> Option<String> {
    let rank = |name: &&HumanName| match name.purpose.as_deref() {
        Some("official") => 0,
        Some("usual") | None => 1,
        Some("old" | "maiden") => 3,
        Some(_) => 2,
    };
    let name = names.iter().min_by_key(rank)?;
    name.text.clone().or_else(|| {
        let parts: Vec<&str> = name.given.iter().chain(&name.family).map(String::as_str).collect();
        Some(parts.join(" "))
    })
}

/// The current contact in one of `systems`: mobile before others.
fn reached(ways: &[ContactPoint], systems: &[&str]) -> Option<String> {
    let rank = |way: &&ContactPoint| usize::from(way.purpose.as_deref() != Some("mobile"));
    let now = ways.iter().filter(|way| {
        way.value.is_some()
            && way.purpose.as_deref() != Some("old")
            && way.system.as_deref().is_some_and(|system| systems.contains(&system))
    });
    now.min_by_key(rank)?.value.clone()
}

fn words(notion: &CodeableConcept) -> Option<String> {
    notion.text.clone().or_else(|| notion.coding.iter().find_map(|coding| coding.display.clone()))
}

/// Finds our extensions by name.
struct Extended<'a>(&'a [Extension]);

impl Extended<'_> {
    fn of(&self, name: &str) -> Option<&Extension> {
        let url = of_ours(name);
        self.0.iter().find(|extension| extension.url == url)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.of(name)?.value_string.clone()
    }

    fn number(&self, name: &str) -> Option<String> {
        Some(self.of(name)?.value_integer?.to_string())
    }

    fn flag(&self, name: &str) -> bool {
        self.of(name).and_then(|extension| extension.value_boolean) == Some(true)
    }
}
