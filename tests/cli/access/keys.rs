//! Keys: creation, use, rotation, expiry and revocation.

use crate::access::{Locked, ran};
use crate::support::Clinic;
use crate::support::views::{Key, Keys, Log};

fn make(clinic: &Clinic, options: &str) -> Key {
    clinic.json(&format!("key create --name Web {options}"))
}

fn secret(key: &Key) -> &str {
    key.secret.as_deref().expect("the secret is told")
}

#[test]
fn a_key_is_made_shown_and_taken_back_like_any_record() {
    let clinic = Clinic::open();
    let made: Key =
        clinic.json("key create --name 'Página web' --scope appointments:read --scope appointments:write");
    assert_eq!((made.code.as_str(), made.name.as_str()), ("KEY-001", "Página web"));
    assert_eq!(made.scopes, ["appointments:read", "appointments:write"]);
    assert_eq!((made.status.as_str(), made.active), ("active", true));
    assert_eq!((&made.doctor, &made.expires_at, &made.last_used_at), (&None, &None, &None));
    let own = make(&clinic, "--scope admin,appointments:read,admin --doctor GARCIA --code DOC");
    assert_eq!(own.scopes, ["admin", "appointments:read"]);
    assert_eq!(own.doctor.as_ref().map(|doctor| doctor.code.as_str()), Some("GARCIA"));
    let untold = Key { secret: None, ..made.clone() };
    for word in ["key-001", "'pagina web'", &made.id] {
        let shown: Key = clinic.json(&format!("key show {word}"));
        assert_eq!(shown, untold, "{word}");
    }
    let listed: Keys = clinic.json("key list");
    assert_eq!(listed.keys.iter().map(|key| key.code.as_str()).collect::<Vec<_>>(), ["DOC", "KEY-001"]);
    let revoked: Key = clinic.json("key revoke KEY-001");
    assert_eq!((revoked.status.as_str(), revoked.active), ("revoked", false));
    assert_eq!(revoked.revoked_at.as_deref(), Some(clinic.now()));
    let again: Key = clinic.json("key revoke KEY-001");
    assert_eq!(again, revoked);
    let left: Keys = clinic.json("key list");
    assert_eq!(left.total, 1);
    let all: Keys = clinic.json("key list --all");
    assert_eq!((all.total, all.keys[1].clone()), (2, revoked));
    let _ = clinic.refused("key rotate KEY-001", "RESOURCE_NOT_FOUND", 3);
    clinic.is_sound();
}

#[test]
fn what_is_wrong_with_a_key_is_said_at_once() {
    let clinic = Clinic::open();
    let refused = clinic.refused("key create --scope everything --expires yesterday", "VALIDATION_ERROR", 2);
    assert_eq!(refused.fields(), ["expires", "name", "scope"]);
    assert!(refused.text("scope").contains("appointments:override"), "{}", refused.text("scope"));
    let refused = clinic.refused("key create --name X", "VALIDATION_ERROR", 2);
    assert_eq!(refused.fields(), ["scope"]);
    let _ = clinic.refused("key create --name X --scope admin --doctor NADIE", "RESOURCE_NOT_FOUND", 3);
    let _ = clinic.refused("key create --name X --scope admin --expires soon", "VALIDATION_ERROR", 2);
    let none: Keys = clinic.json("key list --all");
    assert_eq!(none.total, 0);
}

#[test]
fn a_secret_is_told_once_and_kept_nowhere() {
    let clinic = Clinic::open();
    let made = make(&clinic, "--scope admin");
    let first = secret(&made).to_owned();
    let digits = first.strip_prefix("turno_key_").expect("a prefix that scanners know");
    assert!(digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{first}");
    let rotated: Key = clinic.json("key rotate KEY-001");
    assert_ne!(secret(&rotated), first);
    assert_eq!((&rotated.id, &rotated.code), (&made.id, &made.code));
    clinic.set("access", "keys");
    let second = secret(&rotated);
    for line in ["key list", "key show KEY-001", "audit log", "key list --json", "audit log --json"] {
        let said = ran(&clinic, second, line).exits(0).stdout();
        assert!(!said.contains(digits) && !said.contains(&second[10..]), "turno {line}: {said}");
    }
    let content = clinic.place().content();
    assert!(!content.contains(digits) && !content.contains(&second[10..]));
    if let crate::support::Place::File(path) = clinic.place() {
        for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(!holds(digits) && !holds(&second[10..]));
        }
    }
}

