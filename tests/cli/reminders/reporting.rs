//! What providers report about messages: in the outbox, in any order, and what follows a failure.

use crate::servers::http::{HttpServer, Reply};
use crate::support::Clinic;
use crate::support::listener::{Listener, NUMBER};
use crate::support::views::{Log, Message, Messages, Patient};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The APIs of Twilio and WhatsApp; messages get the ids SM1, SM2, … and wamid.1, ….
fn provider() -> HttpServer {
    let count = AtomicUsize::new(0);
    HttpServer::start(move |request| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        if request.path.ends_with("/Messages.json") {
            return Reply::json(201, &json!({ "sid": format!("SM{number}"), "status": "queued" }));
        }
        Reply::json(200, &json!({ "messages": [{ "id": format!("wamid.{number}") }] }))
    })
}

fn clinic_by(provider: &HttpServer, channels: &str) -> Clinic {
    let mut clinic = Clinic::open();
    clinic.answered_channels(&provider.url());
    clinic.set("reminder_channels", channels);
    clinic.set("reminder_offsets", "none");
    clinic
}

fn one(clinic: &Clinic) -> Message {
    let mut messages = clinic.json::<Messages>("remind list").messages;
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.remove(0)
}

fn seen(message: &Message) -> (&str, Option<&str>, Option<&str>) {
    (&message.status, message.delivery.as_deref(), message.delivery_code.as_deref())
}

/// Twilio's status callback.
fn callback(listener: &Listener, sid: &str, status: &str, code: &str) {
    let mut pairs =
        vec![("MessageSid", sid), ("MessageStatus", status), ("SmsStatus", status), ("To", "+50377654321")];
    if !code.is_empty() {
        pairs.push(("ErrorCode", code));
    }
    assert_eq!(listener.twilio(&pairs), 200);
}

fn status(listener: &Listener, id: &str, status: &str, errors: &Value) {
    let status = json!({ "id": id, "status": status, "timestamp": "1780318800", "errors": errors });
    let value = json!({ "metadata": { "phone_number_id": NUMBER }, "statuses": [status] });
    let body = json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] });
    assert_eq!(listener.whatsapp(body.to_string().as_bytes()), 200);
}

#[test]
fn a_message_shows_how_far_it_came() {
    let provider = provider();
    let mut clinic = clinic_by(&provider, "sms");
    let _ = clinic.book_juan("--date 2026-06-15 --time 09:00");
    assert_eq!(clinic.sweep().sent, 1);
    assert_eq!(seen(&one(&clinic)), ("sent", None, None));
    clinic.at("2026-06-01T08:05:00-06:00");
    let listener = Listener::start(&clinic);
    callback(&listener, "SM1", "queued", "");
    assert_eq!(seen(&one(&clinic)), ("sent", None, None));
    callback(&listener, "SM1", "delivered", "");
    let delivered = one(&clinic);
    assert_eq!(seen(&delivered), ("sent", Some("delivered"), None));
    assert_eq!(delivered.delivery_at.as_deref(), Some("2026-06-01T08:05:00-06:00"));
    // Late, repeated and foreign reports change nothing.
    for (sid, status) in [("SM1", "sent"), ("SM1", "delivered"), ("SM9", "failed"), ("SM1", "failed")] {
        callback(&listener, sid, status, "");
    }
    assert_eq!(one(&clinic), delivered);
    assert!(clinic.run("remind list").contains("delivered"));
    clinic.is_sound();
}

