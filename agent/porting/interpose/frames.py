"""Marks the frames of a traceback that only pass a call on to an implementation.

A module that calls an implementation on a caller's behalf says so in its globals::

    __passes_calls_on__ = True

An error that a call raises before it enters the implementation then has no frames but such ones.
So do the functions that `contextlib` makes of generators: they call these on the caller's behalf.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["MARK", "passes_on"]

_CONTEXTLIB = vars(contextlib)

MARK = "__passes_calls_on__"
"""The global name that a module sets to True."""


def passes_on(frame: FrameType) -> bool:
    """Return whether `frame` runs code of a module that only passes calls on."""
    return frame.f_globals.get(MARK) is True or frame.f_globals is _CONTEXTLIB