#[test]
fn a_key_in_the_wrong_place_is_not_said_back() {
    let clinic = Clinic::open();
    let made = make(&clinic, "--scope admin");
    let key = secret(&made);
    clinic.set("access", "keys");
    for line in [
        format!("show {key}"),
        format!("list {key}"),
        format!("--key={key} list"),
        format!("list --doctor {key}"),
        key.to_owned(),
        format!("key create --name x --scope {key}"),
        format!("list --clinic {key}"),
        format!("clinic set {key} x"),
    ] {
        for line in [line.clone(), format!("{line} --json")] {
            let ran = ran(&clinic, key, &line);
            assert_ne!(ran.exit, Some(0), "turno {line}");
            let said = ran.stdout() + &ran.stderr();
            assert!(!said.contains(&key[10..20]), "turno {line}: {said}");
        }
    }
    let many = format!(
        "{{\"doctor_id\":\"{key}\"}}\n{{\"doctor_id\":\"GARCIA\",\"patient_id\":\"{key}\",\"starts_at\":\"2026-06-15T10:00:00-06:00\"}}\n"
    );
    let path = clinic.file("many.ndjson", many);
    let ran = ran(&clinic, key, &format!("book --input {}", path.display())).exits(4);
    assert!(!(ran.stdout() + &ran.stderr()).contains(&key[10..20]), "{}", ran.stdout());
    assert!(!clinic.place().content().contains(&key[10..]));
}

#[test]
fn a_key_is_good_through_its_last_day_or_until_its_instant() {
    let mut clinic = Clinic::open();
    let _ = make(&clinic, "--scope admin --code ADMIN");
    for (expires, ends, last, over) in [
        ("2026-06-10", "2026-06-11T00:00:00-06:00", "2026-06-10T23:59:59-06:00", "2026-06-11T00:00:00-06:00"),
        ("+1d", "2026-06-03T00:00:00-06:00", "2026-06-02T23:59:59-06:00", "2026-06-03T00:00:00-06:00"),
        ("12h", "2026-06-01T20:00:00-06:00", "2026-06-01T19:59:59-06:00", "2026-06-01T20:00:00-06:00"),
        (
            "2026-06-05T12:00",
            "2026-06-05T12:00:00-06:00",
            "2026-06-05T11:59:00-06:00",
            "2026-06-05T12:00:00-06:00",
        ),
    ] {
        clinic.at(crate::support::MONDAY);
        let key = make(&clinic, &format!("--scope appointments:read --expires {expires}"));
        assert_eq!(key.expires_at.as_deref(), Some(ends), "{expires}");
        let admin: Key = clinic.json("key rotate ADMIN");
        clinic.set("access", "keys");
        clinic.at(last);
        let _ = ran(&clinic, secret(&key), "list").exits(0);
        clinic.at(over);
        let refused = ran(&clinic, secret(&key), "list --json").refusal("UNAUTHORIZED", 6);
        assert!(refused.message.contains("expired"), "{}", refused.message);
        let _ = ran(&clinic, secret(&admin), &format!("key rotate {} --json", key.code))
            .refusal("VALIDATION_ERROR", 2);
        let line = format!("key rotate {} --expires none --json", key.code);
        let lasting: Key = ran(&clinic, secret(&admin), &line).exits(0).json();
        assert_eq!(lasting.expires_at, None);
        let _ = ran(&clinic, secret(&lasting), "list").exits(0);
        let _ = ran(&clinic, secret(&admin), "clinic set access open").exits(0);
    }
}

