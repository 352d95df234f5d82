//! Delivery: choice of the channel, retries, and failed messages.

use crate::support::Clinic;
use crate::support::views::{Appointment, Log, Message, Messages, Patient, Sweep, Swept};
use std::process::Stdio;
use std::time::Duration;

/// A clinic with the given channels in order, and no reminders.
fn clinic_with(channels: &str, more: &str) -> Clinic {
    let mut clinic = Clinic::open();
    let names: Vec<&str> = channels.split(',').filter(|name| *name != "print").collect();
    clinic.gateways(&names, more);
    clinic.set("reminder_channels", channels);
    clinic.set("reminder_offsets", "none");
    clinic
}

fn book(clinic: &Clinic, name: &str, time: &str) -> Appointment {
    let phone = 10_000 + time.replace(':', "").parse::<u32>().unwrap();
    clinic.book(&format!(
        "--doctor GARCIA --name '{name}' --phone +503770{phone} --date 2026-06-15 --time {time}"
    ))
}

/// Runs a sweep that must end with the given exit status.
fn sweeps(clinic: &Clinic, exit: i32) -> Sweep {
    clinic.ran("remind due --json").exits(exit).json()
}

fn one(sweep: Sweep) -> Swept {
    assert_eq!(sweep.messages.len(), 1, "{sweep:?}");
    sweep.messages.into_iter().next().unwrap()
}

fn outbox(clinic: &Clinic) -> Vec<Message> {
    clinic.json::<Messages>("remind list").messages
}

#[test]
fn b3_a_program_gets_the_message_and_the_patient_is_told_of_each_change() {
    let clinic = clinic_with("sms", "");
    let booked = book(&clinic, "Ana Mejía", "09:00");
    let swept = one(sweeps(&clinic, 0));
    assert_eq!((swept.status.as_str(), swept.channel.as_str(), swept.error), ("sent", "sms", None));
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 10:00 --reason Trabaja", booked.code));
    let _ = sweeps(&clinic, 0);
    clinic.does(&format!("cancel {} --reason 'Ya está bien'", booked.code));
    let _ = sweeps(&clinic, 0);
    let got = clinic.got("sms");
    let kinds: Vec<(&str, i64, bool)> = got
        .iter()
        .map(|got| {
            (got.kind.as_str(), got.entry["sequence"].as_i64().unwrap(), got.entry["cancelled"] == true)
        })
        .collect();
    assert_eq!(kinds, [("confirmation", 0, false), ("reschedule", 1, false), ("cancellation", 2, true)]);
    assert!(
        got.iter().all(|got| got.entry["uid"] == booked.id.as_str() && got.to["phone"] == "+50377010900")
    );
    assert_eq!(got[0].message_id, swept.message_id);
    assert!(got[0].subject.contains("lunes 15 de junio de 2026"), "{}", got[0].subject);
    assert!(got[0].text.starts_with("Hola Ana, ") && got[0].text.contains("Dr. García"), "{}", got[0].text);
    assert_eq!(sweeps(&clinic, 0).messages, []);
    clinic.is_sound();
}

#[test]
fn channels_are_tried_in_their_order_and_the_next_one_where_one_fails() {
    let clinic = clinic_with("first,second,print", "");
    book(&clinic, "Ana", "09:00");
    assert_eq!(one(sweeps(&clinic, 0)).channel, "first");
    clinic.answers("first", 1);
    book(&clinic, "Eva", "10:00");
    assert_eq!(one(sweeps(&clinic, 0)).channel, "second");
    clinic.answers("second", 64);
    book(&clinic, "Luis", "11:00");
    let swept = one(sweeps(&clinic, 0));
    assert_eq!((swept.channel.as_str(), swept.status.as_str()), ("print", "sent"));
    assert!(swept.text.unwrap().contains("Luis"));
    assert_eq!((clinic.got("first").len(), clinic.got("second").len()), (1, 1));
    let mut attempts: Vec<i64> = outbox(&clinic).iter().map(|message| message.attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 2, 3]);
    clinic.is_sound();
}

