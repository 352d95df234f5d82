//! Webhooks: which events there are, where they may go, and when they are tried again.

use crate::domain::address::is_public;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use chrono::DateTime;
use std::net::IpAddr;
use strum::{IntoStaticStr, VariantArray};

/// What happened to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", prefix = "appointment.")]
pub enum Event {
    /// It was booked.
    Booked,
    /// The patient will come.
    Confirmed,
    /// It was moved.
    Rescheduled,
    /// It was called off.
    Cancelled,
    /// The patient came.
    CheckedIn,
    /// The patient is with the doctor.
    Started,
    /// The visit is over.
    Completed,
    /// The patient did not come.
    NoShow,
}

spelled!(Event);

impl Event {
    /// Reads the public spelling; `booked` alone is `appointment.booked`.
    pub fn parse(word: &str) -> Result<Event, String> {
        let wanted = word.trim().to_lowercase().replace('-', "_");
        Event::spelled(&wanted)
            .or_else(|| Event::spelled(&format!("appointment.{wanted}")))
            .ok_or_else(|| text!("is-not-an-event-there-are-and-all", word, all = Event::list()))
    }

    /// The event that a step to that status is; no step leads back to `scheduled`.
    pub fn of_step(to: Status) -> Option<Event> {
        match to {
            Status::Scheduled => None,
            Status::Confirmed => Some(Event::Confirmed),
            Status::CheckedIn => Some(Event::CheckedIn),
            Status::InProgress => Some(Event::Started),
            Status::Completed => Some(Event::Completed),
            Status::Cancelled => Some(Event::Cancelled),
            Status::NoShow => Some(Event::NoShow),
        }
    }
}

/// An endpoint: somebody who hears of events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Webhook {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// Where events go.
    pub url: String,
    /// Which events; none named for all of them.
    pub events: Vec<Event>,
    /// Whether it gets ids only.
    pub thin: bool,
    /// Whether it may stand at an address that is not of the open internet.
    pub allow_private: bool,
    /// The signing secret as it is stored: sealed.
    pub secret: Vec<u8>,
    /// The secret before the last rotation: sealed.
    pub old_secret: Option<Vec<u8>>,
    /// Until when the old secret signs, too.
    pub old_secret_until: Option<Instant>,
    /// Since when nothing goes there: it was switched off, or answered that it is gone.
    pub disabled_at: Option<Instant>,
    /// Why.
    pub disabled_reason: Option<String>,
    /// Until when it asked to be left alone.
    pub held_until: Option<Instant>,
    /// False once retired.
    pub active: bool,
    /// When it was set up.
    pub created_at: Instant,
}

impl Webhook {
    /// Whether events are written down for it.
    pub fn listens(&self) -> bool {
        self.active && self.disabled_at.is_none()
    }
}

/// Whether an endpoint with that filter hears of the event.
pub fn takes(filter: &[Event], event: Event) -> bool {
    filter.is_empty() || filter.contains(&event)
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum DeliveryStatus {
    /// Still to go out, for the first time or again.
    #[default]
    Pending,
    /// The endpoint has it.
    Delivered,
    /// Given up on.
    Failed,
    /// Its endpoint was removed or disabled before it went out.
    Dropped,
}

spelled!(DeliveryStatus);

impl DeliveryStatus {
    /// Reads the public spelling.
    pub fn parse(word: &str) -> Result<DeliveryStatus, String> {
        let problem = || text!("is-not-a-delivery-status-there-are", word, all = DeliveryStatus::list());
        DeliveryStatus::spelled(word.trim()).ok_or_else(problem)
    }
}

// ---- when it is tried

/// How long after the try before (the first: after the event) each try comes, in seconds.
pub const DELAYS: [i64; 10] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest that an endpoint can ask to be left alone, in seconds.
pub const LONGEST_HOLD: i64 = 86_400;

/// How long after so many failed tries the next one comes, in seconds; `None` when it is given up.
///
/// `jitter` spreads what failed together: it adds up to a tenth.
pub fn next_delay(failed_tries: i64, jitter: u16) -> Option<i64> {
    let delay = usize::try_from(failed_tries).ok().and_then(|tries| DELAYS.get(tries)).copied()?;
    Some(delay + delay * i64::from(jitter) / (10 * i64::from(u16::MAX)))
}

/// What a `Retry-After` header asks for, in seconds from now, at most [`LONGEST_HOLD`]; `None` where
/// it says nothing that can be read.
///
/// It holds seconds or a date (RFC 9110, section 10.2.3).
pub fn retry_after(header: &str, now: Instant) -> Option<i64> {
    let header = header.trim();
    let seconds = match header.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number has are a long time.
        true if !header.is_empty() => header.parse().unwrap_or(i64::MAX),
        _ => DateTime::parse_from_rfc2822(header).ok()?.timestamp() - now.unix(),
    };
    Some(seconds.clamp(0, LONGEST_HOLD))
}

// ---- where it may go

/// The most characters that a URL may have.
const LONGEST_URL: usize = 2000;

