//! `smtp`: failures at each step of the protocol, and their effect on the letter and the channel.

use crate::servers::smtp::{Act, Encryption, Identity, Setup, SmtpServer};
use crate::smtp::{LOGIN, channel, server};
use crate::support::{SECRET, letter, open, short, why};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use turno::delivery::channel::{Letter, Outcome};

#[test]
fn what_the_server_does_decides_what_becomes_of_the_letter() {
    let table: [(&'static str, Act, &str); 20] = [
        // The patient's mailbox
        ("RCPT", Act::Say("550 5.1.1 no such user"), "never"),
        ("RCPT", Act::Say("451 4.7.1 greylisted, come again"), "later"),
        ("RCPT", Act::Say("452 4.2.2 mailbox full"), "later"),
        ("RCPT", Act::Say("530 5.7.0 log in first"), "held up"),
        ("RCPT", Act::Say("421 4.3.2 shutting down"), "held up"),
        // The mail
        ("DATA", Act::Say("554 5.7.1 not like this"), "never"),
        ("BODY", Act::Say("552 5.3.4 too big"), "never"),
        ("BODY", Act::Say("451 4.3.0 try again"), "later"),
        // The clinic's account
        ("MAIL", Act::Say("550 5.7.60 may not send as this sender"), "held up"),
        ("MAIL", Act::Say("450 4.7.1 too many mails"), "held up"),
        // The server
        ("GREETING", Act::Say("554 no service for you"), "held up"),
        ("GREETING", Act::Say("HTTP/1.1 400 Bad Request"), "held up"),
        ("EHLO", Act::Say("421 busy"), "held up"),
        ("GREETING", Act::Drop, "held up"),
        ("GREETING", Act::Hang, "held up"),
        // The connection ends or hangs in the middle of the letter.
        ("RCPT", Act::Drop, "later"),
        ("RCPT", Act::Hang, "later"),
        ("MIDDLE", Act::Drop, "later"),
        ("BODY", Act::Hang, "later"),
        ("BODY", Act::Drop, "later"),
    ];
    std::thread::scope(|scope| {
        for (point, act, expected) in table {
            scope.spawn(move || {
                let of_server = act.clone();
                let setup = Setup {
                    act: Box::new(move |at, _| if at == point { of_server.clone() } else { Act::Go }),
                    ..Setup::default()
                };
                let (server, more, _folder) = server(Encryption::None, setup);
                let started = Instant::now();
                let outcome = channel(&server, &more).send(&letter());
                assert_eq!(short(&outcome), expected, "{point} {act:?}: {outcome:?}");
                assert_ne!(why(&outcome), "");
                if let Act::Say(line) = act
                    && !line.starts_with("HTTP")
                {
                    assert!(why(&outcome).contains(&line[..3]), "{point} {line}: {outcome:?}");
                }
                assert!(started.elapsed() < Duration::from_secs(6), "{point}: {:?}", started.elapsed());
                assert!(server.mails().is_empty());
            });
        }
    });
}

/// A server on a free port that sends `before` once and then `again` without end.
fn endless(before: &'static str, again: &'static [u8], pause: Duration) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        let begun = Instant::now();
        let _ = stream.write_all(before.as_bytes());
        let block = again.repeat(if pause.is_zero() { 10_000 } else { 1 });
        // The loop ends when the client closes the connection; the limit is only a safeguard.
        while begun.elapsed() < Duration::from_secs(60) && stream.write_all(&block).is_ok() {
            std::thread::sleep(pause);
        }
    });
    port
}

