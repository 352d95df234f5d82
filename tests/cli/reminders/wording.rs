//! Message texts: built-in and custom templates, previews, and the output of `turno cron`.

use crate::support::Clinic;
use crate::support::views::{Appointment, Sweep};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// A clinic with a confidential service, and a booking for that service.
fn clinic() -> (Clinic, Appointment) {
    let clinic = Clinic::open();
    clinic.set("reminder_offsets", "none");
    clinic.does("service add --name 'Prueba de VIH' --code SECRETO");
    let booked =
        clinic.book_juan("--date 2026-06-15 --time 14:00 --service SECRETO --reason 'dolor secreto'");
    (clinic, booked)
}

/// Writes a custom template.
fn template(clinic: &Clinic, name: &str, text: &str) -> PathBuf {
    let path = clinic.home().join(".config/turno/templates/sanjose").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn preview(clinic: &Clinic, booked: &Appointment, options: &str) -> Value {
    clinic.json(&format!("remind preview {} {options}", booked.code))
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

#[test]
fn a_preview_says_what_would_be_sent_and_sends_nothing() {
    let (clinic, booked) = clinic();
    for kind in ["reminder", "confirmation", "reschedule", "cancellation"] {
        for (locale, day, year) in
            [("es", "lunes 15 de junio", " de 2026"), ("en", "Monday 15 June", " 2026")]
        {
            let said = preview(&clinic, &booked, &format!("--kind {kind} --locale {locale}"));
            assert_eq!((text(&said, "kind"), text(&said, "locale")), (kind.to_owned(), locale.to_owned()));
            let (subject, body) = (text(&said, "subject"), text(&said, "text"));
            for word in [" Juan, ", "Dr. García", day, "14:00", "Clínica San José"] {
                assert!(body.contains(word), "{word} is not in: {body}");
            }
            assert!(subject.contains(&format!("{day}{year}")) && subject.lines().count() == 1, "{subject}");
            for secret in ["VIH", "secreto"] {
                assert!(!format!("{subject} {body}").contains(secret), "{subject} {body}");
            }
        }
    }
    assert_eq!(text(&preview(&clinic, &booked, ""), "locale"), "es");
    let swept: Sweep = clinic.json("remind due --dry-run");
    assert_eq!(swept.messages[0].status, "pending");
    let refusal =
        clinic.refused(&format!("remind preview {} --kind song", booked.code), "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["kind"]);
    let _ = clinic.refused("remind preview AAAAAA", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn a_clinics_own_template_takes_the_place_of_the_built_in_one_and_may_say_more() {
    let (clinic, booked) = clinic();
    template(
        &clinic,
        "es/confirmation.txt.jinja",
        "{# our words #}\nHola {{ patient }}, le esperamos {{ day }} a las {{ time }}.\n\n\n\n{% if service %}Para: {{ service }}{% endif %}\n",
    );
    template(&clinic, "es/confirmation.subject.jinja", "Cita {{ code }}\n");
    let said = preview(&clinic, &booked, "--kind confirmation");
    assert_eq!(
        text(&said, "text"),
        "Hola Juan Pérez, le esperamos lunes 15 de junio de 2026 a las 14:00.\n\nPara: Prueba de VIH"
    );
    assert_eq!(text(&said, "subject"), format!("Cita {}", booked.code));
    assert!(!text(&preview(&clinic, &booked, "--kind reminder"), "text").contains("VIH"));
    assert!(!text(&preview(&clinic, &booked, "--kind confirmation --locale en"), "text").contains("VIH"));
    let checked: Value = clinic.json("remind templates check");
    assert_eq!(
        checked["templates"],
        serde_json::json!(["es/confirmation.subject.jinja", "es/confirmation.txt.jinja"])
    );
    let sent = clinic.sweep();
    assert_eq!(sent.messages[0].text.as_deref(), said["text"].as_str());
    // Another clinic of the book does not use these templates.
    clinic.does("clinic add --name Otra --timezone UTC --code otra");
    let checked: Value = clinic.json("remind templates check --clinic otra");
    assert_eq!(checked["templates"], serde_json::json!([]));
}

#[test]
fn a_broken_template_is_refused_when_it_is_tried_and_the_built_in_one_stands_in_at_night() {
    let (clinic, booked) = clinic();
    let long = "x".repeat(20_000);
    for (broken, why) in [
        ("{{ patient ", "syntax error"),
        ("{{ pateint }}", "undefined value"),
        ("con {{ doctor }}", "may be missing"),
        ("{% for n in range(1000) %}{% for m in range(1000) %}x{% endfor %}{% endfor %}", "fuel"),
        ("{% for n in range(100000) %}x{% endfor %}", "more than 1000 numbers"),
        (
            "{% set a = patient ~ patient %}{% for n in range(40) %}{% set a = a ~ a %}{% endfor %}",
            "in a loop",
        ),
        ("{{ patient|replace('', patient * 99999) }}", "* is not for messages"),
        ("{{ patient|indent(999999999) }}", "indent"),
        (&long, "is longer than 16 KiB"),
        ("   \n", "says nothing"),
        ("{% include 'other' %}", ""),
    ] {
        template(&clinic, "es/confirmation.txt.jinja", broken);
        let refusal = clinic.refused("remind templates check", "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["es/confirmation.txt.jinja"], "{broken}");
        let said = refusal.text("es/confirmation.txt.jinja");
        assert!(said.contains(why), "{broken}: {said}");
    }
    let named_wrong = template(&clinic, "es/recordatorio.txt.jinja", "Hola");
    template(&clinic, "es/confirmation.txt.jinja", "Hola {{ paciente }}");
    let refusal = clinic.refused("remind templates check", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["es/confirmation.txt.jinja", "es/recordatorio.txt.jinja"]);
    fs::remove_file(named_wrong).unwrap();
    let _ =
        clinic.refused(&format!("remind preview {} --kind confirmation", booked.code), "VALIDATION_ERROR", 2);
    // A broken template that nobody checked does not stop the message.
    let ran = clinic.ran("remind due --json").exits(0);
    let sweep: Sweep = ran.json();
    assert_eq!(sweep.sent, 1);
    assert!(sweep.messages[0].text.as_ref().unwrap().contains("su cita es el lunes 15 de junio"));
    assert!(ran.stderr().contains("es/confirmation.txt.jinja"), "{}", ran.stderr());
}

#[test]
fn templates_can_be_tried_before_they_are_put_in_place_and_be_elsewhere() {
    let (mut clinic, booked) = clinic();
    let desk = clinic.home().join("words/sanjose/es");
    fs::create_dir_all(&desk).unwrap();
    fs::write(desk.join("reminder.txt.jinja"), "Hola {{ nombre }}").unwrap();
    let refusal = clinic.refused("remind templates check words/sanjose", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["es/reminder.txt.jinja"]);
    fs::write(desk.join("reminder.txt.jinja"), "Hola {{ patient }}").unwrap();
    clinic.does("remind templates check words/sanjose");
    assert!(text(&preview(&clinic, &booked, ""), "text").contains("le esperamos"));
    template(&clinic, "es/reschedule.txt.jinja", "Hola, otra vez");
    fs::write(desk.join("cancellation.txt.jinja"), "{{ nada }}").unwrap();
    let _ = clinic.refused("remind templates set words/sanjose", "VALIDATION_ERROR", 2);
    assert_eq!(text(&preview(&clinic, &booked, "--kind reschedule"), "text"), "Hola, otra vez");
    fs::remove_file(desk.join("cancellation.txt.jinja")).unwrap();
    clinic.does("remind templates set words/sanjose");
    assert_eq!(text(&preview(&clinic, &booked, ""), "text"), "Hola Juan Pérez");
    assert!(text(&preview(&clinic, &booked, "--kind reschedule"), "text").contains("disculpe el cambio"));
    let _ = clinic.refused("remind templates check nowhere", "VALIDATION_ERROR", 2);
    fs::write(desk.join("reminder.txt.jinja"), "Hola, {{ patient }}").unwrap();
    // A relative directory is relative to the configuration file.
    let config = clinic.file("turno.toml", "[templates]\ndirectory = 'words'\n");
    clinic.env("TURNO_CONFIG", &config.display().to_string());
    assert_eq!(text(&preview(&clinic, &booked, ""), "text"), "Hola, Juan Pérez");
}

#[test]
fn the_machines_clock_is_told_of_every_clinic_and_what_it_is_told_works() {
    let (clinic, _) = clinic();
    clinic.does("clinic add --name Otra --timezone UTC --code otra");
    let told: Value = clinic.json("cron");
    let crontab = text(&told, "crontab");
    assert_eq!(crontab.lines().filter(|line| line.contains(" remind due --quiet --clinic ")).count(), 2);
    assert_eq!(crontab.lines().filter(|line| line.contains(" webhook deliver --quiet --clinic ")).count(), 2);
    let one: Value = clinic.json("cron --clinic otra");
    assert!(!text(&one, "crontab").contains("sanjose"));
    let service = text(&told, "service");
    assert!(service.contains("[Service]\nType=oneshot\n"), "{service}");
    assert_eq!(service.lines().filter(|line| line.starts_with("ExecStart=")).count(), 4);
    assert!(text(&told, "timer").contains("OnCalendar=minutely"));
    let printed = clinic.run("cron");
    for part in [&crontab, &service] {
        assert!(printed.contains(part.as_str()), "{printed}");
    }
}

#[cfg(unix)]
#[test]
fn a_line_of_the_crontab_sweeps_as_a_shell_reads_it() {
    let (clinic, _) = clinic();
    let told: Value = clinic.json("cron");
    let crontab = text(&told, "crontab");
    let line = crontab.lines().next().unwrap().strip_prefix("* * * * * ").unwrap().replace("\\%", "%");
    // Cron sets few environment variables; only the test's clock and server are added.
    let mut shell = std::process::Command::new("/bin/sh");
    shell.env_clear().env("HOME", clinic.home()).env("TURNO_NOW", clinic.now());
    shell.envs(clinic.place().variables().into_iter().filter(|(name, _)| *name != "TURNO_DB"));
    let output = shell.arg("-c").arg(line).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("Hola Juan, ") && output.status.success(), "{said}{:?}", output.stderr);
}
