//! A clinic's settings: types, units and refused values.

use crate::support::Clinic;
use crate::support::views::ClinicRecord;
use serde_json::{Value, json};

#[test]
fn a_new_clinic_has_the_settings_of_the_manual() {
    let shown: ClinicRecord = Clinic::open().json("clinic show");
    for (key, value) in [
        ("timezone", json!("America/El_Salvador")),
        ("country", json!("SV")),
        ("locale", json!("es")),
        ("slot_minutes", json!(30)),
        ("initial_status", json!("confirmed")),
        ("duplicate_rule", json!("phone_and_name")),
        ("patient_identity", json!("phone_and_name")),
        ("strict_slots", json!(false)),
        ("min_notice", json!("0")),
        ("max_advance", json!("365d")),
        ("cancellation_cutoff", json!("0")),
        ("reschedule_cutoff", json!("0")),
        ("require_cancellation_reason", json!(true)),
        ("require_diagnosis", json!(false)),
        ("require_reason", json!(false)),
        ("reminder_channels", json!("print")),
        ("quiet_hours", json!("22:00-07:00")),
        ("access", json!("open")),
        ("phone", Value::Null),
    ] {
        assert_eq!(shown.settings.get(key), Some(&value), "{key}");
    }
    // A day can be written in two ways; both mean the manual's 24h.
    assert!([json!("24h,2h"), json!("1d,2h")].contains(&shown.settings["reminder_offsets"]));
}

#[test]
fn every_setting_is_set_and_shown_again() {
    let clinic = Clinic::open();
    for (key, value, shown) in [
        ("locale", "en", json!("en")),
        ("slot_minutes", "20", json!(20)),
        ("initial_status", "scheduled", json!("scheduled")),
        ("duplicate_rule", "phone_and_name", json!("phone_and_name")),
        ("duplicate_rule", "off", json!("off")),
        ("patient_identity", "phone", json!("phone")),
        ("strict_slots", "true", json!(true)),
        ("min_notice", "90m", json!("90m")),
        ("max_advance", "30d", json!("30d")),
        ("cancellation_cutoff", "2h", json!("2h")),
        ("reschedule_cutoff", "45m", json!("45m")),
        ("require_cancellation_reason", "false", json!(false)),
        ("require_diagnosis", "true", json!(true)),
        ("require_reason", "true", json!(true)),
        ("reminder_offsets", "48h,30m", json!("2d,30m")),
        ("quiet_hours", "21:00-08:00", json!("21:00-08:00")),
        ("phone", "2222-3333", json!("2222-3333")),
        ("phone", "none", Value::Null),
        ("country", "none", Value::Null),
        ("country", "gt", json!("GT")),
        ("timezone", "America/Guatemala", json!("America/Guatemala")),
    ] {
        let set: ClinicRecord = clinic.json(&format!("clinic set {key} {value}"));
        assert_eq!(set.settings[key], shown, "{key} {value}");
        assert_eq!(clinic.json::<ClinicRecord>("clinic show").settings[key], shown, "{key} {value}");
    }
    let named: ClinicRecord = clinic.json("clinic set name 'Clínica Nueva'");
    assert_eq!(named.name, "Clínica Nueva");
}

#[test]
fn an_unknown_setting_or_a_malformed_value_is_refused_and_nothing_changes() {
    let clinic = Clinic::open();
    let before = clinic.json::<ClinicRecord>("clinic show");
    for (key, value) in [
        ("colour", "blue"),
        ("slot_minutes", "0"),
        ("slot_minutes", "-30"),
        ("slot_minutes", "half an hour"),
        ("initial_status", "completed"),
        ("duplicate_rule", "sometimes"),
        ("patient_identity", "name"),
        ("strict_slots", "perhaps"),
        ("min_notice", "soon"),
        ("max_advance", "1y2z"),
        ("cancellation_cutoff", "-2h"),
        ("reminder_offsets", "24h,,2h"),
        ("reminder_channels", "pigeon"),
        ("quiet_hours", "21:00"),
        ("locale", "tlh"),
        ("country", "Salvador"),
        ("country", "ZZ"),
        ("timezone", "Mars/Olympus"),
        ("name", ""),
        ("phone", "call us"),
    ] {
        let refusal = clinic.refused(&format!("clinic set {key} '{value}'"), "VALIDATION_ERROR", 2);
        // For an unknown setting, the refusal suggests a similar one.
        assert!(refusal.fields().iter().all(|field| [key, "did_you_mean"].contains(field)), "{key}={value}");
        assert!(refusal.fields().contains(&key), "{key}={value}");
        assert!(refusal.hint.is_some(), "{key}={value}");
    }
    assert_eq!(clinic.json::<ClinicRecord>("clinic show"), before);
}

#[test]
fn a_configuration_file_names_the_book_and_an_unknown_name_in_it_is_refused() {
    let mut clinic = Clinic::open();
    clinic.without("TURNO_DB");
    let place = clinic.place().name();
    let config = clinic.file("turno.toml", format!("db = '{place}'\nbranch = 'main'\n"));
    clinic.env("TURNO_CONFIG", &config.display().to_string());
    assert_eq!(clinic.run("db path"), format!("{place}\n"));
    assert_eq!(clinic.json::<ClinicRecord>("clinic show").code, "sanjose");
    std::fs::write(&config, "databse = 'x'\n").unwrap();
    let refusal = clinic.refused("list", "VALIDATION_ERROR", 2);
    assert!(refusal.message.contains("databse"), "{}", refusal.message);
}
