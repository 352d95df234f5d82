//! The JSON of WhatsApp Cloud's webhook: texts, replies by button or list, and statuses.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>

use super::{About, Answer, Delivered, Report, State, Unreadable, id, required, tidy};
use crate::domain::time::Instant;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Body {
    object: String,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    field: String,
    #[serde(default)]
    value: Value,
}

/// Reads what concerns the number with the id `number`; an app may receive for others, too.
pub(super) fn read(body: &[u8], number: &str) -> Result<Delivered, Unreadable> {
    let unreadable = || Unreadable(text!("replies-body-is-no-whatsapp-webhook").to_owned());
    let body: Body = serde_json::from_slice(body).map_err(|_| unreadable())?;
    if body.object != "whatsapp_business_account" {
        return Err(unreadable());
    }
    let mut delivered = Delivered::default();
    for change in body.entry.into_iter().flat_map(|entry| entry.changes) {
        let value = change.value;
        if change.field != "messages" || value["metadata"]["phone_number_id"].as_str() != Some(number) {
            continue;
        }
        for message in list(&value["messages"]) {
            delivered.answers.extend(answer(message)?);
        }
        for status in list(&value["statuses"]) {
            delivered.reports.extend(report(status)?);
        }
    }
    delivered.bounded()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The text at a path of keys; empty if there is none.
fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    path.iter().fold(value, |value, key| &value[key]).as_str().unwrap_or_default()
}

/// `None` for what is no answer: a reaction that is taken back, or a notice of the system.
fn answer(message: &Value) -> Result<Option<Answer>, Unreadable> {
    let kind = text(message, &["type"]);
    let said = match kind {
        "text" => tidy(text(message, &["text", "body"])),
        "button" => tidy(text(message, &["button", "text"])),
        "interactive" => {
            let way = text(message, &["interactive", "type"]);
            tidy(text(message, &["interactive", way, "title"]))
        }
        "reaction" => match tidy(text(message, &["reaction", "emoji"])) {
            emoji if emoji.is_empty() => return Ok(None),
            emoji => emoji,
        },
        "system" | "request_welcome" => return Ok(None),
        // A photo, a voice message, …: the desk looks at it in WhatsApp.
        other => match tidy(text(message, &[other, "caption"])) {
            caption if caption.is_empty() => tidy(&format!("[{other}]")),
            caption => caption,
        },
    };
    let about = match kind {
        "reaction" => text(message, &["reaction", "message_id"]),
        _ => text(message, &["context", "id"]),
    };
    // The number comes without its plus sign.
    let from = required(text(message, &["from"]), "from")?;
    Ok(Some(Answer {
        id: required(text(message, &["id"]), "id")?,
        from: if from.starts_with('+') { from } else { format!("+{from}") },
        text: said,
        at: instant(message),
        about: id(about).map(About::Message),
        said: None,
    }))
}

/// `None` for a status that says nothing about the delivery.
fn report(status: &Value) -> Result<Option<Report>, Unreadable> {
    let state = match text(status, &["status"]) {
        "sent" => State::Sent,
        "delivered" => State::Delivered,
        "read" | "played" => State::Read,
        "failed" => State::Failed,
        _ => return Ok(None),
    };
    let code = status["errors"][0]["code"].as_i64().map(|code| code.to_string());
    let id = required(text(status, &["id"]), "id")?;
    Ok(Some(Report { id, state, code: code.filter(|_| state == State::Failed), at: instant(status) }))
}

/// `timestamp`: Unix seconds as text.
fn instant(value: &Value) -> Option<Instant> {
    let seconds: i64 = text(value, &["timestamp"]).parse().ok()?;
    // Until the year 9999, as everywhere in the book.
    (0..253_402_300_800).contains(&seconds).then(|| Instant::from_unix(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NUMBER: &str = "106540352242922";

    fn recorded(name: &str) -> Delivered {
        let path = format!("{}/tests/fixtures/replies/{name}", env!("CARGO_MANIFEST_DIR"));
        read(&std::fs::read(path).unwrap(), NUMBER).unwrap()
    }

    fn one(name: &str) -> (String, String, Option<About>) {
        let delivered = recorded(name);
        let [answer] = &delivered.answers[..] else { panic!("{name}: {delivered:?}") };
        assert_eq!(delivered.reports, []);
        assert!(answer.id.starts_with("wamid."), "{answer:?}");
        (answer.from.clone(), answer.text.clone(), answer.about.clone())
    }

    #[test]
    fn texts_buttons_and_lists_are_answers() {
        let about = Some(About::Message("wamid.HBgLNTAzNzc2NTQzMjEVAgARGBI1QzRBMDQ0RkZGRTNDRTYxMkUA".into()));
        let from = "+50377654321".to_owned();
        assert_eq!(one("whatsapp-text.json"), (from.clone(), "Sí".into(), None));
        assert_eq!(one("whatsapp-button.json"), (from.clone(), "Confirmar".into(), about.clone()));
        assert_eq!(one("whatsapp-list.json"), (from.clone(), "No puedo".into(), about));
        assert_eq!(one("whatsapp-image.json"), (from, "[image]".into(), None));
    }

    #[test]
    fn statuses_are_reports_with_the_code_of_a_failure() {
        let told = recorded("whatsapp-statuses.json");
        let told: Vec<_> = told.reports.iter().map(|report| (report.state, report.code.as_deref())).collect();
        let expected = [
            (State::Sent, None),
            (State::Delivered, None),
            (State::Read, None),
            (State::Failed, Some("131026")),
        ];
        assert_eq!(told, expected);
    }

    fn body(messages: &Value) -> Vec<u8> {
        let value = json!({ "metadata": { "phone_number_id": NUMBER }, "messages": messages });
        json!({ "object": "whatsapp_business_account", "entry": [
            { "id": "1", "changes": [{ "field": "messages", "value": value }] } ] })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn what_is_malformed_is_refused_and_what_is_not_ours_is_left() {
        for bad in [&b"{"[..], b"[]", b"null", b"{\"object\":\"page\"}", b"\xff"] {
            assert!(read(bad, NUMBER).is_err());
        }
        for messages in [
            json!([{ "type": "text", "from": "503", "text": { "body": "sí" } }]),
            json!([{ "type": "text", "id": "a", "text": { "body": "sí" } }]),
            json!([{ "type": "text", "id": "a b", "from": "503" }]),
        ] {
            assert!(read(&body(&messages), NUMBER).is_err(), "{messages}");
        }
        let fine = json!([{ "type": "text", "id": "a", "from": "503", "text": { "body": "sí" } }]);
        assert_eq!(read(&body(&fine), NUMBER).unwrap().answers.len(), 1);
        assert_eq!(read(&body(&fine), "1").unwrap(), Delivered::default());
        for nothing in [json!({}), json!([]), json!([{ "type": "reaction", "reaction": { "emoji": "" } }])] {
            assert_eq!(read(&body(&nothing), NUMBER).unwrap(), Delivered::default(), "{nothing}");
        }
    }

    #[test]
    fn a_body_of_very_many_is_refused() {
        let many: Vec<_> = (0..=super::super::MOST)
            .map(|n| json!({ "type": "text", "id": n.to_string(), "from": "5" }))
            .collect();
        assert!(read(&body(&json!(many)), NUMBER).is_err());
    }
}
