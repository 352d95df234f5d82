//! A lost server is replaced by its standby while desks book.

use crate::support::cluster::private::Cluster;
use crate::{Wishes, database, open_at, own_server};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// A synchronous standby: commits of `primary` are on both disks.
fn standby_of(primary: &mut Cluster) -> Cluster {
    let mut standby = own_server(&Wishes { durable: true, ..Wishes::default() });
    standby.stop("fast");
    primary.stop("fast");
    let data = standby.folder.join("data");
    std::fs::remove_dir_all(&data).unwrap();
    let copied = Command::new("cp").arg("-a").arg(primary.folder.join("data")).arg(&data).status().unwrap();
    assert!(copied.success());
    let settings = data.join("postgresql.conf");
    let (port, password) = (primary.port, primary.server.password.clone().unwrap());
    let follows =
        format!("primary_conninfo = 'host=127.0.0.1 port={port} user=postgres password={password}'\n");
    std::fs::write(&settings, std::fs::read_to_string(&settings).unwrap() + &follows).unwrap();
    std::fs::write(data.join("standby.signal"), "").unwrap();
    standby.server.password = Some(password);
    primary.start_again();
    standby.start_again();
    primary.server.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.server.run("SELECT pg_reload_conf()");
    standby
}

#[test]
fn desks_go_on_with_the_standby_of_a_lost_server_and_nothing_is_lost() {
    let mut primary = own_server(&Wishes { durable: true, ..Wishes::default() });
    let mut clinic = open_at(&primary.server);
    let standby = standby_of(&mut primary);
    let url = format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/{}?target_session_attrs=primary",
        primary.port,
        standby.port,
        database(&clinic)
    );
    clinic.env("TURNO_DB", &url);
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let desk = || {
        let mut booked = Vec::new();
        while !over.load(Ordering::SeqCst) {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let (day, slot) = (number / 16, number % 16);
            // 16 a day, Monday to Friday.
            let date = chrono::NaiveDate::from_ymd_opt(2026, 6, 15).unwrap()
                + chrono::Days::new((day + day / 5 * 2) as u64);
            let (hour, minute) = (9 + slot / 2, slot % 2 * 30);
            // The desks do not retry: a refusal fails the test.
            booked.push(
                clinic
                    .book(&format!(
                        "--doctor GARCIA --date {date} --time {hour:02}:{minute:02} --name 'P {number}' --phone +5037700{number:04}"
                    ))
                    .id,
            );
        }
        booked
    };
    let booked: Vec<String> = std::thread::scope(|scope| {
        let desks: Vec<_> = (0..8).map(|_| scope.spawn(desk)).collect();
        let reaches = |count: usize| {
            while next.load(Ordering::SeqCst) < count && !desks.iter().any(|desk| desk.is_finished()) {
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        reaches(40);
        primary.stop("immediate");
        std::thread::sleep(Duration::from_secs(1));
        standby.server.run("SELECT pg_promote()");
        let before = next.load(Ordering::SeqCst);
        reaches(before + 40);
        over.store(true, Ordering::SeqCst);
        desks.into_iter().flat_map(|desk| desk.join().expect("a desk whose bookings were taken")).collect()
    });
    let there = clinic.list("--limit 1000");
    let ids: BTreeSet<&str> = there.appointments.iter().map(|visit| visit.id.as_str()).collect();
    assert_eq!((there.total, ids.len()), (booked.len(), booked.len()));
    assert_eq!(booked.iter().map(String::as_str).collect::<BTreeSet<_>>(), ids);
    clinic.is_sound();
}
