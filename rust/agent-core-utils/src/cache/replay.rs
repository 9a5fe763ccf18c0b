//! The Python side's workloads, run on the Rust core without Python.
//!
//! `agent bench cache --export` writes each workload to a file; this module reads and runs it. Keys
//! are numbers that represent their text, hashed beforehand and compared by number: as in Python,
//! where a `str` caches its hash and most look-ups find the identical object.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, hint, io};

use super::{Cache, Match, Place, clock};

/// The result of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Look-ups that found a value.
    pub hits: u64,
    /// Look-ups that found none.
    pub misses: u64,
    /// The sum of the values found.
    pub total: i64,
}

/// The operation done with each key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Get,
    Set,
    /// A look-up that stores the key if it is missing.
    LookUp,
}

/// The number of a key's text, and its hash.
#[derive(Clone, Copy, Debug)]
struct Key {
    number: u32,
    hash: u64,
}

/// The source of time.
#[derive(Debug)]
enum Time {
    System,
    /// Counts its own reads.
    Ticks(f64),
}

/// A workload, and a cache in the state that each run starts and ends with.
#[derive(Debug)]
pub struct Replay {
    name: String,
    expected: Answer,
    kind: Kind,
    ttl: Option<f64>,
    time: Time,
    cache: Cache<u32, i64>,
    work: Vec<(Key, i64)>,
}

impl Replay {
    /// Reads an exported workload and runs it once.
    ///
    /// # Errors
    /// The file cannot be read, is not a workload of the cache, or needs several threads.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let mut replay = Self::parse(&text).ok_or_else(|| {
            let message = format!("{} is not a workload for one thread", path.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        })?;
        replay.run();
        Ok(replay)
    }

    /// The workload's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of keys in a run.
    #[must_use]
    pub fn size(&self) -> usize {
        self.work.len()
    }

    /// The expected result.
    #[must_use]
    pub fn expected(&self) -> Answer {
        self.expected
    }

    /// Runs the workload once.
    pub fn run(&mut self) -> Answer {
        if let (Time::Ticks(ticks), Some(ttl)) = (&mut self.time, self.ttl) {
            *ticks += ttl.trunc();
        }
        let mut answer = Answer::default();
        for index in 0..self.work.len() {
            let (key, value) = hint::black_box(self.work[index]);
            match self.kind {
                Kind::Set => self.set(key, value),
                Kind::Get | Kind::LookUp => {
                    if let Some(found) = self.get(key) {
                        answer.hits += 1;
                        answer.total = answer.total.wrapping_add(found);
                    } else {
                        answer.misses += 1;
                        if self.kind == Kind::LookUp {
                            self.set(key, value);
                        }
                    }
                }
            }
        }
        answer
    }

    /// Runs the workload repeatedly; returns the time and the last result: hits, misses, total.
    pub fn time(&mut self, repeats: u64) -> (Duration, Vec<i64>) {
        let mut answer = Answer::default();
        let start = Instant::now();
        for _ in 0..repeats {
            answer = hint::black_box(self.run());
        }
        let took = start.elapsed();
        let Answer { hits, misses, total } = answer;
        (took, vec![hits.cast_signed(), misses.cast_signed(), total])
    }

    #[inline]
    fn get(&mut self, key: Key) -> Option<i64> {
        self.expire();
        let place = self.locate(key);
        self.cache.read(place).copied()
    }

    #[inline]
    fn set(&mut self, key: Key, value: i64) {
        let deadline = match self.ttl {
            None => {
                self.expire();
                None
            }
            Some(ttl) => {
                let now = self.now();
                while self.cache.expire(now).is_some() {}
                Some(now + ttl)
            }
        };
        match self.locate(key) {
            Place::Occupied(slot) => {
                self.cache.replace(slot, value, 1, deadline);
            }
            Place::Vacant => {
                self.cache.make_room();
                self.cache.insert(key.hash, key.number, value, 1, deadline);
            }
        }
    }

    #[inline]
    fn locate(&self, key: Key) -> Place {
        let compare = |&stored: &u32| if stored == key.number { Match::Same } else { Match::Other };
        self.cache.locate(key.hash, compare).unwrap_or(Place::Vacant)
    }

    #[inline]
    fn expire(&mut self) {
        let due = match self.time {
            Time::Ticks(_) => self.cache.has_deadlines(),
            Time::System => {
                self.cache.next_deadline().is_some_and(|next| !clock::is_long_before(next))
            }
        };
        if due {
            let now = self.now();
            while self.cache.expire(now).is_some() {}
        }
    }

    #[inline]
    fn now(&mut self) -> f64 {
        match &mut self.time {
            Time::System => clock::now(),
            Time::Ticks(ticks) => {
                let now = *ticks;
                *ticks += 1.0;
                now
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        (lines.next()? == "agent-trace 1 cache").then_some(())?;
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let name = field("name")?.to_owned();
        let kind = match field("kind")? {
            "get" | "get_many" => Kind::Get,
            "set" | "set_many" => Kind::Set,
            "lookup" => Kind::LookUp,
            _ => return None,
        };
        let capacity = field("capacity")?.parse().ok()?;
        let ttl = match field("ttl")? {
            "-" => None,
            seconds => Some(seconds.parse().ok()?),
        };
        let time = match field("clock")? {
            "real" => Time::System,
            "ticking" => Time::Ticks(0.0),
            _ => return None,
        };
        field("batch")?;
        (field("threads")? == "1").then_some(())?;
        let mut counts = field("expected")?.split(' ');
        let expected = Answer {
            hits: counts.next()?.parse().ok()?,
            misses: counts.next()?.parse().ok()?,
            total: counts.next()?.parse().ok()?,
        };
        let mut numbers = HashMap::new();
        let mut entries = |name: &str| {
            let count = lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()?;
            let entries: Option<Vec<_>> =
                lines.by_ref().take(count).map(|line| entry(line, &mut numbers)).collect();
            entries.filter(|entries| entries.len() == count)
        };
        let fill = entries("fill")?;
        let work = entries("keys")?;
        let cache = Cache::new(capacity, None, false);
        let mut replay = Self { name, expected, kind, ttl, time, cache, work };
        for (key, value) in fill {
            replay.set(key, value);
        }
        Some(replay)
    }
}

fn entry<'text>(line: &'text str, numbers: &mut HashMap<&'text str, u32>) -> Option<(Key, i64)> {
    let (text, value) = line.split_once('\t')?;
    let next = u32::try_from(numbers.len()).ok()?;
    let number = *numbers.entry(text).or_insert(next);
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(text);
    Some((Key { number, hash }, value.parse().ok()?))
}
