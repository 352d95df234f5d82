//! Problems with files and disks: reported clearly, without loss, and gone when their cause is gone.

use crate::backup::names;
use crate::support::views::Refusal;
use crate::support::{Clinic, Ran, words};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command line in a shell after `limit`.
fn under(clinic: &Clinic, limit: &str, line: &str) -> Ran {
    let turno = clinic.process(line);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limit}; exec \"$@\""), "sh"]);
    command.arg(turno.get_program()).args(words(line)).current_dir(clinic.home());
    command.env_clear().envs(turno.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran { line: format!("{limit}; {line}"), ..Ran::of(line, command.output().unwrap()) }
}

fn unavailable(ran: Ran, says: &str) -> Refusal {
    let refusal = ran.refusal("STORE_UNAVAILABLE", 7);
    assert!(refusal.message.contains(says), "{}", refusal.message);
    assert!(refusal.hint.is_some());
    refusal
}

const WRITING: [&str; 3] = [
    "doctor add --name X --json",
    "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 7700-0001 --json",
    "db backup safe.db --json",
];

#[test]
fn files_that_may_not_grow_are_told_of() {
    let clinic = Clinic::open();
    let before = clinic.content();
    for line in WRITING {
        let _ = unavailable(under(&clinic, "ulimit -f 8", line), "may not grow");
        assert_eq!(clinic.content(), before, "{line}");
    }
    // Room for a log, but not for a whole book.
    let _ = unavailable(under(&clinic, "ulimit -f 200", WRITING[2]), "may not grow");
    assert!(!names(&clinic, "").iter().any(|name| name.starts_with(".turno-part") || name == "safe.db"));
    for line in WRITING {
        clinic.does(line);
    }
    clinic.is_sound();
}

#[test]
fn too_many_open_files_are_told_of() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let mut refused = 0;
    clinic.file("patients.csv", "name,phone\nEva,7700-0009\n");
    let more = ["import csv patients patients.csv --report told.ndjson --json", "export csv patients --json"];
    for (number, line) in WRITING.into_iter().chain(more).enumerate() {
        for limit in 4..16 {
            let ran = under(&clinic, &format!("ulimit -n {limit}"), line);
            if ran.exit == Some(0) {
                break;
            }
            let refusal = ran.refusal("STORE_UNAVAILABLE", 7);
            let said = refusal.message.to_lowercase();
            assert!(said.contains("too many") && said.contains("open"), "{limit} {line}: {said}");
            let hint = refusal.hint.unwrap_or_default();
            assert!(hint.contains("ulimit -n"), "{limit} {line}: {said}: {hint}");
            refused += 1;
            if number == 0 {
                assert_eq!(clinic.content(), before, "{limit} {line}");
            }
        }
    }
    assert!(refused > 3, "only {refused} were refused");
    clinic.is_sound();
}

#[test]
fn a_directory_that_is_lost_is_told_of_and_the_book_is_used_when_it_is_back() {
    let clinic = Clinic::open();
    let folder = clinic.book_path().parent().unwrap().to_owned();
    let away = clinic.home().join("away");
    fs::rename(&folder, &away).unwrap();
    for line in ["list --json", "doctor add --name X --json"] {
        let refusal = unavailable(clinic.ran(line), "there is no book");
        assert!(refusal.hint.unwrap().contains("is the disk in place?"));
    }
    fs::rename(&away, &folder).unwrap();
    clinic.does("doctor add --name X");
    clinic.is_sound();
}

/// An open file that was moved or deleted still accepts writes, which would be lost.
#[test]
fn a_book_that_is_taken_away_while_it_is_open_takes_nothing_more() {
    for how in ["moved", "removed", "replaced"] {
        let clinic = Clinic::open();
        let book = clinic.book_path();
        let mut process = clinic.process("book --input - --json");
        let mut desk =
            process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut input, output) = (desk.stdin.take().unwrap(), desk.stdout.take().unwrap());
        let mut answers = BufReader::new(output).lines();
        let body = |minute: u32| {
            format!(
                "{{\"doctor_id\":\"GARCIA\",\"date\":\"2026-06-15\",\"time\":\"10:{minute:02}\",\"patient_name\":\"A\",\"patient_phone\":\"7700-00{minute:02}\"}}\n"
            )
        };
        // A stream's first line is processed only when the second one arrives.
        input.write_all(body(0).as_bytes()).unwrap();
        input.write_all(b"{}\n").unwrap();
        let first = answers.next().unwrap().unwrap();
        assert!(first.contains("\"token_number\""), "{first}");
        match how {
            "moved" => fs::rename(&book, clinic.home().join("moved.db")).unwrap(),
            "removed" => fs::remove_file(&book).unwrap(),
            _ => {
                let other = clinic.home().join("other.db");
                fs::copy(&book, &other).unwrap();
                fs::rename(&other, &book).unwrap();
            }
        }
        let _ = input.write_all(body(30).as_bytes());
        drop(input);
        let rest: Vec<String> = answers.map(Result::unwrap).collect();
        let done = desk.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned() + &rest.concat();
        assert!(said.contains("was moved, removed or replaced meanwhile"), "{how}: {said}");
        assert_ne!(done.status.code(), Some(0), "{how}");
    }
}

/// Reports a skipped test.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "not tried: {why}");
}

/// Whether files in a read-only folder can be written: if so, nothing can be refused.
fn is_root(folder: &Path) -> bool {
    let probe = folder.join("probe");
    let root = fs::write(&probe, "").is_ok();
    let _ = fs::remove_file(probe);
    root
}

