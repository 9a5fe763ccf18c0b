//! The cache's Rust core on the Python side's single-threaded workloads.

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
