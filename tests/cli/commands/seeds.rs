//! The request bodies of the five reference APIs, from their documents.

use crate::support::views::{Appointment, List, Messages, Patient};
use crate::support::{Clinic, seed};

/// Sends a body to a command that must succeed.
fn sent(clinic: &Clinic, line: &str, body: &str) -> Appointment {
    clinic.fed(&format!("{line} --input - --json"), seed(body)).exits(0).json()
}

/// The dashboard's clinic: one patient per phone.
fn dashboard() -> Clinic {
    let clinic = Clinic::open();
    clinic.does("doctor set GARCIA --code DOC-GARCIA");
    clinic.set("patient_identity", "phone");
    clinic
}

/// SaludYa's clinic: initial status `scheduled`, reason and diagnosis required.
fn saludya() -> Clinic {
    let mut clinic = Clinic::empty();
    clinic.at("2026-03-01T08:00:00-05:00");
    clinic.does("init --name SaludYa --timezone America/Bogota --code saludya");
    clinic.does(
        "doctor add --name 'Dr. Carlos Ramírez' --specialty Cardiología --code doc_3j5k7m9n1p --slot 30",
    );
    clinic.does("window add --doctor doc_3j5k7m9n1p --days daily --from 09:00 --to 17:00");
    clinic.does("patient add --name 'María González' --phone +573001234567 --code pat_5x8y2z4a6b");
    for key in ["require_reason", "require_diagnosis"] {
        clinic.set(key, "true");
    }
    clinic.set("initial_status", "scheduled");
    clinic
}

/// Bio Ecko's clinic in Mumbai with a second branch.
fn bioecko() -> Clinic {
    let mut clinic = Clinic::empty();
    clinic.at("2026-03-01T08:00:00+05:30");
    clinic.does("init --name 'Bio Ecko' --timezone Asia/Kolkata --code bioecko");
    clinic.does("branch set main --code MUM-01 --name Mumbai");
    clinic.does("branch add --code PUN-01 --name Pune");
    clinic.does("doctor add --name 'Dr. Rao' --code DOC-001 --slot 15");
    clinic.does("window add --doctor DOC-001 --branch MUM-01 --days daily --from 09:00 --to 18:00");
    clinic.does("patient add --name 'Asha Patil' --phone +919820012345 --code PAT-2026-00123");
    clinic
}

/// HuskyVoice's organisation with pooled windows by session; 09:30 UTC is a morning in Madrid.
fn huskyvoice() -> Clinic {
    let clinic = Clinic::in_zone("Europe/Madrid");
    clinic.does("branch set main --code branch_uuid_here");
    clinic.does("service add --name 'General Checkup' --duration 20");
    clinic
        .does("window add --days mon-fri --from 09:00 --to 13:00 --session Morning --batch MA --capacity 3");
    clinic
}

#[test]
fn d3_the_dashboards_booking_works_as_it_stands() {
    let clinic = dashboard();
    let booked = sent(&clinic, "book", "dashboard_create.json");
    assert_eq!((booked.starts_at.as_str(), booked.end_time.as_str()), ("2026-06-15T14:00:00-06:00", "14:30"));
    assert_eq!((booked.status.as_str(), booked.notes.as_deref()), ("confirmed", Some("Revisión anual")));
    assert_eq!(booked.patient.full_name, "Juan Pérez");
    assert!(booked.idempotency_key.starts_with("MANUAL_"));
    let patient: Patient = clinic.json(&format!("patient show {} --reveal", booked.patient.id));
    assert_eq!(patient.national_id.as_deref(), Some("12345678-9"));
}

#[test]
fn d8_the_dashboards_cancellation_works_on_status_cancel_and_update() {
    for command in ["status", "cancel", "update"] {
        let clinic = dashboard();
        let booked = sent(&clinic, "book", "dashboard_create.json");
        let cancelled = sent(&clinic, &format!("{command} {}", booked.code), "dashboard_status.json");
        assert_eq!(cancelled.status, "cancelled", "{command}");
        assert_eq!(cancelled.cancellation_reason.as_deref(), Some("Patient requested"), "{command}");
        assert_eq!(cancelled.cancelled_at.as_deref(), Some(clinic.now()), "{command}");
        let Messages { total, .. } = clinic.json("remind list --status dropped");
        assert_eq!(total, 3, "{command}: the confirmation and two reminders are dropped");
    }
}

#[test]
fn s1_saludyas_booking_works_as_it_stands() {
    let clinic = saludya();
    let booked = sent(&clinic, "book", "saludya_create.json");
    assert_eq!(booked.patient.code, "pat_5x8y2z4a6b");
    assert_eq!(booked.doctor.as_ref().unwrap().specialty.as_deref(), Some("Cardiología"));
    assert_eq!((booked.date.as_str(), booked.start_time.as_str()), ("2026-03-15", "14:30"));
    assert_eq!((booked.duration_minutes, booked.status.as_str()), (30, "scheduled"));
    assert_eq!(booked.reason.as_deref(), Some("Consulta de seguimiento"));
    assert_eq!(booked.notes.as_deref(), Some("Paciente reporta dolor en el pecho"));
    let again = clinic.fed("book --input - --json", seed("saludya_create.json"));
    let conflict = again.refusal("APPOINTMENT_CONFLICT", 4);
    assert_eq!(conflict.text("conflicting_appointment_id"), booked.id);
}

