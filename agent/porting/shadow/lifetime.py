"""What is to be done as this process ends, and in a process that was forked from it."""

from __future__ import annotations

import atexit
import os
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from agent.porting.shadow.reporter import Notes

__all__ = ["at_end", "finish_all"]

_alive: WeakSet[Notes] = WeakSet()


def at_end(notes: Notes) -> None:
    """Let `notes` end with the process, and begin again in a fork."""
    _alive.add(notes)


@atexit.register
def finish_all() -> None:
    """Put all that was noted into the ledgers."""
    for notes in list(_alive):
        with suppress(Exception):  # the file stays for whoever reads the ledger next
            notes.end()


def _begin_again() -> None:
    for notes in list(_alive):
        notes.begin_again()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)
