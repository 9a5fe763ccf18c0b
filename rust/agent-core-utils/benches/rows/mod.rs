//! Shared by the benches of all components: one row for each workload of the Python side.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use criterion::{Criterion, Throughput};

/// A prepared workload.
pub(crate) struct Row<A> {
    /// Its name.
    pub(crate) name: String,
    /// Operations in a run.
    pub(crate) size: usize,
    /// The result of the last run.
    pub(crate) answer: A,
    /// The expected result.
    pub(crate) expected: A,
    /// Runs the workload.
    pub(crate) run: Box<dyn FnMut()>,
}

/// Measures the rows that `read` builds from every `COMPONENT/*.trace` below `AGENT_TRACES`, or
/// below `build/traces` in the checkout. `read` returns None for a trace that has no row here.
///
/// # Errors
/// No trace was found, a trace cannot be read, or an answer is wrong.
pub(crate) fn measure<A: PartialEq + Debug>(
    component: &str,
    read: impl Fn(&Path) -> io::Result<Option<Row<A>>>,
) -> io::Result<()> {
    let folder = env::var_os("AGENT_TRACES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/traces"),
        PathBuf::from,
    );
    let traces = folder.join(component);
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(component);
    let mut files: Vec<_> = fs::read_dir(&traces)
        .map_err(|error| io::Error::other(format!("{}: {error}", traces.display())))?
        .collect::<io::Result<_>>()?;
    files.sort_by_key(fs::DirEntry::path);
    let mut measured = 0;
    for file in files {
        if file.path().extension().is_none_or(|end| end != "trace") {
            continue;
        }
        let Some(Row { name, size, answer, expected, mut run }) = read(&file.path())? else {
            continue;
        };
        if answer != expected {
            return Err(io::Error::other(format!("{name}: {answer:?}, not {expected:?}")));
        }
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(name, |bencher| bencher.iter(&mut run));
        measured += 1;
    }
    group.finish();
    criterion.final_summary();
    if measured == 0 {
        return Err(io::Error::other(format!("no workload in {}", traces.display())));
    }
    Ok(())
}
