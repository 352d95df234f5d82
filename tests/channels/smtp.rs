//! `smtp`: the delivered mail, and the kinds of connection.

use crate::servers::smtp::{Encryption, Identity, Mail, Setup, SmtpServer};
use crate::support::{SECRET, letter, open, short, why};
use mail_parser::{MessageParser, MimeHeaders};
use turno::delivery::channel::{Channel, Letter, Outcome};

/// A channel to `server`; `more` is added to the configuration.
pub fn channel(server: &SmtpServer, more: &str) -> Box<dyn Channel> {
    open(&format!(
        "[channels.it]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"citas@sol.example\"\ntimeout = 2\n{more}",
        server.port()
    ))
}

/// Starts a server and returns the configuration that trusts its certificate.
pub fn server(encryption: Encryption, setup: Setup) -> (SmtpServer, String, tempfile::TempDir) {
    let identity = Identity::new();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    identity.write(&root);
    let root = format!("root_certificate = {:?}\n", root.display().to_string());
    let more = match encryption {
        Encryption::None => "security = \"none\"\n".to_owned(),
        Encryption::Starttls => root,
        Encryption::Tls => format!("security = \"tls\"\n{root}"),
    };
    (SmtpServer::start(Setup { encryption, ..setup }, &identity), more, folder)
}

pub const LOGIN: &str = "username = \"sol\"\npassword_env = \"TEST_TOKEN\"\n";

/// The mail that a letter becomes.
fn arrived(letter: &Letter, more: &str) -> Mail {
    let (server, config, _folder) = server(Encryption::None, Setup::default());
    assert_eq!(channel(&server, &(config + more)).send(letter), Outcome::Sent);
    server.mails().remove(0)
}

#[test]
fn a_mail_gets_through_by_every_way_that_the_server_offers() {
    for encryption in [Encryption::None, Encryption::Starttls, Encryption::Tls] {
        for mechanisms in ["PLAIN LOGIN", "PLAIN", "LOGIN"] {
            let setup = Setup { login: Some(("sol", SECRET)), mechanisms, ..Setup::default() };
            let (server, more, _folder) = server(encryption, setup);
            let outcome = channel(&server, &format!("{more}{LOGIN}")).send(&letter());
            assert_eq!(outcome, Outcome::Sent);
            let mails = server.mails();
            assert_eq!(mails.len(), 1);
            assert_eq!(mails[0].encrypted, encryption != Encryption::None);
            assert_eq!(mails[0].user.as_deref(), Some("sol"));
            assert_eq!(
                (mails[0].from.as_str(), mails[0].to.join(" ").as_str()),
                ("citas@sol.example", "ana@example.com")
            );
        }
    }
}

#[test]
fn the_mail_says_who_writes_to_whom_and_what() {
    let mail = arrived(&letter(), "");
    // Old servers accept ASCII only.
    assert!(mail.data.is_ascii());
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Clínica Sol"), Some("citas@sol.example")));
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Ana Mejía"), Some("ana@example.com")));
    assert_eq!(parsed.subject(), Some(letter().subject.as_str()));
    assert_eq!(parsed.message_id(), Some("019ecbcd-c240-73e3-9949-22c627161344@sol.example"));
    assert!(parsed.date().is_some());
    assert_eq!(parsed.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(parsed.body_text(0).unwrap().trim_end(), letter().text);
    let kinds: Vec<_> = parsed.parts.iter().map(|part| part.content_type().unwrap()).collect();
    let names: Vec<_> =
        kinds.iter().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap())).collect();
    assert_eq!(names, ["multipart/alternative", "text/plain", "text/calendar"]);
    assert_eq!(kinds[1].attribute("charset"), Some("utf-8"));
    assert_eq!(kinds[2].attribute("charset"), Some("utf-8"));
    assert_eq!(kinds[2].attribute("method"), Some("REQUEST"));
}

/// The unfolded lines of the mail's calendar, and the method of its MIME part.
fn calendar(letter: &Letter) -> (Vec<String>, String) {
    let mail = arrived(letter, "from_name = \"Citas; Sol, S.A.\"");
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    let part = &parsed.parts[2];
    let text = std::str::from_utf8(part.contents()).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let lines = text.replace("\r\n ", "").lines().map(str::to_owned).collect();
    (lines, part.content_type().unwrap().attribute("method").unwrap().to_owned())
}

