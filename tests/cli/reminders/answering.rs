//! Answers as providers send them, over HTTP and by `reply --body`: each acts once, and nothing that was
//! acknowledged is lost.

use crate::servers::http::{HttpServer, Reply as Answered};
use crate::support::Clinic;
use crate::support::listener::{APP_SECRET, Listener, NUMBER, PUBLIC, TOKEN, form, hub, recorded, signed};
use crate::support::views::{Appointment, Inbox, InboxItem, Log, Replies, Reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const JUAN: &str = "+50377654321";

fn provider() -> HttpServer {
    let count = AtomicUsize::new(0);
    HttpServer::start(move |request| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        if request.path.ends_with("/Messages.json") {
            return Answered::json(201, &json!({ "sid": format!("SM{number}"), "status": "queued" }));
        }
        Answered::json(200, &json!({ "messages": [{ "id": format!("wamid.{number}") }] }))
    })
}

fn clinic_by(provider: &HttpServer, channel: &str) -> Clinic {
    let mut clinic = Clinic::open();
    clinic.answered_channels(&provider.url());
    clinic.set("reminder_channels", channel);
    clinic.set("reminder_offsets", "none");
    clinic
}

fn inbox(clinic: &Clinic) -> Vec<InboxItem> {
    clinic.json::<Inbox>("inbox").inbox
}

fn sms<'a>(id: &'a str, from: &'a str, text: &'a str) -> [(&'a str, &'a str); 4] {
    [("MessageSid", id), ("From", from), ("To", "+15005550006"), ("Body", text)]
}

fn confirmed(clinic: &Clinic, appointment: &Appointment) -> bool {
    clinic.show(appointment).confirmed_by_patient_at.is_some()
}

#[test]
fn a_signed_yes_confirms_and_its_repetition_does_nothing() {
    let provider = provider();
    let clinic = clinic_by(&provider, "sms");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(clinic.sweep().sent, 1);
    let listener = Listener::start(&clinic);
    let yes = sms("SMyes", JUAN, "¡Sí! 👍");
    let forged = signed("ffffffffffffffffffffffffffffffff", PUBLIC, &yes);
    assert_eq!(
        listener.post("/channels/sms", &[("X-Twilio-Signature", &forged)], form(&yes).as_bytes()),
        403
    );
    assert!(!confirmed(&clinic, &booked));
    assert_eq!(listener.twilio(&yes), 200);
    assert!(confirmed(&clinic, &booked));
    let sent = clinic.sweep();
    assert_eq!((sent.sent, sent.messages[0].kind.as_str()), (1, "answer"));
    let before = clinic.content();
    // A replay, also by another way.
    assert_eq!(listener.twilio(&yes), 200);
    let signature = signed(TOKEN, PUBLIC, &yes);
    let path = clinic.file("body", form(&yes));
    let line = format!("reply --channel sms --body {} --signature {signature}", path.display());
    assert_eq!(clinic.json::<Replies>(&line).replies[0].result, "repeated");
    assert_eq!(clinic.content(), before);
    assert_eq!(clinic.sweep().messages, []);
    clinic.is_sound();
}

