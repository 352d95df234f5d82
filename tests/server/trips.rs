//! Limits on the number of round trips to the server per command.

use crate::support::Clinic;
use crate::support::views::Messages;
use crate::{database, open_at, server};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Delay of an answer; a program that pipelines requests has sent them all by then.
const DELAY: Duration = Duration::from_millis(15);

/// A proxy to a server that counts round trips after the connection is set up.
struct Meter {
    address: SocketAddr,
    trips: Arc<AtomicUsize>,
}

/// The unanswered requests of a connection.
#[derive(Default)]
struct Asked {
    connected: bool,
    open: usize,
    /// Whether a request was sent in part.
    part: bool,
}

impl Asked {
    /// Records a message of the program and returns whether a round trip begins here.
    fn note(&mut self, letter: u8) -> bool {
        let begins = self.connected && letter != b'X' && self.open == 0 && !self.part;
        if self.connected {
            let whole = matches!(letter, b'Q' | b'S');
            self.open += usize::from(whole);
            self.part = !whole;
        }
        begins
    }
}

impl Meter {
    fn to(port: u16) -> Meter {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let meter = Meter { address: listener.local_addr().unwrap(), trips: Arc::default() };
        let trips = meter.trips.clone();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
                measure(&program, &server, &trips);
            }
        });
        meter
    }

    /// Number of round trips of a command.
    fn trips(&self, clinic: &Clinic, command: &str) -> usize {
        self.trips_to(clinic, command, 0)
    }

    /// Like `trips`, for a command with exit status `exit`.
    fn trips_to(&self, clinic: &Clinic, command: &str, exit: i32) -> usize {
        let before = self.trips.load(Ordering::SeqCst);
        let url = format!("postgres://postgres@{}/{}?sslmode=disable", self.address, database(clinic));
        let _ = clinic.ran(&format!("{command} --db {url}")).exits(exit);
        self.trips.load(Ordering::SeqCst) - before
    }
}

