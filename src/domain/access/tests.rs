use super::*;
use proptest::prelude::*;

fn key(scopes: &[Scope]) -> Key {
    Key {
        id: "k".into(),
        clinic_id: "c".into(),
        code: "KEY-001".into(),
        name: "Web".into(),
        secret_hash: vec![0; 32],
        scopes: scopes.to_vec(),
        sends_by_write: false,
        doctor_id: None,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        active: true,
        created_at: Instant::from_unix(0),
    }
}

fn refused(key: &Key, need: &Need) -> Option<(Code, Option<String>)> {
    let required = |refusal: &Refusal| match refusal.details.get("required") {
        Some(crate::domain::refusal::Detail::Text(scope)) => Some(scope.clone()),
        _ => None,
    };
    key.check(need).err().map(|refusal| (refusal.code, required(&refusal)))
}

#[test]
fn each_command_opens_to_its_scope_and_to_admin_alone() {
    for row in MATRIX {
        let Some(scope) = row.scope.filter(|_| row.option.is_none()) else { continue };
        let need = Need::of(row.command, |_| false);
        assert_eq!(need.scopes, [scope], "{}", row.command);
        for held in Scope::ALL {
            let expected = if held == scope || held == Scope::Admin {
                None
            } else {
                Some((Code::InsufficientScope, Some(scope.as_str().to_owned())))
            };
            assert_eq!(refused(&key(&[held]), &need), expected, "{} with {}", row.command, held.as_str());
        }
    }
}

#[test]
fn an_option_needs_its_scope_besides_the_commands() {
    let need = Need::of("patient show", |option| option == "reveal");
    assert_eq!(need.scopes, [Scope::PatientsRead, Scope::PatientsReveal]);
    let missing = |scope: Scope| Some((Code::InsufficientScope, Some(scope.as_str().to_owned())));
    assert_eq!(refused(&key(&[Scope::PatientsReveal]), &need), missing(Scope::PatientsRead));
    assert_eq!(refused(&key(&[Scope::PatientsRead]), &need), missing(Scope::PatientsReveal));
    assert_eq!(refused(&key(&[Scope::PatientsRead, Scope::PatientsReveal]), &need), None);
    assert_eq!(refused(&key(&[Scope::Admin]), &need), None);
}

#[test]
fn no_command_stands_twice_and_every_option_has_its_command() {
    for (position, row) in MATRIX.iter().enumerate() {
        let twice = |other: &Row| (other.command, other.option) == (row.command, row.option);
        assert!(!MATRIX[position + 1..].iter().any(twice), "{} {:?}", row.command, row.option);
        let itself = |other: &&Row| other.command == row.command && other.option.is_none();
        assert!(MATRIX.iter().any(|other| itself(&other)), "{}", row.command);
    }
}

#[test]
fn what_is_not_in_the_matrix_needs_everything() {
    for command in ["nonsense", "", "db path", "patient"] {
        let need = Need::of(command, |_| true);
        assert_eq!((need.scopes, need.reach), (vec![Scope::Admin], Reach::Clinic), "{command}");
    }
}

#[test]
fn a_doctors_key_has_no_part_in_what_is_the_clinics() {
    let own = Key { doctor_id: Some("d".into()), ..key(&[Scope::Admin]) };
    for row in MATRIX.iter().filter(|row| row.scope.is_some() && row.option.is_none()) {
        let expected = (row.reach == Reach::Clinic).then_some((Code::Forbidden, None));
        assert_eq!(refused(&own, &Need::of(row.command, |_| false)), expected, "{}", row.command);
    }
    assert!(!own.opens_all(Instant::from_unix(0)));
    let lacking = Key { doctor_id: Some("d".into()), ..key(&[Scope::ReportsRead]) };
    let code = refused(&lacking, &Need::of("patient list", |_| false)).map(|(code, _)| code);
    assert_eq!(code, Some(Code::InsufficientScope), "the scope is asked for first");
}

#[test]
fn a_key_of_before_sends_by_its_write_scope() {
    let due = Need::of("remind due", |_| false);
    let missing = Some((Code::InsufficientScope, Some("messages:send".to_owned())));
    let before = |scopes: &[Scope]| Key { sends_by_write: true, ..key(scopes) };
    assert_eq!(refused(&key(&[Scope::AppointmentsWrite]), &due), missing);
    assert_eq!(refused(&before(&[Scope::AppointmentsWrite]), &due), None);
    assert_eq!(before(&[Scope::AppointmentsWrite]).leave(), [Scope::AppointmentsWrite, Scope::MessagesSend]);
    assert_eq!(refused(&before(&[Scope::AppointmentsRead]), &due), missing);
}

#[test]
fn a_key_is_good_until_the_instant_it_expires() {
    let end = Instant::from_unix(100);
    let ends = Key { expires_at: Some(end), ..key(&[Scope::Admin]) };
    assert_eq!(ends.status(Instant::from_unix(99)), KeyStatus::Active);
    assert_eq!(ends.status(end), KeyStatus::Expired);
    assert!(ends.opens_all(Instant::from_unix(99)) && !ends.opens_all(end));
    let revoked = Key { active: false, ..ends };
    assert_eq!(revoked.status(Instant::from_unix(0)), KeyStatus::Revoked);
}

#[test]
fn scopes_are_read_as_they_are_written() {
    for scope in Scope::ALL {
        assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
        assert_eq!(Scope::parse(&format!(" {} ", scope.as_str().to_uppercase())), Ok(scope));
    }
    assert!(Scope::parse("appointments").is_err());
}

#[test]
fn nobody_takes_a_keys_name() {
    assert_eq!(claimed_actor("ana".into()), "ana");
    assert_eq!(claimed_actor("Ana (llave 2)".into()), "Ana (llave 2)");
    for name in [
        "key:KEY-001",
        " KEY:x",
        "Key:KEY-001",
        "k\u{435}y:KEY-001",
        "\u{ff4b}ey:KEY-001",
        "k\u{200b}ey:KEY-001",
        "\u{2060}key:KEY-001",
        "key\u{ff1a}KEY-001",
        "key\u{2236}KEY-001",
        "key\u{a789}KEY-001",
        "key :KEY-001",
    ] {
        assert!(claimed_actor(name.into()).starts_with("claims "), "{name}");
    }
}

proptest! {
    #[test]
    fn a_text_never_keeps_a_secret(before in "[^_]{0,20}", secret in "[0-9a-f]{64}", after in "( .{0,20})?") {
        let text = format!("{before}{SECRET_PREFIX}{secret}{after}");
        let safe = without_secrets(&text);
        prop_assert!(!safe.contains(&secret) && !safe.contains(&secret[..8]));
        prop_assert!(safe.starts_with(&before) && safe.ends_with(&after));
        let harmless = format!("{before}{after}");
        prop_assert_eq!(without_secrets(&harmless), harmless.as_str());
    }
}
