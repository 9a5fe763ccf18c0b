//! A conversation with a program, whose output is read while it runs.

use std::io::pipe;
use std::process::{self, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use memchr::memmem;
use rustix::event::{PollFd, PollFlags};
use rustix::process::Signal;

use super::child::{Child, Limits};
use super::error::Error;
use super::exchange::{DRAIN, Stream, TICK};
use super::program::{Program, Streams};
use super::streams::{Moved, Pipe, put, unblocked, wait};
use super::unread::Unread;

/// Bytes of each stream that are read before they are asked for.
const BUFFER: usize = 1 << 20;

/// Where the messages of a program go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// A stream of their own.
    Apart,
    /// Its output.
    WithOutput,
    /// Nowhere.
    Nowhere,
}

/// What is waited for.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Some bytes, so many at most.
    Some(Stream, usize),
    /// The bytes up to a delimiter, so many at most with it.
    Until(Stream, &'a [u8], usize),
    /// The end of the program.
    End,
}

/// What was waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Output; none at its end where some was wanted.
    Bytes(Vec<u8>),
    /// So many bytes without the delimiter.
    TooLong,
    /// The end of the output without the delimiter.
    OutputEnded,
    /// The end of the program, with its status or the negative number of a signal.
    Ended(i32),
}

/// How much was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// All.
    All,
    /// So many bytes, until the time was over.
    Some(usize),
}

/// A program that runs, and the conversation with it, which several threads may hold at once.
#[derive(Debug)]
pub struct Conversation {
    pid: i32,
    owner: u32,
    /// Taken for moments, in which nothing is waited for.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    child: Child,
    returncode: Option<i32>,
    /// When its end was noticed.
    ended: Option<Instant>,
    input: Option<Pipe>,
    /// None once it is closed, or if there is no such stream.
    outputs: [Option<Unread>; 2],
    is_closed: bool,
    held: bool,
}

