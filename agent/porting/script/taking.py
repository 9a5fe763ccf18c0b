"""Goes through what a script has kept: ``exhaust(kept1)``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.interruptions import is_interruption

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["exhaust"]

__passes_calls_on__ = True

_MOST = 1_000
"""Items that are taken, at most: there may be no end."""


def exhaust(values: Iterable[Any]) -> list[Any]:
    """Return the items that `values` still gives; the last is the exception that ended it."""
    items: list[Any] = []
    try:
        items.extend(islice(values, _MOST))
    except BaseException as error:
        if is_interruption(error):
            raise
        items.append(error)
    return items
