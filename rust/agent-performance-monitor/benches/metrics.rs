//! The metrics' Rust core on the Python side's workloads.

#[path = "../../agent-core-utils/benches/rows/mod.rs"]
mod rows;

use std::io;

use agent_performance_monitor::metrics::replay::Replay;
use rows::{Row, measure};

fn main() -> io::Result<()> {
    measure("metrics", |path| {
        let mut replay = Replay::read(path)?;
        Ok(Some(Row {
            name: replay.name().to_owned(),
            size: replay.size(),
            answer: replay.answer(),
            expected: replay.expected().to_vec(),
            run: Box::new(move || replay.run()),
        }))
    })
}
