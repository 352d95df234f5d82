//! The killed commands: every writing command, its preparation, and a query for its effect.

use super::Way;

/// A kind of command to kill.
///
/// Placeholders in braces: `n` is the kill's number, `six` the same with six digits, `v` a value that differs
/// from the previous kill's, `at` and `to` are free times (`day` and `clock` are the parts of `at`), `series`
/// and `past` free times for a series and in 2010, `made` is the code from the first line of `ready`, and
/// `new` an SQL condition for audit entries made by the command.
pub struct Kind {
    /// The command's name in the access matrix.
    pub command: &'static str,
    /// Preparing command lines, which are not killed.
    pub ready: &'static [&'static str],
    /// Direct SQL changes; a `SELECT` sets `made` to its result.
    pub past: &'static [&'static str],
    pub line: &'static str,
    /// A table and a condition that count the command's effects.
    pub done: &'static str,
    pub way: Way,
    /// A command line that restores the state for the next of its kind.
    pub after: &'static str,
    /// Standard input; a line with `{row}` is repeated more often than one transaction holds.
    pub reads: &'static str,
}

const fn kill(command: &'static str, line: &'static str, done: &'static str) -> Kind {
    Kind { command, ready: &[], past: &[], line, done, way: Way::Once, after: "", reads: "" }
}

impl Kind {
    const fn ready(self, ready: &'static [&'static str]) -> Kind {
        Kind { ready, ..self }
    }

    const fn past(self, past: &'static [&'static str]) -> Kind {
        Kind { past, ..self }
    }

    const fn in_steps(self, way: Way) -> Kind {
        Kind { way, ..self }
    }

    const fn after(self, after: &'static str) -> Kind {
        Kind { after, ..self }
    }

    const fn reads(self, reads: &'static str) -> Kind {
        Kind { reads, ..self }
    }
}

/// Prefix of a command line that runs with the clock in 2010.
pub const LONG_AGO: &str = "2010: ";

const BOOK: &str =
    "book --doctor GARCIA {at} --duration 5 --name 'Nueva {n}' --phone +50376{six} --national-id ID-{n}";
const SERIES: &str =
    "book --doctor SERIE {series} --duration 5 --name 'Nueva {n}' --phone +50376{six} --every day --times 2";
const WAITS: &str = "waitlist add --doctor ESPERA --duration 5 --name 'Espera {n}' --phone +50376{six}";
const OFFER: &str = "waitlist offer {made} {at} --for 2h";
const PATIENT: &str =
    "patient add --name 'Sola {n}' --phone +50376{six} --national-id SOLA-{n} --code SOLA-{n}";
const OTHER: &str =
    "patient add --name 'Otra {n}' --phone +50374{six} --email otra@example.org --code OTRA-{n}";
const VISIT: &str = "book --doctor GARCIA {at} --duration 5 --patient OTRA-{n}";
const WROTE: &str = "reply --from +50376{six} --text quizás --id R-{n}";
const NUMBER: &str = "SELECT number FROM replies WHERE provider_id = 'R-{n}'";
const SET_UP: &str = "[[doctor]]\ncode = \"SET-{n}\"\nname = \"Dra. {n}\"\nhours.main = \"mon 8-12\"\n";
const HOOK: &str = "webhook add --url https://example.org/{n} --event no_show --code WEB-{n}";
const KEY: &str = "key create --name 'Llave {n}' --scope reports:read --code KEY-{n}";
const DAY: &str =
    "window add --doctor BLANCO --on 2040-01-01 --from 09:00 --to 10:00 --session S-{n} --code VEN-{n}";
