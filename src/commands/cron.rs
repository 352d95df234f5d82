use crate::app::upkeep::clinic;
use crate::domain::refusal::{Code, Refusal};
use crate::input::session::Session;
use crate::output::cron::{Calls, CronView, listen};
use crate::output::{Answer, Face};
use crate::platform::config::{Config, KeySource};
use crate::platform::error::Result;
use crate::store::Location;
use clap::Args;
use std::path::Path;

/// What is called for each clinic.
const CALLS: [[&str; 2]; 2] = [["remind", "due"], ["webhook", "deliver"]];

/// Print the crontab lines and systemd units that send what is due, and those of `turno listen`
#[derive(Debug, Args)]
pub struct CronArgs {
    /// The systemd units alone
    #[arg(long)]
    systemd: bool,
}

pub(crate) fn cron(session: &Session, args: &CronArgs) -> Result<Answer> {
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
    let units = listens(config).then(|| {
        let clinic = session.global.clinic.clone().or_else(|| config.file.clinic.clone());
        (listen::service(&calls, clinic.as_deref()), listen::socket())
    });
    let (listen_service, listen_socket) = units.unzip();
    let (crontab, service, timer) = (calls.crontab(), calls.service(), calls.timer());
    let view = CronView { crontab, service, timer, listen_service, listen_socket };
    let mut answer = Answer::new(view, if args.systemd { Face::Units } else { Face::Cron });
    if !matches!(book, Location::File(_)) {
        answer = answer.hint(text!("the-servers-password-is-not-among-this-put"));
    }
    if matches!(key, KeySource::Text(_)) {
        answer = answer.hint(text!("the-access-key-is-not-among-this-put"));
    }
    Ok(answer.hint(text!("either-crontab-e-or-the-two-units")))
}

/// Whether some channel takes answers. A table that can't be read is told by `turno listen`.
fn listens(config: &Config) -> bool {
    let channels = &config.file.channels;
    channels.names().any(|name| channels.is_answered(name) && channels.has_bodies(name))
}

/// A path that means the same from everywhere.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
