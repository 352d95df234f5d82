//! Wrong channel settings are refused before anything is sent, without showing a secret.

use crate::support::{SECRET, lookup, try_open};
use std::fs;
use turno::domain::refusal::{Code, Detail};
use turno::platform::config::Channels;

const SMTP: &str = "kind = \"smtp\"\nhost = \"mail.example\"\nfrom = \"a@b.example\"\n";
const WHATSAPP: &str =
    "kind = \"whatsapp\"\nphone_number_id = \"1\"\ntemplates.reminder = { name = \"cita\" }\n";
const TWILIO: &str =
    "kind = \"twilio\"\naccount_sid = \"AC0123456789abcdef0123456789abcdef\"\nfrom = \"+15005550006\"\n";
const TOKEN: &str = "token_env = \"TEST_TOKEN\"\n";

/// The keys named in the refusal, which must contain no setting's value.
fn faults(settings: &str) -> Vec<String> {
    let config = format!("[channels.it]\n{settings}");
    let refusal = match try_open(&config) {
        Ok(_) => return Vec::new(),
        Err(refusal) => refusal,
    };
    assert_eq!(refusal.code, Code::ValidationError, "{settings}");
    assert!(!format!("{refusal:?} {refusal}").contains(SECRET), "{refusal:?}");
    assert!(refusal.details.values().all(|detail| matches!(detail, Detail::Text(text) if !text.is_empty())));
    let name =
        |key: &String| key.strip_prefix("channels.it").unwrap_or(key).trim_start_matches('.').to_owned();
    refusal.details.keys().map(name).collect()
}

#[test]
fn settings_that_are_right_open() {
    for settings in [
        SMTP.to_owned(),
        format!(
            "{SMTP}username = \"a\"\npassword_env = \"TEST_TOKEN\"\nsecurity = \"tls\"\nport = 2465\ntimeout = 90"
        ),
        format!("{SMTP}security = \"none\""),
        format!("{WHATSAPP}{TOKEN}"),
        format!("{TWILIO}{TOKEN}base_url = \"https://sms.example/twilio/\""),
        format!("{TWILIO}{TOKEN}base_url = \"http://[::1]:8080\""),
        "kind = \"command\"\nprogram = \"cat\"\nargs = [\"-\"]\nenvironment = [\"TEST_EXTRA\"]".to_owned(),
    ] {
        assert_eq!(faults(&settings), Vec::<String>::new(), "{settings}");
    }
}

#[test]
fn whatever_is_wrong_is_named_by_its_key() {
    for (settings, expected) in [
        // The table
        (String::new(), "kind"),
        ("kind = \"pigeon\"".into(), "kind"),
        ("kind = \"print\"".into(), "kind"),
        ("kind = 7".into(), "kind"),
        // A password has no key of its own, and must not be repeated.
        (format!("{SMTP}password = \"{SECRET}\""), ""),
        (format!("{SMTP}timeout = \"{SECRET}x\"").replace(SECRET, "long"), ""),
        (format!("{SMTP}security = \"maybe\""), ""),
        ("kind = \"smtp\"\nfrom = \"a@b.example\"".into(), ""),
        // Secrets
        (format!("{SMTP}username = \"a\""), "password_file"),
        (format!("{SMTP}password_env = \"TEST_TOKEN\""), "username"),
        (format!("{SMTP}username = \"a\"\npassword_env = \"TEST_NOTHING\""), "password_env"),
        (format!("{SMTP}username = \"a\"\npassword_env = \"{SECRET}\""), "password_env"),
        (format!("{SMTP}username = \"a\"\npassword_file = \"/no/such/file\""), "password_file"),
        (format!("{SMTP}username = \"a\"\npassword_file = \"relative\""), "password_file"),
        (format!("{SMTP}username = \"a\"\npassword_file = \"/tmp\""), "password_file"),
        (
            format!("{SMTP}username = \"a\"\npassword_file = \"/x\"\npassword_env = \"TEST_TOKEN\""),
            "password_file",
        ),
        (WHATSAPP.to_owned(), "token_file"),
        (TWILIO.to_owned(), "token_file"),
        // Servers and addresses
        (format!("{SMTP}security = \"none\"\nusername = \"a\"\npassword_env = \"TEST_TOKEN\""), "security"),
        (SMTP.replace("mail.example", "mail example"), "host"),
        (SMTP.replace("a@b.example", "nobody"), "from"),
        (format!("{SMTP}root_certificate = \"/etc/hostname\""), "root_certificate"),
        (format!("{SMTP}root_certificate = \"/no/such/file\""), "root_certificate"),
        (format!("{WHATSAPP}{TOKEN}base_url = \"http://api.example\""), "base_url"),
        (format!("{WHATSAPP}{TOKEN}base_url = \"ftp://api.example\""), "base_url"),
        (format!("{WHATSAPP}{TOKEN}base_url = \"api.example\""), "base_url"),
        (format!("{WHATSAPP}{TOKEN}base_url = \"https://a:{SECRET}@api.example\""), "base_url"),
        (format!("{WHATSAPP}{TOKEN}base_url = \"https://api.example/?token={SECRET}\""), "base_url"),
        // The providers' ids
        (format!("{WHATSAPP}{TOKEN}version = \"../..\""), "version"),
        (format!("{WHATSAPP}{TOKEN}").replace("\"1\"", "\"+503\""), "phone_number_id"),
        (format!("{WHATSAPP}{TOKEN}templates.birthday = {{ name = \"x\" }}"), "templates.birthday"),
        (
            format!("{WHATSAPP}{TOKEN}templates.cancellation = {{ name = \"x\", parameters = [\"doctr\"] }}"),
            "templates.cancellation.parameters",
        ),
        (format!("{WHATSAPP}{TOKEN}languages = {{ fr = \"fr\" }}"), "languages"),
        (format!("{TWILIO}{TOKEN}").replace("AC0123", SECRET), "account_sid"),
        (format!("{TWILIO}{TOKEN}messaging_service_sid = \"MG0123456789abcdef0123456789abcdef\""), "from"),
        (format!("{TWILIO}{TOKEN}timeout = 0"), "timeout"),
        (format!("{TWILIO}{TOKEN}timeout = 91"), "timeout"),
        ("kind = \"command\"\nprogram = \"cat\"\nenvironment = [\"TEST_NOTHING\"]".into(), "environment"),
        ("kind = \"command\"\nprogram = \"cat\"\nshell = true".into(), ""),
    ] {
        assert_eq!(faults(&settings), [expected], "{settings}");
    }
}

