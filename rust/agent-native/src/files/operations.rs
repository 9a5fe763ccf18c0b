//! The operations of the contract.

use agent_core_utils::files::{self, Algorithm, Error, Links, Search, Transformation, Watch};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::exits::guarded;
use crate::bridge::imported::{Imported, import_all};
use crate::bridge::pace::detached;

use super::error::{STRERROR, load, translate};
use super::given::{
    ALGORITHMS, FSENCODE, FSPATH, LINKS, PATH_LIKE, Place, checked_bytes, checked_context,
    checked_flag, checked_path, checked_paths, checked_pattern, checked_selection, checked_text,
    checked_word,
};
use super::mapped::{self, Mapped};
use super::results::{self, ARRAY, FILE_ERROR, FOUND, FSDECODE, HASHES, LISTING, bytes_of};
use super::text::Codec;
use super::transformed::{self, checked_codec, checked_steps};

const MAX_WORKERS: u64 = 64;
const MAX_LINES: u64 = 1_000_000;

static IMPORTED: [&Imported; 10] = [
    &STRERROR,
    &PATH_LIKE,
    &FSPATH,
    &FSENCODE,
    &FSDECODE,
    &FILE_ERROR,
    &LISTING,
    &HASHES,
    &FOUND,
    &ARRAY,
];

/// Operations on files.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(super) struct Files {
    workers: usize,
}

#[guarded]
#[pymethods]
impl Files {
    #[new]
    #[pyo3(signature = (*, workers=Items(None)), text_signature = "(*, workers=1)")]
    fn new(py: Python<'_>, workers: Items<'_>) -> PyResult<Self> {
        import_all(py, &IMPORTED)?;
        import_all(py, &transformed::IMPORTED)?;
        import_all(py, &mapped::IMPORTED)?;
        load(py);
        let workers = match workers.0 {
            None => 1,
            Some(workers) => checked_int("workers", &workers, 1, MAX_WORKERS)?.try_into()?,
        };
        Ok(Self { workers })
    }

    /// How many threads one call may use.
    #[getter]
    fn workers(&self) -> usize {
        self.workers
    }

