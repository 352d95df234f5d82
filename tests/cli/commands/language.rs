//! Text for people follows the locale (Spanish or English); text for programs does not.

use crate::support::Clinic;
use unicode_width::UnicodeWidthStr;

/// A clinic with the locale of El Salvador.
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
            "  abierto ese día: 09:00-17:00\n",
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
        "  cuándo    lun 2026-06-01 10:00-10:30 (30 min)",
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
    assert!(undone.stdout().starts_with("Se deshizo la reserva de "), "{}", undone.stdout());
    let report = clinic.run("report volume --from 2026-06-01 --to 2026-06-07");
    assert!(report.starts_with("volumen, 2026-06-01 a 2026-06-07, por doctor\n"), "{report}");
}

#[test]
fn the_day_at_a_glance_is_told_in_spanish() {
    let mut clinic = Clinic::empty();
    clinic.env("LANG", "es_SV.UTF-8").without("TURNO_DB");
    let begins = clinic.run("");
    assert!(begins.starts_with("todavía no hay agenda\n"), "{begins}");
    assert!(begins.contains("turno demo    un recorrido guiado"), "{begins}");
    let mut clinic = en_san_salvador();
    assert!(clinic.run("").contains("siguen     no se espera a nadie\n"), "{}", clinic.run(""));
    let juan = book(&clinic);
    let _ = clinic.book("--doctor GARCIA --date 2026-06-03 --time 09:00 --name Ana --phone 7012-3456");
    clinic.at("2026-06-01T09:55:00-06:00");
    let day = clinic.run("");
    for said in [
        "Clínica San José  lunes 2026-06-01, 09:55\n".to_owned(),
        format!("siguen     ● 10:00  {}  Juan Pérez  Dr. García\n", juan.code),
        format!("  turno status {} checked_in  Juan Pérez ya llegó\n", juan.code),
    ] {
        assert!(day.contains(&said), "{said}:\n{day}");
    }
    clinic.at("2026-06-01T12:00:00-06:00");
    assert!(clinic.run("").contains("abiertas   ● 10:00"), "{}", clinic.run(""));
    clinic.at("2026-06-02T09:00:00-06:00");
    let day = clinic.run("");
    for said in
        ["● mié 3 jun 09:00", "3 mensajes por enviar, desde lun 1 jun 08:00", "! nunca se ha enviado nada"]
    {
        assert!(day.contains(said), "{said}:\n{day}");
    }
}

#[test]
fn delays_and_closures_are_told_in_spanish() {
    let mut clinic = en_san_salvador();
    let juan = book(&clinic);
    clinic.at("2026-06-01T09:00:00-06:00");
    let ran = clinic.ran("late GARCIA 90m").exits(0);
    assert!(ran.stderr().contains("con --notify cada uno recibe"), "{}", ran.stderr());
    let ran = clinic.ran("late GARCIA 90m --notify").exits(0);
    assert!(ran.stdout().contains("mensaje") && ran.stdout().contains("en cola"), "{}", ran.stdout());
    assert!(ran.stderr().contains("hay 1 mensaje en cola;"), "{}", ran.stderr());
    assert!(clinic.run("late GARCIA 90m --notify").contains("ya avisado"));
    let out = "closure add --doctor GARCIA --date 2026-06-01 --reason 'no channel'";
    let ran = clinic.ran(&format!("{out} --dry-run")).exits(0);
    assert!(ran.stderr().contains("esto afecta a 1 cita, que queda hasta"), "{}", ran.stderr());
    clinic.does(&format!("patient set {} --opt-out", juan.patient.code));
    let plan = clinic.ran(&format!("{out} --move")).exits(0);
    for said in [
        "CLO-001  lun 2026-06-01\nDr. García: no channel\n",
        "pasa al     a las",
        "no les llega ningún mensaje; llame:\n",
        "pidió no recibir mensajes",
    ] {
        assert!(plan.stdout().contains(said), "{said}:\n{}", plan.stdout());
    }
    assert!(plan.stderr().contains("un plan: no se guardó nada;"), "{}", plan.stderr());
    let done = clinic.ran(&format!("{out} --move --apply")).exits(0);
    assert!(done.stderr().contains("esto es lo que se hizo"), "{}", done.stderr());
}

