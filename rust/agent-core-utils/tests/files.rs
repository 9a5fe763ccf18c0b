//! The core of the file operations, without Python.
#![cfg(all(feature = "files", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use agent_core_utils::files::{
    Algorithm, Error, Glob, Links, Pattern, Search, Selection, Watch, append, hash_tree, read,
    read_many, search, tail, walk, write,
};
use proptest::prelude::*;

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A folder of its own, which goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("agent-files-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> Vec<u8> {
        bytes(&self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

fn all() -> Selection {
    Selection { globs: Vec::new(), ignore: false, hidden: true }
}

const NEVER: &(dyn Fn() -> bool + Sync) = &|| false;
const ALWAYS: &(dyn Fn() -> bool + Sync) = &|| true;

#[test]
fn what_is_written_is_read() {
    let folder = Folder::new();
    let (watch, path) = (Watch::new(NEVER), folder.path("a"));
    write(&path, b"one\n", true, Links::Follow, &watch).unwrap();
    append(&path, b"two", &watch).unwrap();
    assert_eq!(read(&path, &watch).unwrap(), b"one\ntwo");
    assert_eq!(tail(&path, 1, &watch).unwrap(), [b"two"]);
    let none = folder.path("none");
    let results = read_many(&[path, none.clone()], 2, &watch).unwrap();
    assert_eq!(results, [Ok(b"one\ntwo".to_vec()), Err(2)]);
    assert_eq!(read(&none, &watch), Err(Error::System(2)));
}

#[test]
fn work_ends_when_its_caller_says_so() {
    let folder = Folder::new();
    let large = vec![b'x'; (1 << 24) + 1];
    let never = Watch::new(NEVER);
    let path = folder.path("a");
    write(&path, &large, false, Links::Follow, &never).unwrap();
    let watch = Watch::new(ALWAYS);
    let root = bytes(&folder.0);
    assert_eq!(read(&path, &watch), Err(Error::Stopped));
    assert_eq!(write(&path, &large, false, Links::Follow, &watch), Err(Error::Stopped));
    assert_eq!(append(&path, &large, &watch), Err(Error::Stopped));
    assert_eq!(tail(&path, 2, &watch), Err(Error::Stopped));
    assert_eq!(walk(&root, &all(), &watch).map(|_| ()), Err(Error::Stopped));
    assert_eq!(read_many(&[path], 2, &watch), Err(Error::Stopped));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn threads_change_no_result() {
    let folder = Folder::new();
    for number in 0..200 {
        fs::write(folder.0.join(number.to_string()), "word\n".repeat(number)).unwrap();
    }
    let (watch, root) = (Watch::new(NEVER), bytes(&folder.0));
    let one = hash_tree(&root, Algorithm::Sha256, &all(), 1, &watch).unwrap();
    let many = hash_tree(&root, Algorithm::Sha256, &all(), 7, &watch).unwrap();
    assert_eq!((one.paths, one.digests), (many.paths, many.digests));
    let pattern = Pattern::new("w[o]rd$", true, false).unwrap();
    let wanted = Search { pattern, context: 1, binary: false };
    let found = search(&root, &wanted, &all(), 7, &watch).unwrap();
    assert_eq!(found.files.len(), 199);
    for (path, rows) in found.files {
        let count = rows.lines.len();
        assert_eq!(path, count.to_string().into_bytes());
        assert_eq!(rows.starts, vec![0; count]);
    }
}

/// Whether a glob of stars and letters matches a name, by trying all that a star may be.
fn matches(glob: &[u8], name: &[u8]) -> bool {
    match glob {
        [] => name.is_empty(),
        [b'*', rest @ ..] => matches(rest, name) || (!name.is_empty() && matches(glob, &name[1..])),
        [b'?', rest @ ..] => !name.is_empty() && matches(rest, &name[1..]),
        [byte, rest @ ..] => name.first() == Some(byte) && matches(rest, &name[1..]),
    }
}

proptest! {
    #[test]
    fn globs_of_names_match_as_by_trying(glob in "[ab*?.]{1,8}", name in "[ab.]{0,8}") {
        let made = Glob::new(glob.as_bytes()).unwrap();
        let found = made.matches(b"other", name.as_bytes(), false);
        prop_assert_eq!(found, matches(glob.as_bytes(), name.as_bytes()));
    }

    #[test]
    fn no_glob_and_no_expression_fails(text in "\\PC{0,12}", mixed in "[a\\[\\](){}*+?|^$\\\\-]{0,12}") {
        for text in [text, mixed] {
            Glob::new(text.as_bytes()).unwrap();
            match Pattern::new(&text, true, false) {
                Ok(_) | Err(Error::Expression { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}
