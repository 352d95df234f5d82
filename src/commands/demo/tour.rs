use super::Step::{self, Clock, Input, Keep, Part, Refused, Run, Say};
use crate::output::tour::Shown::{All, First};

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

/// The steps. What was kept of an answer stands in braces.
pub(crate) const TOUR: &[Step] = &[
    Say("A tour of turno. The book is a throw-away one: your own, if you have one, is not touched.\n\
         Every command below is really run, and what follows it is what it answered."),
    Clock("Mon 2026-06-01 08:00 in San Salvador; each command takes a minute", "2026-06-01T08:00:00-06:00"),
    Part("1. Set a clinic up"),
    Say("One command makes the book, its secret file and the clinic. Times are the clinic's own."),
    Run(First(5), "init --name 'Clínica Luna' --timezone America/El_Salvador"),
    Say("Two doctors. Codes are yours to choose, or made; names do as well wherever they are clear."),
    Run(First(4), "doctor add --code GARCIA --name 'Dr. García' --specialty 'Medicina General'"),
    Run(First(5), "doctor add --code RUIZ --name 'Dra. Ruiz' --specialty Pediatría --slot 20"),
    Say("A service that nurses give, so it needs no doctor."),
    Run(First(4), "service add --code VAC --name Vacunación --duration 15"),
    Say("When patients are seen: two doctors' weeks, and a window without a doctor in which six may\n\
         come for a vaccination on each day."),
    Run(First(2), "window add --doctor GARCIA --days mon-fri --from 10:00 --to 15:00"),
    Run(First(2), "window add --doctor RUIZ --days mon,wed --from 14:00 --to 17:00"),
    Run(First(2), "window add --service VAC --days tue,thu --from 09:00 --to 11:00 --slot 15 --capacity 6"),
    Run(All, "window list"),
    Say("A lunch break is a closure: it takes its time out of the windows."),
    Run(
        First(2),
        "closure add --doctor GARCIA --from 2026-06-15T12:00 --to 2026-06-15T13:00 --reason Almuerzo",
    ),
    Part("2. See what is free"),
    Say("Windows, minus closures, minus what is booked. Lunch is not on offer."),
    Run(All, "slots --doctor GARCIA --date 2026-06-15"),
    Say("Days can be said in words; --first N looks ahead until it has found that many."),
    Run(All, "slots --service VAC --date tomorrow --first 3"),
    Part("3. Book"),
    Say("María calls. A phone is read the way the country writes it."),
    Run(
        All,
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name 'María López' \
         --phone 7123-4567 --reason 'Control anual'",
    ),
    Keep("María's code", code),
    Say("Other programs book in JSON. This is the body that a dashboard's API takes, as it stands; the\n\
         national ID in it (DUI) is encrypted before it reaches the book."),
    Input("book --input -", DASHBOARD_BODY),
    Keep("Juan's code", code),
    Say("Carlos wants María's time. Two programs may try at the same instant: one of them gets it, the\n\
         other is told so (exit status 4), and what is free next."),
    Refused("book --doctor GARCIA --date 2026-06-15 --name 'Carlos Rivas' --phone 7800-1122 --time 10:00"),
    Keep("a suggested time", suggested_time),
    Say("He takes the first one suggested."),
    Run(
        All,
        "book --doctor GARCIA --date 2026-06-15 --name 'Carlos Rivas' \
         --phone 7800-1122 --time {a suggested time}",
    ),
    Keep("Carlos's code", code),
    Part("4. A family shares a phone"),
    Say("María brings her children to be vaccinated. Lucía is booked under her mother's phone."),
    Run(
        All,
        "book --service vacunación --date 2026-06-16 --time 09:00 --phone 7123-4567 --name 'Lucía López'",
    ),
    Say("Mateo, too."),
    Run(
        All,
        "book --service vacunación --date 2026-06-16 --time 09:00 --phone 7123-4567 --name 'Mateo López'",
    ),
    Keep("Mateo's code", code),
    Say("The same child twice on a day for the same service looks like a slip, and is refused."),
    Refused(
        "book --service vacunación --date 2026-06-16 --time 09:00 --phone 7123-4567 --name 'Mateo López'",
    ),
    Say("What counts as a slip is a setting. So is the number that patients call."),
    Run(All, "clinic set phone 2222-3333"),
    Say("Three patients, one phone, each with a record of their own."),
    Run(All, "patient find 7123"),
    Part("5. Plans change"),
    Say("Carlos moves to the afternoon. The old time is kept until the new one is sure."),
    Run(All, "reschedule {Carlos's code} --date 2026-06-15 --time 1:30pm --reason 'Trabaja por la mañana'"),
    Say("Juan can't come. A cancellation says why, and his time is free again."),
    Run(All, "cancel {Juan's code} --reason 'Viaja esa semana'"),
    Part("6. Messages and reminders"),
    Say("Cron runs one sweep a minute. Confirmations and notices are due at once, in the patient's\n\
         language and without a word on why they come."),
    Clock("Mon 2026-06-01 09:00", "2026-06-01T09:00:00-06:00"),
    Run(All, "remind due"),
    Say("Two weeks on, the computer was off on Sunday. María's reminders of the day before and of two\n\
         hours before are both due by now. What would a sweep do?"),
    Clock("Mon 2026-06-15 08:30", "2026-06-15T08:30:00-06:00"),
    Run(All, "remind due --dry-run"),
    Say("One message per appointment, the latest; the one it makes needless is not sent."),
    Run(All, "remind due"),
    Run(All, "remind list --appointment {María's code}"),
    Part("7. Patients answer"),
    Say(
        "María answers the reminder. Her phone is her children's, too, so the code says whose visit it is.\n\
         A channel's provider or a script hands the answer over; here it is typed.",
    ),
    Run(All, "reply --from 7123-4567 --text 'Sí, {María's code}'"),
    Say("Mateo can't come. His time is free again, for whoever waits."),
    Run(All, "reply --from 7123-4567 --text '{Mateo's code} no puedo'"),
    Say("Juan wants no more messages by this channel."),
    Run(All, "reply --from 7765-4321 --text STOP"),
    Say("Carlos asks something. Only whole answers are understood; the rest waits for a person."),
    Run(All, "reply --from 7800-1122 --text '¿Puedo llegar a la una?'"),
    Run(All, "inbox"),
    Run(First(3), "inbox answer 4 'Sí, a la una está bien'"),
    Say("One answer goes back to each, with the next sweep."),
    Run(All, "remind due"),
    Part("8. The day itself"),
    Run(All, "list --date today"),
    Clock("Mon 2026-06-15 09:55", "2026-06-15T09:55:00-06:00"),
    Say("María is there. Each step stamps its time."),
    Run(First(2), "status {María's code} checked_in"),
    Clock("Mon 2026-06-15 14:15", "2026-06-15T14:15:00-06:00"),
    Say("Carlos is not. It is kept on his record, and the time counts as free."),
    Run(All, "status {Carlos's code} no_show"),
    Run(All, "patient find Rivas"),
    Part("9. Look back"),
    Say("Who did what, when, and what it was before: written with every change, chained and signed."),
    Run(All, "audit log --record {Carlos's code}"),
    Say("Another sweep, for what came due since."),
    Run(All, "remind due"),
    Say("Is the book sound? The file, the rules and the chain are held against one another."),
    Run(All, "db check"),
    Part("That was it"),
    Say("{commands} commands, each ended as it should. The book they were made in is gone.\n\
         Your own begins with `turno init`; `turno --help` names the rest."),
];

/// The appointment's code: it stands in brackets at the end of what `book` answers.
fn code(answer: &str) -> Option<&str> {
    let (_, behind) = answer.lines().next()?.rsplit_once('(')?;
    behind.split(')').next()
}

/// The first of the times that a refusal offers: a line with number, date, time and doctor.
fn suggested_time(refusal: &str) -> Option<&str> {
    let first = refusal.lines().find_map(|line| line.strip_prefix("  1  "))?;
    first.split_whitespace().nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_times_are_read_from_what_a_person_sees() {
        assert_eq!(code("Booked: Ana, Mon 15 Jun 10:00–10:30 (K7QF3M).\n"), Some("K7QF3M"));
        let refusal =
            "error[APPOINTMENT_CONFLICT]: taken\n  1  2026-06-15  10:30  Dr. García  Clínica Luna\n";
        assert_eq!(suggested_time(refusal), Some("10:30"));
        assert_eq!(suggested_time("error[SLOT_FULL]: full\n"), None);
    }
}
