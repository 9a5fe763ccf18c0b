//! What the system knows of this process.

use std::io;

use sysinfo::{
    ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid, set_open_files_limit,
};

/// What the system knows of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Processor time of all threads, in user and system mode.
    pub cpu_seconds: f64,
    /// Memory that is in use.
    pub resident_bytes: u64,
    /// Memory that is addressed.
    pub virtual_bytes: u64,
    /// Open file descriptors.
    pub open_fds: usize,
    /// Threads.
    pub threads: usize,
    /// When it started, in whole seconds since 1970.
    pub start_time: u64,
}

/// What the system knows of this process.
///
/// # Errors
/// The system does not tell.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of processor time are below 2**52")]
pub fn read() -> io::Result<Usage> {
    let pid = get_current_pid().map_err(io::Error::other)?;
    set_open_files_limit(0); // else it would keep files open, and count them
    let mut system = System::new();
    let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().with_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, wanted);
    let process = system.process(pid).ok_or_else(untold)?;
    Ok(Usage {
        cpu_seconds: process.accumulated_cpu_time() as f64 / 1000.0,
        resident_bytes: process.memory(),
        virtual_bytes: process.virtual_memory(),
        open_fds: process.open_files().ok_or_else(untold)? - 1, // one is what lists them
        threads: process.tasks().ok_or_else(untold)?.len() + 1, // the first is not among them
        start_time: process.start_time(),
    })
}

fn untold() -> io::Error {
    io::Error::other("the system does not tell about this process")
}
