//! Branches.

use crate::app::access::find;
use crate::app::calendar::affected::{Care, Minded, expected};
use crate::app::records::{code, edit, edit_minding, field, free_code, required, solid};
use crate::app::{Context, Desk, Env};
use crate::domain::record::Branch;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::text;
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Ending, Tx, directory};

/// A branch's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct BranchFields {
    /// The name that patients see.
    pub name: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// IANA zone, if it differs from the clinic's.
    pub timezone: Option<String>,
}

pub(crate) fn zone(env: &Env, word: &str) -> Result<String, String> {
    match env.zones.get(word.trim()) {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err(text!("is-not-an-iana-time-zone", word)),
    }
}

/// Adds a branch.
pub fn add(context: &mut Context, fields: &BranchFields) -> Result<Branch> {
    context.write(Ending::Commit, |tx, env, desk| add_in(tx, env, &desk, fields))
}

pub(crate) fn add_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &BranchFields) -> Result<Branch> {
    let mut problems = Problems::default();
    let name = required(&mut problems, "name", fields.name.as_ref(), text::short);
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let zone = field(&mut problems, "timezone", fields.timezone.as_ref(), |word| zone(env, word));
    problems.check()?;
    let mut branch = Branch {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Branch>(tx, desk, given, None, "BR")?,
        name: name.unwrap_or_default(),
        timezone: None,
        active: true,
        created_at: env.now,
    };
    zone.apply(&mut branch.timezone);
    env.create(tx, Some(&desk.clinic.id), "branch.added", &branch)?;
    Ok(branch)
}

/// Changes a branch.
pub fn set(context: &mut Context, word: &str, fields: &BranchFields) -> Result<Branch> {
    edit(context, word, "branch.updated", |tx, env, desk, branch: &mut Branch| {
        edit_in(tx, env, desk, fields, branch)
    })
}

/// Applies the given fields.
pub(crate) fn edit_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    fields: &BranchFields,
    branch: &mut Branch,
) -> Result<()> {
    let mut problems = Problems::default();
    let name = solid(&mut problems, "name", fields.name.as_ref(), text::short);
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let zone = field(&mut problems, "timezone", fields.timezone.as_ref(), |word| zone(env, word));
    problems.check()?;
    if given.is_some() {
        branch.code = free_code::<Branch>(tx, desk, given, Some(&branch.id), "BR")?;
    }
    branch.name = name.unwrap_or_else(|| branch.name.clone());
    zone.apply(&mut branch.timezone);
    Ok(())
}

/// Retires a branch, after the check of appointments still expected there; refused for the last branch.
pub fn remove(context: &mut Context, word: &str, care: Care<'_>) -> Result<Minded<Branch>> {
    edit_minding(
        context,
        (|tx: &mut Tx<'_>, desk: &Desk| find::any(tx, desk, word), care),
        "branch.retired",
        |tx, _, desk, branch: &mut Branch| {
            if branch.active && directory::branches(tx, &desk.clinic.id)?.len() == 1 {
                return Err(Refusal::invalid("branch", text!("is-the-clinics-only-one"))
                    .hint(text!("add-another-branch-first-or-rename-this-one")));
            }
            branch.active = false;
            Ok(())
        },
        |tx, env, desk, (before, _)| {
            expected(tx, env, desk, Filter { branch_id: Some(before.id.clone()), ..Filter::default() })
        },
    )
}
