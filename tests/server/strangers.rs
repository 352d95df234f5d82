//! Servers that can't be used: gone, silent, old, or nothing of the kind.

use crate::support::Clinic;
use crate::support::views::Refusal;
use crate::wire::{Manners, stranger};
use crate::{empty_at, server, unavailable};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Generous: machines that run tests are busy. Waiting without an end would be far longer.
const SECONDS: Duration = Duration::from_secs(40);

/// Each of the commands is refused with that word in it, within seconds.
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
    refused_soon(&clinic, &format!("postgres://ana@{address}/book"), &address.to_string());
    let nowhere = clinic.home().display().to_string().replace('/', "%2F");
    refused_soon(&clinic, &format!("postgres://ana@{nowhere}/book"), ".s.PGSQL.5432");
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

#[test]
fn what_is_no_postgresql_server_is_refused_in_words() {
    let clinic = empty_at(server());
    for manners in [Manners::Web, Manners::Rude] {
        let address = stranger(manners);
        for sslmode in ["disable", "prefer", "require"] {
            let url = format!("postgres://ana@{address}/book?sslmode={sslmode}&connect_timeout=2");
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
