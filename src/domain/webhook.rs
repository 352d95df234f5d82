//! Webhooks: events, allowed URLs and retry times.

use crate::domain::address::is_public;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use chrono::DateTime;
use std::net::IpAddr;
use strum::{IntoStaticStr, VariantArray};

/// A change of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", prefix = "appointment.")]
pub enum Event {
    /// Booked.
    Booked,
    /// Confirmed.
    Confirmed,
    /// Rescheduled.
    Rescheduled,
    /// Cancelled.
    Cancelled,
    /// The patient has arrived.
    CheckedIn,
    /// The patient is with the doctor.
    Started,
    /// Completed.
    Completed,
    /// The patient did not come; can still arrive late.
    NoShow,
}

spelled!(Event);

impl Event {
    /// Parses the public spelling, with or without `appointment.`.
    pub fn parse(word: &str) -> Result<Event, String> {
        let wanted = word.trim().to_lowercase().replace('-', "_");
        Event::spelled(&wanted)
            .or_else(|| Event::spelled(&format!("appointment.{wanted}")))
            .ok_or_else(|| text!("is-not-an-event-there-are-and-all", word, all = Event::list()))
    }

    /// The event of a change to that status; `None` for `scheduled`, which no change leads to.
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

/// A subscriber's endpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Webhook {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// The URL that receives events.
    pub url: String,
    /// The subscribed events; empty for all.
    pub events: Vec<Event>,
    /// Whether payloads carry ids only.
    pub thin: bool,
    /// Whether non-public addresses are allowed.
    pub allow_private: bool,
    /// The signing secret, encrypted.
    pub secret: Vec<u8>,
    /// The secret before the last rotation, encrypted.
    pub old_secret: Option<Vec<u8>>,
    /// Until when deliveries are also signed with the old secret.
    pub old_secret_until: Option<Instant>,
    /// Since when nothing is sent: disabled by a user, or the endpoint answered 410 Gone.
    pub disabled_at: Option<Instant>,
    /// Why it was disabled.
    pub disabled_reason: Option<String>,
    /// Until when deliveries pause, as the endpoint asked with `Retry-After`.
    pub held_until: Option<Instant>,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

impl Webhook {
    /// Whether events are stored for it.
    pub fn listens(&self) -> bool {
        self.active && self.disabled_at.is_none()
    }
}

/// Whether the filter selects the event.
pub fn takes(filter: &[Event], event: Event) -> bool {
    filter.is_empty() || filter.contains(&event)
}

/// Status of a delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum DeliveryStatus {
    /// Not delivered yet; may have failed before.
    #[default]
    Pending,
    /// Accepted by the endpoint.
    Delivered,
    /// Given up.
    Failed,
    /// Its endpoint was removed or disabled before delivery.
    Dropped,
}

spelled!(DeliveryStatus);

impl DeliveryStatus {
    /// Parses the public spelling.
    pub fn parse(word: &str) -> Result<DeliveryStatus, String> {
        let problem = || text!("is-not-a-delivery-status-there-are", word, all = DeliveryStatus::list());
        DeliveryStatus::spelled(word.trim()).ok_or_else(problem)
    }
}

// ---- retries

/// Delay before each try, in seconds, counted from the try before (the first: from the event).
pub const DELAYS: [i64; 10] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Maximum pause that an endpoint can ask for, in seconds.
pub const LONGEST_HOLD: i64 = 86_400;

/// Seconds until the next try after `failed_tries` failed ones; `None` to give up. `jitter` adds up to a
/// tenth, to spread deliveries that failed together.
pub fn next_delay(failed_tries: i64, jitter: u16) -> Option<i64> {
    let delay = usize::try_from(failed_tries).ok().and_then(|tries| DELAYS.get(tries)).copied()?;
    Some(delay + delay * i64::from(jitter) / (10 * i64::from(u16::MAX)))
}

/// Parses a `Retry-After` header (seconds or a date, RFC 9110, section 10.2.3) to seconds from now, at most
/// [`LONGEST_HOLD`]; `None` if malformed.
pub fn retry_after(header: &str, now: Instant) -> Option<i64> {
    let header = header.trim();
    let seconds = match header.bytes().all(|byte| byte.is_ascii_digit()) {
        // Overflow counts as the maximum.
        true if !header.is_empty() => header.parse().unwrap_or(i64::MAX),
        _ => DateTime::parse_from_rfc2822(header).ok()?.timestamp() - now.unix(),
    };
    Some(seconds.clamp(0, LONGEST_HOLD))
}

// ---- addresses

/// Maximum length of a URL.
const LONGEST_URL: usize = 2000;

/// Validates and trims an endpoint's URL; the error never repeats credentials.
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

/// Whether it is a host name, an IPv4 address, or an IPv6 address in brackets.
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

/// Whether a connection to that address is allowed: encrypted to a public address; with `allow_private` also
/// to a private one, with or without encryption.
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
