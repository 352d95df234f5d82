//! `whatsapp`: requests to the Cloud API, and the meaning of its responses.

use crate::servers::http::{HttpServer, Reply};
use crate::servers::smtp::{Encryption, Identity, Setup, SmtpServer};
use crate::support::{SECRET, letter, open, short, why};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use turno::delivery::channel::{Channel, Letter, Outcome};
use turno::domain::reminder::Kind;

/// A channel to the API at `url`.
fn channel(url: &str, more: &str) -> Box<dyn Channel> {
    open(&format!(
        "[channels.it]\nkind = \"whatsapp\"\nbase_url = {url:?}\nphone_number_id = \"1055\"\ntoken_env = \"TEST_TOKEN\"\ntimeout = 2\n{more}\n\
         [channels.it.templates]\nreminder = {{ name = \"cita\", parameters = [\"patient\", \"day\", \"doctor\", \"branch\"] }}\n\
         cancellation = {{ name = \"cancelada\" }}"
    ))
}

fn accepted() -> Value {
    json!({ "messaging_product": "whatsapp", "contacts": [], "messages": [{ "id": "wamid.x" }] })
}

#[test]
fn the_api_gets_a_template_filled_from_the_appointment() {
    let server = HttpServer::start(|_| Reply::json(200, &accepted()));
    let channel = channel(&server.url(), "version = \"v24.0\"\nlanguages = { es = \"es_MX\" }");
    let mut letter = letter();
    letter.words[1].1 = "miércoles\n17    de junio".into();
    let sent = Outcome::SentAs { id: "wamid.x".into() };
    assert_eq!(channel.send(&letter), sent);
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v24.0/1055/messages"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "50370123456",
        "type": "template",
        "template": {
            "name": "cita",
            "language": { "code": "es_MX" },
            "components": [{ "type": "body", "parameters": [
                { "type": "text", "text": "Ana Mejía" },
                { "type": "text", "text": "miércoles 17 de junio" },
                // An empty or missing value becomes a dash.
                { "type": "text", "text": "-" },
                { "type": "text", "text": "-" },
            ] }],
        },
        "biz_opaque_callback_data": "019ecbcd-c240-73e3-9949-22c627161344",
    });
    assert_eq!(request.json(), expected);

    // A template without parameters, and a language without a setting.
    let other = Letter { kind: Kind::Cancellation, language: "en".into(), ..letter };
    assert_eq!(channel.send(&other), sent);
    let template = &server.requests()[1].json()["template"];
    assert_eq!(*template, json!({ "name": "cancelada", "language": { "code": "en" } }));
}

#[test]
fn what_has_no_template_is_not_sent() {
    let server = HttpServer::start(|_| Reply::json(200, &accepted()));
    let channel = channel(&server.url(), "");
    let outcome = channel.send(&Letter { kind: Kind::Reschedule, ..letter() });
    let said = (short(&outcome), why(&outcome));
    assert_eq!(said, ("never".into(), "no template for a reschedule is set".into()));
    assert!(server.requests().is_empty());
}

