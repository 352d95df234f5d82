//! The channel `twilio`: text messages by Twilio's Messages API.
//! <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>

use super::channel::{Channel, Letter, Outcome};
use super::check::{Check, below};
use super::http::{Answer, Client, by_status};
use super::secret::{Secret, reason};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;
use url::Url;
use url::form_urlencoded::Serializer;

/// `[channels.NAME]` with `kind = "twilio"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The account, `AC…`.
    account_sid: String,
    /// The API key to log in with, `SK…`; by default the account itself.
    key_sid: Option<String>,
    /// File with the account's auth token or the key's secret.
    token_file: Option<PathBuf>,
    /// Environment variable with that token or secret.
    token_env: Option<String>,
    /// The sender's number (`+15005550006`) or name.
    from: Option<String>,
    /// The messaging service, `MG…`, instead of `from`.
    messaging_service_sid: Option<String>,
    /// The API's base URL (default `https://api.twilio.com`).
    base_url: Option<String>,
    /// Time limit of one message in seconds (default 30, at most 90).
    timeout: Option<u64>,
}

pub(crate) struct Twilio {
    client: Client,
    /// The token and its form in the header; both are removed from error texts.
    secrets: [Secret; 2],
    messages: Url,
    /// `From` or `MessagingServiceSid`, and its value.
    sender: (&'static str, String),
    /// The URL that Twilio is to report deliveries to.
    reports_to: Option<Url>,
}

impl Twilio {
    pub(crate) fn open(settings: Settings, reports_to: Option<Url>, check: &mut Check<'_>) -> Option<Self> {
        let Settings {
            account_sid,
            key_sid,
            token_file,
            token_env,
            from,
            messaging_service_sid,
            base_url,
            timeout,
        } = settings;
        let timeout = check.timeout(timeout);
        let token = check.secret("token", token_file.as_deref(), token_env.as_deref());
        let base = check.base_url("base_url", base_url.as_deref().unwrap_or("https://api.twilio.com"));
        sid(check, "account_sid", "AC", &account_sid);
        if let Some(key) = &key_sid {
            sid(check, "key_sid", "SK", key);
        }
        let sender = match (from, messaging_service_sid) {
            (Some(from), None) => check.text("from", &from).map(|from| ("From", from)),
            (None, Some(service)) => {
                sid(check, "messaging_service_sid", "MG", &service);
                Some(("MessagingServiceSid", service))
            }
            _ => {
                check.problem("from", text!("one-of-from-and-messaging_service_sid-says-who-sends"));
                None
            }
        };
        let (token, base, sender) = (token?, base?, sender?);
        let user = key_sid.as_ref().unwrap_or(&account_sid);
        let pair = Secret::new(format!("{user}:{}", token.reveal()));
        let encoded = Secret::new(STANDARD.encode(pair.reveal()));
        let header = Secret::new(format!("Basic {}", encoded.reveal()));
        let client = check.take("token", Client::new(&base, &header, timeout))?;
        let messages = below(&base, &["2010-04-01", "Accounts", &account_sid, "Messages.json"]);
        Some(Twilio { client, secrets: [token, encoded], messages, sender, reports_to })
    }
}

/// Checks a Twilio id: `prefix` and 32 hexadecimal digits. The error does not repeat the text, which may be
/// the token, pasted into the wrong key.
fn sid(check: &mut Check<'_>, key: &str, prefix: &str, text: &str) {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        check.problem(key, text!("takes-and-32-hexadecimal-digits", prefix));
    }
}

impl Channel for Twilio {
    fn send(&self, letter: &Letter) -> Outcome {
        let (key, sender) = &self.sender;
        let mut form = Serializer::new(String::new());
        form.append_pair("To", &letter.phone).append_pair(key, sender).append_pair("Body", &letter.text);
        if let Some(url) = &self.reports_to {
            form.append_pair("StatusCallback", url.as_str());
        }
        let form = form.finish();
        match self.client.post(&self.messages, "application/x-www-form-urlencoded", form.as_bytes()) {
            Ok(answer) => self.read(&answer),
            Err(outcome) => outcome,
        }
    }
}

impl Twilio {
    fn read(&self, answer: &Answer) -> Outcome {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let status = answer.status;
        let made = matches!(status, 200 | 201) && body["sid"].is_string();
        // A message that was created may have failed at once; then it holds the error.
        let failed = matches!(body["status"].as_str(), Some("failed" | "undelivered" | "canceled"));
        if made && !failed {
            return Outcome::sent_as(body["sid"].as_str().unwrap_or_default());
        }
        let (code, said) = if made { ("error_code", "error_message") } else { ("code", "message") };
        let said = body[said].as_str().unwrap_or_default();
        let Some(code) = number(&body[code]) else {
            let why = match made {
                true => text!("twilio-gave-the-message-up-at-once").to_owned(),
                false => text!("the-api-answered-and-not-in-its-own", status),
            };
            return if made { Outcome::never(why) } else { by_status(answer, why) };
        };
        let [token, encoded] = &self.secrets;
        sort(code, reason(&text!("twilio-error", code, said), &[token, encoded]), answer)
    }
}

/// Error codes are numbers, in some responses as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Maps Twilio's error codes to outcomes; the HTTP status decides for unknown codes.
/// <https://www.twilio.com/docs/api/errors>
fn sort(code: i64, why: String, answer: &Answer) -> Outcome {
    match code {
        // The patient replied STOP.
        21_610 => Outcome::OptedOut { why },
        // Too many requests (20429, 14107) or messages (21611, 30001, 63038).
        14_107 | 20_429 | 21_611 | 30_001 | 63_038 => Outcome::held_up(why, answer.after),
        // Login refused (20003, 20006), account closed (20005, 30002) or unknown (20404), or a sender that
        // the account may not use (21212, 21603, 21606, 21659, 21660, 21701, 21703, 21705).
        20_003 | 20_005 | 20_006 | 20_404 | 21_212 | 21_603 | 21_606 | 21_659 | 21_660 | 21_701 | 21_703
        | 21_705 | 30_002 => Outcome::held_up(why, answer.after),
        // Twilio's own failure (20500, 20503), phone switched off (30003), unknown error (30008).
        20_500 | 20_503 | 30_003 | 30_008 => Outcome::later(why, answer.after),
        // No such number (21211, 21217, 30005); not reachable in that country (21408), from this sender
        // (21612), by SMS (21614, 30006) or from a trial account (21608); text empty or too long (21602,
        // 21617); blocked or filtered (30004, 30007).
        21_211 | 21_217 | 21_408 | 21_602 | 21_608 | 21_612 | 21_614 | 21_617 | 30_004..=30_007 => {
            Outcome::never(why)
        }
        // The message was created and failed for an unlisted reason; the status only confirms the creation.
        _ if answer.status < 300 => Outcome::never(why),
        _ => by_status(answer, why),
    }
}
