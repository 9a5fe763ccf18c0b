//! Tells the extension from which sources, and in which profile, it is built.
//!
//! The digest is that of `source_digest` in `agent/porting/sources/build.py`, which says how it is formed.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    pyo3_build_config::use_pyo3_cfgs();
    // Asked for while it runs: cargo may keep this program although the sources have moved.
    let manifest = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let root = Path::new(&manifest).join("../..");
    let mut sources = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    collect(&root, Path::new("rust"), &mut sources)?;
    let mut named: Vec<_> =
        sources.into_iter().map(|path| (path.to_string_lossy().replace('\\', "/"), path)).collect();
    named.sort();
    let mut digest = Sha256::new();
    for (name, path) in named {
        let bytes = fs::read(root.join(&path))?;
        digest.update(name.as_bytes());
        digest.update(b"\0");
        digest.update(bytes.len().to_string().as_bytes());
        digest.update(b"\0");
        digest.update(&bytes);
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rerun-if-changed={}", root.join("rust").display());
    let mut profile = env::var("PROFILE").map_err(io::Error::other)?;
    // A profile that inherits from release goes by its name, however little it optimises.
    if profile == "release" && env::var("OPT_LEVEL").map_err(io::Error::other)? != "3" {
        "reduced".clone_into(&mut profile);
    }
    digest.update(profile.as_bytes());
    println!("cargo::rustc-env=AGENT_PROFILE={profile}");
    print!("cargo::rustc-env=AGENT_DIGEST=");
    digest.finalize().iter().for_each(|byte| print!("{byte:02x}"));
    println!();
    Ok(())
}

/// Adds every Rust source, table and manifest below `folder`, a path relative to `root`.
fn collect(root: &Path, folder: &Path, sources: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, sources)?;
        } else if path.extension().is_some_and(|end| end == "rs" || end == "txt")
            || path.ends_with("Cargo.toml")
        {
            sources.push(path);
        }
    }
    Ok(())
}
