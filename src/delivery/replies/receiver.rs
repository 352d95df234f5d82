//! Receives bodies of one channel: checks the signature, then reads the body.

use super::{Delivered, Unreadable, forms, mail, signature, whatsapp};
use crate::delivery::check::{Check, Lookup};
use crate::delivery::secret::Secret;
use crate::platform::error::Result;
use serde::Deserialize;
use std::path::PathBuf;
use url::Url;

/// The keys of [`Settings`], which stand beside those of the channel's kind.
const KEYS: [&str; 7] = [
    "replies",
    "public_url",
    "app_secret_file",
    "app_secret_env",
    "verify_token_file",
    "verify_token_env",
    "unsigned",
];

/// What a channel's table says about answers.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Whether patients' answers by this channel reach turno.
    #[serde(default)]
    replies: bool,
    /// The URL that the provider posts to, as the provider knows it.
    public_url: Option<String>,
    /// File with the secret of signatures: WhatsApp's app secret, or the auth token of a Twilio account.
    app_secret_file: Option<PathBuf>,
    /// Environment variable with that secret.
    app_secret_env: Option<String>,
    /// File with the token by which WhatsApp verifies the URL.
    verify_token_file: Option<PathBuf>,
    /// Environment variable with that token.
    verify_token_env: Option<String>,
    /// Whether bodies without a signature are taken.
    #[serde(default)]
    unsigned: bool,
}

impl Settings {
    /// Takes the keys about answers out of a channel's table.
    pub(crate) fn take(table: &mut toml::Table) -> Result<Settings, toml::de::Error> {
        let mut own = toml::Table::new();
        for key in KEYS {
            own.extend(table.remove(key).map(|value| (key.to_owned(), value)));
        }
        own.try_into()
    }

    /// Checks what needs no secret: a sweep goes on while a secret of the way back is missing. Returns where the
    /// provider reports to, if reports are taken.
    pub(crate) fn check(&self, check: &mut Check<'_>) -> Option<Url> {
        let url = self.public_url.as_deref().and_then(|url| check.base_url("public_url", url));
        url.filter(|_| self.replies)
    }
}

/// What the channel's own table says that matters for answers. The table may be of any kind.
#[derive(Deserialize)]
struct Own {
    kind: Option<String>,
    phone_number_id: Option<String>,
    key_sid: Option<String>,
    token_file: Option<PathBuf>,
    token_env: Option<String>,
}

enum Form {
    Twilio,
    WhatsApp { number: String },
    Mail,
}

/// Receives the bodies of one channel.
pub struct Receiver {
    form: Form,
    secret: Option<Secret>,
    verify_token: Option<Secret>,
    public_url: Option<String>,
    unsigned: bool,
}

/// A body as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The bytes that are signed.
    pub body: &'r [u8],
    /// The signature, as the provider's header has it.
    pub signature: Option<&'r str>,
    /// The query of the request's URL.
    pub query: Option<&'r str>,
}

/// Why a body is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// The signature is missing or wrong.
    Unsigned,
    /// The body can't be read.
    Unreadable(Unreadable),
}

impl Rejected {
    /// Why, localised; holds nothing of the body.
    pub fn words(&self) -> &str {
        match self {
            Rejected::Unsigned => text!("replies-signature-missing-or-wrong"),
            Rejected::Unreadable(Unreadable(words)) => words,
        }
    }
}

impl Receiver {
    /// Opens the way back of a channel. `None` if its table does not say `replies = true`, or if its kind has no
    /// bodies.
    pub(crate) fn open(table: &toml::Table, name: &str, lookup: Lookup<'_>) -> Result<Option<Receiver>> {
        let mut check = Check::new(name, lookup);
        let mut table = table.clone();
        let settings = match Settings::take(&mut table) {
            Ok(settings) => settings,
            Err(problem) => return Err(check.unreadable(&problem)),
        };
        if !settings.replies {
            return Ok(None);
        }
        let own: Own = match table.try_into() {
            Ok(own) => own,
            Err(problem) => return Err(check.unreadable(&problem)),
        };
        let form = match own.kind.as_deref() {
            Some("twilio") => Form::Twilio,
            Some("whatsapp") => {
                let number = own.phone_number_id.clone().unwrap_or_default();
                Form::WhatsApp { number }
            }
            Some("smtp") => Form::Mail,
            _ => return Ok(None),
        };
        let receiver = Receiver::made(form, &settings, &own, &mut check);
        check.done().map(|()| Some(receiver))
    }