impl Conversation {
    /// Starts a program.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(program: &Program, limits: Limits, messages: Messages) -> Result<Self, Error> {
        let (reader, writer) = pipe().map_err(Error::System)?;
        let written = || writer.try_clone().map(Stdio::from).map_err(Error::System);
        let mut child = Child::start(program, limits, || {
            let stderr = match messages {
                Messages::Apart => Stdio::piped(),
                Messages::WithOutput => written()?,
                Messages::Nowhere => Stdio::null(),
            };
            Ok(Streams { stdin: Stdio::piped(), stdout: written()?, stderr })
        })?;
        let input = child.stdin().map(|pipe| unblocked(pipe.into())).transpose()?;
        let stdout = Some(unblocked(reader.into())?);
        let stderr = child.stderr().map(|pipe| unblocked(pipe.into())).transpose()?;
        let state = State {
            returncode: None,
            ended: None,
            input,
            outputs: [stdout, stderr].map(|pipe| pipe.map(Unread::new)),
            is_closed: false,
            held: false,
            child,
        };
        Ok(Self { pid: state.child.pid(), owner: process::id(), state: Mutex::new(state) })
    }

    /// The number of the process.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// How it ended, once that was waited for, or it is closed.
    pub fn returncode(&self) -> Option<i32> {
        self.glance(|state| state.returncode).flatten()
    }

    /// Whether output was given up that a process held open which had left the group.
    pub fn held(&self) -> bool {
        self.glance(|state| state.held).unwrap_or_default()
    }

    /// Whether the program writes such a stream.
    ///
    /// # Errors
    /// `Inherited` or `Closed`.
    pub fn has(&self, stream: Stream) -> Result<bool, Error> {
        Ok(self.usable()?.outputs[stream as usize].is_some())
    }

    /// Waits until `wanted` can be [taken](Self::take), or the time is over; returns whether it can.
    ///
    /// # Errors
    /// `Inherited`, `Closed`, or what the system refuses; `Stopped` if `stop` is true, which is asked
    /// some twenty times a second.
    pub fn wait(
        &self,
        wanted: Wanted<'_>,
        deadline: Option<Instant>,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool, Error> {
        let room = if let Wanted::Until(_, _, most) = wanted { most.max(BUFFER) } else { BUFFER };
        let mut looked = 0;
        loop {
            let pipes = {
                let mut state = self.usable()?;
                // What was read before is looked at first, without the system.
                if state.find(wanted, &mut looked).is_some() {
                    return Ok(true);
                }
                state.step(room)?;
                if state.find(wanted, &mut looked).is_some() {
                    return Ok(true);
                }
                state.waited(room, false)
            };
            if !pause(&pipes, deadline)? {
                return Ok(false);
            }
            if stop() {
                return Err(Error::Stopped);
            }
        }
    }

    /// Takes `wanted`, if it is there.
    ///
    /// # Errors
    /// `Inherited`, `Closed`, or what the system refuses.
    pub fn take(&self, wanted: Wanted<'_>) -> Result<Option<Found>, Error> {
        let mut state = self.usable()?;
        let found = match state.find(wanted, &mut 0) {
            Some(Place::Bytes(stream, count)) => match &mut state.outputs[stream as usize] {
                Some(output) => Some(Found::Bytes(output.take(count)?)),
                None => None,
            },
            Some(Place::TooLong) => Some(Found::TooLong),
            Some(Place::OutputEnded) => Some(Found::OutputEnded),
            Some(Place::End) => Some(Found::Ended(state.reap()?)),
            None => None,
        };
        Ok(found)
    }

    /// Writes to the program, and reads its output meanwhile.
    ///
    /// # Errors
    /// As of [`wait`](Self::wait); `EPIPE` where it reads no more, and `Closed` after that.
    pub fn write(
        &self,
        data: &[u8],
        deadline: Option<Instant>,
        stop: &dyn Fn() -> bool,
    ) -> Result<Written, Error> {
        let mut written = 0;
        loop {
            let pipes = {
                let mut state = self.usable()?;
                let Some(input) = &state.input else { return Err(Error::InputClosed) };
                let left = data.get(written..).unwrap_or_default();
                if !left.is_empty() {
                    match put(input, left)? {
                        Moved::Some(count) | Moved::Last(count) => written += count,
                        Moved::End => {
                            state.input = None;
                            return Err(rustix::io::Errno::PIPE.into());
                        }
                    }
                }
                if written >= data.len() {
                    return Ok(Written::All);
                }
                state.step(BUFFER)?;
                state.waited(BUFFER, true)
            };
            if !pause(&pipes, deadline)? {
                return Ok(Written::Some(written));
            }
            if stop() {
                return Err(Error::Stopped);
            }
        }
    }

    /// Lets the program find the end of its input.
    ///
    /// # Errors
    /// `Inherited` or `Closed`.
    pub fn close_input(&self) -> Result<(), Error> {
        self.usable()?.input = None;
        Ok(())
    }

    /// Sends a signal to the group, unless the program has been reaped.
    ///
    /// # Errors
    /// `Inherited`.
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        if self.owner != process::id() {
            return Err(Error::Inherited);
        }
        self.lock().child.signal(signal);
        Ok(())
    }

    /// Ends what is left of the group, reaps the program, and drops its output.
    ///
    /// # Errors
    /// Somebody else has reaped it.
    pub fn close(&self) -> Result<(), Error> {
        let Some(mut state) = self.own_or_free() else { return Ok(()) };
        state.is_closed = true;
        state.input = None;
        state.outputs = [None, None];
        if self.owner == process::id() { state.reap().map(drop) } else { Ok(()) }
    }

    fn usable(&self) -> Result<MutexGuard<'_, State>, Error> {
        if self.owner != process::id() {
            return Err(Error::Inherited);
        }
        let state = self.lock();
        if state.is_closed { Err(Error::Closed) } else { Ok(state) }
    }

    fn glance<R>(&self, look: impl FnOnce(&State) -> R) -> Option<R> {
        self.own_or_free().map(|state| look(&state))
    }

    /// The state; None in a forked process, if a thread that is not there had taken it.
    fn own_or_free(&self) -> Option<MutexGuard<'_, State>> {
        if self.owner == process::id() {
            return Some(self.lock());
        }
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where something was found.
enum Place {
    Bytes(Stream, usize),
    TooLong,
    OutputEnded,
    End,
}