#[test]
fn a_rotated_or_revoked_key_opens_nothing_from_then_on() {
    let locked = Locked::of(Clinic::open());
    let old = locked.key("--scope appointments:read --code WEB");
    let _ = locked.ran(&old, "list").exits(0);
    let rotated: Key = locked.ran(&locked.admin, "key rotate WEB --json").exits(0).json();
    let _ = locked.ran(&old, "list --json").refusal("UNAUTHORIZED", 6);
    let _ = locked.ran(secret(&rotated), "list").exits(0);
    locked.does("key revoke WEB");
    let refused = locked.ran(secret(&rotated), "list --json").refusal("UNAUTHORIZED", 6);
    assert!(refused.message.contains("revoked"), "{}", refused.message);
    // An admin who revokes or rotates their own key still gets the result.
    let second = locked.key("--scope admin --code SEGUNDA");
    let own: Key = locked.ran(&second, "key rotate SEGUNDA --json").exits(0).json();
    let gone: Key = locked.ran(secret(&own), "key revoke SEGUNDA --json").exits(0).json();
    assert_eq!(gone.status, "revoked");
}

#[test]
fn the_last_use_is_noted_once_a_minute() {
    let mut locked = Locked::of(Clinic::open());
    let key = locked.key("--scope appointments:read --code WEB");
    let last = |locked: &Locked| {
        let shown: Key = locked.ran(&locked.admin, "key show WEB --json").exits(0).json();
        shown.last_used_at
    };
    assert_eq!(last(&locked), None);
    let _ = locked.ran(&key, "patient list --json").refusal("INSUFFICIENT_SCOPE", 6);
    assert_eq!(last(&locked), None, "it was not let in");
    for (now, noted) in [("08:00:10", "08:00:10"), ("08:00:50", "08:00:10"), ("08:01:10", "08:01:10")] {
        locked.clinic.at(&format!("2026-06-01T{now}-06:00"));
        let _ = locked.ran(&key, "list").exits(0);
        assert_eq!(last(&locked), Some(format!("2026-06-01T{noted}-06:00")));
    }
    let _ = locked.ran(&key, "show NADA99 --json").refusal("RESOURCE_NOT_FOUND", 3);
    assert!(locked.entries().iter().all(|entry| !entry.action.contains("used")), "it is no entry of the log");
}

#[test]
fn somebody_can_always_get_back_in() {
    let clinic = Clinic::open();
    let refused = clinic.refused("clinic set access keys", "VALIDATION_ERROR", 2);
    assert!(refused.text("access").contains("get back in") && refused.hint.is_some(), "{refused:?}");
    // None of these keys has full access for good.
    let _ = make(&clinic, "--scope appointments:write --code DESK");
    let _ = make(&clinic, "--scope admin --doctor GARCIA --code OWN");
    let _ = clinic.refused("clinic set access keys", "VALIDATION_ERROR", 2);
    let gone = make(&clinic, "--scope admin --code GONE");
    clinic.does("key revoke GONE");
    let _ = clinic.refused("clinic set access keys", "VALIDATION_ERROR", 2);
    let locked = Locked::of(clinic);
    let refused = locked.ran(&locked.admin, "key revoke JEFA --json").refusal("VALIDATION_ERROR", 2);
    assert_eq!(refused.fields(), ["key"]);
    let refused =
        locked.ran(&locked.admin, "key rotate JEFA --expires 30d --json").refusal("VALIDATION_ERROR", 2);
    assert_eq!(refused.fields(), ["expires"], "it would let itself run out");
    let second = locked.key("--scope admin --code SEGUNDA --expires 30d");
    let _ = locked.ran(&locked.admin, "key rotate JEFA --expires 60d --json").refusal("VALIDATION_ERROR", 2);
    let rotated: Key = locked.ran(&second, "key rotate JEFA --expires 20d --json").exits(0).json();
    let _ = locked.ran(secret(&rotated), "list").exits(0);
    locked_out(&locked, "JEFA", &second);
    let _ = locked.ran(&second, "key revoke SEGUNDA --json").refusal("VALIDATION_ERROR", 2);
    let _ = locked.ran(&second, "clinic set access open").exits(0);
    locked.clinic.does("key revoke SEGUNDA");
    let _ = locked.ran(secret(&gone), "list").exits(0);
}

