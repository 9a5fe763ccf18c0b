//! The tools' Rust core: how long a program takes that does nothing.

use std::hint::black_box;
use std::io;

use agent_core_utils::tools::{Limits, Program, Terms, run};
use criterion::Criterion;

fn main() -> io::Result<()> {
    let program = Program { argv: vec!["true".into()], ..Program::default() };
    let terms =
        Terms { input: &b""[..], timeout: None, max_output: 1024, limits: Limits::default() };
    let outcome = run(&program, terms, &|| false).map_err(io::Error::other)?;
    if outcome.ending.returncode != 0 {
        return Err(io::Error::other(format!("{outcome:?}")));
    }
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("tools/true", |bencher| {
        bencher.iter(|| black_box(run(&program, terms, &|| false)));
    });
    criterion.final_summary();
    Ok(())
}