fn measure(program: &TcpStream, server: &TcpStream, trips: &Arc<AtomicUsize>) {
    program.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let asked = Arc::new(Mutex::new(Asked::default()));
    let (mut from, mut to) = (program.try_clone().unwrap(), server.try_clone().unwrap());
    let (trips, sent) = (trips.clone(), asked.clone());
    thread::spawn(move || {
        // The first message of a session has no type letter.
        let mut first = true;
        while let Some(message) = message(&mut from, std::mem::take(&mut first)) {
            if sent.lock().unwrap().note(message[0]) {
                trips.fetch_add(1, Ordering::SeqCst);
            }
            if to.write_all(&message).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
    let (mut from, mut to) = (server.try_clone().unwrap(), program.try_clone().unwrap());
    thread::spawn(move || {
        while let Some(message) = message(&mut from, false) {
            if message[0] == b'Z' {
                // Delay only what may be the last answer.
                if asked.lock().unwrap().open <= 1 {
                    thread::sleep(DELAY);
                }
                let mut asked = asked.lock().unwrap();
                asked.connected = true;
                asked.open = asked.open.saturating_sub(1);
            }
            if to.write_all(&message).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// Reads a whole message of PostgreSQL's protocol.
fn message(from: &mut TcpStream, without_letter: bool) -> Option<Vec<u8>> {
    let head = if without_letter { 4 } else { 5 };
    let mut message = vec![0; head];
    from.read_exact(&mut message).ok()?;
    let length = u32::from_be_bytes(message[head - 4..].try_into().unwrap()) as usize;
    message.resize(head + length - 4, 0);
    from.read_exact(&mut message[head..]).ok()?;
    Some(message)
}

#[test]
fn a_command_makes_few_trips_to_the_server() {
    let clinic = open_at(server());
    let line = Meter::to(crate::here(crate::cluster::shared_cluster()).port);
    let mut most: Vec<(usize, String, usize)> = Vec::new();
    let mut takes =
        |limit: usize, command: &str| most.push((limit, command.to_owned(), line.trips(&clinic, command)));
    takes(3, "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Rosa Mejía' --phone 70123456");
    takes(
        3,
        "book --doctor GARCIA --date 2026-06-17 --time 10:00 --name 'Rosa Mejía' --phone 70123456 --reason control",
    );
    let code = clinic.list("--date 2026-06-17").appointments[0].code.clone();
    takes(3, &format!("reschedule {code} --date 2026-06-16 --time 11:00"));
    takes(3, &format!("status {code} confirmed"));
    takes(3, &format!("cancel {code} --reason viaje"));
    takes(2, &format!("show {code}"));
    // A name costs one trip more than a code: it is looked for where the appointment of the code is known.
    takes(3, "show mejía");
    takes(3, "show 7012-3456");
    takes(4, "confirm rosa");
    takes(4, "update rosa --notes x");
    takes(3, "book garcia 2026-06-18 10:00 'Eva Paz' 70123457");
    takes(4, "cancel eva viaje");
    takes(2, "list --date 2026-06-15");
    takes(2, "list");
    takes(2, "agenda --date 2026-06-15");
    takes(2, "agenda --date 2026-06-15 --week");
    takes(2, "slots --doctor GARCIA --date 2026-06-15");
    takes(2, "slots --first 1");
    takes(2, "today");
    takes(2, "count");
    takes(14, "remind due");
    // This sweep has nothing to send, and an idle sweep is recorded once in five minutes.
    takes(2, "remind due");
    let over: Vec<_> = most.iter().filter(|(limit, _, trips)| trips > limit).collect();
    assert!(over.is_empty(), "more trips than the limit (limit, command, trips): {over:#?}");
}

#[test]
fn a_sweep_of_many_messages_makes_few_trips_to_the_server() {
    let mut clinic = open_at(server());
    clinic.gateways(&["sms"], "");
    clinic.set("reminder_offsets", "none");
    clinic.does("window set DAY --days daily --from 00:00 --to 24:00");
    let line = Meter::to(crate::here(crate::cluster::shared_cluster()).port);
    // The number of letters per round trip depends on how fast the program sends them.
    for (round, (channel, limit)) in [("print", 24), ("sms", 200)].into_iter().enumerate() {
        clinic.set("reminder_channels", channel);
        let lines: Vec<String> = (0..600)
            .map(|n| {
                let (day, n) = (3 + round * 10 + n / 280, n % 280);
                let time = format!("{:02}:{:02}", n / 12, n % 12 * 5);
                format!(
                    r#"{{"doctor_id":"GARCIA","date":"2026-06-{day:02}","time":"{time}","duration_minutes":5,"patient_name":"Paciente {n}","patient_phone":"+503770{n:05}"}}"#
                )
            })
            .collect();
        let booked = clinic.fed("book --input - --json", lines.join("\n")).exits(0).stdout();
        assert_eq!(booked.lines().count(), 600);
        let trips = line.trips(&clinic, "remind due");
        assert!(trips <= limit, "{trips} trips for 600 messages by {channel}");
        let sent: Messages = clinic.json("remind list --status sent --limit 100000");
        assert_eq!(sent.messages.len(), 600 * (round + 1));
    }
}

/// Webhooks, waiting list, access keys and refusals need more queries.
#[test]
fn a_command_makes_few_trips_in_a_clinic_that_uses_everything() {
    let mut clinic = open_at(server());
    let line = Meter::to(crate::here(crate::cluster::shared_cluster()).port);
    clinic.does("service add --name Vacuna --code VAC --duration 15");
    clinic.does("window add --service VAC --days daily --from 00:00 --to 23:00 --capacity 9");
    clinic.does("webhook add --url https://example.org/x");
    let mut most: Vec<(usize, String, usize)> = Vec::new();
    let mut takes = |clinic: &Clinic, limit: usize, exit: i32, command: &str| {
        most.push((limit, command.to_owned(), line.trips_to(clinic, command, exit)));
    };
    takes(
        &clinic,
        3,
        0,
        "book --service VAC --date 2026-06-15 --time 09:00 --name 'Rosa Mejía' --phone 70123455",
    );
    takes(
        &clinic,
        3,
        0,
        "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Rosa Mejía' --phone 70123456",
    );
    // A refusal offers other times and names the other appointment's patient.
    takes(
        &clinic,
        9,
        4,
        "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Ana Roe' --phone 70123459",
    );
    takes(&clinic, 2, 0, "slots --service VAC --date 2026-06-15");
    takes(&clinic, 2, 0, "list --doctor GARCIA");
    let visits = clinic.list("--date 2026-06-15 --doctor GARCIA").appointments;
    for n in 0..30 {
        clinic.does(&format!("waitlist add --doctor GARCIA --name Eva{n} --phone 701234{n:02}"));
    }
    takes(&clinic, 8, 0, &format!("cancel {} --reason viaje", visits[0].code));
    let key: serde_json::Value = clinic.json("key create --name Jefa --scope admin --code JEFA");
    clinic.set("access", "keys");
    clinic.env("TURNO_KEY", key["secret"].as_str().unwrap());
    // The first use of a key in each minute is recorded, which costs a round trip.
    let _ = clinic.ran("today").exits(0);
    takes(&clinic, 2, 0, "list");
    takes(&clinic, 2, 0, "today");
    takes(
        &clinic,
        3,
        0,
        "book --doctor GARCIA --date 2026-06-17 --time 09:00 --name 'Rosa Mejía' --phone 70123456",
    );
    let over: Vec<_> = most.iter().filter(|(limit, _, trips)| trips > limit).collect();
    assert!(over.is_empty(), "more trips than the limit (limit, command, trips): {over:#?}");
}

/// A thousand bookings, of new and known patients, and an import of the same size.
#[test]
fn many_rows_make_few_trips_to_the_server() {
    let clinic = open_at(server());
    let line = Meter::to(crate::here(crate::cluster::shared_cluster()).port);
    clinic.does("doctor add --name Ruiz --code RUIZ");
    clinic.does("window add --doctor RUIZ --days daily --from 08:00 --to 20:00 --slot 30");
    let day = |row: usize, first: &str| {
        let date = chrono::NaiveDate::parse_from_str(first, "%Y-%m-%d").unwrap();
        date + chrono::Days::new((row / 24).try_into().unwrap())
    };
    let time = |row: usize| format!("{:02}:{:02}", 8 + row % 24 / 2, row % 2 * 30);
    let bookings = |first: &str| -> String {
        let row = |n: usize| {
            serde_json::json!({
                "doctor_id": "RUIZ", "date": day(n, first).to_string(), "start_time": time(n),
                "patient_name": format!("Ana {n}"), "patient_phone": format!("+5037013{n:04}"),
            })
        };
        (0..1_000).map(|n| format!("{}\n", row(n))).collect()
    };
    clinic.file("new.json", bookings("2026-06-15"));
    clinic.file("known.json", bookings("2026-08-01"));
    let rows: String = (0..1_000)
        .map(|n| format!("RUIZ,{},{},Ana {n},+5037013{n:04}\n", day(n, "2026-10-01"), time(n)))
        .collect();
    clinic.file("rows.csv", format!("doctor,date,time,name,phone\n{rows}"));
    let patients: String = (0..1_000).map(|n| format!("Eva {n},+5037014{n:04}\n")).collect();
    clinic.file("patients.csv", format!("name,phone\n{patients}"));
    for command in [
        "book --input new.json",
        "book --input known.json",
        "import csv appointments rows.csv",
        "import csv patients patients.csv",
    ] {
        let trips = line.trips(&clinic, command);
        assert!(trips <= 40, "{trips} trips: {command}");
    }
    let count: serde_json::Value = clinic.json("count");
    assert_eq!(count["count"], 3_000);
}
