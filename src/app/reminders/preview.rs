//! Previews a message, and checks a clinic's own templates.

use crate::app::access::find;
use crate::app::reminders::sweep::wording;
use crate::app::{Context, Desk, Env};
use crate::delivery::Outgoing;
use crate::delivery::templates;
use crate::delivery::templates::{Folder, Said};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::platform::error::Result;
use std::path::{Path, PathBuf};

/// The delay shown in a preview, in seconds.
const PREVIEWED_DELAY: i64 = 25 * 60;

/// The message to preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRequest {
    /// The appointment, as typed.
    pub appointment: String,
    /// The kind of message.
    pub kind: Kind,
    /// The language; default: the patient's, else the clinic's.
    pub locale: Option<String>,
}

/// A rendered message.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The appointment.
    pub visit: Visit,
    /// The kind of message.
    pub kind: Kind,
    /// The channels, in order.
    pub channels: Vec<String>,
    /// The text.
    pub said: Said,
}

/// Renders a message as a sweep would now, without sending it.
pub fn preview(context: &mut Context, request: &PreviewRequest) -> Result<Preview> {
    context.read(|tx, env, desk| {
        let mut visit = find::visit(tx, env, &desk, &request.appointment)?;
        let channels =
            visit.patient.channels.as_ref().unwrap_or(&desk.clinic.settings.reminder_channels).clone();
        if request.locale.is_some() {
            visit.patient.locale.clone_from(&request.locale);
        }
        let expected_at = Some(visit.appointment.span.start.plus(PREVIEWED_DELAY));
        let outgoing = Outgoing { clinic: &desk.clinic, kind: request.kind, visit: &visit, expected_at };
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

/// A clinic's own templates, all valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    /// Their directory.
    pub directory: PathBuf,
    /// The files in it; built-in templates replace missing ones.
    pub files: Vec<String>,
}

/// Checks the clinic's own templates, or those in `directory`, against sample appointments.
pub fn check_templates(context: &mut Context, directory: Option<&Path>) -> Result<Templates> {
    let desk = context.read(|_, _, desk| Ok(desk))?;
    let folder = match directory {
        Some(directory) => given(directory)?,
        None => own_folder(&context.env, &desk)?,
    };
    try_out(context, &desk, &folder)
}

/// Replaces the clinic's own templates by those in `directory`, if all of them are valid.
pub fn set_templates(context: &mut Context, directory: &Path) -> Result<Templates> {
    let desk = context.read(|_, _, desk| Ok(desk))?;
    let (folder, own) = (given(directory)?, own_folder(&context.env, &desk)?);
    let templates = try_out(context, &desk, &folder)?;
    own.take_over(&folder)?;
    Ok(Templates { directory: own.path().to_owned(), ..templates })
}

fn given(directory: &Path) -> Result<Folder> {
    if directory.is_dir() {
        return Ok(Folder::at(directory));
    }
    Err(Refusal::invalid("directory", text!("is-no-directory", directory = directory.display())))
}

fn own_folder(env: &Env, desk: &Desk) -> Result<Folder> {
    let Some(directory) = &env.templates else {
        return Err(Refusal::invalid("templates", text!("the-system-names-no-configuration-directory")));
    };
    let code = &desk.clinic.code;
    Folder::of(directory, code)
        .ok_or_else(|| Refusal::invalid("clinic", text!("the-code-cant-be-the-name", code)))
}

fn try_out(context: &Context, desk: &Desk, folder: &Folder) -> Result<Templates> {
    let (files, broken) = templates::check(folder, &desk.clinic, &desk.zone, context.env.now)?;
    refuse(&broken)?;
    Ok(Templates { directory: folder.path().to_owned(), files })
}
