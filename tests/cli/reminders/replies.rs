//! Answers of patients: understood, followed once, answered, or left in the inbox for a person.

use crate::support::Clinic;
use crate::support::views::{
    Appointment, Inbox, InboxItem, Messages, Queue, Replies, Reply, Sweep, Swept, Today,
};

pub const JUAN: &str = "+50377654321";
pub const ANA: &str = "+50371112233";

/// A clinic that has sent Juan the confirmation of his appointment.
fn written() -> (Clinic, Appointment) {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let _ = clinic.sweep();
    let booked = clinic.show(&booked);
    (clinic, booked)
}

/// Takes one answer in.
fn reply(clinic: &Clinic, from: &str, text: &str) -> Reply {
    let Replies { mut replies, total } = clinic.json(&format!("reply --from {from} --text '{text}'"));
    assert_eq!(total, 1);
    replies.remove(0)
}

fn inbox(clinic: &Clinic) -> Vec<InboxItem> {
    let Inbox { inbox, total } = clinic.json("inbox");
    assert_eq!(inbox.len(), total);
    inbox
}

/// Why each waits, and for what.
fn whys(clinic: &Clinic) -> Vec<(Option<String>, Option<String>)> {
    inbox(clinic).into_iter().map(|item| (item.why, item.appointment_code)).collect()
}

/// What the sweep sends now: kind, to whom, and the text.
pub fn sends(clinic: &Clinic) -> Vec<(String, String, String)> {
    let Sweep { messages, .. } = clinic.sweep();
    let sent = messages.into_iter().filter(|message| message.status == "sent");
    sent.map(|Swept { kind, to, text, .. }| (kind, to, text.unwrap_or_default())).collect()
}

#[test]
fn yes_confirms_once_and_says_so_in_the_patients_language() {
    let (clinic, booked) = written();
    assert_eq!(booked.confirmed_by_patient_at, None);
    let done = reply(&clinic, JUAN, "¡Sí, gracias! 😊");
    assert_eq!((done.understood.as_str(), done.result.as_str(), done.answered), ("yes", "confirmed", true));
    assert_eq!(done.appointment_code.as_deref(), Some(booked.code.as_str()));
    assert_eq!(done.appointment_id.as_deref(), Some(booked.id.as_str()));
    let shown = clinic.show(&booked);
    assert_eq!(shown.status, "confirmed");
    assert_eq!(shown.confirmed_by_patient_at.as_deref(), Some("2026-06-01T08:00:00-06:00"));
    let sent = sends(&clinic);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].0.as_str(), sent[0].1.as_str()), ("answer", JUAN));
    assert!(
        sent[0].2.contains("lunes 15 de junio") && sent[0].2.contains("quedó confirmada"),
        "{}",
        sent[0].2
    );
    clinic.does("patient set 'Juan Pérez' --locale en");
    let _ = reply(&clinic, JUAN, "ok");
    assert!(sends(&clinic)[0].2.contains("is confirmed"));
    let log = clinic.run(&format!("audit log --record {} --json", booked.code));
    assert!(log.contains("\"actor\":\"patient\""), "{log}");
    assert_eq!(inbox(&clinic), []);
    clinic.is_sound();
}

#[test]
fn a_scheduled_visit_becomes_confirmed_and_a_move_asks_anew() {
    let clinic = Clinic::open();
    clinic.set("initial_status", "scheduled");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let _ = clinic.sweep();
    assert_eq!(reply(&clinic, JUAN, "sí").result, "confirmed");
    let shown = clinic.show(&booked);
    assert_eq!((shown.status.as_str(), shown.confirmed_at.is_some()), ("confirmed", true));
    let moved: Appointment =
        clinic.json(&format!("reschedule {} --date 2026-06-15 --time 15:00", booked.code));
    assert_eq!(moved.confirmed_by_patient_at, None);
    clinic.is_sound();
}

