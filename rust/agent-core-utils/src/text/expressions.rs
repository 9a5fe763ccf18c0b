//! Regular expressions of the dialect, searched in time linear in the text.

use regex_automata::meta::{self, Regex as Engine};

use super::Error;
use super::encoding::{Places, encoded};
use super::tables::Tables;
use super::watch::Steps;
use super::{Chars, Found, dialect};

/// The most memory for a state, in bytes.
const STATE: usize = 2048;

/// The fewest and the most steps that are counted for a search.
const SHORTEST: usize = 16;
const LONGEST: usize = 1 << 14;

/// A compiled regular expression.
#[derive(Debug)]
pub struct Regex {
    engine: Engine,
}

impl Regex {
    /// Compiles an expression.
    ///
    /// # Errors
    /// [`Error::Pattern`] if it is not in the dialect, [`Error::Memory`] if it is too large for the
    /// memory there is.
    pub fn new(tables: &Tables, pattern: Chars<'_>, steps: &mut Steps<'_>) -> Result<Self, Error> {
        let (matcher, states) = dialect::read(tables, pattern, steps)?;
        // The engine cannot be told that memory is exhausted: whether there is enough is tried.
        drop(steps.room::<u8>(states * STATE).ok_or(Error::Memory)?);
        let settings = meta::Config::new().utf8_empty(false).nfa_size_limit(None);
        let engine = meta::Builder::new().configure(settings).build_from_hir(&matcher);
        Ok(Self { engine: engine.map_err(|error| Error::Pattern(error.to_string()))? })
    }

    /// Finds the matches in a text.
    pub fn find(&self, text: Chars<'_>, found: &mut Found, steps: &mut Steps<'_>) {
        if steps.passed(1) {
            return;
        }
        let bytes = encoded(text, steps);
        let mut places = Places::new(&bytes);
        let is_ascii = matches!(text, Chars::Ascii(_));
        let mut before = 0;
        for one in self.engine.find_iter(&*bytes) {
            // It may have looked at all of the rest.
            if steps.passed((bytes.len() - before).clamp(SHORTEST, LONGEST)) {
                return;
            }
            before = one.end();
            if is_ascii {
                found.push(one.start(), one.end());
            } else {
                let start = places.before(one.start());
                found.push(start, places.before(one.end()));
            }
        }
        found.end_item(bytes.len() - before, steps);
    }

    /// The first match in a text.
    #[must_use]
    pub fn search(&self, text: Chars<'_>, steps: &mut Steps<'_>) -> Option<(usize, usize)> {
        let bytes = encoded(text, steps);
        let found = self.engine.find(&*bytes)?;
        let mut places = Places::new(&bytes);
        let start = places.before(found.start());
        Some((start, places.before(found.end())))
    }
}
