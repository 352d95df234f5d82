//! `turno listen`: what it takes, from whom, and what it refuses.

use crate::support::Clinic;
use crate::support::listener::{APP_SECRET, Listener, PUBLIC, TOKEN, VERIFY, form, hub, recorded, signed};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn answered() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.answered_channels("http://127.0.0.1:9");
    clinic
}

const SMS: &[(&str, &str)] = &[
    ("MessageSid", "SM0123456789abcdef0123456789abcdef"),
    ("From", "+50377654321"),
    ("To", "+15005550006"),
    ("Body", "hola"),
];

#[test]
fn what_is_not_there_is_not_found_and_what_is_not_meant_is_not_allowed() {
    let clinic = answered();
    let listener = Listener::start(&clinic);
    assert_eq!(listener.get("/health"), (200, "ok\n".to_owned()));
    for path in
        ["/", "/channels", "/channels/", "/channels/fax", "/channels/quiet", "/channels/print", "/health/x"]
    {
        assert_eq!(listener.post(path, &[], b"x=1"), 404, "{path}");
    }
    for path in ["/channels/..", "/channels/sms/", "/channels/SMS", "/channels/%73ms", "/channels/sms%2f"] {
        assert_eq!(listener.get(path).0, 404, "{path}");
    }
    for (path, allowed) in [("/channels/sms", "GET, POST"), ("/health", "GET, HEAD")] {
        let answer = listener.agent().put(format!("{}{path}", listener.url)).send(b"x").unwrap();
        assert_eq!(answer.status().as_u16(), 405, "{path}");
        assert_eq!(answer.headers()["allow"], allowed);
    }
    assert_eq!(listener.post("/health", &[], b""), 405);
    assert!(listener.stop().success());
}

#[test]
fn a_body_whose_signature_is_missing_or_forged_is_refused() {
    let clinic = answered();
    let before = clinic.content();
    let listener = Listener::start(&clinic);
    let good = signed(TOKEN, PUBLIC, SMS);
    let other = signed("ffffffffffffffffffffffffffffffff", PUBLIC, SMS);
    let elsewhere = signed(TOKEN, "https://citas.example/channels/other", SMS);
    let body = form(SMS);
    for signature in
        ["", "AAAA", "\u{7f}", other.as_str(), &elsewhere, &good[1..], "0", "0000000000000000000000000000"]
    {
        let status = listener.post("/channels/sms", &[("X-Twilio-Signature", signature)], body.as_bytes());
        assert!(matches!(status, 403 | 0), "{signature}: {status}");
    }
    assert_eq!(listener.post("/channels/sms", &[], body.as_bytes()), 403);
    let header = ("X-Twilio-Signature", good.as_str());
    assert_eq!(listener.post("/channels/sms", &[header], format!("{body}&Body=si").as_bytes()), 403);
    assert_eq!(listener.post("/channels/sms?x=1", &[header], body.as_bytes()), 403, "the query is signed");
    let body = recorded("whatsapp-text.json");
    let good = hub(APP_SECRET, &body);
    for signature in ["", "sha256=", "sha256=00", &good[7..], &hub("other", &body), &hub(APP_SECRET, b"{}")] {
        assert_eq!(listener.post("/channels/whatsapp", &[("X-Hub-Signature-256", signature)], &body), 403);
    }
    assert_eq!(listener.post("/channels/whatsapp", &[("X-Hub-Signature-256", &good)], &body[1..]), 403);
    // What is forged is refused as what it is, whatever else is wrong with it.
    assert_eq!(listener.post("/channels/whatsapp", &[], b"not json"), 403);
    assert_eq!(listener.whatsapp(b"not json"), 400);
    assert_eq!(listener.twilio(&[("Body", "sí")]), 400);
    assert!(listener.stop().success());
    assert_eq!(clinic.content(), before);
}

#[test]
fn whatsapp_gets_its_challenge_back_if_it_knows_the_token() {
    let clinic = answered();
    let listener = Listener::start(&clinic);
    let ask = |path: &str, token: &str| {
        listener.get(&format!("{path}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}"))
    };
    assert_eq!(ask("/channels/whatsapp", VERIFY), (200, "1158201444".to_owned()));
    assert_eq!(ask("/channels/whatsapp", "otro").0, 403);
    assert_eq!(ask("/channels/sms", VERIFY).0, 403);
    assert_eq!(ask("/channels/fax", VERIFY).0, 404);
    assert_eq!(listener.get("/channels/whatsapp").0, 403);
}

