//! `turno slots`.

use crate::app::calendar::slots;
use crate::app::calendar::slots::SlotsRequest;
use crate::commands::options::options;
use crate::input::session::{Session, Stop};
use crate::input::{speech, values};
use crate::output::{Answer, Face, lists, view};
use crate::store::words::Words;

options! {
    /// Show free slots
    pub struct SlotsArgs by request -> SlotsRequest, problems where {
        let last_is_meant = to.is_some();
        let (whom, said) = speech::whose_and_day(&words);
        if whom.is_some() && (doctor.is_some() || service.is_some()) {
            problems.add("doctor", text!("is-said-in-words-and-as-an-option"));
        }
        let flag = date.or(if said.is_some() { from.clone().or(to.clone()) } else { None });
        let date = speech::once(said, flag, "date", &mut problems);
        let date = problems.said("date", date, values::day);
    } {
        /// Of that doctor or for that service, and the day, such as `ruiz tomorrow`
        #[arg(value_name = "DOCTOR|SERVICE] [DAY")]
        words: Vec<String> => whom: whom,
        /// Of that doctor only (code, id or name)
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// For that service
        #[arg(long, value_name = "S")]
        service: Option<String> => service,
        /// At that branch; `all` for every one
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// In windows of that session
        #[arg(long, value_name = "S")]
        session: Option<String> => session,
        /// On that day [default: today]
        #[arg(long, value_name = "D", allow_hyphen_values = true, conflicts_with_all = ["from", "to"])]
        date: Option<String>,
        /// From that day on
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day).or(date),
        /// Up to that day
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day).or(date),
        /// For a visit of that length
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        duration: Option<String> => minutes: problems.said("duration", duration, values::minutes),
        /// Look ahead until so many are found
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        first: Option<u16> => first: first.map(usize::from),
    } and { last_is_meant, moving: None, }
}

pub(crate) fn slots(session: &Session, args: SlotsArgs) -> Result<Answer, Stop> {
    let request = args.request();
    let (doctor, service) = (request.doctor.clone().or(request.whom.clone()), request.service.clone());
    let words = Words { everyone: doctor.is_none(), doctor, service, ..Words::default() };
    let free = slots::slots(&mut session.open_for(words)?, &request)?;
    Ok(session.printer.view(&view::slots(&free), Face::Rows(&lists::SLOTS))?)
}
