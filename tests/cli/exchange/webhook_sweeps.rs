//! Webhook deliveries: success, failure, retries, order, limits and kills.

use crate::servers::http::{HttpServer, Reply};
use crate::support::Clinic;
use crate::support::views::{Delivery, Report, Webhook};
use crate::webhooks::{deliver, hook, log, signature, taking};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A server that replies with a status that the test can change.
fn moody(first: u16) -> (HttpServer, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(first));
    let of_server = status.clone();
    (HttpServer::start(move |_| Reply::status(of_server.load(Ordering::SeqCst))), status)
}

/// Delivers the due events; at least one must fail.
fn in_vain(clinic: &Clinic) -> Report {
    clinic.ran("webhook deliver --json").exits(8).json()
}

/// Books `count` visits of ten minutes on one Monday.
fn book(clinic: &Clinic, count: u32) {
    let lines: Vec<String> = (0..count)
        .map(|n| {
            format!(
                r#"{{"doctor_id":"GARCIA","date":"2026-06-15","time":"{:02}:{:02}","duration_minutes":10,"patient_name":"P {n}","patient_phone":"+503770{n:05}"}}"#,
                9 + n / 6,
                n % 6 * 10
            )
        })
        .collect();
    let _ = clinic.fed("book --input - --json", lines.join("\n")).exits(0);
}

fn seconds_between(earlier: &str, later: &str) -> i64 {
    let unix = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp();
    unix(later) - unix(earlier)
}

#[test]
fn what_fails_is_tried_again_with_the_same_id_and_bytes() {
    let mut clinic = Clinic::open();
    let (server, status) = moody(500);
    let secret = hook(&clinic, &server, "");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let report = in_vain(&clinic);
    assert_eq!((report.delivered, report.retrying, report.failed), (0, 1, 0));
    let tried: &Delivery = &report.deliveries[0];
    assert_eq!((tried.status.as_str(), tried.attempts, tried.http_status), ("pending", 1, Some(500)));
    assert_eq!(tried.error.as_deref(), Some("the endpoint answered 500"));
    assert!((5..=6).contains(&seconds_between(tried.attempted_at.as_ref().unwrap(), &tried.due_at)));
    assert_eq!(deliver(&clinic).due, 0, "not before its time");
    status.store(200, Ordering::SeqCst);
    clinic.at("2026-06-01T08:00:10-06:00");
    let dry: Report = clinic.json("webhook deliver --dry-run");
    assert_eq!((dry.due, dry.delivered, dry.dry_run), (1, 0, Some(true)));
    assert_eq!(server.requests().len(), 1, "a rehearsal sends nothing");
    assert_eq!(deliver(&clinic).delivered, 1);
    let [first, second] = &server.requests()[..] else { panic!("two tries") };
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_ne!(first.header("webhook-timestamp"), second.header("webhook-timestamp"));
    for request in [first, second] {
        assert_eq!(request.header("webhook-signature"), Some(signature(&secret, request).as_str()));
    }
    let settled = &log(&clinic, "--status delivered").deliveries[0];
    assert_eq!((settled.attempts, settled.http_status, settled.error.clone()), (2, Some(200), None));
    assert!(settled.settled_at.is_some());
    assert_eq!(deliver(&clinic).due, 0);
    clinic.is_sound();
}

#[test]
fn ten_tries_over_three_days_and_then_it_is_given_up() {
    let mut clinic = Clinic::open();
    let (server, status) = moody(404);
    hook(&clinic, &server, "");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let mut delays = Vec::new();
    for attempt in 1..=10 {
        let report = in_vain(&clinic);
        let tried = &report.deliveries[0];
        assert_eq!(tried.attempts, attempt);
        assert_eq!((report.retrying, report.failed), if attempt < 10 { (1, 0) } else { (0, 1) });
        delays.push(seconds_between(tried.attempted_at.as_ref().unwrap(), &tried.due_at));
        let due = tried.due_at.clone();
        clinic.at(&due);
    }
    let wanted = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (delay, wanted) in delays.iter().zip(wanted) {
        assert!((wanted..=wanted + wanted / 10).contains(delay), "{delays:?}");
    }
    clinic.at("2026-07-01T08:00:00-06:00");
    assert_eq!(deliver(&clinic).due, 0);
    assert_eq!(server.requests().len(), 10);
    status.store(200, Ordering::SeqCst);
    clinic.does("webhook replay --webhook HOOK-001 --since 2026-06-01 --status failed");
    assert_eq!(deliver(&clinic).delivered, 1);
    assert_eq!(server.requests()[10].body, server.requests()[0].body);
    clinic.is_sound();
}

