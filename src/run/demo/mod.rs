//! `demo`: a guided tour on a book that is thrown away.

mod stage;

use crate::output::tour::Shown::{First, With};
use crate::run::{Session, Stop};
use stage::{Refused, Stage};

type Outcome<T> = Result<T, Stop>;

/// What a dashboard sends for a booking by hand: the body of a reference API as it stands.
const DASHBOARD_BODY: &str = r#"{
  "doctorId": "GARCIA",
  "appointmentDate": "2026-06-15",
  "startTime": "14:00",
  "patientName": "Juan Pérez",
  "patientPhone": "+50377654321",
  "patientDui": "12345678-9",
  "notes": "Revisión anual"
}"#;

/// The codes that the appointments got.
struct Codes {
    maria: String,
    juan: String,
    carlos: String,
}

/// Gives the tour. Answers the exit status.
pub(super) fn run(session: &Session) -> Outcome<u8> {
    let mut stage = Stage::set(&session.printer, "America/El_Salvador")?;
    stage.say(
        "A tour of turno. The book is a throw-away one: your own, if you have one, is not touched.\n\
         Every command below is really run, and what follows it is what it answered.",
    )?;
    stage.clock(
        "Mon 2026-06-01 08:00 in San Salvador; each command takes a minute",
        "2026-06-01T08:00:00-06:00",
    )?;
    set_up(&mut stage)?;
    see_what_is_free(&mut stage)?;
    let codes = book(&mut stage)?;
    share_a_phone(&mut stage)?;
    change_plans(&mut stage, &codes)?;
    send_messages(&mut stage, &codes)?;
    see_patients(&mut stage, &codes)?;
    look_back(&mut stage, &codes)?;
    let commands = stage.commands();
    stage.heading("That was it")?;
    stage.say(&format!(
        "{commands} commands, each ended as it should. The book they were made in is gone.\n\
         Your own begins with `turno init`; `turno --help` names the rest."
    ))?;
    Ok(0)
}

fn set_up(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.heading("1. Set a clinic up")?;
    stage.say("One command makes the book, its secret file and the clinic. Times are the clinic's own.")?;
    stage.only(First(5)).run(&["init", "--name", "Clínica Luna", "--timezone", "America/El_Salvador"])?;
    stage
        .say("Two doctors. Codes are yours to choose, or made; names do as well wherever they are clear.")?;
    stage.only(First(4)).run(&[
        "doctor",
        "add",
        "--code",
        "GARCIA",
        "--name",
        "Dr. García",
        "--specialty",
        "Medicina General",
    ])?;
    stage.only(First(5)).run(&[
        "doctor",
        "add",
        "--code",
        "RUIZ",
        "--name",
        "Dra. Ruiz",
        "--specialty",
        "Pediatría",
        "--slot",
        "20",
    ])?;
    stage.say("A service that nurses give, so it needs no doctor.")?;
    stage.only(First(4)).run(&[
        "service",
        "add",
        "--code",
        "VAC",
        "--name",
        "Vacunación",
        "--duration",
        "15",
    ])?;
    stage.say(
        "When patients are seen: two doctors' weeks, and a window without a doctor in which six may\n\
         come for a vaccination on each day.",
    )?;
    for window in [
        &["--doctor", "GARCIA", "--days", "mon-fri", "--from", "10:00", "--to", "15:00"][..],
        &["--doctor", "RUIZ", "--days", "mon,wed", "--from", "14:00", "--to", "17:00"],
        &[
            "--service",
            "VAC",
            "--days",
            "tue,thu",
            "--from",
            "09:00",
            "--to",
            "11:00",
            "--slot",
            "15",
            "--capacity",
            "6",
        ],
    ] {
        stage.only(First(2)).run(&[&["window", "add"], window].concat())?;
    }
    stage.run(&["window", "list"])?;
    stage.say("A lunch break is a closure: it takes its time out of the windows.")?;
    stage.only(First(2)).run(&[
        "closure",
        "add",
        "--doctor",
        "GARCIA",
        "--from",
        "2026-06-15T12:00",
        "--to",
        "2026-06-15T13:00",
        "--reason",
        "Almuerzo",
    ])?;
    Ok(())
}

fn see_what_is_free(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.heading("2. See what is free")?;
    stage.say("Windows, minus closures, minus what is booked. Lunch is not on offer.")?;
    stage.run(&["slots", "--doctor", "GARCIA", "--date", "2026-06-15"])?;
    stage.say("Days can be said in words; --first N looks ahead until it has found that many.")?;
    stage.run(&["slots", "--service", "VAC", "--date", "tomorrow", "--first", "3"])?;
    Ok(())
}

fn book(stage: &mut Stage<'_>) -> Outcome<Codes> {
    stage.heading("3. Book")?;
    stage.say("María calls. A phone is read the way the country writes it.")?;
    let maria = stage.run(&[
        "book",
        "--doctor",
        "GARCIA",
        "--date",
        "2026-06-15",
        "--time",
        "10:00",
        "--name",
        "María López",
        "--phone",
        "7123-4567",
        "--reason",
        "Control anual",
    ])?;
    stage.say(
        "Other programs book in JSON. This is the body that a dashboard's API takes, as it stands; the\n\
         national ID in it (DUI) is encrypted before it reaches the book.",
    )?;
    let juan = stage.run_with_input(&["book", "--input", "-"], DASHBOARD_BODY)?;
    stage.say(
        "Carlos wants María's time. Two programs may try at the same instant: one of them gets it, the\n\
         other is told so (exit status 4), and what is free next.",
    )?;
    let carlos = ["book", "--doctor", "GARCIA", "--date", "2026-06-15", "--name", "Carlos Rivas"];
    let wish = [&carlos[..], &["--phone", "7800-1122", "--time", "10:00"]].concat();
    let refusal = stage.refused(Refused::Taken, &wish)?;
    stage.say("He takes the first one suggested.")?;
    let suggested = stage.found("a suggested time", suggested_time(&refusal))?;
    let carlos = stage.run(&[&carlos[..], &["--phone", "7800-1122", "--time", suggested]].concat())?;
    Ok(Codes {
        maria: stage.found("María's code", code(&maria))?.to_owned(),
        juan: stage.found("Juan's code", code(&juan))?.to_owned(),
        carlos: stage.found("Carlos's code", code(&carlos))?.to_owned(),
    })
}

