//! Calendar windows.

use crate::app::access::find;
use crate::app::calendar::affected::{Care, Minded, expected};
use crate::app::change::Change;
use crate::app::records::{code, edit_minding, field, free_code, solid};
use crate::app::when::{Day, Today};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::hours::{length, meant_instead};
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::settings::minutes;
use crate::domain::text;
use crate::domain::time::hhmm;
use crate::domain::window::{Ask, Days, Window, hold, openings_around};
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Ending, Tx, appointments, directory, windows};
use chrono::{NaiveDate, NaiveTime};

/// A window's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct WindowFields {
    /// Input errors found so far.
    pub problems: Problems,
    /// The code.
    pub code: Option<String>,
    /// The doctor; `none` for a pooled window.
    pub doctor: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The services; `none` for any.
    pub services: Vec<String>,
    /// Weekdays as bits; bit 0 is Monday.
    pub weekdays: Option<u8>,
    /// One date, instead of weekdays.
    pub on: Option<Day>,
    /// Opening time on the wall clock.
    pub from: Option<NaiveTime>,
    /// Closing time on the wall clock.
    pub to: Option<NaiveTime>,
    /// Session label.
    pub session: Option<String>,
    /// Batch label.
    pub batch: Option<String>,
    /// Length of a slot: the step of the grid.
    pub slot: Option<String>,
    /// Maximum bookings of each service on one date.
    pub capacity: Option<String>,
    /// First date on which the window opens.
    pub valid_from: Change<Day>,
    /// Last date on which the window opens.
    pub valid_until: Change<Day>,
    /// Whether the window is created closed.
    pub closed: bool,
    /// Whether a night of over 14 hours is meant.
    pub overnight: bool,
}

/// A window with the records that it names.
#[derive(Debug, Clone)]
pub struct NamedWindow {
    /// The window.
    pub window: Window,
    /// The doctor; none in a pooled window.
    pub doctor: Option<Doctor>,
    /// The branch.
    pub branch: Option<Branch>,
    /// The services; empty for any.
    pub services: Vec<Service>,
    /// Codes of the doctor's windows that a new one overlaps; found only when it is added.
    pub overlapping: Vec<String>,
}

/// The largest capacity of a window.
pub(crate) const MOST: i64 = 100_000;

pub(crate) fn capacity(word: &str) -> Result<i64, String> {
    match word.trim().parse::<i64>() {
        Ok(number) if (1..=MOST).contains(&number) => Ok(number),
        _ => Err(text!("is-not-a-number-from-1-to", word, most = MOST)),
    }
}

/// Applies the given fields except code and branch; looks up named records after all other checks.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    fields: &WindowFields,
    window: &mut Window,
) -> Result<()> {
    let mut problems = fields.problems.clone();
    let today = desk.today(env);
    match (fields.weekdays, fields.on) {
        (Some(_), Some(_)) => problems.add("on", text!("a-window-opens-on-weekdays-or-on-one")),
        (Some(bits), None) => window.days = Days::Weekly(bits),
        (None, Some(day)) => window.days = Days::On(day.on(today)),
        (None, None) => {}
    }
    window.from = fields.from.unwrap_or(window.from);
    window.to = fields.to.unwrap_or(window.to);
    if window.from == window.to && window.from != NaiveTime::MIN {
        problems.add("to", text!("is-the-same-as-from"));
    } else if (fields.from.is_some() || fields.to.is_some()) && !fields.overnight {
        let times = (window.from, window.to);
        if let Some(meant) = meant_instead(times) {
            let (meant, hours) = (hhmm(meant), length(times) / 60);
            problems.add("to", text!("is-on-the-next-day-was-meant", to = hhmm(window.to), hours, meant));
        }
    }
    field(&mut problems, "session", fields.session.as_ref(), text::short).apply(&mut window.session);
    field(&mut problems, "batch", fields.batch.as_ref(), text::short).apply(&mut window.batch);
    field(&mut problems, "slot", fields.slot.as_ref(), minutes).apply(&mut window.slot_minutes);
    field(&mut problems, "capacity", fields.capacity.as_ref(), capacity).apply(&mut window.capacity);
    date(&fields.valid_from, today).apply(&mut window.valid_from);
    date(&fields.valid_until, today).apply(&mut window.valid_until);
    if let (Some(first), Some(last)) = (window.valid_from, window.valid_until)
        && last < first
    {
        problems.add("valid_until", text!("is-before-valid-from"));
    }
    let doctor = field(&mut problems, "doctor", fields.doctor.as_ref(), |word| Ok(word.to_owned()));
    let pooled = match &doctor {
        Change::Keep => window.doctor_id.is_none(),
        Change::Clear => true,
        Change::Set(_) => false,
    };
    if pooled && window.capacity.is_none() {
        problems.add("capacity", text!("is-required-for-a-window-without-a-doctor"));
    }
    problems.check()?;
    if window.doctor_id.is_none()
        && matches!(doctor, Change::Set(_))
        && appointments::pool_is_used(tx, &window.id)?
    {
        return Err(Refusal::invalid("doctor", text!("cant-be-given-to-a-pooled-window"))
            .hint(text!("add-a-window-for-the-doctor-and-close")));
    }
    match doctor {
        Change::Keep => {}
        Change::Clear => window.doctor_id = None,
        Change::Set(word) => window.doctor_id = Some(find::active::<Doctor>(tx, desk, &word)?.id),
    }
    if !fields.services.is_empty() {
        window.services.clear();
        for word in fields.services.iter().filter(|word| !word.eq_ignore_ascii_case("none")) {
            window.services.push(find::service(tx, desk, word)?.id);
        }
        window.services.dedup();
    }
    Ok(())
}

