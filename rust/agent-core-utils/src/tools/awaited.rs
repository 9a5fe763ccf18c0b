//! Runs that a tokio runtime drives.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::error::Error;
use super::exchange::{Next, Outcome, Run, Terms};
use super::program::Program;
use super::streams::Pipe;

/// Runs programs to their end; dropping the future ends and reaps them.
///
/// # Errors
/// As of [`Run::start`] and [`Run::go`].
pub async fn drive<D>(programs: &[Program], terms: Terms<D>) -> Result<Vec<Outcome>, Error>
where
    D: AsRef<[u8]>,
{
    let mut run = Run::start(programs, terms)?;
    let mut watched = Vec::new();
    for (pipe, writes) in run.waited() {
        watched.push((registered(pipe, writes)?, writes));
    }
    loop {
        let next = run.step()?;
        // What the run has closed is to be closed.
        watched.retain(|(pipe, _)| Arc::strong_count(pipe.get_ref()) > 1);
        match next {
            Next::Over => return run.finish(),
            Next::Again | Next::Take(_) => yield_now().await,
            Next::Wait => {
                let ready = poll_fn(|context| any_ready(&watched, context));
                match run.left() {
                    None => ready.await?,
                    // That the time is over, the run finds out.
                    Some(left) => timeout(left, ready).await.unwrap_or(Ok(()))?,
                }
            }
        }
    }
}

/// Has the runtime watch a descriptor, which stays open meanwhile, as it is shared.
#[expect(
    deprecated,
    reason = "what is to be used instead is unsafe, for descriptors that may close"
)]
fn registered(pipe: Pipe, writes: bool) -> Result<AsyncFd<Pipe>, Error> {
    let interest = if writes { Interest::WRITABLE } else { Interest::READABLE };
    AsyncFd::with_interest(pipe, interest).map_err(Error::System)
}

/// Looks whether one is ready, and notes that all that are will be used until they are not.
fn any_ready(
    watched: &[(AsyncFd<Pipe>, bool)],
    context: &mut Context<'_>,
) -> Poll<Result<(), Error>> {
    let mut found = Poll::Pending;
    for (pipe, writes) in watched {
        let ready =
            if *writes { pipe.poll_write_ready(context) } else { pipe.poll_read_ready(context) };
        match ready {
            Poll::Ready(Ok(mut guard)) => {
                guard.clear_ready();
                found = Poll::Ready(Ok(()));
            }
            Poll::Ready(Err(error)) => return Poll::Ready(Err(Error::System(error))),
            Poll::Pending => {}
        }
    }
    found
}
