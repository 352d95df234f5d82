//! `turno find`.

use crate::app::patients::glance;
use crate::commands::answers::{clinic_zone, rows};
use crate::input::session::Session;
use crate::output::Answer;
use crate::output::glance::{GLANCES, view};
use crate::platform::error::Result;
use clap::Args;

/// Find patients: their phone, and when they come next and came last
#[derive(Debug, Args)]
pub struct FindArgs {
    /// Parts of the name, the phone or the code, or the national ID
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
}

pub(crate) fn find(session: &Session, args: &FindArgs) -> Result<Answer> {
    let context = &mut session.open()?;
    let found = glance::find(context, &args.words, args.limit)?;
    let zone = clinic_zone(context)?;
    Ok(rows(&GLANCES, &found.iter().map(|glance| view(glance, &zone)).collect::<Vec<_>>()))
}
