//! What people read follows the locale: Spanish or English. What programs read does not.

use crate::support::Clinic;
use unicode_width::UnicodeWidthStr;

/// The desk in San Salvador, with a locale that says so.
fn en_san_salvador() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.env("LANG", "es_SV.UTF-8");
    clinic
}

fn book(clinic: &Clinic) -> crate::support::views::Appointment {
    clinic.book_juan("--date 2026-06-01 --time 10:00 --reason 'Control de niño sano'")
}

#[test]
fn refusals_and_hints_are_in_the_language_of_the_locale() {
    let clinic = en_san_salvador();
    let _ = book(&clinic);
    for (line, exit, said) in [
        (
            "book --doctor GARCIA --date 2026-06-01 --time 10:00 --name Ana --phone 7012-3456",
            4,
            "error[APPOINTMENT_CONFLICT]: el doctor ya tiene una cita a esa hora\n",
        ),
        (
            "book --doctor GARCIA --date 2026-05-31 --time 10:00 --name Ana --phone 7012-3456",
            2,
            "error[PAST_APPOINTMENT]: esa hora ya pasó\n",
        ),
        ("show NADA", 3, "error[RESOURCE_NOT_FOUND]: no se encontró la cita \"NADA\"\n"),
        ("doctor show LUNA", 3, "sugerencia: `turno doctor list` muestra lo que hay\n"),
        ("slots --from nunca", 2, "error[VALIDATION_ERROR]: from: \"nunca\" no es un día como 2026-06-15"),
        (
            "book --doctor GARCIA --date 2026-06-01 --time 20:00 --name Ana --phone 7012-3456",
            5,
            "  horario de atención: 09:00-17:00\n",
        ),
        (
            "cancle X",
            2,
            "error[VALIDATION_ERROR]: el comando 'cancle' no existe\nsugerencia: ¿quiso decir `cancel`?",
        ),
        ("cancel", 2, "en una terminal se pregunta\n"),
    ] {
        let stderr = clinic.ran(line).exits(exit).stderr();
        assert!(stderr.contains(said), "turno {line}:\n{stderr}");
    }
}

#[test]
fn lists_cards_and_the_agenda_have_spanish_words() {
    let clinic = en_san_salvador();
    assert_eq!(clinic.run("list"), "no hay citas\n");
    let booked = book(&clinic);
    let card = clinic.run(&format!("show {}", booked.code));
    assert_eq!(card.lines().next().unwrap(), format!("{}  ● confirmada", booked.code), "{card}");
    for line in [
        "  cuándo    lun 2026-06-01 10:00-10:30 (30 min, America/El_Salvador)",
        "  doctor    Dr. García",
        "  motivo    Control de niño sano",
        "  turno     1",
    ] {
        assert!(card.lines().any(|own| own == line), "{line}:\n{card}");
    }
    assert!(card.contains("  paciente  Juan Pérez  +50377654321"), "{card}");
    let list = clinic.run("list");
    let heading: Vec<&str> = list.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(
        heading,
        ["código", "fecha", "hora", "min", "paciente", "teléfono", "doctor", "turno", "estado"]
    );
    assert!(list.contains("● confirmada"), "{list}");
    let agenda = clinic.run("agenda --date 2026-06-01");
    assert!(agenda.starts_with("lunes 2026-06-01, "), "{agenda}");
    for word in ["● confirmada", "▶ en sala", "! no asistió", "· libre", "░ cerrado", "◇ apartado", "┄ ahora"]
    {
        assert!(agenda.contains(word), "{word}:\n{agenda}");
    }
    let week = clinic.run("agenda --week --date 2026-06-01");
    assert!(week.contains("mié 03"), "{week}");
    assert!(clinic.run("queue").contains("prevista"));
    assert!(clinic.run("late GARCIA 25m").contains("Juan Pérez"));
    let why = clinic.run("why GARCIA 2026-06-01 10:00");
    assert!(why.contains("1. el doctor ya tiene una cita a esa hora [APPOINTMENT_CONFLICT]"), "{why}");
    let undone = clinic.ran("undo --yes").exits(0);
    assert!(undone.stderr().starts_with("se deshizo la reserva de "), "{}", undone.stderr());
    let report = clinic.run("report volume --from 2026-06-01 --to 2026-06-07");
    assert!(report.starts_with("volumen, 2026-06-01 a 2026-06-07, por doctor\n"), "{report}");
}

#[test]
fn what_programs_read_is_the_same_in_every_locale() {
    let mut clinic = Clinic::open();
    let booked = book(&clinic);
    let lines = [
        format!("show {} --json", booked.code),
        "list --format csv".to_owned(),
        "list --json".to_owned(),
        "agenda --date 2026-06-01 --json".to_owned(),
    ];
    let english: Vec<_> = lines.iter().map(|line| clinic.run(line)).collect();
    let refused = clinic.refused("show NADA", "RESOURCE_NOT_FOUND", 3);
    clinic.env("LANG", "es_SV.UTF-8");
    let spanish: Vec<_> = lines.iter().map(|line| clinic.run(line)).collect();
    assert_eq!(english, spanish);
    assert_eq!(clinic.refused("show NADA", "RESOURCE_NOT_FOUND", 3).message, refused.message);
    assert!(refused.message.ends_with("not found"));
}

#[test]
fn the_locale_is_looked_up_as_posix_says() {
    for (variables, spanish) in [
        (&[][..], false),
        (&[("LANG", "C.UTF-8")], false),
        (&[("LANG", "es_SV.UTF-8")], true),
        (&[("LANG", "es_SV.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")], false),
        (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "es_ES")], true),
        (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "en_US"), ("LC_ALL", "es")], true),
        (&[("LANG", "es_SV.UTF-8"), ("LC_ALL", "C")], false),
        (&[("LANG", "es_SV.UTF-8"), ("LC_ALL", "")], true),
        (&[("LANG", "est_EE.UTF-8")], false),
    ] {
        let mut clinic = Clinic::open();
        for (name, value) in variables {
            clinic.env(name, value);
        }
        let said = clinic.run("list");
        assert_eq!(said, if spanish { "no hay citas\n" } else { "no appointments\n" }, "{variables:?}");
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_wider_than_the_terminal_in_spanish_either() {
    let clinic = en_san_salvador();
    let _ = book(&clinic);
    for line in [
        "list",
        "agenda --date 2026-06-01",
        "agenda --week --date 2026-06-01",
        "queue",
        "report volume --from 2026-06-01",
    ] {
        let mut talk = clinic.talks(line);
        talk.ends();
        for row in talk.screen.lines() {
            assert!(row.trim_end().width() <= 80, "turno {line}: {row}");
        }
    }
}

#[test]
#[cfg(unix)]
fn questions_are_asked_and_answered_in_spanish() {
    let clinic = en_san_salvador();
    let booked = book(&clinic);
    let mut talk = clinic.talks(&format!("cancel {}", booked.code));
    talk.waits_for("Motivo de la cancelación:").types("viaje\r").waits_for("¿Cancelarla? [s/N]").types("s");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    assert!(talk.screen.contains("✗ cancelada"), "{}", talk.screen);
    let mut talk = clinic.talks("book --doctor GARCIA --name Ana --phone 7012-3456");
    talk.waits_for("¿Día?").waits_for("hoy").types("\u{1b}");
    assert_eq!(talk.ends(), Some(130));
    assert!(talk.screen.contains("no se cambió nada"), "{}", talk.screen);
}
