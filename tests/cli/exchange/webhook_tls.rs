//! Webhooks over TLS: trusted certificates and host names.

use crate::support::Clinic;
use rcgen::generate_simple_self_signed;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

/// A TLS server that records the requested host names.
struct TlsServer {
    port: u16,
    certificate: String,
    asked: Mutex<Receiver<(Option<String>, String)>>,
}

impl TlsServer {
    fn named(name: &str) -> TlsServer {
        let made = generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (told, asked) = channel();
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut connection = ServerConnection::new(config.clone()).unwrap();
                let mut tls = Stream::new(&mut connection, &mut stream);
                let mut request = Vec::new();
                let mut part = [0; 4096];
                // The request ends with the two braces of the test event.
                while !request.ends_with(b"}}") {
                    match tls.read(&mut part) {
                        Ok(0) | Err(_) => break,
                        Ok(count) => request.extend_from_slice(&part[..count]),
                    }
                }
                let _ = tls.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
                let name = connection.server_name().map(str::to_owned);
                let _ = told.send((name, String::from_utf8_lossy(&request).into_owned()));
            }
        });
        TlsServer { port, certificate: made.cert.pem(), asked: Mutex::new(asked) }
    }

    fn asked(&self) -> (Option<String>, String) {
        self.asked.lock().unwrap().recv().unwrap()
    }
}

#[test]
fn an_endpoint_is_believed_by_its_certificate_and_asked_for_by_its_name() {
    let server = TlsServer::named("localhost");
    let mut clinic = Clinic::open();
    let port = server.port;
    clinic.does(&format!("webhook add --url https://localhost:{port}/hook --allow-private"));
    let trial: Value = clinic.ran("webhook test HOOK-001 --json").exits(8).json();
    assert!(trial["error"].as_str().unwrap().contains("certificate"), "nobody vouches for it: {trial}");
    assert_eq!(server.asked().1, "", "and nothing was said to it");
    let trusted = clinic.file("trusted.pem", &server.certificate);
    clinic.env("SSL_CERT_FILE", trusted.to_str().unwrap());
    let trial: Value = clinic.json("webhook test HOOK-001");
    assert_eq!((trial["delivered"].as_bool(), trial["http_status"].as_u64()), (Some(true), Some(204)));
    let (name, request) = server.asked();
    assert_eq!(name.as_deref(), Some("localhost"));
    assert!(request.to_lowercase().contains(&format!("host: localhost:{port}\r\n")), "{request}");
    clinic.does(&format!("webhook set HOOK-001 --url https://127.0.0.1:{port}/hook"));
    let trial: Value = clinic.ran("webhook test HOOK-001 --json").exits(8).json();
    assert!(trial["error"].as_str().unwrap().contains("certificate"), "it is somebody else's: {trial}");
}
