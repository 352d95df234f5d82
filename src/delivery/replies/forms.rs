//! Twilio's form bodies: incoming messages and status callbacks.
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>,
//! <https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>

use super::{About, Answer, Delivered, Report, State, Unreadable, id, required, tidy};
use crate::domain::reply::Meaning;
use std::collections::BTreeMap;
use url::form_urlencoded;

pub(super) fn read(body: &[u8]) -> Result<Delivered, Unreadable> {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let sid = if field("MessageSid").is_empty() { field("SmsSid") } else { field("MessageSid") };
    let sid = required(sid, "MessageSid")?;
    let status = match field("MessageStatus") {
        "" => field("SmsStatus"),
        status => status,
    };
    let mut delivered = Delivered::default();
    match status {
        // An incoming message has the status `received`, or none.
        "" | "received" | "receiving" => delivered.answers.push(answer(sid, &field)?),
        status => delivered.reports.extend(state(status).map(|state| Report {
            id: sid,
            state,
            code: (state == State::Failed).then(|| id(field("ErrorCode"))).flatten(),
            at: None,
        })),
    }
    Ok(delivered)
}

fn answer<'f>(sid: String, field: &impl Fn(&str) -> &'f str) -> Result<Answer, Unreadable> {
    // Messages by WhatsApp, which Twilio relays, too, come from `whatsapp:+503…`.
    let from = field("From");
    let from = required(from.split_once(':').map_or(from, |(_, number)| number), "From")?;
    // What a button says; `Body` repeats it, or not.
    let body = if field("Body").trim().is_empty() { field("ButtonText") } else { field("Body") };
    let text = match body.trim() {
        "" if !matches!(field("NumMedia"), "" | "0") => "[media]".to_owned(),
        _ => tidy(body),
    };
    let about = id(field("OriginalRepliedMessageSid")).map(About::Message);
    // Set where Twilio handles opt-outs itself.
    let said = match field("OptOutType") {
        "STOP" => Some(Meaning::Stop),
        "START" => Some(Meaning::Start),
        _ => None,
    };
    Ok(Answer { id: sid, from, text, at: None, about, said })
}

/// `None` for a step on the way (`queued`, `sending`, …).
fn state(status: &str) -> Option<State> {
    match status {
        "sent" => Some(State::Sent),
        "delivered" => Some(State::Delivered),
        "read" => Some(State::Read),
        "failed" | "undelivered" | "canceled" => Some(State::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
    }

    #[test]
    fn an_answer_is_its_sender_its_id_and_its_text() {
        let sms = include_bytes!("../../../tests/fixtures/replies/twilio-sms.form");
        let [answer] = &read(sms.trim_ascii()).unwrap().answers[..] else { panic!("one answer") };
        assert_eq!((answer.from.as_str(), answer.text.as_str()), ("+50377654321", "Sí, F9NWMK 👍"));
        assert_eq!(answer.id, "SM0123456789abcdef0123456789abcdef");
        for (pairs, from, text) in [
            (&[("From", "whatsapp:+50377654321"), ("Body", "no")][..], "+50377654321", "no"),
            (&[("From", "+503"), ("Body", " "), ("ButtonText", "Confirmar")], "+503", "Confirmar"),
            (&[("From", "+503"), ("Body", ""), ("NumMedia", "1")], "+503", "[media]"),
            (&[("From", "+503"), ("Body", ""), ("NumMedia", "0")], "+503", ""),
            (&[("From", "+503"), ("Body", "a\u{1b}[2J\r\nb")], "+503", "a[2J\nb"),
        ] {
            let body = form(&[&[("MessageSid", "SM1")], pairs].concat());
            let answer = read(&body).unwrap().answers.remove(0);
            assert_eq!((answer.from.as_str(), answer.text.as_str()), (from, text));
        }
    }

    #[test]
    fn an_opt_out_that_twilio_handled_is_told() {
        for (kind, said) in
            [("STOP", Some(Meaning::Stop)), ("START", Some(Meaning::Start)), ("HELP", None), ("", None)]
        {
            let body =
                form(&[("MessageSid", "SM1"), ("From", "+503"), ("Body", "Alto"), ("OptOutType", kind)]);
            assert_eq!(read(&body).unwrap().answers[0].said, said);
        }
    }

    #[test]
    fn a_status_callback_is_a_report_and_no_answer() {
        let failed = include_bytes!("../../../tests/fixtures/replies/twilio-status-undelivered.form");
        let report = read(failed.trim_ascii()).unwrap();
        assert_eq!(report.answers, []);
        assert_eq!(
            (report.reports[0].state, report.reports[0].code.as_deref()),
            (State::Failed, Some("30005"))
        );
        for (status, state) in [
            ("queued", None),
            ("sending", None),
            ("sent", Some(State::Sent)),
            ("delivered", Some(State::Delivered)),
            ("read", Some(State::Read)),
            ("something new", None),
        ] {
            let body = form(&[("MessageSid", "SM1"), ("MessageStatus", status), ("SmsStatus", status)]);
            let told = read(&body).unwrap();
            assert_eq!(told.reports.first().map(|report| report.state), state, "{status}");
            assert_eq!(told.answers, []);
        }
    }

    #[test]
    fn a_form_without_id_or_sender_is_refused_and_a_long_text_is_cut() {
        for pairs in [
            &[("From", "+503"), ("Body", "sí")][..],
            &[("MessageSid", "SM 1"), ("From", "+503"), ("Body", "sí")],
            &[("MessageSid", "SM1"), ("Body", "sí")],
            &[("MessageSid", "SM1"), ("From", "+503\n+504"), ("Body", "sí")],
        ] {
            assert!(read(&form(pairs)).is_err(), "{pairs:?}");
        }
        assert!(read(&[0xff; 1000]).is_err());
        let long = "ñ".repeat(10_000);
        let answer = read(&form(&[("MessageSid", "SM1"), ("From", "+503"), ("Body", &long)])).unwrap();
        assert_eq!(answer.answers[0].text.chars().count(), super::super::TEXT_LIMIT);
    }
}
