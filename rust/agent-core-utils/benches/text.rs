//! The core of text alone, on the workloads of the Python side.

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
