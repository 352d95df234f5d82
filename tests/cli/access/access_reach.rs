//! Limits of keys: patients and their fields, other doctors' reasons, and recipients of messages.

use crate::access::Locked;
use crate::support::Clinic;
use crate::support::views::Appointment;
use serde_json::Value;

const ZOILA: &str = "Zoila Quiñónez";
/// Zoila's data, which no key below may see.
const KNOWN: [&str; 6] = ["Zoila", "77659999", "7765-9999", "zoila@", "87654321", "ZQ-CODE"];

/// Zoila is Dr. Ruiz's patient, Ana Dr. García's; Tulio has no e-mail address and no national ID.
fn practice() -> Locked {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 30",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00",
        "patient add --name 'Zoila Quiñónez' --phone 7765-9999 --code ZQ-CODE --email zoila@example.org \
         --national-id 87654321-0 --locale en",
        "patient add --name 'Tulio Vega' --phone 7765-8888 --code TULIO",
        "book --doctor RUIZ --date 2026-06-15 --time 10:00 --patient ZQ-CODE",
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Ana Mejía' --phone 7765-4321",
    ] {
        clinic.does(line);
    }
    Locked::of(clinic)
}

fn known(locked: &Locked, code: &str) -> Value {
    let mut shown: Value =
        locked.ran(&locked.admin, &format!("patient show {code} --reveal --json")).exits(0).json();
    shown["updated_at"] = Value::Null;
    shown
}

/// Runs a command with a JSON body.
fn fed(locked: &Locked, key: &str, line: &str, body: &str) -> crate::support::Ran {
    let path = locked.clinic.file("body.json", body);
    locked.ran(key, &line.replace("--input -", &format!("--input {}", path.display())))
}

fn notes(locked: &Locked, visit: &Value) -> String {
    let shown: Appointment = locked
        .ran(&locked.admin, &format!("show {} --json", visit["code"].as_str().unwrap()))
        .exits(0)
        .json();
    shown.notes.unwrap_or_default()
}

#[test]
fn a_booking_without_leave_for_patients_changes_no_known_field_and_tells_the_desk() {
    let locked = practice();
    let before = known(&locked, "ZQ-CODE");
    let said = "--name 'zoila quinonez' --phone 7765-9999 --email evil@example.com --national-id 11111111-5";
    let body = |time: &str| {
        format!(
            r#"{{"doctor_id":"GARCIA","date":"2026-06-16","start_time":"{time}","patient_name":"ZOILA QUINONEZ",
            "patient_phone":"77659999","patient_email":"evil@example.com","patientDui":"11111111-5"}}"#
        )
    };
    for (scopes, day) in [
        ("--scope appointments:write", 16),
        ("--scope appointments:write,appointments:read,patients:read", 17),
        ("--scope appointments:write --doctor GARCIA", 18),
        // A doctor's key has no access to other doctors' patients, whatever its scopes.
        ("--scope admin --doctor GARCIA", 19),
    ] {
        let key = locked.key(scopes);
        let typed =
            format!("book --doctor GARCIA --date 2026-06-{day} --time 09:00 {said} --notes Tos --json");
        let typed: Value = locked.ran(&key, &typed).exits(0).json();
        let json = body("11:00").replace("06-16", &format!("06-{day}"));
        locked.does("clinic set duplicate_rule off");
        let json: Value = fed(&locked, &key, "book --input - --json", &json).exits(0).json();
        let series = format!(
            "book --doctor GARCIA --date 2026-06-{day} --time 14:00 {said} --every week --times 2 --json"
        );
        let _ = locked.ran(&key, &series).exits(0);
        assert_eq!(known(&locked, "ZQ-CODE"), before, "{scopes}");
        let noted = notes(&locked, &typed);
        assert!(noted.starts_with("Tos; "), "{noted}");
        for given in ["zoila quinonez", "evil@example.com", "****-5"] {
            assert!(noted.contains(given), "{scopes}: {given} is not in {noted}");
        }
        assert!(!noted.contains("11111111"), "a national ID is not in clear: {noted}");
        assert!(notes(&locked, &json).contains("ZOILA QUINONEZ"), "{scopes}");
    }
    // Also by her record; a value equal to the known one is not noted.
    let key = locked.key("--scope appointments:write");
    let by_record = "book --doctor GARCIA --date 2026-06-22 --time 09:00 --patient ZQ-CODE --json";
    let other = locked.ran(&key, &format!("{by_record} --email evil@example.com --external-ref a")).exits(0);
    assert!(notes(&locked, &other.json()).contains("evil@example.com"));
    let same = by_record.replace("09:00", "10:00");
    let same =
        locked.ran(&key, &format!("{same} --email zoila@example.org --national-id 87654321-0")).exits(0);
    assert_eq!(notes(&locked, &same.json()), "");
    assert_eq!(known(&locked, "ZQ-CODE"), before);
}

