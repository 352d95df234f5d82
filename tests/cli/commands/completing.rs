//! Shell completions from the book, requested as the scripts do and by real shells.

use crate::support::{Clinic, Ran, program};
use std::process::Command;

/// Monday: two future appointments, a past one and a cancelled one.
fn monday() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. María Ruiz' --code RUIZ");
    clinic.does("service add --name 'Consulta general' --code CONS");
    clinic.does("branch add --name 'Santa Tecla' --code TECLA");
    for (day, time, name) in [
        ("01", "09:00", "Ana Mejía"),
        ("02", "10:00", "Beto Cruz"),
        ("03", "11:00", "Carla Paz"),
        ("04", "11:00", "Dora Sol"),
    ] {
        clinic.does(&format!(
            "book --doctor GARCIA --branch MAIN --date 2026-06-{day} --time {time} --name '{name}' --phone 7765-43{day}"
        ));
    }
    clinic.at("2026-06-02T08:00:00-06:00");
    clinic.does(&format!("cancel {} --reason 'no puede'", code(&clinic, "03")));
    clinic
}

fn code(clinic: &Clinic, day: &str) -> String {
    clinic.list(&format!("--date 2026-06-{day} --branch all")).appointments.remove(0).code
}

/// The request of fish's script; the last word is completed.
fn asked(clinic: &Clinic, words: &[&str]) -> Ran {
    let mut command = clinic.command();
    command.env("TURNO_COMPLETE", "fish").args(["--", "turno"]).args(words);
    let output = command.output().expect("turno runs");
    Ran { line: words.join(" "), exit: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

/// The candidates without options.
fn told(clinic: &Clinic, words: &[&str]) -> Vec<String> {
    let ran = asked(clinic, words).exits(0);
    assert_eq!(ran.stderr(), "", "{words:?}");
    ran.stdout().lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect()
}

#[test]
fn doctors_services_and_branches_complete_with_their_names() {
    let clinic = monday();
    let doctors = ["GARCIA\tDr. García", "RUIZ\tDra. María Ruiz"];
    assert_eq!(told(&clinic, &["book", ""]), doctors);
    assert_eq!(told(&clinic, &["why", ""]), doctors);
    assert_eq!(told(&clinic, &["doctor", "show", ""]), doctors);
    assert_eq!(told(&clinic, &["slots", "--doctor", "ru"]), [doctors[1]]);
    assert_eq!(told(&clinic, &["slots", "--doctor", "mari"]), [doctors[1]], "a name that only one has");
    assert_eq!(told(&clinic, &["slots", "--service", ""]), ["CONS\tConsulta general"]);
    assert_eq!(told(&clinic, &["slots", "--branch", "t"]), ["TECLA\tSanta Tecla"]);
    assert_eq!(told(&clinic, &["book", "RUIZ", ""]), [""; 0], "only the first word is a doctor");
}

#[test]
fn appointments_ahead_complete_by_their_codes_without_the_patients_names() {
    let clinic = monday();
    let expected = [
        format!("{}\t2026-06-02 10:00 Dr. García", code(&clinic, "02")),
        format!("{}\t2026-06-04 11:00 Dr. García", code(&clinic, "04")),
    ];
    for words in [&["cancel", ""][..], &["show", ""], &["status", ""], &["reschedule", ""]] {
        assert_eq!(told(&clinic, words), expected, "{words:?}");
    }
    assert_eq!(told(&clinic, &["patient", "show", ""]), [""; 0]);
    assert_eq!(told(&clinic, &["patient", "find", "Ana"]), [""; 0]);
}

#[test]
fn what_an_appointment_can_be_completes_too() {
    let clinic = monday();
    let appointment = code(&clinic, "02");
    assert_eq!(
        told(&clinic, &["status", &appointment, "c"]),
        ["confirmed", "checked_in", "completed", "cancelled"]
    );
    assert_eq!(told(&clinic, &["list", "--status", "no"]), ["no_show"]);
}

#[test]
fn a_clinic_that_asks_for_keys_tells_nothing_without_one() {
    let mut clinic = monday();
    let made: serde_json::Value = clinic.json("key create --name desk --scope admin");
    let own: serde_json::Value =
        clinic.json("key create --name ruiz --scope appointments:read --doctor RUIZ");
    clinic.env("TURNO_KEY", made["secret"].as_str().unwrap());
    clinic.set("access", "keys");
    assert_eq!(told(&clinic, &["why", ""]).len(), 2);
    clinic.env("TURNO_KEY", own["secret"].as_str().unwrap());
    assert_eq!(told(&clinic, &["why", ""]), ["RUIZ\tDra. María Ruiz"], "a doctor's key sees that doctor");
    assert_eq!(told(&clinic, &["cancel", ""]), [""; 0]);
    clinic.env("TURNO_KEY", "");
    for words in [&["why", ""][..], &["cancel", ""], &["slots", "--branch", ""]] {
        assert_eq!(told(&clinic, words), [""; 0], "{words:?}");
    }
}

#[test]
fn what_goes_wrong_is_silent_and_makes_nothing() {
    let clinic = Clinic::empty();
    assert_eq!(told(&clinic, &["why", ""]), [""; 0], "there is no book");
    let elsewhere = clinic.home().join("nowhere/turno.db").display().to_string();
    assert_eq!(told(&clinic, &["--db", &elsewhere, "why", ""]), [""; 0]);
    assert_eq!(told(&clinic, &[&format!("--db={elsewhere}"), "why", ""]), [""; 0]);
    assert_eq!(told(&clinic, &["--db", "postgres://nobody@127.0.0.1:1/none", "why", ""]), [""; 0]);
    let unknown =
        clinic.command().env("TURNO_COMPLETE", "no-shell").args(["--", "turno", ""]).output().unwrap();
    assert!(unknown.stdout.is_empty() && unknown.stderr.is_empty(), "{unknown:?}");
    assert!(!clinic.home().join("nowhere").exists());
    let left: Vec<_> = std::fs::read_dir(clinic.home()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_book_that_is_completed_from_stays_as_it_is() {
    let clinic = monday();
    let before = clinic.content();
    assert_eq!(told(&clinic, &["why", ""]).len(), 2);
    assert_eq!(clinic.content(), before);
}

#[test]
fn a_book_of_an_older_turno_is_not_brought_up_to_date() {
    let clinic = monday();
    if !matches!(clinic.place(), crate::support::Place::File(_)) {
        return;
    }
    let version =
        || -> i64 { clinic.database().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap() };
    let own = version();
    clinic.database().pragma_update(None, "user_version", own - 1).unwrap();
    assert_eq!(told(&clinic, &["why", ""]), [""; 0]);
    assert_eq!(version(), own - 1);
}

/// Whether the shell is installed; `TURNO_TEST_NEEDS_SHELLS` makes a missing shell an error.
fn is_there(shell: &str) -> bool {
    let found = Command::new(shell).args(["-c", "exit 0"]).status().is_ok_and(|status| status.success());
    if !found {
        assert!(std::env::var_os("TURNO_TEST_NEEDS_SHELLS").is_none(), "there is no {shell}");
        use std::io::Write;
        // Bypass the test harness, which captures output.
        let _ = writeln!(std::io::stderr(), "SKIPPED: completions of {shell}, which is not here");
    }
    found
}

/// Runs a script in a shell with turno and its completions installed.
fn in_shell(clinic: &Clinic, shell: &str, file: &str, script: &str) -> String {
    let installed = clinic.home().join("completions");
    std::fs::create_dir_all(&installed).unwrap();
    std::fs::write(installed.join(file), clinic.run(&format!("completions {shell}"))).unwrap();
    let programs = program().parent().unwrap().display().to_string();
    let mut command = clinic.process("");
    let environment: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    let run = Command::new(shell)
        .env_clear()
        .envs(environment)
        .env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin"))
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .current_dir(clinic.home())
        .args(["-c", script])
        .output()
        .unwrap();
    command.env_clear();
    let stderr = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success() && stderr.is_empty(), "{shell}: {} {stderr}", run.status);
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn bash_completes_from_the_book() {
    let clinic = monday();
    if !is_there("bash") {
        return;
    }
    let script = "source completions/turno.bash
        complete() {
            COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
            _clap_complete_turno turno \"${COMP_WORDS[COMP_CWORD]}\"
            printf '%s\\n' \"${COMPREPLY[@]}\"
        }
        complete turno why ga
        complete turno slots --doctor maria
        complete turno cancel ''";
    let seen = in_shell(&clinic, "bash", "turno.bash", script);
    let (first, rest) = seen.split_once('\n').unwrap();
    assert_eq!(first, "GARCIA");
    assert!(rest.starts_with("RUIZ\n"), "{seen}");
    assert!(rest.contains(&code(&clinic, "02")) && rest.contains(&code(&clinic, "04")), "{seen}");
    assert!(!rest.contains(&code(&clinic, "03")), "{seen}");
}

#[test]
fn fish_completes_from_the_book_with_descriptions() {
    let clinic = monday();
    if !is_there("fish") {
        return;
    }
    let script = "source completions/turno.fish; complete -C 'turno why '; complete -C 'turno cancel '";
    let seen = in_shell(&clinic, "fish", "turno.fish", script);
    assert!(seen.starts_with("GARCIA\tDr. García\nRUIZ\tDra. María Ruiz\n"), "{seen}");
    assert!(seen.contains(&format!("{}\t2026-06-02 10:00 Dr. García\n", code(&clinic, "02"))), "{seen}");
}

#[test]
fn zsh_completes_from_the_book_with_descriptions() {
    let clinic = monday();
    if !is_there("zsh") {
        return;
    }
    // Install into a folder of `$fpath`; the inner shell needs a terminal for completions.
    let script = "zmodload zsh/zpty
        zpty desk zsh -f -i
        zpty -w desk 'PS1= PROMPT_EOL_MARK= ; unsetopt zle_bracketed_paste; fpath=($PWD/completions $fpath); autoload -Uz compinit; compinit -u -D; print re''ady'
        zpty -r desk seen '*ready*'
        zpty -w -n desk $'turno why \\t\\t'
        zpty -r desk seen '*Ruiz*'
        print -r -- $seen
        zpty -d desk";
    let seen = in_shell(
        &clinic,
        "zsh",
        "_turno",
        &format!("zmodload zsh/sched; TRAPALRM() {{ exit 9 }}; TMOUT=30; {script}"),
    );
    for line in ["GARCIA", "Dr. García", "RUIZ", "Dra. María Ruiz"] {
        assert!(seen.contains(line), "{line}: {seen}");
    }
}