#[test]
fn all_that_is_wrong_comes_in_one_answer() {
    let found = faults("kind = \"twilio\"\naccount_sid = \"x\"\nbase_url = \"y\"\ntimeout = 0");
    assert_eq!(found, ["account_sid", "base_url", "from", "timeout", "token_file"]);
}

#[test]
fn a_secret_file_may_end_with_a_line_but_not_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let settings = format!("{TWILIO}token_file = {:?}", file.display().to_string());
    for (text, good) in [
        (SECRET.to_owned(), true),
        (format!("{SECRET}\r\n"), true),
        (format!("{SECRET}\nmore"), false),
        ("\n".into(), false),
    ] {
        fs::write(&file, &text).unwrap();
        assert_eq!(faults(&settings).is_empty(), good, "{text:?}");
    }
}

#[test]
fn a_name_stands_for_a_table_or_for_print() {
    let read = |text: &str| toml::from_str::<std::collections::BTreeMap<String, Channels>>(text).unwrap();
    let file = read(
        "[channels.cat]\nkind = \"command\"\nprogram = \"cat\"\n[channels.BAD]\nkind = \"command\"\nprogram = \"cat\"",
    );
    let channels = &file["channels"];
    assert_eq!(channels.names().collect::<Vec<_>>(), ["BAD", "cat"]);
    assert!(channels.check("print", &lookup).is_ok());
    assert!(channels.check("cat", &lookup).is_ok());
    for name in ["pigeon", "", "BAD"] {
        assert_eq!(channels.check(name, &lookup).unwrap_err().code, Code::ValidationError, "{name}");
    }
    assert!(channels.open("print", &lookup).is_err(), "print is no channel that letters are handed to");
    assert!(Channels::default().check("print", &lookup).is_ok());
    let taken = read("[channels.print]\nkind = \"command\"\nprogram = \"cat\"");
    assert!(taken["channels"].check("print", &lookup).is_err(), "print can't be made something else");
}

#[test]
fn the_channels_that_the_documents_show_open() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reminders.md")).unwrap();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    // Replace what exists only on a clinic's machine.
    let example = example
        .replace("/usr/local/bin/send-sms", "cat")
        .replace("SMS_GATEWAY_KEY", "TEST_EXTRA")
        .replace("TWILIO_AUTH_TOKEN", "TEST_TOKEN");
    let example: Vec<String> = example
        .lines()
        .map(|line| match line.split_once("_file = ") {
            Some((key, _)) => format!("{key}_env = \"TEST_TOKEN\""),
            None => line.to_owned(),
        })
        .collect();
    let file: std::collections::BTreeMap<String, Channels> = toml::from_str(&example.join("\n")).unwrap();
    let names: Vec<&str> = file["channels"].names().collect();
    assert_eq!(names, ["gateway", "mail", "sms", "whatsapp"]);
    for name in names {
        file["channels"].check(name, &lookup).unwrap();
    }
}
