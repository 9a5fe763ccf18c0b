//! Files: read, written whole or not at all, walked, hashed, searched and transformed.
//!
//! The contract is `agent/components/files/contract.py`. Paths are bytes, as the system has them.
//!
//! # Layout
//! - `opened`: opening, reading, appending, and the last lines of a file.
//! - `mapped`: large files, read in part.
//! - `atomic`: writing a file whole or not at all.
//! - `globs`: the patterns of `.gitignore`, which globs are too.
//! - `walk`: the files below a folder.
//! - `hash`: their digests; `parts`: that of one large file, in several threads.
//! - `dialect`: regular expressions, in the words that all engines share.
//! - `search`: lines in files.
//! - `transform`: changing the texts of files; `codec`: their encodings; `diff`: what changed.
//! - `newlines`: the ends of lines.
//! - `spread`: work on many files in several threads.
//! - `error`: what can go wrong.

mod atomic;
mod codec;
mod dialect;
mod diff;
mod error;
mod globs;
mod hash;
mod mapped;
mod newlines;
mod opened;
mod parts;
mod search;
mod spread;
mod transform;
mod walk;

pub use atomic::{Links, write};
pub use codec::{Codec, Encoding, Repair};
pub use error::Error;
pub use globs::Glob;
pub use hash::{Algorithm, Hashes, hash_tree};
pub use mapped::Mapped;
pub use newlines::universal;
pub use opened::{append, read, read_many, tail};
pub use search::{Found, Pattern, Rows, Search, search};
pub use spread::Watch;
pub use transform::{Change, Step, Transformation};
pub use walk::{Listing, Selection, walk};
