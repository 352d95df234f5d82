//! A clinic's settings: names, types, units, defaults, validation.

use crate::domain::reply::Phrases;
use crate::domain::status::Status;
use crate::domain::text;
use crate::domain::time::{Zone, hhmm, parse_duration, parse_time, show_duration};
use chrono::NaiveTime;
use strum::{IntoStaticStr, VariantArray};

/// Which bookings for one service (without a service: one doctor) on one day count as duplicates
/// (HuskyVoice).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum DuplicateRule {
    /// No booking counts as a duplicate.
    Off,
    /// Those with the same phone.
    Phone,
    /// Those with the same phone and name.
    PhoneAndName,
}

spelled!(DuplicateRule);

/// When a booking is for a known patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum PatientIdentity {
    /// Same phone (dashboard API).
    Phone,
    /// Same phone and name, because a family shares a phone.
    PhoneAndName,
}

spelled!(PatientIdentity);

/// Who may run commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Access {
    /// Every operating-system user who can open the database.
    Open,
    /// Holders of an access key.
    Keys,
}

spelled!(Access);

/// Daily hours without messages, in local time; may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// Start.
    pub from: NaiveTime,
    /// End (exclusive).
    pub until: NaiveTime,
}

/// The settings of one clinic; durations are in seconds unless the name says minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// IANA time zone.
    pub timezone: String,
    /// ISO 3166 country of phone numbers without a country prefix.
    pub country: Option<String>,
    /// Language of the messages: `es` or `en`, with or without a region.
    pub locale: String,
    /// Length of an appointment if nothing else sets it, in minutes.
    pub slot_minutes: i64,
    /// Status of a new booking.
    pub initial_status: Status,
    /// When a booking is a duplicate.
    pub duplicate_rule: DuplicateRule,
    /// When two patients are the same.
    pub patient_identity: PatientIdentity,
    /// Whether every booking must lie on its window's grid.
    pub strict_slots: bool,
    /// Minimum time between booking and start.
    pub min_notice: i64,
    /// Maximum time between booking and start.
    pub max_advance: i64,
    /// Time before the start in which cancelling is refused (Bio Ecko).
    pub cancellation_cutoff: i64,
    /// Time before the start in which rescheduling is refused.
    pub reschedule_cutoff: i64,
    /// Whether a cancellation needs a reason.
    pub require_cancellation_reason: bool,
    /// Whether completing a visit needs a diagnosis (SaludYa).
    pub require_diagnosis: bool,
    /// Whether a booking needs a reason for the visit (SaludYa).
    pub require_reason: bool,
    /// Time before the start of each reminder, longest first.
    pub reminder_offsets: Vec<i64>,
    /// Message channels, in the order of trying.
    pub reminder_channels: Vec<String>,
    /// Hours without messages.
    pub quiet_hours: Option<QuietHours>,
    /// Further phrases of patients' answers, as [`Phrases::with`] reads them.
    pub reply_words: String,
    /// Who may run commands.
    pub access: Access,
    /// The clinic's phone, for patients to call; as written.
    pub phone: Option<String>,
}

/// Names of all settings, with the id of the text that describes the value, in display order.
pub const KEYS: [(&str, &str); 22] = [
    ("timezone", "an-iana-zone-such-as-america-el_salvador"),
    ("country", "an-iso-3166-country-such-as-sv"),
    ("locale", "es-or-en"),
    ("slot_minutes", "minutes-1-to-1440"),
    ("initial_status", "scheduled-or-confirmed"),
    ("duplicate_rule", "off-phone-or-phone_and_name"),
    ("patient_identity", "phone-or-phone_and_name"),
    ("strict_slots", "true-or-false"),
    ("min_notice", "a-duration-such-as-30m-2h-or-1d"),
    ("max_advance", "a-duration-such-as-365d"),
    ("cancellation_cutoff", "a-duration-such-as-2h-0-for-none"),
    ("reschedule_cutoff", "a-duration-such-as-2h-0-for-none"),
    ("require_cancellation_reason", "true-or-false"),
    ("require_diagnosis", "true-or-false"),
    ("require_reason", "true-or-false"),
    ("reminder_offsets", "durations-such-as-24h-2h-or-none"),
    ("reminder_channels", "channel-names-such-as-smtp-print-the-first"),
    ("quiet_hours", "off-or-hours-such-as-21-00-08"),
    ("reply_words", "phrases-such-as-yes-of-course"),
    ("access", "open-or-keys"),
    ("name", "the-clinics-name"),
    ("phone", "a-phone-number-as-patients-dial-it"),
];

/// The channel that prints messages to standard output; needs no configuration.
pub const PRINT: &str = "print";

