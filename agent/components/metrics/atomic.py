"""Changes of a list that happen in one step.

Each function changes its list by one assignment or call whose values come from a chain of iterators
written in C. Reading the list, computing and storing are then one instruction of the interpreter:
no thread, signal handler or finalizer runs in between, and an exception of one comes before the
change or after it. So nothing needs a lock, nothing can be found locked (in a signal handler, in
a finalizer, after a fork, at exit), and nothing can be found half changed.

The items that are compared must be of plain classes, whose hash and equality run no Python code.
"""

from __future__ import annotations

import sys
from functools import wraps
from itertools import chain, islice
from threading import RLock
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["append_if", "append_once", "atomic", "replace_if"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_lock = RLock()


def atomic(
    step: Callable[P, R], *, gil: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
) -> Callable[P, R]:
    """Return `step` as it is; without an interpreter lock, return it behind a lock of its own."""
    if gil:
        return step

    @wraps(step)
    def locked(*args: P.args, **kwargs: P.kwargs) -> R:
        with _lock:
            return step(*args, **kwargs)

    return locked


@atomic
def replace_if(items: list[Any], old: object, new: object, size: int) -> bool:
    """Replace the first `size` items by `new` if the first one is `old`; return whether it was."""
    offer = {old: (new,)}
    unchanged = islice(items, size)
    items[:size] = chain.from_iterable(map(offer.pop, islice(items, 1), (unchanged,)))
    return not offer


@atomic
def append_if(items: list[T], size: int, item: T) -> bool:
    """Append `item` if there are `size` items; return whether there were."""
    offer = {size: (item,)}
    items[size:size] = chain.from_iterable(map(offer.pop, map(len, (items,)), ((),)))
    return not offer


@atomic
def append_once(items: list[T], item: T, token: dict[str, float]) -> bool:
    """Append `item` and clear `token`, which holds its start; return False if it was clear."""
    offer = {token.get("start"): (item,)}
    items.extend(chain.from_iterable(map(offer.pop, map(token.pop, ("start",), (None,)), ((),))))
    return not offer
