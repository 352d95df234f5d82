//! Which of a patient's appointments a command means, where a person says the name and not the code.

use crate::domain::interval::Interval;
use crate::domain::status::Status;
use crate::domain::time::Instant;

/// What the appointment is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To look at it: the next one, else the last.
    Show,
    /// To write into it: today's, else the next one, else the last.
    Write,
    /// To move it: coming, and not begun or over.
    Move,
    /// To bring it to that status: to cancel or confirm it a coming one, for all else one of today.
    Step(Status),
}

impl Purpose {
    /// Whether only appointments of today are meant.
    pub fn is_of_today(self) -> bool {
        !matches!(
            self,
            Purpose::Show
                | Purpose::Write
                | Purpose::Move
                | Purpose::Step(Status::Cancelled | Status::Confirmed | Status::Scheduled)
        )
    }
}

/// What the choice depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The patient's id.
    pub patient: &'a str,
    /// Its status.
    pub status: Status,
    /// Its time.
    pub span: Interval,
    /// Whether it is on today's local date.
    pub is_today: bool,
}

impl Facts<'_> {
    fn is_coming(&self, now: Instant) -> bool {
        self.span.end > now
    }

    /// A visit that began before midnight and still goes on belongs to today's desk.
    fn is_at_the_desk(&self) -> bool {
        self.is_today || matches!(self.status, Status::CheckedIn | Status::InProgress)
    }
}

