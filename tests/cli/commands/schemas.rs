//! `turno schema`, and that its schemas tell what is written, no more and no less. That every answer
//! that any test sees is as its schema tells is seen to in `support/schemas.rs`.

use crate::servers::http::Request;
use crate::support::Clinic;
use crate::support::schemas::{fits, hold};
use crate::webhooks::{deliver, hook, taking};
use serde_json::{Map, Value, json};

fn names(clinic: &Clinic) -> Vec<String> {
    let listed: Value = clinic.json("schema");
    let rows = listed["schemas"].as_array().expect("a list");
    assert_eq!(listed["total"], rows.len());
    rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn every_schema_is_one_stands_alone_and_needs_no_book() {
    let clinic = Clinic::empty();
    let names = names(&clinic);
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        let document: Value = clinic.json(&format!("schema {name}"));
        assert!(jsonschema::meta::is_valid(&document), "{document:#}");
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(document["$id"], format!("urn:turno:schema:{name}"));
        // Whatever it refers to is in it, or is the dialect itself.
        jsonschema::validator_for(&document).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
    assert!(!clinic.place().is_taken(), "a schema opens no book");
}

#[test]
fn people_see_who_answers_so_and_a_schema_over_many_lines() {
    let clinic = Clinic::empty();
    let table = clinic.run("schema");
    let line = |name: &str| {
        let begins = |line: &&str| line.split_whitespace().next() == Some(name);
        table.lines().find(begins).unwrap_or_else(|| panic!("no {name} in\n{table}")).to_owned()
    };
    assert!(line("slots").contains("Free slots") && line("slots").trim_end().ends_with("slots"));
    assert!(line("series-booked").contains("book --every"), "{table}");
    let shown = clinic.run("schema slots");
    assert!(shown.lines().count() > 20, "{shown}");
    let same: Value = clinic.json("schema slots");
    assert_eq!(serde_json::from_str::<Value>(&shown).expect("JSON"), same);
}

#[test]
fn a_schema_that_there_is_not_is_refused_with_a_likely_one() {
    let refused = Clinic::empty().refused("schema appointmnt", "VALIDATION_ERROR", 2);
    assert_eq!(refused.texts("did_you_mean"), ["appointment"]);
}

/// What holds for an object of an answer: without one of its keys, or with one more, it is another.
fn is_told_whole(schema: &'static str, answer: &Value, keys: &[&str]) {
    hold(schema, answer);
    let whole = answer.as_object().expect("an object");
    let told: Vec<&str> = whole.keys().map(String::as_str).collect();
    assert_eq!(told, keys, "{schema}");
    for key in whole.keys() {
        let mut less: Map<String, Value> = whole.clone();
        less.remove(key);
        assert!(!fits(schema, &less.into()), "{schema} does without {key}");
    }
    let mut more = whole.clone();
    more.insert("more".into(), Value::Null);
    assert!(!fits(schema, &more.into()), "{schema} takes any key");
}

#[test]
fn a_key_more_or_less_or_another_word_is_noticed() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date tomorrow --time 10:00");
    let shown: Value = clinic.json(&format!("show {}", booked.code));
    let keys: Vec<&str> = shown.as_object().expect("an object").keys().map(String::as_str).collect();
    is_told_whole("appointment", &shown, &keys);
    for (path, wrong) in [
        ("/status", json!("booked")),
        ("/date", json!("15/6/2026")),
        ("/start_time", json!("9:00")),
        ("/starts_at", json!("2026-06-02 10:00")),
        ("/id", json!("42")),
        ("/doctor_id", json!(7)),
        ("/token_number", json!("1")),
        ("/duration_minutes", json!(-30)),
        ("/patient", Value::Null),
        ("/patient/phone", Value::Null),
        ("/doctor/more", json!(1)),
    ] {
        let mut other = shown.clone();
        let (parent, key) = path.rsplit_once('/').expect("a path");
        other.pointer_mut(parent).expect("an object")[key] = wrong;
        assert!(!fits("appointment", &other), "{path}");
    }
    for (line, schema, keys) in [
        ("slots --doctor GARCIA --first 2", "slots", &["slots", "total"][..]),
        ("list", "appointments", &["appointments", "total", "page", "limit", "has_more"]),
        ("queue", "queue", &["date", "as_of", "queue", "inbox"]),
        ("remind due", "sweep", &["as_of", "messages", "due", "sent", "failed", "skipped"]),
        ("audit verify", "verified", &["ok", "findings", "entries"]),
    ] {
        is_told_whole(schema, &clinic.json(line), keys);
    }
    let ran = clinic.ran("show NONE --json").exits(3);
    let refused: Value = serde_json::from_str(&ran.stderr()).expect("a line of JSON");
    is_told_whole("error", &refused, &["error"]);
    let mut other = refused;
    other["error"]["code"] = json!("NOT_FOUND");
    assert!(!fits("error", &other), "a code that there is not");
}

#[test]
fn each_line_of_many_bookings_is_as_it_is_told() {
    let clinic = Clinic::open();
    let input = r#"{"doctor_id":"GARCIA","date":"2026-06-15","time":"10:00","patient_name":"Ana","patient_phone":"+50377000001"}
        {"doctor_id":"GARCIA","date":"2026-06-15","time":"10:00","patient_name":"Eva","patient_phone":"+50377000002"}"#;
    let answered = clinic.fed("book --input - --json", input).exits(4).stdout();
    let lines: Vec<Value> = answered.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [booked, refused] = lines.as_slice() else { panic!("{answered}") };
    hold("booked", booked);
    assert!(!fits("error", booked) && fits("bookings", booked));
    assert!(fits("error", refused) && !fits("booked", refused) && fits("bookings", refused));
}

#[test]
fn what_endpoints_are_sent_is_as_it_is_told() {
    let clinic = Clinic::open();
    let (whole, thin) = (taking(), taking());
    hook(&clinic, &whole, "--code WHOLE");
    hook(&clinic, &thin, "--thin");
    let _ = clinic.book_juan("--date tomorrow --time 10:00");
    deliver(&clinic);
    clinic.does("webhook test WHOLE");
    let bodies: Vec<Value> = whole.requests().iter().map(Request::json).collect();
    let [booked, test] = bodies.as_slice() else { panic!("{bodies:?}") };
    is_told_whole("webhook-event", booked, &["type", "timestamp", "sequence", "data"]);
    is_told_whole("webhook-event", &thin.requests()[0].json(), &["type", "timestamp", "sequence", "data"]);
    is_told_whole("webhook-test", test, &["type", "timestamp", "sequence", "data"]);
    assert!(!fits("webhook-event", test));
}