#[test]
fn what_is_missing_is_filled_and_who_may_change_patients_does() {
    let locked = practice();
    let web = locked.key("--scope appointments:write");
    let line = "book --doctor GARCIA --date 2026-06-16 --name 'Tulio Vega' --phone 7765-8888 --json";
    let filled = format!("{line} --time 09:00 --email tulio@example.org --national-id 22222222-2");
    let filled: Value = locked.ran(&web, &filled).exits(0).json();
    let shown = known(&locked, "TULIO");
    assert_eq!((&shown["email"], &shown["national_id"]), (&"tulio@example.org".into(), &"22222222-2".into()));
    assert_eq!(notes(&locked, &filled), "");
    // A known value is not replaced.
    locked.does("clinic set duplicate_rule off");
    let _ = locked.ran(&web, &format!("{line} --time 10:00 --email other@example.org")).exits(0);
    assert_eq!(known(&locked, "TULIO")["email"], "tulio@example.org");
    let desk = locked.key("--scope appointments:write,patients:write");
    let changed = line.replace("Tulio Vega", "TULIO VEGA") + " --time 11:00 --email new@example.org";
    let changed: Value = locked.ran(&desk, &changed).exits(0).json();
    let shown = known(&locked, "TULIO");
    assert_eq!((&shown["email"], &shown["full_name"]), (&"new@example.org".into(), &"TULIO VEGA".into()));
    assert_eq!(notes(&locked, &changed), "");
}

#[test]
fn where_a_phone_is_one_patient_a_strangers_name_stays_a_note() {
    let locked = practice();
    locked.does("clinic set patient_identity phone");
    let web = locked.key("--scope appointments:write");
    let line = "book --doctor GARCIA --date 2026-06-16 --time 09:00 --name Nadie --phone 7765-9999 --json";
    let visit: Value = locked.ran(&web, line).exits(0).json();
    assert_eq!(known(&locked, "ZQ-CODE")["full_name"], ZOILA);
    assert!(notes(&locked, &visit).contains("Nadie"));
}

/// A dry run leaves no trace, so its result must be the same for every guess.
#[test]
fn a_booking_that_is_only_tried_tells_nothing_of_who_is_known() {
    let locked = practice();
    locked.does("clinic set patient_identity phone");
    let own = locked.key("--scope appointments:read,appointments:write --doctor GARCIA");
    for line in ["book --doctor GARCIA --date 2026-06-16 --time 09:00", "waitlist add --doctor GARCIA"] {
        for format in ["", "--json"] {
            let line = format!("{line} --name Nadie --phone 7765-9999 --dry-run {format}");
            let told =
                locked.ran(&own, &line).exits(0).stdout().replace("7765-9999", "").replace("77659999", "");
            assert!(told.contains("Nadie"), "{line}: {told}");
            for known in KNOWN.iter().filter(|known| **known != "ZQ-CODE") {
                assert!(!told.contains(known), "{line}: {told}");
            }
        }
    }
    let web = locked.key("--scope appointments:read,appointments:write");
    for key in [&own, &web] {
        let guessed = |with: &str| -> Value {
            let line = "book --doctor GARCIA --date 2026-06-16 --time 09:00 --name Nadie --phone 7765-9999";
            locked.ran(key, &format!("{line} {with} --dry-run --json")).exits(0).json()
        };
        for (right, wrong) in [
            ("--national-id 87654321-0", "--national-id 11111111-0"),
            ("--email zoila@example.org", "--email zoe@example.org"),
        ] {
            assert_eq!(guessed(right)["notes"], guessed(wrong)["notes"], "{right}");
        }
    }
}

