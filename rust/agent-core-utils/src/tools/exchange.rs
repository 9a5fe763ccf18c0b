//! The exchange with a program: its input is written and its output is read until both end.

use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio, read, write};
use rustix::pipe::fcntl_setpipe_size;

use super::child::{Child, Ending, Limits};
use super::error::Error;
use super::program::{Program, Streams};

/// How long output is read after the end of a program.
const DRAIN: Duration = Duration::from_millis(250);

/// How often the caller is asked whether to stop.
const TICK: Duration = Duration::from_millis(50);

/// Bytes for which there is room before the first are read.
const LITTLE: usize = 4 << 10;

/// Bytes that a pipe holds once there is much output, and that are read at a time.
const MUCH: usize = 1 << 20;

/// What a program did.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its output, as far as it was kept.
    pub stdout: Vec<u8>,
    /// Its messages, as far as they were kept.
    pub stderr: Vec<u8>,
    /// Whether it was killed because its time was over.
    pub timed_out: bool,
    /// Whether output was dropped.
    pub truncated: bool,
    /// Whether a process that left the group held the output open.
    pub held: bool,
    /// How it ended.
    pub ending: Ending,
}

/// What is asked of a run beside the program.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'input> {
    /// What the program reads.
    pub input: &'input [u8],
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Bytes that are kept of each stream.
    pub max_output: u64,
    /// What each of its processes may take.
    pub limits: Limits,
}

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started, or `stop`, which is asked some twenty times a second, is true.
pub fn run(program: &Program, terms: Terms<'_>, stop: &dyn Fn() -> bool) -> Result<Outcome, Error> {
    let has_input = !terms.input.is_empty();
    let mut child = Child::start(program, terms.limits, || Ok(Streams::piped(has_input)))?;
    let most = usize::try_from(terms.max_output).unwrap_or(usize::MAX);
    let mut outputs = [
        Output::new(child.stdout().map(OwnedFd::from), most)?,
        Output::new(child.stderr().map(OwnedFd::from), most)?,
    ];
    let mut input = Input::new(child.stdin().map(OwnedFd::from), terms.input)?;
    let deadline = terms.timeout.and_then(|timeout| child.began().checked_add(timeout));
    let timed_out = exchange(&child, &mut input, &mut outputs, deadline, stop)?;
    child.kill();
    drop(input);
    let held = !drained(&mut outputs, stop)?;
    let ending = child.end()?;
    let truncated = outputs.iter().any(|output| output.truncated);
    let [stdout, stderr] = outputs.map(|output| output.kept);
    Ok(Outcome { stdout, stderr, timed_out, truncated, held, ending })
}

/// Writes and reads until the program has ended; returns whether its time was over before.
fn exchange(
    child: &Child,
    input: &mut Input<'_>,
    outputs: &mut [Output; 2],
    deadline: Option<Instant>,
    stop: &dyn Fn() -> bool,
) -> Result<bool, Error> {
    loop {
        let now = Instant::now();
        let left = deadline.map_or(TICK, |deadline| deadline.saturating_duration_since(now));
        if left.is_zero() {
            return Ok(true);
        }
        let mut waited = Vec::with_capacity(4);
        waited.push(PollFd::from_borrowed_fd(child.exit(), PollFlags::IN));
        waited.extend(outputs.iter().filter_map(Output::waited));
        waited.extend(input.waited());
        let ready = wait(&mut waited, left.min(TICK))?;
        let has_ended = ready && !waited.first().is_none_or(|exit| exit.revents().is_empty());
        drop(waited);
        if ready {
            for output in &mut *outputs {
                output.read()?;
            }
            input.write()?;
        }
        if has_ended {
            return Ok(false);
        }
        if stop() {
            return Err(Error::Stopped);
        }
    }
}

/// Reads what is left of the output; returns whether that was all of it.
fn drained(outputs: &mut [Output; 2], stop: &dyn Fn() -> bool) -> Result<bool, Error> {
    let deadline = Instant::now() + DRAIN;
    loop {
        for output in &mut *outputs {
            output.read()?;
        }
        let mut waited: Vec<_> = outputs.iter().filter_map(Output::waited).collect();
        let left = deadline.saturating_duration_since(Instant::now());
        if waited.is_empty() || left.is_zero() {
            return Ok(waited.is_empty());
        }
        wait(&mut waited, left.min(TICK))?;
        if stop() {
            return Err(Error::Stopped);
        }
    }
}

/// Waits until one of these is ready; returns whether one is.
pub(super) fn wait(waited: &mut [PollFd<'_>], time: Duration) -> Result<bool, Error> {
    let time = Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: time.subsec_nanos().into(),
    };
    match poll(waited, Some(&time)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What is written to a program.
struct Input<'data> {
    pipe: Option<OwnedFd>,
    left: &'data [u8],
}

impl<'data> Input<'data> {
    fn new(pipe: Option<OwnedFd>, data: &'data [u8]) -> Result<Self, Error> {
        if let Some(pipe) = &pipe {
            ioctl_fionbio(pipe, true)?;
        }
        Ok(Self { pipe, left: data })
    }

    fn waited(&self) -> Option<PollFd<'_>> {
        self.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::OUT))
    }

    /// Writes what fits into the pipe, which is closed after the last of it.
    fn write(&mut self) -> Result<(), Error> {
        if let Some(pipe) = &self.pipe {
            match write(pipe, self.left) {
                Ok(written) => self.left = self.left.get(written..).unwrap_or_default(),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(Errno::PIPE) => self.left = &[], // it need not read its input
                Err(error) => return Err(error.into()),
            }
            if self.left.is_empty() {
                self.pipe = None;
            }
        }
        Ok(())
    }
}

/// What a program writes.
struct Output {
    pipe: Option<OwnedFd>,
    kept: Vec<u8>,
    most: usize,
    truncated: bool,
    is_much: bool,
}

impl Output {
    fn new(pipe: Option<OwnedFd>, most: usize) -> Result<Self, Error> {
        if let Some(pipe) = &pipe {
            ioctl_fionbio(pipe, true)?;
        }
        Ok(Self { pipe, kept: vec![], most, truncated: false, is_much: false })
    }

    fn waited(&self) -> Option<PollFd<'_>> {
        self.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN))
    }

    /// Reads what is in the pipe, once.
    fn read(&mut self) -> Result<(), Error> {
        let Some(pipe) = &self.pipe else { return Ok(()) };
        let before = self.kept.len();
        if self.kept.capacity() == before {
            let room = if before < MUCH { before.max(LITTLE) } else { before };
            self.kept.try_reserve_exact(room).map_err(|_| Error::Memory)?;
        }
        match read(pipe, spare_capacity(&mut self.kept)) {
            Ok(0) => self.pipe = None,
            Ok(_) => {
                if self.kept.len() > self.most {
                    self.truncated = true;
                    self.kept.truncate(self.most);
                }
                if !self.is_much && self.kept.len() >= 16 * LITTLE {
                    self.is_much = true;
                    // It may not be allowed to hold more; then it does not.
                    let _ = fcntl_setpipe_size(pipe.as_fd(), MUCH);
                }
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

impl Streams {
    /// A pipe for each, but for an input that is empty.
    fn piped(has_input: bool) -> Self {
        use std::process::Stdio;
        Self {
            stdin: if has_input { Stdio::piped() } else { Stdio::null() },
            stdout: Stdio::piped(),
            stderr: Stdio::piped(),
        }
    }
}
