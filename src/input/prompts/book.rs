//! Asks for the missing fields of a booking.

use crate::app::Context;
use crate::app::access::whom::Whom;
use crate::app::booking::book::{Booked, book};
use crate::app::booking::prompt_choices;
use crate::app::booking::prompt_choices::{Counter, counter};
use crate::app::booking::request::BookRequest;
use crate::app::calendar::slots::SlotsRequest;
use crate::app::calendar::why::{Why, WhyRequest, why};
use crate::app::when::{Length, When};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text;
use crate::domain::time::hhmm;
use crate::input::fields::Raw;
use crate::input::prompts::picker::{Asked, Board, Choice};
use crate::input::prompts::time::{Wanted, has_start, with_start};
use crate::input::prompts::{board, labels, patient};
use crate::input::session::{Session, ending};
use crate::store::Ending;

/// A booking that is asked for.
struct Talk<'a> {
    board: Board,
    context: &'a mut Context,
    counter: Counter,
    said: Raw,
    wanted: Wanted,
    /// Whether the doctor is the slot's, and was not said.
    any_doctor: bool,
}

/// Asks for what is missing of a booking, shows it and books it; answers nothing where nothing is
/// missing, or what was said can't be read: then it goes the usual way.
pub(crate) fn ask(
    session: &Session,
    context: &mut Context,
    said: &Raw,
    dry_run: bool,
) -> Asked<Option<Booked>> {
    let request = with_start(said).book();
    if !request.problems.is_empty() {
        return Ok(None);
    }
    let lacks_time = !has_start(said);
    let lacks_patient = !(said.has("patient") || said.has("name") && said.has("phone"));
    let lacks_whom = !said.has("doctor") && !said.has("service") && !said.has("whom");
    let whole = !lacks_time && !lacks_patient && !lacks_whom;
    if whole && said.has("reason") {
        return Ok(None);
    }
    let counter = counter(context);
    if whole && !counter.as_ref().is_ok_and(|counter| counter.requires_reason) {
        return Ok(None);
    }
    let counter = counter?;
    let mut said = said.clone();
    if let Some(word) = &request.whom {
        let field = match prompt_choices::whom(context, word)? {
            Whom::Doctor => "doctor",
            Whom::Service => "service",
        };
        said.forget("whom");
        said.put(field, Some(word.clone()));
    }
    let day = match request.when {
        Some(When::DayTime(day, _)) if said.has("date") => Some(day.on(counter.today)),
        _ => None,
    };
    let minutes = match request.length {
        Some(Length::Minutes(minutes)) => Some(minutes),
        _ => None,
    };
    let slots = SlotsRequest { minutes, session: request.session, ..SlotsRequest::default() };
    let wanted = Wanted { slots, today: counter.today.date, day };
    let any_doctor = !said.has("doctor");
    let mut talk = Talk { board: board(session), context, counter, said, wanted, any_doctor };
    if lacks_whom {
        talk.ask_whom()?;
    }
    talk.ask_branch()?;
    if lacks_time {
        talk.ask_time()?;
    } else if lacks_patient {
        talk.check_time(session)?;
    }
    if lacks_patient {
        patient::ask(&talk.board, talk.context, &talk.counter, &mut talk.said)?;
    }
    if talk.counter.requires_reason && !talk.said.has("reason") {
        talk.said.put("reason", Some(talk.board.text(text!("reason-for-the-visit"), "", text::long)?));
    }
    talk.settle(session, dry_run).map(Some)
}

