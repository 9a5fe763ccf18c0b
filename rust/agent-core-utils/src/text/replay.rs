//! The Python side's workloads, run on the Rust core without Python.
//!
//! `agent bench text --export` writes each workload to a file; this module reads and runs it.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, hint, io};

use super::similarity::{Choices, Measure};
use super::words::{self, Counts};
use super::{Chars, Found, Patterns, Tables, Watch};

/// A workload with its inputs.
pub struct Replay {
    name: String,
    size: usize,
    expected: Vec<i64>,
    items: Vec<Vec<u32>>,
    tables: &'static Tables,
    work: Work,
}

enum Work {
    Words,
    CountWords,
    Find(Patterns),
    Compare(Choices<'static>),
}

impl Replay {
    /// Reads an exported workload.
    ///
    /// # Errors
    /// The file cannot be read, or is not a workload of the text component.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        Self::parse(&text)
            .ok_or_else(|| io::Error::other(format!("{} is no workload of text", path.display())))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        lines.next().filter(|line| *line == "agent-trace 1 text")?;
        let mut told = |title| lines.next()?.strip_prefix(title)?.strip_prefix(' ');
        let name = told("name")?.to_owned();
        let kind = told("kind")?;
        let size = told("size")?.parse().ok()?;
        let expected = told("expected")?.split(' ').map(|part| part.parse().ok());
        let expected = expected.collect::<Option<_>>()?;
        let mut strings = |title: &str| -> Option<Vec<Vec<u32>>> {
            let count = lines.next()?.strip_prefix(title)?.trim_start().parse().ok()?;
            let codes = |line: &str| line.chars().map(u32::from).collect();
            Some(lines.by_ref().take(count).map(codes).collect())
        };
        let items = strings("items")?;
        let others = strings("others")?;
        let tables = Tables::of(Tables::versions().last()?)?;
        let watch = Watch::new(&|| false);
        let mut steps = watch.steps();
        let work = match kind {
            "words" => Work::Words,
            "count_words" => Work::CountWords,
            "find" => {
                let patterns: Vec<_> = others.iter().map(|other| Chars::Full(other)).collect();
                Work::Find(Patterns::new(&patterns, &mut steps)?)
            }
            "levenshtein" => {
                Work::Compare(Choices::new(tables, Measure::Levenshtein, &others, &mut steps))
            }
            "jaro_winkler" => {
                Work::Compare(Choices::new(tables, Measure::JaroWinkler, &others, &mut steps))
            }
            "token_set" => {
                Work::Compare(Choices::new(tables, Measure::TokenSet, &others, &mut steps))
            }
            _ => return None,
        };
        Some(Self { name, size, expected, items, tables, work })
    }

    /// The name of the workload.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of operations in a run.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The expected result.
    #[must_use]
    pub fn expected(&self) -> &[i64] {
        &self.expected
    }

    /// Runs the workload once.
    #[must_use]
    pub fn run(&self) -> Vec<i64> {
        let texts = self.items.iter().map(|item| Chars::Full(item));
        let watch = Watch::new(&|| false);
        let mut steps = watch.steps();
        match &self.work {
            Work::Words => {
                let mut found = Found::default();
                texts.for_each(|text| words::find(self.tables, text, &mut found, &mut steps));
                of_found(&found)
            }
            Work::CountWords => {
                let mut counts = Counts::default();
                texts.for_each(|text| counts.add(self.tables, text, &mut steps));
                let counts: Vec<_> = counts.iter().map(|(_, count)| count.cast_signed()).collect();
                let most = counts.iter().copied().max().unwrap_or_default();
                vec![counts.len().cast_signed() as i64, counts.iter().sum(), most]
            }
            Work::Find(patterns) => {
                let mut found = Found::default();
                patterns.find_all(&texts.collect::<Vec<_>>(), &mut found, &mut steps);
                of_found(&found)
            }
            Work::Compare(choices) => {
                let mut answer = vec![0, 0, 0];
                let mut row = vec![0.0; choices.count()];
                for item in &self.items {
                    choices.compare(item, &mut row, &mut steps);
                    for similarity in &row {
                        let part = parts(*similarity);
                        answer[0] += 1;
                        answer[1] += part;
                        answer[2] += i64::from(part == 1000);
                    }
                }
                answer
            }
        }
    }

    /// Runs the workload repeatedly; returns the time and the last result.
    #[must_use]
    pub fn time(&mut self, repeats: u64) -> (Duration, Vec<i64>) {
        let start = Instant::now();
        let mut answer = vec![];
        for _ in 0..repeats {
            answer = hint::black_box(&*self).run();
        }
        (start.elapsed(), answer)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the whole parts of a thousand")]
fn parts(similarity: f64) -> i64 {
    (similarity * 1000.0) as i64
}

fn of_found(found: &Found) -> Vec<i64> {
    let count = found.starts.len().cast_signed() as i64;
    vec![count, found.starts.iter().sum(), found.stops.iter().sum()]
}
