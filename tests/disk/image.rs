//! Disk states after a power cut.
//!
//! Files and folders keep their content as of their last fsync. Later changes may be kept, lost, or torn at a
//! sector boundary.

use crate::Chance;
use crate::shim::Step;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The size that a disk writes atomically, in bytes.
const SECTOR: usize = 512;

/// The fate of changes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// All are lost.
    Lost,
    /// All are kept, as after a kill.
    There,
    /// Some are kept and some torn, at random with the given seed.
    Torn(u64),
    /// Of each file, only the changes after a random point are kept: a disk may write in any order. Holds the
    /// seed.
    Late(u64),
}

/// Index in `Disk::files`. An inode may be reused after its file is deleted.
type File = usize;

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Cut(u64),
}

#[derive(Debug, Clone)]
enum Naming {
    Put(PathBuf, File),
    Drop(PathBuf),
    Folder(PathBuf),
}

/// The disk at one moment.
#[derive(Debug, Default)]
pub struct Disk {
    inodes: BTreeMap<u64, File>,
    /// Per file: the synced content, and the changes since.
    files: Vec<(Vec<u8>, Vec<Change>)>,
    /// The names as programs see them.
    seen: BTreeMap<PathBuf, File>,
    /// The synced names.
    sure: BTreeMap<PathBuf, File>,
    folders: BTreeSet<PathBuf>,
    namings: Vec<Naming>,
}

impl Disk {
    /// A disk with the files below `root`, all synced.
    pub fn holding(root: &Path) -> Disk {
        let mut disk = Disk::default();
        disk.folders.insert(root.to_owned());
        disk.take_in(root);
        disk
    }

    fn take_in(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = entry.path();
            if path.is_dir() {
                self.folders.insert(path.clone());
                self.take_in(&path);
            } else {
                let about = entry.metadata().expect("a file");
                let inode = std::os::unix::fs::MetadataExt::ino(&about);
                let file = self.file(inode, true);
                self.files[file].0 = std::fs::read(&path).expect("a file's content");
                self.seen.insert(path.clone(), file);
                self.sure.insert(path, file);
            }
        }
    }

    fn file(&mut self, inode: u64, made: bool) -> File {
        if !made && let Some(file) = self.inodes.get(&inode) {
            return *file;
        }
        self.files.push((Vec::new(), Vec::new()));
        self.inodes.insert(inode, self.files.len() - 1);
        self.files.len() - 1
    }

    /// Applies a recorded step.
    pub fn take(&mut self, step: &Step) {
        match step {
            Step::Opened { path, inode, made } => {
                let file = self.file(*inode, *made);
                if *made {
                    self.name(Naming::Put(path.clone(), file));
                }
            }
            Step::Written { inode, place, data } => {
                let file = self.file(*inode, false);
                self.files[file].1.push(Change::Write(*place, data.clone()));
            }
            Step::Cut { inode, length } => {
                let file = self.file(*inode, false);
                self.files[file].1.push(Change::Cut(*length));
            }
            Step::Synced { inode } => {
                let file = self.file(*inode, false);
                let (content, changes) = &mut self.files[file];
                std::mem::take(changes).iter().for_each(|change| apply(content, change));
            }
            Step::FolderSynced { path } => self.sync_folder(path),
            Step::Renamed { from, to } => {
                let file = *self.seen.get(from).expect("what is renamed");
                self.name(Naming::Put(to.clone(), file));
                self.name(Naming::Drop(from.clone()));
            }
            Step::Linked { from, to } => {
                let file = *self.seen.get(from).expect("what is linked");
                self.name(Naming::Put(to.clone(), file));
            }
            Step::Unlinked { path } => self.name(Naming::Drop(path.clone())),
            Step::FolderMade { path } => self.name(Naming::Folder(path.clone())),
            Step::Said | Step::Failed => {}
        }
    }

    fn name(&mut self, naming: Naming) {
        rename(&mut self.seen, &mut BTreeSet::new(), &naming);
        self.namings.push(naming);
    }

    fn sync_folder(&mut self, folder: &Path) {
        let (done, left) = std::mem::take(&mut self.namings).into_iter().partition(|naming| {
            let (Naming::Put(path, _) | Naming::Drop(path) | Naming::Folder(path)) = naming;
            path.parent() == Some(folder)
        });
        self.namings = left;
        let done: Vec<Naming> = done;
        done.iter().for_each(|naming| rename(&mut self.sure, &mut self.folders, naming));
    }

    /// Writes the state of `root` after the cut to `target`.
    pub fn lay_out(&self, fate: Fate, root: &Path, target: &Path) {
        let mut chance = Chance(if let Fate::Torn(seed) | Fate::Late(seed) = fate { seed } else { 0 });
        let (mut names, mut folders) = (self.sure.clone(), self.folders.clone());
        let kept = match fate {
            Fate::Lost => 0,
            Fate::There => self.namings.len(),
            // File systems keep the order of name changes.
            Fate::Torn(_) | Fate::Late(_) => chance.below(self.namings.len() + 1),
        };
        self.namings.iter().take(kept).for_each(|naming| rename(&mut names, &mut folders, naming));
        let moved = |path: &Path| path.strip_prefix(root).ok().map(|path| target.join(path));
        for folder in folders.iter().filter(|folder| is_reached(folder, &folders, root)) {
            std::fs::create_dir_all(moved(folder).expect("a folder below")).expect("a folder can be made");
        }
        for (path, file) in &names {
            // Skip SQLite's shared-memory index: after a restart, SQLite rebuilds the file.
            let index = path.to_string_lossy().ends_with("-shm");
            let reached = path.parent().is_some_and(|folder| is_reached(folder, &folders, root));
            if index || !reached {
                continue;
            }
            let (mut content, changes) = self.files[*file].clone();
            let first = chance.below(changes.len() + 1);
            for (number, change) in changes.iter().enumerate() {
                match fate {
                    Fate::Lost => {}
                    Fate::Late(_) if number < first => {}
                    Fate::There | Fate::Late(_) => apply(&mut content, change),
                    Fate::Torn(_) => tear(&mut content, change, &mut chance),
                }
            }
            let laid = moved(path).expect("a file below");
            std::fs::write(&laid, content).expect("a file can be written");
            // The program creates its files with this mode.
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&laid, mode).expect("a file's mode can be set");
        }
    }
}