impl Settings {
    /// Whether dates are written month first (6/15): English locale in the US, its territories and associated
    /// states, or the Philippines.
    pub fn writes_month_first(&self) -> bool {
        const COUNTRIES: [&str; 10] = ["AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "US", "VI"];
        self.locale == "en" && self.country.as_deref().is_some_and(|country| COUNTRIES.contains(&country))
    }

    /// The defaults for a time zone, with the zone's country if it has one.
    pub fn new(timezone: &str) -> Self {
        Settings {
            country: Zone::embedded(timezone).and_then(|zone| zone.country()),
            ..Settings::without_country(timezone)
        }
    }

    /// The defaults without looking up the country, for callers that set it.
    pub fn without_country(timezone: &str) -> Self {
        Settings {
            timezone: timezone.to_owned(),
            country: None,
            locale: "es".into(),
            slot_minutes: 30,
            initial_status: Status::Confirmed,
            duplicate_rule: DuplicateRule::PhoneAndName,
            patient_identity: PatientIdentity::PhoneAndName,
            strict_slots: false,
            min_notice: 0,
            max_advance: 365 * 86_400,
            cancellation_cutoff: 0,
            reschedule_cutoff: 0,
            require_cancellation_reason: true,
            require_diagnosis: false,
            require_reason: false,
            reminder_offsets: vec![24 * 3600, 2 * 3600],
            reminder_channels: vec![PRINT.into()],
            quiet_hours: Some(QuietHours { from: full_hour(22), until: full_hour(7) }),
            reply_words: String::new(),
            access: Access::Open,
            phone: None,
        }
    }

    /// Changes one setting. The caller checks that the zone or country exists.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        match key {
            "timezone" => self.timezone = text::short(value)?,
            "country" => self.country = parse_country(value)?,
            "locale" => self.locale = parse_locale(value)?,
            "slot_minutes" => self.slot_minutes = minutes(value)?,
            "initial_status" => {
                self.initial_status = match Status::parse(value)? {
                    status @ (Status::Scheduled | Status::Confirmed) => status,
                    _ => return Err(text!("takes-scheduled-or-confirmed").into()),
                }
            }
            "duplicate_rule" => {
                self.duplicate_rule = DuplicateRule::spelled(value)
                    .ok_or_else(|| text!("takes-off-phone-or-phone_and_name"))?;
            }
            "patient_identity" => {
                self.patient_identity =
                    PatientIdentity::spelled(value).ok_or_else(|| text!("takes-phone-or-phone_and_name"))?;
            }
            "strict_slots" => self.strict_slots = boolean(value)?,
            "min_notice" => self.min_notice = duration(value)?,
            "max_advance" => self.max_advance = duration(value)?,
            "cancellation_cutoff" => self.cancellation_cutoff = duration(value)?,
            "reschedule_cutoff" => self.reschedule_cutoff = duration(value)?,
            "require_cancellation_reason" => self.require_cancellation_reason = boolean(value)?,
            "require_diagnosis" => self.require_diagnosis = boolean(value)?,
            "require_reason" => self.require_reason = boolean(value)?,
            "reminder_offsets" => self.reminder_offsets = parse_offsets(value)?,
            "reminder_channels" => self.reminder_channels = parse_channels(value)?,
            "quiet_hours" => self.quiet_hours = parse_quiet(value)?,
            "reply_words" if value == "none" => self.reply_words.clear(),
            "reply_words" => {
                Phrases::with(value)?;
                self.reply_words = text::long(value)?;
            }
            "access" => self.access = Access::spelled(value).ok_or_else(|| text!("takes-open-or-keys"))?,
            "phone" => self.phone = parse_phone(value)?,
            _ => {
                let all: Vec<_> = KEYS.iter().map(|(name, _)| *name).collect();
                return Err(text!("is-not-a-setting-there-are", all = all.join(", ")));
            }
        }
        Ok(())
    }

    /// Returns a setting as text that [`Settings::set`] accepts; `None` for an unknown name.
    pub fn get(&self, key: &str) -> Option<String> {
        Some(match key {
            "timezone" => self.timezone.clone(),
            "country" => self.country.clone().unwrap_or_else(|| "none".into()),
            "locale" => self.locale.clone(),
            "slot_minutes" => self.slot_minutes.to_string(),
            "initial_status" => self.initial_status.as_str().into(),
            "duplicate_rule" => self.duplicate_rule.as_str().into(),
            "patient_identity" => self.patient_identity.as_str().into(),
            "strict_slots" => self.strict_slots.to_string(),
            "min_notice" => show_duration(self.min_notice),
            "max_advance" => show_duration(self.max_advance),
            "cancellation_cutoff" => show_duration(self.cancellation_cutoff),
            "reschedule_cutoff" => show_duration(self.reschedule_cutoff),
            "require_cancellation_reason" => self.require_cancellation_reason.to_string(),
            "require_diagnosis" => self.require_diagnosis.to_string(),
            "require_reason" => self.require_reason.to_string(),
            "reminder_offsets" if self.reminder_offsets.is_empty() => "none".into(),
            "reminder_offsets" => {
                self.reminder_offsets.iter().map(|s| show_duration(*s)).collect::<Vec<_>>().join(",")
            }
            "reminder_channels" => self.reminder_channels.join(","),
            "quiet_hours" => self
                .quiet_hours
                .map_or_else(|| "off".into(), |quiet| format!("{}-{}", hhmm(quiet.from), hhmm(quiet.until))),
            "reply_words" if self.reply_words.is_empty() => "none".into(),
            "reply_words" => self.reply_words.clone(),
            "access" => self.access.as_str().into(),
            "phone" => self.phone.clone().unwrap_or_else(|| "none".into()),
            _ => return None,
        })
    }

    /// All settings as names and texts, in display order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        KEYS.iter().filter_map(|(key, _)| Some((*key, self.get(key)?))).collect()
    }
}

