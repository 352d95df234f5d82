//! What a message would say, and whether a clinic's own templates can be used.

use crate::app::remind::sweep::wording;
use crate::app::{Context, find};
use crate::deliver::Outgoing;
use crate::deliver::templates::{self, Folder, Said};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::error::Result;
use std::path::{Path, PathBuf};

/// Which message is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRequest {
    /// Of that appointment.
    pub appointment: String,
    /// What it is about.
    pub kind: Kind,
    /// In that language; the patient's, else the clinic's, where nobody says.
    pub locale: Option<String>,
}

/// What a message would say.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The appointment.
    pub visit: Visit,
    /// What it would be about.
    pub kind: Kind,
    /// The channels that it would go by, in order.
    pub channels: Vec<String>,
    /// What it would say.
    pub said: Said,
}

/// Words a message as a sweep would now, and sends nothing.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `VALIDATION_ERROR` where the clinic's own template is broken.
pub fn preview(context: &mut Context, request: &PreviewRequest) -> Result<Preview> {
    let Context { store, env } = context;
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let mut visit = find::visit(tx, &env.zones, &desk, &request.appointment)?;
        let channels =
            visit.patient.channels.as_ref().unwrap_or(&desk.clinic.settings.reminder_channels).clone();
        if request.locale.is_some() {
            visit.patient.locale.clone_from(&request.locale);
        }
        let outgoing = Outgoing { clinic: &desk.clinic, kind: request.kind, visit: &visit };
        let said = wording(env, &desk.clinic)?.say(&outgoing)?;
        refuse(&said.broken)?;
        Ok(Preview { visit, kind: request.kind, channels, said })
    })
}

fn refuse(broken: &[templates::Broken]) -> Result<()> {
    let mut problems = Problems::default();
    for broken in broken {
        problems.add(&broken.file, broken.problem.clone());
    }
    problems.check()
}

/// A clinic's own templates, all of them good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    /// Where they are.
    pub directory: PathBuf,
    /// Those that are there; the others are built in.
    pub files: Vec<String>,
}

/// Tries the clinic's own templates, or those in that directory, on appointments of every sort.
///
/// # Errors
/// `VALIDATION_ERROR` with what is wrong with each.
pub fn check_templates(context: &mut Context, directory: Option<&Path>) -> Result<Templates> {
    let Context { store, env } = context;
    let desk = store.read(|tx| env.desk(tx))?;
    let folder = match (directory, &env.templates) {
        (Some(directory), _) => {
            if !directory.is_dir() {
                return Err(Refusal::invalid(
                    "directory",
                    format!("{} is no directory", directory.display()),
                ));
            }
            Folder::at(directory)
        }
        (None, Some(directory)) => Folder::of(directory, &desk.clinic.code).ok_or_else(|| {
            let code = &desk.clinic.code;
            Refusal::invalid("clinic", format!("the code {code} can't be the name of a directory"))
        })?,
        (None, None) => {
            return Err(Refusal::invalid("templates", "the system names no configuration directory"));
        }
    };
    let trial = templates::check(&folder, &desk.clinic, &desk.zone, env.now)?;
    refuse(&trial.broken)?;
    Ok(Templates { directory: folder.path().to_owned(), files: trial.files })
}
