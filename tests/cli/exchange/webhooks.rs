//! Webhook endpoints, and the events recorded for them.

use crate::servers::http::{HttpServer, Reply, Request};
use crate::support::Clinic;
use crate::support::views::{Appointment, Deliveries, Report, Webhook, Webhooks};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A server that accepts everything.
pub fn taking() -> HttpServer {
    HttpServer::start(|_| Reply::status(204))
}

/// Adds an endpoint at `server` and returns its secret.
pub fn hook(clinic: &Clinic, server: &HttpServer, options: &str) -> String {
    let line = format!("webhook add --url {}/hook --allow-private {options}", server.url());
    let added: Webhook = clinic.json(&line);
    added.secret.expect("the secret is told")
}

/// Delivers the due events; all must arrive.
pub fn deliver(clinic: &Clinic) -> Report {
    let report: Report = clinic.json("webhook deliver");
    assert_eq!(report.delivered, report.deliveries.len());
    report
}

pub fn log(clinic: &Clinic, options: &str) -> Deliveries {
    clinic.json(&format!("webhook log --limit 1000 {options}"))
}

/// The expected signature of a request.
pub fn signature(secret: &str, request: &Request) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(key.len(), 32);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    for header in ["webhook-id", "webhook-timestamp"] {
        mac.update(request.header(header).unwrap().as_bytes());
        mac.update(b".");
    }
    mac.update(&request.body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The types of the received events, in order.
fn types(requests: &[Request]) -> Vec<String> {
    requests.iter().map(|request| request.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_endpoint_is_added_changed_and_retired_like_any_record() {
    let clinic = Clinic::open();
    let added: Webhook =
        clinic.json("webhook add --url https://example.org/hook --event booked --event appointment.no_show");
    assert_eq!(added.code, "HOOK-001");
    assert_eq!(added.events, ["appointment.booked", "appointment.no_show"]);
    assert_eq!((added.thin, added.allow_private, added.active), (false, false, true));
    let secret = added.secret.clone().unwrap();
    assert!(secret.starts_with("whsec_"));
    let shown: Webhook = clinic.json("webhook show hook-001");
    assert_eq!(shown, Webhook { secret: None, ..added.clone() });
    let changed: Webhook = clinic.json(
        "webhook set HOOK-001 --url http://10.0.0.7:8080/in --allow-private --thin --event all --code CRM",
    );
    assert_eq!((changed.url.as_str(), changed.code.as_str()), ("http://10.0.0.7:8080/in", "CRM"));
    assert_eq!((changed.thin, changed.allow_private, changed.events), (true, true, vec!["all".to_owned()]));
    let changed: Webhook = clinic.json("webhook set CRM --full");
    assert!(!changed.thin && changed.allow_private);
    let off: Webhook = clinic.json("webhook set CRM --disable");
    assert_eq!(off.disabled_reason.as_deref(), Some("it was switched off"));
    assert_eq!(off.disabled_at.as_deref(), Some(clinic.now()));
    let on: Webhook = clinic.json("webhook set CRM --enable");
    assert_eq!((on.disabled_at, on.disabled_reason), (None, None));
    let retired: Webhook = clinic.json("webhook remove CRM");
    assert!(!retired.active);
    let Webhooks { webhooks, total } = clinic.json("webhook list");
    assert_eq!((webhooks.len(), total), (0, 0));
    let Webhooks { total, .. } = clinic.json("webhook list --all");
    assert_eq!(total, 1);
    let log = clinic.run(&format!("audit log --record {} --json", added.id));
    for action in ["webhook.added", "webhook.updated", "webhook.retired"] {
        assert!(log.contains(action), "{action}: {log}");
    }
    assert!(log.contains("(sealed)") && !log.contains(&secret) && !log.contains("whsec_"), "{log}");
    let bare = secret.trim_start_matches("whsec_");
    assert!(!clinic.place().content().contains(bare), "the secret stands in the book in clear");
    clinic.is_sound();
}

#[test]
fn all_that_is_wrong_with_an_endpoint_is_said_at_once_and_when_it_is_set() {
    let clinic = Clinic::open();
    clinic.does("webhook add --url http://localhost:9/ --allow-private --code LOCAL");
    let before = clinic.content();
    for (line, fields) in [
        ("webhook add", &["url"][..]),
        ("webhook add --url example.org --event deleted --code 'a b'", &["code", "event", "url"]),
        ("webhook add --url http://example.org/hook", &["url"]),
        ("webhook add --url https://user:s3cret@example.org/", &["url"]),
        ("webhook add --url https://127.0.0.1/hook", &["url"]),
        ("webhook add --url https://[::ffff:10.0.0.1]/hook", &["url"]),
        ("webhook add --url ftp://example.org --event booked,deleted,moved", &["event", "url"]),
        ("webhook add --url https://example.org --code LOCAL", &["code"]),
        ("webhook set LOCAL --no-allow-private", &["url"]),
        ("webhook set LOCAL --event nothing", &["event"]),
        ("webhook rotate LOCAL --overlap 31d", &["overlap"]),
        ("webhook rotate LOCAL --overlap soon", &["overlap"]),
        ("webhook log --status lost", &["status"]),
        ("webhook replay", &["delivery"]),
    ] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), fields, "{line}");
        assert!(!format!("{refusal:?}").contains("s3cret"), "{line}: {refusal:?}");
        assert_eq!(clinic.content(), before, "{line}");
    }
    for line in [
        "webhook show NOBODY",
        "webhook set NOBODY --thin",
        "webhook test NOBODY",
        "webhook log --webhook NOBODY",
        "webhook log --appointment NOBODY",
        "webhook replay 01977777-7777-7777-8777-777777777777",
    ] {
        let _ = clinic.refused(line, "RESOURCE_NOT_FOUND", 3);
    }
}

