//! `db rotate-secret` replaces the secret everywhere, even after an interruption.

use crate::support::Clinic;
use crate::support::views::{Backup, Log, Rotated};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};

/// A clinic with all that depends on the secret: IDs, webhooks with two secrets, redacted audit entries.
fn full() -> Clinic {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    for line in [
        "patient add --name 'Luis Paz' --phone 7700-0001 --national-id 12345678-9 --code LUIS",
        "patient add --name 'Eva Sol' --phone 7700-0002 --national-id 98765432-1 --code EVA",
        "patient add --name 'Rosa Mar' --phone 7700-0003 --national-id 11111111-1 --code ROSA",
        "patient erase ROSA --yes",
        "patient merge LUIS EVA --yes",
        "webhook add --url https://example.org/x --code HOOK",
        "webhook rotate HOOK --overlap 30d",
    ] {
        clinic.does(line);
    }
    clinic
}

fn rotated(clinic: &Clinic) -> Rotated {
    clinic.json("db rotate-secret")
}

/// The book is sound, and encrypted values can be read and found.
fn is_whole(clinic: &Clinic) {
    clinic.is_sound();
    let shown: Value = clinic.json("patient show LUIS --reveal");
    assert_eq!(shown["national_id"], "12345678-9");
    let found: Value = clinic.json("patient find 12345678-9");
    assert_eq!(found["patients"][0]["code"], "LUIS");
    clinic.does("webhook rotate HOOK --overlap 30d");
    clinic.does("patient set LUIS --locale es");
    clinic.does("patient set LUIS --locale en");
}

fn next(clinic: &Clinic) -> PathBuf {
    clinic.secret_path().with_extension("key.next")
}