const PATIENTS: &str = "name,phone,national_id\nLista {n}-{row},+50376{six},LISTA-{n}-{row}\n";
const EXPORTED: &str = "audit_log WHERE action = 'clinic.exported' AND {new}";
const LISTED: &str = "patients WHERE phone = '+50376{six}' AND full_name LIKE 'Lista%'";
const VISITS: &str = "date,time,duration,doctor,status,name,phone
2010-01-04,09:00,5,GARCIA-{n},completed,Nueva {n},+50376{six}
{day},{clock},5,GARCIA,confirmed,Nueva {n},+50376{six}
";
const CALENDAR: &str = "BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a-{n}
DTSTART:20350105T090000
DTEND:20350105T100000
SUMMARY:Junta {n}
END:VEVENT
BEGIN:VEVENT
UID:b-{n}
DTSTART:20350106T090000
DTEND:20350106T100000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:Junta {n}
END:VEVENT
END:VCALENDAR
";
/// A new doctor with three appointments today.
const TODAY: &[&str] = &[
    "doctor add --name 'Dr. Tarde {n}' --code TARDE-{n}",
    "window add --doctor TARDE-{n} --days daily --from 00:00 --to 24:00",
    "book --doctor TARDE-{n} --date 2026-06-01 --time 15:00 --duration 5 --name 'Nueva {n}' --phone +50376{six}",
    "book --doctor TARDE-{n} --date 2026-06-01 --time 15:05 --duration 5 --name 'Nueva {n}' --phone +50376{six}",
    "book --doctor TARDE-{n} --date 2026-06-01 --time 15:10 --duration 5 --name 'Nueva {n}' --phone +50376{six}",
];
const CLOSURE: &str = "closure add --date 2040-02-01 --reason 'kill {n}'";

