//! The files below a folder.

use std::rc::Rc;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::error::{Error, Refusal};
use super::globs::{Glob, Rule, read_rules};
use super::opened::read_into;
use super::spread::Watch;

const IGNORE: &[u8] = b".gitignore";
const GIT: &[u8] = b".git";

/// Which files of a tree are wanted.
pub struct Selection {
    /// Patterns of which one has to match; empty for all files.
    pub globs: Vec<Glob>,
    /// Whether `.gitignore` files are obeyed.
    pub ignore: bool,
    /// Whether names that begin with a dot are listed.
    pub hidden: bool,
}

/// The files below a folder, with paths relative to it in the order of their bytes.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files.
    pub paths: Vec<Vec<u8>>,
    /// What could not be read, and the number of the error.
    pub errors: Vec<(Vec<u8>, i32)>,
}

/// An entry of a folder that is a file or a folder.
struct Entry {
    name: Vec<u8>,
    is_folder: bool,
}

/// The rules of a folder, and of those above it.
struct Rules {
    own: Vec<Rule>,
    /// The length of the folder's path.
    length: usize,
    above: Option<Rc<Rules>>,
}

/// A folder that is still to be looked at.
struct Folder {
    /// Relative to the root, with `/` at its end; empty for the root itself.
    path: Vec<u8>,
    rules: Option<Rc<Rules>>,
    /// Whether a glob matches it, and so all in it.
    inside: bool,
}

/// Lists the files below `root` that are wanted.
///
/// # Errors
/// The root is no folder that can be read; or `Memory`, or `Stopped`.
pub fn walk(root: &[u8], selection: &Selection, watch: &Watch<'_>) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    let inside = selection.globs.is_empty();
    let mut pending = vec![Folder { path: Vec::new(), rules: None, inside }];
    while let Some(folder) = pending.pop() {
        if watch.asks() {
            return Err(Error::Stopped);
        }
        let place = if folder.path.is_empty() { root.to_vec() } else { below(root, &folder.path) };
        let mut entries = match entries(&place) {
            Ok(entries) => entries,
            Err(errno) if folder.path.is_empty() => return Err(errno.into()),
            Err(errno) => {
                let path = folder.path.strip_suffix(b"/").unwrap_or(&folder.path);
                listing.errors.push((path.to_vec(), errno.raw_os_error()));
                continue;
            }
        };
        let rules = if selection.ignore {
            rules_of(&folder, root, &entries, &mut listing.errors, watch)?
        } else {
            None
        };
        for entry in entries.drain(..) {
            let path = [folder.path.as_slice(), &entry.name].concat();
            if !is_taken(&entry, &path, selection, rules.as_deref()) {
                continue;
            }
            let matches = |glob: &Glob| glob.matches(&path, &entry.name, entry.is_folder);
            let inside = folder.inside || selection.globs.iter().any(matches);
            if entry.is_folder {
                let path = [path.as_slice(), b"/"].concat();
                pending.push(Folder { path, rules: rules.clone(), inside });
            } else if inside {
                listing.paths.try_reserve(1)?;
                listing.paths.push(path);
            }
        }
    }
    listing.paths.sort_unstable();
    listing.errors.sort_unstable();
    Ok(listing)
}

/// A path below a root.
pub(super) fn below(root: &[u8], path: &[u8]) -> Vec<u8> {
    [root, b"/", path].concat()
}

fn entries(path: &[u8]) -> Result<Vec<Entry>, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let folder = rustix::fs::open(path, flags, Mode::empty())?;
    let mut found = Vec::new();
    for entry in Dir::read_from(&folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let mut kind = entry.file_type();
        if kind == FileType::Unknown {
            let status = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
            kind = FileType::from_raw_mode(status.st_mode);
        }
        let is_folder = kind == FileType::Directory;
        if is_folder || kind == FileType::RegularFile {
            found.push(Entry { name: name.to_bytes().to_vec(), is_folder });
        }
    }
    Ok(found)
}

/// The rules that hold in a folder: those of its ignore file, and of those above. Git takes no
/// ignore file that is a link.
fn rules_of(
    folder: &Folder,
    root: &[u8],
    entries: &[Entry],
    errors: &mut Vec<Refusal>,
    watch: &Watch<'_>,
) -> Result<Option<Rc<Rules>>, Error> {
    let above = folder.rules.clone();
    if !entries.iter().any(|entry| entry.name == IGNORE && !entry.is_folder) {
        return Ok(above);
    }
    let path = [folder.path.as_slice(), IGNORE].concat();
    let mut content = Vec::new();
    match read_into(&below(root, &path), &mut content, watch) {
        Ok(()) => {
            let length = folder.path.len();
            Ok(Some(Rc::new(Rules { own: read_rules(&content)?, length, above })))
        }
        Err(Error::System(number)) => {
            errors.push((path, number));
            Ok(above)
        }
        Err(error @ (Error::Memory | Error::Stopped | Error::Expression { .. })) => Err(error),
    }
}

fn is_taken(entry: &Entry, path: &[u8], selection: &Selection, rules: Option<&Rules>) -> bool {
    if entry.name.starts_with(b".") && !selection.hidden {
        return false;
    }
    !selection.ignore || (entry.name != GIT && !is_ignored(entry, path, rules))
}

/// What the last rule says that matches, from the nearest folder that has one.
fn is_ignored(entry: &Entry, path: &[u8], mut rules: Option<&Rules>) -> bool {
    while let Some(nearest) = rules {
        let relative = &path[nearest.length..];
        let matches = |rule: &&Rule| rule.glob.matches(relative, &entry.name, entry.is_folder);
        if let Some(rule) = nearest.own.iter().rev().find(matches) {
            return rule.ignores;
        }
        rules = nearest.above.as_deref();
    }
    false
}