    /// Return what a file holds.
    #[pyo3(signature = (path, /))]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn read_bytes<'py>(&self, path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let place = checked_path("path", path)?;
        let content = done(&place, files::read)?;
        bytes_of(path.py(), &content)
    }

    /// Return the text of a file.
    #[pyo3(
        signature = (
            path, /, *, encoding=Items(None), errors=Items(None), newline=Items(None),
        ),
        text_signature = "($self, path, /, *, encoding='utf-8', errors='strict', newline=None)"
    )]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn read_text<'py>(
        &self,
        path: &Bound<'py, PyAny>,
        encoding: Items<'py>,
        errors: Items<'py>,
        newline: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let place = checked_path("path", path)?;
        let codec = Codec::checked(encoding, errors, newline)?;
        let content = done(&place, files::read)?;
        codec.decode(path.py(), &content)
    }

    /// Write a file whole or not at all.
    #[pyo3(
        signature = (path, data, /, *, sync=Items(None), links=Items(None)),
        text_signature = "($self, path, data, /, *, sync=False, links='follow')"
    )]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn write_bytes(
        &self,
        path: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        sync: Items<'_>,
        links: Items<'_>,
    ) -> PyResult<()> {
        let place = checked_path("path", path)?;
        let data = checked_bytes("data", data)?.as_bytes();
        write(&place, data, sync, links)
    }

    /// Write a text whole or not at all.
    #[pyo3(
        signature = (
            path, text, /, *, encoding=Items(None), errors=Items(None), newline=Items(None),
            sync=Items(None), links=Items(None),
        ),
        text_signature = "($self, path, text, /, *, encoding='utf-8', errors='strict', newline=None, sync=False, links='follow')"
    )]
    #[expect(
        clippy::unused_self,
        clippy::too_many_arguments,
        reason = "an operation of the contract"
    )]
    fn write_text(
        &self,
        path: &Bound<'_, PyAny>,
        text: &Bound<'_, PyAny>,
        encoding: Items<'_>,
        errors: Items<'_>,
        newline: Items<'_>,
        sync: Items<'_>,
        links: Items<'_>,
    ) -> PyResult<()> {
        let place = checked_path("path", path)?;
        let text = checked_text("text", text)?;
        let codec = Codec::checked(encoding, errors, newline)?;
        codec.encode(text, |data| write(&place, data, sync, links))
    }

    /// Write at the end of a file, which is made if it is not there.
    #[pyo3(signature = (path, data, /))]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn append_bytes(&self, path: &Bound<'_, PyAny>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let place = checked_path("path", path)?;
        let data = checked_bytes("data", data)?.as_bytes();
        done(&place, |path, watch| files::append(path, data, watch))
    }

    /// Write a text at the end of a file, which is made if it is not there.
    #[pyo3(
        signature = (
            path, text, /, *, encoding=Items(None), errors=Items(None), newline=Items(None),
        ),
        text_signature = "($self, path, text, /, *, encoding='utf-8', errors='strict', newline=None)"
    )]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn append_text(
        &self,
        path: &Bound<'_, PyAny>,
        text: &Bound<'_, PyAny>,
        encoding: Items<'_>,
        errors: Items<'_>,
        newline: Items<'_>,
    ) -> PyResult<()> {
        let place = checked_path("path", path)?;
        let text = checked_text("text", text)?;
        let codec = Codec::checked(encoding, errors, newline)?;
        codec.encode(text, |data| done(&place, |path, watch| files::append(path, data, watch)))
    }

    /// Return what each of a list or tuple of files holds.
    #[pyo3(signature = (paths, /))]
    fn read_many<'py>(&self, paths: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let (texts, places) = parts(checked_paths(paths)?);
        let results =
            done_with_all(paths.py(), |watch| files::read_many(&places, self.workers, watch))?;
        results::contents(paths.py(), &texts, results)
    }

    /// Return the last lines of a file.
    #[pyo3(signature = (path, count, /))]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn tail<'py>(
        &self,
        path: &Bound<'py, PyAny>,
        count: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let place = checked_path("path", path)?;
        let count = checked_int("count", count, 0, MAX_LINES)?.try_into()?;
        let lines = done(&place, |path, watch| files::tail(path, count, watch))?;
        results::lines(path.py(), &lines)
    }

    /// Map a file into memory.
    #[pyo3(signature = (path, /))]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn map(&self, path: &Bound<'_, PyAny>) -> PyResult<Mapped> {
        Mapped::new(checked_path("path", path)?)
    }

    /// List the files below a folder.
    #[pyo3(
        signature = (root, /, *, globs=Items(None), ignore=Items(None), hidden=Items(None)),
        text_signature = "($self, root, /, *, globs=(), ignore=False, hidden=True)"
    )]
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn walk<'py>(
        &self,
        root: &Bound<'py, PyAny>,
        globs: Items<'py>,
        ignore: Items<'py>,
        hidden: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let place = checked_path("root", root)?;
        let selection = checked_selection(&place, globs, ignore, hidden)?;
        let listing = done(&place, |path, watch| files::walk(path, &selection, watch))?;
        results::listing(root.py(), &listing)
    }

    /// Return the digests of the files below a folder.
    #[pyo3(
        signature = (
            root, algorithm=Items(None), /, *, globs=Items(None), ignore=Items(None),
            hidden=Items(None),
        ),
        text_signature = "($self, root, algorithm='sha256', /, *, globs=(), ignore=False, hidden=True)"
    )]
    fn hash_tree<'py>(
        &self,
        root: &Bound<'py, PyAny>,
        algorithm: Items<'py>,
        globs: Items<'py>,
        ignore: Items<'py>,
        hidden: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let place = checked_path("root", root)?;
        let algorithm = checked_word("algorithm", algorithm, &ALGORITHMS, Algorithm::Sha256)?;
        let selection = checked_selection(&place, globs, ignore, hidden)?;
        let hashes = done(&place, |path, watch| {
            files::hash_tree(path, algorithm, &selection, self.workers, watch)
        })?;
        results::hashes(root.py(), &hashes)
    }

    /// Find the lines of the files below a folder that a pattern matches.
    #[pyo3(
        signature = (
            root, pattern, /, *, regex=Items(None), ignore_case=Items(None), context=Items(None),
            binary=Items(None), globs=Items(None), ignore=Items(None), hidden=Items(None),
        ),
        text_signature = "($self, root, pattern, /, *, regex=False, ignore_case=False, context=0, binary=False, globs=(), ignore=False, hidden=True)"
    )]
    #[expect(clippy::too_many_arguments, reason = "an operation of the contract")]
    fn search<'py>(
        &self,
        root: &Bound<'py, PyAny>,
        pattern: &Bound<'py, PyAny>,
        regex: Items<'py>,
        ignore_case: Items<'py>,
        context: Items<'py>,
        binary: Items<'py>,
        globs: Items<'py>,
        ignore: Items<'py>,
        hidden: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let place = checked_path("root", root)?;
        let pattern = checked_pattern(&place, pattern, regex, ignore_case)?;
        let context = checked_context(context)?;
        let selection = checked_selection(&place, globs, ignore, hidden)?;
        let search = Search { pattern, context, binary: checked_flag("binary", binary, false)? };
        let found = done(&place, |path, watch| {
            files::search(path, &search, &selection, self.workers, watch)
        })?;
        results::found(root.py(), &found)
    }

    /// Change the texts of files; return what became of each.
    #[pyo3(
        signature = (
            paths, steps, /, *, encoding=Items(None), errors=Items(None), to=Items(None),
            dry_run=Items(None), sync=Items(None),
        ),
        text_signature = "($self, paths, steps, /, *, encoding='utf-8', errors='strict', to=None, dry_run=False, sync=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "an operation of the contract")]
    fn transform<'py>(
        &self,
        paths: &Bound<'py, PyAny>,
        steps: &Bound<'py, PyAny>,
        encoding: Items<'py>,
        errors: Items<'py>,
        to: Items<'py>,
        dry_run: Items<'py>,
        sync: Items<'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        let (texts, places) = parts(checked_paths(paths)?);
        let transformation = Transformation {
            steps: checked_steps(steps)?,
            codec: checked_codec(encoding, errors, to)?,
            dry_run: checked_flag("dry_run", dry_run, false)?,
            sync: checked_flag("sync", sync, false)?,
        };
        let results =
            done_with_all(paths.py(), |watch| transformation.apply(&places, self.workers, watch))?;
        transformed::changes(paths.py(), &texts, results)
    }
}

