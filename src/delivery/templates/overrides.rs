//! A clinic's own template files.

use crate::delivery::templates::{Language, Part, bounds, file_name};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::Kind;
use crate::platform::error::Result;
use crate::platform::folders;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// The folder with a clinic's templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

/// A template file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The file's path relative to the clinic's folder.
    pub file: String,
    /// The reason.
    pub problem: String,
}

impl Broken {
    pub(crate) fn new(file: &str, problem: &minijinja::Error) -> Self {
        let mut words = problem.kind().to_string();
        if let Some(detail) = problem.detail() {
            words.push_str(": ");
            words.push_str(detail);
        }
        if let Some(line) = problem.line() {
            words.push_str(&format!(" (line {line})"));
        }
        Broken { file: file.to_owned(), problem: words }
    }

    pub(crate) fn empty(file: &str) -> Self {
        Broken { file: file.to_owned(), problem: text!("it-says-nothing").into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.problem)
    }
}

impl Folder {
    /// The clinic's folder in `directory`; `None` if the code can't be a folder's name.
    pub fn of(directory: &Path, clinic_code: &str) -> Option<Folder> {
        // A code may hold any character but spaces: it must not lead out of `directory`.
        let mut parts = Path::new(clinic_code).components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(_)), None) => Some(Folder { path: directory.join(clinic_code) }),
            _ => None,
        }
    }

    /// The folder at `path`.
    pub fn at(path: &Path) -> Folder {
        Folder { path: path.to_owned() }
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces all templates of this folder by those of `from`. If interrupted, each file is either old or
    /// new, and calling this again completes the change.
    pub fn take_over(&self, from: &Folder) -> Result<()> {
        let trouble = |problem: io::Error| {
            let place = self.path.display();
            Refusal::new(Code::StoreUnavailable, text!("the-templates-in-cant-be-written", place, problem))
        };
        // Read all first, as `from` may be this folder, and write to `.new` files first, so that a full disk
        // changes nothing.
        let sources: BTreeMap<String, Result<String, Broken>> = from.templates().into_iter().collect();
        let good = |name: &str| sources.get(name).and_then(|source| source.as_ref().ok());
        for name in names() {
            if let Some(source) = good(&name) {
                write(&self.aside(&name), source).map_err(trouble)?;
            }
        }
        for name in names() {
            let path = self.path.join(&name);
            let done = match good(&name) {
                Some(_) => fs::rename(self.aside(&name), &path),
                None => fs::remove_file(&path),
            };
            match done {
                Err(problem) if good(&name).is_some() || !nothing_there(&problem) => {
                    return Err(trouble(problem));
                }
                _ => {}
            }
        }
        let mut folders: Vec<PathBuf> =
            names().filter_map(|name| Some(self.path.join(name).parent()?.to_owned())).collect();
        folders.dedup();
        folders
            .iter()
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| folders::sync(folder))
            .map_err(trouble)
    }

    /// The temporary path of a template, from which no message is rendered.
    fn aside(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.new"))
    }

    /// The folder's templates: name and source.
    pub(crate) fn templates(&self) -> Vec<(String, Result<String, Broken>)> {
        let mut found = Vec::new();
        for name in names() {
            match source(&self.path.join(&name)) {
                Ok(source) => found.push((name, Ok(source))),
                Err(problem) if nothing_there(&problem) => {}
                Err(problem) => {
                    let broken =
                        Broken { file: name.clone(), problem: text!("cant-be-read-because", problem) };
                    found.push((name, Err(broken)));
                }
            }
        }
        found
    }

    /// Files with a template's extension but no template's name: probably typing errors.
    pub(crate) fn strangers(&self) -> Vec<String> {
        let known: Vec<String> = names().collect();
        let mut strangers = Vec::new();
        for entry in entries(&self.path) {
            if !entry.is_dir() {
                strangers.push(self.name_of(&entry));
                continue;
            }
            let inside = entries(&entry).into_iter().map(|file| self.name_of(&file));
            strangers.extend(inside.filter(|name| !known.contains(name)));
        }
        strangers.retain(|name| name.ends_with(".jinja"));
        strangers.sort();
        strangers
    }

    fn name_of(&self, path: &Path) -> String {
        path.strip_prefix(&self.path).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}

/// Reads a template's source, but not further than needed to see that it is too long.
fn source(path: &Path) -> io::Result<String> {
    let mut source = Vec::new();
    fs::File::open(path)?.take(bounds::LONGEST_SOURCE as u64 + 1).read_to_end(&mut source)?;
    match String::from_utf8(source) {
        Ok(source) => Ok(source),
        // The limit may cut a character.
        Err(cut) if cut.as_bytes().len() > bounds::LONGEST_SOURCE => {
            Ok(String::from_utf8_lossy(cut.as_bytes()).into_owned())
        }
        Err(_) => Err(io::Error::new(io::ErrorKind::InvalidData, text!("has-bytes-that-are-not-utf-8"))),
    }
}

fn names() -> impl Iterator<Item = String> {
    let parts = Language::ALL.into_iter().flat_map(|language| Part::ALL.map(|part| (language, part)));
    parts.flat_map(|(language, part)| Kind::worded().map(move |kind| file_name(language, kind, part)))
}

/// Writes a file and syncs it to the disk, so that a rename afterwards survives a power failure.
fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), folders::make)?;
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn nothing_there(problem: &io::Error) -> bool {
    matches!(problem.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).collect()
}
