"""Compares both sides with arguments that are large or deeply nested.

They are few and ordered by size, so that an operation that takes long with one of them is not
given larger ones.
"""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Annotated, Any, get_origin

from agent.porting.check.boundary import script_of
from agent.porting.check.cost import Cost
from agent.porting.guidance.hints import evaluated, plain
from agent.porting.strategies.growth import growths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.campaign import Campaign
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.strategies.growth import Growth

__all__ = ["try_sizes"]

_SIZES = (256, 1_024, 4_096, 32_768, 65_536)
"""Letters and items around which arguments are tried."""

_LEVELS = (65, 129, 257, 1_025, 10_000, 100_000)
"""Levels of what is nested."""

_ALL = 1_024
"""The size up to which its neighbours are tried too; of larger ones, but for the first way to grow,
one of the three."""

_IN_ALL = 2_000_000
"""Letters and items of a check, about: they are shared by its operations."""

_LEAST = 90_000
_MOST = 1_200_000
"""Letters and items for one operation."""

_PLENTY = 500_000
"""Letters and items with which neighbours of sizes are tried too."""

_OF_LINE = 100
"""Letters and items that a line of a script takes as long as."""

_SECONDS = 4.0
"""Seconds of computing for one operation, at most."""

_FEWEST_SECONDS = 1.0
"""Seconds of computing for one operation, where there are many."""

_SECONDS_IN_ALL = 8.0
"""Seconds of computing of a check, about: they are shared by its operations."""

_WORDS = 6
"""Words of the source that arguments are made of."""

_KEPT = 3
"""Calls that reached something, in which an argument grows."""

_WITHIN = range(100, 70_000)
"""Whole numbers of the source that are taken for sizes."""

_OWN = 6
"""How many of them are tried."""

_BASES = ("'a'", "[0]", "{'a': 0}")
"""What grows where a parameter takes anything."""