#[test]
fn b5_each_step_tells_its_event_with_the_whole_appointment() {
    let mut clinic = Clinic::open();
    let server = taking();
    let secret = hook(&clinic, &server, "");
    let mut states: Vec<(&str, Appointment)> = Vec::new();
    let booked = clinic.book_juan(
        "--date 2026-06-15 --time 14:00 --status scheduled --national-id 12345678-9 --reason 'Revisión anual'",
    );
    let code = booked.code.clone();
    states.push(("booked", Appointment { idempotent: None, ..booked.clone() }));
    let mut step = |clinic: &Clinic, event: &'static str, line: &str| {
        clinic.does(line);
        states.push((event, clinic.show(&booked)));
    };
    step(&clinic, "confirmed", &format!("status {code} confirmed"));
    step(&clinic, "rescheduled", &format!("reschedule {code} --date 2026-06-16 --time 10:00"));
    clinic.at("2026-06-16T10:05:00-06:00");
    step(&clinic, "no_show", &format!("status {code} no_show"));
    step(&clinic, "checked_in", &format!("status {code} checked_in"));
    step(&clinic, "started", &format!("status {code} in_progress"));
    step(&clinic, "completed", &format!("status {code} completed --diagnosis Sana"));
    let report = deliver(&clinic);
    assert_eq!(report.delivered, 7);
    let requests = server.requests();
    for (position, (request, (event, state))) in requests.iter().zip(&states).enumerate() {
        let told: Value = request.json();
        let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["type", "timestamp", "sequence", "data"]);
        assert_eq!(told["type"], format!("appointment.{event}"));
        assert_eq!(told["sequence"], position + 1);
        assert_eq!(told["timestamp"], state.updated_at.as_str());
        assert_eq!(serde_json::from_value::<Appointment>(told["data"].clone()).unwrap(), *state, "{event}");
        assert!(!request.text().contains("12345678"), "no national ID leaves the house");
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hook"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("user-agent"), Some(concat!("turno/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(request.header("webhook-signature"), Some(signature(&secret, request).as_str()));
    }
    let mut ids: Vec<_> = requests.iter().map(|request| request.header("webhook-id").unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    let other = clinic.book_juan("--date 2026-06-17 --time 14:00");
    clinic.does(&format!("cancel {} --reason 'Ya está bien'", other.code));
    deliver(&clinic);
    assert_eq!(types(&server.requests()[7..]), ["appointment.booked", "appointment.cancelled"]);
    assert_eq!(server.requests()[8].json()["data"]["cancellation_reason"], "Ya está bien");
    clinic.is_sound();
}

#[test]
fn a_filter_takes_some_events_and_a_thin_endpoint_gets_ids_only() {
    let clinic = Clinic::open();
    let (full, thin) = (taking(), taking());
    hook(&clinic, &full, "--event cancelled");
    hook(&clinic, &thin, "--thin");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --reason Fiebre");
    clinic.does(&format!("cancel {} --reason x", booked.code));
    let report = deliver(&clinic);
    assert_eq!(report.delivered, 3);
    assert_eq!(types(&full.requests()), ["appointment.cancelled"]);
    assert_eq!(types(&thin.requests()), ["appointment.booked", "appointment.cancelled"]);
    let data = thin.requests()[0].json()["data"].clone();
    let keys: Vec<&String> = data.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "clinic_id", "branch_id", "doctor_id", "patient_id", "service_id"]);
    assert_eq!(data["id"], booked.id.as_str());
    let cancelled =
        [&full.requests()[0], &thin.requests()[1]].map(|r| r.header("webhook-id").map(str::to_owned));
    assert_eq!(cancelled[0], cancelled[1], "one event has one id, wherever it goes");
}