#[test]
fn everything_is_carried_over_and_the_old_secret_opens_nothing_more() {
    let mut clinic = full();
    let key: Value = clinic.json("key create --name Jefa --scope admin");
    let old = fs::read_to_string(clinic.secret_path()).unwrap();
    let before: Log = clinic.json("audit log --limit 1");
    let done = rotated(&clinic);
    assert_eq!((done.national_ids, done.webhooks), (2, 1));
    assert_eq!(done.audit_entries, before.entries[0].seq);
    let kept = PathBuf::from(done.secret_file_kept.as_deref().unwrap());
    assert_eq!(fs::read_to_string(&kept).unwrap(), old);
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(clinic.secret_path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_ne!(fs::read_to_string(clinic.secret_path()).unwrap(), old);
    assert!(!next(&clinic).exists());
    let log: Log = clinic.json("audit log --action book --limit 1");
    assert_eq!(log.entries[0].action, "book.secret_rotated");
    // The old end of each chain is recorded, so an externally noted code can still be verified.
    let ends = log.entries[0].before.as_ref().unwrap()["chains"].as_array().unwrap();
    let codes: Vec<_> = ends.iter().map(|end| end["mac"].as_str().unwrap()).collect();
    assert_eq!(codes, [before.entries[0].hash.as_str()]);
    is_whole(&clinic);
    clinic.does("patient merge --undo EVA");
    // The hashes of access keys don't depend on the secret.
    clinic.does("clinic set access keys");
    clinic.env("TURNO_KEY", key["secret"].as_str().unwrap());
    is_whole(&clinic);
    clinic.env("TURNO_SECRET_FILE", &kept.display().to_string());
    for line in ["patient set LUIS --locale es", "patient show LUIS --reveal", "audit verify"] {
        let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
        assert!(refusal.message.contains("secret"), "{line}: {refusal:?}");
    }
}

#[test]
fn a_request_that_is_sent_again_after_it_finds_its_appointment() {
    let clinic = full();
    let line = "book --doctor GARCIA --date 2026-06-16 --time 10:00 --name 'Paz Ruano' --phone 7700-0009 \
         --national-id 22222222-2 --json";
    for with in ["--external-ref W-1", "--idempotency-key K-1"] {
        let line = if with.contains("W-1") { line.to_owned() } else { line.replace("10:00", "11:00") };
        clinic.does("clinic set duplicate_rule off");
        let first: Value = clinic.ran(&format!("{line} {with}")).exits(0).json();
        let _ = rotated(&clinic);
        let again: Value = clinic.ran(&format!("{line} {with}")).exits(0).json();
        assert_eq!((&again["id"], &again["idempotent"]), (&first["id"], &Value::Bool(true)));
        let other = line.replace("22222222-2", "22222222-3");
        let other = other.replace("--json", "");
        let _ = clinic.refused(&format!("{other} {with}"), "IDEMPOTENCY_MISMATCH", 4);
    }
}

#[test]
fn it_asks_for_an_admin_key() {
    let mut clinic = full();
    let admin: Value = clinic.json("key create --name Jefa --scope admin");
    let desk: Value = clinic.json("key create --name Mesa --scope appointments:write --scope patients:write");
    clinic.does("clinic set access keys");
    let _ = clinic.refused("db rotate-secret", "UNAUTHORIZED", 6);
    clinic.env("TURNO_KEY", desk["secret"].as_str().unwrap());
    let _ = clinic.refused("db rotate-secret", "INSUFFICIENT_SCOPE", 6);
    assert!(!next(&clinic).exists());
    clinic.env("TURNO_KEY", admin["secret"].as_str().unwrap());
    let _ = rotated(&clinic);
    is_whole(&clinic);
}

#[test]
fn a_log_that_was_tampered_with_is_not_signed_anew() {
    let clinic = full();
    let old = fs::read(clinic.secret_path()).unwrap();
    clinic.place().run("UPDATE audit_log SET actor = 'nadie' WHERE seq = 3").unwrap();
    let refusal = clinic.refused("db rotate-secret", "STORE_CORRUPT", 1);
    assert!(refusal.message.contains("entry 3"), "{refusal:?}");
    assert_eq!(fs::read(clinic.secret_path()).unwrap(), old);
    let verified: Value = clinic.ran("audit verify --json").exits(1).json();
    assert!(verified["findings"][0]["message"].as_str().unwrap().contains("entry 3"));
}

#[test]
fn one_that_was_cut_short_before_its_change_goes_on_with_the_same_secret() {
    let clinic = full();
    let _ = rotated(&clinic);
    let waits = "ab".repeat(32);
    fs::write(next(&clinic), &waits).unwrap();
    fs::set_permissions(next(&clinic), fs::Permissions::from_mode(0o600)).unwrap();
    let ran = clinic.ran("list").exits(0);
    assert_eq!(ran.stderr(), "", "the book is still the old secret's");
    is_whole(&clinic);
    let _ = rotated(&clinic);
    assert_eq!(fs::read_to_string(clinic.secret_path()).unwrap(), waits);
    assert!(!next(&clinic).exists());
    is_whole(&clinic);
}

#[test]
fn one_that_was_cut_short_after_its_change_is_ended_by_the_next_command_which_says_so() {
    let clinic = full();
    let old = fs::read(clinic.secret_path()).unwrap();
    for line in ["list", "patient show LUIS --reveal", "db info", "doctor add --name X"] {
        let kept = rotated(&clinic).secret_file_kept.unwrap();
        let new = fs::read(clinic.secret_path()).unwrap();
        fs::rename(clinic.secret_path(), next(&clinic)).unwrap();
        fs::rename(&kept, clinic.secret_path()).unwrap();
        let ran = clinic.ran(line).exits(0);
        assert!(ran.stderr().contains("cut short"), "{line}: {}", ran.stderr());
        assert!(ran.stderr().contains("secret.key.replaced-"), "{line}: {}", ran.stderr());
        assert_eq!(fs::read(clinic.secret_path()).unwrap(), new);
        assert!(!next(&clinic).exists());
        let ran = clinic.ran(line).exits(0);
        assert!(!ran.stderr().contains("cut short"), "{}", ran.stderr());
        is_whole(&clinic);
    }
    let folder = fs::read_dir(clinic.secret_path().parent().unwrap()).unwrap();
    let kept = folder.flatten().filter(|file| fs::read(file.path()).is_ok_and(|text| text == old));
    assert!(kept.count() >= 1, "the first secret is lost");
}

fn begun(clinic: &Clinic) -> Child {
    let mut process = clinic.process("db rotate-secret --json");
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_rotation_that_is_killed_leaves_a_book_that_opens() {
    let clinic = full();
    // Enough entries to make the rotation slow.
    let wish = |n: u32| {
        format!(
            "{{\"doctor_id\":\"GARCIA\",\"date\":\"2026-07-{:02}\",\"time\":\"{:02}:{:02}\",\"patient_name\":\"P {n}\",\"patient_phone\":\"+503770{n:05}\"}}\n",
            1 + n / 16,
            9 + n % 16 / 2,
            n % 2 * 30
        )
    };
    let wishes: String = (0..400).map(wish).collect();
    let _ = clinic.fed("book --input - --json", wishes);
    let count = |clinic: &Clinic| {
        let sql = "SELECT count(*) FROM audit_log WHERE action = 'book.secret_rotated'";
        clinic.place().ask(sql)[0].parse::<u32>().unwrap()
    };
    let whole = std::time::Instant::now();
    let _ = rotated(&clinic);
    let whole = whole.elapsed();
    let (mut cut_off, mut done) = (0, 0);
    for round in 0..16_u32 {
        let before = count(&clinic);
        let mut rotating = begun(&clinic);
        std::thread::sleep(whole.mul_f64(0.1 + f64::from(round) * 0.07));
        rotating.kill().unwrap();
        let said = rotating.wait_with_output().unwrap().status.success();
        let there = count(&clinic) - before;
        assert!(there <= 1 && (there == 1 || !said), "round {round}: {there}, {said}");
        cut_off += u32::from(there == 0);
        done += there;
        // Free pages may still hold values under the old secret.
        clinic.does("db scrub --force");
        is_whole(&clinic);
    }
    assert!(cut_off > 0 && done > 0, "{cut_off} were cut off, {done} done");
}

#[test]
fn several_at_once_leave_one_secret_that_is_the_books() {
    let clinic = full();
    for _ in 0..3 {
        let all = [(); 4].map(|()| begun(&clinic));
        let ended = all.map(|one| one.wait_with_output().unwrap());
        let done = ended.iter().filter(|output| output.status.success()).count();
        assert!(done >= 1, "{ended:?}");
        for refused in ended.iter().filter(|output| !output.status.success()) {
            let said = String::from_utf8_lossy(&refused.stderr);
            assert!(said.contains("STORE_BUSY") || said.contains("STORE_UNAVAILABLE"), "{said}");
        }
        is_whole(&clinic);
    }
}

#[test]
fn a_backup_of_before_comes_back_with_the_secret_of_before() {
    let mut clinic = full();
    clinic.at("2026-06-02T08:00:00Z");
    let first: Backup = clinic.json("db backup --keep 1 rota");
    clinic.does("db backup safe.db");
    let kept = rotated(&clinic).secret_file_kept.unwrap();
    let refusal = clinic.refused("db restore safe.db --db again/turno.db", "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.unwrap().contains("TURNO_SECRET_FILE"));
    clinic.at("2026-06-03T08:00:00Z");
    let second: Backup = clinic.json("db backup --keep 1 rota");
    assert_eq!(second.removed, [first.path], "it is the same book");
    clinic.does("db backup new.db");
    clinic.does("db restore new.db --db new/turno.db");
    clinic.does("audit verify --records --db new/turno.db");
    clinic.env("TURNO_SECRET_FILE", &kept);
    clinic.does("db restore safe.db --db again/turno.db");
    clinic.does("audit verify --records --db again/turno.db");
    let shown: Value = clinic.json("patient show LUIS --reveal --db again/turno.db");
    assert_eq!(shown["national_id"], "12345678-9");
}

#[test]
fn a_secret_that_can_not_be_written_changes_nothing() {
    let clinic = full();
    fs::create_dir(next(&clinic)).unwrap();
    let before = fs::read(clinic.secret_path()).unwrap();
    let _ = clinic.refused("db rotate-secret", "STORE_UNAVAILABLE", 7);
    fs::remove_dir(next(&clinic)).unwrap();
    assert_eq!(fs::read(clinic.secret_path()).unwrap(), before);
    is_whole(&clinic);
}
