//! What all glue shares: nothing here knows a component.
//!
//! # Layout
//! - `table`: how `lib.rs` lists the components.
//! - `arguments`: how arguments outside a contract's domain are refused.
//! - `collector`: what the garbage collector need not look at.
//! - `exits`: what becomes of a thread that the interpreter ends while it is inside Rust.
//! - `imported`: what is used of Python's modules.
//! - `interpreters`: subinterpreters, in which the extension is not loaded.
//! - `keys`: calling back into Python to hash and compare keys.
//! - `pace`: other threads and signals during long work.
//! - `lock`: what is behind the interpreter lock.
//! - `memory`: requests for memory whose size is the caller's.
//! - `runtime`, `stream` (feature `async`): what is awaited, and runs on tokio.
//! - `shown`: objects of Python in messages.
//! - `error`: a panic becomes `agent.errors.InternalError`.
//! - `bench`, `heap` (features): what only measuring needs.

pub(crate) mod arguments;
#[cfg(feature = "bench")]
pub(crate) mod bench;
pub(crate) mod collector;
pub(crate) mod error;
pub(crate) mod exits;
#[cfg(feature = "heap")]
pub(crate) mod heap;
pub(crate) mod imported;
pub(crate) mod interpreters;
pub(crate) mod keys;
pub(crate) mod lock;
pub(crate) mod memory;
pub(crate) mod pace;
pub(crate) mod runtime;
pub(crate) mod shown;
pub(crate) mod stream;
pub(crate) mod table;
