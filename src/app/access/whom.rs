//! A doctor or a service by one word, where a person says either.

use crate::app::Desk;
use crate::app::access::find;
use crate::domain::record::{Doctor, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::platform::error::Result;
use crate::store::Tx;

/// What the word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// A doctor.
    Doctor,
    /// A service.
    Service,
}

/// Tells whether the word names a doctor or a service: first by the whole code or name, then by a part.
pub fn whom(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Whom> {
    let known = |found: Result<bool>| match found {
        Err(refusal) if refusal.code == Code::ResourceNotFound => Ok(false),
        other => other,
    };
    // The doctor first: most bookings name one, and then no service is looked for.
    if known(find::exact::<Doctor>(tx, desk, word).map(|_| true))? {
        return Ok(Whom::Doctor);
    }
    if known(find::exact::<Service>(tx, desk, word).map(|_| true))? {
        return Ok(Whom::Service);
    }
    // Ask both before the first `?`: a remote database gets both queries in one round trip.
    let (doctor, service) = (find::active::<Doctor>(tx, desk, word), find::active::<Service>(tx, desk, word));
    match (doctor, service) {
        (Ok(doctor), Ok(service)) => Err(either(word, &doctor, &service)),
        (Ok(_), Err(refusal)) if refusal.code == Code::ResourceNotFound => Ok(Whom::Doctor),
        (Err(refusal), Ok(_)) if refusal.code == Code::ResourceNotFound => Ok(Whom::Service),
        (Err(one), Err(other)) if one.code == Code::ResourceNotFound && other.code == one.code => {
            Err(Refusal::new(Code::ResourceNotFound, text!("there-is-no-doctor-or-service", word))
                .detail("kind", "doctor")
                .detail("given", word)
                .hint(text!("turno-doctor-list-and-service-list-show")))
        }
        (Err(refusal), _) if refusal.code != Code::ResourceNotFound => Err(refusal),
        (_, Err(refusal)) | (Err(refusal), Ok(_)) => Err(refusal),
    }
}

/// Fills in the doctor or the service that `word` names.
pub fn fill_in(
    tx: &mut Tx<'_>,
    desk: &Desk,
    word: &mut Option<String>,
    (doctor, service): (&mut Option<String>, &mut Option<String>),
) -> Result<()> {
    if let Some(named) = word.take() {
        match whom(tx, desk, &named)? {
            Whom::Doctor => *doctor = Some(named),
            Whom::Service => *service = Some(named),
        }
    }
    Ok(())
}

/// A part of a doctor's name and of a service's.
fn either(word: &str, doctor: &Doctor, service: &Service) -> Refusal {
    let candidate = |id: &str, code: &str, name: &str| {
        Detail::Map(
            [("id", id), ("code", code), ("name", name)]
                .map(|(key, text)| (key.to_owned(), text.into()))
                .into(),
        )
    };
    let all = vec![
        candidate(&doctor.id, &doctor.code, &doctor.full_name),
        candidate(&service.id, &service.code, &service.name),
    ];
    let codes = format!("{} ({}), {} ({})", doctor.code, doctor.full_name, service.code, service.name);
    Refusal::new(Code::Ambiguous, text!("names-a-doctor-and-a-service", word))
        .detail("candidates", Detail::List(all))
        .detail("more", 0)
        .hint(text!("say-which-by-its-code", codes))
}