#[test]
fn a_body_of_ten_megabytes_is_too_large_and_the_server_goes_on() {
    let clinic = answered();
    let listener = Listener::start(&clinic);
    let mut megabytes = vec![b'a'; 10 << 20];
    for path in ["/channels/sms", "/channels/whatsapp", "/channels/mail"] {
        assert_eq!(listener.post(path, &[], &megabytes), 413, "{path}");
    }
    megabytes.truncate(64 * 1024 + 1);
    assert_eq!(listener.post("/channels/sms", &[], &megabytes), 413);
    megabytes.truncate(64 * 1024);
    assert_eq!(listener.post("/channels/sms", &[], &megabytes), 403);
    // Chunks, of a length that nobody announced.
    let mut stream = TcpStream::connect(listener.url.trim_start_matches("http://")).unwrap();
    stream
        .write_all(b"POST /channels/sms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    for _ in 0..20 {
        stream.write_all(b"2000\r\n").unwrap();
        stream.write_all(&[b'a'; 0x2000]).unwrap();
        stream.write_all(b"\r\n").unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    // Headers without end.
    let long = "a".repeat(100_000);
    assert!(matches!(listener.post("/channels/sms", &[("X-Long", &long)], b""), 431 | 0));
    assert_eq!(listener.get("/health").0, 200);
}

#[test]
fn connections_that_say_nothing_keep_nobody_waiting() {
    let clinic = answered();
    let listener = Listener::start(&clinic);
    let address = listener.url.trim_start_matches("http://");
    let mut idle: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(address).unwrap()).collect();
    for stream in &mut idle {
        stream.write_all(b"POST /channels/sms HTTP/1.1\r\nHost: x\r\n").unwrap();
    }
    let begun = Instant::now();
    assert_eq!(listener.get("/health").0, 200);
    assert!(begun.elapsed() < Duration::from_secs(5));
    // What is no HTTP is answered as such, or not at all.
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"\x16\x03\x01 hello\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 400"), "{said:?}");
    // It ends though they are open.
    assert!(listener.stop().success());
}

#[test]
fn it_starts_only_where_there_is_something_to_listen_for() {
    let clinic = Clinic::open();
    let refusal = clinic.refused("listen --bind 127.0.0.1:0", "VALIDATION_ERROR", 2);
    assert!(refusal.text("channels").contains("takes answers"), "{refusal:?}");
    let clinic = answered();
    for bind in ["nowhere", "127.0.0.1", "127.0.0.1:99999", "192.0.2.1:80"] {
        let refusal = clinic.refused(&format!("listen --bind {bind}"), "VALIDATION_ERROR", 2);
        assert!(refusal.text("bind").contains(bind), "{refusal:?}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap();
    let _ = clinic.refused(&format!("listen --bind {bind}"), "VALIDATION_ERROR", 2);
    let _ = clinic.refused("listen --clinic otra --bind 127.0.0.1:0", "RESOURCE_NOT_FOUND", 3);
    std::fs::remove_file(clinic.home().join("app")).unwrap();
    let refusal = clinic.refused("listen --bind 127.0.0.1:0", "VALIDATION_ERROR", 2);
    assert!(refusal.text("channels.whatsapp.app_secret_file").contains("app"), "{refusal:?}");
}

#[test]
fn a_socket_of_systemd_is_taken_over() {
    let clinic = answered();
    let script = r#"import os, socket, sys
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[1], sys.argv[1:])"#;
    let inner = clinic.process("listen");
    let mut python = std::process::Command::new("/usr/bin/env");
    python.env_clear().env("PATH", "/usr/bin:/bin:/usr/local/bin");
    python.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    python.args(["python3", "-c", script]).arg(inner.get_program()).args(inner.get_args());
    let listener = Listener::started(python);
    assert!(!listener.url.ends_with(":8787"), "{}", listener.url);
    assert_eq!(listener.get("/health").0, 200);
    assert!(listener.stop().success());
}
