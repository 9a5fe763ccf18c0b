//! Lines in files.

use memchr::memmem;
use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

use super::dialect::{literal, translated};
use super::error::{Error, refusal};
use super::opened::read_into;
use super::spread::{Watch, spread};
use super::walk::{Selection, below, walk};

/// The number of bytes in which a null byte makes a file binary.
const BINARY_WITHIN: usize = 8192;

/// What is searched for.
pub enum Pattern {
    /// These bytes.
    Literal(Box<memmem::Finder<'static>>),
    /// What an expression matches.
    Expression(Box<Regex>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The dialect has no such expression, or there is no memory for it.
    pub fn new(text: &str, regex: bool, ignore_case: bool) -> Result<Self, Error> {
        if !regex && !ignore_case {
            let finder = memmem::Finder::new(text.as_bytes()).into_owned();
            return Ok(Self::Literal(Box::new(finder)));
        }
        let written =
            if regex { translated(text, ignore_case)? } else { literal(text, ignore_case) };
        let config = Config::new().nfa_size_limit(None).utf8_empty(false);
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let built = Regex::builder().configure(config).syntax(syntax).build(&written);
        Ok(Self::Expression(Box::new(built.map_err(|_| Error::Memory)?)))
    }

    /// The span of the first match from a place on.
    fn find(&self, data: &[u8], start: usize) -> Option<(usize, usize)> {
        match self {
            Self::Literal(finder) => {
                let at = start + finder.find(&data[start..])?;
                Some((at, at + finder.needle().len()))
            }
            Self::Expression(regex) => regex
                .find(Input::new(data).range(start..))
                .map(|found| (found.start(), found.end())),
        }
    }
}

/// What is searched for, and what is told of it.
pub struct Search {
    /// What is searched for.
    pub pattern: Pattern,
    /// The lines that are told before and after each one with a match.
    pub context: usize,
    /// Whether binary files are searched.
    pub binary: bool,
}

/// Lines of one file, as columns.
#[derive(Debug, Default)]
pub struct Rows {
    /// Their numbers, from 1.
    pub lines: Vec<i64>,
    /// Where the first match in each starts; -1 for a line of context.
    pub starts: Vec<i64>,
    /// Where that match ends; -1 for a line of context.
    pub stops: Vec<i64>,
    /// The lines, without their ends.
    pub texts: Vec<Vec<u8>>,
}

impl Rows {
    fn push(&mut self, row: &Row, data: &[u8]) -> Result<(), Error> {
        for column in [&mut self.lines, &mut self.starts, &mut self.stops] {
            column.try_reserve(1)?;
        }
        self.texts.try_reserve(1)?;
        self.lines.push(signed(row.line));
        self.starts.push(row.span.map_or(-1, |(start, _)| signed(start)));
        self.stops.push(row.span.map_or(-1, |(_, stop)| signed(stop)));
        let mut text = Vec::new();
        text.try_reserve_exact(row.end - row.begin)?;
        text.extend_from_slice(&data[row.begin..row.end]);
        self.texts.push(text);
        Ok(())
    }
}

/// Lines that were found in files.
#[derive(Debug, Default)]
pub struct Found {
    /// The files with a match, in the order of their bytes, and their lines.
    pub files: Vec<(Vec<u8>, Rows)>,
    /// What could not be read, and the number of the error.
    pub errors: Vec<(Vec<u8>, i32)>,
}

/// A line of a file.
struct Row {
    line: usize,
    /// Where it begins and ends in its file.
    begin: usize,
    end: usize,
    /// The match in it.
    span: Option<(usize, usize)>,
}

/// Finds lines in the files below `root` that are wanted.
///
/// # Errors
/// The root is no folder that can be read; or `Memory`, or `Stopped`.
pub fn search(
    root: &[u8],
    search: &Search,
    selection: &Selection,
    workers: usize,
    watch: &Watch<'_>,
) -> Result<Found, Error> {
    let listing = walk(root, selection, watch)?;
    let results = spread(&listing.paths, workers, watch, |path, buffer| {
        match refusal(read_into(&below(root, path), buffer, watch))? {
            Ok(()) => Ok(Ok(rows_of(buffer, search)?)),
            Err(number) => Ok(Err(number)),
        }
    })?;
    let mut found = Found { errors: listing.errors, ..Found::default() };
    for (path, result) in listing.paths.into_iter().zip(results) {
        match result {
            Ok(Some(rows)) => found.files.push((path, rows)),
            Ok(None) => {}
            Err(number) => found.errors.push((path, number)),
        }
    }
    found.errors.sort_unstable();
    Ok(found)
}

/// The lines of a file; None if it has no match, or is binary.
fn rows_of(data: &[u8], search: &Search) -> Result<Option<Rows>, Error> {
    if !search.binary && memchr::memchr(0, &data[..data.len().min(BINARY_WITHIN)]).is_some() {
        return Ok(None);
    }
    let mut rows = Rows::default();
    let (mut line, mut counted, mut at) = (1, 0, 0);
    // The first line that has not been told, where lines around matches are.
    let mut told = Around { data, line: 1, begin: 0 };
    let mut last = 0;
    while at < data.len() {
        let Some((start, stop)) = search.pattern.find(data, at) else { break };
        if start == data.len() && data.ends_with(b"\n") {
            break; // there is no line after the last line feed
        }
        let begin =
            memchr::memrchr(b'\n', &data[counted..start]).map_or(counted, |at| counted + at + 1);
        let end = memchr::memchr(b'\n', &data[start..]).map_or(data.len(), |at| start + at);
        line += memchr::memchr_iter(b'\n', &data[counted..begin]).count();
        counted = begin;
        if search.context > 0 {
            if last > 0 {
                told.until(&mut rows, line.min(last + search.context + 1))?;
            }
            told.skip(line.saturating_sub(search.context));
            told.until(&mut rows, line)?;
            told.skip(line + 1);
        }
        let span = Some((start - begin, stop - begin));
        rows.push(&Row { line, begin, end, span }, data)?;
        last = line;
        at = end + 1;
    }
    if last > 0 && search.context > 0 {
        told.until(&mut rows, last + search.context + 1)?;
    }
    Ok((last > 0).then_some(rows))
}

/// Goes through the lines of a file, from one to the next.
struct Around<'data> {
    data: &'data [u8],
    line: usize,
    begin: usize,
}

impl Around<'_> {
    /// The end of the line that is next; None if there is no more.
    fn end(&self) -> Option<usize> {
        let rest = self.data.get(self.begin..).filter(|rest| !rest.is_empty())?;
        Some(memchr::memchr(b'\n', rest).map_or(self.data.len(), |at| self.begin + at))
    }

    /// Tells the lines before `line`.
    fn until(&mut self, rows: &mut Rows, line: usize) -> Result<(), Error> {
        while self.line < line
            && let Some(end) = self.end()
        {
            rows.push(&Row { line: self.line, begin: self.begin, end, span: None }, self.data)?;
            (self.line, self.begin) = (self.line + 1, end + 1);
        }
        Ok(())
    }

    /// Goes to `line`, if it is not there already.
    fn skip(&mut self, line: usize) {
        while self.line < line
            && let Some(end) = self.end()
        {
            (self.line, self.begin) = (self.line + 1, end + 1);
        }
    }
}

/// A number of bytes or lines, of which there are never more than memory has.
fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
