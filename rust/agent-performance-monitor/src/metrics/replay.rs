//! The Python side's workloads, run on the Rust core without Python.
//!
//! `agent bench metrics --export` writes each workload to a file; this module reads and runs it.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, hint, io};

use super::{Cell, Counter, Gauge, Histogram, Shape};

/// The percentiles asked of the histogram.
const PERCENTS: [f64; 6] = [0.0, 50.0, 90.0, 99.0, 99.9, 100.0];

/// The operation that a run repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Inc,
    Set,
    Observe,
    Percentile,
}

/// A workload and its series.
#[derive(Debug)]
pub struct Replay {
    name: String,
    kind: Kind,
    size: usize,
    expected: Vec<i64>,
    values: Vec<f64>,
    counter: Counter,
    gauge: Gauge,
    timer: Histogram,
}

impl Replay {
    /// Reads an exported workload.
    ///
    /// # Errors
    /// The file cannot be read, or is not a workload of the metrics.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        Self::parse(&text).ok_or_else(|| {
            let message = format!("{} is not a workload of the metrics", path.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        })
    }

    /// The workload's name.
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
    pub fn run(&mut self) {
        match self.kind {
            Kind::Inc => {
                for _ in 0..self.size {
                    hint::black_box(self.counter.add(hint::black_box(1)).is_ok());
                }
            }
            Kind::Set => {
                for &value in &self.values {
                    self.gauge.set(hint::black_box(value));
                }
            }
            Kind::Observe => self.observe(),
            Kind::Percentile => {
                for percent in PERCENTS {
                    hint::black_box(self.timer.percentile(hint::black_box(percent)));
                }
            }
        }
    }

    /// Resets, runs the workload once, and returns the result.
    pub fn answer(&mut self) -> Vec<i64> {
        match self.kind {
            Kind::Inc => self.counter.reset(),
            Kind::Observe => self.timer.reset(),
            Kind::Set | Kind::Percentile => (),
        }
        self.run();
        match self.kind {
            Kind::Inc => vec![self.counter.value().cast_signed()],
            Kind::Set => vec![nanoseconds(self.gauge.value())],
            Kind::Observe => vec![
                self.timer.count().cast_signed(),
                nanoseconds(self.timer.sum()),
                self.timer.filled().map_or(-1, |filled| filled.len().cast_signed() as i64),
            ],
            Kind::Percentile => {
                let found = PERCENTS.map(|percent| self.timer.percentile(percent));
                found.into_iter().flatten().map(nanoseconds).collect()
            }
        }
    }

    /// Runs the workload repeatedly; returns the time and the result.
    pub fn time(&mut self, repeats: u64) -> (Duration, Vec<i64>) {
        let start = Instant::now();
        for _ in 0..repeats {
            self.run();
        }
        let took = start.elapsed();
        (took, self.answer())
    }

    fn observe(&self) {
        let shape = self.timer.shape();
        for &value in &self.values {
            let steps = shape.steps_of(hint::black_box(value)).unwrap_or(0);
            hint::black_box(self.timer.observe(steps, 1).is_ok());
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        (lines.next()? == "agent-trace 1 metrics").then_some(())?;
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let name = field("name")?.to_owned();
        let kind = match field("kind")? {
            "inc" => Kind::Inc,
            "set" => Kind::Set,
            "observe" => Kind::Observe,
            "percentile" => Kind::Percentile,
            _ => return None,
        };
        let size = field("size")?.parse().ok()?;
        let expected: Result<_, _> = field("expected")?.split(' ').map(str::parse).collect();
        let count: usize = field("values")?.parse().ok()?;
        let values: Result<Vec<_>, _> =
            lines.map(|line| line.parse().map(|whole: f64| whole / 1e9)).collect();
        let values = values.ok().filter(|values| values.len() == count)?;
        let shape = Shape { steps: 1_000_000_000, precision: 7 };
        let replay = Self {
            name,
            kind,
            size,
            expected: expected.ok()?,
            values,
            counter: Counter::new(shape),
            gauge: Gauge::new(shape),
            timer: Histogram::new(shape),
        };
        replay.observe();
        Some(replay)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "far below 2**63")]
fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9).round_ties_even() as i64
}