#[test]
fn a_message_that_cant_be_delivered_goes_by_the_next_channel_and_the_number_is_marked() {
    let provider = provider();
    let mut clinic = clinic_by(&provider, "whatsapp,sms");
    let booked = clinic.book_juan("--date 2026-06-15 --time 09:00");
    assert_eq!(clinic.sweep().sent, 1);
    let listener = Listener::start(&clinic);
    status(&listener, "wamid.1", "failed", &json!([{ "code": 131_026, "title": "Message undeliverable" }]));
    let message = one(&clinic);
    assert_eq!(seen(&message), ("pending", Some("failed"), Some("131026")));
    assert_eq!(message.error.as_deref(), Some("whatsapp: could not be delivered (error 131026)"));
    let patient = |clinic: &Clinic| clinic.json::<Patient>(&format!("patient show {}", booked.patient.code));
    assert_eq!(patient(&clinic).phone_unreachable_since.as_deref(), Some("2026-06-01T07:00:00-06:00"));
    // Again, by a provider that repeats itself: nothing more.
    status(&listener, "wamid.1", "failed", &json!([{ "code": 131_026 }]));
    let sweep = clinic.sweep();
    assert_eq!((sweep.sent, sweep.messages[0].channel.as_str()), (1, "sms"));
    assert_eq!(seen(&one(&clinic)), ("sent", None, None));
    status(&listener, "wamid.1", "delivered", &Value::Null);
    assert_eq!(seen(&one(&clinic)), ("sent", None, None), "it is another message at another provider now");
    callback(&listener, "SM2", "delivered", "");
    assert_eq!(seen(&one(&clinic)), ("sent", Some("delivered"), None));
    assert_eq!(patient(&clinic).phone_unreachable_since, None);
    let log: Log = clinic.json("audit log --limit 1000");
    let marks: Vec<_> = log.entries.iter().filter(|entry| entry.actor == "provider").collect();
    assert_eq!(marks.len(), 2, "{marks:?}");
    assert_eq!(clinic.sweep().messages, []);
    // No channel is left: it has failed, and can be retried.
    clinic.at("2026-06-01T09:00:00-06:00");
    clinic.does(&format!("cancel {} --reason Mejor", booked.code));
    assert_eq!(clinic.sweep().sent, 1);
    drop(listener);
    let listener = Listener::start(&clinic);
    status(&listener, "wamid.3", "failed", &json!([{ "code": 131_000 }]));
    assert_eq!(clinic.sweep().messages[0].channel, "sms");
    callback(&listener, "SM4", "undelivered", "30005");
    let failed: Messages = clinic.json("remind list --status failed");
    let error = "whatsapp: could not be delivered (error 131000); sms: could not be delivered (error 30005)";
    assert_eq!(failed.messages[0].error.as_deref(), Some(error));
    assert!(patient(&clinic).phone_unreachable_since.is_some());
    // Another number is another matter.
    clinic.does(&format!("patient set {} --phone +50377654322", booked.patient.code));
    assert_eq!(patient(&clinic).phone_unreachable_since, None);
    clinic.is_sound();
}

#[test]
fn a_report_that_is_faster_than_the_sweep_is_kept_for_it() {
    let provider = provider();
    let clinic = clinic_by(&provider, "sms,print");
    let _ = clinic.book_juan("--date 2026-06-15 --time 09:00");
    let listener = Listener::start(&clinic);
    callback(&listener, "SM1", "undelivered", "30006");
    callback(&listener, "SM1", "sent", "");
    callback(&listener, "SM1", "undelivered", "30006");
    assert_eq!(clinic.ran("remind due --json").exits(0).json::<Value>()["sent"], 1);
    let message = one(&clinic);
    assert_eq!(seen(&message), ("pending", Some("failed"), Some("30006")));
    assert_eq!(clinic.sweep().messages[0].channel, "print");
    assert_eq!(seen(&one(&clinic)).0, "sent");
    clinic.is_sound();
}

#[test]
fn reports_without_a_book_are_not_acknowledged() {
    let provider = provider();
    let clinic = clinic_by(&provider, "sms");
    let listener = Listener::start(&clinic);
    let Some(book) = matches!(clinic.place(), crate::support::Place::File(_)).then(|| clinic.book_path())
    else {
        return;
    };
    let aside = clinic.home().join("aside.db");
    std::fs::rename(&book, &aside).unwrap();
    let pairs = [("MessageSid", "SM1"), ("MessageStatus", "delivered")];
    assert_eq!(listener.twilio(&pairs), 503);
    assert_eq!(listener.get("/health").0, 503);
    std::fs::rename(&aside, &book).unwrap();
    assert_eq!(listener.twilio(&pairs), 200);
    assert_eq!(listener.get("/health").0, 200);
}
