//! What is written of the clinic, its calendar, its patients and who may come in.

use super::Kind::{At, Count, Date, Flag, Id, List, Maybe, Null, Of, Text, Time, True, Wall, Words};
use super::{Shape, shape};
use crate::domain::access::{KeyStatus, Scope};
use crate::output::schema::Kind;

const SCOPE: Kind = Words(|| Scope::ALL.map(Scope::as_str).to_vec());
const KEY_STATUS: Kind =
    Words(|| [KeyStatus::Active, KeyStatus::Expired, KeyStatus::Revoked].map(KeyStatus::as_str).to_vec());
const HITS: Kind = List(&Of("appointment"));

pub(super) const SHAPES: &[Shape] = &[
    shape!("clinic", "A clinic with its settings", {
        id: Id, code: Text, name: Text, timezone: Text, country: Null(&Text), settings: Of("settings"),
        created_at: At,
    }),
    shape!("clinic-made" is "clinic", "The first clinic of a book, and where book and secret file are", {
        db: Text, secret_file: Text,
    }),
    shape!("clinics", "Clinics", { clinics: List(&Of("clinic-row")), total: Count }),
    shape!("clinic-row" is "clinic", "A clinic in a list, and whether it is the chosen one", { chosen: Flag }),
    shape!("settings", "A clinic's settings; durations are words such as 2h", {
        timezone: Text, country: Null(&Text), locale: Text, slot_minutes: Count,
        initial_status: Words(|| vec!["scheduled", "confirmed"]),
        duplicate_rule: Words(|| vec!["off", "phone", "phone_and_name"]),
        patient_identity: Words(|| vec!["phone", "phone_and_name"]), strict_slots: Flag, min_notice: Text, max_advance: Text,
        cancellation_cutoff: Text, reschedule_cutoff: Text, require_cancellation_reason: Flag,
        require_diagnosis: Flag, require_reason: Flag, reminder_offsets: Text, reminder_channels: Text,
        quiet_hours: Text, access: Words(|| vec!["open", "keys"]),
    }),
    shape!("branch", "A branch", {
        id: Id, code: Text, name: Text, timezone: Null(&Text), active: Flag, created_at: At,
    }),
    shape!("branches", "Branches", { branches: List(&Of("branch")), total: Count }),
    shape!("branch-removed" is "branch", "A branch that goes, and the appointments that are still there", {
        appointments: HITS, dry_run: Maybe(&True),
    }),
    shape!("doctor", "A doctor", {
        id: Id, code: Text, full_name: Text, specialty: Null(&Text), slot_minutes: Null(&Count),
        buffer_before: Count, buffer_after: Count, active: Flag, created_at: At,
    }),
    shape!("doctors", "Doctors", { doctors: List(&Of("doctor")), total: Count }),
    shape!("doctor-removed" is "doctor", "A doctor who goes, and the appointments that are still theirs", {
        appointments: HITS, dry_run: Maybe(&True),
    }),
    shape!("service", "A service", {
        id: Id, code: Text, name: Text, duration_minutes: Null(&Count), active: Flag, created_at: At,
    }),
    shape!("services", "Services", { services: List(&Of("service")), total: Count }),
    shape!("window", "A window: when patients are seen", {
        id: Id, code: Text, branch_id: Id, doctor_id: Null(&Id), days: List(&Text), on_date: Null(&Date),
        from: Time, to: Time, valid_from: Null(&Date), valid_until: Null(&Date), session: Null(&Text),
        batch: Null(&Text), slot_minutes: Null(&Count), capacity: Null(&Count),
        status: Words(|| vec!["OPEN", "CLOSED"]), active: Flag, doctor: Null(&Of("doctor-inside")),
        branch: Null(&Of("named")), services: List(&Of("named")), created_at: At,
    }),
    shape!("windows", "Windows", { windows: List(&Of("window")), total: Count }),
    shape!("window-changed" is "window", "A window after a change, and the appointments that lie in none now", {
        appointments: HITS, dry_run: Maybe(&True),
    }),
    shape!("closure", "A closure, on the wall clock of each branch", {
        id: Id, code: Text, from: Wall, to: Wall, reason: Text, doctor_id: Null(&Id), branch_id: Null(&Id),
        active: Flag, doctor: Null(&Of("doctor-inside")), branch: Null(&Of("named")), created_at: At,
    }),
    shape!("closures", "Closures", { closures: List(&Of("closure")), total: Count }),
    shape!("closure-added" is "closure", "A closure, and the appointments that it hits", {
        appointments: HITS, dry_run: Maybe(&True),
    }),
    shape!("closure-removed" is "closure", "A closure that is over, and whom to call for the time", {
        waiting: List(&Of("waiting")),
    }),
    shape!("clearing", "What becomes of the appointments that a closure hits", {
        closure: Of("closure"), applied: Flag, moves: List(&Of("move")), unplaced: List(&Of("unplaced")),
        unreachable: List(&Of("unreachable")), appointments: HITS,
    }),
    shape!("who", "Whose appointment it is", {
        appointment_id: Id, code: Text, patient: Text, phone: Text, email: Null(&Text),
    }),
    shape!("moment", "A time of an appointment", { date: Date, start_time: Time, starts_at: At }),
    shape!("move" is "who", "An appointment that moves", {
        from: Of("moment"), to: Of("moment"), doctor_before: Null(&Text), doctor: Null(&Text),
    }),
    shape!("unplaced" is "who", "An appointment for which there is no other time, and why", {
        from: Of("moment"), doctor: Null(&Text), reason: Text, error: Of("refusal"),
    }),
    shape!("unreachable" is "move", "An appointment that moves, of somebody whom no message reaches", {
        reason: Text,
    }),
    shape!("patient", "A patient", {
        id: Id, code: Text, full_name: Text, phone: Text, email: Null(&Text), national_id: Null(&Text),
        locale: Null(&Text), channels: Null(&Text), opt_out: Flag, no_show_count: Count, active: Flag,
        created_at: At, updated_at: At, merged_into: Null(&Id), erased_at: Null(&At),
    }),
    shape!("patients", "A page of patients", {
        patients: List(&Of("patient")), total: Count, page: Count, limit: Count,
    }),
    shape!("patients-found", "Patients who were looked for", { patients: List(&Of("patient")), total: Count }),
    shape!("patient-export", "Everything that is held of a person", {
        exported_at: At, patient: Of("patient"), merged: List(&Of("patient")),
        appointments: List(&Of("appointment")), waitlist: List(&Of("waiting")), messages: List(&Of("message")),
        deliveries: List(&Of("delivery")), webhooks: List(&Of("endpoint")), entries: List(&Of("entry")),
    }),
    shape!("endpoint", "Where a person's data went to", { id: Id, code: Text, url: Text }),
    shape!("patient-exported", "That an export was written to a file", {
        file: Text, patient_id: Id, appointments: Count, messages: Count, deliveries: Count, entries: Count,
    }),
    shape!("merged", "Two records that are one person, or were", {
        kept: Of("patient"), merged: Of("patient"), visits: Count, taken: List(&Text),
        conflicts: List(&Of("conflict")), stayed: List(&Text), dry_run: Maybe(&True), sealed: Maybe(&True),
    }),
    shape!("conflict", "A field in which two records differ", { field: Text, kept: Text, merged: Text }),
    shape!("erased", "What went with a person; scrubbed tells whether it is out of free pages, too", {
        patient_id: Id, code: Text, merged: List(&Text), visits: Count, messages: Count, events: Count,
        deliveries: Count, entries: Count, changed: Flag, scrubbed: Maybe(&Flag), dry_run: Maybe(&True),
    }),
    shape!("key", "An access key, without its secret", {
        id: Id, code: Text, name: Text, scopes: List(&SCOPE), doctor_id: Null(&Id), status: KEY_STATUS,
        expires_at: Null(&At), last_used_at: Null(&At), revoked_at: Null(&At), active: Flag,
        doctor: Null(&Of("doctor-inside")), created_at: At,
    }),
    shape!("keys", "Access keys", { keys: List(&Of("key")), total: Count }),
    shape!("key-made" is "key", "An access key with its secret, which is not told again", { secret: Text }),
    shape!("scopes", "What each command needs", { scopes: List(&Of("need")), total: Count }),
    shape!("need", "What a command, or an option of it, needs", {
        command: Text, option: Null(&Text), scope: Null(&SCOPE), doctor_keys: Flag,
    }),
];