#[test]
fn a_message_that_every_channel_refuses_has_failed_with_the_reasons_until_it_is_retried() {
    let mut clinic = clinic_with("first,second", "");
    clinic.answers("first", 1);
    clinic.answers("second", 2);
    book(&clinic, "Ana", "09:00");
    let sweep = sweeps(&clinic, 8);
    assert_eq!((sweep.due, sweep.sent, sweep.failed, sweep.skipped), (1, 0, 1, 0));
    let swept = one(sweep);
    let error = swept.error.unwrap();
    assert!(error.contains("first: ") && error.contains("the gateway says 1"), "{error}");
    assert!(error.contains("; second: ") && error.contains("the gateway says 2"), "{error}");
    let Messages { messages, .. } = clinic.json("remind list --status failed");
    assert_eq!((messages.len(), messages[0].error.as_deref()), (1, Some(error.as_str())));
    assert_eq!(sweeps(&clinic, 0).messages, [], "it is given up on");
    // The gateway works again.
    clinic.answers("first", 0);
    let id = &swept.message_id;
    let revived: Messages = clinic.json(&format!("remind retry {id}"));
    assert_eq!((revived.total, revived.messages[0].status.as_str()), (1, "pending"));
    let swept = one(sweeps(&clinic, 0));
    assert_eq!((&swept.message_id, swept.channel.as_str()), (id, "first"));
    assert_eq!(clinic.got("first")[0].message_id, *id);
    // Sent and unknown messages can't be retried.
    let refusal = clinic.refused(&format!("remind retry {id}"), "INVALID_STATE_TRANSITION", 5);
    assert_eq!(refusal.text("from"), "sent");
    let _ = clinic.refused("remind retry 00000000-0000-7000-8000-000000000000", "RESOURCE_NOT_FOUND", 3);
    // `--all` retries only failed messages that are still useful.
    clinic.answers("first", 1);
    book(&clinic, "Eva", "10:00");
    let late = book(&clinic, "Luis", "11:00");
    assert_eq!(sweeps(&clinic, 8).failed, 2);
    clinic.at("2026-06-15T10:30:00-06:00");
    let revived: Messages = clinic.json("remind retry --all");
    let codes: Vec<&str> = revived.messages.iter().map(|m| m.appointment_code.as_str()).collect();
    assert_eq!(codes, [late.code.as_str()]);
    clinic.is_sound();
}

#[test]
fn a_channel_that_asks_to_be_tried_again_is_after_1_5_15_and_60_minutes_and_then_has_failed() {
    let mut clinic = clinic_with("sms", "");
    clinic.answers("sms", 75);
    book(&clinic, "Ana", "09:00");
    // Each try, and a moment before it at which nothing may be sent.
    let times = [
        ("08:00:00", None),
        ("08:01:10", Some("08:00:30")),
        ("08:06:20", Some("08:05:00")),
        ("08:21:30", Some("08:20:00")),
    ];
    for (number, (time, before)) in times.into_iter().enumerate() {
        if let Some(before) = before {
            clinic.at(&format!("2026-06-01T{before}-06:00"));
            assert_eq!(sweeps(&clinic, 0).messages, [], "{before}");
        }
        clinic.at(&format!("2026-06-01T{time}-06:00"));
        let sweep = sweeps(&clinic, 0);
        assert_eq!((sweep.due, sweep.sent, sweep.failed), (1, 0, 0));
        let swept = one(sweep);
        assert_eq!((swept.status.as_str(), swept.decision.as_str()), ("pending", "due"), "{time}");
        assert!(swept.error.unwrap().contains("the gateway says 75"));
        assert!(swept.why.contains("is tried again at 2026-06-01T08:") || number == 3, "{}", swept.why);
        assert_eq!(clinic.tried("sms").len(), number + 1);
    }
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    assert_eq!(rehearsed.messages[0].decision, "waiting");
    clinic.at("2026-06-01T09:21:00-06:00");
    assert_eq!(sweeps(&clinic, 0).messages, []);
    clinic.at("2026-06-01T09:21:40-06:00");
    let swept = one(sweeps(&clinic, 8));
    assert_eq!((swept.status.as_str(), clinic.tried("sms").len()), ("failed", 5));
    let failed = &outbox(&clinic)[0];
    assert_eq!((failed.status.as_str(), failed.attempts), ("failed", 5));
    let ids: std::collections::BTreeSet<String> =
        clinic.tried("sms").into_iter().map(|got| got.message_id).collect();
    assert_eq!(ids.len(), 1, "the same message each time");
    clinic.is_sound();
}

#[test]
fn no_try_is_waited_for_that_comes_after_the_start_while_another_channel_is_left() {
    let mut clinic = clinic_with("sms,print", "");
    clinic.answers("sms", 75);
    clinic.at("2026-06-15T08:59:30-06:00");
    book(&clinic, "Ana", "09:00");
    assert_eq!(one(sweeps(&clinic, 0)).channel, "print");
}

