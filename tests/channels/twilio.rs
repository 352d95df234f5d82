//! `twilio`: requests to the Messages API, and the meaning of its responses.

use crate::servers::http::{HttpServer, Reply};
use crate::support::{SECRET, letter, open, short, why};
use crate::whatsapp::rudeness;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use turno::delivery::channel::{Channel, Outcome};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SK0123456789abcdef0123456789abcdef";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";

fn channel(url: &str, more: &str) -> Box<dyn Channel> {
    open(&format!(
        "[channels.it]\nkind = \"twilio\"\nbase_url = {url:?}\naccount_sid = {ACCOUNT:?}\ntoken_env = \"TEST_TOKEN\"\ntimeout = 2\n{more}"
    ))
}

const FROM: &str = "from = \"+15005550006\"";

fn message(status: &str, code: Value) -> Value {
    json!({ "sid": "SM1", "status": status, "error_code": code, "error_message": "why not", "to": "+503" })
}

#[test]
fn the_api_gets_the_text_as_a_form() {
    let server = HttpServer::start(|_| Reply::json(201, &message("queued", Value::Null)));
    let service = format!("messaging_service_sid = {SERVICE:?}\nkey_sid = {KEY:?}");
    for (more, user, sender) in
        [(FROM, ACCOUNT, ("From", "+15005550006")), (service.as_str(), KEY, ("MessagingServiceSid", SERVICE))]
    {
        assert_eq!(channel(&server.url(), more).send(&letter()), Outcome::SentAs { id: "SM1".into() });
        let request = server.requests().pop().unwrap();
        assert_eq!(request.method, "POST");
        assert_eq!(request.path, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        let basic = format!("Basic {}", STANDARD.encode(format!("{user}:{SECRET}")));
        assert_eq!(request.header("authorization"), Some(basic.as_str()));
        let form: BTreeMap<_, _> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let text = letter().text;
        let expected = [("To", "+50370123456"), sender, ("Body", text.as_str())];
        let expected: BTreeMap<_, _> =
            expected.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        assert_eq!(form, expected);
    }
}

#[test]
fn where_reports_are_taken_the_api_is_told_where_to() {
    let server = HttpServer::start(|_| Reply::json(201, &message("queued", Value::Null)));
    let url = "public_url = \"https://citas.example/channels/sms\"";
    for (more, told) in [
        (format!("{FROM}\n{url}\nreplies = true"), Some("https://citas.example/channels/sms")),
        (format!("{FROM}\n{url}"), None),
        (FROM.to_owned(), None),
    ] {
        let _ = channel(&server.url(), &more).send(&letter());
        let request = server.requests().pop().unwrap();
        let form: BTreeMap<_, _> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        assert_eq!(form.get("StatusCallback").map(String::as_str), told, "{more}");
    }
}

#[test]
fn errors_are_sorted_by_what_helps() {
    let table = [
        (400, 21_610, "opted out"),
        (400, 21_211, "never"),
        (400, 21_408, "never"),
        (400, 21_612, "never"),
        (400, 21_614, "never"),
        (400, 21_617, "never"),
        (400, 29_999, "never"),
        (500, 29_999, "later"),
        (500, 20_500, "later"),
        (503, 20_503, "later 9 s"),
        (429, 20_429, "held up 9 s"),
        (429, 29_999, "held up 9 s"),
        (401, 20_003, "held up"),
        (404, 20_404, "held up"),
        (400, 21_606, "held up"),
    ];
    for (status, code, expected) in table {
        let server = HttpServer::start(move |request| {
            let token = request.header("authorization").unwrap_or_default().to_owned();
            let body = json!({
                "code": code, "message": format!("no {SECRET} {token}"), "status": status,
                "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            });
            let reply = Reply::json(status, &body);
            if expected.ends_with('s') { reply.header("Retry-After", "9") } else { reply }
        });
        let outcome = channel(&server.url(), FROM).send(&letter());
        assert_eq!(short(&outcome), expected, "{status} {code}: {outcome:?}");
        assert_eq!(why(&outcome), format!("Twilio error {code}: no … Basic …"));
    }
}

#[test]
fn a_message_that_was_made_and_has_failed_is_not_sent() {
    for (body, expected, said) in [
        (message("failed", json!(30_003)), "later", "Twilio error 30003: why not"),
        (message("undelivered", json!("30006")), "never", "Twilio error 30006: why not"),
        (message("failed", json!(21_610)), "opted out", "Twilio error 21610: why not"),
        (message("failed", json!(12_345)), "never", "Twilio error 12345: why not"),
        (message("failed", Value::Null), "never", "Twilio gave the message up at once"),
        (message("accepted", Value::Null), "sent", ""),
    ] {
        let shown = body.to_string();
        let server = HttpServer::start(move |_| Reply::json(201, &body));
        let outcome = channel(&server.url(), FROM).send(&letter());
        assert_eq!((short(&outcome).as_str(), why(&outcome).as_str()), (expected, said), "{shown}");
    }
}

#[test]
fn an_answer_in_no_form_of_theirs_is_no_success() {
    for (reply, expected) in rudeness() {
        let said = reply.clone();
        let server = HttpServer::start(move |_| said.clone());
        let outcome = channel(&server.url(), FROM).send(&letter());
        let reply = format!("{reply:.60?}");
        assert_eq!(short(&outcome), expected, "{reply}: {outcome:?}");
        assert_ne!(why(&outcome), "", "{reply}");
    }
}
