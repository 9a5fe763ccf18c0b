//! The glue of the text component: `agent._native.Text`.
//!
//! # Layout
//! - here: the operations of the contract.
//! - `literals`: `agent._native.Patterns`; `expressions`: `agent._native.Regex`.
//! - `batch`: how batches are taken, refused, worked on and answered.
//! - `columns`: columns of numbers.
//! - `error`: the core's errors, in Python.
//! - `given`: how arguments outside the domain are refused.
//! - `strings`: what Python's strings hold.
//! - `wide`: comparing with the widest registers there are.

mod batch;
mod columns;
mod error;
mod expressions;
mod given;
mod literals;
mod strings;
mod wide;

use std::mem;

use agent_core_utils::text::similarity::{self, Choices, Measure};
use agent_core_utils::text::words::{self, Counts};
use agent_core_utils::text::{
    Chars, Folded, Form, Found, Steps, Tables, Watch, fold, in_shares, normalize, pays,
};
use pyo3::import_exception;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::memory::{out_of_memory, room};
use crate::bridge::pace::Pace;
use batch::{Batch, all_chars, checked_strings, checked_word, run, total};
use error::PatternError;
use expressions::Regex;
use given::checked_similarity;
use literals::Patterns;
use strings::{chars, decoded, from_codes, lowered};

import_exception!(agent.errors, EnvironmentLacking);

const MAX_WORKERS: u64 = 64;

/// Where the classes of results stand.
const CONTRACT: &str = "agent.components.text.contract";

const FORMS: [(&str, Form); 4] =
    [("NFC", Form::Nfc), ("NFD", Form::Nfd), ("NFKC", Form::Nfkc), ("NFKD", Form::Nfkd)];

const MEASURES: [(&str, Measure); 3] = [
    ("levenshtein", Measure::Levenshtein),
    ("jaro_winkler", Measure::JaroWinkler),
    ("token_set", Measure::TokenSet),
];

/// Operations on batches of strings.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Text {
    workers: usize,
    tables: &'static Tables,
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_class::<Text>(module)?;
    add_class::<Patterns>(module)?;
    add_class::<Regex>(module)
}

#[guarded]
#[pymethods]
impl Text {
    #[new]
    #[pyo3(signature = (*, workers=Items(None)), text_signature = "(*, workers=1)")]
    fn new(py: Python<'_>, workers: Items<'_>) -> PyResult<Self> {
        import_all(py, &columns::IMPORTED)?;
        py.get_type::<PatternError>();
        let workers = match workers.0 {
            None => 1,
            Some(workers) => checked_int("workers", &workers, 1, MAX_WORKERS)?.try_into()?,
        };
        let version = py.import("unicodedata")?.getattr("unidata_version")?.extract::<String>()?;
        let tables = Tables::of(&version).ok_or_else(|| {
            let known = Tables::versions().join(", ");
            EnvironmentLacking::new_err(format!(
                "this build knows Unicode {known}, not {version}: run rust/agent-core-utils/unicode/generate.py"
            ))
        })?;
        Ok(Self { workers, tables })
    }

    /// How many threads one call may use.
    #[getter]
    fn workers(&self) -> usize {
        self.workers
    }