    fn made(form: Form, settings: &Settings, own: &Own, check: &mut Check<'_>) -> Receiver {
        settings.check(check);
        let given = (settings.app_secret_file.as_deref(), settings.app_secret_env.as_deref());
        let by_token = matches!(form, Form::Twilio) && given == (None, None) && own.key_sid.is_none();
        let secret = match by_token {
            // Twilio signs with the account's token, which is there already unless a key is used.
            true => check.secret("token", own.token_file.as_deref(), own.token_env.as_deref()),
            false if settings.unsigned => check.optional_secret("app_secret", given.0, given.1),
            false => check.secret("app_secret", given.0, given.1),
        };
        if matches!(form, Form::Twilio) && settings.public_url.is_none() && !settings.unsigned {
            check.problem("public_url", text!("replies-public-url-is-missing"));
        }
        let verify = (settings.verify_token_file.as_deref(), settings.verify_token_env.as_deref());
        let verify_token = check.optional_secret("verify_token", verify.0, verify.1);
        let Settings { public_url, unsigned, .. } = settings;
        Receiver { form, secret, verify_token, public_url: public_url.clone(), unsigned: *unsigned }
    }

    /// The name of the header with the signature.
    pub fn signature_header(&self) -> &'static str {
        match self.form {
            Form::Twilio => "x-twilio-signature",
            Form::WhatsApp { .. } | Form::Mail => "x-hub-signature-256",
        }
    }

    /// Whether a body that is too long may be read as far as the limit: a mail's text stands before what it
    /// encloses. A signature is over the whole.
    pub fn may_be_cut(&self) -> bool {
        matches!(self.form, Form::Mail) && self.secret.is_none()
    }

    /// Checks the signature, and reads the body.
    pub fn read(&self, request: &Request<'_>) -> Result<Delivered, Rejected> {
        if !self.is_genuine(request) {
            return Err(Rejected::Unsigned);
        }
        let read = match &self.form {
            Form::Twilio => forms::read(request.body),
            Form::WhatsApp { number } => whatsapp::read(request.body, number),
            Form::Mail => mail::read(request.body),
        };
        read.map_err(Rejected::Unreadable)
    }

    /// A signature that is there must be right, even where none is needed.
    fn is_genuine(&self, request: &Request<'_>) -> bool {
        let given = request.signature.filter(|given| !given.trim().is_empty());
        let (Some(given), Some(secret)) = (given, &self.secret) else {
            return self.unsigned && (given.is_none() || self.secret.is_none());
        };
        match self.form {
            Form::Twilio => {
                let url = self.public_url.as_deref().unwrap_or_default();
                let url = request.query.map_or_else(|| url.to_owned(), |query| format!("{url}?{query}"));
                // Without `public_url` no signature can be checked.
                (self.unsigned && self.public_url.is_none())
                    || signature::twilio(secret.reveal(), &url, request.body, given)
            }
            Form::WhatsApp { .. } | Form::Mail => signature::hub(secret.reveal(), request.body, given),
        }
    }

    /// The answer to WhatsApp's question whether the URL is ours: `hub.challenge`, if the query holds our token.
    /// <https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests>
    pub fn challenge(&self, query: &str) -> Option<String> {
        let expected = self.verify_token.as_ref()?;
        let field = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let right = signature::same(&field("hub.verify_token")?, expected.reveal());
        let challenge = field("hub.challenge")?;
        // Meta's challenge is a number; nothing else is given back to whoever asks.
        let sound = challenge.len() <= 64 && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (right && sound && field("hub.mode")? == "subscribe").then_some(challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn opened(table: &str) -> Result<Option<Receiver>> {
        let table: toml::Table = toml::from_str(table).unwrap();
        let secrets = |name: &str| name.starts_with("THE_").then(|| OsString::from(name.to_lowercase()));
        Receiver::open(&table, "it", &secrets)
    }

    const TWILIO: &str = "kind = 'twilio'\nreplies = true\ntoken_env = 'THE_TOKEN'\n";
    const WHATSAPP: &str = "kind = 'whatsapp'\nreplies = true\nphone_number_id = '106540352242922'\n";
    const URL: &str = "public_url = 'https://citas.example/channels/sms'\n";

    #[test]
    fn what_a_way_back_needs_is_checked() {
        for (table, problem) in [
            (format!("{TWILIO}{URL}"), None),
            (TWILIO.to_owned(), Some("public_url")),
            (format!("{TWILIO}unsigned = true"), None),
            (format!("{TWILIO}public_url = 'http://citas.example'"), Some("public_url")),
            (format!("{TWILIO}{URL}key_sid = 'SK'"), Some("app_secret_file")),
            (format!("{TWILIO}{URL}key_sid = 'SK'\napp_secret_env = 'THE_SECRET'"), None),
            (format!("{TWILIO}{URL}app_secret_env = 'GONE'"), Some("app_secret_env")),
            (WHATSAPP.to_owned(), Some("app_secret_file")),
            (format!("{WHATSAPP}unsigned = true"), None),
            (format!("{WHATSAPP}app_secret_env = 'THE_SECRET'\nverify_token_env = 'THE_VERIFY'"), None),
            (
                format!("{WHATSAPP}app_secret_env = 'THE_SECRET'\nverify_token_env = 'GONE'"),
                Some("verify_token_env"),
            ),
            (format!("{WHATSAPP}unsigned = 'yes'"), Some("channels.it")),
            ("kind = 'smtp'\nreplies = true".to_owned(), Some("app_secret_file")),
            ("kind = 'smtp'\nreplies = true\nunsigned = true".to_owned(), None),
        ] {
            let found = opened(&table);
            let details = found.as_ref().err().map(|refusal| format!("{:?}", refusal.details));
            match problem {
                None => assert!(matches!(found, Ok(Some(_))), "{table}: {details:?}"),
                Some(key) => assert!(details.is_some_and(|details| details.contains(key)), "{table}"),
            }
        }
        for silent in
            ["kind = 'smtp'", "kind = 'command'\nreplies = true", "kind = 'twilio'\nreplies = false"]
        {
            assert!(matches!(opened(silent), Ok(None)), "{silent}");
        }
    }

    fn read(receiver: &Receiver, body: &[u8], signature: Option<&str>) -> Result<usize, Rejected> {
        let read = receiver.read(&Request { body, signature, query: None });
        read.map(|delivered| delivered.answers.len())
    }

    #[test]
    fn a_body_without_its_signature_is_rejected_unless_the_channel_takes_it() {
        let body = include_bytes!("../../../tests/fixtures/replies/whatsapp-text.json");
        let secret = format!("{WHATSAPP}app_secret_env = 'THE_SECRET'\n");
        let unsigned = format!("{WHATSAPP}unsigned = true\n");
        let both = format!("{secret}unsigned = true\n");
        for (table, signature, taken) in [
            (&secret, None, false),
            (&secret, Some(""), false),
            (&secret, Some("sha256=00"), false),
            (&unsigned, None, true),
            (&unsigned, Some("sha256=00"), true),
            (&both, None, true),
            (&both, Some("sha256=00"), false),
        ] {
            let receiver = opened(table).unwrap().unwrap();
            let expected = if taken { Ok(1) } else { Err(Rejected::Unsigned) };
            assert_eq!(read(&receiver, body, signature), expected, "{table} {signature:?}");
        }
    }

    #[test]
    fn only_who_knows_the_token_gets_the_challenge() {
        let receiver =
            opened(&format!("{WHATSAPP}unsigned = true\nverify_token_env = 'THE_VERIFY'")).unwrap();
        let receiver = receiver.unwrap();
        let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=the_verify";
        assert_eq!(receiver.challenge(query).as_deref(), Some("1158201444"));
        for bad in [
            "",
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=the_verif",
            "hub.mode=subscribe&hub.challenge=1158201444",
            "hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token=the_verify",
            "hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=the_verify",
        ] {
            assert_eq!(receiver.challenge(bad), None, "{bad}");
        }
        let without = opened(&format!("{WHATSAPP}unsigned = true")).unwrap().unwrap();
        assert_eq!(without.challenge(query), None);
    }
}
