//! Decides after a try to send a message: retry the channel later, use the next channel, or give up.

use crate::domain::record::Patient;
use crate::domain::time::Instant;
use strum::{IntoStaticStr, VariantArray};

/// Delay before each retry on a channel after a temporary failure, in seconds; then the channel has failed.
pub const BACKOFF: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];

/// Default pause of a channel that asks for one without a duration, in seconds.
const REST: i64 = 60;

/// Longest continuous pause, in seconds, before messages use their next channel: the sum of all retry delays.
const OUTAGE: i64 = BACKOFF[0] + BACKOFF[1] + BACKOFF[2] + BACKOFF[3];

/// Longest gap between two pauses of the same outage, in seconds.
pub const SAME_OUTAGE: i64 = 15 * 60;

/// Why no channel can reach the patient, localised; `None` if one can.
pub fn unreachable(
    patient: &Patient,
    channels: &[String],
    is_mail: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    let has_address = |channel: &String| match is_mail(channel) {
        true => patient.email.is_some(),
        false => !patient.phone.is_empty(),
    };
    if patient.refuses(channels) {
        Some(text!("asked-for-no-messages"))
    } else if channels.is_empty() {
        Some(text!("no-channel"))
    } else if !channels.iter().any(has_address) {
        Some(if patient.phone.is_empty() { text!("no-phone-no-e-mail") } else { text!("no-e-mail") })
    } else {
        None
    }
}

/// What a provider reports about a message that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// On its way to the phone.
    Sent,
    /// The phone has it.
    Delivered,
    /// The patient opened it.
    Read,
    /// It can't be delivered.
    Failed,
}

spelled!(State);

impl State {
    /// Whether this report is news after `known`. Reports may come in any order and more than once: a message
    /// that was read stays read, a failure after the delivery is none, and nothing follows a failure.
    pub fn follows(self, known: Option<State>) -> bool {
        known.is_none_or(|known| self > known && (self != State::Failed || known == State::Sent))
    }
}

/// Whether a provider's error code says that the phone number itself can't be reached: Twilio's 30003
/// (unreachable), 30005 (unknown) and 30006 (landline), and WhatsApp's 131026 (undeliverable).
/// <https://www.twilio.com/docs/api/errors>
pub fn is_out_of_reach(code: &str) -> bool {
    ["30003", "30005", "30006", "131026"].contains(&code)
}

/// How a channel failed to take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// Temporarily; with the delay in seconds if the other side gave one.
    Later(Option<i64>),
    /// Permanently.
    Never,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Retry the channel, not before then.
    Again(Instant),
    /// The channel has failed; use the next one.
    NextChannel,
}

/// Decides what follows a failure. `tries` is the number of earlier failed tries on this channel.
///
/// If a retry would come after the appointment's start, the next channel is used: it may be in time.
pub fn after_setback(now: Instant, starts_at: Instant, tries: i64, setback: Setback) -> Step {
    let Setback::Later(after) = setback else { return Step::NextChannel };
    let backoff = usize::try_from(tries).ok().and_then(|tries| BACKOFF.get(tries));
    let Some(backoff) = backoff else { return Step::NextChannel };
    let at = now.plus(after.map_or(*backoff, |after| after.max(*backoff)));
    if at < starts_at { Step::Again(at) } else { Step::NextChannel }
}

/// A pause of a channel: the other side asked for it, or the channel is unusable for now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rest {
    /// Start of the first of consecutive pauses, without a sent message in between.
    pub since: Instant,
    /// End of the pause.
    pub until: Instant,
    /// The reason.
    pub why: String,
}

impl Rest {
    /// A pause from `now`, for `after` seconds if the other side gave them; `last` is the previous pause.
    pub fn from(now: Instant, last: Option<&Rest>, after: Option<i64>, why: &str) -> Self {
        let same = last.filter(|last| now.unix() - last.until.unix() <= SAME_OUTAGE);
        let until = now.plus(after.unwrap_or(REST).max(1));
        Rest {
            since: same.map_or(now, |last| last.since),
            until: same.map_or(until, |last| last.until.max(until)),
            why: why.to_owned(),
        }
    }

