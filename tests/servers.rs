//! Tests of the fake HTTP and SMTP servers that other tests use.

#![expect(
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "servers/mod.rs"]
mod servers;

use servers::http::{HttpServer, Reply};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends `bytes` and reads until the server closes or 200 ms pass.
fn ask(url: &str, bytes: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn the_http_server_answers_what_the_test_says_and_keeps_what_it_was_asked() {
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/hang" => Reply::Hang,
        "/close" => Reply::Close,
        "/garbage" => Reply::Garbage,
        _ => Reply::json(201, &serde_json::json!({ "got": request.json() })).header("Retry-After", "7"),
    });
    let post = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: x\r\ncontent-length: 7\r\nX-Id: a\r\n\r\n{{\"a\":1}}")
    };
    // Two requests on one connection, which stays open.
    let answer = ask(&server.url(), &post("/a?b=c").repeat(2));
    let text = String::from_utf8(answer).unwrap();
    assert_eq!(text.matches("HTTP/1.1 201 ").count(), 2, "{text}");
    assert!(text.contains("Retry-After: 7\r\n") && text.ends_with("{\"got\":{\"a\":1}}"), "{text}");
    assert_eq!(ask(&server.url(), &post("/hang")), b"");
    assert_eq!(ask(&server.url(), &post("/close")), b"");
    assert!(!ask(&server.url(), &post("/garbage")).starts_with(b"HTTP"));

    let requests = server.requests();
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/a?b=c", "/a?b=c", "/hang", "/close", "/garbage"]);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].text(), requests[0].header("x-id")),
        ("POST", "{\"a\":1}", Some("a"))
    );
}
