//! Due times of reminders, and the decision on a pending message with its reason.

use crate::domain::settings::QuietHours;
use crate::domain::time::{Instant, Zone, add_days};
use strum::{IntoStaticStr, VariantArray};

/// What a message is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// Sent before the appointment.
    #[default]
    Reminder,
    /// The appointment was booked.
    Confirmation,
    /// The appointment was moved.
    Reschedule,
    /// The appointment was cancelled.
    Cancellation,
    /// The doctor is late; the appointment will begin later than booked.
    Delay,
    /// An answer to what the patient wrote; it has its text already.
    Answer,
}

spelled!(Kind);

impl Kind {
    /// The kinds whose texts come from templates: all but answers.
    pub fn worded() -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(|kind| *kind != Kind::Answer)
    }

    /// The spellings of [`Kind::worded`], separated by commas.
    pub fn worded_list() -> String {
        Kind::worded().map(Kind::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// For how many seconds an answer may still go out.
pub const ANSWER_LASTS: i64 = 86_400;

/// Status of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum MessageStatus {
    /// Not sent yet.
    #[default]
    Pending,
    /// Sent.
    Sent,
    /// Given up.
    Failed,
    /// Not needed: the appointment was moved, cancelled or is over, or the patient opted out.
    Dropped,
    /// Replaced by a later message of the same appointment.
    Superseded,
    /// The appointment began before it was sent.
    Expired,
}

spelled!(MessageStatus);

impl MessageStatus {
    /// Parses the public spelling.
    pub fn parse(word: &str) -> Result<MessageStatus, String> {
        let problem = || text!("is-not-a-message-status-there-are", word, all = MessageStatus::list());
        MessageStatus::spelled(word.trim()).ok_or_else(problem)
    }
}

/// The due times of an appointment's reminders that are still ahead, earliest first. `offsets` are seconds
/// before the start. A due time in the quiet hours moves to their end, or, if that is not before the start,
/// to the minute before they begin.
pub fn plan(
    now: Instant,
    starts_at: Instant,
    offsets: &[i64],
    quiet: Option<QuietHours>,
    zone: &Zone,
) -> Vec<Instant> {
    let mut due: Vec<Instant> = offsets
        .iter()
        .map(|offset| starts_at.plus(-offset))
        .map(|due| match quiet.and_then(|quiet| quiet_around(quiet, zone, due)) {
            Some((_, end)) if end < starts_at => end,
            Some((begin, _)) => begin.plus(-60),
            None => due,
        })
        .filter(|due| *due > now)
        .collect();
    due.sort_unstable();
    due.dedup();
    due
}

/// The first instant of the quiet hours around `at` and the first one after them, if `at` is quiet.
pub fn quiet_around(quiet: QuietHours, zone: &Zone, at: Instant) -> Option<(Instant, Instant)> {
    let today = zone.date(at);
    [add_days(today, -1), today].into_iter().find_map(|day| {
        let last = if quiet.until <= quiet.from { add_days(day, 1) } else { day };
        let begin = zone.earliest(day.and_time(quiet.from));
        let end = zone.latest(last.and_time(quiet.until));
        (begin <= at && at < end).then_some((begin, end))
    })
}

/// The state of a pending message when a sweep checks it.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// When it is due.
    pub due_at: Instant,
    /// When it may be retried after a failed try; else `due_at`.
    pub ready_at: Instant,
    /// Until when another sweep has leased it.
    pub leased_until: Option<Instant>,
    /// Start of the appointment.
    pub starts_at: Instant,
    /// Whether the appointment was moved, cancelled or is over.
    pub outdated: bool,
    /// Whether a later message of the same appointment is due too.
    pub later_is_due: bool,
    /// Whether the patient asked for no messages.
    pub opted_out: bool,
}

/// A sweep's decision on a pending message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send it now.
    Send,
    /// Not due until then.
    NotYet(Instant),
    /// A try failed or the channel is paused; continue then.
    Waiting(Instant),
    /// Held by quiet hours until then.
    Quiet(Instant),
    /// Leased by another sweep until then.
    Leased(Instant),
    /// A later message of the same appointment is sent instead.
    Superseded,
    /// The appointment has begun.
    Expired,
    /// The appointment was moved, cancelled or is over.
    Outdated,
    /// The patient asked for no messages.
    OptedOut,
}

impl Decision {
    /// The status of a message that is settled without being sent.
    pub fn settles_as(self) -> Option<MessageStatus> {
        match self {
            Decision::Superseded => Some(MessageStatus::Superseded),
            Decision::Expired => Some(MessageStatus::Expired),
            Decision::Outdated | Decision::OptedOut => Some(MessageStatus::Dropped),
            Decision::Send
            | Decision::NotYet(_)
            | Decision::Waiting(_)
            | Decision::Quiet(_)
            | Decision::Leased(_) => None,
        }
    }

    /// Stable word for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Send => "due",
            Decision::NotYet(_) => "not_yet",
            Decision::Waiting(_) => "waiting",
            Decision::Quiet(_) => "quiet_hours",
            Decision::Leased(_) => "leased",
            Decision::Superseded => "superseded",
            Decision::Expired => "expired",
            Decision::Outdated => "outdated",
            Decision::OptedOut => "opted_out",
        }
    }

    /// Localised reason.
    pub fn reason(self, zone: &Zone) -> String {
        match self {
            Decision::Send => text!("due-goes-out-now").into(),
            Decision::NotYet(until) => text!("not-due-until", until = zone.rfc3339(until)),
            Decision::Waiting(until) => text!("goes-on-at", until = zone.rfc3339(until)),
            Decision::Quiet(until) => text!("held-by-quiet-hours-until", until = zone.rfc3339(until)),
            Decision::Leased(until) => {
                text!("another-sweep-has-it-until", until = zone.rfc3339(until))
            }
            Decision::Superseded => text!("a-later-message-of-this-appointment-goes-out").into(),
            Decision::Expired => text!("the-appointment-has-begun").into(),
            Decision::Outdated => text!("the-appointment-was-moved-called-off").into(),
            Decision::OptedOut => text!("the-patient-asked-for-no-messages").into(),
        }
    }
}

