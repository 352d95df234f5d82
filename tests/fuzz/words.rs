//! Text of the command line, the configuration and the settings.

use crate::fuzz;
use crate::mutate::Chance;
use turno::delivery::templates;
use turno::delivery::templates::{Folder, Language, Part, file_name};
use turno::domain::record::Clinic;
use turno::domain::reminder::Kind;
use turno::domain::settings::{KEYS, Settings};
use turno::domain::time::{self, Instant, Zone};
use turno::domain::webhook;
use turno::input::values;
use turno::platform::config::{Config, Environment};
use turno::store::Location;

fn seeds(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// The input as UTF-8 text: these parsers never receive other bytes.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn days_and_times_are_read_or_refused_and_read_again_as_they_are_shown() {
    let words = [
        "2026-06-15",
        "15/06/2026",
        "today",
        "tomorrow",
        "next monday",
        "monday",
        "+3d",
        "in 3 days",
        "09:30",
        "9:30",
        "9.30",
        "21:00",
        "9am",
        "9:30 pm",
        "24:00",
        "2026-06-15 09:30",
        "2026-06-15T09:30",
        "2026-06-15T09:30:00-06:00",
        "2026-06-15T15:30:00Z",
        "20m",
        "1h30m",
        "90",
        "365d",
        "2h",
        "mon-fri",
        "daily",
        "mon,wed",
        "yesterday",
        "7d",
    ];
    fuzz("dates, times and lengths", &seeds(&words), |bytes, _| {
        let text = text(bytes);
        if let Ok(turno::app::when::Day::Date(day)) = values::day(&text) {
            assert_eq!(values::day(&day.to_string()), Ok(turno::app::when::Day::Date(day)), "{text}");
        }
        if let Ok(time) = values::time(&text) {
            assert_eq!(values::time(&time::hhmm(time)), Ok(time), "{text}");
        }
        if let Ok(seconds) = time::parse_duration(&text) {
            assert_eq!(time::parse_duration(&time::show_duration(seconds)), Ok(seconds), "{text}");
        }
        if let Ok(instant) = Instant::parse_rfc3339(&text) {
            for zone in ["America/El_Salvador", "America/New_York", "Asia/Kathmandu"] {
                let shown = Zone::embedded(zone).expect("a zone").rfc3339(instant);
                assert_eq!(Instant::parse_rfc3339(&shown), Ok(instant), "{text}, {shown}");
            }
        }
        let _ = (values::time_to(&text), values::moment(&text), values::since(&text), values::end(&text));
        let _ =
            (values::bound(&text), values::minutes(&text), values::weekdays(&text), values::iso_day(&text));
    });
}

#[test]
fn a_setting_is_kept_as_it_is_shown() {
    let words = [
        "America/El_Salvador",
        "SV",
        "none",
        "es",
        "en_US",
        "30",
        "confirmed",
        "phone",
        "phone_and_name",
        "true",
        "off",
        "45m",
        "365d",
        "24h,2h",
        "print,sms",
        "21:00-08:00",
        "open",
    ];
    fuzz("settings", &seeds(&words), |bytes, chance: &mut Chance| {
        let (key, _) = KEYS[chance.below(KEYS.len())];
        let mut settings = Settings::new("America/El_Salvador");
        let before = settings.pairs();
        let text = text(bytes);
        match settings.set(key, &text) {
            Ok(()) => {
                let shown = settings.get(key).expect("a setting");
                let pairs = settings.pairs();
                assert_eq!(settings.set(key, &shown), Ok(()), "{key} = {text:?} is shown as {shown:?}");
                assert_eq!(settings.pairs(), pairs, "{key} = {text:?}");
            }
            Err(_) => assert_eq!(settings.pairs(), before, "{key} = {text:?} was refused"),
        }
    });
}

