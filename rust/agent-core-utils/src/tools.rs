//! Programs that are run with limits, and end whatever happens.
//!
//! # Layout
//! - `program`: which file a program is, and how it is started.
//! - `child`: a program that was started, the leader of a process group.
//! - `running`: the programs that run, which end with the process that started them.
//! - `exchange`: the input of programs is written and their output is read until all have ended;
//!   `awaited`: the same, on a runtime.
//! - `conversation`: a program that is read and written while it runs; `unread`: its output.
//! - `streams`: the ends of the pipes.
//! - `template`: argument lists in which something is put at each call.
//! - `error`: what can go wrong.

mod awaited;
mod child;
mod conversation;
mod error;
mod exchange;
mod program;
mod running;
mod streams;
mod template;
mod unread;

pub use awaited::drive;
pub use child::{Ending, Limits};
pub use conversation::{Conversation, Found, Messages, Wanted, Written};
pub use error::Error;
pub use exchange::{Outcome, Run, Stream, Terms, run};
pub use program::Program;
pub use running::end_all;
pub use rustix::process::Signal;
pub use template::{Kind, Placeholder, Template, TemplateError, is_name};
