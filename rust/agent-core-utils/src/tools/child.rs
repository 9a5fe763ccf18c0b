//! A program that was started, the leader of a process group.

use std::os::unix::process::ExitStatusExt;
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, getrlimit, kill_process_group, pidfd_open, prlimit,
};
use wait4::Wait4;

use super::error::Error;
use super::program::{Program, Streams};
use super::running::{self, Place};
use super::streams::{Pipe, wait};

/// What each process of a program may take; None for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The processor's time, in seconds.
    pub cpu_seconds: Option<u64>,
    /// The address space, in bytes.
    pub memory_bytes: Option<u64>,
    /// Open descriptors.
    pub open_files: Option<u64>,
}

impl Limits {
    /// Limits a process, and all that it starts from now on.
    fn apply(self, pid: Pid) -> Result<(), Error> {
        let limits = [
            (Resource::Cpu, self.cpu_seconds, 1),
            (Resource::As, self.memory_bytes, 0),
            (Resource::Nofile, self.open_files, 0),
        ];
        for (kind, limit, grace) in limits {
            let Some(limit) = limit else { continue };
            let most = getrlimit(kind).maximum.unwrap_or(u64::MAX);
            let limits = Rlimit {
                current: Some(limit.min(most)),
                maximum: Some(limit.saturating_add(grace).min(most)),
            };
            match prlimit(Some(pid), kind, limits) {
                Ok(_) | Err(rustix::io::Errno::SRCH) => {} // or it has ended
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// How a program ended, and what it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// The exit status, or the negative number of the signal that ended it.
    pub returncode: i32,
    /// Time in user mode.
    pub user: Duration,
    /// Time in system mode.
    pub system: Duration,
    /// The most memory of one process, in bytes.
    pub max_resident_bytes: u64,
    /// From before the start until it was reaped.
    pub duration: Duration,
}

/// A program that was started; dropping it ends it.
#[derive(Debug)]
pub(super) struct Child {
    process: process::Child,
    pid: Pid,
    exit: Pipe,
    place: Option<Place>,
    owner: u32,
    began: Instant,
}

impl Child {
    pub(super) fn start(
        program: &Program,
        limits: Limits,
        streams: impl Fn() -> Result<Streams, Error>,
    ) -> Result<Self, Error> {
        let began = Instant::now();
        let mut child = program.start(streams)?;
        let pid = Pid::from_child(&child);
        let place = running::enter(pid);
        let prepared = pidfd_open(pid, PidfdFlags::empty())
            .map_err(Error::from)
            .and_then(|exit| limits.apply(pid).map(|()| exit));
        let exit = match prepared {
            Ok(exit) => Pipe::new(exit),
            Err(error) => {
                // What fails here has ended, and is reaped in any case.
                let _ = kill_process_group(pid, Signal::KILL);
                drop(place);
                let _ = child.wait();
                return Err(error);
            }
        };
        let owner = process::id();
        let started = Self { process: child, pid, exit, place: Some(place), owner, began };
        if running::is_over() {
            started.kill();
        }
        Ok(started)
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.process.stdin.take()
    }

    pub(super) fn stdout(&mut self) -> Option<ChildStdout> {
        self.process.stdout.take()
    }

    pub(super) fn stderr(&mut self) -> Option<ChildStderr> {
        self.process.stderr.take()
    }

    /// What can be read from once the program itself has ended.
    pub(super) fn exit(&self) -> &Pipe {
        &self.exit
    }

    /// Whether the program itself has ended.
    pub(super) fn has_ended(&self) -> Result<bool, Error> {
        wait(&mut [PollFd::new(&*self.exit, PollFlags::IN)], Duration::ZERO)
    }

    pub(super) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Kills all that is in the group.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Sends a signal to the group, unless the program has been reaped, or is another process's.
    pub(super) fn signal(&self, signal: Signal) {
        if self.place.is_some() && self.is_own() {
            // It fails where nobody is left who could be killed.
            let _ = kill_process_group(self.pid, signal);
        }
    }

    /// Whether this process started it, and not one that this was forked from.
    pub(super) fn is_own(&self) -> bool {
        self.owner == process::id()
    }

    /// Kills what is left of the group, and reaps the program.
    pub(super) fn end(mut self) -> Result<Ending, Error> {
        self.reap()
    }

    /// Kills what is left of the group, and reaps the program.
    pub(super) fn reap(&mut self) -> Result<Ending, Error> {
        self.kill();
        self.place = None;
        let taken = self.process.wait4().map_err(Error::System)?;
        Ok(Ending {
            returncode: returncode(taken.status),
            user: taken.rusage.utime,
            system: taken.rusage.stime,
            max_resident_bytes: taken.rusage.maxrss,
            duration: self.began.elapsed(),
        })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.place.is_some() && self.is_own() {
            // Nobody is there to be told how it ended.
            let _ = self.reap();
        }
    }
}

fn returncode(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| -signal)).unwrap_or_default()
}