#[test]
fn what_does_not_happen_is_not_told() {
    let clinic = Clinic::open();
    let server = taking();
    hook(&clinic, &server, "");
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.does("--clinic otra doctor add --name 'Dra. Ruiz' --code RUIZ");
    clinic.does("--clinic otra window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00");
    clinic
        .does("--clinic otra book --doctor RUIZ --date 2026-06-15 --time 14:00 --name Ana --phone 7000-0001");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --external-ref R1");
    let taken = "--doctor GARCIA --date 2026-06-15 --time 14:00 --name Ana --phone +50377000001";
    let _ = clinic.not_booked(taken, "APPOINTMENT_CONFLICT", 4);
    let again = clinic.book_juan("--date 2026-06-15 --time 14:00 --external-ref R1");
    assert_eq!(again.idempotent, Some(true));
    let _ = clinic.book_juan("--date 2026-06-16 --time 14:00 --dry-run");
    clinic.does(&format!("status {} confirmed", booked.code));
    clinic.does(&format!("cancel {} --reason x --dry-run", booked.code));
    clinic.does(&format!("reschedule {} --date 2026-06-15 --time 14:00", booked.code));
    clinic.does(&format!("update {} --notes x", booked.code));
    let Deliveries { deliveries, .. } = log(&clinic, "");
    let kinds: Vec<&str> = deliveries.iter().map(|delivery| delivery.r#type.as_str()).collect();
    assert_eq!(kinds, ["appointment.booked"]);
    let Deliveries { total, .. } = clinic.json("--clinic otra webhook log");
    assert_eq!(total, 0);
    let _ = clinic.refused("--clinic otra webhook show HOOK-001", "RESOURCE_NOT_FOUND", 3);
    let id = &deliveries[0].delivery_id;
    let _ = clinic.refused(&format!("--clinic otra webhook replay {id}"), "RESOURCE_NOT_FOUND", 3);
    let rows = clinic.place().ask("SELECT count(*) FROM webhook_events");
    assert_eq!(rows, ["1"], "a clinic without endpoints writes no events");
}

#[test]
fn many_from_one_stream_are_told_one_by_one() {
    let clinic = Clinic::open();
    let server = taking();
    hook(&clinic, &server, "");
    let line = |time: &str, phone: u32| {
        format!(
            r#"{{"doctor_id":"GARCIA","date":"2026-06-15","time":"{time}","patient_name":"P {phone}","patient_phone":"+5037700{phone:04}"}}"#
        )
    };
    let lines = [line("09:00", 1), line("09:00", 2), line("10:00", 3)].join("\n");
    let _ = clinic.fed("book --input - --json", lines).exits(4);
    assert_eq!(deliver(&clinic).delivered, 2);
}

#[test]
fn during_a_rotation_both_secrets_sign_until_the_old_one_ends() {
    let mut clinic = Clinic::open();
    let server = taking();
    let old = hook(&clinic, &server, "");
    let rotated: Webhook = clinic.json("webhook rotate HOOK-001");
    let new = rotated.secret.unwrap();
    assert_ne!(new, old);
    assert_eq!(rotated.old_secret_until.as_deref(), Some("2026-06-02T08:00:00-06:00"));
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    deliver(&clinic);
    let first = &server.requests()[0];
    let both = format!("{} {}", signature(&new, first), signature(&old, first));
    assert_eq!(first.header("webhook-signature"), Some(both.as_str()));
    clinic.at("2026-06-02T08:00:00-06:00");
    let id = log(&clinic, "").deliveries[0].delivery_id.clone();
    clinic.does(&format!("webhook replay {id}"));
    deliver(&clinic);
    let second = &server.requests()[1];
    assert_eq!(second.header("webhook-signature"), Some(signature(&new, second).as_str()));
    let leaked: Webhook = clinic.json("webhook rotate HOOK-001 --overlap 0");
    assert_eq!(leaked.old_secret_until, None);
    clinic.does(&format!("webhook replay {id}"));
    deliver(&clinic);
    let third = &server.requests()[2];
    assert_eq!(third.header("webhook-signature"), Some(signature(&leaked.secret.unwrap(), third).as_str()));
    let audit = clinic.run("audit log --json");
    assert!(audit.contains("webhook.rotated") && !audit.contains("whsec_"), "{audit}");
}

#[test]
fn a_test_event_goes_out_at_once_and_leaves_no_delivery() {
    let clinic = Clinic::open();
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/hook" => Reply::status(200).body("welcome\r\n\x1b[31m"),
        _ => Reply::status(500),
    });
    let secret = hook(&clinic, &server, "");
    let trial: Value = clinic.json("webhook test HOOK-001");
    assert_eq!((trial["delivered"].as_bool(), trial["http_status"].as_u64()), (Some(true), Some(200)));
    assert_eq!(trial["answer"], "welcome [31m");
    let requests = server.requests();
    assert_eq!(types(&requests), ["webhook.test"]);
    assert_eq!(requests[0].header("webhook-id"), trial["event_id"].as_str());
    assert_eq!(requests[0].header("webhook-signature"), Some(signature(&secret, &requests[0]).as_str()));
    clinic.does(&format!("webhook set HOOK-001 --url {}/other", server.url()));
    let ran = clinic.ran("webhook test HOOK-001 --json").exits(8);
    assert_eq!(ran.json::<Value>()["error"], "the endpoint answered 500");
    assert_eq!(log(&clinic, "").total, 0);
}