#[test]
fn no_cancels_frees_the_time_and_can_be_taken_back() {
    let (clinic, booked) = written();
    clinic.does("waitlist add --doctor GARCIA --name 'Ana Sol' --phone 7111-2233");
    let ran = clinic.ran(&format!("reply --from 7765-4321 --text 'no puedo {}'", booked.code)).exits(0);
    assert!(ran.stderr().contains(&format!("turno waitlist list --for {}", booked.code)), "{}", ran.stderr());
    let shown = clinic.show(&booked);
    assert_eq!(shown.status, "cancelled");
    assert_eq!(shown.cancellation_reason.as_deref(), Some("cancelled by the patient"));
    assert!(clinic.free("--date 2026-06-15 --doctor GARCIA").contains(&"14:00".to_owned()));
    let sent = sends(&clinic);
    assert_eq!(sent.len(), 1, "the answer is the notice: {sent:?}");
    assert!(sent[0].2.contains("quedó cancelada"), "{}", sent[0].2);
    // Again: the same, and nothing more happens.
    assert_eq!(reply(&clinic, JUAN, "no").result, "cancelled");
    // Who says yes now is told to call.
    let late = reply(&clinic, JUAN, &format!("sí {}", booked.code));
    assert_eq!((late.result.as_str(), late.answered), ("inbox", true));
    assert_eq!(whys(&clinic), [(Some("failed".into()), Some(booked.code.clone()))]);
    clinic.does(&format!("undo --answer {} --yes", booked.code));
    assert_eq!(clinic.show(&booked).status, "confirmed");
    clinic.is_sound();
}

#[test]
fn past_the_cutoff_the_patient_is_told_to_call_and_the_desk_sees_it() {
    let (mut clinic, booked) = written();
    clinic.set("cancellation_cutoff", "24h");
    clinic.at("2026-06-15T08:00:00-06:00");
    let _ = clinic.sweep();
    let done = reply(&clinic, JUAN, "NO");
    assert_eq!((done.understood.as_str(), done.result.as_str(), done.answered), ("no", "inbox", true));
    assert_eq!(clinic.show(&booked).status, "confirmed");
    assert_eq!(whys(&clinic), [(Some("too_late".into()), Some(booked.code.clone()))]);
    assert!(sends(&clinic).iter().any(|(kind, _, text)| kind == "answer" && text.contains("llámenos")));
    clinic.is_sound();
}

#[test]
fn stop_opts_out_of_the_channel_at_once_and_start_in_again() {
    let (mut clinic, booked) = written();
    let done = reply(&clinic, JUAN, "Stop.");
    assert_eq!((done.understood.as_str(), done.result.as_str(), done.answered), ("stop", "opted_out", true));
    let sent = sends(&clinic);
    assert!(sent.len() == 1 && sent[0].2.contains("No recibirá más mensajes"), "{sent:?}");
    // A second STOP gets no second confirmation.
    assert!(!reply(&clinic, JUAN, "STOP").answered);
    clinic.at("2026-06-14T14:00:00-06:00");
    assert_eq!(sends(&clinic), []);
    let Messages { messages, .. } = clinic.json(&format!("remind list --appointment {}", booked.code));
    let dropped = messages.iter().find(|message| message.kind == "reminder").unwrap();
    assert_eq!(dropped.status, "dropped");
    let back = reply(&clinic, JUAN, "alta");
    assert_eq!((back.result.as_str(), back.answered), ("opted_in", true));
    clinic.at("2026-06-15T12:00:00-06:00");
    let kinds: Vec<String> = sends(&clinic).into_iter().map(|(kind, _, _)| kind).collect();
    assert!(kinds.contains(&"reminder".to_owned()), "{kinds:?}");
    clinic.is_sound();
}

