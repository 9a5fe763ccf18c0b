//! The core of text alone, on the workloads of the Python side.
//!
//! Reads every `text/*.trace` below `AGENT_TRACES`, or below `build/traces` at the top of the
//! checkout.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use agent_core_utils::text::replay::Replay;
use criterion::{Criterion, Throughput};

fn main() -> io::Result<()> {
    let folder = env::var_os("AGENT_TRACES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/traces"),
        PathBuf::from,
    );
    let traces = folder.join("text");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("text");
    let mut files: Vec<_> = fs::read_dir(&traces)
        .map_err(|error| io::Error::other(format!("{}: {error}", traces.display())))?
        .collect::<io::Result<_>>()?;
    files.sort_by_key(fs::DirEntry::path);
    let mut measured = 0;
    for file in files {
        let path = file.path();
        if path.extension().is_none_or(|end| end != "trace") {
            continue;
        }
        let replay = Replay::read(&path)?;
        let answer = replay.run();
        if answer != replay.expected() {
            let message = format!("{}: {answer:?}, not {:?}", replay.name(), replay.expected());
            return Err(io::Error::other(message));
        }
        group.throughput(Throughput::Elements(replay.size() as u64));
        group.bench_function(replay.name().to_owned(), |bencher| bencher.iter(|| replay.run()));
        measured += 1;
    }
    group.finish();
    criterion.final_summary();
    if measured == 0 {
        return Err(io::Error::other(format!("no workload in {}", traces.display())));
    }
    Ok(())
}
