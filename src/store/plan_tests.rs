//! The queries of every booking, sweep and page use an index.

use crate::domain::fixtures::date;
use crate::domain::record::{Attendee, Patient};
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::store::Store;
use crate::store::appointments::list::{Filter, Order, Place, after_sql, count_sql, page_sql};
use crate::store::appointments::of_patients::{self, Side};
use crate::store::appointments::{
    BUSY, CONFLICT, TAKEN_OF_DOCTOR, TAKEN_POOLED, duplicate_sql, next_and_last, visit,
};
use crate::store::engine::{Row, Value};
use crate::store::fixtures::{self, Folder, Shelf};
use crate::store::outbox::pending_sql;
use crate::store::record::{AFTER, columns_of};
use crate::store::{audit, deliveries, keys, outbox, patients, purge, webhooks};

/// SQLite's query plan, one step per line.
fn plan(store: &mut Store, sql: &str, params: &[Value<'_>]) -> String {
    let detail = |row: &mut Row<'_>| {
        row.skip(3);
        row.text()
    };
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    store.read(|tx| Ok(tx.query(&sql, params, detail)?)).unwrap().join("\n")
}

/// Asserts that no table is scanned and that `index` is used; returns the plan.
fn served_by(index: &str, sql: &str, params: &[Value<'_>]) -> String {
    let (_shelf, mut store) = Shelf::<Folder>::with_clinic().unwrap();
    let plan = plan(&mut store, sql, params);
    assert!(!plan.contains("SCAN"), "a table is read from end to end:\n{plan}\n\n{sql}");
    assert!(plan.contains(&format!("{index} ")), "{index} does not serve:\n{plan}\n\n{sql}");
    plan
}

fn in_order(plan: &str) {
    assert!(!plan.contains("TEMP B-TREE"), "the index does not deliver the rows in order:\n{plan}");
}

fn page(filter: &Filter, order: Order) -> (String, Vec<Value<'_>>) {
    let (rest, params) = page_sql("clinic", filter, order, 50, 0);
    (format!("{} {rest}", visit::select::<Attendee>()), params)
}

#[test]
fn a_conflict_is_found_by_the_doctors_busy_time() {
    let params = params!["ana", 0, 1800, ""];
    in_order(&served_by("appointments_busy", CONFLICT, params));
}

#[test]
fn busy_spans_are_read_by_the_doctors_busy_time() {
    let plan = served_by("appointments_busy", BUSY, params!["ana", 0, 1800, ""]);
    assert!(plan.contains("(doctor_id=? AND busy_from>? AND busy_from<?)"), "{plan}");
}

#[test]
fn capacity_is_counted_by_window_and_date_or_by_the_doctors_busy_time() {
    let pooled = params!["pool", "2026-06-15", "", ""];
    served_by("appointments_pooled", TAKEN_POOLED, pooled);
    let of_doctor = params!["days-of-ana", "2026-06-15", "", "", "ana", 0, 1800];
    served_by("appointments_busy", TAKEN_OF_DOCTOR, of_doctor);
}

#[test]
fn a_duplicate_is_found_by_phone_then_by_patient_and_date() {
    let params = params!["clinic", "+50370000001", "2026-06-15", 0, "ana", "", "rosa"];
    for (of_service, of_name) in [(false, false), (false, true), (true, false), (true, true)] {
        let sql = duplicate_sql(of_service, of_name);
        let plan = served_by("patients_phone", &sql, &params[..if of_name { 7 } else { 6 }]);
        assert!(plan.contains("appointments_patient (patient_id=? AND date=?)"), "{plan}");
    }
}

#[test]
fn the_day_sheet_comes_in_order_from_the_index_of_days() {
    let monday = Some(date("2026-06-15"));
    let filter = Filter { from: monday, to: monday, ..Filter::default() };
    let (sql, params) = page(&filter, Order::Start);
    let plan = served_by("appointments_day", &sql, &params);
    assert!(plan.contains("appointments_day (clinic_id=? AND date=?)"), "{plan}");
    in_order(&plan);
    let week = Filter { to: Some(date("2026-06-21")), ..filter };
    let (sql, params) = page(&week, Order::Start);
    in_order(&served_by("appointments_day", &sql, &params));
}

#[test]
fn a_doctors_week_comes_in_order_from_the_index_of_doctors_days() {
    let filter = Filter {
        from: Some(date("2026-06-15")),
        to: Some(date("2026-06-21")),
        doctor_id: Some("ana".into()),
        ..Filter::default()
    };
    let (sql, params) = page(&filter, Order::Start);
    let plan = served_by("appointments_doctor_day", &sql, &params);
    assert!(plan.contains("appointments_doctor_day (doctor_id=? AND date>? AND date<?)"), "{plan}");
    in_order(&plan);
    let day = Filter { to: filter.from, ..filter };
    let (sql, params) = page(&day, Order::Start);
    in_order(&served_by("appointments_doctor_day", &sql, &params));
}

#[test]
fn the_visits_of_a_status_come_in_order_from_its_index() {
    let filter = Filter { statuses: vec![Status::NoShow], ..Filter::default() };
    let (sql, params) = page(&filter, Order::Start);
    in_order(&served_by("appointments_status", &sql, &params));
    let (sql, params) = count_sql("clinic", &filter);
    served_by("appointments_status", &sql, &params);
}

#[test]
fn a_patients_visits_come_from_the_index_of_patients_and_not_from_the_whole_clinic() {
    let filter = Filter { patient_id: Some("rosa".into()), ..Filter::default() };
    let (sql, params) = page(&filter, Order::Start);
    served_by("appointments_patient", &sql, &params);
    let since_monday = Filter { from: Some(date("2026-06-15")), ..filter };
    let (sql, params) = page(&since_monday, Order::Start);
    let plan = served_by("appointments_patient", &sql, &params);
    assert!(plan.contains("appointments_patient (patient_id=? AND date>?)"), "{plan}");
}

#[test]
fn appointments_come_in_the_order_of_booking_from_its_index() {
    let all = Filter::default();
    let of_a_source = Filter { source: Some("web".into()), ..all.clone() };
    for filter in [&all, &of_a_source] {
        let (sql, params) = page(filter, Order::Created);
        in_order(&served_by("appointments_created", &sql, &params));
    }
    let monday = Some(date("2026-06-15"));
    let of_a_day = Filter { from: monday, to: monday, ..all.clone() };
    let from_a_day = Filter { from: monday, ..all };
    for (filter, bounds) in
        [(&of_a_day, "(clinic_id=? AND date=?)"), (&from_a_day, "(clinic_id=? AND date>?)")]
    {
        let (sql, params) = page(filter, Order::Created);
        let plan = served_by("appointments_day", &sql, &params);
        assert!(plan.contains(bounds), "{plan}");
    }
}

#[test]
fn what_was_booked_since_is_counted_from_there_on() {
    let since = Filter { since: Some(Instant::from_unix(0)), ..Filter::default() };
    let of_ana = Filter { doctor_id: Some("ana".into()), ..since.clone() };
    for filter in [&since, &of_ana] {
        let (sql, params) = count_sql("clinic", filter);
        let plan = served_by("appointments_created", &sql, &params);
        assert!(plan.contains("(clinic_id=? AND created_at>?)"), "{plan}");
    }
    let narrower = [
        ("appointments_patient", Filter { patient_id: Some("rosa".into()), ..since.clone() }),
        (
            "appointments_day",
            Filter { from: Some(date("2026-06-15")), to: Some(date("2026-06-21")), ..since.clone() },
        ),
        ("appointments_follow_up", Filter { follow_up_by: Some(date("2026-06-15")), ..since }),
    ];
    for (index, filter) in &narrower {
        let (sql, params) = count_sql("clinic", filter);
        served_by(index, &sql, &params);
    }
}

#[test]
fn what_is_older_than_it_has_to_be_comes_in_order_from_the_index_of_days() {
    let sql =
        format!("SELECT id FROM appointments WHERE {} ORDER BY date, starts_at, id LIMIT ?5", purge::OLD);
    let plan = served_by("appointments_day", &sql, params!["clinic", 0, "2016-06-10", "2016-06-17", 200]);
    assert!(plan.contains("(clinic_id=? AND date<?)"), "{plan}");
    in_order(&plan);
}

#[test]
fn due_messages_come_in_order_from_the_index_of_what_is_pending() {
    let plan = served_by(
        "messages_ready",
        &pending_sql(&visit::select::<Patient>()),
        params!["clinic", 0, 0, "", 0, 50],
    );
    assert!(plan.contains("messages_ready (clinic_id=? AND (ready_at,id)>(?,?) AND ready_at<?)"), "{plan}");
    assert!(!plan.contains("USE TEMP B-TREE"), "{plan}");
}

#[test]
fn who_hears_of_an_event_is_asked_of_an_index_that_holds_nobody_else() {
    served_by("webhooks_listening", webhooks::LISTENING, params!["clinic"]);
}

#[test]
fn appointments_of_a_name_are_found_by_their_patients() {
    let like = patients::Likeness {
        name: "rosa mejia".into(),
        code: "rosa mejía".into(),
        phone: None,
        digits: Some("3456".into()),
    };
    for doctor in [None, Some("ana")] {
        for side in [Side::EndAfter(Instant::from_unix(0)), Side::EndBefore(Instant::from_unix(0))] {
            let (rest, params) = of_patients::sql("clinic", (&like, doctor), side);
            let sql = format!("{} {rest}", visit::select::<Patient>());
            let (_shelf, mut store) = Shelf::<Folder>::with_clinic().unwrap();
            let plan = plan(&mut store, &sql, &params);
            assert!(!plan.contains("SCAN"), "{plan}");
            let index =
                if doctor.is_none() { "appointments_patient (patient_id=?)" } else { "appointments_" };
            assert!(plan.contains(index), "{plan}");
        }
    }
}

#[test]
fn the_next_and_the_last_appointment_are_found_by_the_patient() {
    for side in [next_and_last::Side::Next, next_and_last::Side::Last] {
        let sql = format!("{} {}", visit::select::<Attendee>(), next_and_last::sql(1, side));
        served_by("appointments_patient", &sql, params![0, "rosa"]);
    }
}

#[test]
fn a_key_is_found_by_its_hash() {
    let sql = format!("SELECT id FROM keys {}", keys::WITH_HASH);
    served_by("keys_secret", &sql, params!["hash"]);
}

#[test]
fn due_deliveries_come_in_order_and_each_looks_back_at_its_own_visit_only() {
    let plan = served_by("webhook_deliveries_due", &deliveries::due_sql(), params!["crm", 0, 0, 8, 0, 0]);
    assert!(plan.contains("webhook_deliveries_due (webhook_id=? AND due_at<?)"), "{plan}");
    assert!(
        plan.contains("webhook_deliveries_order (webhook_id=? AND appointment_id=? AND sequence<?)"),
        "{plan}"
    );
    in_order(&plan);
}

#[test]
fn the_log_of_deliveries_comes_in_order_and_stops_at_its_limit() {
    in_order(&served_by("webhook_deliveries_log", &deliveries::newest_sql(""), params!["clinic", 50]));
}

#[test]
fn a_visit_is_found_by_its_code_and_by_its_id() {
    for (word, index) in [
        ("K7M3PQ", "appointments_code"),
        ("01977777-7777-7777-8777-777777777777", "sqlite_autoindex_appointments_1"),
    ] {
        let (condition, word) = visit::find_condition(word);
        let sql = format!("{} WHERE {condition}", visit::select::<Patient>());
        served_by(index, &sql, params!["clinic", word]);
    }
}

#[test]
fn codes_are_found_by_their_beginning_and_their_neighbours_by_the_index() {
    let question = format!("{} {}", visit::select::<Patient>(), visit::beginning_with_sql(false));
    in_order(&served_by("appointments_code", &question, params!["clinic", "K7", "K7~"]));
    served_by("appointments_code", &visit::neighbours_sql(2), params!["clinic", "K7QF3M", "A4C6DE"]);
}

/// The index must start at the last row exported, and no page may need a sort.
#[test]
fn an_export_goes_on_behind_its_last_appointment() {
    let visit = fixtures::visit("a", "14:00", "14:30");
    let place = Place::of(&visit);
    let all = Filter::default();
    let of_ana = Filter { doctor_id: Some("ana".into()), ..Filter::default() };
    for (filter, index, bounds) in [
        (&all, "appointments_day", "(clinic_id=? AND (date,starts_at,id)>(?,?,?))"),
        (&of_ana, "appointments_doctor_day", "(doctor_id=? AND (date,starts_at,id)>(?,?,?))"),
    ] {
        let (rest, params) = after_sql("clinic", filter, Some(&place), 500);
        let plan = served_by(index, &format!("{} {rest}", visit::select::<Patient>()), &params);
        assert!(plan.contains(&format!("{index} {bounds}")), "{plan}");
        in_order(&plan);
    }
}

#[test]
fn an_export_of_a_doctors_patients_asks_each_patient_for_their_own_visits() {
    let of_ana = Filter { doctor_id: Some("ana".into()), ..Filter::default() };
    let of_june =
        Filter { from: Some(date("2026-06-01")), to: Some(date("2026-06-30")), ..Filter::default() };
    for filter in [None, Some(&of_ana), Some(&of_june)] {
        let (rest, params) = patients::after_sql("clinic", filter, "rosa", 500);
        let sql = format!("SELECT {} FROM patients {rest}", columns_of::<Patient>("patients"));
        let plan = served_by("sqlite_autoindex_patients_1", &sql, &params);
        assert!(plan.contains("sqlite_autoindex_patients_1 (id>?)"), "{plan}");
        if filter.is_some() {
            assert!(plan.contains("appointments_patient (patient_id=?"), "{plan}");
        }
        in_order(&plan);
    }
}

#[test]
fn other_exports_go_on_behind_their_last_row_too() {
    let log = deliveries::after_sql(true);
    let plan = served_by("webhook_deliveries_log", &log, params!["clinic", 500, 0, 1, "a1"]);
    assert!(plan.contains("(clinic_id=? AND (created_at,sequence,id)>(?,?,?))"), "{plan}");
    in_order(&plan);
    let params = params!["clinic", "m", 500, "ana"];
    for (of_a_doctor, params) in [(true, &params[..]), (false, &params[..3])] {
        in_order(&served_by(
            "sqlite_autoindex_messages_1",
            &outbox::after_sql(&visit::select::<Patient>(), of_a_doctor),
            params,
        ));
    }
    for table in ["series", "waitlist"] {
        let (index, sql) = (format!("sqlite_autoindex_{table}_1"), format!("SELECT * FROM {table} {AFTER}"));
        in_order(&served_by(&index, &sql, params!["clinic", "a", 500]));
    }
    let entries = format!("{} {}", "SELECT seq FROM audit_log", audit::OF_CLINIC);
    in_order(&served_by("PRIMARY KEY", &entries, params!["clinic", 0, "clinic", 500]));
}
