//! How similar strings are.
//!
//! # Layout
//! - [`Measure`] here: the measures by name, and what makes one ready for a set of choices.
//! - `levenshtein`, `jaro`, `tokens`: one measure each.
//! - `lanes`: several short strings at once.
//! - `places`: where in a string each character stands, as bits.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

mod jaro;
mod lanes;
mod levenshtein;
mod places;
mod tokens;

pub use jaro::jaro_winkler;
pub use levenshtein::distance;
pub use tokens::token_set;

use super::tables::Tables;
use jaro::JaroWinkler;
use levenshtein::Levenshtein;
use tokens::Tokens;

/// A measure of similarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// By Levenshtein's distance.
    Levenshtein,
    /// Jaro's and Winkler's.
    JaroWinkler,
    /// Of the sets of words.
    TokenSet,
}

/// Choices made ready to be compared with by a measure.
pub struct Choices<'tables> {
    count: usize,
    kind: Kind<'tables>,
}

enum Kind<'tables> {
    Levenshtein(Levenshtein),
    JaroWinkler(JaroWinkler),
    TokenSet(Tokens<'tables>),
}

impl<'tables> Choices<'tables> {
    /// Makes choices ready.
    #[must_use]
    pub fn new(tables: &'tables Tables, measure: Measure, choices: &[Vec<u32>]) -> Self {
        let count = choices.len();
        let kind = match measure {
            Measure::Levenshtein => Kind::Levenshtein(Levenshtein::new(choices)),
            Measure::JaroWinkler => Kind::JaroWinkler(JaroWinkler::new(choices)),
            Measure::TokenSet => Kind::TokenSet(Tokens::new(tables, choices)),
        };
        Self { count, kind }
    }

    /// How many choices there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Writes the similarity of a query to each choice.
    ///
    /// It is compiled anew where it is called, for the processor that the caller is compiled for.
    #[inline(always)]
    pub fn compare(&self, query: &[u32], similarities: &mut [f64]) {
        match &self.kind {
            Kind::Levenshtein(ready) => ready.compare(query, similarities),
            Kind::JaroWinkler(ready) => ready.compare(query, similarities),
            Kind::TokenSet(ready) => ready.compare(query, similarities),
        }
    }
}

/// One number over another, both far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "lengths of strings are exact")]
fn ratio(number: usize, of: usize) -> f64 {
    number as f64 / of as f64
}
