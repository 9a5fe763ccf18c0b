//! The exchange with programs: input is written and output is read until all have ended.

use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};

use super::child::{Child, Ending, Limits};
use super::error::Error;
use super::program::{Program, Streams};
use super::streams::{MUCH, Moved, Pipe, fill, put, unblocked, wait, widen};

/// How long output is read after the end of the programs.
pub(super) const DRAIN: Duration = Duration::from_millis(250);

/// How often the caller is asked whether to stop.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// Output from which on a pipe is to hold much.
const SOME: usize = 64 << 10;

/// Bytes that are read in a row before it is looked at the time.
const ROW: usize = 16 * MUCH;

/// How a program of a run ended; its output was taken before, or is taken from here.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Whether it was killed because its time was over.
    pub timed_out: bool,
    /// Whether output was dropped.
    pub truncated: bool,
    /// Whether a process that left the group held the output open.
    pub held: bool,
    /// How it ended.
    pub ending: Ending,
    /// What there is of its output and of its messages since they were taken last.
    pub kept: [Vec<u8>; 2],
}

/// What is asked of a run beside the programs.
#[derive(Clone, Copy, Debug)]
pub struct Terms<D> {
    /// What the first program reads.
    pub input: D,
    /// How long all may take.
    pub timeout: Option<Duration>,
    /// Bytes that are kept of each stream.
    pub max_output: u64,
    /// What each of the processes may take.
    pub limits: Limits,
}

/// A stream that a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Its output.
    Out,
    /// Its messages.
    Err,
}

/// Programs that are being run to their end, the output of each being the input of the next.
#[derive(Debug)]
pub struct Run<D> {
    stages: Vec<Stage>,
    input: Option<Pipe>,
    data: D,
    written: usize,
    /// Until when the programs may run, or then their output is read.
    deadline: Option<Instant>,
    drains: bool,
    is_over: bool,
    /// Bytes of the last program's output after which it has to be taken.
    piece: usize,
}

/// One of the programs.
#[derive(Debug)]
struct Stage {
    child: Child,
    outputs: [Output; 2],
    runs: bool,
    timed_out: bool,
    held: bool,
}

/// What to do after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// To wait until something is ready.
    Wait,
    /// To go on.
    Again,
    /// To take what there is of the last program's stream.
    Take(Stream),
    /// Nothing: it is over.
    Over,
}

impl<D: AsRef<[u8]>> Run<D> {
    /// Starts programs, of which there is one at least.
    ///
    /// # Errors
    /// One cannot be started; those before are ended.
    pub fn start(programs: &[Program], terms: Terms<D>) -> Result<Self, Error> {
        let has_input = !terms.input.as_ref().is_empty();
        let mut stages = Vec::with_capacity(programs.len());
        let (mut input, mut source): (_, Option<OwnedFd>) = (None, None);
        for (index, program) in programs.iter().enumerate() {
            let streams = || {
                let stdin = match &source {
                    Some(pipe) => pipe.try_clone().map_err(Error::System)?.into(),
                    None if has_input => Stdio::piped(),
                    None => Stdio::null(),
                };
                Ok(Streams { stdin, stdout: Stdio::piped(), stderr: Stdio::piped() })
            };
            let mut child = Child::start(program, terms.limits, streams)?;
            if let Some(pipe) = child.stdin() {
                input = Some(unblocked(pipe.into())?);
            }
            let mut stdout = child.stdout().map(OwnedFd::from);
            source = if index + 1 < programs.len() { stdout.take() } else { None };
            let stderr = child.stderr().map(OwnedFd::from);
            let outputs =
                [Output::new(stdout, terms.max_output)?, Output::new(stderr, terms.max_output)?];
            stages.push(Stage { child, outputs, runs: true, timed_out: false, held: false });
        }
        let began = stages.first().map_or_else(Instant::now, |stage| stage.child.began());
        Ok(Self {
            is_over: stages.is_empty(),
            stages,
            input,
            data: terms.input,
            written: 0,
            deadline: terms.timeout.and_then(|timeout| began.checked_add(timeout)),
            drains: false,
            piece: usize::MAX,
        })
    }

