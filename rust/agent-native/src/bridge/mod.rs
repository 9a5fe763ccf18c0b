//! What all glue shares: nothing here knows a component.
//!
//! # Layout
//! - `table`: how `lib.rs` lists the components.
//! - `arguments`: how arguments outside a contract's domain are refused.
//! - `keys`: calling back into Python to hash and compare keys.
//! - `lock`: what is behind the interpreter lock.
//! - `error`: a panic becomes `agent.errors.InternalError`.
//! - `bench`, `heap` (features): what only measuring needs.

pub(crate) mod arguments;
#[cfg(feature = "bench")]
pub(crate) mod bench;
pub(crate) mod error;
#[cfg(feature = "heap")]
pub(crate) mod heap;
pub(crate) mod keys;
pub(crate) mod lock;
pub(crate) mod table;
