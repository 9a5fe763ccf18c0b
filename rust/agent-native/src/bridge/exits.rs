//! What becomes of a thread that the interpreter ends while it is inside Rust.
//!
//! Before Python 3.14, an interpreter that is finalizing ends every other thread that asks for its
//! lock, by `pthread_exit`. With glibc that unwinds the thread's stack, frame by frame, which no
//! Rust frame survives: the process is aborted. A thread that is inside a call back into Python, in
//! a finalizer of an object that Rust drops, or anywhere else in the interpreter, would be such.
//!
//! So a thread that enters leaves word with glibc: a handler, to be run before the first frame is
//! unwound. If frames of this module are to be unwound, the handler never returns, and the thread
//! sleeps until the process ends, as all such threads do since Python 3.14. It cannot be left to
//! guards around single calls: almost all that `PyO3` does may run Python code, dropping a
//! reference and making an object included.
//!
//! Every function that Python can call enters first: [`guarded`] sees to that, and [`add_class`]
//! takes no class without it. On other systems `pthread_exit` unwinds no frame; such a thread is
//! gone, and with it what its stack held.

#![expect(
    unsafe_code,
    reason = "the one place that asks glibc and the interpreter about their end"
)]

use std::ffi::c_int;

pub(crate) use agent_native_macros::guarded;
use pyo3::PyClass;
use pyo3::prelude::*;

#[cfg(all(target_os = "linux", target_env = "gnu", not(Py_3_14)))]
pub(crate) use told::enter;

unsafe extern "C" {
    #[cfg_attr(not(Py_3_13), link_name = "_Py_IsFinalizing")]
    fn Py_IsFinalizing() -> c_int;
}

/// Whether the interpreter is ending: no other thread runs Python any more.
pub(crate) fn is_finalizing(_: Python<'_>) -> bool {
    // SAFETY: it looks at a flag, which it may at any time.
    unsafe { Py_IsFinalizing() != 0 }
}

/// A class whose functions all [enter] first.
pub(crate) trait Guarded {}

/// Puts a class into the module.
#[expect(clippy::disallowed_methods, reason = "the one place where classes are added")]
pub(crate) fn add_class<T: PyClass + Guarded>(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<T>()
}

/// Does what is to be done when a thread enters: nothing here.
#[cfg(not(all(target_os = "linux", target_env = "gnu", not(Py_3_14))))]
#[inline]
pub(crate) const fn enter() {}

#[cfg(all(target_os = "linux", target_env = "gnu", not(Py_3_14)))]
mod told {
    use std::cell::{Cell, UnsafeCell};
    use std::ffi::{c_int, c_void};
    use std::time::Duration;
    use std::{mem, ptr, thread};

    type Trace = extern "C" fn(*mut c_void, *mut c_void) -> c_int;

    /// A handler on glibc's list, as `struct _pthread_cleanup_buffer` of `pthread.h`.
    #[repr(C)]
    struct Handler {
        routine: extern "C" fn(*mut c_void),
        argument: *mut c_void,
        cancel_type: c_int,
        previous: *mut Handler,
    }

    /// Where an address lies, as `Dl_info` of `dlfcn.h`.
    #[repr(C)]
    struct Place {
        file: *const u8,
        base: *mut c_void,
        symbol: *const u8,
        address: *mut c_void,
    }

    unsafe extern "C" {
        fn _pthread_cleanup_push(
            handler: *mut Handler,
            routine: extern "C" fn(*mut c_void),
            argument: *mut c_void,
        );
        fn _pthread_cleanup_pop(handler: *mut Handler, execute: c_int);
        fn _Unwind_Backtrace(trace: Trace, argument: *mut c_void) -> c_int;
        fn _Unwind_GetIP(frame: *mut c_void) -> *mut c_void;
        fn _Unwind_GetRegionStart(frame: *mut c_void) -> *mut c_void;
        fn _Unwind_ForcedUnwind(
            exception: *mut c_void,
            stop: *mut c_void,
            argument: *mut c_void,
        ) -> c_int;
        fn pthread_exit(value: *mut c_void) -> !;
        fn dladdr(address: *const c_void, place: *mut Place) -> c_int;
    }

    thread_local! {
        /// Whether glibc has this thread's handler on its list.
        static LISTED: Cell<bool> = const { Cell::new(false) };
        static OWN: Listed = Listed::new();
    }

    /// A thread's handler, which leaves the list when the thread ends.
    ///
    /// It must not lie in the thread's stack or beside it: glibc then takes the frame that it belongs
    /// to for one that has been left, and runs it before the first frame is unwound.
    struct Listed(Box<UnsafeCell<Handler>>);

    impl Listed {
        fn new() -> Self {
            Self(Box::new(UnsafeCell::new(Handler {
                routine: unlisted,
                argument: ptr::null_mut(),
                cancel_type: 0,
                previous: ptr::null_mut(),
            })))
        }
    }

    impl Drop for Listed {
        fn drop(&mut self) {
            if LISTED.replace(false) {
                // SAFETY: the handler is on this thread's list. As the thread ends, whatever was
                // put on it later was put there by frames that are gone.
                unsafe { _pthread_cleanup_pop(self.0.get(), 0) };
            }
        }
    }

    /// Has this thread's handler run before any of its frames is unwound by force.
    #[inline]
    pub(crate) fn enter() {
        if !LISTED.get() {
            list();
        }
    }

    #[cold]
    fn list() {
        // A thread that is ending, and has no place for a handler any more, goes without.
        let listed = OWN.try_with(|own| {
            // SAFETY: the handler is not on the list, and stays where it is until it has left it.
            unsafe { _pthread_cleanup_push(own.0.get(), unlisted, ptr::null_mut()) };
        });
        LISTED.set(listed == Ok(()));
    }

    /// Runs when glibc has taken the handler from its list, be it for an unwinding or a `longjmp`.
    extern "C" fn unlisted(_: *mut c_void) {
        LISTED.set(false);
        let mut walk =
            Walk { base: base_of(unlisted as *const c_void), forced: false, inside: false };
        // SAFETY: the walk looks at frames, changes none, and outlives the call.
        unsafe { _Unwind_Backtrace(look, (&raw mut walk).cast()) };
        if walk.inside {
            loop {
                thread::sleep(Duration::from_secs(3600));
            }
        }
    }

    /// What is seen on a walk over the stack, from the innermost frame outwards.
    struct Walk {
        /// Where this module is in memory.
        base: *mut c_void,
        /// Whether the frames from here on are being unwound by force.
        forced: bool,
        /// Whether one of those is this module's.
        inside: bool,
    }

    extern "C" fn look(frame: *mut c_void, walk: *mut c_void) -> c_int {
        // SAFETY: it is the walk that `unlisted` passed, which nothing else uses meanwhile, and the
        // frame that the unwinder passed.
        let (walk, start, place) = unsafe {
            (&mut *walk.cast::<Walk>(), _Unwind_GetRegionStart(frame), _Unwind_GetIP(frame))
        };
        if walk.forced {
            walk.inside |= base_of(place) == walk.base;
        } else {
            walk.forced = start == _Unwind_ForcedUnwind as *mut c_void
                || start == pthread_exit as *mut c_void;
        }
        0
    }

    /// The beginning of the module that an address lies in; null if none is known.
    fn base_of(address: *const c_void) -> *mut c_void {
        // SAFETY: `Place` may be all zero; `dladdr` fills it, or leaves it if it knows no module.
        unsafe {
            let mut place: Place = mem::zeroed();
            dladdr(address, &raw mut place);
            place.base
        }
    }
}
