"""Which other ways through a script are tried before two sides are said to differ.

A contract does not promise how many turns of a loop an operation takes, nor how long work takes
that goes on outside of the loop. So the sides of a pair may be at different points of their work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.check.disagreement import Disagreement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.porting.compare.outcome import Outcome

__all__ = ["Schedule", "is_race", "other_schedules", "replayed"]

Schedule = dict[int, int]
"""For lines, counted from 0, what the reference does instead; see `SideLoop.run`."""

_RACES = 2
"""The last races of a script that count."""

_AGAIN = 4
"""How often each way is tried where time is real, also the one that was come."""

_OTHER_WAYS = {"turns": (-1, *range(7), 8, 10, 12), "cancel": (-1,), "within": (-1, 0)}


def is_race(word: str | None, *, real: bool) -> bool:
    """Tell whether it depends on chance how far a side is after a line with such a word.

    Where the clock of either loop is `real`, that holds of time limits and each cancellation too.
    """
    return word == "turns" or (real and word in _OTHER_WAYS)


def other_schedules(schedule: Schedule, races: dict[int, str], *, real: bool) -> Iterator[Schedule]:
    """Yield other schedules of a script, with the words of its `races` by line."""
    others = [
        schedule | {index: instead}
        for index in list(reversed(races))[:_RACES]
        for instead in _OTHER_WAYS[races[index]]
    ]
    yield from [schedule, *others] * _AGAIN if real else others


def replayed(run: Callable[[str], Outcome], lines: list[str]) -> Outcome | None:
    """Run `lines` by the `run` of a pair; return what the last did, or None where sides differ."""
    outcome = None
    for line in lines:
        try:
            outcome = run(line)
        except Disagreement:
            return None
    return outcome
