//! A test letter, channels from the text of a `config.toml`, and outcomes as short words.

use std::ffi::OsString;
use std::time::Duration;
use turno::delivery::channel::{Channel, Letter, Outcome};
use turno::domain::refusal::Refusal;
use turno::domain::reminder::Kind;
use turno::formats::ics::write::Entry;
use turno::platform::config::Channels;

/// A secret that no outcome, reason or refusal may contain.
pub const SECRET: &str = "s3cr3t-t0ken";

pub fn letter() -> Letter {
    Letter {
        message_id: "019ecbcd-c240-73e3-9949-22c627161344".into(),
        kind: Kind::Reminder,
        clinic: "Clínica Sol".into(),
        language: "es".into(),
        subject: "Recordatorio de su cita en la Clínica Sol: miércoles 17 de junio, año 2026".into(),
        text: "Hola Ana Mejía: le esperamos el miércoles 17 de junio de 2026 a las 10:00.".into(),
        name: "Ana Mejía".into(),
        phone: "+50370123456".into(),
        email: Some("ana@example.com".into()),
        words: vec![
            ("patient", "Ana Mejía".into()),
            ("day", "miércoles 17 de junio de 2026".into()),
            ("time", "10:00".into()),
            ("doctor", String::new()),
        ],
        entry: Entry {
            uid: "019ebe10-4d80-72f5-a53e-2be3c4fb70c3".into(),
            sequence: 2,
            starts_at: 1_781_712_000,
            ends_at: 1_781_713_800,
            changed_at: 1_781_500_000,
            place: "Clínica Sol, Av. Juárez 5".into(),
            summary: "Cita con Dra. Ruiz".into(),
            cancelled: false,
        },
    }
}

/// The environment of the tests: `PATH`, the secret and one more variable.
pub fn lookup(name: &str) -> Option<OsString> {
    match name {
        "PATH" => std::env::var_os("PATH"),
        "TEST_TOKEN" => Some(SECRET.into()),
        "TEST_EXTRA" => Some("extra".into()),
        _ => None,
    }
}

/// Opens the channel `it` of a `config.toml`.
pub fn try_open(config: &str) -> Result<Box<dyn Channel>, Refusal> {
    #[derive(serde::Deserialize)]
    struct File {
        channels: Channels,
    }
    let file: File = toml::from_str(config).expect("the test's configuration is TOML");
    assert!(!format!("{:?}", file.channels).contains(SECRET));
    file.channels.open("it", &lookup)
}

pub fn open(config: &str) -> Box<dyn Channel> {
    try_open(config).unwrap_or_else(|refusal| panic!("{refusal} {:?}\n{config}", refusal.details))
}

/// An outcome in short: `sent`, `later`, `held up`, `never` or `opted out`, with the requested pause.
pub fn short(outcome: &Outcome) -> String {
    let pause = |after: &Option<Duration>| after.map(|a| format!(" {} s", a.as_secs())).unwrap_or_default();
    match outcome {
        Outcome::Sent | Outcome::SentAs { .. } => "sent".into(),
        Outcome::Later { after, whole_channel: false, .. } => format!("later{}", pause(after)),
        Outcome::Later { after, whole_channel: true, .. } => format!("held up{}", pause(after)),
        Outcome::Never { .. } => "never".into(),
        Outcome::OptedOut { .. } => "opted out".into(),
    }
}

/// The reason of an outcome, which must contain no secret and no control character.
pub fn why(outcome: &Outcome) -> String {
    let why = match outcome {
        Outcome::Sent | Outcome::SentAs { .. } => "",
        Outcome::Later { why, .. } | Outcome::Never { why } | Outcome::OptedOut { why } => why,
    };
    assert!(!format!("{outcome:?}").contains(SECRET), "{outcome:?}");
    assert!(!why.contains(char::is_control), "{outcome:?}");
    why.to_owned()
}