fn date(day: &Change<Day>, today: Today) -> Change<NaiveDate> {
    match day {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(day) => Change::Set(day.on(today)),
    }
}

/// Adds a window.
pub fn add(context: &mut Context, fields: &WindowFields) -> Result<NamedWindow> {
    context.write(Ending::Commit, |tx, env, desk| {
        let mut fields = fields.clone();
        let given = solid(&mut fields.problems, "code", fields.code.as_ref(), code);
        if fields.weekdays.is_none() && fields.on.is_none() {
            fields.problems.add("days", text!("is-required-or-on-with-one-date"));
        }
        for (name, time) in [("from", fields.from), ("to", fields.to)] {
            if time.is_none() {
                fields.problems.add(name, text!("is-required"));
            }
        }
        let branch = find::branch(tx, env, &desk, fields.branch.as_deref());
        if let Err(refusal) = &branch
            && refusal.code == crate::domain::refusal::Code::ValidationError
        {
            fields.problems.add("branch", text!("is-required-the-clinic-has-several-2"));
        }
        let mut window = Window { open: !fields.closed, ..blank(tx, env, &desk)? };
        take(tx, env, &desk, &fields, &mut window)?;
        window.branch_id = branch?.id;
        let overlapping = beside(tx, &desk, &window)?;
        window.code = free_code::<Window>(tx, &desk, given, None, "WIN")?;
        env.create(tx, Some(&desk.clinic.id), "window.added", &window)?;
        Ok(NamedWindow { overlapping, ..name(tx, &desk, window)? })
    })
}

/// Refuses a doctor's window that is there already, and returns the codes of those that it overlaps.
fn beside(tx: &mut Tx<'_>, desk: &Desk, window: &Window) -> Result<Vec<String>> {
    let Some(doctor_id) = &window.doctor_id else { return Ok(Vec::new()) };
    let others = windows::of_doctor(tx, &desk.clinic.id, doctor_id)?;
    if let Some(other) = others.iter().find(|other| is_same(other, window)) {
        let (code, hint) = (&other.code, text!("turno-window-set-changes-it", code = other.code));
        return Err(Refusal::invalid("window", text!("is-there-already-as", code))
            .detail("existing", code.as_str())
            .hint(hint));
    }
    let meets = |other: &&Window| other.open && other.overlaps(window);
    Ok(others.iter().filter(meets).map(|other| other.code.clone()).collect())
}

/// Whether both windows say the same, open or closed.
pub(crate) fn is_same(one: &Window, other: &Window) -> bool {
    let Window { id, code, position, created_at, open, .. } = other.clone();
    Window { id, code, position, created_at, open, ..one.clone() } == *other
}