impl State {
    /// Reads what there is, where there is room; notes the end of the program.
    fn step(&mut self, room: usize) -> Result<(), Error> {
        if self.ended.is_none() && self.child.has_ended()? {
            self.child.kill();
            self.ended = Some(Instant::now());
        }
        let gives_up = self.ended.is_some_and(|ended| ended.elapsed() >= DRAIN);
        for output in self.outputs.iter_mut().flatten() {
            if !output.read(room)? && gives_up {
                output.pipe = None;
                self.held = true;
            }
        }
        Ok(())
    }

    /// Finds what is wanted; `looked` is up to where that was done, of the whole output.
    fn find(&self, wanted: Wanted<'_>, looked: &mut u64) -> Option<Place> {
        let output = match wanted {
            Wanted::End => return self.ended.map(|_| Place::End),
            Wanted::Some(stream, _) | Wanted::Until(stream, ..) => {
                self.outputs[stream as usize].as_ref()?
            }
        };
        let kept = output.kept();
        match wanted {
            Wanted::Some(stream, most) if !kept.is_empty() || output.pipe.is_none() => {
                Some(Place::Bytes(stream, most.min(kept.len())))
            }
            Wanted::Until(stream, delimiter, most) => {
                let begun =
                    usize::try_from(looked.saturating_sub(output.taken)).unwrap_or_default();
                let start = (begun + 1).saturating_sub(delimiter.len()).min(kept.len());
                let within = kept.get(start..most.min(kept.len())).unwrap_or_default();
                *looked = output.taken + kept.len() as u64;
                match memmem::find(within, delimiter) {
                    Some(place) => Some(Place::Bytes(stream, start + place + delimiter.len())),
                    None if kept.len() >= most => Some(Place::TooLong),
                    None if output.pipe.is_none() => Some(Place::OutputEnded),
                    None => None,
                }
            }
            Wanted::Some(..) | Wanted::End => None,
        }
    }

    /// What to wait for, and whether each is to be written.
    fn waited(&self, room: usize, writes: bool) -> Vec<(Pipe, bool)> {
        let outputs = self.outputs.iter().flatten().filter(|output| output.len() < room);
        let pipes = outputs.filter_map(|output| output.pipe.as_ref());
        let exit = self.ended.is_none().then(|| self.child.exit());
        let reads = pipes.chain(exit).map(|pipe| (Pipe::clone(pipe), false));
        let input = self.input.iter().filter(|_| writes).map(|pipe| (Pipe::clone(pipe), true));
        reads.chain(input).collect()
    }

    /// Ends what is left of the group, and reaps the program, once.
    fn reap(&mut self) -> Result<i32, Error> {
        if let Some(returncode) = self.returncode {
            return Ok(returncode);
        }
        let returncode = self.child.reap()?.returncode;
        self.returncode = Some(returncode);
        self.ended.get_or_insert_with(Instant::now);
        Ok(returncode)
    }
}

/// Waits for a moment at most, until something is ready; returns whether there is time left.
fn pause(waited: &[(Pipe, bool)], deadline: Option<Instant>) -> Result<bool, Error> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if left == Some(Duration::ZERO) {
        return Ok(false);
    }
    let flags = |writes| if writes { PollFlags::OUT } else { PollFlags::IN };
    let mut waited: Vec<_> =
        waited.iter().map(|(pipe, writes)| PollFd::new(&**pipe, flags(*writes))).collect();
    wait(&mut waited, left.map_or(TICK, |left| left.min(TICK)))?;
    Ok(true)
}
