//! Similarity of strings.
//!
//! # Layout
//! - [`Measure`] here: the measures by name, and their preparation for a set of choices.
//! - `levenshtein`, `jaro`, `tokens`: one measure each.
//! - `lanes`: several short strings at once.
//! - `places`: the positions of each character in a string, as bits.

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
use super::watch::Steps;
use jaro::JaroWinkler;
use levenshtein::Levenshtein;
use tokens::Tokens;

/// A measure of similarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Levenshtein similarity.
    Levenshtein,
    /// Jaro-Winkler similarity.
    JaroWinkler,
    /// Token-set similarity.
    TokenSet,
}

/// Choices prepared for comparison by a measure.
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
    /// Prepares choices.
    #[must_use]
    pub fn new(
        tables: &'tables Tables,
        measure: Measure,
        choices: &[Vec<u32>],
        steps: &mut Steps<'_>,
    ) -> Self {
        let count = choices.len();
        let kind = match measure {
            Measure::Levenshtein => Kind::Levenshtein(Levenshtein::new(choices, steps)),
            Measure::JaroWinkler => Kind::JaroWinkler(JaroWinkler::new(choices, steps)),
            Measure::TokenSet => Kind::TokenSet(Tokens::new(tables, choices, steps)),
        };
        Self { count, kind }
    }

    /// The number of choices.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Writes the similarity of a query to each choice.
    ///
    /// It is inlined into each caller, to be compiled for the caller's target processor.
    #[inline(always)]
    pub fn compare(&self, query: &[u32], similarities: &mut [f64], steps: &mut Steps<'_>) {
        match &self.kind {
            Kind::Levenshtein(ready) => ready.compare(query, similarities, steps),
            Kind::JaroWinkler(ready) => ready.compare(query, similarities, steps),
            Kind::TokenSet(ready) => ready.compare(query, similarities, steps),
        }
    }
}

/// The quotient of two numbers, both far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "lengths of strings are exact")]
fn ratio(number: usize, of: usize) -> f64 {
    number as f64 / of as f64
}