fn share_a_phone(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.heading("4. A family shares a phone")?;
    stage.say("María brings her children to be vaccinated. Lucía is booked under her mother's phone.")?;
    let vaccination = [
        "book",
        "--service",
        "vacunación",
        "--date",
        "2026-06-16",
        "--time",
        "09:00",
        "--phone",
        "7123-4567",
    ];
    stage.run(&[&vaccination[..], &["--name", "Lucía López"]].concat())?;
    stage.say(
        "Mateo, too, but one phone twice on a day for the same service looks like a slip, and is refused.",
    )?;
    stage.refused(Refused::Taken, &[&vaccination[..], &["--name", "Mateo López"]].concat())?;
    stage.say("This clinic wants phone and name to count. It is a setting.")?;
    stage.only(With("duplicate_rule")).run(&["clinic", "set", "duplicate_rule", "phone_and_name"])?;
    stage.run(&[&vaccination[..], &["--name", "Mateo López"]].concat())?;
    stage.say("Three patients, one phone, each with a record of their own.")?;
    stage.run(&["patient", "find", "7123"])?;
    Ok(())
}

fn change_plans(stage: &mut Stage<'_>, codes: &Codes) -> Outcome<()> {
    stage.heading("5. Plans change")?;
    stage.say("Carlos moves to the afternoon. The old time is kept until the new one is sure.")?;
    stage.run(&[
        "reschedule",
        &codes.carlos,
        "--date",
        "2026-06-15",
        "--time",
        "1:30pm",
        "--reason",
        "Trabaja por la mañana",
    ])?;
    stage.say("Juan can't come. A cancellation says why, and his time is free again.")?;
    stage.run(&["cancel", &codes.juan, "--reason", "Viaja esa semana"])?;
    Ok(())
}

fn send_messages(stage: &mut Stage<'_>, codes: &Codes) -> Outcome<()> {
    stage.heading("6. Messages and reminders")?;
    stage.say(
        "Cron runs one sweep a minute. Confirmations and notices are due at once, in the patient's\n\
         language and without a word on why they come.",
    )?;
    stage.clock("Mon 2026-06-01 09:00", "2026-06-01T09:00:00-06:00")?;
    stage.run(&["remind", "due"])?;
    stage.say(
        "Two weeks on, the computer was off on Sunday. María's reminders of the day before and of two\n\
         hours before are both due by now. What would a sweep do?",
    )?;
    stage.clock("Mon 2026-06-15 08:30", "2026-06-15T08:30:00-06:00")?;
    stage.run(&["remind", "due", "--dry-run"])?;
    stage.say("One message per appointment, the latest; the one it makes needless is not sent.")?;
    stage.run(&["remind", "due"])?;
    stage.run(&["remind", "list", "--appointment", &codes.maria])?;
    Ok(())
}

fn see_patients(stage: &mut Stage<'_>, codes: &Codes) -> Outcome<()> {
    stage.heading("7. The day itself")?;
    stage.run(&["list", "--date", "today"])?;
    stage.clock("Mon 2026-06-15 09:55", "2026-06-15T09:55:00-06:00")?;
    stage.say("María is there. Each step stamps its time.")?;
    stage.only(First(2)).run(&["status", &codes.maria, "checked_in"])?;
    stage.clock("Mon 2026-06-15 14:15", "2026-06-15T14:15:00-06:00")?;
    stage.say("Carlos is not. It is kept on his record, and the time counts as free.")?;
    stage.run(&["status", &codes.carlos, "no_show"])?;
    stage.run(&["patient", "find", "Rivas"])?;
    Ok(())
}

fn look_back(stage: &mut Stage<'_>, codes: &Codes) -> Outcome<()> {
    stage.heading("8. Look back")?;
    stage
        .say("Who did what, when, and what it was before: written with every change, chained and signed.")?;
    stage.run(&["audit", "log", "--record", &codes.carlos])?;
    stage.say("Another sweep, for what came due since.")?;
    stage.run(&["remind", "due"])?;
    stage.say("Is the book sound? The file, the rules and the chain are held against one another.")?;
    stage.run(&["db", "check"])?;
    Ok(())
}

/// The appointment's code: the first word of what `book` answers.
fn code(answer: &str) -> Option<&str> {
    answer.split_whitespace().next()
}

/// The first of the times that a refusal suggests.
fn suggested_time(refusal: &str) -> Option<&str> {
    let times = refusal.lines().find_map(|line| line.trim().strip_prefix("suggested_times:"))?;
    times.split(',').next().map(str::trim).filter(|time| !time.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_times_are_read_from_what_a_person_sees() {
        assert_eq!(code("K7QF3M  ● confirmed\n  when …\n"), Some("K7QF3M"));
        let refusal = "error[APPOINTMENT_CONFLICT]: taken\n  suggested_times: 10:30, 11:00\n";
        assert_eq!(suggested_time(refusal), Some("10:30"));
        assert_eq!(suggested_time("error[SLOT_FULL]: full\n  suggested_times: \n"), None);
    }
}