#[test]
fn the_invitation_arrives_as_it_was_meant() {
    let mut letter = letter();
    letter.entry.place = "Clínica Sol; 2º piso, ".repeat(8) + "\n\\fin";
    let (lines, method) = calendar(&letter);
    assert_eq!(method, "REQUEST");
    let place = format!("LOCATION:{}\\n\\\\fin", "Clínica Sol\\; 2º piso\\, ".repeat(8));
    for line in [
        "METHOD:REQUEST",
        "UID:019ebe10-4d80-72f5-a53e-2be3c4fb70c3",
        "SEQUENCE:2",
        "DTSTAMP:20260615T050640Z",
        "DTSTART:20260617T160000Z",
        "DTEND:20260617T163000Z",
        "ORGANIZER;CN=\"Citas; Sol, S.A.\":mailto:citas@sol.example",
        &place,
    ] {
        assert!(lines.iter().any(|had| had == line), "no {line} in {lines:#?}");
    }
}

#[test]
fn a_cancellation_takes_the_entry_back() {
    let mut letter = letter();
    letter.entry.cancelled = true;
    letter.entry.sequence = 3;
    let (lines, method) = calendar(&letter);
    assert_eq!(method, "CANCEL");
    for line in
        ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:019ebe10-4d80-72f5-a53e-2be3c4fb70c3"]
    {
        assert!(lines.iter().any(|had| had == line), "no {line} in {lines:#?}");
    }
}

#[test]
fn names_and_subjects_add_no_header_and_texts_no_command() {
    let mut letter = letter();
    letter.name = "Ana\r\nBcc: eve@example.com\r\n\r\nhi".into();
    letter.subject = "Cita\r\nX-Evil: yes".into();
    letter.text = "one\n.\nQUIT\n..two".into();
    let mail = arrived(&letter, "");
    assert_eq!(mail.to, ["ana@example.com"]);
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    assert!(parsed.bcc().is_none() && parsed.header("X-Evil").is_none(), "{parsed:?}");
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), "one\n.\nQUIT\n..two");
}

#[test]
fn every_try_has_the_same_message_id() {
    let (server, more, _folder) = server(Encryption::None, Setup::default());
    let channel = channel(&server, &more);
    for _ in 0..3 {
        assert_eq!(channel.send(&letter()), Outcome::Sent);
    }
    let mails = server.mails();
    let ids: Vec<_> = mails
        .iter()
        .map(|mail| MessageParser::default().parse(&mail.data).unwrap().message_id().map(str::to_owned))
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(server.connections(), 1, "one connection is enough for one worker");
}

#[test]
fn a_patient_without_a_usable_address_gets_none_and_nobody_is_asked() {
    let (server, more, _folder) = server(Encryption::None, Setup::default());
    let channel = channel(&server, &more);
    for email in
        [None, Some(""), Some("ana"), Some("ana@"), Some("a b@c.example"), Some("a@b>\r\nRCPT TO:<c@d")]
    {
        let outcome = channel.send(&Letter { email: email.map(str::to_owned), ..letter() });
        assert_eq!(short(&outcome), "never", "{email:?}");
        assert!(why(&outcome).contains("e-mail address"), "{outcome:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_domain_in_any_script_is_written_as_every_server_knows_it() {
    let (server, more, _folder) = server(Encryption::None, Setup::default());
    let channel = channel(&server, &more);
    let letter = |email: &str| Letter { email: Some(email.to_owned()), ..letter() };
    assert_eq!(channel.send(&letter("ana@clínica.example")), Outcome::Sent);
    assert_eq!(server.mails()[0].to, ["ana@xn--clnica-4va.example"]);
    // The part before the @ has no ASCII form, and this server does not support SMTPUTF8.
    assert_eq!(short(&channel.send(&letter("añá@example.com"))), "never");
    assert_eq!(channel.send(&letter("ana@example.com")), Outcome::Sent);
}