#[test]
fn a_merged_record_is_no_way_round() {
    let locked = practice();
    locked.does("patient add --name 'Zoila Q' --phone 7765-9999 --code ZQ2");
    locked.does("patient merge ZQ-CODE ZQ2 --force");
    let before = known(&locked, "ZQ-CODE");
    let web = locked.key("--scope appointments:write");
    for (time, who) in [("09:00", "--name 'Zoila Q' --phone 7765-9999"), ("12:00", "--patient ZQ2")] {
        let line = format!(
            "book --doctor GARCIA --date 2026-06-16 --time {time} {who} --email evil@example.com --national-id 1111-5"
        );
        locked.does("clinic set duplicate_rule off");
        let visit: Value = locked.ran(&web, &format!("{line} --json")).exits(0).json();
        let noted = notes(&locked, &visit);
        assert!(noted.contains("evil@example.com") && noted.contains("****-5"), "{noted}");
        assert_eq!(known(&locked, "ZQ-CODE"), before, "{who}");
    }
    locked.does("patient merge --seal ZQ2");
    let line = "book --doctor GARCIA --date 2026-06-17 --time 09:00 --name 'Zoila Q' --phone 7765-9999 --email evil@example.com";
    let _ = locked.ran(&web, line).exits(0);
    assert_eq!(known(&locked, "ZQ-CODE"), before, "sealed");
}

#[test]
fn the_waiting_list_changes_no_known_name_and_takes_no_other_doctors_patient() {
    let locked = practice();
    let before = known(&locked, "ZQ-CODE");
    let web = locked.key("--scope appointments:write");
    let line = "waitlist add --doctor GARCIA --name 'ZOILA QUINONEZ' --phone 7765-9999 --note Tos --json";
    let entry: Value = locked.ran(&web, line).exits(0).json();
    assert_eq!(known(&locked, "ZQ-CODE"), before);
    let listed = locked.ran(&locked.admin, "waitlist list --json").exits(0).stdout();
    assert!(listed.contains("Tos; ") && listed.contains("ZOILA QUINONEZ"), "{listed}");
    let code = entry["code"].as_str().unwrap();
    let _ = locked.ran(&web, &format!("waitlist offer {code} --at 2026-06-22T09:00")).exits(0);
    let _ = locked.ran(&web, &format!("waitlist accept {code}")).exits(0);
    assert_eq!(known(&locked, "ZQ-CODE"), before);

    // A doctor's key can book the entries that it added.
    let own = locked.key("--scope appointments:read,appointments:write --doctor GARCIA");
    let line = "waitlist add --doctor GARCIA --name 'Nueva Paz' --phone 7765-7777 --json";
    let entry: Value = locked.ran(&own, line).exits(0).json();
    let code = entry["code"].as_str().unwrap();
    let _ = locked.ran(&own, &format!("waitlist offer {code} --at 2026-06-22T11:00")).exits(0);
    let _ = locked.ran(&own, &format!("waitlist accept {code}")).exits(0);
}

/// Texts that find Zoila, each with a similar one that finds nobody.
fn words(id: &str) -> [(String, String); 6] {
    let pair = |hers: &str, nobodys: &str| (hers.to_owned(), nobodys.to_owned());
    [
        pair("ZQ-CODE", "ZZ-CODE"),
        pair(id, "019ebe10-4d80-7551-a10a-cda7c88d5b96"),
        pair("7765-9999", "7765-9990"),
        pair("'Zoila Quiñónez'", "'Zoila Nadie'"),
        pair("zoila", "zacarias"),
        pair("87654321-0", "87654321-7"),
    ]
}

