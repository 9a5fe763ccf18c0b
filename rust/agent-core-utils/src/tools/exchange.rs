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

/// How a run ended; its output was taken before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
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

/// A stream that a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Its output.
    Out,
    /// Its messages.
    Err,
}

/// A program that is being run to its end.
#[derive(Debug)]
pub struct Run<'input> {
    child: Child,
    input: Input<'input>,
    outputs: [Output; 2],
    deadline: Option<Instant>,
    timed_out: bool,
    held: bool,
    /// Until when output is read; None before the program's end.
    drain: Option<Instant>,
}

impl<'input> Run<'input> {
    /// Starts a program.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(program: &Program, terms: Terms<'input>) -> Result<Self, Error> {
        let has_input = !terms.input.is_empty();
        let mut child = Child::start(program, terms.limits, || Ok(Streams::piped(has_input)))?;
        let outputs = [
            Output::new(child.stdout().map(OwnedFd::from), terms.max_output)?,
            Output::new(child.stderr().map(OwnedFd::from), terms.max_output)?,
        ];
        let input = Input::new(child.stdin().map(OwnedFd::from), terms.input)?;
        let deadline = terms.timeout.and_then(|timeout| child.began().checked_add(timeout));
        Ok(Self { child, input, outputs, deadline, timed_out: false, held: false, drain: None })
    }

    /// Goes on until there is much output, of which stream is returned; or None at the end.
    ///
    /// # Errors
    /// `stop`, which is asked some twenty times a second, is true; or the system refuses something.
    pub fn go(&mut self, stop: &dyn Fn() -> bool) -> Result<Option<Stream>, Error> {
        loop {
            for output in &mut self.outputs {
                output.read()?;
            }
            let [out, err] = self.outputs.each_ref().map(Output::is_full);
            // What is full is told at once, but not without a look at the time.
            let most = if out || err { Duration::ZERO } else { TICK };
            match self.drain {
                None => self.exchange(most)?,
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    let has_ended = self.outputs.iter().all(Output::has_ended);
                    if has_ended || left.is_zero() {
                        self.held = !has_ended;
                        return Ok(None);
                    }
                    let mut waited: Vec<_> =
                        self.outputs.iter().filter_map(Output::waited).collect();
                    wait(&mut waited, left.min(most))?;
                }
            }
            if stop() {
                return Err(Error::Stopped);
            }
            if out || err {
                return Ok(Some(if out { Stream::Out } else { Stream::Err }));
            }
        }
    }

    /// What there is of a stream since it was taken last.
    #[must_use]
    pub fn output(&self, stream: Stream) -> &[u8] {
        &self.outputs[stream as usize].kept
    }

    /// Notes that what there is of a stream was taken.
    pub fn taken(&mut self, stream: Stream) {
        self.outputs[stream as usize].kept.clear();
    }

    /// Reaps the program.
    ///
    /// # Errors
    /// Somebody else has reaped it.
    pub fn finish(self) -> Result<Outcome, Error> {
        let truncated = self.outputs.iter().any(|output| output.truncated);
        let Self { timed_out, held, .. } = self;
        Ok(Outcome { timed_out, truncated, held, ending: self.child.end()? })
    }

    /// Waits until something can be done, and writes input; notes the end of the program.
    fn exchange(&mut self, most: Duration) -> Result<(), Error> {
        let now = Instant::now();
        let left = self.deadline.map_or(TICK, |deadline| deadline.saturating_duration_since(now));
        self.timed_out = left.is_zero();
        let mut has_ended = false;
        if !self.timed_out {
            let mut waited = Vec::with_capacity(4);
            waited.push(PollFd::from_borrowed_fd(self.child.exit(), PollFlags::IN));
            waited.extend(self.outputs.iter().filter_map(Output::waited));
            waited.extend(self.input.waited());
            wait(&mut waited, left.min(most))?;
            has_ended = waited.first().is_some_and(|exit| !exit.revents().is_empty());
        }
        if has_ended || self.timed_out {
            self.child.kill();
            self.input.pipe = None;
            self.drain = Some(Instant::now() + DRAIN);
            return Ok(());
        }
        self.input.write()
    }
}

/// Runs a program to its end; returns its output and its messages, too.
///
/// # Errors
/// As of [`Run::start`] and [`Run::go`].
pub fn run(
    program: &Program,
    terms: Terms<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, [Vec<u8>; 2]), Error> {
    let mut run = Run::start(program, terms)?;
    let mut kept = [vec![], vec![]];
    while let Some(stream) = run.go(stop)? {
        kept[stream as usize].extend_from_slice(run.output(stream));
        run.taken(stream);
    }
    for stream in [Stream::Out, Stream::Err] {
        kept[stream as usize].extend_from_slice(run.output(stream));
    }
    Ok((run.finish()?, kept))
}

/// Waits until one of these is ready; returns whether one is.
fn wait(waited: &mut [PollFd<'_>], time: Duration) -> Result<bool, Error> {
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
#[derive(Debug)]
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
#[derive(Debug)]
struct Output {
    pipe: Option<OwnedFd>,
    kept: Vec<u8>,
    /// Bytes that may still be kept.
    room: u64,
    truncated: bool,
    is_much: bool,
}

impl Output {
    fn new(pipe: Option<OwnedFd>, most: u64) -> Result<Self, Error> {
        if let Some(pipe) = &pipe {
            ioctl_fionbio(pipe, true)?;
        }
        Ok(Self { pipe, kept: vec![], room: most, truncated: false, is_much: false })
    }

    fn waited(&self) -> Option<PollFd<'_>> {
        self.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN))
    }

    fn has_ended(&self) -> bool {
        self.pipe.is_none()
    }

    /// Whether what there is must be taken before more is read.
    fn is_full(&self) -> bool {
        self.kept.len() >= MUCH
    }

    /// Reads what is in the pipe, once, unless there is much already.
    fn read(&mut self) -> Result<(), Error> {
        let Some(pipe) = self.pipe.as_ref().filter(|_| !self.is_full()) else { return Ok(()) };
        let before = self.kept.len();
        if self.kept.capacity() == before {
            let room = before.clamp(LITTLE, MUCH);
            self.kept.try_reserve_exact(room).map_err(|_| Error::Memory)?;
        }
        match read(pipe, spare_capacity(&mut self.kept)) {
            Ok(0) => self.pipe = None,
            Ok(_) => {
                let room = usize::try_from(self.room).unwrap_or(usize::MAX);
                let most = before.saturating_add(room);
                self.truncated |= self.kept.len() > most;
                self.kept.truncate(most);
                self.room -= (self.kept.len() - before) as u64;
                if !self.is_much && before >= 16 * LITTLE {
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
