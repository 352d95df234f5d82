use super::*;

#[test]
fn every_code_has_the_exit_status_of_the_manual() {
    let table = [
        (2, &["VALIDATION_ERROR", "PAST_APPOINTMENT", "AMBIGUOUS"][..]),
        (6, &["UNAUTHORIZED", "FORBIDDEN", "INSUFFICIENT_SCOPE"]),
        (3, &["RESOURCE_NOT_FOUND"]),
        (
            4,
            &[
                "APPOINTMENT_CONFLICT",
                "SLOT_FULL",
                "SLOT_INACTIVE",
                "DUPLICATE_BOOKING",
                "IDEMPOTENCY_MISMATCH",
            ],
        ),
        (
            5,
            &[
                "INVALID_APPOINTMENT_TYPE",
                "OUTSIDE_AVAILABILITY",
                "INVALID_TIME_SLOT",
                "INVALID_STATE_TRANSITION",
                "CANCELLATION_RESTRICTED",
                "RESCHEDULE_RESTRICTED",
                "TOO_SOON",
                "TOO_FAR",
            ],
        ),
        (7, &["STORE_BUSY", "STORE_UNAVAILABLE"]),
        (1, &["STORE_CORRUPT", "INTERNAL"]),
    ];
    for code in Code::ALL {
        let row = table.iter().find(|(_, names)| names.contains(&code.as_str()));
        assert_eq!(row.map(|(exit, _)| *exit), Some(code.exit()), "{}", code.as_str());
    }
}

#[test]
fn all_bad_fields_come_in_one_answer() {
    let mut problems = Problems::default();
    problems.add("date", "no such day");
    problems.add("phone", "no digits");
    problems.add("date", "second finding about the same field");
    let refusal = problems.check().unwrap_err();
    assert_eq!(refusal.code, Code::ValidationError);
    assert_eq!(refusal.details["date"], Detail::Text("no such day".into()));
    assert_eq!(refusal.details.len(), 2);
}