#[test]
fn what_comes_in_and_goes_out_is_told_in_spanish() {
    let clinic = en_san_salvador();
    let _ = clinic.file("p.csv", "Nombre,Tel,raro\nLuis Paz,7711-2233,x\nMala,abc,y\n");
    let _ = clinic.file("e.csv", "");
    let _ = clinic.file("c.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:mañana\n");
    let ran = clinic.ran("import csv patients p.csv --dry-run --map name=Nombre,phone=Tel");
    for said in [
        "columnas: Nombre como name, Tel como phone\nsin usar: raro\nlínea 2: name Luis Paz",
        "línea 3 rechazada: Tel: \"abc\" tiene letras;",
        "2 pacientes: altas: 1, rechazos: 1\nno se escribió nada: era un ensayo\n",
    ] {
        assert!(ran.stdout().contains(said), "{said}:\n{}", ran.stdout());
    }
    for (line, exit, said) in [
        ("import csv patients e.csv", 2, "e.csv: está vacío; la primera línea"),
        ("import csv patients p.csv", 2, "nombre: ninguna columna lo tiene; hay Nombre, Tel, raro"),
        ("import ics c.ics --as closures --doctor GARCIA", 2, "c.ics, línea 4: DTSTART debe ser algo como"),
        ("export csv doctors --reveal", 2, "reveal: es solo para pacientes\n"),
        ("export ics", 3, "no hay citas que exportar; no se escribió nada\n"),
        ("export csv appointments --out a.csv", 0, "sugerencia: escrito en a.csv\n"),
        ("export csv appointments --out a.csv", 2, "a.csv ya existe; se dejó como está\n"),
        ("queue --watch", 2, "watch: necesita una terminal donde dibujar\n"),
    ] {
        let stderr = clinic.ran(line).exits(exit).stderr();
        assert!(stderr.contains(said), "turno {line}:\n{stderr}");
    }
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
        "--json".to_owned(),
        "late GARCIA 25m --json".to_owned(),
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
        "",
        "queue",
        "late GARCIA 90m",
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
    assert!(talk.screen.contains("Cancelada: Juan Pérez"), "{}", talk.screen);
    let mut talk = clinic.talks("book --doctor GARCIA --name Ana --phone 7012-3456");
    talk.waits_for("¿Día?").waits_for("hoy").types("\u{1b}");
    assert_eq!(talk.ends(), Some(130));
    assert!(talk.screen.contains("no se cambió nada"), "{}", talk.screen);
    clinic.does("book --doctor GARCIA --date 2026-06-01 --time 15:00 --name Ana --phone 7012-3456");
    for (key, exit, left) in [("n", 130, "no se cambió nada"), ("s", 0, "Ana")] {
        let mut talk = clinic.talks("window set DAY --to 14:00");
        talk.waits_for("esto afecta a 1 cita").waits_for("Ana").waits_for("¿Guardarlo? [s/N]").types(key);
        assert_eq!(talk.ends(), Some(exit), "{}", talk.screen);
        assert!(talk.screen.contains(left), "{}", talk.screen);
    }
}

#[test]
#[cfg(unix)]
fn the_waiting_room_stays_on_the_screen_in_spanish() {
    let mut clinic = en_san_salvador();
    let _ = book(&clinic);
    clinic.at("2026-06-01T09:00:00-06:00");
    let mut talk = clinic.talks("queue --watch --every 60");
    talk.waits_for("Juan Pérez").waits_for("cada 60 s · q o Ctrl-C termina");
    let screen = talk.picture();
    assert!(screen.starts_with("Sala de espera  lunes 2026-06-01, 09:00\n"), "{screen}");
    assert!(screen.contains("● confirmada"), "{screen}");
    assert_eq!(talk.interrupted(), Some(0), "{}", talk.screen);
}
