"""Where a thread is: outside, in a call that is followed, or in what such a call called."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.shadow.call import Call
    from agent.porting.shadow.callbacks import Played

__all__ = ["Context"]


class Context(local):
    """The state of each thread, for one component."""

    inside: bool = False
    """Whether one side is at work, whose own calls nobody compares."""
    call: Call | None = None
    """The call that is under way on the side that answers."""

    @contextmanager
    def within(self) -> Iterator[None]:
        """Enter one side, whose own calls nobody compares."""
        before, self.inside = self.inside, True
        try:
            yield
        finally:
            self.inside = before

    @contextmanager
    def outside(self, played: Played | None) -> Iterator[None]:
        """Leave the component while it calls what it was given; calls made then are `played`'s."""
        before, call = self.inside, self.call
        family = None if call is None or call.subject is None else call.subject.family
        self.inside, self.call = False, None
        if played is not None and family is not None:
            family.pause(played)
        try:
            yield
        finally:
            self.inside, self.call = before, call
            if played is not None and family is not None:
                family.resume(played)
