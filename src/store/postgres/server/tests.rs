//! Tests of URLs, variables and password files.

use super::*;
use crate::store::postgres::variables;

fn read(url: &str, variables: &[(&str, &str)]) -> Server {
    let variable = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Server::parse(url, &variable).unwrap()
}

/// Precedence as in libpq: the URL, the service, the variables.
#[test]
fn a_service_fills_what_an_address_leaves_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services");
    let service = "[sol]\nhost=one,two\nport=5433\nuser=eva\ndbname=sol\nsslmode=require\nconnect_timeout=3\n[bad]\nhots=a\n";
    std::fs::write(&file, service).unwrap();
    let file = file.display().to_string();
    let variables = [("PGSERVICEFILE", file.as_str()), ("PGUSER", "nobody"), ("PGOPTIONS", "-cx=y")];
    let named = [&variables[..], &[("PGSERVICE", "sol")]].concat();
    let (by_url, by_variable) = (read("postgres://?service=sol", &variables), read("postgres://", &named));
    for server in [by_url, by_variable] {
        let hosts: Vec<String> = server.hosts().iter().map(Server::address).collect();
        assert_eq!(hosts, ["one:5433", "two:5433"]);
        assert_eq!((server.config.get_user(), server.config.get_dbname()), (Some("eva"), Some("sol")));
        assert_eq!((server.sslmode, server.patience), (SslMode::Require, Duration::from_secs(3)));
        assert_eq!(server.config.get_options(), Some("-cx=y"));
    }
    let own = read("postgres://ana@db:1/luna?sslmode=disable&service=sol", &variables);
    assert_eq!(own.address(), "db:1");
    assert_eq!((own.config.get_user(), own.config.get_dbname()), (Some("ana"), Some("luna")));
    assert_eq!((own.sslmode, own.timeout), (SslMode::Disable, Duration::from_secs(3)));
    for (service, word) in [("luna", "luna"), ("bad", "hots")] {
        let variable = |name: &str| (name == "PGSERVICEFILE").then(|| file.clone());
        let refused = Server::parse(&format!("postgres://?service={service}"), &variable).unwrap_err();
        assert!(refused.to_string().contains(word), "{refused}");
    }
}

#[test]
fn a_text_of_settings_names_a_server_and_is_shown_without_its_password() {
    let text = "host=db port=5433 user=ana password='se cret' dbname=clinic target_session_attrs=primary";
    let Ok(crate::store::Location::Server(server)) = crate::store::Location::parse(text, &|_| None) else {
        panic!("a server")
    };
    assert_eq!((server.address().as_str(), server.target), ("db:5433", Target::Primary));
    assert_eq!(password(&server).as_deref(), Some("se cret"));
    let shown = "postgres://?host=db&port=5433&user=ana&dbname=clinic&target_session_attrs=primary";
    assert_eq!(server.to_string(), shown);
    for file in ["clinic=1.db", "./host=db", "book"] {
        let place = crate::store::Location::parse(file, &|_| None);
        assert!(matches!(place, Ok(crate::store::Location::File(_))), "{file}");
    }
    assert!(crate::store::Location::parse("host=db secret", &|_| None).is_err());
}