/// Parses a message language: `es` or `en`, with or without a region.
pub fn parse_locale(value: &str) -> Result<String, String> {
    let (language, region) = match value.split_once(['-', '_']) {
        Some((language, region)) => (language.to_lowercase(), Some(region.to_uppercase())),
        None => (value.to_lowercase(), None),
    };
    let region_is_right = region
        .as_ref()
        .is_none_or(|r| (2..=3).contains(&r.len()) && r.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !matches!(language.as_str(), "es" | "en") || !region_is_right {
        return Err(text!("is-not-a-language-of-the-messages-there", value));
    }
    Ok(region.map_or_else(|| language.clone(), |region| format!("{language}-{region}")))
}

fn parse_country(value: &str) -> Result<Option<String>, String> {
    if value.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    if value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(Some(value.to_uppercase()));
    }
    Err(text!("is-not-a-country-such-as-sv", country = value))
}

/// Parses the clinic's phone. It is shown to patients as written, and never dialled.
fn parse_phone(value: &str) -> Result<Option<String>, String> {
    if value.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if !(3..=20).contains(&digits) || !value.chars().all(|c| c.is_ascii_digit() || " +-().,/".contains(c)) {
        return Err(text!("is-not-a-clinics-phone", phone = value));
    }
    text::short(value).map(Some)
}

fn parse_offsets(value: &str) -> Result<Vec<i64>, String> {
    if value == "none" || value == "off" {
        return Ok(Vec::new());
    }
    let mut offsets = Vec::new();
    for part in value.split(',') {
        let seconds = duration(part)?;
        if !(60..=90 * 86_400).contains(&seconds) {
            return Err(text!("is-not-between-1m-and-90d", part = part.trim()));
        }
        offsets.push(seconds);
    }
    offsets.sort_unstable_by(|a, b| b.cmp(a));
    offsets.dedup();
    if offsets.len() > 10 {
        return Err(text!("has-more-than-10-reminders").into());
    }
    Ok(offsets)
}

/// Parses message channels, in the order of trying. The caller checks that they exist.
pub fn parse_channels(value: &str) -> Result<Vec<String>, String> {
    let mut channels: Vec<String> = Vec::new();
    for name in value.split(',').map(|name| name.trim().to_lowercase()) {
        if !is_channel_name(&name) {
            return Err(text!("is-not-a-channels-name-such-as-print", name));
        }
        if channels.contains(&name) {
            return Err(text!("stands-there-twice", name));
        }
        channels.push(name);
    }
    if channels.len() > 10 {
        return Err(text!("has-more-than-10-channels").into());
    }
    Ok(channels)
}

/// Whether it is a valid channel name: 1 to 40 lower-case letters, digits, `-` and `_`; not `none`.
pub fn is_channel_name(name: &str) -> bool {
    let of_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=40).contains(&name.len()) && name.bytes().all(of_name) && name != "none"
}

fn parse_quiet(value: &str) -> Result<Option<QuietHours>, String> {
    if value == "off" {
        return Ok(None);
    }
    let (from, until) =
        value.split_once('-').ok_or_else(|| text!("takes-off-or-hours-such-as-21-00").to_owned())?;
    let quiet = QuietHours { from: parse_time(from)?, until: parse_time(until)? };
    if quiet.from == quiet.until {
        return Err(text!("would-be-quiet-for-ever-the-two-times").into());
    }
    Ok(Some(quiet))
}

/// The time of that hour; midnight for an hour that no day has.
fn full_hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

fn duration(value: &str) -> Result<i64, String> {
    let seconds = parse_duration(value)?;
    if seconds > 3650 * 86_400 {
        return Err(text!("is-more-than-3650d", value));
    }
    Ok(seconds)
}

fn boolean(value: &str) -> Result<bool, String> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" => Ok(true),
        "false" | "no" | "off" => Ok(false),
        _ => Err(text!("is-neither-true-nor-false", value)),
    }
}

/// Parses the minutes of an appointment or slot: 1 to 1440.
pub fn minutes(value: &str) -> Result<i64, String> {
    let minutes = parse_duration(value)? / 60;
    if (1..=1440).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(text!("is-not-between-1-and-1440-minutes", value))
    }
}

#[cfg(test)]
mod tests;
