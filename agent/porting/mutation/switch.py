"""The switch that selects a mutant: a small crate in the mutated build, and its Python side."""

from __future__ import annotations

import ctypes
import mmap
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from agent.errors import ImplementationUnavailable

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["MANIFEST", "Switch", "crate_source"]

MANIFEST = """\
[package]
name = "agent-mutation-switch"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"
"""

_SOURCE = """\
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::Relaxed};

static CHOSEN: AtomicU32 = AtomicU32::new(0);
static OWN: [AtomicU64; WORDS] = [const { AtomicU64::new(0) }; WORDS];
static REACHED: AtomicPtr<AtomicU64> = AtomicPtr::new(OWN.as_ptr().cast_mut());

fn reached(word: usize) -> &'static AtomicU64 {
    // SAFETY: there are WORDS of them, here or where the process put them, for ever.
    unsafe { &*REACHED.load(Relaxed).add(word) }
}

/// Whether this mutant runs; notes that it was reached.
#[inline]
pub fn on(mutant: u32) -> bool {
    reached(mutant as usize / 64).fetch_or(1 << (mutant % 64), Relaxed);
    CHOSEN.load(Relaxed) == mutant
}

#[no_mangle]
pub extern "C" fn agent_mutation_choose(mutant: u32) {
    CHOSEN.store(mutant, Relaxed);
}

/// Notes what is reached in memory of the caller's, of WORDS words.
#[no_mangle]
pub extern "C" fn agent_mutation_share(words: *mut AtomicU64) {
    REACHED.store(words, Relaxed);
}

#[no_mangle]
pub extern "C" fn agent_mutation_reached(word: usize) -> u64 {
    reached(word).swap(0, Relaxed)
}
"""
"""A crate of its own: crates that forbid unsafe code may still ask it."""


def crate_source(mutants: int) -> str:
    """Return the source of the switch for mutants numbered from 1 to `mutants`."""
    return _SOURCE.replace("WORDS", str(_words(mutants)))


def _words(mutants: int) -> int:
    return mutants // 64 + 1


_shared: list[Any] = []
"""Where extensions note what is reached, which they do for as long as the process lives."""


class Switch:
    """The switch in a mutated extension, which a process can load once.

    What children of the process reach, which fork made, counts as reached by the process.

    Args:
        extension: the extension's file.
        mutants: how many mutants it holds.
        chosen: the one that runs from now on, module initialisation included; 0 for none.
    """

    def __init__(self, extension: Path, mutants: int, chosen: int) -> None:
        self._extension = extension
        self._words = _words(mutants)
        face = ctypes.CDLL(str(extension))
        face.agent_mutation_choose.argtypes = [ctypes.c_uint32]
        face.agent_mutation_choose.restype = None
        words = (ctypes.c_uint64 * self._words).from_buffer(mmap.mmap(-1, 8 * self._words))
        _shared.append(words)
        face.agent_mutation_share.argtypes = [ctypes.c_void_p]
        face.agent_mutation_share.restype = None
        face.agent_mutation_share(ctypes.addressof(words))
        self._reached = face.agent_mutation_reached
        self._reached.argtypes = [ctypes.c_size_t]
        self._reached.restype = ctypes.c_uint64
        face.agent_mutation_choose(chosen)

    def install(self, name: str) -> ModuleType:
        """Load the extension as the module `name`, in place of the shipped one."""
        loader = ExtensionFileLoader(name, str(self._extension))
        spec = spec_from_file_location(name, self._extension, loader=loader)
        if spec is None:
            message = f"{self._extension} is not an extension module"
            raise ImplementationUnavailable(message)
        module = module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
        package, _, stem = name.rpartition(".")
        if package:
            setattr(sys.modules[package], stem, module)
        return module

    def reached(self) -> list[int]:
        """Return the mutants that were reached since the last time this was asked."""
        found = []
        for word in range(self._words):
            bits = self._reached(word)
            found += [word * 64 + bit for bit in range(64) if bits >> bit & 1]
        return found
