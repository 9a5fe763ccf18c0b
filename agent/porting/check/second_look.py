"""Runs scripts again that have changed what is around them, to see which line changed what."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from agent.porting.check.around import costly_state, put_back, words_for
from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.disagreement import tried
from agent.porting.check.leftovers import LEFTOVERS
from agent.porting.check.world import refusing_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from contextlib import AbstractContextManager

    from agent.porting.check.budget import Budget
    from agent.porting.check.disagreement import Disagreement
    from agent.porting.check.executor import Pair
    from agent.porting.check.verdict import Divergence

__all__ = ["SecondLook", "stays"]

_LINES = 150
"""Lines between two looks at what takes long to look at."""

_ALWAYS = 4
"""Times that each kind of change is looked at again in any case; then ever more seldom."""


_AGAIN = 3
"""How often a script has to leave something behind."""


class _Campaign(Protocol):
    """What runs the scripts."""

    budget: Budget

    @property
    def over(self) -> bool:
        """Whether nothing new may be started."""

    def pair(self, *, closely: Collection[str]) -> AbstractContextManager[Pair]:
        """Open both sides for a script."""

    def meet(self, lines: list[str], found: Disagreement, /) -> bool:
        """Note a difference; return whether the script may go on as if there was none."""


class SecondLook:
    """What is known of the changes that the scripts of a campaign make."""

    def __init__(self, campaign: _Campaign) -> None:
        self._campaign = campaign
        self._times: Counter[str] = Counter()
        self._recent: list[Sequence[str]] = []
        self._lines = 0
        random.random()  # noqa: S311  # so that it shows if it is seeded as it was before
        self._before = costly_state()

    def after(self, lines: Sequence[str], changed: Collection[str]) -> None:
        """Look again at a script that was run, and that `changed` something."""
        self._look_again([lines], changed)
        self._recent.append(lines)
        self._lines += len(lines)
        if self._lines >= _LINES:
            self.finish()

    def finish(self) -> None:
        """Look at what takes long, and again at the scripts since this was last done."""
        now = costly_state()
        changed = [word for word, state in now.items() if state != self._before[word]]
        recent, self._recent, self._lines = self._recent, [], 0
        if changed:
            self._look_again(recent, changed)
            put_back(self._before)
            now = costly_state()
        self._before = now

    def _look_again(self, scripts: Iterable[Sequence[str]], changed: Collection[str]) -> None:
        self._times.update(changed)
        words = {word for word in changed if _is_due(self._times[word])}
        for lines in scripts if words else ():
            if self._campaign.over or self._campaign.budget.late:
                return
            put_back(self._before)  # what is set to the same once more is not seen
            with refusing_effects(), self._campaign.pair(closely=words) as pair:
                for index, line in enumerate(lines):
                    if costs_of_this_process().avoids(line):
                        continue
                    found = tried(pair, line)
                    if found is not None and not self._campaign.meet([*lines[: index + 1]], found):
                        break


def stays(
    new: Divergence, again: Callable[[list[str], Collection[str]], Disagreement | None]
) -> bool:
    """Return whether what is left behind is left each time: a pool, say, is made once."""
    words = words_for(new.where)
    return not words.intersection(LEFTOVERS) or all(
        again(new.script, words) is not None for _ in range(_AGAIN)
    )


def _is_due(times: int) -> bool:
    """Return whether what happens for this time is looked at: a power of two, later on."""
    return times <= _ALWAYS or times & (times - 1) == 0