#[test]
fn a_button_below_a_message_is_about_that_messages_appointment() {
    let provider = provider();
    let clinic = clinic_by(&provider, "whatsapp");
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(clinic.sweep().sent, 1);
    let second = clinic.book_juan("--date 2026-06-16 --time 14:00");
    assert_eq!(clinic.sweep().sent, 1);
    let listener = Listener::start(&clinic);
    let button = |id: &str, from: &str, about: &str, text: &str| {
        let message = json!({ "type": "button", "id": id, "from": from, "context": { "id": about },
            "button": { "text": text }, "timestamp": "1780318800" });
        let value = json!({ "metadata": { "phone_number_id": NUMBER }, "messages": [message] });
        json!({ "object": "whatsapp_business_account",
            "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] })
        .to_string()
    };
    // A stranger who names the message gets nowhere.
    assert_eq!(listener.whatsapp(button("a", "50370000000", "wamid.1", "Confirmar").as_bytes()), 200);
    assert!(!confirmed(&clinic, &first) && !confirmed(&clinic, &second));
    assert_eq!(listener.whatsapp(button("b", "50377654321", "wamid.1", "Confirmar").as_bytes()), 200);
    assert!(confirmed(&clinic, &first) && !confirmed(&clinic, &second));
    assert_eq!(listener.whatsapp(button("c", "50377654321", "wamid.2", "Cancelar").as_bytes()), 200);
    assert_eq!(clinic.show(&second).status, "cancelled");
    assert_eq!(clinic.show(&first).status, "confirmed");
    clinic.is_sound();
}

#[test]
fn a_mail_filter_hands_over_mails_as_they_came() {
    let provider = provider();
    let clinic = clinic_by(&provider, "print");
    let booked = clinic.book_juan("--email ana@example.org --date 2026-06-15 --time 14:00");
    let _ = clinic.sweep();
    let take = |mail: Vec<u8>| -> Vec<Reply> {
        let ran = clinic.fed("reply --channel mail --body - --json", mail).exits(0);
        ran.json::<Replies>().replies
    };
    for name in ["mail-away.eml", "mail-bounce.eml", "mail-list.eml"] {
        assert_eq!(take(recorded(name)), [], "{name}");
    }
    let html = take(recorded("mail-html.eml"));
    assert_eq!((html[0].understood.as_str(), html[0].from.as_str()), ("yes", "ana@example.org"));
    assert!(confirmed(&clinic, &booked));
    assert_eq!(take(recorded("mail-html.eml"))[0].result, "repeated");
    // A mail with a large picture behind its text.
    let mut large = recorded("mail-iphone.eml");
    large.extend(vec![b'a'; 1 << 20]);
    assert_eq!(take(large)[0].from, "ana@example.org");
    // A calendar's answer names the appointment by its id.
    let of = |name: &str, id: &str| {
        String::from_utf8(recorded(name))
            .unwrap()
            .replace("019ebe10-4d80-72f5-a53e-2be3c4fb70c3", id)
            .into_bytes()
    };
    let declined = take(of("mail-declined.eml", &booked.id));
    assert_eq!((declined[0].understood.as_str(), declined[0].result.as_str()), ("no", "cancelled"));
    // Another's appointment stays as it is.
    let other =
        clinic.book("--doctor GARCIA --name 'Eva Luz' --phone 7000-0001 --date 2026-06-15 --time 10:00");
    let stranger = of("mail-declined.eml", &other.id);
    let stranger = String::from_utf8(stranger).unwrap().replace("<declined@", "<other@").into_bytes();
    assert_eq!(take(stranger)[0].result, "inbox");
    assert_eq!(clinic.show(&other).status, "confirmed");
    clinic.is_sound();
}

#[test]
fn a_body_needs_its_signature_its_channel_and_its_form() {
    let clinic = clinic_by(&provider(), "print");
    let path = clinic.file("body", recorded("whatsapp-text.json")).display().to_string();
    let good = hub(APP_SECRET, &recorded("whatsapp-text.json"));
    let line = format!("reply --channel whatsapp --body {path}");
    let _ = clinic.refused(&line, "FORBIDDEN", 6);
    let _ = clinic.refused(&format!("{line} --signature sha256=00"), "FORBIDDEN", 6);
    let _ = clinic.refused(&format!("reply --channel quiet --body {path}"), "VALIDATION_ERROR", 2);
    let _ = clinic.refused(&format!("reply --channel fax --body {path}"), "VALIDATION_ERROR", 2);
    let _ = clinic.refused(&format!("reply --channel mail --body {path}"), "VALIDATION_ERROR", 2);
    let _ = clinic.refused("reply --channel mail --body gone", "VALIDATION_ERROR", 2);
    let _ = clinic.refused(&format!("reply --body {path}"), "VALIDATION_ERROR", 2);
    let long = clinic.file("long", "a".repeat(70_000)).display().to_string();
    let refusal = clinic.refused(&format!("reply --channel whatsapp --body {long}"), "VALIDATION_ERROR", 2);
    assert!(refusal.text("body").contains("64 KiB"), "{refusal:?}");
    assert_eq!(inbox(&clinic), []);
    let taken: Replies = clinic.json(&format!("{line} --signature {good}"));
    assert_eq!((taken.replies[0].from.as_str(), taken.replies[0].understood.as_str()), (JUAN, "yes"));
}

#[test]
fn what_is_hostile_ends_in_the_inbox_and_tells_a_stranger_nothing() {
    let provider = provider();
    let clinic = clinic_by(&provider, "sms");
    for (name, hour) in ["Ana", "Beto", "Carla", "David", "Eva"].into_iter().zip(10..) {
        let _ = clinic.book(&format!(
            "--doctor GARCIA --name {name} --phone {JUAN} --date 2026-06-15 --time {hour}:00 --no-notify"
        ));
    }
    let (before, _) = clinic.content();
    let listener = Listener::start(&clinic);
    let long = "\u{1b}[2J\u{7}sí \u{9b}31m".repeat(1000);
    assert_eq!(listener.twilio(&sms("SM1", "+50370000000", &long)), 200);
    assert_eq!(listener.twilio(&sms("SM2", JUAN, "sí, pero mañana\u{1b}]0;x\u{7}")), 200);
    // Five patients share the number, and nobody wrote to it.
    assert_eq!(listener.twilio(&sms("SM3", JUAN, "sí")), 200);
    let list = clinic.run("inbox");
    assert!(!list.contains('\u{1b}') && !list.contains('\u{7}') && !list.contains('\u{9b}'), "{list:?}");
    let items = inbox(&clinic);
    assert!(items.len() >= 2, "{items:?}");
    assert!(items.iter().all(|item| item.text.chars().count() <= 1001));
    assert!(clinic.sweep().messages.iter().all(|message| message.to == JUAN));
    assert_eq!(clinic.content().0, before);
    assert!(listener.stop().success());
    clinic.is_sound();
}

/// Eight providers deliver the same answers, each until it is acknowledged, while the server is killed again and
/// again.
#[test]
fn killed_and_started_anew_it_loses_nothing_that_it_acknowledged_and_does_nothing_twice() {
    const PATIENTS: usize = 12;
    let provider = provider();
    let clinic = clinic_by(&provider, "sms");
    let booked: Vec<Appointment> = (0..PATIENTS)
        .map(|n| {
            clinic.book(&format!(
                "--doctor GARCIA --name 'Paciente {n}' --phone +503770000{n:02} --date 2026-06-{} --time {}:00",
                15 + n / 6,
                9 + n % 6
            ))
        })
        .collect();
    assert_eq!(clinic.sweep().sent, PATIENTS);
    let listener = Mutex::new(Some(Listener::start(&clinic)));
    let acknowledged = Mutex::new(BTreeSet::new());
    let url = || listener.lock().unwrap().as_ref().map(|it| (it.url.clone(), it.agent().clone()));
    let deliver = |n: usize| {
        let (id, from) = (format!("SM{n}"), format!("+503770000{n:02}"));
        let pairs = sms(&id, &from, "sí");
        let signature = signed(TOKEN, PUBLIC, &pairs);
        loop {
            let Some((url, agent)) = url() else { continue };
            let request = agent.post(format!("{url}/channels/sms")).header("X-Twilio-Signature", &signature);
            match request.send(form(&pairs).as_bytes()).map(|answer| answer.status().as_u16()) {
                Ok(200) => break,
                Ok(503) | Err(_) => std::thread::sleep(Duration::from_millis(10)),
                Ok(other) => panic!("{other}"),
            }
        }
        acknowledged.lock().unwrap().insert(n);
    };
    std::thread::scope(|scope| {
        for worker in 0..8 {
            let deliver = &deliver;
            scope.spawn(move || (0..PATIENTS).for_each(|n| deliver((n * 5 + worker * 3) % PATIENTS)));
        }
        for _ in 0..6 {
            std::thread::sleep(Duration::from_millis(60));
            let mut place = listener.lock().unwrap();
            place.take().unwrap().kill();
            // What was acknowledged by now is in the book.
            let known = acknowledged.lock().unwrap().clone();
            for n in known {
                assert!(confirmed(&clinic, &booked[n]), "the answer {n} is lost");
            }
            *place = Some(Listener::start(&clinic));
        }
    });
    assert_eq!(acknowledged.lock().unwrap().len(), PATIENTS);
    assert!(booked.iter().all(|appointment| confirmed(&clinic, appointment)));
    let log: Log = clinic.json("audit log --limit 10000");
    let count = |action: &str| log.entries.iter().filter(|entry| entry.action == action).count();
    assert_eq!(count("reply.received"), PATIENTS, "each acts once");
    assert_eq!(clinic.sweep().sent, PATIENTS, "one answer each");
    assert_eq!(inbox(&clinic), []);
    clinic.is_sound();
}

#[test]
fn with_access_keys_the_server_needs_replies_write() {
    let clinic = clinic_by(&provider(), "print");
    let key = |scope: &str| -> String {
        let made: Value = clinic.json(&format!("key create --name K --scope {scope}"));
        made["secret"].as_str().unwrap().to_owned()
    };
    let (_, reads, writes) = (key("admin"), key("replies:read"), key("replies:write"));
    clinic.set("access", "keys");
    let with = |key: &str| {
        let mut command = clinic.process("listen --bind 127.0.0.1:0");
        command.env("TURNO_KEY", key);
        command
    };
    assert_eq!(with(&reads).output().unwrap().status.code(), Some(6));
    let listener = Listener::started(with(&writes));
    assert_eq!(listener.twilio(&sms("SM1", JUAN, "hola")), 200);
    assert_eq!(listener.get("/health").0, 200);
}
