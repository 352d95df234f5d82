//! Previews messages, and checks a clinic's own templates.

use crate::app::access::find;
use crate::app::reminders::orders::wording;
use crate::app::{Context, Desk, Env};
use crate::delivery::templates;
use crate::delivery::templates::{Folder, Said};
use crate::delivery::{Form, Outgoing, Route, Ways};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::record::Doctor;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::series::Sitting;
use crate::domain::sms;
use crate::domain::sms::Length;
use crate::platform::error::Result;
use crate::store::{Tx, directory, series};
use std::path::{Path, PathBuf};

/// The delay shown in a preview, in seconds.
const PREVIEWED_DELAY: i64 = 25 * 60;

/// The messages to preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRequest {
    /// The appointment, as typed; by default a made-up one of tomorrow.
    pub appointment: Option<String>,
    /// The kind of message; by default each.
    pub kind: Option<Kind>,
    /// The language; default: the patient's, else the clinic's.
    pub locale: Option<String>,
}

/// Rendered messages.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The appointment.
    pub visit: Visit,
    /// Whether the appointment is made up.
    pub is_sample: bool,
    /// The kind of `said`.
    pub kind: Kind,
    /// The channels, in order.
    pub channels: Vec<String>,
    /// The text on the first channel.
    pub said: Said,
    /// Each kind of message on each channel.
    pub messages: Vec<Previewed>,
}

/// A message as it would be sent on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// The kind.
    pub kind: Kind,
    /// The channel.
    pub channel: String,
    /// The text.
    pub text: String,
    /// Its length as a text message; none for mail, and where the provider words the message.
    pub length: Option<Length>,
}

/// Renders messages as a sweep would now, without sending them.
pub fn preview(context: &mut Context, request: &PreviewRequest, ways: &Ways<'_>) -> Result<Preview> {
    context.read(|tx, env, desk| {
        let (mut visit, is_sample) = match &request.appointment {
            Some(word) => (find::visit(tx, env, &desk, word)?, false),
            None => (sample(tx, env, &desk)?, true),
        };
        let channels =
            visit.patient.channels.as_ref().unwrap_or(&desk.clinic.settings.reminder_channels).clone();
        if request.locale.is_some() {
            visit.patient.locale.clone_from(&request.locale);
        }
        let ids = [visit.appointment.id.clone()];
        let dates = if is_sample { Vec::new() } else { dates(tx, &ids, env)? };
        let wording = wording(env, &desk.clinic)?;
        let say = |kind: Kind, route: Route| -> Result<Said> {
            let expected_at = Some(visit.appointment.span.start.plus(PREVIEWED_DELAY));
            let dates = if kind == Kind::Confirmation { dates.as_slice() } else { &[] };
            let outgoing = Outgoing {
                clinic: &desk.clinic,
                kind,
                visit: &visit,
                expected_at,
                answer: None,
                dates,
                route,
            };
            let said = wording.say(&outgoing)?;
            refuse(&said.broken)?;
            Ok(said)
        };
        let kind = request.kind.unwrap_or_default();
        let first = channels.first().map(|channel| ways.route(channel)).unwrap_or_default();
        let said = say(kind, first)?;
        let mut messages = Vec::new();
        for kind in request.kind.map_or(Kind::worded().collect(), |kind| vec![kind]) {
            for channel in &channels {
                let route = ways.route(channel);
                let text = say(kind, route)?.text;
                let length = (route.form != Form::Letter).then(|| sms::length(&text));
                messages.push(Previewed { kind, channel: channel.clone(), text, length });
            }
        }
        Ok(Preview { visit, is_sample, kind, channels, said, messages })
    })
}

/// A made-up appointment with the clinic's first doctor.
fn sample(tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Visit> {
    desk.require(Scope::AppointmentsRead)?;
    let doctors: Vec<Doctor> = directory::all(tx, &desk.clinic.id, false)?;
    let doctor = doctors.into_iter().find(|doctor| desk.check_doctor(Some(&doctor.id)).is_ok());
    let visit = templates::bare(&desk.clinic, &desk.zone, env.now);
    Ok(Visit { doctor: doctor.map(Into::into), ..visit })
}

fn dates(tx: &mut Tx<'_>, ids: &[String], env: &Env) -> Result<Vec<Sitting>> {
    Ok(series::dates(tx, ids, env.now)?.into_values().next().unwrap_or_default())
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
