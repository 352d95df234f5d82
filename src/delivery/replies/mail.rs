//! Mails as they came (RFC 5322): the text above the quoted message, or a calendar's reply (iTIP, RFC 5546).
//! Mails that a machine wrote are left: an answer to one could start a loop.

use super::{About, Answer, Delivered, Unreadable, id, tidy};
use crate::domain::reply::Meaning;
use crate::domain::time::Instant;
use crate::formats::ics::lines::Lines;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

/// Most nested parts of a mail that are looked at for a calendar.
const MOST_PARTS: usize = 50;

pub(super) fn read(mail: &[u8]) -> Result<Delivered, Unreadable> {
    let unreadable = || Unreadable(text!("replies-body-is-no-mail").to_owned());
    let message = MessageParser::default().parse(mail).ok_or_else(unreadable)?;
    let from = message.from().and_then(|from| from.first()?.address()).and_then(id);
    let from = from.filter(|from| from.contains('@')).ok_or_else(unreadable)?.to_lowercase();
    let calendar = calendar(&message);
    // Calendars mark their replies as automatic, but a person accepted or declined.
    if calendar.is_none() && is_automatic(&message, &from) {
        return Ok(Delivered::default());
    }
    let (text, about, said) = match calendar {
        Some(reply) => (reply.word.to_owned(), Some(About::Appointment(reply.uid)), reply.said),
        None => (tidy(&above_quote(&message.body_text(0).unwrap_or_default())), None, None),
    };
    let answer =
        Answer { id: message_id(&message, mail), from, text, at: received_at(&message), about, said };
    Ok(Delivered { answers: vec![answer], reports: Vec::new() })
}

