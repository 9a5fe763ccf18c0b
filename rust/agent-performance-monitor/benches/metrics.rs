//! The metrics' core alone, on the workloads of the Python side.
//!
//! Reads every `metrics/*.trace` below `AGENT_TRACES`, or below `build/traces` at the top of the
//! checkout.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use agent_performance_monitor::metrics::replay::Replay;
use criterion::{Criterion, Throughput};

fn main() -> io::Result<()> {
    let folder = env::var_os("AGENT_TRACES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/traces"),
        PathBuf::from,
    );
    let traces = folder.join("metrics");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("metrics");
    let mut files: Vec<_> = fs::read_dir(&traces)
        .map_err(|error| io::Error::other(format!("{}: {error}", traces.display())))?
        .collect::<io::Result<_>>()?;
    files.sort_by_key(fs::DirEntry::path);
    for file in &files {
        let mut replay = Replay::read(&file.path())?;
        let answer = replay.answer();
        if answer != replay.expected() {
            let message = format!("{}: {answer:?}, not {:?}", replay.name(), replay.expected());
            return Err(io::Error::other(message));
        }
        group.throughput(Throughput::Elements(replay.size() as u64));
        group.bench_function(replay.name().to_owned(), |bencher| bencher.iter(|| replay.run()));
    }
    group.finish();
    criterion.final_summary();
    if files.is_empty() {
        return Err(io::Error::other(format!("no workload in {}", traces.display())));
    }
    Ok(())
}