    /// Return each item in a Unicode normalization form.
    #[pyo3(signature = (items, form, /))]
    fn normalize<'py>(
        &self,
        items: &Bound<'py, PyAny>,
        form: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let batch = Batch::read("items", items)?;
        let form = checked_word("form", form, &FORMS)?;
        let py = items.py();
        let texts = batch.chars()?;
        let normal =
            |text: &Chars<'_>, steps: &mut Steps<'_>| normalize(self.tables, *text, form, steps);
        let changed = self.spread(py, &texts, total(&texts), normal)?;
        let results = batch.strings.iter().zip(changed);
        batch.answer(py, results, |(string, changed)| match changed {
            None => Ok(string.clone()),
            Some(codes) => from_codes(py, &codes),
        })
    }

    /// Return each item folded for caseless matching, as `str.casefold` does.
    #[pyo3(signature = (items, /))]
    fn casefold<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = items.py();
        // While they are read: folding takes no longer than making the strings, for which one
        // thread must do, and going through a large batch again takes as long.
        let watch = Watch::new(&|| false);
        let mut steps = watch.steps();
        let folded = |string: Bound<'py, PyString>| {
            let text = chars(&string)?;
            let folded = if pays(text.len()) {
                run(py, text.len(), |watch| fold(self.tables, text, &mut watch.steps()))?
            } else {
                fold(self.tables, text, &mut steps)
            };
            match folded {
                Folded::Same => Ok(string),
                Folded::Lowered => lowered(&string),
                Folded::Codes(codes) => from_codes(py, &codes),
            }
        };
        let mut batch = Batch::read_each("items", items, folded)?;
        if watch.ended().is_some() {
            return Err(out_of_memory());
        }
        let results = mem::take(&mut batch.strings);
        batch.answer(py, results, Ok)
    }

    /// Find the words of each item.
    #[pyo3(signature = (items, /))]
    fn words<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let found = run(py, characters, |watch| {
            in_shares(&texts, self.workers, characters, watch, |share, steps| {
                let mut found = Found::default();
                for text in share {
                    words::find(self.tables, *text, &mut found, steps);
                }
                found
            })
        })?;
        columns::spans(py, &found, &batch)
    }

    /// Count the words of all items together; the first one seen comes first.
    #[pyo3(signature = (items, /))]
    fn count_words<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let counts = run(py, total(&texts), |watch| {
            let mut counts = Counts::default();
            let mut steps = watch.steps();
            for text in &texts {
                counts.add(self.tables, *text, &mut steps);
            }
            counts
        })?;
        let result = PyDict::new(py);
        let mut pace = Pace::new();
        for (word, count) in counts.iter() {
            pace.step(py)?;
            result.set_item(decoded(py, word)?, count)?;
        }
        Ok(result)
    }

    /// Make literal patterns ready, none of them empty.
    #[pyo3(signature = (patterns, /))]
    fn patterns(&self, patterns: &Bound<'_, PyAny>) -> PyResult<Patterns> {
        Patterns::make(patterns, self.workers)
    }

    /// Make a regular expression ready.
    #[pyo3(signature = (pattern, /))]
    fn regex(&self, pattern: &Bound<'_, PyAny>) -> PyResult<Regex> {
        Regex::make(self.tables, pattern, self.workers)
    }

    /// Return how many characters must be put in, left out or changed, pair by pair.
    #[pyo3(signature = (lefts, rights, /))]
    fn levenshtein<'py>(
        &self,
        lefts: &Bound<'py, PyAny>,
        rights: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.each_pair(lefts, rights, similarity::distance)
    }

    /// Return the similarity of Jaro and Winkler, pair by pair.
    #[pyo3(signature = (lefts, rights, /))]
    fn jaro_winkler<'py>(
        &self,
        lefts: &Bound<'py, PyAny>,
        rights: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.each_pair(lefts, rights, similarity::jaro_winkler)
    }

    /// Return how similar the sets of words are, pair by pair.
    #[pyo3(signature = (lefts, rights, /))]
    fn token_set<'py>(
        &self,
        lefts: &Bound<'py, PyAny>,
        rights: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.each_pair(lefts, rights, |left, right, steps| {
            similarity::token_set(self.tables, left, right, steps)
        })
    }

    /// Return for each query an `array.array` of type ``d``: its similarity to each choice.
    #[pyo3(
        signature = (queries, choices, measure=Items(None), /),
        text_signature = "($self, queries, choices, measure='levenshtein', /)"
    )]
    fn similarity_matrix<'py>(
        &self,
        queries: &Bound<'py, PyAny>,
        choices: &Bound<'py, PyAny>,
        measure: Items<'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = queries.py();
        let batch = Batch::read("queries", queries)?;
        let others = checked_strings("choices", choices)?;
        let measure = checked_measure(measure)?;
        let rows = self.compare(py, &batch, &others, measure, |row, steps| steps.copied(row))?;
        batch.answer(py, rows, |row| columns::floats(py, &row))
    }

    /// Return for each query the first of the most similar choices.
    #[pyo3(
        signature = (queries, choices, measure=Items(None), /, *, cutoff=Items(None)),
        text_signature = "($self, queries, choices, measure='levenshtein', /, *, cutoff=0.0)"
    )]
    fn best_match<'py>(
        &self,
        queries: &Bound<'py, PyAny>,
        choices: &Bound<'py, PyAny>,
        measure: Items<'py>,
        cutoff: Items<'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = queries.py();
        let batch = Batch::read("queries", queries)?;
        let others = checked_strings("choices", choices)?;
        let measure = checked_measure(measure)?;
        let least = cutoff.0.map_or(Ok(0.0), |cutoff| checked_similarity("cutoff", &cutoff))?;
        let best = self.compare(py, &batch, &others, measure, |row, _| {
            let first_of_most = |one: (usize, f64), other: (usize, f64)| {
                if one.1 < other.1 { other } else { one }
            };
            row.iter().copied().enumerate().reduce(first_of_most)
        })?;
        batch.answer(py, best, |best| match best {
            Some((choice, similarity)) if similarity >= least => {
                columns::BEST_MATCH.get(py)?.call1((choice, similarity))
            }
            _ => Ok(py.None().into_bound(py)),
        })
    }

    fn __repr__(&self) -> String {
        format!("Text(workers={})", self.workers)
    }
}