/// Decides on one pending message.
pub fn decide(now: Instant, pending: &Pending, quiet: Option<QuietHours>, zone: &Zone) -> Decision {
    if let Some(until) = pending.leased_until.filter(|until| now < *until) {
        return Decision::Leased(until);
    }
    if pending.outdated {
        return Decision::Outdated;
    }
    if pending.starts_at <= now {
        return Decision::Expired;
    }
    if now < pending.due_at {
        return Decision::NotYet(pending.due_at);
    }
    if pending.opted_out {
        return Decision::OptedOut;
    }
    if pending.later_is_due {
        return Decision::Superseded;
    }
    if now < pending.ready_at {
        return Decision::Waiting(pending.ready_at);
    }
    match quiet.and_then(|quiet| quiet_around(quiet, zone, now)) {
        Some((_, end)) if end < pending.starts_at => Decision::Quiet(end),
        _ => Decision::Send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_time;

    const HOUR: i64 = 3600;

    fn zone() -> Zone {
        Zone::embedded("America/El_Salvador").unwrap()
    }
    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}:00-06:00")).unwrap()
    }
    fn night() -> Option<QuietHours> {
        Some(QuietHours { from: parse_time("21:00").unwrap(), until: parse_time("08:00").unwrap() })
    }
    fn pending() -> Pending {
        Pending {
            due_at: at("2026-06-15T12:00"),
            ready_at: at("2026-06-15T12:00"),
            leased_until: None,
            starts_at: at("2026-06-15T14:00"),
            outdated: false,
            later_is_due: false,
            opted_out: false,
        }
    }

    #[test]
    fn only_reminders_still_ahead_are_planned() {
        let start = at("2026-06-15T14:00");
        let offsets = [24 * HOUR, 2 * HOUR];
        let plan_at = |now: &str| plan(at(now), start, &offsets, None, &zone());
        assert_eq!(plan_at("2026-06-10T09:00"), [at("2026-06-14T14:00"), at("2026-06-15T12:00")]);
        assert_eq!(plan_at("2026-06-14T14:00"), [at("2026-06-15T12:00")]);
        assert_eq!(plan_at("2026-06-15T13:00"), []);
    }

    #[test]
    fn a_day_before_is_elapsed_time_across_a_clock_change() {
        let madrid = Zone::embedded("Europe/Madrid").unwrap();
        let start = Instant::parse_rfc3339("2026-03-29T10:00:00+02:00").unwrap();
        let due = plan(start.plus(-72 * HOUR), start, &[24 * HOUR], None, &madrid);
        assert_eq!(madrid.rfc3339(due[0]), "2026-03-28T09:00:00+01:00");
    }

    #[test]
    fn quiet_hours_hold_a_message_or_send_it_before_them() {
        let now = at("2026-06-10T09:00");
        // Due at 22:00 for 10:00 the next day: moves to 08:00.
        let late = plan(now, at("2026-06-15T10:00"), &[12 * HOUR], night(), &zone());
        assert_eq!(late, [at("2026-06-15T08:00")]);
        // Due at 05:00 for 07:00: 08:00 is too late, so it moves before 21:00.
        let early = plan(now, at("2026-06-15T07:00"), &[2 * HOUR], night(), &zone());
        assert_eq!(early, [at("2026-06-14T20:59")]);
    }

    #[test]
    fn a_sweep_says_why() {
        let noon = at("2026-06-15T12:00");
        let decide_with = |now, change: fn(&mut Pending)| {
            let mut message = pending();
            change(&mut message);
            decide(now, &message, None, &zone())
        };
        assert_eq!(decide_with(noon, |_| ()), Decision::Send);
        assert_eq!(decide_with(noon.plus(-1), |_| ()), Decision::NotYet(noon));
        assert_eq!(decide_with(noon.plus(2 * HOUR), |_| ()), Decision::Expired);
        assert_eq!(decide_with(noon, |m| m.later_is_due = true), Decision::Superseded);
        assert_eq!(decide_with(noon, |m| m.opted_out = true), Decision::OptedOut);
        assert_eq!(decide_with(noon, |m| m.outdated = true), Decision::Outdated);
        let tried = |m: &mut Pending| m.ready_at = at("2026-06-15T12:05");
        assert_eq!(decide_with(noon, tried), Decision::Waiting(at("2026-06-15T12:05")));
        assert_eq!(decide_with(noon.plus(300), tried), Decision::Send);
        let lease = |m: &mut Pending| m.leased_until = Some(at("2026-06-15T12:05"));
        assert_eq!(decide_with(noon, lease), Decision::Leased(at("2026-06-15T12:05")));
        assert_eq!(decide_with(noon.plus(300), lease), Decision::Send);
    }

    #[test]
    fn a_sweep_at_night_holds_what_can_wait_and_sends_what_cannot() {
        let mut message = pending();
        message.due_at = at("2026-06-14T20:00");
        message.ready_at = message.due_at;
        let at_night = at("2026-06-14T23:00");
        assert_eq!(decide(at_night, &message, night(), &zone()), Decision::Quiet(at("2026-06-15T08:00")));
        message.starts_at = at("2026-06-15T07:30");
        assert_eq!(decide(at_night, &message, night(), &zone()), Decision::Send);
    }
}