#[test]
fn what_is_not_a_whole_answer_waits_for_a_person() {
    let (clinic, booked) = written();
    for text in ["no sé si puedo", "sí, pero mañana", "¿puedo ir a las 5?"] {
        let done = reply(&clinic, JUAN, text);
        assert_eq!(
            (done.understood.as_str(), done.result.as_str(), done.answered),
            ("unclear", "inbox", false)
        );
    }
    assert_eq!(clinic.show(&booked), booked);
    let items = inbox(&clinic);
    assert_eq!(items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    let last = &items[2];
    assert_eq!((last.text.as_str(), last.from.as_str()), ("¿puedo ir a las 5?", JUAN));
    assert_eq!(last.patient.as_deref(), Some("Juan Pérez"));
    assert_eq!(last.appointment_code.as_deref(), Some(booked.code.as_str()));
    let today: Today = clinic.json("today");
    let queue: Queue = clinic.json("queue");
    assert_eq!((today.inbox, queue.inbox), (3, 3));
    assert!(clinic.run("today").contains("3 answers of patients wait"));
    let done: InboxItem = clinic.json("inbox done 1");
    assert!(done.done_at.is_some());
    let answered: InboxItem = clinic.json("inbox answer 3 'Le esperamos a las 5'");
    assert!(answered.answered && answered.done_at.is_some());
    assert_eq!(sends(&clinic), [("answer".into(), JUAN.into(), "Le esperamos a las 5".into())]);
    assert_eq!(inbox(&clinic).len(), 1);
    let refusal = clinic.refused("inbox done 99", "RESOURCE_NOT_FOUND", 3);
    assert!(refusal.message.contains("99"), "{}", refusal.message);
    clinic.is_sound();
}

#[test]
fn a_stranger_is_told_nothing_and_touches_nothing() {
    let (clinic, booked) = written();
    for text in ["sí", "no", "STOP", &format!("no {}", booked.code), "hola"] {
        let done = reply(&clinic, "+50370000000", text);
        assert_eq!((done.result.as_str(), done.answered), ("inbox", false), "{text}");
        assert_eq!((done.appointment_id, done.appointment_code), (None, None), "{text}");
    }
    assert_eq!(clinic.show(&booked), booked);
    assert_eq!(whys(&clinic), vec![(Some("unknown_number".into()), None); 5]);
    assert_eq!(sends(&clinic), []);
    let _ = clinic.refused("inbox answer 1 hola", "INVALID_STATE_TRANSITION", 5);
    clinic.is_sound();
}

#[test]
fn several_appointments_are_listed_and_a_code_says_which() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let second = clinic.book_juan("--date 2026-06-16 --time 10:00");
    let _ = clinic.sweep();
    let asked = reply(&clinic, JUAN, "no");
    assert_eq!((asked.result.as_str(), asked.answered, asked.appointment_code), ("asked", true, None));
    let text = &sends(&clinic)[0].2;
    assert!(text.contains(&first.code) && text.contains(&second.code), "{text}");
    assert_eq!(whys(&clinic), [(Some("several".into()), None)]);
    let done = reply(&clinic, JUAN, &format!("{} no", second.code.to_lowercase()));
    assert_eq!(
        (done.result.as_str(), done.appointment_code.as_deref()),
        ("cancelled", Some(second.code.as_str()))
    );
    let left = clinic.show(&first);
    assert_eq!((left.status.as_str(), left.confirmed_by_patient_at), ("confirmed", None));
    assert_eq!(inbox(&clinic), [], "the patient has told them apart");
    clinic.is_sound();
}

#[test]
fn an_id_that_was_seen_does_nothing_and_a_channel_has_its_own_ids() {
    let (clinic, booked) = written();
    let line = "reply --from +50377654321 --text sí --id SM1";
    for (line, result) in [
        (line.to_owned(), "confirmed"),
        (line.to_owned(), "repeated"),
        (format!("{line} --channel sms"), "confirmed"),
    ] {
        let Replies { replies, .. } = clinic.json(&line);
        assert_eq!((replies[0].id.as_str(), replies[0].result.as_str()), ("SM1", result), "{line}");
        assert_eq!(replies[0].appointment_code.as_deref(), Some(booked.code.as_str()));
    }
    assert!(clinic.show(&booked).confirmed_by_patient_at.is_some());
}

#[test]
fn no_number_gets_more_than_three_answers_in_a_day() {
    let (mut clinic, _) = written();
    let answered: Vec<bool> = (0..5).map(|_| reply(&clinic, JUAN, "sí").answered).collect();
    assert_eq!(answered, [true, true, true, false, false]);
    assert_eq!(sends(&clinic).len(), 3);
    clinic.at("2026-06-02T08:00:01-06:00");
    assert!(reply(&clinic, JUAN, "sí").answered);
}

#[test]
fn an_answer_is_about_what_was_written_in_the_last_two_weeks() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-22 --time 14:00");
    let unwritten = reply(&clinic, JUAN, "sí");
    assert_eq!((unwritten.result.as_str(), unwritten.answered), ("inbox", false), "nothing was written yet");
    let mut clinic = clinic;
    let _ = clinic.sweep();
    clinic.at("2026-06-15T08:00:01-06:00");
    assert_eq!(reply(&clinic, JUAN, "sí").result, "inbox");
    assert_eq!(clinic.show(&booked).confirmed_by_patient_at, None);
    assert_eq!(reply(&clinic, JUAN, &format!("sí {}", booked.code)).result, "confirmed");
}

