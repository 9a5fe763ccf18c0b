"""Locks of mappings that hold results: one for each mapping, whoever uses it."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager
from typing import Any
from weakref import WeakSet

from agent.components.cache.instances import PerInstance

__all__ = ["Lock", "lock_of", "new_lock"]

Lock = AbstractContextManager[Any, Any]

_made: WeakSet[Any] = WeakSet()


def new_lock() -> Lock:
    """Return a lock that a fork frees in the child if a thread held it that is not there."""
    lock = threading.RLock()  # a key's __eq__, a finalizer or a signal handler may call again
    _made.add(lock)
    return lock


_lock_of_mapping = PerInstance(new_lock)


def lock_of(mapping: object, spare: Lock) -> Lock:
    """Return the lock of `mapping`, always the same; or `spare` if it allows no weak references.

    A plain dict is one of those; its operations are atomic, so that several locks do no harm.
    """
    if type(mapping) is dict:
        return spare
    try:
        return _lock_of_mapping(mapping)
    except TypeError:
        return spare


def _renew() -> None:
    """Free the locks that threads held which did not survive a fork."""
    for lock in list(_made):
        if lock.acquire(blocking=False):
            lock.release()
        else:
            lock._at_fork_reinit()  # noqa: SLF001  # as the standard library's own modules do


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