#[test]
fn an_answer_without_end_is_cut() {
    let now = Duration::ZERO;
    for (before, again, pause) in [
        ("220 ", b"x".as_slice(), now),
        ("", b"220-on and on\r\n".as_slice(), now),
        ("220 hello\r\n250-", b"x".as_slice(), now),
        // Slow bytes: each arrives within the time limit.
        ("220 ", b"x".as_slice(), Duration::from_millis(300)),
        ("220 hello\r\n", b"250-x\r\n".as_slice(), Duration::from_millis(300)),
    ] {
        let port = endless(before, again, pause);
        let more = format!(
            "[channels.it]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"citas@sol.example\"\n\
             security = \"none\"\ntimeout = 2\n"
        );
        let started = Instant::now();
        let outcome = open(&more).send(&letter());
        assert_eq!(short(&outcome), "held up", "{before:?}: {outcome:?}");
        assert!(why(&outcome).len() < 400, "{outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(6), "{before:?}: {:?}", started.elapsed());
    }
}

#[test]
fn a_refused_letter_does_not_harm_the_next() {
    let act = Box::new(|at: &str, rest: &str| match (at, rest.contains("nobody@")) {
        ("RCPT", true) => Act::Say("550 5.1.1 no such user"),
        _ => Act::Go,
    });
    let (server, more, _folder) = server(Encryption::None, Setup { act, ..Setup::default() });
    let channel = channel(&server, &more);
    let to = |email: &str| Letter { email: Some(email.into()), ..letter() };
    for (email, expected) in [("a@b.example", "sent"), ("nobody@b.example", "never"), ("c@b.example", "sent")]
    {
        assert_eq!(short(&channel.send(&to(email))), expected, "{email}");
    }
    let to: Vec<String> = server.mails().into_iter().map(|mail| mail.to.join(" ")).collect();
    assert_eq!(to, ["a@b.example", "c@b.example"]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_made_anew() {
    let mails = AtomicUsize::new(0);
    // The server accepts one mail per connection.
    let act = Box::new(move |at: &str, _: &str| match at {
        "MAIL" if mails.fetch_add(1, Ordering::SeqCst) % 2 == 1 => Act::Drop,
        _ => Act::Go,
    });
    let (server, more, _folder) = server(Encryption::None, Setup { act, ..Setup::default() });
    let channel = channel(&server, &more);
    for _ in 0..3 {
        assert_eq!(channel.send(&letter()), Outcome::Sent);
    }
    assert_eq!((server.mails().len(), server.connections()), (3, 3));
}

#[test]
fn a_wrong_password_holds_the_channel_up_and_is_not_repeated() {
    for mechanisms in ["PLAIN", "LOGIN"] {
        let setup = Setup { login: Some(("sol", "another")), mechanisms, ..Setup::default() };
        let (server, more, _folder) = server(Encryption::Starttls, setup);
        let outcome = channel(&server, &format!("{more}{LOGIN}")).send(&letter());
        assert_eq!(short(&outcome), "held up");
        let why = why(&outcome);
        assert!(why.contains("535") && why.contains("no: sol"), "{why}");
        use base64::Engine;
        let echo = base64::engine::general_purpose::STANDARD.encode(format!("\0sol\0{SECRET}"));
        assert!(!why.contains(&echo), "{why}");
        assert!(server.mails().is_empty());
    }
}

#[test]
fn a_server_without_what_is_asked_of_it_gets_neither_password_nor_mail() {
    // STARTTLS is required but not offered: an attacker may have removed the offer.
    let setup = Setup { login: Some(("sol", SECRET)), ..Setup::default() };
    let plain = SmtpServer::start(setup, &Identity::new());
    let outcome = channel(&plain, LOGIN).send(&letter());
    assert_eq!(short(&outcome), "held up", "{outcome:?}");
    assert!(why(&outcome).contains("STARTTLS"), "{outcome:?}");

    // The server offers no login mechanism that turno supports.
    let setup = Setup { login: Some(("sol", SECRET)), mechanisms: "GSSAPI", ..Setup::default() };
    let (server, more, _folder) = server(Encryption::Starttls, setup);
    assert_eq!(short(&channel(&server, &format!("{more}{LOGIN}")).send(&letter())), "held up");
    assert!(plain.mails().is_empty() && server.mails().is_empty());
}

#[test]
fn a_certificate_that_nobody_vouches_for_holds_the_channel_up() {
    for (encryption, security) in [(Encryption::Starttls, "starttls"), (Encryption::Tls, "tls")] {
        let (server, _, _folder) = server(encryption, Setup::default());
        let outcome = channel(&server, &format!("security = {security:?}")).send(&letter());
        assert_eq!(short(&outcome), "held up", "{outcome:?}");
        assert!(why(&outcome).contains("certificate"), "{outcome:?}");
        assert!(server.mails().is_empty());
    }
}

#[test]
fn a_server_that_is_not_there_holds_the_channel_up() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = |host: &str| {
        format!(
            "[channels.it]\nkind = \"smtp\"\nhost = {host:?}\nport = {free}\nfrom = \"a@b.example\"\nsecurity = \"none\""
        )
    };
    for host in ["127.0.0.1", "no-such-host.invalid"] {
        let outcome = open(&config(host)).send(&letter());
        assert_eq!(short(&outcome), "held up", "{host}: {outcome:?}");
        assert_ne!(why(&outcome), "");
    }
}