/// Revokes a key with another key.
fn locked_out(locked: &Locked, code: &str, with: &str) {
    let revoked: Key = locked.ran(with, &format!("key revoke {code} --json")).exits(0).json();
    assert_eq!(revoked.status, "revoked");
}

#[test]
fn two_who_revoke_each_other_at_once_leave_one_of_them() {
    for _ in 0..4 {
        let locked = Locked::of(Clinic::open());
        let second = locked.key("--scope admin --code SEGUNDA");
        let start = |key: &str, line: &str| {
            let mut process = locked.clinic.process(line);
            process
                .env("TURNO_KEY", key)
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            process.spawn().unwrap()
        };
        let both = [start(&locked.admin, "key revoke SEGUNDA"), start(&second, "key revoke JEFA")];
        let mut exits: Vec<_> = both.map(|mut child| child.wait().unwrap().code().unwrap()).to_vec();
        exits.sort_unstable();
        // The later command runs without a valid key.
        assert_eq!(exits, [0, 6]);
        let left: Vec<_> =
            [&locked.admin, &second].iter().map(|key| locked.ran(key, "list").exit.unwrap()).collect();
        assert!(left == [0, 6] || left == [6, 0], "{left:?}");
    }
}

#[test]
fn the_log_says_which_key_it_was_whatever_the_caller_says() {
    let mut locked = Locked::of(Clinic::open());
    let desk = locked.key("--scope appointments:write --code DESK");
    locked.clinic.env("TURNO_ACTOR", "key:JEFA");
    let line = "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name Eva --phone 7700-0009";
    let _ = locked.ran(&desk, line).exits(0);
    let log: Log = locked.ran(&locked.admin, "audit log --actor key:DESK --json").exits(0).json();
    let actions: Vec<_> = log.entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["patient.added", "appointment.booked"]);
    // With `access: open`, an actor named like a key is recorded as a claim.
    locked.does("clinic set access open");
    locked.clinic.does("branch add --name Norte");
    let log: Log = locked.clinic.json("audit log --limit 1");
    assert_eq!(log.entries[0].actor, "claims key:JEFA");
}

#[test]
#[cfg(unix)]
fn a_key_lies_in_a_file_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt;
    let mut locked = Locked::of(Clinic::open());
    let file = locked.clinic.file("desk.key", format!("{}\n", locked.admin));
    let mode = |mode: u32| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    let name = file.display().to_string();
    locked.clinic.env("TURNO_KEY_FILE", &name);
    mode(0o600);
    let _ = locked.ran("", "list").exits(0);
    for open in [0o644, 0o640, 0o604, 0o660] {
        mode(open);
        let refused = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
        assert!(refused.message.contains("can be read by others"), "{}", refused.message);
        assert_eq!(refused.hint, Some(format!("chmod 600 {name}")));
        assert!(!format!("{refused:?}").contains(&locked.admin[10..]));
    }
    // `TURNO_KEY` takes precedence, and the file is not read.
    let _ = locked.ran(&locked.admin, "list").exits(0);
    mode(0o600);
    let cron = locked.ran("", "cron").exits(0).stdout();
    assert!(cron.contains(&format!("TURNO_KEY_FILE={name}")), "{cron}");
    assert!(!cron.contains(&locked.admin[10..]), "{cron}");
    let untold = locked.ran(&locked.admin, "cron").exits(0);
    assert!(untold.stderr().contains("TURNO_KEY_FILE") && !untold.stdout().contains("KEY"), "{untold:?}");
    locked.clinic.env("TURNO_KEY_FILE", "/nowhere/desk.key");
    let refused = locked.ran("", "list --json").refusal("UNAUTHORIZED", 6);
    assert!(refused.message.contains("can't be read"), "{}", refused.message);
    // The configuration can name the file, relative to the configuration's folder.
    locked.clinic.env("TURNO_KEY_FILE", "");
    std::fs::create_dir_all(locked.clinic.home().join(".config/turno")).unwrap();
    let _ = locked.clinic.file(".config/turno/config.toml", "key_file = \"../../desk.key\"\n");
    let _ = locked.ran("", "list").exits(0);
}
