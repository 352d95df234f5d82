//! Codes for shell completion, with descriptions. No patients: anyone at the desk can press Tab.

use crate::app::Context;
use crate::app::booking::prompt_choices;
use crate::app::calendar::list;
use crate::app::calendar::list::ListRequest;
use crate::app::when::Day;
use crate::domain::status::Status;
use crate::platform::error::Result;
use crate::store::directory;

/// Maximum number of appointments offered.
const MOST: i64 = 200;

/// The kind of record that an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A doctor.
    Doctor,
    /// A service.
    Service,
    /// A branch.
    Branch,
    /// An open appointment (not completed, cancelled or missed) of today or later.
    Appointment,
}

/// A code and its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The code to type.
    pub code: String,
    /// The description: a name, or an appointment's time and doctor.
    pub about: String,
}

/// Returns the codes of one kind that the caller may see.
pub fn choices(context: &mut Context, named: Named) -> Result<Vec<Choice>> {
    if named == Named::Appointment {
        return appointments(context);
    }
    if named == Named::Branch {
        return context.read(|tx, _, desk| {
            let branches = directory::branches(tx, &desk.clinic.id)?;
            Ok(branches.into_iter().map(|it| Choice { code: it.code, about: it.name }).collect())
        });
    }
    let counter = prompt_choices::counter(context)?;
    Ok(match named {
        Named::Doctor => {
            counter.doctors.into_iter().map(|it| Choice { code: it.code, about: it.full_name }).collect()
        }
        _ => counter.services.into_iter().map(|it| Choice { code: it.code, about: it.name }).collect(),
    })
}

fn appointments(context: &mut Context) -> Result<Vec<Choice>> {
    let request = ListRequest {
        from: Some(Day::InDays(0)),
        statuses: vec![Status::Scheduled, Status::Confirmed, Status::CheckedIn, Status::InProgress],
        page: 1,
        limit: MOST,
        ..ListRequest::default()
    };
    let visits = list::page(context, &request)?.visits;
    Ok(visits
        .into_iter()
        .map(|visit| {
            let (date, time) = (visit.appointment.date, visit.appointment.start_time.format("%H:%M"));
            let with = visit.doctor.as_deref().map(|doctor| doctor.full_name.clone());
            let with = with.or_else(|| visit.service.map(|it| it.name.clone()));
            Choice {
                code: visit.appointment.code,
                about: format!("{date} {time} {}", with.unwrap_or_default()).trim_end().to_owned(),
            }
        })
        .collect())
}