impl Text {
    /// Does `work` on each pair of a left and a right item.
    fn each_pair<'py, R: Send + IntoPyObject<'py>>(
        &self,
        lefts: &Bound<'py, PyAny>,
        rights: &Bound<'py, PyAny>,
        work: impl Fn(&[u32], &[u32], &mut Steps<'_>) -> R + Sync + Send,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = lefts.py();
        let (ours, theirs) = Batch::read_pairs(lefts, rights)?;
        let (left, right) = (ours.chars()?, theirs.chars()?);
        let mut pairs = room(left.len())?;
        pairs.extend(left.into_iter().zip(right));
        let characters = pairs.iter().map(|(left, right)| left.len() + right.len()).sum();
        let compare = |(left, right): &(Chars<'_>, Chars<'_>), steps: &mut Steps<'_>| {
            work(&left.codes(steps), &right.codes(steps), steps)
        };
        let results = self.spread(py, &pairs, characters, compare)?;
        ours.answer(py, results, Ok)
    }

    /// Compares each query with all choices and returns what `look` makes of its similarities.
    fn compare<'py, R: Send>(
        &self,
        py: Python<'py>,
        queries: &Batch<'py>,
        choices: &[Bound<'py, PyString>],
        measure: Measure,
        look: impl Fn(&[f64], &mut Steps<'_>) -> R + Sync + Send,
    ) -> PyResult<Vec<R>> {
        let queries = queries.chars()?;
        let texts = all_chars(choices)?;
        let characters =
            total(&queries).saturating_mul(choices.len()).saturating_add(total(&texts));
        run(py, characters, |watch| {
            let mut steps = watch.steps();
            let codes = steps.each(&texts, |text, steps| text.codes(steps));
            let choices = Choices::new(self.tables, measure, &codes, &mut steps);
            in_shares(&queries, self.workers, characters, watch, |share, steps| {
                let mut row = steps.filled(0.0, choices.count());
                let mut rows = steps.room(share.len()).unwrap_or_default();
                for query in share.iter().take(rows.capacity()) {
                    if watch.ended().is_some() {
                        break;
                    }
                    wide::compare(&choices, &query.codes(steps), &mut row, steps);
                    rows.push(look(&row, steps));
                }
                rows
            })
        })
    }

    /// Does `work` on each item of a batch.
    fn spread<T: Sync, R: Send>(
        &self,
        py: Python<'_>,
        items: &[T],
        characters: usize,
        work: impl Fn(&T, &mut Steps<'_>) -> R + Sync + Send,
    ) -> PyResult<Vec<R>> {
        run(py, characters, |watch| {
            in_shares(items, self.workers, characters, watch, |share, steps| {
                steps.each(share, &work)
            })
        })
    }
}

fn checked_measure(measure: Items<'_>) -> PyResult<Measure> {
    measure.0.map_or(Ok(Measure::Levenshtein), |word| checked_word("measure", &word, &MEASURES))
}