#[test]
fn what_may_not_be_written_is_told_of() {
    let clinic = Clinic::open();
    let folder = clinic.book_path().parent().unwrap().to_owned();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let before = clinic.content();
    mode(&clinic.book_path(), 0o400);
    mode(&folder, 0o500);
    if is_root(&folder) {
        skipped("root may write anywhere");
    } else {
        let refusal = unavailable(clinic.ran("doctor add --name X --json"), "permission");
        assert!(refusal.hint.unwrap().contains("permissions"));
        let line = format!("db backup {}/safe.db --json", folder.display());
        let _ = unavailable(clinic.ran(&line), "");
    }
    mode(&folder, 0o700);
    mode(&clinic.book_path(), 0o600);
    assert_eq!(clinic.content(), before);
    clinic.does("doctor add --name X");
    clinic.is_sound();
}

/// A log created while the book was read-only must not prevent later writes.
#[test]
fn a_book_that_may_be_written_again_is() {
    let clinic = Clinic::open();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let reader = clinic.database();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    for end in ["db-wal", "db-shm"] {
        let companion = clinic.book_path().with_extension(end);
        assert!(companion.exists());
        mode(&companion, 0o400);
    }
    clinic.does("doctor add --name X");
    for end in ["db-wal", "db-shm"] {
        let companion = clinic.book_path().with_extension(end);
        assert_eq!(fs::metadata(companion).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(reader);
    clinic.is_sound();
}

/// Needs a small file system; skipped if the user can't mount one.
#[test]
fn a_full_disk_and_one_that_is_read_only_are_told_of() {
    let clinic = Clinic::open();
    let disk = clinic.home().join("disk");
    fs::create_dir(&disk).unwrap();
    let shell = |words: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", words, "sh"]).arg(&disk).stderr(Stdio::null());
        command.status().unwrap().success()
    };
    if !shell("mount -t tmpfs -o size=2m tmpfs \"$1\"") {
        in_a_namespace();
        return;
    }
    let tried =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| on_a_small_disk(&clinic, &disk, &shell)));
    assert!(shell("umount \"$1\""));
    if let Err(panic) = tried {
        std::panic::resume_unwind(panic);
    }
}

/// Runs the calling test again in a namespace where the user may mount. If this is impossible, the test is
/// skipped, or fails if `TURNO_TEST_NEEDS_DISK` is set.
fn in_a_namespace() {
    const INSIDE: &str = "TURNO_TEST_IN_NAMESPACE";
    let ready = Command::new("unshare").args(["-rm", "true"]).stderr(Stdio::null()).status();
    if std::env::var_os(INSIDE).is_some() || !ready.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("TURNO_TEST_NEEDS_DISK").is_none(), "no disk can be mounted");
        skipped("no disk can be mounted");
        return;
    }
    let test = std::thread::current().name().unwrap().to_owned();
    let mut command = Command::new("unshare");
    command.arg("-rm").arg(std::env::current_exe().unwrap()).args(["--exact", &test]);
    // Inside the namespace, a failed mount is an error.
    let ran = command.env(INSIDE, "1").env("TURNO_TEST_NEEDS_DISK", "1").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

/// Backups and copies to another disk work, though the full one can't record them.
fn a_backup_of_a_full_disk_goes_elsewhere(clinic: &Clinic, book: &str, shell: &dyn Fn(&str) -> bool) {
    // Open the book, so that its log exists, and fill the disk.
    let reader = rusqlite::Connection::open(book).unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    shell("dd if=/dev/zero of=\"$1/fill\" bs=1k");
    for line in [format!("db backup rescued.db --db {book}"), format!("db copy {book} moved.db")] {
        let said = clinic.ran(&line).exits(0).stderr();
        assert!(said.contains("warning: the audit log does not tell of it"), "{said}");
    }
    shell("rm \"$1/fill\"");
    for rescued in ["rescued.db", "moved.db"] {
        assert_eq!(clinic.run(&format!("db check --db {rescued}")), "ok\n");
    }
}

fn on_a_small_disk(clinic: &Clinic, disk: &Path, shell: &dyn Fn(&str) -> bool) {
    let book = disk.join("turno.db").display().to_string();
    clinic.does(&format!("db copy {} {book}", clinic.place().name()));
    let log = || clinic.run(&format!("audit log --limit 1000 --json --db {book}"));
    let before = log();
    shell("dd if=/dev/zero of=\"$1/fill\" bs=1k");
    let safe = disk.join("safe.db").display().to_string();
    for line in [
        format!("doctor add --name X --db {book} --json"),
        format!("db backup {safe} --json"),
        format!("db restore {} --db {book} --force --json", clinic.place().name()),
    ] {
        let _ = unavailable(clinic.ran(&line), "the disk is full");
    }
    fs::remove_file(disk.join("fill")).unwrap();
    assert_eq!(log(), before);
    a_backup_of_a_full_disk_goes_elsewhere(clinic, &book, shell);
    assert_eq!(fs::read_dir(disk).unwrap().count(), 1, "something was left on the disk");
    // Retry: a process that another test is starting may hold a file open for a moment.
    let read_only = (0..100).any(|_| {
        let done = shell("mount -o remount,ro \"$1\"");
        std::thread::sleep(std::time::Duration::from_millis(if done { 0 } else { 20 }));
        done
    });
    assert!(read_only);
    for line in [format!("doctor add --name X --db {book} --json"), format!("db backup {safe} --json")] {
        let _ = unavailable(clinic.ran(&line), "the disk is read-only");
    }
    assert!(shell("mount -o remount,rw \"$1\""));
    assert_eq!(log(), before);
    clinic.does(&format!("doctor add --name X --db {book}"));
    assert_eq!(clinic.run(&format!("db check --db {book}")), "ok\n");
}
