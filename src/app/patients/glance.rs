//! Patients as the desk asks for them: who it is, when they come next and when they came last.

use crate::app::Context;
use crate::app::access::find;
use crate::app::patients::patient::{SeenPatient, search_in, searched};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::record::Attendee;
use crate::platform::error::Result;
use crate::store::Ending;
use crate::store::appointments::next_and_last::{last_of, next_of};

/// A patient with the next and the last appointment.
#[derive(Debug, Clone)]
pub struct Glance {
    /// The patient.
    pub seen: SeenPatient,
    /// The next appointment that is still open.
    pub next: Option<Visit<Attendee>>,
    /// The last appointment that was not cancelled.
    pub last: Option<Visit<Attendee>>,
}

/// Finds patients whose data contain every word, at most `limit`. A key that may not read appointments gets none of
/// them. Like every search, writes an audit entry.
pub fn find(context: &mut Context, words: &[String], limit: i64) -> Result<Vec<Glance>> {
    let searched = searched(words)?;
    context.write(Ending::Commit, |tx, env, desk| {
        let found = search_in(tx, env, &desk, &searched, limit)?;
        let ids: Vec<&str> = found.iter().map(|seen| seen.patient.id.as_str()).collect();
        let (mut next, mut last) = match desk.require(Scope::AppointmentsRead) {
            Err(_) => (Vec::new(), Vec::new()),
            Ok(()) => {
                // Ask both questions before the first `?`: a remote database gets them in one round trip.
                let (next, last) = (next_of(tx, &ids, env.now), last_of(tx, &ids, env.now));
                (find::with_zones(env, next?)?, find::with_zones(env, last?)?)
            }
        };
        let own = |visits: &mut Vec<Visit<Attendee>>, id: &str| {
            let place = visits.iter().position(|visit| visit.appointment.patient_id == id);
            place.map(|place| visits.swap_remove(place))
        };
        let glance = |seen: SeenPatient| {
            let id = seen.patient.id.clone();
            Glance { next: own(&mut next, &id), last: own(&mut last, &id), seen }
        };
        Ok(found.into_iter().map(glance).collect())
    })
}