/// Paths as they were given, and as the system has them.
fn parts(places: Vec<Place<'_>>) -> (Vec<Bound<'_, PyString>>, Vec<Vec<u8>>) {
    places.into_iter().map(|place| (place.text, place.bytes)).unzip()
}

/// Does what the core does with many paths, none of which an error is about.
fn done_with_all<R: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Watch<'_>) -> Result<R, Error> + Send,
) -> PyResult<R> {
    let result = detached(py, |stop| work(&Watch::new(stop)))?;
    result.map_err(|error| translate(&error, &PyString::new(py, "")))
}

/// Does what the core does with a path, while other threads run Python.
fn done<R: Send>(
    place: &Place<'_>,
    work: impl FnOnce(&[u8], &Watch<'_>) -> Result<R, Error> + Send,
) -> PyResult<R> {
    let path = place.bytes.as_slice();
    let result = detached(place.text.py(), |stop| work(path, &Watch::new(stop)))?;
    result.map_err(|error| translate(&error, &place.text))
}

fn write(place: &Place<'_>, data: &[u8], sync: Items<'_>, links: Items<'_>) -> PyResult<()> {
    let sync = checked_flag("sync", sync, false)?;
    let links = checked_word("links", links, &LINKS, Links::Follow)?;
    done(place, |path, watch| files::write(path, data, sync, links, watch))
}
