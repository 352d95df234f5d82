//! An appointment from another system: the fields of a booking, and its history.

use super::Raw;
use crate::app::booking::request::BookRequest;
use crate::app::booking::request::History;
use crate::app::exchange::import::patient::PatientWish;
use crate::app::patients::patient::PatientFields;
use crate::domain::status::Status;
use crate::domain::text;
use crate::input::values;

const STAMPS: [(&str, Status); 6] = [
    ("confirmed_at", Status::Confirmed),
    ("checked_in_at", Status::CheckedIn),
    ("started_at", Status::InProgress),
    ("completed_at", Status::Completed),
    ("cancelled_at", Status::Cancelled),
    ("no_show_at", Status::NoShow),
];

impl Raw {
    /// Reads an appointment with its history: any status, and nobody is told of it.
    pub fn import(mut self) -> BookRequest {
        let status = self.read("status", Status::parse);
        self.forget("status");
        let day = self.day();
        let mut history = History {
            comes_back: self.has("idempotency_key"),
            code: self.string("code"),
            token_number: self.read("token_number", |text| number(text, 1)),
            stamps: Vec::new(),
            cancellation_reason: self.long("cancellation_reason"),
            diagnosis: self.long("diagnosis"),
            prescription: self.long("prescription"),
            follow_up_required: self.flag("follow_up_required"),
            follow_up_date: self.read("follow_up_date", day),
            reschedule_count: self.read("reschedule_count", |text| number(text, 0)),
        };
        for (field, status) in STAMPS {
            history.stamps.extend(self.read(field, values::moment).map(|when| (status, when)));
        }
        let mut request = self.book();
        request.status = status;
        request.history = Some(Box::new(history));
        request.no_notify = true;
        request
    }

    /// Reads a patient.
    pub fn patient(mut self) -> PatientWish {
        let fields = PatientFields {
            name: self.string("name"),
            phone: self.string("phone"),
            code: self.string("code"),
            email: self.string("email"),
            national_id: self.string("national_id"),
            locale: self.string("locale"),
            channels: self.string("channels"),
            opt_out: self.flag("opt_out"),
        };
        PatientWish { problems: self.problems, names: self.names, fields }
    }
}

fn number(text: &str, least: i64) -> Result<i64, String> {
    match text::short(text)?.parse::<i64>() {
        Ok(number) if (least..=1_000_000).contains(&number) => Ok(number),
        _ => Err(text!("is-not-a-whole-number-from-to-1000000", text, least)),
    }
}