#[test]
fn answers_come_as_json_one_or_many_and_bad_ones_are_refused_whole() {
    let (clinic, booked) = written();
    let many = format!(
        "[{{\"from\":\"{JUAN}\",\"text\":\"si\",\"id\":\"a\",\"received_at\":\"2026-06-01T07:00:00-06:00\"}},\
          {{\"from\":\"+50370000000\",\"text\":\"no {}\",\"id\":\"b\",\"channel\":null}}]",
        booked.code
    );
    let Replies { replies, total } = clinic.fed("reply --input - --json", many.clone()).exits(0).json();
    let results: Vec<&str> = replies.iter().map(|reply| reply.result.as_str()).collect();
    assert_eq!((results, total), (vec!["confirmed", "inbox"], 2));
    let Replies { replies, .. } = clinic.fed("reply --input - --json", many).exits(0).json();
    assert!(replies.iter().all(|reply| reply.result == "repeated"));
    let before = clinic.content();
    for (body, field) in [
        (r#"{"from":"+50377654321"}"#, "text"),
        (r#"{"from":"","text":"no"}"#, "from"),
        (r#"{"from":"+50377654321","text":"no","status":"cancelled"}"#, "status"),
        (r#"{"from":"+50377654321","text":5}"#, "text"),
        (r#"{"from":"+50377654321","text":"no","received_at":"yesterday"}"#, "received_at"),
        (r#"{"from":"+50377654321","text":"no","channel":"S M S"}"#, "channel"),
    ] {
        let refusal = clinic.fed("reply --input - --json", body).refusal("VALIDATION_ERROR", 2);
        assert!(refusal.details.contains_key(field), "{body}: {:?}", refusal.details);
    }
    assert_eq!(clinic.content(), before);
}

#[test]
fn a_long_text_with_escape_codes_is_kept_cut_and_shown_escaped() {
    let (clinic, _) = written();
    let text = "\u{1b}[31m".to_owned() + &"a".repeat(10_000);
    let body = serde_json::json!({ "from": JUAN, "text": text }).to_string();
    let Replies { replies, .. } = clinic.fed("reply --input - --json", body).exits(0).json();
    assert_eq!(replies[0].result, "inbox");
    assert_eq!(inbox(&clinic)[0].text.chars().count(), 1001);
    assert!(!clinic.run("inbox").contains('\u{1b}'));
    // In the book it is sealed.
    let log = clinic.run("audit log --json");
    assert!(!log.contains("aaaa"));
}

#[test]
fn a_number_of_five_patients_is_stopped_for_all_and_confirms_only_what_was_written() {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    for n in 0..5 {
        let _ = clinic
            .book(&format!("--doctor GARCIA --date 2026-06-15 --time 1{n}:00 --name 'P {n}' --phone {JUAN}"));
    }
    let _ = clinic.sweep();
    assert_eq!(reply(&clinic, JUAN, "sí").result, "asked");
    assert!(clinic.list("").appointments.iter().all(|visit| visit.confirmed_by_patient_at.is_none()));
    assert_eq!(reply(&clinic, JUAN, "STOP").result, "opted_out");
    let patients = clinic.run("patient list --json");
    assert_eq!(patients.matches("\"stopped_channels\":\"print\"").count(), 5, "{patients}");
    clinic.is_sound();
}

#[test]
fn a_clinic_adds_words_of_its_own() {
    let (clinic, _) = written();
    assert_eq!(reply(&clinic, JUAN, "simón").result, "inbox");
    clinic.set("reply_words", "yes=simón, de una; no=ni modo");
    assert_eq!(reply(&clinic, JUAN, "¡Simón!").result, "confirmed");
    let refusal = clinic.refused("clinic set reply_words 'no=si'", "VALIDATION_ERROR", 2);
    assert!(!refusal.message.is_empty());
}

#[test]
fn a_message_to_a_former_number_may_be_answered_from_there_and_tells_nothing() {
    let (clinic, booked) = written();
    clinic.does(&format!("patient set 'Juan Pérez' --phone {ANA}"));
    let done = reply(&clinic, JUAN, &format!("sí {}", booked.code));
    assert_eq!((done.result.as_str(), done.answered), ("confirmed", false));
    assert_eq!(sends(&clinic), []);
}
