//! Many answers: none reaches another number's appointments, and each acts once however often it is delivered.

use crate::replies::{ANA, JUAN, sends};
use crate::support::Clinic;
#[cfg(unix)]
use crate::support::Ran;
use crate::support::views::Replies;
use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Whatever a number says, it changes no appointment of another number.
#[test]
fn no_answers_of_a_number_change_an_appointment_of_another() {
    let clinic = Clinic::open();
    let own = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let other = clinic
        .book(&format!("--doctor GARCIA --date 2026-06-15 --time 15:00 --name 'Ana Sol' --phone {ANA}"));
    let _ = clinic.sweep();
    let other = clinic.show(&other);
    let seed = std::env::var("TURNO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20260601_u64);
    let mut state = seed;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    };
    let words = ["sí", "no", "STOP", "START", "quizás", "👍", "cancelar mi cita"];
    let codes = [String::new(), own.code.clone(), other.code.clone(), other.id.clone(), "K7QF3M".to_owned()];
    let said: Vec<serde_json::Value> = (0..60)
        .map(|n| {
            let from = [JUAN, "77654321", "+50370000000", "ANA", "ana@example.com"][next(5)];
            let text = format!("{} {}", words[next(words.len())], codes[next(codes.len())]);
            serde_json::json!({ "from": from, "text": text, "id": format!("{n}") })
        })
        .collect();
    let Replies { replies, .. } =
        clinic.fed("reply --input - --json", serde_json::Value::from(said).to_string()).exits(0).json();
    assert!(
        replies.iter().all(|reply| reply.appointment_code.as_deref() != Some(other.code.as_str())),
        "seed {seed}"
    );
    assert_eq!(clinic.show(&other), other, "seed {seed}");
    let patient = clinic.run("patient show 'Ana Sol' --json");
    assert!(
        patient.contains("\"stopped_channels\":null") && patient.contains("\"opt_out\":false"),
        "{patient}"
    );
    assert!(sends(&clinic).iter().all(|(_, to, _)| to == JUAN), "seed {seed}");
    clinic.is_sound();
}

/// Eight programs deliver the same answers, some are killed on the way, and each answer acts once.
#[cfg(unix)]
#[test]
fn the_same_answers_delivered_eight_times_with_kills_act_once() {
    let clinic = Clinic::open();
    let mut booked = Vec::new();
    let mut lines = String::new();
    for n in 0..16 {
        let (day, time) = (15 + n / 8, format!("{:02}:{:02}", 9 + n % 8 / 2, n % 2 * 30));
        let phone = format!("+5037700{n:04}");
        booked.push(clinic.book(&format!(
            "--doctor GARCIA --date 2026-06-{day} --time {time} --name 'P {n}' --phone {phone}"
        )));
        let text = if n % 2 == 0 { "sí" } else { "no" };
        lines += &format!("{}\n", serde_json::json!({ "from": phone, "text": text, "id": format!("SM{n}") }));
    }
    let _ = clinic.sweep();
    clinic.file("replies.ndjson", &lines);
    let line = "reply --input replies.ndjson --json";
    for killed in [true, false] {
        let running: Vec<Child> = (0..8)
            .map(|_| {
                let mut process = clinic.process(line);
                process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
                process.spawn().expect("turno starts")
            })
            .collect();
        for (n, mut child) in running.into_iter().enumerate() {
            if killed && n % 2 == 0 {
                std::thread::sleep(Duration::from_millis(5 + 7 * n as u64));
                let _ = child.kill();
                let _ = child.wait();
            } else {
                let _ = Ran::of(line, child.wait_with_output().expect("turno ends")).exits(0);
            }
        }
    }
    for (n, before) in booked.iter().enumerate() {
        let now = clinic.show(before);
        let (status, by_patient) = if n % 2 == 0 { ("confirmed", true) } else { ("cancelled", false) };
        assert_eq!((now.status.as_str(), now.confirmed_by_patient_at.is_some()), (status, by_patient), "{n}");
    }
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, to, _) in sends(&clinic) {
        assert_eq!(kind, "answer");
        *answers.entry(to).or_default() += 1;
    }
    assert!(answers.len() == 16 && answers.values().all(|count| *count == 1), "{answers:?}");
    clinic.is_sound();
}