/// Returns the places of the appointments that are meant, in the given order; `all` may be of several patients.
pub fn meant(purpose: Purpose, all: &[Facts<'_>], now: Instant) -> Vec<usize> {
    match purpose {
        Purpose::Show => one_of_each_patient(all, |own| nearest(own, now)),
        Purpose::Write => one_of_each_patient(all, |own| {
            let today = places(own, |(_, facts)| facts.is_at_the_desk() && facts.status.occupies());
            if today.is_empty() { nearest(own, now) } else { today }
        }),
        Purpose::Move => first_of(all, &[&|facts| facts.status.can_move() && facts.is_coming(now)]),
        Purpose::Step(to @ Status::Cancelled) => {
            first_of(all, &[&|facts| facts.status.next().contains(&to) && facts.is_coming(now)])
        }
        Purpose::Step(to @ (Status::Confirmed | Status::Scheduled)) => first_of(
            all,
            &[
                &|facts| facts.status.next().contains(&to) && facts.is_today,
                &|facts| facts.status.next().contains(&to) && facts.is_coming(now),
                &|facts| facts.status == to && facts.is_coming(now),
                &|facts| facts.status.occupies() && facts.is_coming(now),
            ],
        ),
        Purpose::Step(to) => first_of(
            all,
            &[
                &|facts| facts.is_at_the_desk() && is_usual(facts, to, now),
                &|facts| facts.is_at_the_desk() && facts.status.next().contains(&to),
                &|facts| facts.is_at_the_desk() && facts.status == to,
                // The step itself then says why it can't be taken.
                &|facts| facts.is_at_the_desk(),
            ],
        ),
    }
}

/// Whether it is where the step usually begins.
fn is_usual(facts: &Facts<'_>, to: Status, now: Instant) -> bool {
    match to {
        Status::InProgress => facts.status == Status::CheckedIn,
        Status::Completed => facts.status == Status::InProgress,
        Status::NoShow => facts.status.next().contains(&to) && facts.span.start <= now,
        _ => false,
    }
}

type Own<'a, 'f> = &'a [(usize, &'a Facts<'f>)];

fn places(own: Own<'_, '_>, keep: impl Fn(&(usize, &Facts<'_>)) -> bool) -> Vec<usize> {
    own.iter().filter(|one| keep(one)).map(|(place, _)| *place).collect()
}

/// The next one, else the last that took or takes place, else the last.
fn nearest(own: Own<'_, '_>, now: Instant) -> Vec<usize> {
    let start = |one: &&(usize, &Facts<'_>)| one.1.span.start;
    let next =
        own.iter().filter(|(_, facts)| facts.is_coming(now) && facts.status.occupies()).min_by_key(start);
    let held = |facts: &Facts<'_>| facts.status != Status::Cancelled;
    let last = || own.iter().filter(|(_, facts)| held(facts) && !facts.is_coming(now)).max_by_key(start);
    let found = next.or_else(last).or_else(|| own.iter().max_by_key(start));
    found.map(|(place, _)| *place).into_iter().collect()
}

fn one_of_each_patient(all: &[Facts<'_>], choose: impl Fn(Own<'_, '_>) -> Vec<usize>) -> Vec<usize> {
    let mut patients: Vec<&str> = Vec::new();
    for facts in all {
        if !patients.contains(&facts.patient) {
            patients.push(facts.patient);
        }
    }
    let own = |patient: &str| -> Vec<(usize, &Facts<'_>)> {
        all.iter().enumerate().filter(|(_, facts)| facts.patient == patient).collect()
    };
    patients.into_iter().flat_map(|patient| choose(&own(patient))).collect()
}

/// Those that the first rule keeps which keeps any.
fn first_of(all: &[Facts<'_>], rules: &[&dyn Fn(&Facts<'_>) -> bool]) -> Vec<usize> {
    let kept = |rule: &&dyn Fn(&Facts<'_>) -> bool| -> Vec<usize> {
        all.iter().enumerate().filter(|(_, facts)| rule(facts)).map(|(place, _)| place).collect()
    };
    rules.iter().map(kept).find(|kept| !kept.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::*;

    const NOW: i64 = 10 * 60;

    /// A visit of half an hour that begins so many minutes after midnight of today; -1 days is yesterday.
    fn of(patient: &'static str, status: Status, minute: i64) -> Facts<'static> {
        let at = |minute: i64| Instant::from_unix(86_400 + minute * 60);
        let span = Interval::new(at(minute), at(minute + 30));
        Facts { patient, status, span, is_today: (0..1440).contains(&minute) }
    }

    const YESTERDAY: i64 = 15 * 60 - 1440;
    const TOMORROW: i64 = 9 * 60 + 1440;

    #[test]
    fn what_is_meant_depends_on_the_command() {
        let table: &[(&str, Purpose, &[Facts<'_>], &[usize])] = &[
            (
                "the next of several is shown",
                Purpose::Show,
                &[
                    of("rosa", Completed, YESTERDAY),
                    of("rosa", Confirmed, 660),
                    of("rosa", Scheduled, TOMORROW),
                ],
                &[1],
            ),
            (
                "the last is shown where none comes",
                Purpose::Show,
                &[of("rosa", Completed, YESTERDAY), of("rosa", NoShow, 480), of("rosa", Cancelled, TOMORROW)],
                &[1],
            ),
            (
                "a cancelled one, where there is no other",
                Purpose::Show,
                &[of("rosa", Cancelled, TOMORROW)],
                &[0],
            ),
            (
                "two patients are two",
                Purpose::Show,
                &[of("rosa", Completed, YESTERDAY), of("eva", Scheduled, TOMORROW)],
                &[0, 1],
            ),
            (
                "notes belong to the visit that just ended, not to the next",
                Purpose::Write,
                &[of("rosa", Completed, 540), of("rosa", Scheduled, TOMORROW)],
                &[0],
            ),
            ("else to the next", Purpose::Write, &[of("rosa", Scheduled, TOMORROW)], &[0]),
            (
                "what is over or arrived is not moved",
                Purpose::Move,
                &[of("rosa", CheckedIn, 630), of("rosa", Completed, 480), of("rosa", Scheduled, TOMORROW)],
                &[2],
            ),
            (
                "several that come are asked about",
                Purpose::Move,
                &[of("rosa", Confirmed, 660), of("rosa", Scheduled, TOMORROW)],
                &[0, 1],
            ),
            (
                "who calls late means the one that still goes on",
                Purpose::Step(Cancelled),
                &[of("rosa", Confirmed, 585)],
                &[0],
            ),
            (
                "what is over is not called off, though nobody noted who came",
                Purpose::Step(Cancelled),
                &[of("rosa", Confirmed, 540)],
                &[],
            ),
            (
                "who arrives means today's",
                Purpose::Step(CheckedIn),
                &[of("rosa", Confirmed, 660), of("rosa", Confirmed, TOMORROW)],
                &[0],
            ),
            ("tomorrow's does not arrive", Purpose::Step(CheckedIn), &[of("rosa", Confirmed, TOMORROW)], &[]),
            (
                "who is in is done, not who comes later",
                Purpose::Step(Completed),
                &[of("rosa", InProgress, 570), of("rosa", Confirmed, 900)],
                &[0],
            ),
            (
                "a visit that began before midnight is still today's",
                Purpose::Step(Completed),
                &[of("rosa", InProgress, -30)],
                &[0],
            ),
            (
                "who did not come is missed at a time that has passed",
                Purpose::Step(NoShow),
                &[of("rosa", Confirmed, 540), of("rosa", Confirmed, 900)],
                &[0],
            ),
            (
                "who arrived already has arrived",
                Purpose::Step(CheckedIn),
                &[of("rosa", CheckedIn, 540)],
                &[0],
            ),
            (
                "a step that can't be taken is refused with its reason",
                Purpose::Step(InProgress),
                &[of("rosa", Completed, 540)],
                &[0],
            ),
            (
                "tomorrow's is confirmed on the phone",
                Purpose::Step(Confirmed),
                &[of("rosa", Completed, 540), of("rosa", Scheduled, TOMORROW)],
                &[1],
            ),
            (
                "and today's before it",
                Purpose::Step(Confirmed),
                &[of("rosa", Scheduled, 660), of("rosa", Scheduled, TOMORROW)],
                &[0],
            ),
        ];
        for (about, purpose, all, expected) in table {
            let now = Instant::from_unix(86_400 + NOW * 60);
            assert_eq!(meant(*purpose, all, now), *expected, "{about}");
        }
    }
}