#[test]
fn graph_errors_are_sorted_by_what_helps() {
    let table = [
        (400, 131_050, "opted out"),
        (400, 131_026, "never"),
        (400, 131_021, "never"),
        (400, 131_047, "never"),
        (400, 131_051, "never"),
        (400, 132_000, "never"),
        (400, 100, "never"),
        (404, 132_001, "later"),
        (429, 131_056, "later"),
        (500, 131_000, "later"),
        (500, 131_016, "later"),
        (500, 2, "later"),
        (400, 1, "later"),
        (429, 130_429, "held up"),
        (429, 80_007, "held up"),
        (400, 4, "held up"),
        (429, 131_048, "held up"),
        (400, 133_016, "held up"),
        (401, 0, "held up"),
        (401, 190, "held up"),
        (403, 10, "held up"),
        (403, 200, "held up"),
        (403, 299, "held up"),
        (403, 131_005, "held up"),
        (403, 131_031, "held up"),
        (403, 368, "held up"),
        // Unknown codes: the HTTP status decides.
        (400, 999_999, "never"),
        (500, 999_999, "later"),
        (403, 999_999, "held up"),
    ];
    for (status, code, expected) in table {
        let server = HttpServer::start(move |request| {
            // The response repeats the token.
            let token = request.header("authorization").unwrap_or_default();
            let body = json!({ "error": {
                "message": format!("(#{code}) title"), "type": "OAuthException", "code": code,
                "error_subcode": 2_494_010, "fbtrace_id": "AbC",
                "error_data": { "messaging_product": "whatsapp", "details": format!("details\u{1b}[2J {token}") },
            } });
            Reply::json(status, &body)
        });
        let outcome = channel(&server.url(), "").send(&letter());
        assert_eq!(short(&outcome), expected, "{status} {code}: {outcome:?}");
        assert_eq!(why(&outcome), format!("WhatsApp error {code}: details [2J Bearer …"));
    }
}

/// Bad responses of an API, with the outcome for any channel.
pub fn rudeness() -> Vec<(Reply, &'static str)> {
    let huge = vec![b'['; 4 << 20];
    vec![
        (Reply::status(429).header("Retry-After", "7"), "held up 7 s"),
        (
            Reply::status(429)
                .header("Date", "Wed, 17 Jun 2026 10:00:00 GMT")
                .header("Retry-After", "Wed, 17 Jun 2026 10:02:00 GMT"),
            "held up 120 s",
        ),
        (Reply::status(429).header("Retry-After", "soon"), "held up"),
        (Reply::status(429).header("Retry-After", "99999999999999"), "held up 86400 s"),
        (Reply::status(500), "later"),
        (Reply::status(503).header("Retry-After", "30"), "held up 30 s"),
        (Reply::status(503), "later"),
        (Reply::status(302).header("Location", "/elsewhere"), "held up"),
        (Reply::status(401), "held up"),
        (Reply::status(404), "held up"),
        (Reply::status(410), "held up"),
        (Reply::status(400), "never"),
        // A status of success with a foreign body, such as a login page.
        (Reply::status(200).body("<html>welcome"), "held up"),
        (Reply::json(200, &json!({ "messages": [] })), "held up"),
        (Reply::status(500).body(huge), "later"),
        (Reply::Garbage, "later"),
        (Reply::Close, "later"),
        (Reply::Hang, "later"),
    ]
}

#[test]
fn an_answer_in_no_form_of_theirs_is_no_success() {
    for (reply, expected) in rudeness() {
        let said = reply.clone();
        let server = HttpServer::start(move |_| said.clone());
        let started = Instant::now();
        let outcome = channel(&server.url(), "").send(&letter());
        let reply = format!("{reply:.60?}");
        assert_eq!(short(&outcome), expected, "{reply}: {outcome:?}");
        assert_ne!(why(&outcome), "", "{reply}");
        assert!(started.elapsed() < Duration::from_secs(6), "{reply}");
        assert_eq!(server.requests().len(), 1, "{reply}: redirects are not followed, nothing is sent twice");
    }
}

#[test]
fn an_api_that_is_not_there_holds_the_channel_up() {
    let gone = HttpServer::start(|_| Reply::Hang).url();
    // Give the dropped server time to stop.
    std::thread::sleep(Duration::from_millis(50));
    // A TLS server with an untrusted certificate; the connection fails before its protocol matters.
    let setup = Setup { encryption: Encryption::Tls, ..Setup::default() };
    let stranger = SmtpServer::start(setup, &Identity::new());
    let strange = format!("https://127.0.0.1:{}", stranger.port());
    for url in [gone.as_str(), "https://no-such-host.invalid", &strange] {
        let outcome = channel(url, "").send(&letter());
        assert_eq!(short(&outcome), "held up", "{url}: {outcome:?}");
    }
}
