//! Regular expressions of the dialect, searched in time linear in the text.

use regex_automata::meta::{self, Regex as Engine};

use super::Error;
use super::encoding::{Places, encoded};
use super::tables::Tables;
use super::{Chars, Found, dialect};

/// A compiled regular expression.
#[derive(Debug)]
pub struct Regex {
    engine: Engine,
}

impl Regex {
    /// Compiles an expression.
    ///
    /// # Errors
    /// [`Error::Pattern`] if it is not in the dialect.
    pub fn new(tables: &Tables, pattern: Chars<'_>) -> Result<Self, Error> {
        let matcher = dialect::read(tables, &pattern.codes())?;
        let settings = meta::Config::new().utf8_empty(false).nfa_size_limit(None);
        let engine = meta::Builder::new().configure(settings).build_from_hir(&matcher);
        Ok(Self { engine: engine.map_err(|error| Error::Pattern(error.to_string()))? })
    }

    /// Finds the matches in a text.
    pub fn find(&self, text: Chars<'_>, found: &mut Found) {
        let bytes = encoded(text);
        let matches = self.engine.find_iter(&*bytes);
        if matches!(text, Chars::Ascii(_)) {
            matches.for_each(|one| found.push(one.start(), one.end()));
        } else {
            let mut places = Places::new(&bytes);
            for one in matches {
                let start = places.before(one.start());
                found.push(start, places.before(one.end()));
            }
        }
        found.end_item();
    }

    /// The first match in a text.
    #[must_use]
    pub fn search(&self, text: Chars<'_>) -> Option<(usize, usize)> {
        let bytes = encoded(text);
        let found = self.engine.find(&*bytes)?;
        let mut places = Places::new(&bytes);
        let start = places.before(found.start());
        Some((start, places.before(found.end())))
    }
}
