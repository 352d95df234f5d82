//! The channel `whatsapp`: messages by Meta's Cloud API.
//! The provider fills an approved template with values of the appointment.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates>

use super::channel::{Channel, Letter, Outcome, WORDS};
use super::check::{Check, below};
use super::http::{Answer, Client, by_status};
use super::secret::{Secret, reason};
use crate::domain::reminder::Kind;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use url::Url;

/// `[channels.NAME]` with `kind = "whatsapp"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The id of the sending number (digits, not the number itself).
    phone_number_id: String,
    /// File with the access token.
    token_file: Option<PathBuf>,
    /// Environment variable with the access token.
    token_env: Option<String>,
    /// The template of each kind of message.
    templates: BTreeMap<String, Template>,
    /// The template language for `es` and `en`, such as `es = "es_MX"`.
    #[serde(default)]
    languages: BTreeMap<String, String>,
    /// Version of the Graph API (default `v23.0`).
    version: Option<String>,
    /// The API's base URL (default `https://graph.facebook.com`).
    base_url: Option<String>,
    /// Time limit of one message in seconds (default 30, at most 90).
    timeout: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    /// The template's name at the provider.
    name: String,
    /// Values of the body's parameters in order, by names of [`WORDS`].
    #[serde(default)]
    parameters: Vec<String>,
}

pub(crate) struct WhatsApp {
    client: Client,
    token: Secret,
    messages: Url,
    templates: BTreeMap<&'static str, Template>,
    languages: BTreeMap<String, String>,
}

impl WhatsApp {
    pub(crate) fn open(settings: Settings, check: &mut Check<'_>) -> Option<Self> {
        let Settings {
            phone_number_id,
            token_file,
            token_env,
            templates,
            languages,
            version,
            base_url,
            timeout,
        } = settings;
        let timeout = check.timeout(timeout);
        let token = check.secret("token", token_file.as_deref(), token_env.as_deref());
        let base = check.base_url("base_url", base_url.as_deref().unwrap_or("https://graph.facebook.com"));
        let version = version.unwrap_or_else(|| "v23.0".into());
        if !is_version(&version) {
            check.problem("version", text!("takes-a-version-such-as-v23-0"));
        }
        if phone_number_id.is_empty() || !phone_number_id.bytes().all(|b| b.is_ascii_digit()) {
            check.problem("phone_number_id", text!("takes-the-digits-of-the-numbers-id"));
        }
        let templates = templates_by_kind(templates, check);
        for language in languages.keys().filter(|language| !["es", "en"].contains(&language.as_str())) {
            check.problem("languages", text!("has-messages-are-in-es-and-en", language));
        }
        let (token, base) = (token?, base?);
        let bearer = Secret::new(format!("Bearer {}", token.reveal()));
        let client = Client::new(&base, &bearer, timeout);
        let client = check.take("token", client)?;
        let messages = below(&base, &[&version, &phone_number_id, "messages"]);
        Some(WhatsApp { client, token, messages, templates, languages })
    }

    fn body(&self, letter: &Letter, template: &Template) -> Value {
        let language = self.languages.get(&letter.language).unwrap_or(&letter.language);
        let mut parameters = Vec::new();
        for wanted in &template.parameters {
            let word = letter.words.iter().find(|(name, _)| name == wanted);
            let word = word.map(|(_, word)| word.as_str()).unwrap_or_default();
            // The API refuses line breaks, long runs of spaces and empty parameters.
            let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
            parameters.push(json!({ "type": "text", "text": if word.is_empty() { "-" } else { &word } }));
        }
        let mut filled = json!({ "name": template.name, "language": { "code": language } });
        if !parameters.is_empty() {
            filled["components"] = json!([{ "type": "body", "parameters": parameters }]);
        }
        json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": letter.phone.trim_start_matches('+'),
            "type": "template",
            "template": filled,
            // Returned in the provider's status reports.
            "biz_opaque_callback_data": letter.message_id,
        })
    }
}

fn answer(letter: &Letter) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": letter.phone.trim_start_matches('+'),
        "type": "text",
        "text": { "preview_url": false, "body": letter.text },
        "biz_opaque_callback_data": letter.message_id,
    })
}

