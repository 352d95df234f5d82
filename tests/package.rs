//! The Debian package (`cargo deb`): its files exist and are installed where Debian expects them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use assert_cmd::cargo::cargo_bin_cmd;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packaged files without manual and `docs/` pages: source and destination.
const PLACES: [(&str, &str); 8] = [
    ("target/release/turno", "usr/bin/"),
    ("completions/turno.bash", "usr/share/bash-completion/completions/turno"),
    ("completions/_turno", "usr/share/zsh/vendor-completions/_turno"),
    ("completions/turno.fish", "usr/share/fish/vendor_completions.d/turno.fish"),
    ("src/output/systemd/turno.service", "usr/lib/systemd/user/turno.service"),
    ("src/output/systemd/turno.timer", "usr/lib/systemd/user/turno.timer"),
    ("README.md", "usr/share/doc/turno/README.md"),
    ("CHANGELOG.md", "usr/share/doc/turno/CHANGELOG.md"),
];

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest() -> toml::Table {
    fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap()
}

fn settings() -> toml::Table {
    manifest()["package"]["metadata"]["deb"].as_table().unwrap().clone()
}

#[test]
fn the_package_takes_what_is_there_to_where_it_belongs() {
    let settings = settings();
    let mut assets = BTreeMap::new();
    for asset in settings["assets"].as_array().unwrap() {
        let [from, to, mode] = asset.as_array().unwrap().as_slice() else { panic!("{asset:?}") };
        let (from, to) = (from.as_str().unwrap(), to.as_str().unwrap());
        let of_program = from.starts_with("target/");
        assert_eq!(mode.as_str().unwrap(), if of_program { "755" } else { "644" }, "{from}");
        assert!(of_program || from.contains('*') || repository().join(from).is_file(), "{from} is not there");
        assets.insert(from, to);
    }
    assert_eq!(assets.remove("man/*.1"), Some("usr/share/man/man1/"));
    assert_eq!(assets.remove("docs/*.md"), Some("usr/share/doc/turno/docs/"));
    assert_eq!(assets, BTreeMap::from(PLACES));
    let licence = settings["license-file"][0].as_str().unwrap();
    assert!(repository().join(licence).is_file(), "{licence} is not there");
    for page in fs::read_dir(repository().join("man")).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(name.ends_with(".1"), "the package leaves man/{name} out");
    }
}

/// The output of `turno cron` for any user: the installed program, without a fixed book or clinic.
fn units() -> [(&'static str, String); 2] {
    let home = tempfile::tempdir().unwrap();
    let turno = |line: &str| {
        let mut turno = cargo_bin_cmd!("turno");
        turno.args(line.split(' ')).env_clear().env("HOME", home.path());
        turno.env("TURNO_DB", home.path().join("turno.db")).assert().success().get_output().stdout.clone()
    };
    turno("init --name Sol --timezone UTC --code sol");
    let printed: serde_json::Value = serde_json::from_slice(&turno("cron --json")).unwrap();
    let program = fs::canonicalize(assert_cmd::cargo::cargo_bin!("turno")).unwrap();
    let service: String = printed["service"]
        .as_str()
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with("Environment="))
        .map(|line| {
            line.replace(program.to_str().unwrap(), "/usr/bin/turno").replace(" --clinic sol", "") + "\n"
        })
        .collect();
    [("turno.service", service), ("turno.timer", printed["timer"].as_str().unwrap().to_owned())]
}

#[test]
fn the_units_are_those_that_cron_prints() {
    let folder = repository().join("src/output/systemd");
    for (name, text) in units() {
        if std::env::var_os("TURNO_REGENERATE").is_some() {
            fs::write(folder.join(name), &text).unwrap();
        }
        assert_eq!(
            fs::read_to_string(folder.join(name)).unwrap(),
            text,
            "src/output/systemd/{name} is not what `turno cron` prints: `just docs` mends it"
        );
    }
    let [(_, service), _] = units();
    for call in ["remind due", "webhook deliver"] {
        assert!(service.contains(&format!("\nExecStart=-/usr/bin/turno {call} --quiet\n")), "{service}");
    }
}

/// Checks the units with `systemd-analyze`, if available.
#[test]
fn systemd_takes_the_units() {
    let Some(analyze) = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"]
        .into_iter()
        .find(|path| Path::new(path).is_file())
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let program = assert_cmd::cargo::cargo_bin!("turno");
    let mut paths = Vec::new();
    for (name, text) in units() {
        // systemd checks that the program exists, and the packaged one is not installed here.
        let path = folder.path().join(name);
        fs::write(&path, text.replace("/usr/bin/turno", program.to_str().unwrap())).unwrap();
        paths.push(path);
    }
    let looked = Command::new(analyze).args(["verify", "--man=no"]).args(&paths).output().unwrap();
    let said = String::from_utf8_lossy(&looked.stderr).into_owned();
    assert!(looked.status.success() && !said.contains("turno."), "{said}");
}

/// A sweep must survive a panic in a channel, so no profile may abort on panic.
#[test]
fn panics_unwind_in_every_profile() {
    let manifest = manifest();
    let profiles = manifest["profile"].as_table().unwrap();
    assert!(profiles.contains_key("dist"), "the profile that is shipped");
    for (name, profile) in profiles {
        assert_eq!(profile.get("panic"), None, "the profile {name}");
    }
}