#[test]
fn s3_a_conflict_names_the_appointment_and_suggests_times() {
    let clinic = saludya();
    let booked = sent(&clinic, "book", "saludya_create.json");
    let body = seed("saludya_create.json");
    let refusal = clinic.fed("book --input - --json", body).refusal("APPOINTMENT_CONFLICT", 4);
    assert_eq!(refusal.text("conflicting_appointment_id"), booked.id);
    assert_eq!(refusal.texts("suggested_times"), ["15:00", "15:30", "16:00"]);
}

#[test]
fn s2_every_bad_field_is_named_as_the_sender_names_it() {
    let clinic = saludya();
    let body = r#"{"patient_id":"pat_5x8y2z4a6b","doctor_id":"doc_3j5k7m9n1p","date":"15.03.2026","time":"2 pm",
        "duration_minutes":0,"colour":"blue","send_notification":"maybe"}"#;
    let refusal = clinic.fed("book --input - --json", body).refusal("VALIDATION_ERROR", 2);
    assert_eq!(
        refusal.fields(),
        ["colour", "date", "duration_minutes", "reason", "send_notification", "time"]
    );
    assert_eq!(refusal.status, 400);
    let missing =
        clinic.fed("book --input - --json", r#"{"patientName":"A"}"#).refusal("VALIDATION_ERROR", 2);
    for field in ["date", "doctor_id", "patient_phone", "reason"] {
        assert!(missing.details.contains_key(field), "{field}: {:?}", missing.details);
    }
}

#[test]
fn s4_outside_working_hours_it_says_the_hours() {
    let clinic = saludya();
    let early = seed("saludya_create.json").replace("14:30", "07:00");
    let refusal = clinic.fed("book --input - --json", early).refusal("OUTSIDE_AVAILABILITY", 5);
    assert_eq!(refusal.texts("working_hours"), ["09:00-17:00"]);
    assert_eq!(refusal.status, 422);
    let long = seed("saludya_create.json").replace("14:30", "16:45");
    let refusal = clinic.fed("book --input - --json", long).refusal("INVALID_TIME_SLOT", 5);
    assert!(refusal.message.contains("09:00-17:00"), "{}", refusal.message);
}

#[test]
fn s6_saludyas_change_of_date_works_on_update_and_reschedule() {
    for command in ["update", "reschedule"] {
        let clinic = saludya();
        let booked = sent(&clinic, "book", "saludya_create.json");
        let moved = sent(&clinic, &format!("{command} {}", booked.code), "saludya_reschedule.json");
        assert_eq!((moved.date.as_str(), moved.start_time.as_str()), ("2026-03-12", "10:00"));
        assert_eq!(moved.notes.as_deref(), Some("Paciente solicitó cambio de horario"));
        assert_eq!((moved.duration_minutes, moved.reschedule_count), (30, 1));
        assert_eq!(
            (moved.status.as_str(), moved.reason.as_deref()),
            ("scheduled", Some("Consulta de seguimiento"))
        );
        clinic.is_sound();
    }
}

#[test]
fn s7_s8_saludyas_completion_works_on_update_and_status() {
    for command in ["update", "status"] {
        let clinic = saludya();
        let booked = sent(&clinic, "book", "saludya_create.json");
        let done = sent(&clinic, &format!("{command} {}", booked.code), "saludya_complete.json");
        assert_eq!((done.status.as_str(), done.completed_at.as_deref()), ("completed", Some(clinic.now())));
        assert_eq!(done.diagnosis.as_deref(), Some("Hipertensión arterial controlada"));
        assert!(done.prescription.as_ref().unwrap().starts_with("Continuar con Enalapril 10mg"));
        assert_eq!((done.follow_up_required, done.follow_up_date.as_deref()), (true, Some("2026-06-10")));
        let final_state = clinic
            .fed(&format!("update {} --input - --json", booked.code), seed("saludya_reschedule.json"))
            .refusal("INVALID_STATE_TRANSITION", 5);
        assert_eq!(final_state.text("from"), "completed");
    }
}

#[test]
fn s7_saludyas_cancellation_works_on_update_status_and_cancel() {
    for command in ["update", "status", "cancel"] {
        let clinic = saludya();
        let booked = sent(&clinic, "book", "saludya_create.json");
        let cancelled = sent(&clinic, &format!("{command} {}", booked.code), "saludya_cancel.json");
        assert_eq!(cancelled.status, "cancelled", "{command}");
        let reason = cancelled.cancellation_reason.as_deref();
        assert_eq!(reason, Some("Paciente tuvo una emergencia familiar"), "{command}");
        assert_eq!(cancelled.reason.as_deref(), Some("Consulta de seguimiento"), "{command}");
        let Messages { messages, .. } = clinic.json("remind list --status pending");
        assert_eq!(messages.len(), 1, "{command}: the patient is told");
        assert_eq!(messages[0].kind, "cancellation");
    }
}

