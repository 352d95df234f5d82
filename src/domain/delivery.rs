//! What follows a try to send a message: the same channel later, the next one, or the end.

use crate::domain::time::Instant;

/// How long a channel is left alone after each try that failed for the moment, in seconds; when it
/// fails once more after the last, it has failed.
pub const BACKOFF: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];

/// How long a channel rests that asks for it without saying how long, in seconds.
const REST: i64 = 60;

/// Why a channel did not take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// It may take it later.
    Later {
        /// The seconds after which the other side wants to be asked again.
        after: Option<i64>,
        /// Whether it is the channel that can't go on, and not this message.
        whole_channel: bool,
    },
    /// It never will.
    Never,
}

/// What is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The same channel is tried again.
    Again {
        /// Not before then.
        at: Instant,
        /// Whether this try counts against the channel.
        counts: bool,
    },
    /// The channel has failed; the next one's turn has come.
    NextChannel,
}

/// Decides what follows a setback. `tries` counts the tries by this channel that failed before.
///
/// A try that would come after the appointment has begun is not waited for: the next channel may
/// still be in time.
pub fn after_setback(now: Instant, starts_at: Instant, tries: i64, setback: Setback) -> Step {
    let (wait, counts) = match setback {
        Setback::Never => return Step::NextChannel,
        Setback::Later { after, whole_channel: true } => (after.unwrap_or(REST), false),
        Setback::Later { after, whole_channel: false } => {
            let backoff = usize::try_from(tries).ok().and_then(|tries| BACKOFF.get(tries));
            let Some(backoff) = backoff else { return Step::NextChannel };
            (after.map_or(*backoff, |after| after.max(*backoff)), true)
        }
    };
    let at = now.plus(wait.max(1));
    if at < starts_at { Step::Again { at, counts } } else { Step::NextChannel }
}

/// The channels that a message was given up by, each with the reason, in the order of their failing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures(Vec<(String, String)>);

impl Failures {
    /// Reads what [`Failures::to_text`] wrote.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        Failures(lines.map(|(channel, why)| (channel.to_owned(), why.to_owned())).collect())
    }

    /// A line `channel: reason` for each.
    pub fn to_text(&self) -> String {
        self.lines("\n")
    }

    /// The reasons in one line, for a person.
    pub fn summary(&self) -> String {
        self.lines("; ")
    }

    fn lines(&self, between: &str) -> String {
        self.0.iter().map(|(channel, why)| format!("{channel}: {why}")).collect::<Vec<_>>().join(between)
    }

    /// Notes that a channel has failed.
    pub fn add(&mut self, channel: &str, why: &str) {
        self.0.push((channel.to_owned(), one_line(why)));
    }

    /// The first channel of the list that has not failed yet.
    pub fn next_channel<'c>(&self, channels: &'c [String]) -> Option<&'c str> {
        channels.iter().map(String::as_str).find(|channel| self.0.iter().all(|(failed, _)| failed != channel))
    }
}

/// A message's way through its channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its channels, in the order in which they are tried.
    pub channels: Vec<String>,
    /// Those that it was given up by.
    pub failures: Failures,
    /// How many tries by the channel whose turn it is failed for the moment.
    pub tries: i64,
    /// When its appointment begins.
    pub starts_at: Instant,
}

/// A channel that is left alone for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Until then.
    pub until: Instant,
    /// Why.
    pub why: String,
}

/// Where a message goes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Out by that channel.
    By(String),
    /// By that channel, which rests, so not before then.
    Waits(String, Instant),
    /// Nowhere: every channel has failed.
    Failed,
}

impl Course {
    /// Whose turn it is. A channel that rests until after the appointment has begun has failed.
    pub fn turn(&mut self, now: Instant, rest_of: impl Fn(&str) -> Option<Rest>) -> Turn {
        while let Some(channel) = self.failures.next_channel(&self.channels).map(str::to_owned) {
            match rest_of(&channel).filter(|rest| now < rest.until) {
                None => return Turn::By(channel),
                Some(rest) if rest.until < self.starts_at => return Turn::Waits(channel, rest.until),
                Some(rest) => self.give_up(&channel, &rest.why),
            }
        }
        Turn::Failed
    }

    /// Notes that a channel has failed; the next one begins anew.
    pub fn give_up(&mut self, channel: &str, why: &str) {
        self.failures.add(channel, why);
        self.tries = 0;
    }
}

