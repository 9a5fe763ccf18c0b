//! Operations on strings of code points, lone surrogates included, and on batches of them.
//!
//! # Layout
//! - [`Chars`] here: the code points of one string, as wide as they need to be.
//! - [`Tables`]: character properties in the Unicode version of a Python.
//! - [`Form`]: normalization; [`fold`]: case folding; [`words`]: words and their counts.
//! - [`Patterns`]: literal patterns; [`Regex`]: regular expressions; [`Found`]: their matches.
//! - `dialect`, `sets`: parsing of regular expressions.
//! - `encoding`: code points as bytes.
//! - [`Error`]: everything that can go wrong.
//! - [`similarity`]: measures, pair by pair and as a matrix.
//! - [`in_shares`]: work on a batch in several threads.
//! - [`Watch`]: how work is ended early.
//! - `replay` (feature `bench`): the Python side's workloads.

mod dialect;
mod encoding;
mod error;
mod expressions;
mod fold;
mod found;
mod hangul;
mod literals;
mod normal;
#[cfg(feature = "bench")]
pub mod replay;
mod sets;
mod shares;
pub mod similarity;
mod tables;
mod watch;
pub mod words;

pub use encoding::{decode, encode};
pub use error::Error;
pub use expressions::Regex;
pub use fold::{Folded, fold, lower};
pub use found::Found;
pub use literals::Patterns;
pub use normal::{Form, normalize};
pub use shares::{Joined, in_shares, pays};
pub use tables::Tables;
pub use watch::{Ended, Steps, Watch};

fn unit_code(unit: impl Unit) -> u32 {
    unit.into()
}

/// The code points of a string.
#[derive(Clone, Copy, Debug)]
pub enum Chars<'text> {
    /// All below 128.
    Ascii(&'text [u8]),
    /// All below 256.
    Narrow(&'text [u8]),
    /// All below 65,536.
    Wide(&'text [u16]),
    /// Any.
    Full(&'text [u32]),
}

/// The storage type of code points.
pub trait Unit: Copy + Into<u32> {}
impl Unit for u8 {}
impl Unit for u16 {}
impl Unit for u32 {}

/// Evaluates the same expression for each storage type.
#[macro_export]
macro_rules! with_units {
    ($chars:expr, $units:ident => $result:expr) => {
        match $chars {
            $crate::text::Chars::Ascii($units) | $crate::text::Chars::Narrow($units) => $result,
            $crate::text::Chars::Wide($units) => $result,
            $crate::text::Chars::Full($units) => $result,
        }
    };
}

impl Chars<'_> {
    /// The number of code points.
    #[must_use]
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether the string is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code points, one by one. Empty if the work ends early.
    #[must_use]
    pub fn codes(self, steps: &mut Steps<'_>) -> Vec<u32> {
        let Some(mut codes) = steps.room::<u32>(self.len()) else {
            return Vec::new();
        };
        with_units!(self, units => codes.extend(units.iter().map(|&unit| unit_code(unit))));
        codes
    }
}