    /// Goes on until there is much output of the last program, of which stream is returned; or None
    /// at the end.
    ///
    /// # Errors
    /// `stop`, which is asked some twenty times a second, is true; or the system refuses something.
    pub fn go(&mut self, stop: &dyn Fn() -> bool) -> Result<Option<Stream>, Error> {
        self.piece = MUCH;
        loop {
            match self.step()? {
                Next::Over => return Ok(None),
                Next::Take(stream) => return Ok(Some(stream)),
                Next::Again => {}
                Next::Wait => {
                    let most = self.left().map_or(TICK, |left| left.min(TICK));
                    let mut waited: Vec<_> = self
                        .stages
                        .iter()
                        .filter(|stage| stage.runs)
                        .map(|stage| PollFd::new(stage.child.exit(), PollFlags::IN))
                        .collect();
                    let outputs = self.stages.iter().flat_map(|stage| &stage.outputs);
                    let pipes = outputs.filter_map(|output| output.pipe.as_ref());
                    waited.extend(pipes.map(|pipe| PollFd::new(&**pipe, PollFlags::IN)));
                    waited
                        .extend(self.input.iter().map(|pipe| PollFd::new(&**pipe, PollFlags::OUT)));
                    wait(&mut waited, most)?;
                }
            }
            if stop() {
                return Err(Error::Stopped);
            }
        }
    }

    /// What there is of a stream of the last program since it was taken last.
    #[must_use]
    pub fn output(&self, stream: Stream) -> &[u8] {
        self.stages.last().map(|stage| &*stage.outputs[stream as usize].kept).unwrap_or_default()
    }

    /// Notes that what there is of a stream of the last program was taken.
    pub fn taken(&mut self, stream: Stream) {
        if let Some(stage) = self.stages.last_mut() {
            stage.outputs[stream as usize].kept.clear();
        }
    }

    /// Reaps the programs; returns how each ended.
    ///
    /// # Errors
    /// Somebody else has reaped one.
    pub fn finish(self) -> Result<Vec<Outcome>, Error> {
        for stage in &self.stages {
            stage.child.kill();
        }
        let outcome = |stage: Stage| {
            let Stage { child, outputs, timed_out, held, .. } = stage;
            let truncated = outputs.iter().any(|output| output.truncated);
            let kept = outputs.map(|output| output.kept);
            Ok(Outcome { timed_out, truncated, held, ending: child.end()?, kept })
        };
        self.stages.into_iter().map(outcome).collect()
    }

    /// For how long can be waited; None for ever.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// What to wait for: descriptors, and whether each is to be written.
    pub(super) fn waited(&self) -> Vec<(Pipe, bool)> {
        let outputs = self.stages.iter().flat_map(|stage| &stage.outputs);
        let exits = self.stages.iter().filter(|stage| stage.runs).map(|stage| stage.child.exit());
        let reads = outputs.filter_map(|output| output.pipe.as_ref()).chain(exits);
        let writes = self.input.iter().map(|pipe| (Pipe::clone(pipe), true));
        reads.map(|pipe| (Pipe::clone(pipe), false)).chain(writes).collect()
    }