    /// Whether the pause is too long to wait for if another channel can be used.
    fn is_outage(&self) -> bool {
        self.until.unix() - self.since.unix() > OUTAGE
    }
}

/// The channels that failed for a message, with reasons, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failures(Vec<(String, String)>);

impl Failures {
    /// Parses the text of [`Failures::to_text`].
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        Failures(lines.map(|(channel, why)| (channel.to_owned(), why.to_owned())).collect())
    }

    /// One line `channel: reason` per failure.
    pub fn to_text(&self) -> String {
        self.lines("\n")
    }

    /// All reasons in one line, for people.
    pub fn summary(&self) -> String {
        self.lines("; ")
    }

    fn lines(&self, between: &str) -> String {
        self.0.iter().map(|(channel, why)| format!("{channel}: {why}")).collect::<Vec<_>>().join(between)
    }

    /// Adds a failed channel.
    pub fn add(&mut self, channel: &str, why: &str) {
        self.0.push((channel.to_owned(), one_line(why)));
    }

    /// The first of `channels` that has not failed.
    pub fn next_channel<'c>(&self, channels: &'c [String]) -> Option<&'c str> {
        channels.iter().map(String::as_str).find(|channel| self.0.iter().all(|(failed, _)| failed != channel))
    }
}

/// Where a message stands in its sequence of channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its channels, in the order of trying.
    pub channels: Vec<String>,
    /// The channels that failed.
    pub failures: Failures,
    /// Number of failed tries on the current channel.
    pub tries: i64,
    /// Start of the appointment.
    pub starts_at: Instant,
}

/// The next step of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Send on that channel.
    By(String),
    /// Wait until then for that channel, which is paused.
    Waits(String, Instant),
    /// Every channel has failed.
    Failed,
}

impl Course {
    /// Returns the next step. Waits for a paused channel, unless the pause does not end before the
    /// appointment's start, or is an outage and there is another channel; then the paused channel has failed.
    pub fn turn(&mut self, now: Instant, rest_of: impl Fn(&str) -> Option<Rest>) -> Turn {
        while let Some(channel) = self.failures.next_channel(&self.channels).map(str::to_owned) {
            let Some(rest) = rest_of(&channel).filter(|rest| now < rest.until) else {
                return Turn::By(channel);
            };
            if rest.until >= self.starts_at || (rest.is_outage() && self.has_other(&channel)) {
                self.give_up(&channel, &rest.why);
            } else {
                return Turn::Waits(channel, rest.until);
            }
        }
        Turn::Failed
    }

    fn has_other(&self, channel: &str) -> bool {
        let mut without = self.failures.clone();
        without.add(channel, "");
        without.next_channel(&self.channels).is_some()
    }

    /// Adds a failed channel and resets `tries` for the next one.
    pub fn give_up(&mut self, channel: &str, why: &str) {
        self.failures.add(channel, why);
        self.tries = 0;
    }
}

