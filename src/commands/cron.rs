use crate::app::upkeep::clinic;
use crate::domain::refusal::{Code, Refusal};
use crate::input::session::Session;
use crate::output::cron::{Calls, CronView};
use crate::output::{Answer, Face};
use crate::platform::config::KeySource;
use crate::platform::error::Result;
use crate::store::Location;
use std::path::Path;

/// What is called for each clinic.
const CALLS: [[&str; 2]; 2] = [["remind", "due"], ["webhook", "deliver"]];

pub(crate) fn cron(session: &Session) -> Result<Answer> {
    let config = session.config()?;
    let book = session.location()?;
    let mut context = session.open()?;
    let clinics: Vec<String> = match &session.global.clinic {
        Some(_) => vec![clinic::show(&mut context, None)?.code],
        None => clinic::list(&mut context)?.0.into_iter().map(|clinic| clinic.code).collect(),
    };
    let program = std::env::current_exe().map_err(|problem| {
        Refusal::new(Code::Internal, text!("the-program-does-not-know-where-it-is", problem))
    })?;
    let mut environment = vec![
        (
            "TURNO_DB",
            match &book {
                Location::File(path) => absolute(path),
                #[cfg(feature = "postgres")]
                Location::Server(_) => book.to_string(),
            },
        ),
        ("TURNO_SECRET_FILE", absolute(context.env.secrets.path())),
    ];
    let key = config.key(&session.environment);
    if let KeySource::File(file) = &key {
        environment.push(("TURNO_KEY_FILE", absolute(file)));
    }
    if let Some(file) = config.in_force() {
        environment.push(("TURNO_CONFIG", absolute(file)));
    }
    let words = |[command, act]: [&str; 2], code: &String| {
        [command, act, "--quiet", "--clinic", code].map(str::to_owned).to_vec()
    };
    let calls = clinics.iter().flat_map(|code| CALLS.map(|call| words(call, code))).collect();
    let calls = Calls { program: program.display().to_string(), environment, calls };
    let view = CronView { crontab: calls.crontab(), service: calls.service(), timer: calls.timer() };
    let mut answer = Answer::new(view, Face::Cron);
    if !matches!(book, Location::File(_)) {
        answer = answer.hint(text!("the-servers-password-is-not-among-this-put"));
    }
    if matches!(key, KeySource::Text(_)) {
        answer = answer.hint(text!("the-access-key-is-not-among-this-put"));
    }
    Ok(answer.hint(text!("either-crontab-e-or-the-two-units")))
}

/// A path that means the same from everywhere.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
