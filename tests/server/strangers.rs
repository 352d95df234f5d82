//! Unusable servers: gone, silent, old, or not PostgreSQL.

use crate::support::Clinic;
use crate::support::views::Refusal;
use crate::wire::{Asks, Manners, Told, asking, asking_in, stranger};
use crate::{empty_at, server, unavailable};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Generous for busy test machines; a missing time limit would still exceed it.
const SECONDS: Duration = Duration::from_secs(40);

/// Each command must be refused within `SECONDS`, with `word` in the message.
fn refused_soon(clinic: &Clinic, url: &str, word: &str) -> Refusal {
    let mut last = None;
    for line in ["list", "init --name A --timezone UTC", "remind due"] {
        let begun = Instant::now();
        let refusal = unavailable(clinic, &format!("{line} --db {url}"));
        assert!(begun.elapsed() < SECONDS, "{line} took {:?}", begun.elapsed());
        assert!(refusal.message.contains(word), "{line}: {refusal:?}");
        last = Some(refusal);
    }
    last.unwrap()
}

#[test]
fn a_server_that_does_not_run_is_refused_within_seconds() {
    let clinic = empty_at(server());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    refused_soon(&clinic, &format!("postgres://ana@{address}/book?connect_timeout=1"), &address.to_string());
    let nowhere = clinic.home().display().to_string().replace('/', "%2F");
    refused_soon(&clinic, &format!("postgres://ana@{nowhere}/book?connect_timeout=1"), ".s.PGSQL.5432");
    refused_soon(&clinic, "postgres://ana@no-such-host.invalid/book", "no-such-host.invalid");
}

#[test]
fn a_server_that_never_answers_is_refused_within_seconds() {
    let clinic = empty_at(server());
    let address = stranger(Manners::Silent);
    let begun = Instant::now();
    unavailable(&clinic, &format!("list --db postgres://ana@{address}/book"));
    assert!(begun.elapsed() < SECONDS, "{:?}", begun.elapsed());
    refused_soon(&clinic, &format!("postgres://ana@{address}/book?connect_timeout=1"), "within 1 s");
    let sleepy = stranger(Manners::Sleepy);
    refused_soon(&clinic, &format!("postgres://ana@{sleepy}/book?connect_timeout=1"), "within 1 s");
}

/// The program must stop reading long before the whole gigabyte.
#[test]
fn a_server_whose_answer_has_no_end_is_hung_up_on() {
    let clinic = empty_at(server());
    let address = stranger(Manners::Endless);
    let place = format!("list --db postgres://ana@{address}/book");
    let mut command = clinic.process(&place);
    // Reading more exceeds the memory limit, and a signal ends the program instead of a refusal.
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 400000; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output()
        .expect("sh runs");
    assert_eq!(limited.status.code(), Some(7), "{}", String::from_utf8_lossy(&limited.stderr));
    let _ = command.stdout(std::process::Stdio::null());
}

#[test]
fn what_is_no_postgresql_server_is_refused_in_words() {
    let clinic = empty_at(server());
    for manners in [Manners::Web, Manners::Rude] {
        let address = stranger(manners);
        for sslmode in ["disable", "prefer", "require"] {
            let url = format!("postgres://ana@{address}/book?sslmode={sslmode}&connect_timeout=1");
            refused_soon(&clinic, &url, &address.to_string());
        }
    }
}

#[test]
fn a_server_that_is_too_old_is_told_which_version_is_needed() {
    let clinic = empty_at(server());
    let address = stranger(Manners::Old);
    let refusal = refused_soon(&clinic, &format!("postgres://ana@{address}/book"), "9.6");
    assert!(refusal.hint.is_some_and(|hint| hint.contains("13")), "which would do?");
}

const SECRET: &str = "caracola-4711";
const CLEAR: Asks = Asks(3, b"");
const MD5: Asks = Asks(5, b"salt");
const SCRAM: Asks = Asks(10, b"SCRAM-SHA-256\0\0");

/// Takes the client's recorded answers.
fn heard(told: &Told) -> Vec<u8> {
    std::mem::take(&mut *told.lock().unwrap())
}

#[test]
fn no_password_goes_to_a_server_that_asks_for_it_in_clear() {
    let mut clinic = empty_at(server());
    clinic.env("PGPASSWORD", SECRET);
    for (asks, method) in [(CLEAR, "\"password\""), (MD5, "\"md5\"")] {
        let (address, told) = asking(asks);
        for options in ["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=disable&require_auth=!none"] {
            let refusal = unavailable(&clinic, &format!("list --db postgres://ana@{address}/book{options}"));
            assert!(refusal.message.contains(method), "{options}: {refusal:?}");
            assert!(refusal.message.contains("sent"), "{options}: {refusal:?}");
            assert_eq!(heard(&told), b"", "{options} {method}");
        }
        for options in ["?sslmode=allow", "?sslmode=require"] {
            unavailable(&clinic, &format!("list --db postgres://ana@{address}/book{options}"));
            assert_eq!(heard(&told), b"", "{options} {method}");
        }
        let told = asking_in(clinic.home(), asks);
        let folder = clinic.home().display().to_string().replace('/', "%2F");
        let refusal = unavailable(&clinic, &format!("list --db postgres://ana@{folder}/book"));
        assert!(refusal.message.contains(method), "{refusal:?}");
        assert_eq!(heard(&told), b"");
        std::fs::remove_file(clinic.home().join(".s.PGSQL.5432")).unwrap();
    }
}

#[test]
fn a_server_is_answered_as_require_auth_says() {
    let mut clinic = empty_at(server());
    clinic.env("PGPASSWORD", SECRET);
    let told = |clinic: &Clinic, asks, options: &str| {
        let (address, told) = asking(asks);
        let refusal = unavailable(clinic, &format!("list --db postgres://ana@{address}/book{options}"));
        (String::from_utf8_lossy(&heard(&told)).into_owned(), refusal.message)
    };
    // `require_auth` can allow a password in clear.
    assert!(told(&clinic, CLEAR, "?sslmode=disable&require_auth=password").0.contains(SECRET));
    assert!(told(&clinic, MD5, "?sslmode=disable&require_auth=password,md5").0.contains("md5"));
    let (proof, _) = told(&clinic, SCRAM, "?sslmode=disable");
    assert!(proof.contains("SCRAM-SHA-256") && !proof.contains(SECRET), "{proof}");
    for (asks, list) in
        [(SCRAM, "!scram-sha-256"), (SCRAM, "md5"), (CLEAR, "scram-sha-256"), (CLEAR, "!password")]
    {
        let (nothing, said) = told(&clinic, asks, &format!("?sslmode=disable&require_auth={list}"));
        assert_eq!(nothing, "", "{list}");
        assert!(said.contains("require_auth"), "{said}");
    }
    clinic.env("PGREQUIREAUTH", "scram-sha-256");
    let sleepy = stranger(Manners::Sleepy);
    let lets_in = unavailable(&clinic, &format!("list --db postgres://ana@{sleepy}/book"));
    assert!(lets_in.message.contains("\"none\""), "{lets_in:?}");
    clinic.env("PGREQUIREAUTH", "scram");
    assert!(unavailable(&clinic, "list").message.contains("require_auth"));
}
