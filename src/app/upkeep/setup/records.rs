//! The clinic, its branches, doctors and services as a file has them.

use super::Applied;
use crate::app::access::find::Spoken;
use crate::app::access::gate::check_way_back;
use crate::app::calendar::branch::{self, BranchFields};
use crate::app::calendar::doctor::{self, DoctorFields};
use crate::app::calendar::service::{self, ServiceFields};
use crate::app::upkeep::clinic;
use crate::app::{Desk, Env};
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Problems, Refusal};
use crate::formats::setup_file::Part;
use crate::platform::error::Result;
use crate::store::{Tx, directory};

/// Changes the settings that the file names.
pub(super) fn clinic(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &mut Desk,
    part: &Part,
    applied: &mut Applied,
) -> Result<()> {
    if part.fields.is_empty() {
        return Ok(());
    }
    let before = desk.clinic.clone();
    let mut after = before.clone();
    let mut problems = Problems::default();
    for (key, texts) in &part.fields {
        let text = texts.join(",");
        match key.as_str() {
            "closed" => {}
            "code" if text.eq_ignore_ascii_case(&before.code) => {}
            "code" => problems.add("code", text!("is-another-clinic-than", code = before.code)),
            key => {
                problems.take(key, clinic::take(env, &mut after, key, &text));
            }
        }
    }
    problems.check()?;
    for key in part.fields.keys() {
        check_way_back(tx, &after, key, None, env.now)?;
    }
    let changed = env.change(tx, Some(&after.id), "clinic.updated", None, (&before, &after))?;
    applied.settled::<crate::domain::record::Clinic>(&after.code, changed);
    desk.zone = env.zones.get(&after.settings.timezone)?;
    desk.clinic = after;
    Ok(())
}

/// A new clinic has a branch `main`; if the file has others and not that one, it becomes the first of them.
pub(super) fn first_branch(tx: &mut Tx<'_>, env: &Env, desk: &Desk, parts: &[Part]) -> Result<()> {
    let code = |part: &Part| part.get("code").unwrap_or_default().to_lowercase();
    let Some(first) = parts.first().map(code) else { return Ok(()) };
    if first.is_empty() || parts.iter().any(|part| code(part) == "main") {
        return Ok(());
    }
    for before in directory::branches(tx, &desk.clinic.id)? {
        let after = Branch { code: parts[0].get("code").unwrap_or_default(), ..before.clone() };
        env.change(tx, Some(&desk.clinic.id), "branch.updated", None, (&before, &after))?;
    }
    Ok(())
}

/// The record that a part is about: that of its code, else the only one of its name.
fn existing<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, part: &Part) -> Result<Option<T>> {
    if let Some(code) = part.get("code") {
        return Ok(tx.by_code(&desk.clinic.id, &code)?);
    }
    let Some(name) = part.get("name") else {
        return Err(Refusal::invalid("name", text!("is-required")));
    };
    let mut named = T::by_name(tx, desk, &name)?;
    match named.len() {
        0 | 1 => Ok(named.pop()),
        _ => Err(Refusal::invalid("code", text!("is-required-several-have-that-name"))),
    }
}

macro_rules! settle {
    ($kind:ident, $record:ty, $fields:expr, $action:literal) => {
        /// Adds the record or changes it to what the part says. A retired one works again.
        pub(super) fn $kind(
            tx: &mut Tx<'_>,
            env: &Env,
            desk: &Desk,
            part: &Part,
            applied: &mut Applied,
        ) -> Result<$record> {
            let fields = $fields(part);
            let Some(before) = existing::<$record>(tx, desk, part)? else {
                let added = $kind::add_in(tx, env, desk, &fields)?;
                applied.created::<$record>(&added.code);
                return Ok(added);
            };
            let mut after = <$record>::clone(&before);
            $kind::edit_in(tx, env, desk, &fields, &mut after)?;
            after.active = true;
            let changed = env.change(tx, Some(&desk.clinic.id), $action, None, (&before, &after))?;
            applied.settled::<$record>(&after.code, changed);
            Ok(after)
        }
    };
}

settle!(
    branch,
    Branch,
    |part: &Part| BranchFields {
        name: part.get("name"),
        code: part.get("code"),
        timezone: part.get("timezone")
    },
    "branch.updated"
);
settle!(
    doctor,
    Doctor,
    |part: &Part| DoctorFields {
        name: part.get("name"),
        code: part.get("code"),
        specialty: part.get("specialty"),
        slot: part.get("slot"),
        buffer_before: part.get("buffer_before"),
        buffer_after: part.get("buffer_after"),
        hours: None,
    },
    "doctor.updated"
);
settle!(
    service,
    Service,
    |part: &Part| ServiceFields {
        name: part.get("name"),
        code: part.get("code"),
        duration: part.get("duration"),
        hours: None,
        capacity: None,
    },
    "service.updated"
);
