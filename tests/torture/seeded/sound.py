"""A tally without a fault, which passes every check; the others do one thing in another way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tests.torture.subject import Growth, Operation, Request, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.subject import Calls

__all__ = ["IMPLEMENTATION", "SUBJECT", "Tally", "subject"]


class Tally:
    """A set of keys; one step of the interpreter changes it."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.keys: dict[object, bool] = {}

    def add(self, key: object) -> None:
        """Note a key."""
        self.calls.pause()
        self.keys[key] = True

    def wait(self, _: object) -> None:
        """Wait longer than any check does, unless a signal interrupts it."""
        threading.Event().wait(600)


def _holds(tally: Any) -> None:
    assert set(tally.keys.values()) <= {True}, "a key is half noted"


def subject(
    operation: Callable[[Any, int], object] = Tally.add,
    wait: Callable[[Any, int], object] = Tally.wait,
    work: Callable[[Any, int], int | None] = lambda _, size: size,
    request: Callable[[Any, int], Callable[[], object]] = lambda _, number: (
        lambda: bytes(2 ** min(number, 62))  # more is no size, for want of memory or not
    ),
) -> Subject:
    """Return the subject of a tally that does one of these in its own way."""
    return Subject(
        prepare=lambda implementation, calls: implementation(calls),
        operations=(Operation("add", operation),),
        holds=_holds,
        seen=lambda tally: list(tally.keys.items()),
        growths=(Growth("work", work, 100, exponent=1, most=lambda size: 3 * size),),
        requests=(Request("request", request),),
        batches=(Operation("wait", wait),),
    )


IMPLEMENTATION = Tally
SUBJECT = subject()