def try_sizes(campaign: Campaign) -> None:
    """Run calls with large and deeply nested arguments on both sides."""
    contract = campaign.contract
    specs = [] if contract.factory is None else [(contract.name, contract.factory)]
    for owner, part in contract.everything.items():
        specs += [(owner, spec) for spec in part.operations.values()]
    specs = [(owner, spec) for owner, spec in specs if spec.parameters]
    for owner, spec in specs:
        left = min(_MOST, max(_LEAST, _IN_ALL // len(specs)))
        seconds = min(_SECONDS, max(_FEWEST_SECONDS, _SECONDS_IN_ALL / len(specs)))
        _Sizes(campaign, owner, spec, left, seconds).run()


class _Sizes:
    """The large arguments of one operation.

    Args:
        campaign: the check.
        owner: the contract or part that the operation belongs to.
        spec: the operation, or the factory.
        left: letters and items that may be given in all.
        seconds: seconds of computing that it may take.
    """

    def __init__(
        self, campaign: Campaign, owner: str, spec: OperationSpec, left: int, seconds: float
    ) -> None:
        self._campaign = campaign
        self._owner = owner
        self._spec = spec
        self._left = left
        self._until = time.process_time() + seconds
        self._chance = Random(f"{campaign.verdict.seed}/sizes/{owner}.{spec.name}")  # noqa: S311
        self._tried: set[tuple[tuple[str, ...], str]] = set()
        made = spec is campaign.contract.factory
        self._label = spec.name if made else f"{owner}.{spec.name}"
        self._annotations = {each.name: each.annotation for each in spec.parameters}

    def run(self) -> None:
        """Let each argument grow in each way, the plainest first."""
        for arguments, names, growth in self._ways():
            text = growth.write(_SIZES[0])
            way = names, text
            if way not in self._tried and self._allows(names, text):
                sizes = self._sizes(growth, own=not self._tried)
                self._tried.add(way)
                self._climb(arguments, names, growth, sizes)

    def _ways(self) -> Iterator[tuple[dict[str, str], tuple[str, ...], Growth]]:
        """Yield calls, the parameters that are given what grows, and how it grows."""
        hints = self._campaign.drawing.hints
        words = [] if hints is None else hints.words(_WORDS)
        simplest = self._campaign.caller.simplest(self._spec)
        kept = [] if hints is None else hints.kept(self._label, _KEPT)
        calls = [simplest, *kept]
        ways = [
            (call, name, list(growths(value, words if call is simplest else ())))
            for call in calls
            for name, value in self._values(call)
        ]
        yield from ((call, (name,), some[0]) for call, name, some in ways if some)
        others = [(call, (name,), each) for call, name, some in ways for each in some[1:]]
        yield from (way for way in others if way[2].deep)
        yield from self._together(simplest)
        yield from (way for way in others if not way[2].deep)

    def _values(self, call: dict[str, str]) -> Iterator[tuple[str, Any]]:
        """Yield the plain arguments of a call, and what a parameter that is not given may take."""
        domains = self._campaign.caller.domains(self._spec)
        for name, domain in domains.items():
            found = plain(call.get(name, domain.within[0]))
            if found is not None and next(growths(found[0]), None) is not None:
                yield name, found[0]
                continue
            for value in map(evaluated, _BASES):
                if self._takes(name, value):
                    yield name, value

    def _together(
        self, call: dict[str, str]
    ) -> Iterator[tuple[dict[str, str], tuple[str, ...], Growth]]:
        """Yield what lets all arguments of one class grow alike."""
        by_class: dict[type, list[str]] = {}
        for name, value in self._values(call):
            by_class.setdefault(type(value), []).append(name)
        for kind, names in by_class.items():
            found = next(growths(kind()), None) if len(names) > 1 else None
            if found is not None:
                yield call, tuple(names), found

    def _climb(
        self,
        arguments: dict[str, str],
        names: tuple[str, ...],
        growth: Growth,
        sizes: list[int],
    ) -> None:
        """Try one way to grow, as far as that is expected to take neither long nor much memory."""
        cost = Cost()
        for size in sizes:
            if self._stops(size) or cost.is_too_much(size):
                return
            text = growth.write(size)
            if not self._allows(names, text, size):
                return
            found = len(self._campaign.verdict.divergences)
            lines = self._script(arguments | dict.fromkeys(names, text))
            self._left -= size * len(names) + _OF_LINE * len(lines)
            with cost.of(size):
                self._campaign.run(lines)
            if size > _ALL:
                self._campaign.ran.pop()  # run on the reference once more, it would take long
            if len(self._campaign.verdict.divergences) > found:
                return

    def _stops(self, size: int) -> bool:
        late = time.process_time() >= self._until
        return self._campaign.over or late or size > self._left

    def _sizes(self, growth: Growth, *, own: bool) -> list[int]:
        """Return the sizes to try in order; `own` ones of the source among them."""
        if growth.deep:
            return [each for each in _LEVELS if each <= (growth.deepest or each)]
        around = (-1, 0, 1)
        if self._left < _PLENTY:
            return [257, 1_025, 4_097, _SIZES[-1] + self._chance.choice(around)]
        most = _SIZES[-1] if own else _ALL
        sizes = [size + step for size in _SIZES if size <= most for step in around]
        sizes += [size + self._chance.choice((1, *around)) for size in _SIZES if size > most]
        hints = self._campaign.drawing.hints
        if own and hints is not None:
            sizes += [size + step for size in hints.sizes(_WITHIN, _OWN) for step in (0, 1)]
        return sorted(set(sizes))

    def _script(self, arguments: dict[str, str]) -> list[str]:
        return script_of(self._campaign.caller, self._owner, self._spec, arguments)

    def _allows(self, names: tuple[str, ...], text: str, size: int = 0) -> bool:
        """Return whether the contract allows a value; of what it only says the type, at first."""
        some = [
            name for name in names if not size or get_origin(self._annotations[name]) is Annotated
        ]
        value = evaluated(text) if some else None
        return all(self._takes(name, value) for name in some)

    def _takes(self, name: str, value: Any) -> bool:
        return self._campaign.drawing.allows(self._spec)(name, value)