#[test]
fn a_patient_who_can_not_be_reached_does_not_keep_the_others_from_it() {
    let mail = "[channels.mail]\nkind = 'smtp'\nhost = '127.0.0.1'\nport = 9\nsecurity = 'none'\nfrom = 'a@sol.example'\n";
    let clinic = clinic_with("sms", mail);
    clinic.file("sms.bad", "Eva\n");
    for (name, time) in [("Ana", "09:00"), ("Eva", "10:00"), ("Luis", "11:00")] {
        book(&clinic, name, time);
    }
    clinic.does("patient add --name 'Sin Correo' --phone 7700-0099 --code SIN --channels mail");
    clinic.does("book --doctor GARCIA --patient SIN --date 2026-06-15 --time 12:00");
    clinic.does("patient add --name 'Con Papel' --phone 7700-0098 --code CON --channels mail,print");
    clinic.does("book --doctor GARCIA --patient CON --date 2026-06-15 --time 13:00");
    let sweep = sweeps(&clinic, 8);
    assert_eq!((sweep.due, sweep.sent, sweep.failed), (5, 3, 2));
    let errors: Vec<&str> = sweep.messages.iter().filter_map(|message| message.error.as_deref()).collect();
    assert!(
        errors.iter().any(|error| error.starts_with("mail: the patient has no e-mail address")),
        "{errors:?}"
    );
    let printed = sweep.messages.iter().find(|message| message.channel == "print").unwrap();
    assert!(printed.text.as_ref().unwrap().contains("Hola Con, "));
    assert_eq!(clinic.got("sms").len(), 2);
    clinic.is_sound();
}