#[test]
fn to_a_doctors_key_other_doctors_patients_are_as_unknown_as_nobody() {
    let locked = practice();
    let id = known(&locked, "ZQ-CODE")["id"].as_str().unwrap().to_owned();
    let before = locked.content();
    let commands = [
        "waitlist add --doctor GARCIA --patient WORD",
        "waitlist add --doctor GARCIA --patient WORD --dry-run",
        "book --doctor GARCIA --date 2026-06-16 --time 09:00 --patient WORD --dry-run",
        "list --patient WORD",
        "count --patient WORD",
        "why GARCIA 2026-06-16 09:00 --patient WORD",
        "patient show WORD",
        "patient set WORD --opt-out",
        "patient merge WORD TULIO --dry-run",
        "patient export WORD",
        "audit log WORD",
    ];
    for scopes in ["admin", "appointments:read,appointments:write,patients:read,patients:write"] {
        let key = locked.key(&format!("--scope {scopes} --doctor GARCIA"));
        for (command, (hers, nobodys)) in
            commands.iter().flat_map(|command| words(&id).map(|word| (*command, word)))
        {
            let refused = |word: &str| {
                let ran = locked.ran(&key, &format!("{} --json", command.replace("WORD", word)));
                assert_ne!(ran.exit, Some(0), "turno {}: {}", ran.line, ran.stdout());
                ran.stdout() + &ran.stderr()
            };
            let (bare, bare_other) = (hers.replace('\'', ""), nobodys.replace('\'', ""));
            // Replace the search text, which may be repeated; both national IDs are masked.
            let neutral = |said: String| {
                let said = said.replace(&bare, "WORD").replace(&bare_other, "WORD");
                said.replace("****-0", "WORD").replace("****-7", "WORD")
            };
            let (said, unknown) = (neutral(refused(&hers)), neutral(refused(&nobodys)));
            assert_eq!(said, unknown, "{command} with {hers}");
            assert!(KNOWN.iter().all(|secret| !said.contains(secret)), "{command}: {said}");
        }
    }
    let after = locked.content();
    assert_eq!(after.0, before.0);
    // Her own doctor's key finds her.
    let key = locked.key("--scope admin --doctor RUIZ");
    for word in ["ZQ-CODE", &id, "7765-9999", "'Zoila Quiñónez'"] {
        let _ = locked.ran(&key, &format!("list --patient {word}")).exits(0);
    }
}

#[test]
fn a_name_that_several_have_is_to_a_doctors_key_the_one_of_its_own() {
    let locked = practice();
    locked.does("patient add --name 'Zoila Quiñónez' --phone 7765-0001 --code OTRA");
    locked.does("book --doctor GARCIA --date 2026-06-16 --time 15:00 --patient OTRA");
    let key = locked.key("--scope appointments:read --doctor GARCIA");
    let listed: Value = locked.ran(&key, "list --patient 'Zoila Quiñónez' --json").exits(0).json();
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["appointments"][0]["patient"]["phone"], "+50377650001");
}

#[test]
fn who_only_writes_patients_reads_none() {
    let locked = practice();
    locked.does("patient add --name 'Zoila Quiñónez' --phone 7765-9999 --code ZQ2 --email other@example.org");
    let writes = locked.key("--scope patients:write");
    for line in [
        "patient set ZQ-CODE --opt-in",
        "patient set ZQ-CODE --opt-out",
        "patient set 7765-9999 --opt-in",
        "patient merge ZQ-CODE ZQ2 --dry-run",
        "patient merge ZQ-CODE ZQ2 --force",
        "patient merge --undo ZQ2",
    ] {
        for face in ["--json", "", "--format csv"] {
            let ran = locked.ran(&writes, &format!("{line} {face}"));
            let said = ran.stdout() + &ran.stderr();
            let tells = KNOWN[..5]
                .iter()
                .chain(&["other@"])
                .find(|secret| said.contains(**secret) && !line.contains(**secret));
            assert_eq!(tells, None, "turno {line} {face}: {said}");
        }
    }
    // With a read scope, the result is shown.
    let both = locked.key("--scope patients:write,patients:read");
    let shown: Value = locked.ran(&both, "patient set ZQ-CODE --opt-out --json").exits(0).json();
    assert_eq!((&shown["full_name"], &shown["phone"]), (&ZOILA.into(), &"+50377659999".into()));
}

#[test]
fn reasons_of_other_doctors_closures_are_not_a_doctors_keys() {
    let locked = practice();
    for line in [
        "closure add --doctor RUIZ --date 2026-07-01 --reason 'Cita con Zoila'",
        "closure add --doctor GARCIA --date 2026-07-02 --reason 'Congreso propio'",
        "closure add --date 2026-07-03 --reason 'Feriado de todos'",
    ] {
        locked.does(line);
    }
    let key = locked.key("--scope admin --doctor GARCIA");
    for line in ["closure list", "closure list --json", "closure list --format csv", "export csv closures"] {
        let said = locked.ran(&key, line).exits(0).stdout();
        assert!(!said.contains("Zoila"), "turno {line}: {said}");
        assert!(
            said.contains("Congreso propio") && said.contains("Feriado de todos"),
            "turno {line}: {said}"
        );
    }
    assert!(locked.ran(&locked.admin, "closure list").exits(0).stdout().contains("Cita con Zoila"));
}

