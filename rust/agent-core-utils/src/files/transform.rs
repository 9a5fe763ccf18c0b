//! Transforming the texts of many files.

use memchr::memmem;
use rustix::io::Errno;

use super::atomic::{Links, write};
use super::codec::{Codec, decoded, encoded};
use super::diff::hunks;
use super::error::{Error, refusal};
use super::newlines::universal;
use super::opened::read_into;
use super::spread::{Watch, spread};

/// The bytes by which a replacement may make any text longer; a longer text, by its own length.
const MAX_GROWTH: usize = 1 << 24;

/// What is done with a text.
pub enum Step {
    /// Another text in the place of one.
    Replace(memmem::Finder<'static>, Vec<u8>),
    /// The end of each line becomes this one.
    Newlines(&'static [u8]),
    /// Lines lose the spaces and tabs at their ends.
    Trim,
    /// Lines go that do not hold a text; or, with false, that do.
    Filter(memmem::Finder<'static>, bool),
}

impl Step {
    /// Another text in the place of `old`, which is not empty.
    #[must_use]
    pub fn replace(old: &str, new: &str) -> Self {
        Self::Replace(memmem::Finder::new(old.as_bytes()).into_owned(), new.as_bytes().to_vec())
    }

    /// Lines that hold a text stay, with `keep`, or go.
    #[must_use]
    pub fn filter(containing: &str, keep: bool) -> Self {
        Self::Filter(memmem::Finder::new(containing.as_bytes()).into_owned(), keep)
    }

    /// The text after the step; None if it stays as it is.
    fn done(&self, text: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let mut changed = Vec::new();
        match self {
            Self::Replace(old, new) => {
                let most = text.len() + text.len().max(MAX_GROWTH);
                let mut end = 0;
                for at in old.find_iter(text) {
                    put(&mut changed, &text[end..at])?;
                    put(&mut changed, new)?;
                    if changed.len() + (text.len() - at - old.needle().len()) > most {
                        return Err(Errno::FBIG.into());
                    }
                    end = at + old.needle().len();
                }
                if end == 0 {
                    return Ok(None);
                }
                put(&mut changed, &text[end..])?;
            }
            Self::Newlines(newline) => {
                let plain = universal(text)?;
                if *newline == b"\n" {
                    return Ok(plain);
                }
                for line in plain.as_deref().unwrap_or(text).split_inclusive(|byte| *byte == b'\n')
                {
                    match line.strip_suffix(b"\n") {
                        Some(line) => {
                            put(&mut changed, line)?;
                            put(&mut changed, newline)?;
                        }
                        None => put(&mut changed, line)?,
                    }
                }
            }
            Self::Trim => {
                for line in text.split_inclusive(|byte| *byte == b'\n') {
                    let (line, end) = line
                        .strip_suffix(b"\n")
                        .map_or((line, b"".as_slice()), |line| (line, b"\n".as_slice()));
                    let kept = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
                    put(&mut changed, &line[..kept.map_or(0, |last| last + 1)])?;
                    put(&mut changed, end)?;
                }
            }
            Self::Filter(containing, keep) => {
                for line in text.split_inclusive(|byte| *byte == b'\n') {
                    if containing.find(line).is_some() == *keep {
                        put(&mut changed, line)?;
                    }
                }
            }
        }
        Ok(Some(changed))
    }
}

/// Appends bytes.
fn put(text: &mut Vec<u8>, more: &[u8]) -> Result<(), Error> {
    text.try_reserve(more.len())?;
    text.extend_from_slice(more);
    Ok(())
}

/// What is done with the texts of files.
pub struct Transformation {
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// How files become texts and texts files.
    pub codec: Codec,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether what is written is on the device afterwards.
    pub sync: bool,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays as it is.
    Unchanged,
    /// It would be changed: the hunks of a unified diff.
    Planned(Vec<u8>),
    /// It is changed.
    Written,
}

/// What is to become of a file.
enum Plan {
    Nothing,
    Tell(Vec<u8>),
    Write(Vec<u8>),
}

impl Transformation {
    /// Changes files, or tells what would change; returns, for each, that or the number of an error.
    ///
    /// # Errors
    /// The memory's, or `Stopped`.
    pub fn apply(
        &self,
        paths: &[Vec<u8>],
        workers: usize,
        watch: &Watch<'_>,
    ) -> Result<Vec<Result<Change, i32>>, Error> {
        let plans = spread(paths, workers, watch, |path, buffer| {
            refusal(read_into(path, buffer, watch).and_then(|()| self.plan(buffer)))
        })?;
        let planned: Vec<_> = paths.iter().zip(plans).collect();
        spread(&planned, workers, watch, |(path, plan), _| match plan {
            Err(number) => Ok(Err(*number)),
            Ok(Plan::Nothing) => Ok(Ok(Change::Unchanged)),
            Ok(Plan::Tell(diff)) => Ok(Ok(Change::Planned(diff.clone()))),
            Ok(Plan::Write(content)) => {
                let written = write(path, content, self.sync, Links::Follow, watch);
                Ok(refusal(written)?.map(|()| Change::Written))
            }
        })
    }

    fn plan(&self, content: &[u8]) -> Result<Plan, Error> {
        let illegal = || Error::from(Errno::ILSEQ);
        let before = decoded(content, self.codec)?.ok_or_else(illegal)?;
        let mut after = None;
        for step in &self.steps {
            if let Some(changed) = step.done(after.as_deref().unwrap_or(&before))? {
                after = Some(changed);
            }
        }
        let text = after.as_deref().unwrap_or(&before);
        let new = encoded(text, self.codec)?.ok_or_else(illegal)?;
        if *new == *content {
            return Ok(Plan::Nothing);
        }
        if self.dry_run {
            return Ok(Plan::Tell(hunks(&before, text)));
        }
        Ok(Plan::Write(new.into_owned()))
    }
}