fn password(server: &Server) -> Option<String> {
    server.with_password().get_password().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn a_url_is_shown_without_its_password() {
    for (url, shown) in [
        ("postgres://ana@db/clinic", "postgres://ana@db/clinic"),
        ("postgres://ana:secret@db:5433/clinic", "postgres://ana@db:5433/clinic"),
        ("postgresql://ana:se%40cr%2Fet@db/clinic", "postgresql://ana@db/clinic"),
        (
            "postgres://db/clinic?user=ana&password=secret&sslmode=require",
            "postgres://db/clinic?user=ana&sslmode=require",
        ),
        ("postgres://ana:secret@db", "postgres://ana@db"),
        ("postgres://ana:se/cr?et@db/clinic", "postgres://ana@db/clinic"),
        ("postgres://db/clinic?user=ana&pass%77ord=secret", "postgres://db/clinic?user=ana"),
        ("postgres:///clinic?host=/run", "postgres:///clinic?host=/run"),
    ] {
        let server = read(url, &[]);
        assert_eq!(server.to_string(), shown);
        assert!(!format!("{server:?}").contains("secret"));
    }
    for url in [
        "postgres://ana:secret@db:port/clinic",
        "postgres://ana:x@secret@db/clinic",
        "postgres://ana:x@secret/y@db/clinic",
    ] {
        let refused = Server::parse(url, &|_| None).unwrap_err();
        assert!(!format!("{refused:?}").contains("secret"));
    }
}

#[test]
fn variables_fill_what_the_url_leaves_out_and_nothing_else() {
    let variables = [
        ("PGHOST", "elsewhere"),
        ("PGPORT", "6000"),
        ("PGUSER", "eva"),
        ("PGDATABASE", "other"),
        ("PGPASSWORD", "from-variable"),
        ("PGSSLMODE", "require"),
        ("PGCONNECT_TIMEOUT", "2"),
    ];
    let filled = read("postgres://", &variables);
    assert_eq!(filled.address(), "elsewhere:6000");
    assert_eq!((filled.config.get_user(), filled.config.get_dbname()), (Some("eva"), Some("other")));
    assert_eq!((filled.sslmode, filled.timeout), (SslMode::Require, Duration::from_secs(2)));
    assert_eq!(password(&filled).as_deref(), Some("from-variable"));
    let full = read("postgres://ana:own@db:5433/clinic?sslmode=disable&connect_timeout=9", &variables);
    assert_eq!(full.address(), "db:5433");
    assert_eq!((full.config.get_user(), full.config.get_dbname()), (Some("ana"), Some("clinic")));
    assert_eq!((full.sslmode, full.timeout), (SslMode::Disable, Duration::from_secs(9)));
    assert_eq!(password(&full).as_deref(), Some("own"));
}

#[test]
fn who_is_unknown_to_the_system_is_never_taken_for_the_servers_own_user() {
    let session = |name: &str| (name == "USER").then(|| "ana".to_owned());
    assert_eq!(variables::user(Some("recepcion".into()), session).unwrap(), "recepcion");
    assert_eq!(variables::user(None, session).unwrap(), "ana");
    let blank = |name: &str| Some(if name == "USER" { "ana" } else { " " }.to_owned());
    assert_eq!(variables::user(None, blank).unwrap(), "ana");
    assert!(variables::user(None, |_| None).unwrap_err().to_string().contains("PGUSER"));
}

#[test]
fn the_password_file_has_a_line_for_host_port_database_and_user() {
    for (line, found) in [
        ("db:5432:clinic:ana:secret", Some("secret")),
        ("*:*:*:*:any", Some("any")),
        ("db:5432:clinic:eva:other", None),
        ("db:5432:clinic:ana:with:colons", Some("with:colons")),
        (r"db:5432:clinic:ana:a\:b\\c", Some(r"a:b\c")),
        (r"\*:5432:clinic:ana:secret", None),
        ("#db:5432:clinic:ana:secret", None),
        ("db:5432:clinic", None),
        ("", None),
    ] {
        let answer = passfile::password_in(line, ["db", "5432", "clinic", "ana"]);
        assert_eq!(answer.as_deref(), found, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn each_of_several_hosts_has_its_own_port_and_password() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".pgpass");
    std::fs::write(&file, "one:5432:clinic:ana:first\ntwo:5433:clinic:ana:second\n").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    let home = folder.path().display().to_string();
    let each = |url: &str, variables: &[(&str, &str)]| {
        let variables = [variables, &[("HOME", &home)]].concat();
        let hosts = read(url, &variables).hosts();
        hosts.iter().map(|host| (host.address(), password(host), host.is_local())).collect::<Vec<_>>()
    };
    let expected = [
        ("one:5432".to_owned(), Some("first".to_owned()), false),
        ("two:5433".to_owned(), Some("second".to_owned()), false),
    ];
    assert_eq!(each("postgres://ana@one:5432,two:5433/clinic", &[]), expected);
    assert_eq!(each("postgres://ana@/clinic", &[("PGHOST", "one,two"), ("PGPORT", "5432,5433")]), expected);
    let mixed = each("postgres://ana@/clinic?host=one,/run", &[]);
    assert_eq!(mixed[0], expected[0]);
    assert_eq!(mixed[1], ("/run/.s.PGSQL.5432".to_owned(), None, true));
    let refused = Server::parse("postgres://ana@/clinic?host=one,two,three&port=1,2", &|_| None).unwrap_err();
    assert!(refused.to_string().contains("2 ports for 3 hosts"), "{refused}");
}

#[test]
fn a_target_is_one_of_libpqs_words() {
    let target = |url: &str| read(url, &[("PGTARGETSESSIONATTRS", "standby")]).target;
    assert_eq!(target("postgres://db/clinic"), Target::Standby);
    assert_eq!(target("postgres://db/clinic?target_session_attrs=prefer-standby"), Target::PreferStandby);
    let refused = Server::parse("postgres://db/?target_session_attrs=master", &|_| None).unwrap_err();
    assert!(refused.to_string().contains("prefer-standby"), "{refused}");
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_may_read_is_passed_over() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".pgpass");
    std::fs::write(&file, "# the clinic's\ndb:5432:clinic:ana:secret\n").unwrap();
    let home = folder.path().display().to_string();
    let server = read("postgres://ana@db/clinic", &[("HOME", &home)]);
    for (mode, found) in [(0o600, Some("secret")), (0o644, None), (0o660, None)] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        assert_eq!(password(&server).as_deref(), found, "{mode:o}");
        assert_eq!(server.passfile_is_open().is_some(), found.is_none(), "{mode:o}");
    }
}

#[test]
fn trust_in_the_system_is_worth_nothing_without_the_hosts_name() {
    assert_eq!(read("postgres://db/clinic", &[]).sslmode, SslMode::Prefer);
    assert_eq!(read("postgres://db/clinic?sslrootcert=system", &[]).sslmode, SslMode::VerifyFull);
    assert!(Server::parse("postgres://db/clinic?sslmode=yes", &|_| None).is_err());
}
