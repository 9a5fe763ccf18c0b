//! The core of the file operations on a tree of small files, without Python.

use std::io;

#[cfg(target_os = "linux")]
mod linux {
    use std::hint::black_box;
    use std::path::PathBuf;
    use std::{env, fs, io, process};

    use agent_core_utils::files::{
        Algorithm, Pattern, Search, Selection, Watch, hash_tree, read_many, search,
    };
    use criterion::{Criterion, Throughput};

    const FILES: usize = 1000;

    /// A folder that goes when it is dropped.
    struct Tree(PathBuf);

    impl Drop for Tree {
        fn drop(&mut self) {
            // It is below the folder for temporary files, where it may stay.
            let _removed = fs::remove_dir_all(&self.0);
        }
    }

    pub(super) fn measure() -> io::Result<()> {
        let tree = Tree(env::temp_dir().join(format!("agent-bench-{}", process::id())));
        fs::create_dir(&tree.0)?;
        let names: Vec<_> = (0..FILES).map(|number| tree.0.join(number.to_string())).collect();
        for name in &names {
            fs::write(name, "a line of words\n".repeat(128))?;
        }
        let root = tree.0.as_os_str().as_encoded_bytes();
        let paths: Vec<_> =
            names.iter().map(|name| name.as_os_str().as_encoded_bytes().to_vec()).collect();
        let stop = || false;
        let watch = Watch::new(&stop);
        let all = Selection { globs: Vec::new(), ignore: false, hidden: true };
        let pattern = Pattern::new("needle", false, false).map_err(io::Error::other)?;
        let wanted = Search { pattern, context: 0, binary: false };
        let mut criterion = Criterion::default().configure_from_args();
        let mut group = criterion.benchmark_group("files");
        group.throughput(Throughput::Elements(FILES as u64));
        group.bench_function("read_many", |bencher| {
            bencher.iter(|| black_box(read_many(&paths, 1, &watch)));
        });
        for (name, algorithm) in [("sha256", Algorithm::Sha256), ("blake3", Algorithm::Blake3)] {
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(hash_tree(root, algorithm, &all, 1, &watch)));
            });
        }
        group.bench_function("search", |bencher| {
            bencher.iter(|| black_box(search(root, &wanted, &all, 1, &watch)));
        });
        group.finish();
        criterion.final_summary();
        Ok(())
    }
}

fn main() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    linux::measure()?;
    Ok(())
}
