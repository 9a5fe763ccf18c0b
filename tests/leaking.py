"""Small pairs in which one side, or both, keep what they should let go."""

from __future__ import annotations

import os
import threading

from agent.porting.check.loading import Loaded
from tests import toy_pairs as toys

__all__ = ["load_clean", "load_descriptors", "load_keeping", "load_keeping_both", "load_threads"]

_kept: list[object] = []
_never = threading.Event()


def keeping(text: str, /, joint: str = "-") -> str:
    """Keep every argument."""
    _kept.append((text, joint))
    return toys.slug(text, joint)


def opening(text: str, /, joint: str = "-") -> str:
    """Leave a descriptor open."""
    os.open(os.devnull, os.O_RDONLY)
    return toys.slug(text, joint)


def starting(text: str, /, joint: str = "-") -> str:
    """Start a thread that does not end."""
    threading.Thread(target=_never.wait, daemon=True).start()
    return toys.slug(text, joint)


def load_clean() -> Loaded:
    """Load a pair that keeps nothing."""
    return Loaded(toys.SLUG, toys.slug, toys.same_slug)


def load_keeping() -> Loaded:
    """Load a pair whose reference keeps its arguments."""
    return Loaded(toys.SLUG, keeping, toys.slug)


def load_keeping_both() -> Loaded:
    """Load a pair that keeps its arguments."""
    return Loaded(toys.SLUG, keeping, keeping)


def load_descriptors() -> Loaded:
    """Load a pair whose second side leaves descriptors open."""
    return Loaded(toys.SLUG, toys.slug, opening)


def load_threads() -> Loaded:
    """Load a pair whose second side starts threads."""
    return Loaded(toys.SLUG, toys.slug, starting)