    /// Does all that can be done without waiting.
    pub(super) fn step(&mut self) -> Result<Next, Error> {
        let mut again = self.write()?;
        for stage in self.stages.iter_mut().filter(|stage| stage.runs) {
            if stage.child.has_ended()? {
                stage.end();
            }
        }
        if self.left().is_some_and(|left| left.is_zero()) {
            if self.drains {
                self.is_over = true;
            }
            for stage in &mut self.stages {
                stage.held = self.drains && !stage.outputs.iter().all(Output::has_ended);
                if stage.runs {
                    stage.timed_out = true;
                    stage.end();
                }
            }
        }
        if !self.drains && !self.stages.iter().any(|stage| stage.runs) {
            self.drains = true;
            self.input = None;
            self.deadline = Some(Instant::now() + DRAIN);
        }
        let last = self.stages.len().saturating_sub(1);
        for (index, stage) in self.stages.iter_mut().enumerate() {
            for (output, stream) in stage.outputs.iter_mut().zip([Stream::Out, Stream::Err]) {
                let piece = if index == last { self.piece } else { usize::MAX };
                again |= output.read(piece)?;
                if index == last && output.kept.len() >= piece && !self.is_over {
                    return Ok(Next::Take(stream));
                }
            }
        }
        let mut outputs = self.stages.iter().flat_map(|stage| &stage.outputs);
        self.is_over |= self.drains && outputs.all(Output::has_ended);
        Ok(if self.is_over {
            Next::Over
        } else if again {
            Next::Again
        } else {
            Next::Wait
        })
    }

    /// Writes what fits; returns whether there may be room for more at once.
    fn write(&mut self) -> Result<bool, Error> {
        let Some(pipe) = &self.input else { return Ok(false) };
        let left = self.data.as_ref().get(self.written..).unwrap_or_default();
        let moved = put(pipe, left)?;
        if let Moved::Some(count) | Moved::Last(count) = moved {
            self.written += count;
        }
        // It need not read its input. After the last of it, it finds the end.
        if moved == Moved::End || self.written >= self.data.as_ref().len() {
            self.input = None;
        }
        Ok(matches!(moved, Moved::Last(count) if count > 0) && self.input.is_some())
    }
}

impl Stage {
    /// Notes that it has ended, or is to end.
    fn end(&mut self) {
        self.runs = false;
        self.child.kill();
    }
}

/// Runs a program to its end; returns how it ended, with its output.
///
/// # Errors
/// As of [`Run::start`] and [`Run::go`].
pub fn run(
    program: &Program,
    terms: Terms<&[u8]>,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, Error> {
    let mut run = Run::start(std::slice::from_ref(program), terms)?;
    let mut kept = [vec![], vec![]];
    while let Some(stream) = run.go(stop)? {
        kept[stream as usize].extend_from_slice(run.output(stream));
        run.taken(stream);
    }
    let mut outcome = run.finish()?.pop().ok_or(Error::Stopped)?;
    for (kept, rest) in kept.iter_mut().zip(&outcome.kept) {
        kept.extend_from_slice(rest);
    }
    outcome.kept = kept;
    Ok(outcome)
}

/// What a program writes.
#[derive(Debug)]
struct Output {
    pipe: Option<Pipe>,
    kept: Vec<u8>,
    /// Bytes that may still be kept.
    room: u64,
    truncated: bool,
    is_much: bool,
}

impl Output {
    fn new(pipe: Option<OwnedFd>, most: u64) -> Result<Self, Error> {
        let pipe = pipe.map(unblocked).transpose()?;
        Ok(Self { pipe, kept: vec![], room: most, truncated: false, is_much: false })
    }

    fn has_ended(&self) -> bool {
        self.pipe.is_none()
    }

    /// Reads what is in the pipe, unless there is a piece; returns whether there may be more.
    fn read(&mut self, piece: usize) -> Result<bool, Error> {
        let mut row = 0;
        while let Some(pipe) = &self.pipe {
            let before = self.kept.len();
            if before >= piece || row >= ROW {
                return Ok(true);
            }
            let moved = fill(pipe, &mut self.kept)?;
            row += self.kept.len() - before;
            let room = usize::try_from(self.room).unwrap_or(usize::MAX);
            let most = before.saturating_add(room);
            self.truncated |= self.kept.len() > most;
            self.kept.truncate(most);
            self.room -= (self.kept.len() - before) as u64;
            match moved {
                Moved::End => self.pipe = None,
                Moved::Last(_) => return Ok(false),
                Moved::Some(_) if !self.is_much && row >= SOME => {
                    self.is_much = true;
                    widen(pipe);
                }
                Moved::Some(_) => {}
            }
        }
        Ok(false)
    }
}