impl Talk<'_> {
    /// A doctor or a service; the only one there is need not be chosen.
    fn ask_whom(&mut self) -> Asked<()> {
        let doctors = self.counter.doctors.iter().map(|doctor| {
            let what = doctor.specialty.as_deref().unwrap_or_default();
            let label = format!("{}  {what}", labels::fit(&doctor.full_name, 32));
            Choice::new(("doctor", doctor.id.clone()), label).found_by(&doctor.code).under(text!("doctor"))
        });
        let services = self.counter.services.iter().map(|service| {
            let length = service.duration_minutes.map_or(String::new(), |minutes| format!("{minutes} min"));
            let label = format!("{}  {length}", labels::fit(&service.name, 32));
            Choice::new(("service", service.id.clone()), label)
                .found_by(&service.code)
                .under(text!("service"))
        });
        let choices: Vec<_> = doctors.chain(services).collect();
        let (field, id) = match choices.as_slice() {
            [] => {
                let words = text!("the-clinic-has-no-doctor-yet");
                return Err(Refusal::invalid("doctor", words)
                    .hint(text!("add-one-with-turno-doctor-add-name-n"))
                    .into());
            }
            [only] => only.key.clone(),
            several => self.board.choose(text!("with-whom-or-what-for"), several)?,
        };
        self.any_doctor = field != "doctor";
        self.said.put(field, Some(id));
        Ok(())
    }

    fn ask_branch(&mut self) -> Asked<()> {
        if !self.said.has("branch") && !self.counter.branches.is_empty() {
            let choices: Vec<_> = self
                .counter
                .branches
                .iter()
                .map(|branch| Choice::new(branch.id.clone(), &branch.name).found_by(&branch.code))
                .collect();
            self.said.put("branch", Some(self.board.choose(text!("ask-where"), &choices)?));
        }
        Ok(())
    }

    /// A free time; in place of one that was said, where that can't be had.
    fn ask_time(&mut self) -> Asked<()> {
        for field in ["at", "date", "time"] {
            self.said.forget(field);
        }
        if self.any_doctor {
            self.said.forget("doctor");
        }
        let BookRequest { doctor, service, branch, .. } = self.said.clone().book();
        let slots = &mut self.wanted.slots;
        (slots.doctor, slots.service, slots.branch) = (doctor, service, branch);
        let free = self.wanted.ask(&self.board, self.context)?;
        self.said.put("at", Some(free.zone.rfc3339(free.slot.span.start)));
        if let (true, Some((id, _))) = (self.any_doctor, &free.doctor) {
            self.said.put("doctor", Some(id.clone()));
        }
        Ok(())
    }

    /// Offers other times for one that can't be had, before the patient is asked for.
    fn check_time(&mut self, session: &Session) -> Asked<()> {
        let BookRequest { doctor, service, branch, when, length, .. } = with_start(&self.said).book();
        let minutes = match length {
            Some(Length::Minutes(minutes)) => Some(minutes),
            _ => None,
        };
        let request = WhyRequest { doctor, service, branch, when, minutes, ..WhyRequest::default() };
        // What else is wrong is told when it is booked.
        let Ok(Why { objections, .. }) = why(self.context, &request) else { return Ok(()) };
        match objections.into_iter().next() {
            Some(first) if first.refusal.code.is_about_the_time() && !self.said.has("overbook") => {
                session.printer.refusal(&Refusal { hint: None, ..first.refusal });
                self.ask_time()
            }
            _ => Ok(()),
        }
    }

    /// Whether the refusal is about something that can be asked for again.
    fn can_ask_again(refusal: &Refusal) -> bool {
        let about = |field: &&str| refusal.details.contains_key(*field);
        let of_fields = refusal.code == Code::ValidationError;
        refusal.code.is_about_the_time() || (of_fields && ["reason", "phone", "name"].iter().any(about))
    }

    /// Asks again for the one thing that a refusal is about; the rest stays as it was typed.
    fn ask_again(&mut self, refusal: &Refusal) -> Asked<()> {
        if refusal.code.is_about_the_time() {
            return self.ask_time();
        }
        if refusal.details.contains_key("reason") {
            let reason = self.board.text(text!("reason-for-the-visit"), "", text::long)?;
            self.said.put("reason", Some(reason));
            return Ok(());
        }
        for field in ["patient", "phone", "name"] {
            self.said.forget(field);
        }
        patient::ask(&self.board, self.context, &self.counter, &mut self.said)
    }

    /// Shows what will be booked, and books it. What can't be had is asked for again.
    fn settle(mut self, session: &Session, dry_run: bool) -> Asked<Booked> {
        loop {
            let request = self.said.clone().book();
            let booked = match book(self.context, &request, Ending::Rollback) {
                Ok(Booked { visit, .. }) => {
                    self.show(&visit)?;
                    self.board.confirm(text!("book-it"), true)?;
                    // The questions took time: open again to get the current time.
                    *self.context = session.open()?;
                    book(self.context, &request, ending(dry_run))
                }
                refused => refused,
            };
            match booked {
                Err(refusal) if !Self::can_ask_again(&refusal) => return Err(refusal.into()),
                Err(refusal) => {
                    session.printer.refusal(&Refusal { hint: None, ..refusal.clone() });
                    self.ask_again(&refusal)?;
                }
                Ok(booked) => return Ok(booked),
            }
        }
    }

    fn show(&self, visit: &Visit) -> Asked<()> {
        let Visit { appointment, patient, doctor, branch, service, zone } = visit;
        let board = &self.board;
        board.say("")?;
        if let Some(doctor) = doctor {
            board.fact("doctor", &doctor.full_name)?;
        }
        if let Some(service) = service {
            board.fact("service", &service.name)?;
        }
        let end = hhmm(zone.wall(appointment.span.end).time());
        let day = labels::date(appointment.date);
        board.fact("when", &format!("{day}, {}–{end}", hhmm(appointment.start_time)))?;
        if !self.counter.branches.is_empty() {
            board.fact("where", &branch.name)?;
        }
        board.fact("patient", &format!("{}, {}", patient.full_name, patient.phone))?;
        if let Some(reason) = &appointment.reason {
            board.fact("reason", reason)?;
        }
        Ok(())
    }
}