#[cfg(unix)]
#[test]
fn a_sweep_asks_for_its_own_scope_and_hides_from_who_may_not_read() {
    let mut locked = practice();
    locked.clinic.at("2026-06-14T12:00:00-06:00");
    locked.clinic.gateways(&["courier"], "");
    let old = locked.key("--scope appointments:write --code OLD");
    let sends = locked.key("--scope messages:send");
    let lines = ["remind due --dry-run", "remind due", "remind retry --all", "webhook deliver", "cron"];
    let everything = "appointments:read,appointments:write,appointments:override,patients:read,patients:write,\
                      patients:reveal,reports:read";
    for key in [&old, &locked.key(&format!("--scope {everything}"))] {
        for line in lines {
            let refused = locked.ran(key, &format!("{line} --json")).refusal("INSUFFICIENT_SCOPE", 6);
            assert_eq!(refused.text("required"), "messages:send", "turno {line}");
        }
    }
    let hides = |line: &str| {
        let ran = locked.ran(&sends, line).exits(0);
        let said = ran.stdout() + &ran.stderr();
        for secret in KNOWN.iter().chain(&["77654321", "Ana", "Mejía"]) {
            assert!(!said.contains(secret), "turno {line} tells {secret}: {said}");
        }
        said
    };
    // Messages that a person must read wait for a sweep that may show them.
    for face in ["", "--json", "--format csv"] {
        for dry_run in ["--dry-run", ""] {
            let said = hides(&format!("remind due {dry_run} {face}"));
            assert!(said.contains("appointments:read"), "{said}");
        }
    }
    let sent = |locked: &Locked| {
        let listed: Value = locked.ran(&locked.admin, "remind list --status sent --json").exits(0).json();
        listed["total"].as_u64().unwrap()
    };
    assert_eq!(sent(&locked), 0, "nothing that nobody read counts as sent");
    // The channel's program sends the message, and the report hides the text.
    locked.does("clinic set reminder_channels courier");
    let said = hides("remind due --json");
    assert!(said.contains("\"to\":\"****\"") && said.contains("\"text\":\"****\""), "{said}");
    assert!(sent(&locked) > 0);
    let got = locked.clinic.got("courier");
    assert!(got.iter().any(|got| got.to.to_string().contains("77659999")), "the channel has it all: {got:?}");
    // An old key without `messages:send` still sweeps by its write scope, and shows the derived scope.
    locked.clinic.place().run("UPDATE keys SET scopes = 'appointments:write' WHERE code = 'OLD'").unwrap();
    let _ = locked.ran(&old, "remind due --json").exits(0);
    let shown: Value = locked.ran(&locked.admin, "key show OLD --json").exits(0).json();
    assert_eq!(shown["scopes"], serde_json::json!(["appointments:write", "messages:send"]));
    let rotated: Value = locked.ran(&locked.admin, "key rotate OLD --json").exits(0).json();
    let _ = locked.ran(rotated["secret"].as_str().unwrap(), "remind due --json").exits(0);
    assert_eq!(locked.ran(&locked.admin, "audit verify --json").exits(0).json::<Value>()["ok"], true);
}

#[cfg(unix)]
#[test]
fn what_a_channel_fails_with_and_what_goes_again_is_hidden_as_well() {
    let mut locked = practice();
    locked.clinic.gateways(&["courier"], "");
    locked.clinic.answers("courier", 1);
    locked.does("clinic set reminder_channels courier,print");
    locked.clinic.at("2026-06-14T12:00:00-06:00");
    let sends = locked.key("--scope messages:send");
    for line in ["remind due --json", "remind due", "remind retry --all --json", "remind retry --all"] {
        let ran = locked.ran(&sends, line);
        let said = ran.stdout() + &ran.stderr();
        for secret in KNOWN.iter().chain(&["77654321", "Ana", "Mejía"]) {
            assert!(!said.contains(secret), "turno {line} tells {secret}: {said}");
        }
    }
    // The next channel is `print`, so the message waits for a sweep that may show the text.
    let listed: Value = locked.ran(&locked.admin, "remind list --status sent --json").exits(0).json();
    assert_eq!(listed["total"], 0);
    let swept: Value = locked.ran(&locked.admin, "remind due --json").exits(0).json();
    assert!(swept["sent"].as_u64().unwrap() > 0, "{swept}");
}