/// A new window without code, branch and times.
pub(crate) fn blank(tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Window> {
    Ok(Window {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: String::new(),
        position: windows::next_position(tx, &desk.clinic.id)?,
        branch_id: String::new(),
        doctor_id: None,
        services: Vec::new(),
        days: Days::Weekly(127),
        valid_from: None,
        valid_until: None,
        from: NaiveTime::MIN,
        to: NaiveTime::MIN,
        session: None,
        batch: None,
        slot_minutes: None,
        capacity: None,
        open: true,
        active: true,
        created_at: env.now,
    })
}

/// Changes a window. Appointments in it stay as they are.
pub fn set(
    context: &mut Context,
    word: &str,
    fields: &WindowFields,
    care: Care<'_>,
) -> Result<Minded<NamedWindow>> {
    minding(context, word, care, "window.updated", |tx, env, desk, window: &mut Window| {
        let mut fields = fields.clone();
        let given = solid(&mut fields.problems, "code", fields.code.as_ref(), code);
        take(tx, env, desk, &fields, window)?;
        if let Some(word) = &fields.branch {
            window.branch_id = find::active::<Branch>(tx, desk, word)?.id;
        }
        if given.is_some() {
            window.code = free_code::<Window>(tx, desk, given, Some(&window.id), "WIN")?;
        }
        Ok(())
    })
}

fn minding(
    context: &mut Context,
    word: &str,
    care: Care<'_>,
    action: &str,
    change: impl Fn(&mut Tx<'_>, &Env, &Desk, &mut Window) -> Result<()>,
) -> Result<Minded<NamedWindow>> {
    let found = |tx: &mut Tx<'_>, desk: &Desk| find::any(tx, desk, word);
    let Minded { record, hits } = edit_minding(context, (found, care), action, change, fall_outside)?;
    Ok(Minded { record: named(context, record)?, hits })
}

/// The upcoming appointments that an open window holds before the change, and none after it.
fn fall_outside(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (before, after): (&Window, &Window),
) -> Result<Vec<Visit>> {
    let now = match &before.doctor_id {
        Some(id) => windows::of_doctor(tx, &desk.clinic.id, id)?,
        None => windows::pooled(tx, &desk.clinic.id)?,
    };
    if before == after || !now.contains(before) {
        return Ok(Vec::new());
    }
    let then: Vec<Window> = now
        .iter()
        .map(|window| if window.id == after.id { after } else { window })
        .filter(|window| window.active)
        .cloned()
        .collect();
    let filter = Filter {
        doctor_id: before.doctor_id.clone(),
        branch_id: Some(before.branch_id.clone()),
        ..Filter::default()
    };
    left_out(tx, env, desk, filter, (&now, &then))
}

/// The upcoming appointments that the windows hold `now` and not `then`.
pub(crate) fn left_out(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    filter: Filter,
    (now, then): (&[Window], &[Window]),
) -> Result<Vec<Visit>> {
    let mut visits = expected(tx, env, desk, filter)?;
    visits.retain(|visit| is_held(now, visit) && !is_held(then, visit));
    Ok(visits)
}

pub(crate) fn is_held(windows: &[Window], visit: &Visit) -> bool {
    let appointment = &visit.appointment;
    let ask = Ask {
        branch_id: &appointment.branch_id,
        doctor_id: appointment.doctor_id.as_deref(),
        service_id: appointment.service_id.as_deref(),
        session: None,
        batch: None,
    };
    let date = visit.zone.date(appointment.span.start);
    hold(&openings_around(windows, date, &visit.zone), &ask, appointment.span)
}

/// Opens or closes a window.
pub fn open(context: &mut Context, word: &str, open: bool, care: Care<'_>) -> Result<Minded<NamedWindow>> {
    let action = if open { "window.opened" } else { "window.closed" };
    minding(context, word, care, action, |_, _, _, window: &mut Window| {
        window.open = open;
        Ok(())
    })
}

/// Retires a window.
pub fn remove(context: &mut Context, word: &str, care: Care<'_>) -> Result<Minded<NamedWindow>> {
    minding(context, word, care, "window.retired", |_, _, _, window: &mut Window| {
        window.active = false;
        Ok(())
    })
}

/// Returns a window, retired or not.
pub fn show(context: &mut Context, word: &str) -> Result<NamedWindow> {
    let window = crate::app::records::show(context, word)?;
    named(context, window)
}

/// Lists windows by code, of one doctor or branch if given.
pub fn list(
    context: &mut Context,
    doctor: Option<&str>,
    branch: Option<&str>,
    retired: bool,
) -> Result<Vec<NamedWindow>> {
    context.read(|tx, _, desk| {
        let doctor = doctor.map(|word| find::any::<Doctor>(tx, &desk, word)).transpose()?;
        let branch = branch.map(|word| find::any::<Branch>(tx, &desk, word)).transpose()?;
        let windows: Vec<Window> = directory::all(tx, &desk.clinic.id, retired)?;
        windows
            .into_iter()
            .filter(|window| doctor.as_ref().is_none_or(|d| window.doctor_id.as_ref() == Some(&d.id)))
            .filter(|window| branch.as_ref().is_none_or(|b| window.branch_id == b.id))
            .map(|window| name(tx, &desk, window))
            .collect()
    })
}

fn named(context: &mut Context, window: Window) -> Result<NamedWindow> {
    context.read(|tx, _, desk| name(tx, &desk, window.clone()))
}

fn name(tx: &mut Tx<'_>, desk: &Desk, window: Window) -> Result<NamedWindow> {
    let clinic_id = &desk.clinic.id;
    let doctor = find::named_by(tx, clinic_id, window.doctor_id.as_deref())?;
    let branch = tx.by_id(clinic_id, &window.branch_id)?;
    let mut services = Vec::new();
    for id in &window.services {
        services.extend(tx.by_id::<Service>(clinic_id, id)?);
    }
    Ok(NamedWindow { window, doctor, branch, services, overlapping: Vec::new() })
}