#[test]
fn b2_bioeckos_booking_works_as_it_stands() {
    let clinic = bioecko();
    let booked = sent(&clinic, "book", "bioecko_book.json");
    assert_eq!(
        (booked.starts_at.as_str(), booked.ends_at.as_str()),
        ("2026-03-15T10:00:00+05:30", "2026-03-15T10:15:00+05:30")
    );
    assert_eq!((booked.duration_minutes, booked.token_number), (15, 1));
    assert_eq!((booked.branch.code.as_str(), booked.patient.code.as_str()), ("MUM-01", "PAT-2026-00123"));
    assert_eq!(booked.visit_type.as_deref(), Some("new_consultation"));
    assert_eq!(booked.notes.as_deref(), Some("Patient reports persistent cough"));
}

#[test]
fn b3_bioeckos_move_and_cancellation_work_as_they_stand_and_the_patient_is_told() {
    let clinic = bioecko();
    let booked = sent(&clinic, "book", "bioecko_book.json");
    let moved = sent(&clinic, &format!("reschedule {}", booked.code), "bioecko_reschedule.json");
    assert_eq!(moved.starts_at, "2026-03-16T11:00:00+05:30");
    assert_eq!((moved.ends_at.as_str(), moved.reschedule_count), ("2026-03-16T11:15:00+05:30", 1));
    let Messages { messages, .. } = clinic.json("remind list --status pending");
    assert!(messages.iter().any(|message| message.kind == "reschedule"), "{messages:?}");
    let refusal = clinic.refused(&format!("cancel {}", booked.code), "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["reason"]);
    let cancelled = sent(&clinic, &format!("cancel {}", booked.code), "bioecko_cancel.json");
    assert_eq!(cancelled.cancellation_reason.as_deref(), Some("Patient requested"));
    let Messages { messages, .. } = clinic.json("remind list --status pending");
    let kinds: Vec<&str> = messages.iter().map(|message| message.kind.as_str()).collect();
    assert_eq!(kinds, ["cancellation"]);
}

#[test]
fn h3_huskyvoices_booking_works_as_it_stands() {
    let clinic = huskyvoice();
    let booked = sent(&clinic, "book", "huskyvoice_create.json");
    assert_eq!((booked.date.as_str(), booked.start_time.as_str()), ("2026-06-15", "11:30"));
    assert_eq!(booked.starts_at, "2026-06-15T11:30:00+02:00");
    assert_eq!((booked.session.as_deref(), booked.batch.as_deref()), (Some("Morning"), Some("MA")));
    assert_eq!(booked.service.as_ref().unwrap().name, "General Checkup");
    assert_eq!(
        (booked.patient.full_name.as_str(), booked.patient.phone.as_str()),
        ("Aadhi", "+919840012345")
    );
    assert_eq!((booked.assigned_doctor.as_deref(), booked.doctor.as_ref()), (None, None));
    assert_eq!((booked.status.as_str(), booked.external_reference_id.as_deref()), ("confirmed", None));
    let again = clinic.fed("book --input - --json", seed("huskyvoice_create.json"));
    let duplicate = again.refusal("DUPLICATE_BOOKING", 4);
    assert_eq!(duplicate.text("existing_appointment_id"), booked.id);
}

#[test]
fn h3_a_date_alone_is_no_instant() {
    let clinic = huskyvoice();
    let dateless = seed("huskyvoice_create.json").replace("2026-06-15T09:30:00.000Z", "2026-06-15");
    let refusal = clinic.fed("book --input - --json", dateless).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["appointment_date"]);
    let masked = seed("huskyvoice_create.json").replace("+919840012345", "+919840XXXXXX");
    let refusal = clinic.fed("book --input - --json", masked).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["parent_phone"]);
    // Together with a time, the date is taken as it is.
    let both = r#"{"appointment_type":"General Checkup","appointment_date":"2026-06-15","time":"11:30",
        "patient_name":"Aadhi","parent_phone":"+919840012345"}"#;
    let booked: Appointment = clinic.fed("book --input - --json", both).exits(0).json();
    assert_eq!(booked.starts_at, "2026-06-15T11:30:00+02:00");
}

#[test]
fn a_body_may_come_from_a_file() {
    let clinic = dashboard();
    let path = clinic.file("body.json", seed("dashboard_create.json"));
    let booked: Appointment = clinic.json(&format!("book --input {}", path.display()));
    assert_eq!(booked.start_time, "14:00");
    let List { total, .. } = clinic.list("--date 2026-06-15");
    assert_eq!(total, 1);
    let refusal = clinic.refused("book --input nowhere.json", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["input"]);
}
