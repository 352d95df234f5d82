//! What is written of appointments, the day and those who wait.

use super::Kind::{
    Anything, At, Count, Date, Flag, Id, List, Map, Maybe, Null, Number, Numbers, Of, Text, Time, True, Words,
};
use super::{Form, Shape, shape};
use crate::domain::refusal::Code;
use crate::domain::report::By;
use crate::domain::status::Status;
use crate::domain::waitlist::{Half, Standing};
use crate::output::schema::Kind;

/// Where an appointment stands.
pub(super) const STATUS: Kind = Words(|| Status::ALL.map(Status::as_str).to_vec());
const CODE: Kind = Words(|| Code::ALL.map(Code::as_str).to_vec());
const HTTP_STATUS: Kind = Numbers(|| {
    let mut all = Code::ALL.map(Code::status).to_vec();
    all.sort_unstable();
    all.dedup();
    all
});
const STANDING: Kind =
    Words(|| [Standing::Waiting, Standing::Accepted, Standing::Removed].map(Standing::as_str).to_vec());
const HALF: Kind = Words(|| [Half::Morning, Half::Afternoon].map(Half::as_str).to_vec());
const BY: Kind = Words(|| [By::Doctor, By::Service, By::Branch, By::Weekday].map(By::as_str).to_vec());
const APPOINTMENTS: Kind = List(&Of("appointment"));
const WAITING: Kind = List(&Of("waiting"));