/// The `Message-ID`; a hash of the mail if there is none.
fn message_id(message: &Message<'_>, mail: &[u8]) -> String {
    message.message_id().and_then(id).unwrap_or_else(|| {
        let hash = Sha256::digest(mail);
        hash.iter().take(16).fold("mail:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    })
}

/// The time of the last server that took the mail; `Date` is the sender's, and may be anything.
fn received_at(message: &Message<'_>) -> Option<Instant> {
    let at = message.received()?.date()?.to_timestamp();
    (0..253_402_300_800).contains(&at).then(|| Instant::from_unix(at))
}

/// Whether a machine wrote the mail: an absence note, a list, a report of a mail server (RFC 3834).
fn is_automatic(message: &Message<'_>, from: &str) -> bool {
    let header = |name: &str| message.header_raw(name).map(|value| value.trim().to_lowercase());
    let submitted = header("Auto-Submitted").is_some_and(|value| !value.starts_with("no"));
    let bulk = header("Precedence")
        .is_some_and(|value| ["bulk", "junk", "list", "auto_reply", "auto-reply"].contains(&value.as_str()));
    let marked = [
        "X-Autoreply",
        "X-Autorespond",
        "X-Autoresponder",
        "List-Id",
        "List-Unsubscribe",
        "X-Failed-Recipients",
    ]
    .into_iter()
    .any(|name| header(name).is_some_and(|value| value != "no"));
    let no_return = header("Return-Path").is_some_and(|path| path == "<>");
    let report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    let user = from.split('@').next().unwrap_or_default();
    let robot =
        ["mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"];
    submitted || bulk || marked || no_return || report || robot.contains(&user)
}

struct CalendarReply {
    uid: String,
    word: &'static str,
    said: Option<Meaning>,
}

/// The first calendar part that replies to an invitation.
fn calendar(message: &Message<'_>) -> Option<CalendarReply> {
    message.parts.iter().take(MOST_PARTS).find_map(|part| {
        let kind = part.content_type()?;
        let is_calendar = kind.ctype().eq_ignore_ascii_case("text")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("calendar"));
        match &part.body {
            PartType::Text(text) if is_calendar => reply(text),
            PartType::Binary(bytes) if is_calendar => reply(&String::from_utf8_lossy(bytes)),
            _ => None,
        }
    })
}

/// `METHOD:REPLY` with one event and its attendee's status.
fn reply(calendar: &str) -> Option<CalendarReply> {
    let mut lines = Lines::new(calendar.as_bytes());
    let (mut replies, mut uid, mut status) = (false, None, None);
    // A broken line ends the reading; what was read before it may be whole.
    while let Ok(Some(line)) = lines.next_line() {
        match line.name.as_str() {
            "METHOD" => replies = line.value.trim().eq_ignore_ascii_case("REPLY"),
            "UID" if uid.is_none() => uid = id(&line.value),
            "ATTENDEE" if status.is_none() => status = line.param("PARTSTAT").map(str::to_uppercase),
            _ => {}
        }
    }
    let (word, said) = match (replies, status?.as_str()) {
        (true, "ACCEPTED") => ("ACCEPTED", Some(Meaning::Yes)),
        (true, "DECLINED") => ("DECLINED", Some(Meaning::No)),
        (true, "TENTATIVE") => ("TENTATIVE", None),
        _ => return None,
    };
    Some(CalendarReply { uid: uid?, word, said })
}

/// The text above the quoted message and above a signature.
fn above_quote(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let end = (0..lines.len()).find(|at| begins_quote(&lines, *at)).unwrap_or(lines.len());
    lines.get(..end).unwrap_or_default().join("\n")
}

/// Whether the line begins a quote or signature, as the mail programs in use write them.
fn begins_quote(lines: &[&str], at: usize) -> bool {
    let line = lines.get(at).copied().unwrap_or_default();
    let lower = line.to_lowercase();
    let next = |steps: usize| lines.get(at + steps).copied().unwrap_or_default();
    // "El lun, 15 jun 2026 … escribió:", also over two or three lines.
    const WROTE: [&str; 3] = ["wrote:", "escribió:", "escribio:"];
    let introduced = |line: &str| WROTE.iter().any(|end| line.to_lowercase().ends_with(end));
    let opens = lower.starts_with("on ") || lower.starts_with("el ");
    let heading = |line: &str| ["from:", "de:"].iter().any(|word| line.to_lowercase().starts_with(word));
    let detail = |line: &str| {
        let line = line.to_lowercase();
        ["sent:", "date:", "to:", "subject:", "enviado:", "enviado el:", "fecha:", "para:", "asunto:"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    line.starts_with('>')
        || line == "--"
        || introduced(line)
        // A mail in HTML alone may hold the quote on the same line.
        || (opens && (WROTE.iter().any(|word| lower.contains(word)) || [next(1), next(2)].into_iter().any(introduced)))
        || (line.len() >= 10 && line.chars().all(|c| c == '_'))
        || (line.starts_with("---") && (lower.contains("original") || lower.contains("forwarded")))
        || (heading(line.trim_matches('*')) && [next(1), next(2)].into_iter().any(|line| detail(line.trim_matches('*'))))
        || ["sent from my ", "enviado desde mi ", "get outlook for ", "obtener outlook para ", "enviado desde outlook"]
            .iter()
            .any(|footer| lower.starts_with(footer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(name: &str) -> Delivered {
        let path = format!("{}/tests/fixtures/replies/{name}", env!("CARGO_MANIFEST_DIR"));
        read(&std::fs::read(path).unwrap()).unwrap()
    }

    fn one(name: &str) -> Answer {
        let mut delivered = recorded(name);
        assert_eq!(delivered.answers.len(), 1, "{name}");
        delivered.answers.remove(0)
    }

    #[test]
    fn the_text_above_the_quote_is_the_answer() {
        for (name, text) in [
            ("mail-gmail.eml", "Sí, F9NWMK"),
            ("mail-outlook.eml", "No puedo"),
            ("mail-iphone.eml", "Sí"),
            ("mail-html.eml", "Confirmo"),
        ] {
            let answer = one(name);
            assert_eq!((answer.text.as_str(), answer.from.as_str()), (text, "ana@example.org"), "{name}");
            assert!(answer.id.contains("@mail.example.org"), "{}", answer.id);
            assert_eq!((answer.about, answer.said), (None, None));
        }
    }

    #[test]
    fn a_calendars_reply_names_its_appointment() {
        let uid = "019ebe10-4d80-72f5-a53e-2be3c4fb70c3".to_owned();
        for (name, said) in
            [("mail-accepted.eml", Some(Meaning::Yes)), ("mail-declined.eml", Some(Meaning::No))]
        {
            let answer = one(name);
            assert_eq!((answer.about, answer.said), (Some(About::Appointment(uid.clone())), said), "{name}");
            assert_eq!(answer.from, "ana@example.org");
        }
    }

    #[test]
    fn what_a_machine_wrote_is_left() {
        for name in ["mail-away.eml", "mail-bounce.eml", "mail-list.eml"] {
            assert_eq!(recorded(name), Delivered::default(), "{name}");
        }
        for header in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated (vacation)",
            "Precedence: bulk",
            "X-Autoreply: yes",
            "Return-Path: <>",
            "List-Id: <a.example>",
        ] {
            let mail = format!("{header}\r\nFrom: ana@example.org\r\n\r\nsí\r\n");
            assert_eq!(read(mail.as_bytes()), Ok(Delivered::default()), "{header}");
        }
        let person =
            b"Auto-Submitted: no\r\nReturn-Path: <ana@example.org>\r\nFrom: ANA@example.org\r\n\r\nsi\r\n";
        let answer = read(person).unwrap().answers.remove(0);
        assert_eq!((answer.from.as_str(), answer.text.as_str()), ("ana@example.org", "si"));
    }

    #[test]
    fn without_an_id_the_same_mail_has_the_same_id() {
        let mail = b"From: ana@example.org\r\n\r\nsi\r\n";
        let ids = [0, 1].map(|_| read(mail).unwrap().answers.remove(0).id);
        assert_eq!(ids[0], ids[1]);
        assert!(ids[0].starts_with("mail:") && ids[0].len() == 37);
        assert_ne!(ids[0], read(b"From: ana@example.org\r\n\r\nno\r\n").unwrap().answers.remove(0).id);
    }

    #[test]
    fn what_is_no_mail_is_refused_and_what_is_cut_is_read_as_far_as_it_goes() {
        for bad in [&b""[..], b"\n\n", b"Subject: x\r\n\r\nsi", b"From: nobody\r\n\r\nsi", &[0; 100]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        let path = format!("{}/tests/fixtures/replies/mail-gmail.eml", env!("CARGO_MANIFEST_DIR"));
        let whole = std::fs::read(path).unwrap();
        // Whatever the length, no panic; once the text is there, so is the answer.
        for length in 0..whole.len() {
            let _ = read(&whole[..length]);
        }
        assert_eq!(read(&whole[..whole.len() - 200]).unwrap().answers[0].text, "Sí, F9NWMK");
    }

    #[test]
    fn an_answer_that_goes_on_below_is_told_whole() {
        assert_eq!(above_quote("Sí\n\npero mañana\n\n> Para confirmar"), "Sí\n\npero mañana\n");
        assert_eq!(above_quote("On Monday I can't\ncome"), "On Monday I can't\ncome");
        assert_eq!(above_quote("De: 9 a 10\npuedo"), "De: 9 a 10\npuedo");
    }
}
