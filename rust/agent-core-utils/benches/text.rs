//! The text component's Rust core on the Python side's workloads.

mod rows;

use std::hint::black_box;
use std::io;

use agent_core_utils::text::replay::Replay;
use rows::{Row, measure};

fn main() -> io::Result<()> {
    measure("text", |path| {
        let replay = Replay::read(path)?;
        Ok(Some(Row {
            name: replay.name().to_owned(),
            size: replay.size(),
            answer: replay.run(),
            expected: replay.expected().to_vec(),
            run: Box::new(move || {
                black_box(replay.run());
            }),
        }))
    })
}
