use super::*;

#[test]
fn every_setting_reads_back_what_it_shows() {
    let mut settings = Settings::new("America/El_Salvador");
    for (key, value) in settings.pairs() {
        assert_eq!(settings.set(key, &value), Ok(()), "{key} {value}");
    }
    assert_eq!(settings, Settings::new("America/El_Salvador"));
    assert_eq!(settings.country.as_deref(), Some("SV"));
}

#[test]
fn what_no_setting_takes_is_refused() {
    for (key, value) in [
        ("slot_minutes", "0"),
        ("slot_minutes", "-5"),
        ("slot_minutes", "1441"),
        ("initial_status", "completed"),
        ("duplicate_rule", "sometimes"),
        ("strict_slots", "maybe"),
        ("min_notice", "soon"),
        ("max_advance", "99999d"),
        ("reminder_offsets", "24h,,2h"),
        ("reminder_offsets", "0"),
        ("reminder_channels", "print,,smtp"),
        ("reminder_channels", "print,print"),
        ("reminder_channels", "pigeon post"),
        ("reminder_channels", "none"),
        ("quiet_hours", "21:00"),
        ("quiet_hours", "21:00-21:00"),
        ("locale", "klingon"),
        ("country", "Salvador"),
        ("access", "closed"),
        ("phone", "call us"),
        ("phone", "12"),
        ("phone", ""),
        ("colour", "blue"),
    ] {
        let mut settings = Settings::new("Europe/Madrid");
        assert!(settings.set(key, value).is_err(), "{key}={value}");
        assert_eq!(settings, Settings::new("Europe/Madrid"), "{key}={value} changed something");
    }
}