/// An endpoint's URL as it is stored. The refusal repeats no credentials.
pub fn url(text: &str, allow_private: bool) -> Result<String, String> {
    let text = text.trim();
    if text.len() > LONGEST_URL {
        return Err(text!("has-characters-the-limit-is", length = text.len(), limit = LONGEST_URL));
    }
    if text.chars().any(|c| !c.is_ascii_graphic()) {
        return Err(text!("must-be-written-in-ascii-without-spaces").into());
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| text!("is-not-a-url-such-as-https-example"))?;
    match (scheme.to_ascii_lowercase().as_str(), allow_private) {
        ("https", _) | ("http", true) => {}
        ("http", false) => {
            return Err(text!("must-begin-with-https-http-only-with-allow").into());
        }
        _ => return Err(text!("must-begin-with-https").into()),
    }
    if text.contains('#') {
        return Err(text!("must-not-have-a-fragment-it-is-never").into());
    }
    let authority = rest.split(['/', '?', '\\']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(text!("must-not-hold-a-user-or-password-what").into());
    }
    let parsed: http::Uri =
        text.parse().map_err(|problem: http::uri::InvalidUri| text!("is-not-a-url", problem))?;
    let host = parsed
        .host()
        .filter(|host| is_host(host))
        .ok_or_else(|| text!("names-no-host-that-there-could-be"))?;
    let behind_host = authority.strip_prefix(host).unwrap_or_default();
    if !behind_host.is_empty() && parsed.port_u16().is_none_or(|port| port == 0) {
        return Err(text!("has-no-port-number-behind-its-host").into());
    }
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    match literal {
        Ok(address) if !allow_private && !is_public(address) => {
            Err(text!("is-not-an-address-of-the-open-internet", address))
        }
        _ => Ok(text.to_owned()),
    }
}

/// Whether it has the form of a host: a name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    host.len() <= 254
        && labels.into_iter().all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

/// Whether a connection to that address may be made: not to a private one without leave, and without
/// encryption only to a private one.
pub fn may_connect(address: IpAddr, encrypted: bool, allow_private: bool) -> bool {
    let public = is_public(address);
    if encrypted { public || allow_private } else { allow_private && !public }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_with_and_without_their_prefix() {
        for event in Event::ALL {
            assert_eq!(Event::parse(event.as_str()), Ok(event));
        }
        assert_eq!(Event::parse("No-Show"), Ok(Event::NoShow));
        assert!(Event::parse("appointment.deleted").unwrap_err().contains("appointment.no_show"));
    }

    #[test]
    fn the_tries_are_spread_over_three_days_and_then_given_up() {
        let without_jitter: Vec<_> = (0..11).map(|tries| next_delay(tries, 0)).collect();
        let said: Vec<_> = DELAYS.into_iter().map(Some).chain([None]).collect();
        assert_eq!(without_jitter, said);
        assert_eq!(DELAYS, [0, 5, 5 * 60, 30 * 60, 7200, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 86_400]);
        assert_eq!(next_delay(2, u16::MAX), Some(330));
        assert_eq!(next_delay(-1, 0), None);
        for jitter in [1, 100, 30_000] {
            assert!((86_400..=95_040).contains(&next_delay(9, jitter).unwrap()));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_within_a_day() {
        let now = Instant::parse_rfc3339("2026-06-15T12:00:00Z").unwrap();
        for (header, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("86401", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Mon, 15 Jun 2026 12:05:00 GMT", Some(300)),
            ("Mon, 15 Jun 2026 11:00:00 GMT", Some(0)),
            ("Wed, 15 Jul 2026 12:00:00 GMT", Some(86_400)),
            ("", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(retry_after(header, now), seconds, "{header}");
        }
    }

    #[test]
    fn a_url_leads_to_a_host_over_tls_and_holds_no_password() {
        for good in [
            "https://example.org",
            "https://example.org:8443/hook?clinic=1",
            "HTTPS://example.org/",
            "https://xn--and-6ma2c.example/hook",
            "https://93.184.216.34/hook",
            "https://[2606:4700::1111]:8443/",
            "https://localhost/hook",
        ] {
            assert_eq!(url(good, false).as_deref(), Ok(good));
            assert_eq!(url(good, true).as_deref(), Ok(good));
        }
        for private in
            ["http://localhost:9000/", "http://10.0.0.7/hook", "https://127.0.0.1/", "https://[::1]:9/"]
        {
            assert_eq!(url(private, true).as_deref(), Ok(private));
            assert!(url(private, false).unwrap_err().contains("--allow-private"), "{private}");
        }
        for bad in [
            "",
            "example.org",
            "https://",
            "https:///hook",
            "https://:443/",
            "ftp://example.org",
            "file:///etc/passwd",
            "https://user@example.org/",
            "https://user:s3cret@example.org/",
            "https://@example.org/",
            "https://example.org/#part",
            "https://exa mple.org/",
            "https://ñandú.example/",
            "https://example.org:0/",
            "https://example.org:/",
            "https://example.org:99999/",
            "https://example.org:x/",
            "https://[::1",
            "https://[x]/",
            "https://a..b/",
            "https://exa%6dple.org/",
            "https://example.org\\@10.0.0.1/",
            "javascript://x",
        ] {
            let problem = url(bad, true).expect_err(bad);
            assert!(!problem.contains("s3cret"), "{problem}");
        }
        assert!(url(&format!("https://example.org/{}", "x".repeat(2000)), false).is_err());
    }

    #[test]
    fn a_private_address_needs_leave_and_an_open_one_tls() {
        let (inside, outside) = ("10.0.0.1".parse().unwrap(), "8.8.8.8".parse().unwrap());
        for (address, encrypted, allow_private, may) in [
            (outside, true, false, true),
            (outside, true, true, true),
            (outside, false, false, false),
            (outside, false, true, false),
            (inside, true, false, false),
            (inside, true, true, true),
            (inside, false, false, false),
            (inside, false, true, true),
        ] {
            let case = format!("{address} {encrypted} {allow_private}");
            assert_eq!(may_connect(address, encrypted, allow_private), may, "{case}");
        }
    }
}
