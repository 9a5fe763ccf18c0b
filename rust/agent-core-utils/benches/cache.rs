//! The cache's core alone, on the workloads of the Python side that have one thread.

mod rows;

use std::hint::black_box;
use std::{fs, io};

use agent_core_utils::cache::replay::Replay;
use rows::{Row, measure};

fn main() -> io::Result<()> {
    measure("cache", |path| {
        if !fs::read_to_string(path)?.contains("\nthreads 1\n") {
            return Ok(None);
        }
        let mut replay = Replay::read(path)?;
        Ok(Some(Row {
            name: replay.name().to_owned(),
            size: replay.size(),
            answer: replay.run(),
            expected: replay.expected(),
            run: Box::new(move || {
                black_box(replay.run());
            }),
        }))
    })
}
