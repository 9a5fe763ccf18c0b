//! Programs that are run with limits, and end whatever happens.
//!
//! # Layout
//! - `program`: which file a program is, and how it is started.
//! - `child`: a program that was started, the leader of a process group.
//! - `running`: the programs that run, which end with the process that started them.
//! - `exchange`: a program's input is written and its output is read until both end.
//! - `template`: argument lists in which something is put at each call.
//! - `error`: what can go wrong.

mod child;
mod error;
mod exchange;
mod program;
mod running;
mod template;

pub use child::{Ending, Limits};
pub use error::Error;
pub use exchange::{Outcome, Run, Stream, Terms, run};
pub use program::Program;
pub use running::end_all;
pub use template::{Kind, Placeholder, Template, TemplateError, is_name};