/// A reason as one line of bounded length: it may be what another program wrote.
pub fn one_line(why: &str) -> String {
    const LONGEST: usize = 300;
    let words: Vec<&str> = why.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant::from_unix(1_800_000_000 + minutes * 60)
    }

    fn later(after: Option<i64>) -> Setback {
        Setback::Later { after, whole_channel: false }
    }

    #[test]
    fn a_channel_is_tried_five_times_at_growing_distances() {
        let far = at(100_000);
        let minutes = [1, 5, 15, 60];
        for (tries, minutes) in (0..).zip(minutes) {
            let step = after_setback(at(0), far, tries, later(None));
            assert_eq!(step, Step::Again { at: at(minutes), counts: true });
        }
        assert_eq!(after_setback(at(0), far, 4, later(None)), Step::NextChannel);
        assert_eq!(after_setback(at(0), far, 0, Setback::Never), Step::NextChannel);
    }

    #[test]
    fn the_other_sides_wish_to_wait_longer_is_honoured_and_shorter_is_not() {
        let far = at(100_000);
        for (wish, minutes) in [(7_200, 120), (1, 1)] {
            let step = after_setback(at(0), far, 0, later(Some(wish)));
            assert_eq!(step, Step::Again { at: at(minutes), counts: true });
        }
        // The last try was the last, whatever the other side wishes.
        assert_eq!(after_setback(at(0), far, 4, later(Some(1))), Step::NextChannel);
    }

    #[test]
    fn a_channel_that_rests_counts_no_try_however_often() {
        for (after, minutes) in [(None, 1), (Some(600), 10)] {
            let rests = Setback::Later { after, whole_channel: true };
            let step = after_setback(at(0), at(1000), 4, rests);
            assert_eq!(step, Step::Again { at: at(minutes), counts: false });
        }
    }

    #[test]
    fn no_try_waits_until_the_appointment_has_begun() {
        assert_eq!(after_setback(at(0), at(15), 2, later(None)), Step::NextChannel);
        assert_eq!(after_setback(at(0), at(16), 2, later(None)), Step::Again { at: at(15), counts: true });
        let rests = Setback::Later { after: Some(86_400), whole_channel: true };
        assert_eq!(after_setback(at(0), at(120), 0, rests), Step::NextChannel);
    }

    #[test]
    fn channels_are_taken_in_order_and_each_failure_keeps_its_reason() {
        let channels = ["mail", "sms", "print"].map(str::to_owned);
        let mut failures = Failures::default();
        assert_eq!(failures.next_channel(&channels), Some("mail"));
        failures.add("mail", "no such\nmailbox: 550");
        assert_eq!(failures.next_channel(&channels), Some("sms"));
        failures.add("sms", "  not a mobile  ");
        assert_eq!(failures.summary(), "mail: no such mailbox: 550; sms: not a mobile");
        assert_eq!(Failures::parse(&failures.to_text()), failures);
        assert_eq!(Failures::parse(&failures.to_text()).next_channel(&channels), Some("print"));
        assert_eq!(failures.next_channel(&channels[..2]), None);
        assert_eq!(Failures::parse(""), Failures::default());
    }

    #[test]
    fn a_channel_that_rests_is_waited_for_unless_that_is_too_late() {
        let course = Course {
            channels: ["mail", "sms"].map(str::to_owned).to_vec(),
            failures: Failures::default(),
            tries: 3,
            starts_at: at(100),
        };
        let resting = |until: i64| {
            move |channel: &str| {
                (channel == "mail").then(|| Rest { until: at(until), why: "too many".into() })
            }
        };
        let turn = |until: i64, now: i64| {
            let mut course = course.clone();
            (course.turn(at(now), resting(until)), course.tries)
        };
        assert_eq!(turn(30, 0), (Turn::Waits("mail".into(), at(30)), 3));
        assert_eq!(turn(30, 30), (Turn::By("mail".into()), 3), "the rest is over");
        assert_eq!(turn(100, 0), (Turn::By("sms".into()), 0), "the appointment would have begun");
        let mut alone = Course { channels: vec!["mail".into()], ..course.clone() };
        assert_eq!(alone.turn(at(0), resting(100)), Turn::Failed);
        assert_eq!(alone.failures.summary(), "mail: too many");
    }
}
