//! The columns of each list as a table, and the text for an empty list.

/// How to draw a list as a table.
#[derive(Debug)]
pub struct Columns {
    /// The list's key in the JSON.
    pub key: &'static str,
    /// Heading and path in the record (`doctor.full_name`) of each column.
    pub columns: &'static [(&'static str, &'static str)],
    /// The key of the text for an empty list.
    pub empty: &'static str,
}

macro_rules! lists {
    ($($(#[$about:meta])* $vis:vis $name:ident: $key:literal, or $empty:literal {
        $($heading:literal $(=> $path:literal)?,)*
    })*) => {
        $($(#[$about])* $vis const $name: $crate::output::lists::Columns = $crate::output::lists::Columns {
            key: $key,
            columns: &[$($crate::output::lists::lists!(@ $heading $($path)?)),*],
            empty: $empty,
        };)*
    };
    (@ $both:literal) => { ($both, $both) };
    (@ $heading:literal $path:literal) => { ($heading, $path) };
}
pub(super) use lists;

lists! {
    /// Appointments.
    pub APPOINTMENTS: "appointments", or "no-appointments" {
        "code", "date", "time" => "start_time", "min" => "duration_minutes",
        "patient" => "patient.full_name", "phone" => "patient.phone", "doctor" => "doctor.full_name",
        "service" => "service.name", "token" => "token_number", "status",
    }
    /// Free slots.
    pub SLOTS: "slots", or "no-free-slots" {
        "date", "from" => "start_time", "to" => "end_time", "doctor", "branch", "session",
        "left" => "capacity_left",
    }
    /// The patients expected today.
    pub QUEUE: "queue", or "nobody-is-expected-today" {
        "next", "token" => "token_number", "status", "code", "patient", "doctor", "time" => "start_time",
        "waited" => "waiting_minutes", "expected" => "expected_time", "wait" => "expected_wait_minutes",
    }
    /// Series.
    pub SERIES: "series", or "no-series" {
        "code", "patient", "doctor", "rule", "appointments", "open",
    }
    /// The waiting list.
    pub WAITLIST: "waitlist", or "nobody-waits" {
        "code", "patient" => "patient.full_name", "phone" => "patient.phone",
        "doctor" => "doctor.full_name", "service" => "service.name", "has" => "appointment.date", "from",
        "to", "half", "status", "held" => "hold.date", "at" => "hold.start_time",
        "until" => "hold.until_time",
    }
    /// Clinics.
    pub CLINICS: "clinics", or "no-clinics" {
        "code", "name", "timezone", "country", "chosen",
    }
    /// Branches.
    pub BRANCHES: "branches", or "no-branches" {
        "code", "name", "timezone", "active",
    }
    /// Doctors.
    pub DOCTORS: "doctors", or "no-doctors" {
        "code", "name" => "full_name", "specialty", "slot" => "slot_minutes", "before" => "buffer_before",
        "after" => "buffer_after", "active",
    }
    /// Services.
    pub SERVICES: "services", or "no-services" {
        "code", "name", "minutes" => "duration_minutes", "active",
    }
    /// Windows.
    pub WINDOWS: "windows", or "no-windows" {
        "code", "doctor" => "doctor.full_name", "branch" => "branch.name", "for" => "services", "days",
        "on" => "on_date", "from", "to", "session", "slot" => "slot_minutes", "capacity", "status",
    }
    /// Closures.
    pub CLOSURES: "closures", or "no-closures" {
        "code", "from", "to", "doctor" => "doctor.full_name", "branch" => "branch.name", "reason",
    }
    /// Appointments whose instants changed with the time zone rules.
    pub REZONED: "rezoned", or "every-coming-appointment-is-where-its-wall-clock" {
        "code", "date", "time" => "start_time", "zone" => "timezone", "was" => "starts_at_before",
        "is" => "starts_at", "outcome",
    }
    /// Patients.
    pub PATIENTS: "patients", or "no-patients" {
        "code", "name" => "full_name", "phone", "email", "national-id" => "national_id",
        "no-shows" => "no_show_count",
    }
    /// Messages of the outbox.
    pub MESSAGES: "messages", or "no-messages" {
        "due" => "due_at", "kind", "appointment" => "appointment_code", "patient", "to", "status",
        "channel", "delivery",
    }
    /// What came of patients' answers.
    pub REPLIES: "replies", or "no-answers" {
        "from", "understood", "appointment" => "appointment_code", "result", "answered",
    }
    /// Patients' answers that wait for a person.
    pub INBOX: "inbox", or "nothing-waits-in-the-inbox" {
        "id", "received" => "received_at", "from", "patient", "appointment" => "appointment_code", "why", "text",
    }
    /// Access keys.
    pub KEYS: "keys", or "no-keys" {
        "code", "name", "scopes", "doctor" => "doctor.full_name", "status", "expires" => "expires_at",
        "last-used" => "last_used_at",
    }
    /// The scopes that each command needs.
    pub MATRIX: "scopes", or "no-commands" {
        "command", "option", "scope", "a-doctors-key" => "doctor_keys",
    }
    /// Webhook endpoints.
    pub WEBHOOKS: "webhooks", or "no-webhooks" {
        "code", "url", "events", "thin", "private" => "allow_private", "disabled" => "disabled_reason",
        "active",
    }
    /// Webhook deliveries.
    pub DELIVERIES: "deliveries", or "no-deliveries" {
        "delivery" => "delivery_id", "event" => "type", "appointment" => "appointment_code",
        "webhook" => "webhook_code", "status", "tries" => "attempts", "due" => "due_at", "error",
    }
}