/// Checks the version, as it becomes part of the URL: `v23.0` and the like.
fn is_version(version: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = version.strip_prefix('v').and_then(|numbers| numbers.split_once('.'));
    parts.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

fn templates_by_kind(
    templates: BTreeMap<String, Template>,
    check: &mut Check<'_>,
) -> BTreeMap<&'static str, Template> {
    if templates.is_empty() {
        check.problem("templates", text!("names-no-template-so-that-nothing-could"));
    }
    let mut by_kind = BTreeMap::new();
    for (kind, template) in templates {
        match Kind::worded().find(|it| it.as_str() == kind) {
            Some(kind) => {
                check.text(&format!("templates.{}.name", kind.as_str()), &template.name);
                let unknown = template.parameters.iter().find(|name| !WORDS.contains(&name.as_str()));
                if let Some(unknown) = unknown {
                    let problem = text!("has-there-are", unknown, all = WORDS.join(", "));
                    check.problem(&format!("templates.{}.parameters", kind.as_str()), problem);
                }
                by_kind.insert(kind.as_str(), template);
            }
            None => {
                let kinds = Kind::worded_list();
                check.problem(&format!("templates.{kind}"), text!("is-no-kind-of-message-there-are", kinds));
            }
        }
    }
    by_kind
}

impl Channel for WhatsApp {
    fn send(&self, letter: &Letter) -> Outcome {
        let kind = letter.kind.as_str();
        let body = match self.templates.get(kind) {
            Some(template) => self.body(letter, template),
            // Within a day of the patient's message, free text is allowed.
            None if letter.kind == Kind::Answer => answer(letter),
            None => return Outcome::never(text!("no-template-for-a-is-set", kind)),
        };
        let body = body.to_string();
        match self.client.post(&self.messages, "application/json", body.as_bytes()) {
            Ok(answer) => read(&answer, &self.token),
            Err(outcome) => outcome,
        }
    }
}

fn read(answer: &Answer, token: &Secret) -> Outcome {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let (200, Some(id)) = (answer.status, body["messages"][0]["id"].as_str()) {
        return Outcome::sent_as(id);
    }
    let status = answer.status;
    let Some(code) = body["error"]["code"].as_i64() else {
        return by_status(answer, text!("the-api-answered-and-not-in-its-own", status));
    };
    // `details` is more specific than `message`.
    let details = body["error"]["error_data"]["details"].as_str();
    let message = details.or(body["error"]["message"].as_str()).unwrap_or_default();
    let why = reason(&text!("whatsapp-error", code, message), &[token]);
    sort(code, why, answer, body["error"]["is_transient"].as_bool() == Some(true))
}

/// Maps the API's error codes to outcomes; the HTTP status is less specific and decides last.
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>
fn sort(code: i64, why: String, answer: &Answer, transient: bool) -> Outcome {
    match code {
        // The patient has opted out of messages from this business.
        131_050 => Outcome::OptedOut { why },
        // Too many calls of the app (4), the account (80007) or the number (130429); blocked as spam
        // (131048); registered too often (133016). The sender can't send: authentication failed (0, 190),
        // permission missing (3, 10, 200-299, 131005), number gone (33) or not registered (131045, 133010,
        // 133006), name not approved (131037), account locked (131031), restricted (368), unpaid (131042) or
        // in maintenance (131057, 2494100).
        0 | 3 | 4 | 10 | 33 | 190 | 368 | 80_007 | 130_429 | 131_005 | 131_031 | 131_037 | 131_042
        | 131_045 | 131_048 | 131_057 | 133_006 | 133_010 | 133_016 | 2_494_100 => {
            Outcome::held_up(why, answer.after)
        }
        200..=299 => Outcome::held_up(why, answer.after),
        // WhatsApp's own failure (1, 2, 131000, 131016, 133004); too many messages to this patient (131056);
        // template not there in that language yet (132001) or paused (132015): other kinds of message have
        // other templates.
        1 | 2 | 131_000 | 131_016 | 131_056 | 132_001 | 132_015 | 133_004 => {
            Outcome::later(why, answer.after)
        }
        // Undeliverable: no such user, or the user can't receive it (131026); the window for free text is
        // over (131047); Meta withholds it (130472, 131049: retrying at once makes it worse); the recipient
        // is the sender (131021) or not on a test number's list (131030); the request (100, 131008, 131009,
        // 131051) or the template (132000, 132005, 132007, 132012, 132016) is wrong.
        100 | 130_472 | 131_008 | 131_009 | 131_021 | 131_026 | 131_030 | 131_047 | 131_049 | 131_051
        | 132_000 | 132_005 | 132_007 | 132_012 | 132_016 => Outcome::never(why),
        _ if transient => Outcome::later(why, answer.after),
        _ => by_status(answer, why),
    }
}
