//! Encryption and trust in certificates, with libpq's options. The `openssl` program, a dependency of
//! Debian's PostgreSQL package, makes the certificates.

use crate::support::Clinic;
use crate::support::cluster::{self, private::Cluster};
use crate::{Wishes, open_at, own_server, unavailable};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A server that accepts encrypted connections only, with its own authority and a certificate for
/// `localhost`. `None` without `openssl`.
fn guarded() -> Option<(Cluster, Clinic)> {
    let folder = tempfile::tempdir().unwrap();
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        cluster::left_out("no openssl was found, which makes certificates for the tests");
        return None;
    }
    let path = |name: &str| folder.path().join(name).display().to_string();
    let openssl = |line: &str| {
        let mut command = Command::new("openssl");
        command.args(line.split(' ')).current_dir(folder.path());
        let done = command.output().unwrap();
        assert!(done.status.success(), "openssl {line}\n{}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    fs::write(path("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").unwrap();
    for authority in ["root", "other"] {
        openssl(&format!(
            "req -x509 {key} -keyout {authority}.key -out {authority}.crt -days 30 -subj /CN={authority}"
        ));
    }
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    openssl(
        "x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial -days 30 -extfile names -out server.crt",
    );
    let file = |name: &'static str| (name, fs::read(path(name)).unwrap());
    let wishes = Wishes {
        settings: "ssl = on\nssl_cert_file = '../server.crt'\nssl_key_file = '../server.key'\n\
                   listen_addresses = 'localhost'\n"
            .to_owned(),
        files: vec![file("server.crt"), file("server.key")],
        access: "hostnossl all all all reject\n".to_owned(),
        ..Wishes::default()
    };
    let mut server = own_server(&wishes);
    // The test's other connections use the unencrypted socket.
    server.server.address = format!("postgres://postgres@{}:{}", socket(&server), server.port);
    let mut clinic = open_at(&server.server);
    for name in ["root.crt", "other.crt"] {
        clinic.file(name, fs::read(path(name)).unwrap());
    }
    clinic.env("PGCONNECT_TIMEOUT", "20");
    Some((server, clinic))
}

fn socket(server: &Cluster) -> String {
    server.folder.display().to_string().replace('/', "%2F")
}

/// The URL of the clinic's database over the network.
fn url(server: &Cluster, clinic: &Clinic, host: &str, options: &str) -> String {
    format!("postgres://postgres@{host}:{}/{}?{options}", server.port, crate::database(clinic))
}

#[test]
fn a_server_that_wants_encryption_gets_it_unless_it_is_ruled_out() {
    let Some((server, clinic)) = guarded() else { return };
    for mode in ["prefer", "require", "allow"] {
        clinic.does(&format!("list --db {}", url(&server, &clinic, "127.0.0.1", &format!("sslmode={mode}"))));
    }
    clinic.does(&format!("list --db {}", url(&server, &clinic, "127.0.0.1", "")));
    let refusal =
        unavailable(&clinic, &format!("list --db {}", url(&server, &clinic, "127.0.0.1", "sslmode=disable")));
    assert!(refusal.hint.is_some_and(|hint| hint.contains("sslmode")), "what would help?");
    let booked = format!(
        "book --doctor GARCIA --date 2026-06-15 --time 14:00 --name A --phone 7700-0001 --db {}",
        url(&server, &clinic, "localhost", "sslmode=require")
    );
    clinic.does(&booked);
    clinic.is_sound();
}

#[test]
fn a_certificate_is_held_against_the_authority_and_with_verify_full_against_the_hosts_name() {
    let Some((server, clinic)) = guarded() else { return };
    let at = |name: &str| clinic.home().join(name).display().to_string();
    let (root, other) = (at("root.crt"), at("other.crt"));
    for (host, mode, trusted, welcome) in [
        ("localhost", "verify-full", &root, true),
        ("127.0.0.1", "verify-full", &root, false),
        ("localhost", "verify-full", &other, false),
        ("localhost", "verify-ca", &root, true),
        ("127.0.0.1", "verify-ca", &root, true),
        ("127.0.0.1", "verify-ca", &other, false),
        // As in libpq, a given root certificate is always checked.
        ("127.0.0.1", "require", &root, true),
        ("127.0.0.1", "require", &other, false),
    ] {
        let url = url(&server, &clinic, host, &format!("sslmode={mode}&sslrootcert={trusted}"));
        if welcome {
            clinic.does(&format!("list --db {url}"));
        } else {
            let refusal = unavailable(&clinic, &format!("list --db {url}"));
            assert!(refusal.message.contains("certificate"), "{url}: {refusal:?}");
        }
    }
}

#[test]
fn the_authority_may_be_named_in_the_environment_or_lie_where_libpq_looks() {
    let Some((server, mut clinic)) = guarded() else { return };
    let line = format!("list --db {}", url(&server, &clinic, "localhost", "sslmode=verify-full"));
    let refusal = unavailable(&clinic, &line);
    assert!(refusal.hint.is_some_and(|hint| hint.contains("sslrootcert")), "no authority is known yet");
    fs::create_dir(clinic.home().join(".postgresql")).unwrap();
    let usual = clinic.home().join(".postgresql/root.crt");
    fs::copy(clinic.home().join("root.crt"), &usual).unwrap();
    clinic.does(&line);
    fs::copy(clinic.home().join("other.crt"), &usual).unwrap();
    unavailable(&clinic, &line);
    let root = clinic.home().join("root.crt");
    clinic.env("PGSSLROOTCERT", &root.display().to_string());
    clinic.does(&line);
    // `system` requires a matching host name, and the system does not trust this authority.
    clinic.env("PGSSLROOTCERT", "system");
    unavailable(&clinic, &format!("list --db {}", url(&server, &clinic, "localhost", "")));
    clinic.env("PGSSLROOTCERT", &root.display().to_string()).env("PGSSLMODE", "verify-full");
    clinic.does(&format!("list --db {}", url(&server, &clinic, "localhost", "")));
    unavailable(&clinic, &format!("list --db {}", url(&server, &clinic, "127.0.0.1", "")));
}

#[test]
fn a_server_that_can_not_encrypt_is_refused_where_encryption_is_wanted() {
    let clinic = open_at(crate::server());
    let place = clinic.place().name();
    for mode in ["disable", "allow", "prefer"] {
        clinic.does(&format!("list --db {place}?sslmode={mode}"));
    }
    let root = clinic.file("root.crt", "");
    for mode in ["require", "verify-ca", "verify-full"] {
        unavailable(&clinic, &format!("list --db {place}?sslmode={mode}"));
        assert!(Path::new(&root).exists());
        unavailable(&clinic, &format!("list --db {place}?sslmode={mode}&sslrootcert={}", root.display()));
    }
}