#[test]
fn nothing_but_a_2xx_counts_and_no_redirect_is_followed() {
    let clinic = Clinic::open();
    let elsewhere = taking();
    let target = elsewhere.url();
    let server = HttpServer::start(move |request| match request.path.as_str() {
        "/moved" => Reply::status(302).header("Location", &target),
        "/kept" => Reply::status(307).header("Location", &target),
        "/garbage" => Reply::Garbage,
        "/close" => Reply::Close,
        "/huge" => Reply::status(400).body(vec![b'x'; 1_000_000]),
        _ => Reply::Hang,
    });
    for path in ["moved", "kept", "garbage", "close", "huge", "hang"] {
        let url = server.url();
        clinic.does(&format!("webhook add --url {url}/{path} --allow-private --code {path}"));
    }
    clinic.does("webhook add --url http://127.0.0.1:1/ --allow-private --code nobody");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let began = Instant::now();
    let report = in_vain(&clinic);
    assert!((14..25).contains(&began.elapsed().as_secs()), "one hangs, and is waited for no longer");
    assert_eq!((report.delivered, report.retrying), (0, 7));
    let by_code: BTreeMap<&str, &Delivery> =
        report.deliveries.iter().map(|delivery| (delivery.webhook_code.as_str(), delivery)).collect();
    for (code, status, error) in [
        ("moved", Some(302), "redirects are not followed"),
        ("kept", Some(307), "redirects are not followed"),
        ("garbage", None, "no HTTP"),
        ("close", None, ""),
        ("huge", Some(400), "answered 400"),
        ("hang", None, "no answer within 15 s"),
        ("nobody", None, "refused"),
    ] {
        assert_eq!(by_code[code].http_status, status, "{code}");
        let said = by_code[code].error.as_deref().unwrap();
        assert!(!said.is_empty() && said.contains(error), "{code}: {said}");
    }
    assert_eq!(by_code["huge"].answer.as_ref().unwrap().len(), 1024);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn an_endpoint_that_asks_for_time_gets_it() {
    let mut clinic = Clinic::open();
    let busy = Arc::new(Mutex::new(Some(Reply::status(429).header("Retry-After", "7200"))));
    let of_server = busy.clone();
    let server = HttpServer::start(move |_| of_server.lock().unwrap().clone().unwrap_or(Reply::status(200)));
    hook(&clinic, &server, "");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let report = in_vain(&clinic);
    assert!((7200..=7201).contains(&seconds_between(clinic.now(), &report.deliveries[0].due_at)));
    let held: Webhook = clinic.json("webhook show HOOK-001");
    assert!(held.held_until.is_some());
    let _ = clinic.book_juan("--date 2026-06-16 --time 14:00");
    clinic.at("2026-06-01T09:59:00-06:00");
    assert_eq!(deliver(&clinic).due, 0, "nothing else goes there either");
    clinic.at("2026-06-01T10:00:30-06:00");
    *busy.lock().unwrap() = Some(Reply::status(503).header("Retry-After", "Mon, 01 Jun 2026 16:05:30 GMT"));
    let report = in_vain(&clinic);
    let soonest =
        report.deliveries.iter().map(|delivery| seconds_between(clinic.now(), &delivery.due_at)).min();
    assert!((300..=330).contains(&soonest.unwrap()), "a date is understood, too: {soonest:?}");
    clinic.at("2026-06-01T12:00:00-06:00");
    *busy.lock().unwrap() = None;
    assert_eq!(deliver(&clinic).delivered, 2);
}

#[test]
fn an_endpoint_that_is_gone_is_disabled_with_its_reason() {
    let clinic = Clinic::open();
    let (server, status) = moody(410);
    hook(&clinic, &server, "");
    book(&clinic, 3);
    let ran = clinic.ran("webhook deliver --workers 1 --json").exits(8);
    let report: Report = ran.json();
    assert_eq!((report.due, report.failed), (1, 1));
    let gone: Webhook = clinic.json("webhook show HOOK-001");
    let why = "the endpoint answered 410: it is gone";
    assert_eq!(gone.disabled_reason.as_deref(), Some(why));
    assert!(clinic.run("webhook list").contains("410"));
    assert!(clinic.run("audit log --json").contains("webhook.disabled"));
    let _ = clinic.book_juan("--date 2026-06-16 --time 14:00");
    assert_eq!((log(&clinic, "").total, log(&clinic, "--status dropped").total), (3, 2));
    clinic.is_sound();
    let refusal =
        clinic.refused("webhook replay --webhook HOOK-001 --since 2026-06-01", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["webhook"]);
    status.store(200, Ordering::SeqCst);
    clinic.does("webhook set HOOK-001 --enable");
    assert_eq!(
        clinic.run("webhook replay --webhook HOOK-001 --since 2026-06-01 --json"),
        "{\"replayed\":3}\n"
    );
    assert_eq!(deliver(&clinic).delivered, 3);
    clinic.is_sound();
}

#[test]
fn what_was_on_its_way_to_a_removed_endpoint_is_dropped() {
    let clinic = Clinic::open();
    let server = taking();
    hook(&clinic, &server, "");
    book(&clinic, 2);
    clinic.does("webhook remove HOOK-001");
    assert_eq!(deliver(&clinic).due, 0);
    let dropped = log(&clinic, "--status dropped");
    assert_eq!(dropped.total, 2);
    assert_eq!(dropped.deliveries[0].error.as_deref(), Some("the endpoint was removed"));
    assert_eq!(server.requests().len(), 0);
    let id = &dropped.deliveries[0].delivery_id;
    let _ = clinic.refused(&format!("webhook replay {id}"), "RESOURCE_NOT_FOUND", 3);
    clinic.is_sound();
}

#[test]
fn events_of_one_appointment_arrive_in_order_and_others_do_not_wait() {
    let mut clinic = Clinic::open();
    let refused = Arc::new(Mutex::new(String::new()));
    let of_server = refused.clone();
    let server = HttpServer::start(move |request| {
        let told = request.json();
        let refuse = told["data"]["code"] == of_server.lock().unwrap().as_str();
        Reply::status(if refuse { 500 } else { 200 })
    });
    hook(&clinic, &server, "");
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let other = clinic.book("--doctor GARCIA --date 2026-06-15 --time 15:00 --name Ana --phone 7000-0001");
    refused.lock().unwrap().clone_from(&first.code);
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 10:00", first.code));
    clinic.does(&format!("cancel {} --reason x", first.code));
    clinic.does(&format!("cancel {} --reason x", other.code));
    let report = in_vain(&clinic);
    assert_eq!(
        (report.delivered, report.retrying),
        (2, 1),
        "only the first event of the refused one was tried"
    );
    refused.lock().unwrap().clear();
    clinic.at("2026-06-01T08:01:00-06:00");
    assert_eq!(deliver(&clinic).delivered, 3);
    for appointment in [&first, &other] {
        let arrived: Vec<i64> = server
            .requests()
            .iter()
            .map(|request| request.json())
            .filter(|told| told["data"]["id"] == appointment.id.as_str())
            .filter_map(|told| told["sequence"].as_i64())
            .collect();
        let wanted: &[i64] = if appointment.id == first.id { &[1, 1, 2, 3] } else { &[1, 2] };
        assert_eq!(arrived, wanted);
    }
    let of_first = log(&clinic, &format!("--appointment {}", first.code));
    assert_eq!(of_first.deliveries.iter().map(|delivery| delivery.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn an_endpoint_that_only_fails_holds_up_nobody() {
    let clinic = Clinic::open();
    let dead = HttpServer::start(|_| {
        std::thread::sleep(Duration::from_millis(400));
        Reply::Close
    });
    let live = taking();
    hook(&clinic, &dead, "--code DEAD");
    hook(&clinic, &live, "--code LIVE");
    book(&clinic, 40);
    let report = in_vain(&clinic);
    assert_eq!(report.delivered, 40, "the other one has everything after one sweep");
    let tried = dead.requests().len();
    assert!((5..=13).contains(&tried), "{tried} tries of the dead one");
    assert_eq!(log(&clinic, "--webhook DEAD --status pending").total, 40, "nothing is lost");
}

#[test]
fn a_private_address_is_refused_after_its_name_was_looked_up() {
    let mut clinic = Clinic::open();
    let server = taking();
    let port = server.url().rsplit_once(':').unwrap().1.to_owned();
    clinic.does(&format!("webhook add --url https://localhost:{port}/hook --code NAME"));
    // The resolver also reads these as 127.0.0.1.
    clinic.does(&format!("webhook add --url https://2130706433:{port}/hook --code NUMBER"));
    clinic.does(&format!("webhook add --url https://127.1:{port}/hook --code SHORT"));
    // Allowed; the proxies in the environment, where nothing listens, must not be used.
    clinic.does(&format!("webhook add --url http://localhost:{port}/hook --allow-private --code LEAVE"));
    clinic.env("http_proxy", "http://127.0.0.1:1").env("HTTPS_PROXY", "http://127.0.0.1:1");
    clinic.env("ALL_PROXY", "http://127.0.0.1:1");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let report = in_vain(&clinic);
    for delivery in &report.deliveries {
        match delivery.webhook_code.as_str() {
            "LEAVE" => assert_eq!(delivery.status, "delivered"),
            code => {
                let error = delivery.error.as_deref().unwrap();
                assert!(error.contains("no address of the open internet"), "{code}: {error}");
            }
        }
    }
    assert_eq!((report.delivered, report.retrying, server.requests().len()), (1, 3, 1));
}

#[test]
fn several_sweeps_at_once_deliver_each_once() {
    let clinic = Clinic::open();
    let server = HttpServer::start(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Reply::status(200)
    });
    hook(&clinic, &server, "");
    book(&clinic, 40);
    let sweep = |_| {
        let mut process = clinic.process("webhook deliver --workers 3 --json");
        process.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let sweeps: Vec<_> = (0..4).map(sweep).collect();
    for sweep in sweeps {
        assert_eq!(sweep.wait_with_output().unwrap().status.code(), Some(0));
    }
    let ids: BTreeSet<String> =
        server.requests().iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect();
    assert_eq!((ids.len(), server.requests().len()), (40, 40));
    assert_eq!(log(&clinic, "--status delivered").total, 40);
    clinic.is_sound();
}

#[test]
fn a_sweep_killed_anywhere_loses_nothing_and_delivers_nothing_that_did_not_arrive() {
    let mut clinic = Clinic::open();
    let server = HttpServer::start(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Reply::status(200)
    });
    hook(&clinic, &server, "");
    book(&clinic, 48);
    let had = |server: &HttpServer| -> BTreeSet<String> {
        server.requests().iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect()
    };
    for round in 0..20_u64 {
        let mut sweep = clinic.process("webhook deliver --workers 2 --json");
        let mut sweep = sweep.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Varying delays: from before the first step to well inside.
        std::thread::sleep(Duration::from_millis(2 + round * 7 % 60));
        sweep.kill().unwrap();
        sweep.wait().unwrap();
        let had = had(&server);
        for delivery in log(&clinic, "--status delivered").deliveries {
            assert!(had.contains(&delivery.event_id), "{delivery:?} counts as delivered");
        }
        // Let the killed sweep's leases expire.
        clinic.at(&format!("2026-06-01T{:02}:{:02}:00-06:00", 8 + round / 20, 2 + round * 2));
    }
    clinic.at("2026-06-01T09:30:00-06:00");
    let _ = deliver(&clinic);
    let settled = log(&clinic, "");
    assert!(settled.deliveries.iter().all(|delivery| delivery.status == "delivered"));
    assert_eq!((settled.total, had(&server).len()), (48, 48));
    clinic.is_sound();
}

#[test]
fn a_sweep_ends_at_its_limit_and_cron_hears_nothing_of_an_empty_one() {
    let clinic = Clinic::open();
    let server = taking();
    hook(&clinic, &server, "");
    assert_eq!(clinic.run("webhook deliver --quiet"), "");
    book(&clinic, 5);
    let report: Report = clinic.json("webhook deliver --limit 2");
    assert_eq!((report.delivered, server.requests().len()), (2, 2));
    let text = clinic.run("webhook deliver");
    assert_eq!(text.lines().filter(|line| line.ends_with("to HOOK-001: delivered")).count(), 3, "{text}");
    assert!(text.ends_with("3 delivered, 0 to be tried again, 0 failed\n"), "{text}");
}