#[test]
fn a_password_in_a_location_is_never_shown() {
    let words = [
        "postgres://ana:hunter2@localhost:5432/turno",
        "postgresql://ana@localhost/turno?password=hunter2",
        "/srv/turno.db",
        "postgres://ana:hunter2@[::1]:5432/turno?sslmode=require",
        "postgres:///turno?host=/run&user=ana&password=hunter2",
        "book.db",
    ];
    fuzz("locations", &seeds(&words), |bytes, _| {
        // A mutation may change the password itself; the rest of such a password may be shown.
        let text = text(bytes);
        let shown = match Location::parse(&text, &|_| None) {
            Ok(location) => location.to_string(),
            Err(problem) => problem.to_string(),
        };
        let is_a_server = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let in_its_place = text.contains(":hunter2@")
            && text.matches("hunter2").count() == 1
            && text.matches("://").count() == 1
            && text.matches('@').count() == 1;
        assert!(!(is_a_server && in_its_place && shown.contains("hunter2")), "{text} is shown as {shown}");
    });
}

#[test]
fn a_webhook_s_url_is_kept_as_it_is_shown() {
    let words = [
        "https://example.org/hook",
        "https://example.org:8443/a/b?c=d#e",
        "http://127.0.0.1:8080/",
        "https://[2001:db8::1]/x",
        "https://ana:pw@example.org/",
        "https://ejemplo.español/ñ",
    ];
    fuzz("URLs", &seeds(&words), |bytes, chance: &mut Chance| {
        let (text, private) = (text(bytes), chance.below(2) == 0);
        if let Ok(url) = webhook::url(&text, private) {
            assert_eq!(webhook::url(&url, private).as_ref(), Ok(&url), "{text}");
            assert!(!url.chars().any(|c| c.is_control() || c == ' '), "{url:?}");
        }
    });
}

#[test]
fn a_configuration_is_read_or_refused() {
    let folder = crate::scratch();
    let path = folder.path().join("config.toml");
    let words = [
        "db = \"/srv/turno.db\"\nclinic = \"sol\"\nbranch = \"norte\"\n",
        "[channels.sms]\nkind = \"command\"\nprogram = [\"/bin/true\"]\ntimeout = \"5s\"\n",
        "[channels.mail]\nkind = \"smtp\"\nhost = \"localhost\"\nport = 25\nfrom = \"a@example.org\"\n[sweep]\nworkers = 3\n",
        "[templates]\ndirectory = \"/srv/templates\"\n",
    ];
    let environment = Environment { config: Some(path.clone()), ..Environment::read() };
    fuzz("configurations", &seeds(&words), |bytes, _| {
        std::fs::write(&path, bytes).expect("a file");
        match Config::load(&environment) {
            Ok(config) => {
                for name in config.file.channels.names().collect::<Vec<_>>() {
                    let _ = config.file.channels.check(name, &|_| None);
                }
                let _ = config.workers();
            }
            Err(refusal) => assert_eq!(refusal.code, turno::domain::refusal::Code::ValidationError),
        }
    });
}

#[test]
fn a_template_is_taken_or_stood_in_for() {
    let folder = crate::scratch();
    std::fs::create_dir(folder.path().join("es")).expect("a folder");
    let path = folder.path().join(file_name(Language::Spanish, Kind::Reminder, Part::Text));
    let words = [
        "Hola {{ patient }}, su cita es {{ date }} a las {{ time }}.",
        "{% if doctor %}con {{ doctor }}{% else %}en {{ clinic }}{% endif %}",
        "{% for i in range(3) %}{{ i }}{% endfor %}{{ code|upper }}",
    ];
    let now = Instant::from_unix(1_780_322_400);
    let zone = Zone::embedded("America/El_Salvador").expect("a zone");
    let clinic = Clinic {
        id: "019e837b-f700-7f83-8c5f-3d1fe4b273ef".to_owned(),
        code: "sol".to_owned(),
        name: "Clínica Sol".to_owned(),
        settings: Settings::new("America/El_Salvador"),
        created_at: now,
    };
    fuzz("templates", &seeds(&words), |bytes, _| {
        std::fs::write(&path, bytes).expect("a file");
        // Render every kind of message; a broken template is replaced by the built-in one.
        let trial = templates::check(&Folder::at(folder.path()), &clinic, &zone, now).expect("a trial");
        drop(trial);
    });
}