/// Joins an error text, possibly of another program, to one line of bounded length.
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

    #[test]
    fn who_has_no_address_for_any_channel_or_wants_no_messages_is_not_reached() {
        let is_mail = |name: &str| name == "mail";
        for (channels, opt_out, email, why) in [
            (&["print"][..], false, None, None),
            (&["mail", "sms"], false, None, None),
            (&["mail"], false, Some("ana@example.org"), None),
            (&["mail"], false, None, Some("no e-mail")),
            (&[], false, Some("ana@example.org"), Some("no channel")),
            (&["sms"], true, None, Some("asked for no messages")),
        ] {
            let email = email.map(str::to_owned);
            let patient = Patient { opt_out, email, ..crate::domain::fixtures::patient() };
            let channels: Vec<String> = channels.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(unreachable(&patient, &channels, is_mail), why, "{channels:?}");
        }
    }

    #[test]
    fn reports_in_any_order_end_at_the_same_state() {
        use State::{Delivered, Failed, Read, Sent};
        let after = |reports: &[State]| {
            reports.iter().fold(None, |known, state| if state.follows(known) { Some(*state) } else { known })
        };
        for (reports, state) in [
            (&[Sent, Delivered, Read][..], Read),
            (&[Read, Delivered, Sent], Read),
            (&[Delivered, Delivered, Sent], Delivered),
            (&[Sent, Failed, Failed, Sent], Failed),
            (&[Failed, Delivered], Failed),
            (&[Delivered, Failed], Delivered),
        ] {
            assert_eq!(after(reports), Some(state), "{reports:?}");
        }
    }

    #[test]
    fn a_channel_is_tried_five_times_at_growing_distances() {
        let far = at(100_000);
        for (tries, minutes) in (0..).zip([1, 5, 15, 60]) {
            assert_eq!(after_setback(at(0), far, tries, Setback::Later(None)), Step::Again(at(minutes)));
        }
        assert_eq!(after_setback(at(0), far, 4, Setback::Later(None)), Step::NextChannel);
        assert_eq!(after_setback(at(0), far, 0, Setback::Never), Step::NextChannel);
    }

    #[test]
    fn the_other_sides_wish_to_wait_longer_is_honoured_and_shorter_is_not() {
        let far = at(100_000);
        for (wish, minutes) in [(7_200, 120), (1, 1)] {
            assert_eq!(after_setback(at(0), far, 0, Setback::Later(Some(wish))), Step::Again(at(minutes)));
        }
        assert_eq!(after_setback(at(0), far, 4, Setback::Later(Some(1))), Step::NextChannel);
    }

    #[test]
    fn no_try_waits_until_the_appointment_has_begun() {
        assert_eq!(after_setback(at(0), at(15), 2, Setback::Later(None)), Step::NextChannel);
        assert_eq!(after_setback(at(0), at(16), 2, Setback::Later(None)), Step::Again(at(15)));
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

    fn course(channels: &[&str]) -> Course {
        let channels = channels.iter().map(|name| (*name).to_owned()).collect();
        Course { channels, failures: Failures::default(), tries: 3, starts_at: at(1000) }
    }

    /// The next step at minute `now` while mail is paused.
    fn turn(channels: &[&str], now: i64, since: i64, until: i64) -> Turn {
        let rest = Rest { since: at(since), until: at(until), why: "too many".into() };
        course(channels).turn(at(now), |channel| (channel == "mail").then(|| rest.clone()))
    }

    #[test]
    fn a_channel_that_rests_is_waited_for_unless_that_is_too_late() {
        let both = ["mail", "sms"];
        assert_eq!(turn(&both, 0, 0, 30), Turn::Waits("mail".into(), at(30)));
        assert_eq!(turn(&both, 30, 0, 30), Turn::By("mail".into()), "the rest is over");
        assert_eq!(turn(&both, 990, 989, 1000), Turn::By("sms".into()), "the appointment would have begun");
        assert_eq!(turn(&["mail"], 990, 989, 1000), Turn::Failed);
        let mut given_up = course(&["mail"]);
        let rest = Rest { since: at(0), until: at(1000), why: "too many".into() };
        assert_eq!(given_up.turn(at(0), |_| Some(rest.clone())), Turn::Failed);
        assert_eq!((given_up.failures.summary().as_str(), given_up.tries), ("mail: too many", 0));
    }

    #[test]
    fn a_channel_that_rests_for_long_is_waited_for_only_where_there_is_no_other() {
        assert_eq!(turn(&["mail", "sms"], 60, 0, 81), Turn::Waits("mail".into(), at(81)));
        assert_eq!(turn(&["mail", "sms"], 60, 0, 82), Turn::By("sms".into()));
        assert_eq!(turn(&["mail"], 60, 0, 82), Turn::Waits("mail".into(), at(82)));
    }

    #[test]
    fn rests_that_follow_each_other_are_one_outage() {
        let first = Rest::from(at(0), None, None, "down");
        assert_eq!((first.since, first.until), (at(0), at(1)));
        let second = Rest::from(at(10), Some(&first), Some(600), "down");
        assert_eq!((second.since, second.until), (at(0), at(20)));
        // A shorter pause does not shorten the current one.
        assert_eq!(Rest::from(at(11), Some(&second), None, "down").until, at(20));
        let later = Rest::from(at(36), Some(&second), None, "down");
        assert_eq!((later.since, later.until), (at(36), at(37)));
    }
}