#[test]
fn a_channel_that_can_not_be_used_is_refused_when_it_is_set() {
    let broken = "[channels.mail]\nkind = 'smtp'\nhost = 'mail.example.com'\nusername = 'a'\npassword_file = '/nowhere/password'\nfrom = 'a@sol.example'\n";
    let clinic = clinic_with("sms", broken);
    for list in ["pigeon", "sms,pigeon", "mail", "sms,,print", "sms,sms"] {
        let refusal = clinic.refused(&format!("clinic set reminder_channels {list}"), "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["reminder_channels"], "{list}");
        let refusal = clinic.refused(
            &format!("patient add --name A --phone 7700-0001 --channels {list}"),
            "VALIDATION_ERROR",
            2,
        );
        assert_eq!(refusal.fields(), ["channels"], "{list}");
    }
    clinic.set("reminder_channels", "print, sms");
    clinic.does("patient add --name 'Ana' --phone 7700-0001 --code ANA --channels SMS,print");
    let show = || clinic.json::<Patient>("patient show ANA").channels;
    assert_eq!(show().as_deref(), Some("sms,print"));
    clinic.does("patient set ANA --channels none");
    assert_eq!(show(), None);
}

#[test]
fn a_channel_that_is_set_up_no_more_is_a_failure_that_somebody_can_mend() {
    let mut clinic = clinic_with("sms", "");
    book(&clinic, "Ana", "09:00");
    clinic.env("TURNO_CONFIG", &clinic.file("other.toml", "").display().to_string());
    let swept = one(sweeps(&clinic, 0));
    assert_eq!(swept.status, "pending");
    assert!(swept.error.as_ref().unwrap().contains("there is no channel \"sms\""), "{swept:?}");
    clinic.gateways(&["sms"], "");
    clinic.at("2026-06-01T08:02:00-06:00");
    assert_eq!(one(sweeps(&clinic, 0)).status, "sent");
}

#[test]
fn what_is_cancelled_moved_or_declined_while_the_sweep_is_at_it_does_not_go_out() {
    let mut clinic = clinic_with("sms", "[sweep]\nworkers = 1\n");
    let mut codes = Vec::new();
    for hour in 9..13 {
        // A minute apart, so that the order of due times is known.
        clinic.at(&format!("2026-06-01T08:{hour:02}:00-06:00"));
        codes.push(book(&clinic, &format!("Paciente {hour}"), &format!("{hour:02}:00")).code);
    }
    clinic.file("sms.hold", "");
    let sweep = clinic.process("remind due --json").stdout(Stdio::piped()).spawn().unwrap();
    while clinic.tried("sms").is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    // All four messages are claimed, and the first is being sent.
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    assert!(rehearsed.messages.iter().all(|message| message.decision == "leased"), "{rehearsed:?}");
    clinic.does(&format!("cancel {} --reason x --no-notify", codes[1]));
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 09:00 --no-notify", codes[2]));
    let patient = clinic.json::<Appointment>(&format!("show {}", codes[3])).patient.code;
    clinic.does(&format!("patient set {patient} --opt-out"));
    std::fs::remove_file(clinic.home().join("sms.hold")).unwrap();
    let output = sweep.wait_with_output().unwrap();
    let sweep: Sweep = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(clinic.got("sms").len(), 1);
    let statuses: Vec<(&str, &str)> =
        sweep.messages.iter().map(|m| (m.status.as_str(), m.decision.as_str())).collect();
    for expected in [("sent", "due"), ("dropped", "outdated"), ("dropped", "opted_out")] {
        assert!(statuses.contains(&expected), "{expected:?} is not in {statuses:?}");
    }
    assert_eq!((sweep.sent, sweep.skipped), (1, 3));
    clinic.is_sound();
}

#[test]
fn a_try_that_would_fall_into_quiet_hours_waits_for_their_end() {
    let mut clinic = clinic_with("sms", "");
    clinic.set("quiet_hours", "21:00-08:00");
    clinic.answers("sms", 75);
    clinic.at("2026-06-01T20:59:50-06:00");
    book(&clinic, "Ana", "09:00");
    assert_eq!(one(sweeps(&clinic, 0)).status, "pending");
    clinic.answers("sms", 0);
    for (now, sent) in
        [("2026-06-01T21:10:00-06:00", 0), ("2026-06-02T07:59:00-06:00", 0), ("2026-06-02T08:00:00-06:00", 1)]
    {
        clinic.at(now);
        assert_eq!(sweeps(&clinic, 0).sent, sent, "{now}");
    }
}

#[test]
fn a_reminder_that_waited_for_its_channel_is_superseded_by_the_next() {
    let mut clinic = clinic_with("sms", "");
    clinic.set("reminder_offsets", "3h,2h");
    clinic
        .does("book --doctor GARCIA --name Ana --phone 7700-0001 --date 2026-06-15 --time 14:00 --no-notify");
    clinic.answers("sms", 75);
    clinic.at("2026-06-15T11:00:00-06:00");
    assert_eq!(one(sweeps(&clinic, 0)).status, "pending");
    clinic.answers("sms", 0);
    clinic.at("2026-06-15T12:00:30-06:00");
    let sweep = sweeps(&clinic, 0);
    let statuses: Vec<&str> = sweep.messages.iter().map(|message| message.status.as_str()).collect();
    assert_eq!((sweep.sent, clinic.got("sms").len()), (1, 1), "{statuses:?}");
    assert!(statuses.contains(&"superseded"), "{statuses:?}");
    clinic.is_sound();
}

#[test]
fn cron_has_nothing_to_mail_while_all_is_well() {
    let clinic = clinic_with("sms", "");
    book(&clinic, "Ana", "09:00");
    assert_eq!(clinic.run("remind due --quiet"), "");
    assert_eq!(clinic.got("sms").len(), 1);
    let booked = book(&clinic, "Eva", "10:00");
    assert_eq!(
        clinic.run("remind due"),
        format!("+50377011000  sent by sms: confirmation of {}\n1 sent, 0 failed, 0 skipped\n", booked.code)
    );
    clinic.answers("sms", 1);
    let booked = book(&clinic, "Luis", "11:00");
    let ran = clinic.ran("remind due --quiet").exits(8);
    let head = format!("+50377011100  failed: confirmation of {}: sms: ", booked.code);
    assert!(ran.stdout().starts_with(&head), "{}", ran.stdout());
    assert!(ran.stdout().ends_with("0 sent, 1 failed, 0 skipped\n"), "{}", ran.stdout());
}

#[test]
fn every_format_tells_of_each_message_once() {
    let clinic = clinic_with("print", "");
    let before: Sweep = clinic.json("remind due");
    assert_eq!((before.messages.len(), before.due), (0, 0));
    book(&clinic, "Ana", "09:00");
    book(&clinic, "Eva", "10:00");
    let csv = clinic.run("remind due --format csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("message_id,kind,"), "{csv}");
    assert_eq!(clinic.run("remind due --format csv"), "");
}

#[test]
fn what_a_sweep_does_with_messages_is_not_audited_but_the_change_that_called_for_them_is() {
    let clinic = clinic_with("sms", "");
    clinic.answers("sms", 1);
    book(&clinic, "Ana", "09:00");
    let before: Log = clinic.json("audit log");
    let failed = one(sweeps(&clinic, 8));
    clinic.does(&format!("remind retry {}", failed.message_id));
    let after: Log = clinic.json("audit log");
    assert_eq!(after.entries.len(), before.entries.len());
    clinic.is_sound();
}

#[test]
fn who_stops_sweeping_is_told_by_the_check_of_the_book() {
    let mut clinic = clinic_with("print", "");
    book(&clinic, "Ana", "09:00");
    clinic.at("2026-06-01T12:00:00-06:00");
    clinic.is_sound();
    // The first sweep shows that this clinic uses messages.
    assert_eq!(sweeps(&clinic, 0).sent, 1);
    book(&clinic, "Eva", "10:00");
    clinic.at("2026-06-01T12:15:00-06:00");
    clinic.is_sound();
    clinic.at("2026-06-01T12:20:00-06:00");
    let ran = clinic.ran("db check").exits(0);
    assert_eq!(ran.stdout(), "ok\n");
    assert!(ran.stderr().contains("the last sweep ended at 2026-06-01T12:00:0"), "{}", ran.stderr());
    let found: crate::support::views::Findings = clinic.json("db check");
    assert_eq!((found.ok, found.findings[0].check.as_str()), (true, "sweep_late"));
    let _ = sweeps(&clinic, 0);
    clinic.is_sound();
}
