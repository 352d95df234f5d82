//! JSON bodies: single ones, and streams.

use crate::fuzz;
use crate::mutate::Chance;
use std::path::Path;
use turno::app::booking::book::book;
use turno::app::booking::request::BookRequest;
use turno::app::calendar::doctor;
use turno::app::calendar::doctor::DoctorFields;
use turno::app::calendar::window;
use turno::app::calendar::window::WindowFields;
use turno::app::upkeep::clinic::{ClinicRequest, init};
use turno::app::{Context, Env};
use turno::domain::refusal::{Code, Refusal};
use turno::domain::time::Instant;
use turno::input::bodies;
use turno::input::bodies::Body;
use turno::input::json_stream::Values;
use turno::output::printable;
use turno::platform::secrets::Secrets;
use turno::platform::zones::Zones;
use turno::store::{Ending, Location, Store};

const BODIES: [Body; 4] = [Body::Book, Body::Reschedule, Body::Status, Body::Update];

/// Bodies of the reference APIs.
fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seeds");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the seeds").map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    let mut seeds: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).expect("a seed")).collect();
    seeds.push(br#"{"doctor_id":"GARCIA","date":"2026-06-15","time":"09:30","duration":"20m","name":"Ana","phone":"+50377654321","overbook":true,"notify":false,"idempotency_key":"k"}"#.to_vec());
    seeds.push(
        br#"{"status":"completed","diagnosis":"gripe","follow_up":"2026-07-01","notes":null}"#.to_vec(),
    );
    seeds
}

/// A refusal must name a field, and its message must be safe to print on a terminal.
fn is_a_refusal_of_the_input(refusal: &Refusal) {
    assert_eq!(refusal.code, Code::ValidationError, "{refusal:?}");
    assert!(!refusal.details.is_empty(), "{refusal:?} names no field");
    let shown = printable(&refusal.message);
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
}

#[test]
fn a_body_is_read_or_refused_by_its_fields() {
    fuzz("bodies", &seeds(), |bytes, _| {
        for body in BODIES {
            let Ok(raw) = bodies::one(body, bytes).inspect_err(is_a_refusal_of_the_input) else { continue };
            let problems = match body {
                Body::Book => raw.book().problems,
                Body::Reschedule => raw.reschedule().problems,
                Body::Status => raw.status(None).problems,
                Body::Update => raw.update().problems,
            };
            if let Err(refusal) = problems.check() {
                is_a_refusal_of_the_input(&refusal);
            }
        }
    });
}

#[test]
fn nothing_of_a_refused_body_is_written() {
    let folder = crate::scratch();
    let store = Store::create(&Location::File(folder.path().join("turno.db"))).expect("a book");
    let now = Instant::parse_rfc3339("2024-06-01T08:00:00-06:00").expect("a time");
    let secrets = Secrets::new(folder.path().join("secret.key"));
    let env = Env::new(now, Some("prueba".to_owned()), None, None, Zones::new(None), secrets);
    let mut context = Context { store, env };
    let text = |word: &str| Some(word.to_owned());
    let clinic = ClinicRequest {
        name: text("Clínica"),
        timezone: text("America/El_Salvador"),
        ..ClinicRequest::default()
    };
    init(&mut context, &clinic).expect("a clinic");
    let garcia = DoctorFields { name: text("Dr. García"), code: text("GARCIA"), ..DoctorFields::default() };
    doctor::add(&mut context, &garcia).expect("a doctor");
    let day = WindowFields {
        doctor: text("GARCIA"),
        weekdays: Some(127),
        from: Some(chrono::NaiveTime::MIN),
        to: Some(chrono::NaiveTime::MIN),
        ..WindowFields::default()
    };
    window::add(&mut context, &day).expect("a window");
    let rows = |context: &mut Context| {
        turno::app::calendar::list::page(context, &all()).expect("a list").total.unwrap_or_default()
    };
    let mut booked = 0;
    fuzz("bookings", &seeds(), |bytes, _| {
        let Ok(raw) = bodies::one(Body::Book, bytes) else { return };
        let request: BookRequest =
            BookRequest { doctor: text("GARCIA"), service: None, branch: None, ..raw.book() };
        match book(&mut context, &request, Ending::Commit) {
            Ok(made) => booked += i64::from(!made.idempotent),
            Err(refusal) => assert!(
                !matches!(refusal.code, Code::Internal | Code::StoreCorrupt | Code::StoreUnavailable),
                "{refusal:?} of {:?}",
                String::from_utf8_lossy(bytes)
            ),
        }
    });
    assert_eq!(rows(&mut context), booked);
    let findings = turno::app::upkeep::check::check(&mut context).expect("a check");
    assert!(findings.iter().all(|finding| finding.check == "sweep_late"), "{findings:?}");
}

fn all() -> turno::app::calendar::list::ListRequest {
    let far = |year| chrono::NaiveDate::from_ymd_opt(year, 1, 1).map(turno::app::when::Day::Date);
    turno::app::calendar::list::ListRequest {
        from: far(1900),
        to: far(2900),
        page: 1,
        limit: 10_000_000,
        ..Default::default()
    }
}

#[test]
fn a_stream_gives_each_value_once_and_a_broken_one_costs_itself() {
    let seeds = seeds();
    let one_line = |seed: &Vec<u8>| -> Vec<u8> {
        let value: serde_json::Value = serde_json::from_slice(seed).expect("a body");
        value.to_string().into_bytes()
    };
    let lines: Vec<Vec<u8>> = seeds.iter().map(one_line).collect();
    let mut streams = lines.clone();
    streams.push(lines.join(&b'\n'));
    streams.push([b"[".as_slice(), &lines.join(&b','), b"]"].concat());
    fuzz("streams", &streams, |bytes, chance: &mut Chance| {
        let (mut line, mut count) = (0, 0);
        for item in Values::new(bytes) {
            assert!(item.line >= line, "line {} comes after {line}", item.line);
            (line, count) = (item.line, count + 1);
            if let Err(refusal) = item.value.map(|given| bodies::fields(Body::Book, given)) {
                is_a_refusal_of_the_input(&refusal);
            }
        }
        assert!(count <= bytes.len() + 1, "{count} values of {} bytes", bytes.len());
        // A line without brackets and quotes is one broken value; the next line must still be read.
        let mut word: Vec<u8> = bytes.iter().copied().filter(|byte| byte.is_ascii_alphanumeric()).collect();
        word.truncate(1 + chance.below(20));
        let stream = [lines[0].as_slice(), b"\nx", &word, b"\n", &lines[1]].concat();
        let read: Vec<bool> = Values::new(stream.as_slice()).map(|item| item.value.is_ok()).collect();
        assert_eq!(read, [true, false, true], "{}", String::from_utf8_lossy(&stream));
    });
}

#[test]
fn depth_and_size_are_bounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
        for body in BODIES {
            is_a_refusal_of_the_input(&bodies::one(body, deep.as_bytes()).expect_err("so deep"));
        }
        assert!(Values::new(deep.as_bytes()).all(|item| item.value.is_err() || open == "["));
    }
    let many: String = (0..100_000).map(|name| format!("\"n{name}\":1,")).collect();
    let wide = format!("{{{many}\"z\":1}}");
    is_a_refusal_of_the_input(&bodies::one(Body::Book, wide.as_bytes()).expect_err("so long"));
    let many: String = (0..10_000).map(|name| format!("\"n{name}\":1,")).collect();
    let wide = format!("{{{many}\"z\":1}}");
    is_a_refusal_of_the_input(&bodies::one(Body::Book, wide.as_bytes()).expect_err("so many fields"));
}
