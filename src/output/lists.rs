//! Which columns a list has on a screen, and what is said of one without rows.

/// How a list is drawn.
#[derive(Debug)]
pub struct Columns {
    /// The list's key in the answer.
    pub key: &'static str,
    /// Heading and place in the record (`doctor.full_name`), column by column.
    pub columns: &'static [(&'static str, &'static str)],
    /// What is said of an empty list.
    pub empty: &'static str,
}

/// Appointments.
pub const APPOINTMENTS: Columns = Columns {
    key: "appointments",
    columns: &[
        ("code", "code"),
        ("date", "date"),
        ("time", "start_time"),
        ("min", "duration_minutes"),
        ("patient", "patient.full_name"),
        ("phone", "patient.phone"),
        ("doctor", "doctor.full_name"),
        ("service", "service.name"),
        ("token", "token_number"),
        ("status", "status"),
    ],
    empty: "no-appointments",
};
/// Free slots.
pub const SLOTS: Columns = Columns {
    key: "slots",
    columns: &[
        ("date", "date"),
        ("from", "start_time"),
        ("to", "end_time"),
        ("doctor", "doctor"),
        ("branch", "branch"),
        ("session", "session"),
        ("left", "capacity_left"),
    ],
    empty: "no-free-slots",
};
/// The waiting room.
pub const QUEUE: Columns = Columns {
    key: "queue",
    columns: &[
        ("token", "token_number"),
        ("status", "status"),
        ("code", "code"),
        ("patient", "patient"),
        ("doctor", "doctor"),
        ("time", "start_time"),
        ("waited", "waiting_minutes"),
        ("expected", "expected_time"),
        ("wait", "expected_wait_minutes"),
    ],
    empty: "nobody-is-expected-today",
};
/// Series.
pub const SERIES: Columns = Columns {
    key: "series",
    columns: &[
        ("code", "code"),
        ("patient", "patient"),
        ("doctor", "doctor"),
        ("rule", "rule"),
        ("appointments", "appointments"),
        ("open", "open"),
    ],
    empty: "no-series",
};
/// The waiting list.
pub const WAITLIST: Columns = Columns {
    key: "waitlist",
    columns: &[
        ("code", "code"),
        ("patient", "patient.full_name"),
        ("phone", "patient.phone"),
        ("doctor", "doctor.full_name"),
        ("service", "service.name"),
        ("has", "appointment.date"),
        ("from", "from"),
        ("to", "to"),
        ("half", "half"),
        ("status", "status"),
        ("held", "hold.date"),
        ("at", "hold.start_time"),
        ("until", "hold.until_time"),
    ],
    empty: "nobody-waits",
};
/// Clinics.
pub const CLINICS: Columns = Columns {
    key: "clinics",
    columns: &[
        ("code", "code"),
        ("name", "name"),
        ("timezone", "timezone"),
        ("country", "country"),
        ("chosen", "chosen"),
    ],
    empty: "no-clinics",
};
/// Branches.
pub const BRANCHES: Columns = Columns {
    key: "branches",
    columns: &[("code", "code"), ("name", "name"), ("timezone", "timezone"), ("active", "active")],
    empty: "no-branches",
};
/// Doctors.
pub const DOCTORS: Columns = Columns {
    key: "doctors",
    columns: &[
        ("code", "code"),
        ("name", "full_name"),
        ("specialty", "specialty"),
        ("slot", "slot_minutes"),
        ("before", "buffer_before"),
        ("after", "buffer_after"),
        ("active", "active"),
    ],
    empty: "no-doctors",
};
/// Services.
pub const SERVICES: Columns = Columns {
    key: "services",
    columns: &[("code", "code"), ("name", "name"), ("minutes", "duration_minutes"), ("active", "active")],
    empty: "no-services",
};
/// Windows.
pub const WINDOWS: Columns = Columns {
    key: "windows",
    columns: &[
        ("code", "code"),
        ("doctor", "doctor.full_name"),
        ("branch", "branch.name"),
        ("for", "services"),
        ("days", "days"),
        ("on", "on_date"),
        ("from", "from"),
        ("to", "to"),
        ("session", "session"),
        ("slot", "slot_minutes"),
        ("capacity", "capacity"),
        ("status", "status"),
    ],
    empty: "no-windows",
};
/// Closures.
pub const CLOSURES: Columns = Columns {
    key: "closures",
    columns: &[
        ("code", "code"),
        ("from", "from"),
        ("to", "to"),
        ("doctor", "doctor.full_name"),
        ("branch", "branch.name"),
        ("reason", "reason"),
    ],
    empty: "no-closures",
};
/// Appointments whose instants are others under today's zone rules.
pub const REZONED: Columns = Columns {
    key: "rezoned",
    columns: &[
        ("code", "code"),
        ("date", "date"),
        ("time", "start_time"),
        ("zone", "timezone"),
        ("was", "starts_at_before"),
        ("is", "starts_at"),
        ("outcome", "outcome"),
    ],
    empty: "every-coming-appointment-is-where-its-wall-clock",
};
/// Patients.
pub const PATIENTS: Columns = Columns {
    key: "patients",
    columns: &[
        ("code", "code"),
        ("name", "full_name"),
        ("phone", "phone"),
        ("email", "email"),
        ("national-id", "national_id"),
        ("no-shows", "no_show_count"),
    ],
    empty: "no-patients",
};
/// Messages of the outbox.
pub const MESSAGES: Columns = Columns {
    key: "messages",
    columns: &[
        ("due", "due_at"),
        ("kind", "kind"),
        ("appointment", "appointment_code"),
        ("patient", "patient"),
        ("to", "to"),
        ("status", "status"),
        ("channel", "channel"),
    ],
    empty: "no-messages",
};
/// Access keys.
pub const KEYS: Columns = Columns {
    key: "keys",
    columns: &[
        ("code", "code"),
        ("name", "name"),
        ("scopes", "scopes"),
        ("doctor", "doctor.full_name"),
        ("status", "status"),
        ("expires", "expires_at"),
        ("last-used", "last_used_at"),
    ],
    empty: "no-keys",
};
/// What each command needs.
pub const MATRIX: Columns = Columns {
    key: "scopes",
    columns: &[
        ("command", "command"),
        ("option", "option"),
        ("scope", "scope"),
        ("a-doctors-key", "doctor_keys"),
    ],
    empty: "no-commands",
};
/// Endpoints of webhooks.
pub const WEBHOOKS: Columns = Columns {
    key: "webhooks",
    columns: &[
        ("code", "code"),
        ("url", "url"),
        ("events", "events"),
        ("thin", "thin"),
        ("private", "allow_private"),
        ("disabled", "disabled_reason"),
        ("active", "active"),
    ],
    empty: "no-webhooks",
};
/// Deliveries of webhooks.
pub const DELIVERIES: Columns = Columns {
    key: "deliveries",
    columns: &[
        ("delivery", "delivery_id"),
        ("event", "type"),
        ("appointment", "appointment_code"),
        ("webhook", "webhook_code"),
        ("status", "status"),
        ("tries", "attempts"),
        ("due", "due_at"),
        ("error", "error"),
    ],
    empty: "no-deliveries",
};