pub(super) const SHAPES: &[Shape] = &[
    shape!("appointment", "An appointment, with the records that it names", {
        id: Id, code: Text, clinic_id: Id, branch_id: Id, doctor_id: Null(&Id), patient_id: Id,
        service_id: Null(&Id), date: Date, start_time: Time, end_time: Time, timezone: Text, starts_at: At,
        ends_at: At, duration_minutes: Count, session: Null(&Text), batch: Null(&Text), token_number: Count,
        status: STATUS, overbooked: Flag, visit_type: Null(&Text), assigned_doctor: Null(&Text),
        reason: Null(&Text), notes: Null(&Text), diagnosis: Null(&Text), prescription: Null(&Text),
        follow_up_required: Flag, follow_up_date: Null(&Date), source: Text,
        external_reference_id: Null(&Text), idempotency_key: Text, patient: Of("patient-inside"),
        doctor: Null(&Of("doctor-inside")), branch: Of("named"), service: Null(&Of("named")),
        created_at: At, updated_at: At, confirmed_at: Null(&At), checked_in_at: Null(&At),
        started_at: Null(&At), completed_at: Null(&At), cancelled_at: Null(&At), no_show_at: Null(&At),
        cancellation_reason: Null(&Text), reschedule_count: Count,
    }),
    shape!("changed" is "appointment", "An appointment after a change; who may not see patients gets none", {
        patient: Null(&Of("patient-inside")), dry_run: Maybe(&True),
    }),
    shape!("booked" is "appointment", "An appointment that was booked, or was there already", {
        patient: Null(&Of("patient-inside")), idempotent: Flag, dry_run: Maybe(&True),
    }),
    shape!("freed" is "appointment", "An appointment that left its time, and whom to call for that", {
        patient: Null(&Of("patient-inside")), waiting: WAITING, dry_run: Maybe(&True),
    }),
    shape!("stepped" is "appointment", "An appointment in a status, and whom to call if that frees a time", {
        patient: Null(&Of("patient-inside")), changed: Flag, waiting: WAITING, dry_run: Maybe(&True),
    }),
    shape!("undone" is "appointment", "An appointment, and the change that was taken back", {
        patient: Null(&Of("patient-inside")), undone: Of("undone-change"), dry_run: Maybe(&True),
    }),
    shape!("accepted" is "appointment", "An appointment booked from the waiting list", {
        patient: Null(&Of("patient-inside")), entry: Of("waiting"), waiting: WAITING, dry_run: Maybe(&True),
    }),
    shape!("undone-change", "A change that was taken back", { entry: Count, action: Text, at: At }),
    shape!("patient-inside", "The patient of an appointment", {
        id: Id, code: Text, full_name: Text, phone: Text, no_show_count: Count,
    }),
    shape!("doctor-inside", "A doctor inside another record", {
        id: Id, code: Text, full_name: Text, specialty: Null(&Text),
    }),
    shape!("named", "A record inside another", { id: Id, code: Text, name: Text }),
    shape!("appointments", "A page of appointments", {
        appointments: APPOINTMENTS, total: Count, page: Count, limit: Count,
    }),
    shape!("count", "How many were booked", { count: Count, since: At }),
    Shape {
        name: "bookings",
        about: "One line for each of many bookings: the appointment, or why there is none",
        form: Form::Either(&["booked", "error"]),
    },
    shape!("error", "A refusal", { error: Of("refusal") }),
    shape!("refusal", "What was refused and why; the code is for programs, the message for people", {
        code: CODE, message: Text, details: Map(&Anything), status: HTTP_STATUS, hint: Maybe(&Text),
        line: Maybe(&Count),
    }),
    shape!("slots", "Free slots", { slots: List(&Of("slot")), total: Count }),
    shape!("slot", "A free slot", {
        doctor_id: Null(&Id), doctor: Null(&Text), branch_id: Id, branch: Text, service_id: Null(&Id),
        date: Date, start_time: Time, end_time: Time, starts_at: At, ends_at: At, session: Null(&Text),
        batch: Null(&Text), capacity_left: Null(&Count),
    }),
    shape!("why", "What stands in the way of a time", {
        starts_at: At, bookable: Flag, objections: List(&Of("objection")), suggested_times: List(&Text),
    }),
    shape!("objection", "A rule that refuses a time, by its place in the order of checks", {
        check: Count, code: CODE, message: Text, details: Map(&Anything),
    }),
    shape!("agenda", "A day or a week of the calendar", {
        from: Date, to: Date, branch: Null(&Of("named")), timezone: Text, as_of: At,
        columns: List(&Of("agenda-column")),
    }),
    shape!("agenda-column", "A doctor's day", {
        date: Date, doctor: Null(&Of("doctor-inside")), open: List(&Of("open-span")),
        closed: List(&Of("closed-span")), held: List(&Of("held-span")), appointments: List(&Of("agenda-visit")),
    }),
    shape!("agenda-visit", "An appointment as the calendar shows it", {
        id: Id, code: Text, date: Date, start_time: Time, end_time: Time, starts_at: At, ends_at: At, token_number: Count,
        status: STATUS, overbooked: Flag, visit_type: Null(&Text), reason: Null(&Text),
        patient: Of("patient-inside"), doctor: Null(&Of("doctor-inside")), branch: Of("named"),
        service: Null(&Of("named")),
    }),
    shape!("open-span", "A time that is open", {
        starts_at: At, ends_at: At, start_time: Time, end_time: Time, slot_minutes: Count,
    }),
    shape!("closed-span", "A time that is closed", {
        starts_at: At, ends_at: At, start_time: Time, end_time: Time, reason: Text,
    }),
    shape!("held-span", "A time that is held for somebody who waits", {
        starts_at: At, ends_at: At, start_time: Time, end_time: Time, entry: Text, until: At,
    }),
    shape!("queue", "The waiting room", { date: Date, as_of: At, queue: List(&Of("place")) }),
    shape!("today", "How it stands today; ready is false where there is no book yet", {
        ready: Flag, clinic: Null(&Of("named")), branch: Null(&Of("named")), date: Null(&Date),
        time: Null(&Time), as_of: Null(&At), in_progress: List(&Of("turn")), waiting: List(&Of("turn")),
        next: List(&Of("turn")), expected: Count, unsettled: List(&Of("turn")), messages: Of("due"),
        offers: WAITING, sweeps: Of("sweeps"), commands: List(&Of("proposed")),
    }),
    shape!("turn" is "place", "Somebody in the room or on the way, and for which day", { date: Date }),
    shape!("due", "Messages that are due", { due: Count, due_since: Null(&At) }),
    shape!("sweeps", "Whether somebody sends what is due", {
        state: Words(|| vec!["steady", "late", "never"]), waiting_since: Null(&At), last_sweep: Null(&At),
    }),
    shape!("proposed", "A command that is likely to be next", { command: Text, about: Text }),
    shape!("place", "A place in the waiting room", {
        token_number: Count, status: STATUS, appointment_id: Id, code: Text, patient: Text,
        doctor: Null(&Text), start_time: Time, waiting_minutes: Null(&Count), expected_at: Null(&At),
        expected_time: Null(&Time), expected_wait_minutes: Null(&Count),
    }),
    shape!("late", "Whom to call when a doctor runs late", {
        date: Date, doctor: Of("doctor-inside"), delay_minutes: Count, queued: Null(&Count),
        calls: List(&Of("call")), total: Count,
    }),
    shape!("call", "Somebody to call", {
        appointment_id: Id, code: Text, status: STATUS, patient: Text, phone: Text, start_time: Time,
        expected_before: At, expected_time_before: Time, expected_at: At, expected_time: Time,
        late_minutes: Count,
        message: Null(&Words(|| vec!["queued", "told already", "opted out", "no channel"])),
    }),
    shape!("series", "A series with its appointments, and those that were left out", {
        series: Of("series-head"), appointments: List(&Of("changed")), skipped: List(&Of("left-out")),
        dry_run: Maybe(&True),
    }),
    shape!("series-booked" is "series", "A series that was booked, or was there already", {
        idempotent: Flag, dry_run: Maybe(&True),
    }),
    shape!("series-head", "A series", { id: Id, code: Text, rule: Text, created_at: Null(&At) }),
    shape!("left-out", "An appointment that a series lacks, and why", {
        date: Date, start_time: Time, error: Of("refusal"),
    }),
    shape!("series-list", "Series", { series: List(&Of("series-row")), total: Count }),
    shape!("series-row" is "series-head", "A series in a list", {
        patient: Null(&Text), doctor: Null(&Text), appointments: Count, open: Count,
    }),
    shape!("waiting", "An entry of the waiting list", {
        id: Id, code: Text, status: STANDING, patient: Null(&Of("person")), appointment: Null(&Of("waited-for")),
        doctor: Null(&Of("doctor-inside")), service: Null(&Of("named")), branch: Of("named"),
        session: Null(&Text), half: Null(&HALF), from: Null(&Date), to: Null(&Date),
        duration_minutes: Null(&Count), note: Null(&Text), hold: Null(&Of("hold")), created_at: At,
        updated_at: At,
    }),
    shape!("waiting-changed" is "waiting", "An entry of the waiting list after a change", {
        dry_run: Maybe(&True),
    }),
    shape!("waitlist", "The waiting list", { waitlist: WAITING, total: Count }),
    shape!("person", "Who waits", { id: Id, code: Text, full_name: Text, phone: Text }),
    shape!("waited-for", "The appointment of who would rather come earlier", {
        id: Id, code: Text, status: STATUS, starts_at: At, date: Date, start_time: Time,
    }),
    shape!("hold", "A slot that is held for somebody, and until when", {
        until: At, until_time: Time, starts_at: At, ends_at: At, date: Date, start_time: Time,
        doctor: Null(&Of("doctor-inside")),
    }),
    shape!("report-utilisation", "How much of the open time is taken", {
        report: Words(|| vec!["utilisation"]), from: Date, to: Date, by: BY, rows: List(&Of("utilisation")),
        total: Of("utilisation"),
    }),
    shape!("utilisation", "A line of it", {
        id: Null(&Id), code: Null(&Text), name: Text, open_minutes: Null(&Count), booked_minutes: Count,
        utilisation_percent: Null(&Number),
    }),
    shape!("report-no-shows", "Who did not come", {
        report: Words(|| vec!["no-shows"]), from: Date, to: Date, by: BY, rows: List(&Of("no-shows")),
        total: Of("no-shows"),
    }),
    shape!("no-shows", "A line of it", {
        id: Null(&Id), code: Null(&Text), name: Text, completed: Count, no_show: Count,
        no_show_percent: Null(&Number),
    }),
    shape!("report-volume", "What became of the visits", {
        report: Words(|| vec!["volume"]), from: Date, to: Date, by: BY, rows: List(&Of("volume")),
        total: Of("volume"),
    }),
    shape!("volume", "A line of it", {
        id: Null(&Id), code: Null(&Text), name: Text, total: Count, expected: Count, completed: Count,
        cancelled: Count, no_show: Count, minutes: Count,
    }),
];