/// Each kill takes the next kind.
pub const KINDS: &[Kind] = &[
    // The desk
    kill("book", BOOK, "appointments WHERE patient_id IN (SELECT id FROM patients WHERE phone = '+50376{six}')"),
    kill(
        "book",
        "book --doctor GARCIA {at} --duration 5 --name 'Juan Pérez' --phone +50377654321 --external-ref K{n}",
        "appointments WHERE external_reference_id = 'K{n}'",
    ),
    kill("book", "book --input -", "appointments WHERE external_reference_id LIKE 'M{n}-%'")
        .in_steps(Way::Stream),
    kill(
        "book",
        SERIES,
        "series_visits WHERE appointment_id IN (SELECT a.id FROM appointments AS a
            JOIN patients AS p ON p.id = a.patient_id WHERE p.phone = '+50376{six}')",
    ),
    kill(
        "reschedule",
        "reschedule {made} {to}",
        "appointments WHERE code = '{made}' AND reschedule_count = 1",
    )
    .ready(&[BOOK]),
    kill(
        "cancel",
        "cancel {made} --reason viaje",
        "appointments WHERE code = '{made}' AND status = 'cancelled'",
    )
    .ready(&[BOOK]),
    kill(
        "status",
        "status {made} checked_in",
        "appointments WHERE code = '{made}' AND status = 'checked_in'",
    )
    .ready(&[BOOK]),
    kill(
        "update",
        "update {made} --notes 'kill {n}'",
        "appointments WHERE code = '{made}' AND notes = 'kill {n}'",
    )
    .ready(&[BOOK]),
    kill("undo", "undo", "appointments WHERE code = '{made}' AND status = 'cancelled'").ready(&[BOOK]),
    kill("undo", "undo", "appointments WHERE code = '{made}' AND status = 'confirmed'")
        .ready(&[BOOK, "cancel {made} --reason error"]),
    kill(
        "series move",
        "series move {made} --by 5m",
        "appointments WHERE reschedule_count = 1 AND id IN (SELECT appointment_id FROM series_visits AS v
            JOIN series AS s ON s.id = v.series_id WHERE s.code = '{made}')",
    )
    .ready(&[SERIES]),
    kill(
        "series cancel",
        "series cancel {made} --reason viaje",
        "appointments WHERE status = 'cancelled' AND id IN (SELECT appointment_id FROM series_visits AS v
            JOIN series AS s ON s.id = v.series_id WHERE s.code = '{made}')",
    )
    .ready(&[SERIES]),
    kill(
        "waitlist add",
        WAITS,
        "waitlist WHERE patient_id IN (SELECT id FROM patients WHERE phone = '+50376{six}')",
    ),
    kill("waitlist offer", OFFER, "waitlist WHERE code = '{made}' AND hold_until IS NOT NULL")
        .ready(&[WAITS]),
    kill("waitlist accept", "waitlist accept {made}", "waitlist WHERE code = '{made}' AND status = 'accepted'")
        .ready(&[WAITS, OFFER]),
    kill("waitlist decline", "waitlist decline {made}", "waitlist WHERE code = '{made}' AND hold_until IS NULL")
        .ready(&[WAITS, OFFER]),
    kill("waitlist remove", "waitlist remove {made}", "waitlist WHERE code = '{made}' AND status = 'removed'")
        .ready(&[WAITS]),
    // Three messages or none
    kill(
        "late",
        "late TARDE-{n} 7h --notify",
        "messages WHERE kind = 'delay' AND appointment_id IN (SELECT a.id FROM appointments AS a
            JOIN doctors AS d ON d.id = a.doctor_id WHERE d.code = 'TARDE-{n}')",
    )
    .ready(TODAY),
    // Messages and webhooks
    kill("remind due", "remind due --limit 5", "messages WHERE status = 'sent'").in_steps(Way::Sweep(5)),
    kill("remind retry", "remind retry {made}", "messages WHERE id = '{made}' AND status = 'pending'")
        .ready(&[BOOK])
        .past(&[
            "UPDATE messages SET status = 'failed', settled_at = created_at, error = 'x' WHERE kind = 'confirmation'
                AND appointment_id = (SELECT id FROM appointments WHERE code = '{made}')",
            "SELECT id FROM messages WHERE kind = 'confirmation'
                AND appointment_id = (SELECT id FROM appointments WHERE code = '{made}')",
        ]),
    kill("webhook add", HOOK, "webhooks WHERE code = 'WEB-{n}'"),
    kill(
        "webhook set",
        "webhook set SPARE --url https://example.org/spare/{n}",
        "webhooks WHERE code = 'SPARE' AND url LIKE '%/spare/{n}'",
    ),
    kill("webhook rotate", "webhook rotate WEB-{n}", "webhooks WHERE code = 'WEB-{n}' AND old_secret IS NOT NULL")
        .ready(&[HOOK]),
    kill("webhook remove", "webhook remove WEB-{n}", "webhooks WHERE code = 'WEB-{n}' AND active = 0")
        .ready(&[HOOK]),
    kill("webhook replay", "webhook replay {made}", "webhook_deliveries WHERE id = '{made}' AND status = 'pending'")
        .ready(&[BOOK, "cancel {made} --reason viaje"])
        .past(&[
            "UPDATE webhook_deliveries SET status = 'delivered', http_status = 200, attempts = 1, settled_at = created_at
                WHERE appointment_id = (SELECT id FROM appointments WHERE code = '{made}')",
            "SELECT id FROM webhook_deliveries
                WHERE appointment_id = (SELECT id FROM appointments WHERE code = '{made}')",
        ]),
    // Setup
    kill("clinic add", "clinic add --name 'Otra {n}' --timezone UTC --code C-{n}", "clinics WHERE code = 'C-{n}'"),
    kill("clinic use", "clinic use otra", "audit_log WHERE action = 'clinic.chosen' AND {new}")
        .ready(&["clinic use sanjose"]),
    kill(
        "clinic set",
        "clinic set slot_minutes {v}",
        "audit_log WHERE action = 'clinic.updated' AND {new}",
    ),
    kill("branch add", "branch add --name 'Sede {n}' --code SEDE-{n}", "branches WHERE code = 'SEDE-{n}'"),
    kill("branch set", "branch set NORTE --name 'Norte {n}'", "branches WHERE name = 'Norte {n}'"),
    kill("branch remove", "branch remove SEDE-{n}", "branches WHERE code = 'SEDE-{n}' AND active = 0")
        .ready(&["branch add --name 'Sede {n}' --code SEDE-{n}"]),
    kill("doctor add", "doctor add --name 'Dra. {n}' --code DRA-{n}", "doctors WHERE code = 'DRA-{n}'"),
    kill("doctor set", "doctor set BLANCO --slot {v}", "doctors WHERE code = 'BLANCO' AND slot_minutes = {v}"),
    kill("doctor remove", "doctor remove DRA-{n}", "doctors WHERE code = 'DRA-{n}' AND active = 0")
        .ready(&["doctor add --name 'Dra. {n}' --code DRA-{n}"]),
    kill("service add", "service add --name 'Servicio {n}' --code SER-{n}", "services WHERE code = 'SER-{n}'"),
    kill("service set", "service set VAC --duration {v}", "services WHERE code = 'VAC' AND duration_minutes = {v}"),
    kill("service remove", "service remove SER-{n}", "services WHERE code = 'SER-{n}' AND active = 0")
        .ready(&["service add --name 'Servicio {n}' --code SER-{n}"]),
    kill("window add", DAY, "windows WHERE code = 'VEN-{n}'"),
    kill(
        "window set",
        "window set EXTRA --capacity {v}",
        "windows WHERE code = 'EXTRA' AND capacity = {v}",
    ),
    kill("window close", "window close EXTRA", "windows WHERE code = 'EXTRA' AND is_open = 0")
        .ready(&["window open EXTRA"]),
    kill("window open", "window open EXTRA", "windows WHERE code = 'EXTRA' AND is_open = 1")
        .ready(&["window close EXTRA"]),
    kill("window remove", "window remove VEN-{n}", "windows WHERE code = 'VEN-{n}' AND active = 0").ready(&[DAY]),
    kill("closure add", CLOSURE, "closures WHERE reason = 'kill {n}'"),
    // The closure and three moves, or nothing
    kill(
        "closure add",
        "closure add --doctor TARDE-{n} --date 2026-06-01 --reason 'sale {n}' --move --apply --force",
        "appointments WHERE reschedule_count = 1 AND doctor_id =
            (SELECT d.id FROM doctors AS d JOIN closures AS c ON c.doctor_id = d.id WHERE c.reason = 'sale {n}')",
    )
    .ready(TODAY),
    kill("closure remove", "closure remove {made}", "closures WHERE code = '{made}' AND active = 0")
        .ready(&[CLOSURE]),
    // Keys
    kill("key create", KEY, "keys WHERE code = 'KEY-{n}'"),
    kill("key rotate", "key rotate KEY-{n}", "audit_log WHERE action = 'key.rotated' AND {new}").ready(&[KEY]),
    kill("key revoke", "key revoke KEY-{n}", "keys WHERE code = 'KEY-{n}' AND active = 0").ready(&[KEY]),
    // Patients, and reads of their data
    kill("patient add", PATIENT, "patients WHERE code = 'SOLA-{n}'"),
    kill(
        "patient set",
        "patient set +50377654321 --email juan{n}@example.org",
        "patients WHERE email = 'juan{n}@example.org'",
    ),
    kill(
        "patient show",
        "patient show +50377654321",
        "audit_log WHERE action = 'patient.shown' AND {new}",
    ),
    kill(
        "patient show",
        "patient show +50377654321 --reveal",
        "audit_log WHERE action = 'patient.revealed' AND {new}",
    ),
    kill("patient find", "patient find juan", "audit_log WHERE action = 'patient.found' AND {new}"),
    kill(
        "patient export",
        "patient export SOLA-{n}",
        "audit_log WHERE action = 'patient.exported' AND {new}",
    )
    .ready(&[PATIENT]),
    kill(
        "patient merge",
        "patient merge SOLA-{n} OTRA-{n}",
        "appointments WHERE patient_id = (SELECT merged_into FROM patients WHERE code = 'OTRA-{n}')",
    )
    .ready(&[PATIENT, OTHER, VISIT]),
    // The dry run of a merge records that both were shown.
    kill(
        "patient merge",
        "patient merge SOLA-{n} OTRA-{n} --dry-run",
        "audit_log WHERE action = 'patient.shown' AND {new}",
    )
    .ready(&[PATIENT, OTHER]),
    kill(
        "patient merge",
        "patient merge --undo OTRA-{n}",
        "appointments WHERE patient_id = (SELECT id FROM patients WHERE code = 'OTRA-{n}')",
    )
    .ready(&[PATIENT, OTHER, VISIT, "patient merge SOLA-{n} OTRA-{n}"]),
    kill(
        "patient erase",
        "patient erase +50376{six} --force",
        "audit_log WHERE action = 'patient.erased' AND {new}",
    )
    .ready(&[BOOK, "cancel {made} --reason viaje"])
    .after(SCRUB),
    // The desk's verbs
    kill("arrive", "arrive {made}", "appointments WHERE code = '{made}' AND status = 'checked_in'").ready(&[BOOK]),
    kill("start", "start {made}", "appointments WHERE code = '{made}' AND status = 'in_progress'")
        .ready(&[BOOK, "arrive {made}"]),
    kill("done", "done {made}", "appointments WHERE code = '{made}' AND status = 'completed'")
        .ready(&[BOOK, "arrive {made}", "start {made}"]),
    kill("find", "find Juan", "audit_log WHERE action = 'patient.found' AND {new}"),
    kill(
        "next",
        "next SIGUE-{n}",
        "appointments AS a JOIN doctors AS d ON d.id = a.doctor_id
            WHERE d.code = 'SIGUE-{n}' AND a.status = 'in_progress'",
    )
    .ready(&[
        "doctor add --name 'Dr. {n}' --code SIGUE-{n}",
        "window add --doctor SIGUE-{n} --days daily --from 00:00 --to 24:00",
        "book --doctor SIGUE-{n} --date today --time 23:00 --duration 5 --name 'Nueva {n}' --phone +50376{six}",
        "arrive 'Nueva {n}'",
    ]),
    // Answers of patients
    kill("reply", "reply --from +50376{six} --text quizás --id R-{n}", "replies WHERE provider_id = 'R-{n}'"),
    kill("inbox done", "inbox done {made}", "replies WHERE provider_id = 'R-{n}' AND done_at IS NOT NULL")
        .ready(&[WROTE])
        .past(&[NUMBER]),
    kill(
        "inbox answer",
        "inbox answer {made} 'Le llamamos'",
        "replies WHERE provider_id = 'R-{n}' AND done_at IS NOT NULL",
    )
    .ready(&[BOOK, WROTE])
    .past(&[NUMBER]),
    kill("setup", "setup -", "doctors WHERE code = 'SET-{n}'").reads(SET_UP),
    // Imports and exports
    kill("import csv", "import csv patients -", LISTED).reads(PATIENTS),
    kill("import csv", "import csv patients - --per-row", LISTED)
        .reads(PATIENTS)
        .in_steps(Way::Stream)
        .after("import csv patients - --per-row"),
    kill(
        "import csv",
        "import csv appointments -",
        "appointments WHERE source = 'import' AND patient_id IN (SELECT id FROM patients WHERE phone = '+50376{six}')",
    )
    .ready(&["doctor add --name 'Dra. {n}' --code GARCIA-{n}"])
    .reads(VISITS),
    kill("import ics", "import ics - --as closures --doctor BLANCO", "closures WHERE reason = 'Junta {n}'")
        .reads(CALENDAR),
    kill("export csv", "export csv patients", EXPORTED),
    kill("export ics", "export ics --doctor SERIE", EXPORTED).ready(&[SERIES]),
    kill("export fhir", "export fhir --doctor BLANCO --from 2026-06-01 --to 2026-06-01 --reveal", EXPORTED),
    // The book
    kill(
        "db purge",
        "db purge --older-than 10y --force",
        "(SELECT 1 AS one) AS gone WHERE NOT EXISTS (SELECT 1 FROM patients WHERE full_name = 'Vieja {n}')",
    )
    .ready(&["2010: book --doctor GARCIA {past} --duration 5 --name 'Vieja {n}' --phone +50373{six}"])
    .in_steps(Way::Steps)
    .after("db purge --older-than 10y --force"),
    kill(
        "db rotate-secret",
        "db rotate-secret",
        "audit_log WHERE action = 'book.secret_rotated' AND {new}",
    )
    .after(SCRUB),
    kill("db rezone", "db rezone", "audit_log WHERE action = 'appointment.rezoned' AND {new}")
        .ready(&[BOOK])
        .past(&["UPDATE appointments SET starts_at = starts_at + 60, ends_at = ends_at + 60,
                busy_from = busy_from + 60, busy_until = busy_until + 60 WHERE code = '{made}';
            UPDATE messages SET due_at = due_at + 60, ready_at = ready_at + 60 WHERE kind = 'reminder'
                AND appointment_id = (SELECT id FROM appointments WHERE code = '{made}')"])
        .after("db rezone"),
];

/// Completes an interrupted erasure or rotation.
const SCRUB: &str = "db scrub --force";