/// Whether the folder and all its parents exist.
fn is_reached(folder: &Path, folders: &BTreeSet<PathBuf>, root: &Path) -> bool {
    folder.starts_with(root)
        && folder.ancestors().take_while(|above| above.starts_with(root)).all(|above| folders.contains(above))
}

fn rename(names: &mut BTreeMap<PathBuf, File>, folders: &mut BTreeSet<PathBuf>, naming: &Naming) {
    match naming {
        Naming::Put(path, file) => drop(names.insert(path.clone(), *file)),
        Naming::Drop(path) => drop(names.remove(path)),
        Naming::Folder(path) => drop(folders.insert(path.clone())),
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(place, data) => put(content, *place, data),
        Change::Cut(length) => content.resize(usize::try_from(*length).expect("a length"), 0),
    }
}

fn put(content: &mut Vec<u8>, place: u64, data: &[u8]) {
    let from = usize::try_from(place).expect("a place");
    content.resize(content.len().max(from + data.len()), 0);
    content[from..from + data.len()].copy_from_slice(data);
}

/// Applies the change in full, not at all, or only before or after a random sector boundary.
fn tear(content: &mut Vec<u8>, change: &Change, chance: &mut Chance) {
    let Change::Write(place, data) = change else {
        if chance.below(2) == 0 {
            apply(content, change);
        }
        return;
    };
    let from = usize::try_from(*place).expect("a place");
    // The end of a sector, as an index into `data`.
    let end = (from + chance.below(data.len() + 1)).div_ceil(SECTOR) * SECTOR;
    let end = (end - from).min(data.len());
    match chance.below(4) {
        0 => {}
        1 => apply(content, change),
        2 => put(content, *place, &data[..end]),
        _ => put(content, (from + end) as u64, &data[end..]),
    }
}
