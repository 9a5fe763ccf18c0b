"""Exact comparison of two values: type, bits, order, contents, and shared objects.

The twins of a pair count as the same class, and are compared by their observers. Values are walked
without recursion, so they may be nested as deeply as memory allows, and contain themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, KeysView, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import PurePath
from types import MethodType
from typing import TYPE_CHECKING, Any

from agent.porting.compare.by_type import (
    ACROSS_TYPES,
    HARMLESS,
    HELD,
    PASSING,
    Steps,
    carried,
    is_plainly_same,
    of_entries,
    of_exceptions,
    of_mappings,
    of_objects,
    of_pairs,
    of_sets,
    surely_same_items,
    way_of,
)
from agent.porting.compare.chains import CHAINED, FARTHEST, levels, shortened
from agent.porting.compare.difference import Difference, describe, typed
from agent.porting.compare.introspection import (
    are_views,
    contents_of,
    made_alike,
    printed,
    rank,
    seen_from_outside,
)
from agent.porting.compare.masks import is_masked, without
from agent.porting.compare.tiers import beyond, broken, is_number, item_kinds, loose, tier_of
from agent.porting.contract.terms import Invariant, Normalised
from agent.porting.interpose.interruptions import is_interruption

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Comparison", "Difference", "Normalisers", "describe"]

Normalisers = tuple[Callable[[Any], Any], Callable[[Any], Any]]
"""Removes what differs by construction from a value of each side."""

_NAMING = (str, bytes, int, PurePath)
"""Classes of values that may name a folder or a port."""

_CONTEXT = {".__context__", ".__suppress_context__"}
"""Places of an exception's context, which is made by how a side works."""

_DEEPEST = 3
"""Twins inside each other that are compared by what they show, where they have no `__repr__`."""

_MANY = 1_000
"""The number of items of a mapping or set from which it is not gone through."""


@dataclass
class Comparison:
    """A comparison of the values of two sides, with the objects it has seen."""

    twins: dict[type, tuple[type, Callable[[Any], dict[str, Any]]]] = field(default_factory=dict)
    """For a class of the reference, its counterpart on the other side, and the function that
    returns the visible state of an object of either."""
    strangers: bool = False
    """Whether classes with the same name correspond, because the sides share no classes."""
    namesakes: dict[type, type] = field(default_factory=dict)
    """Other classes with the same name, which are compared by their contents."""
    normalisers: Normalisers | None = None
    """Applied to strings, bytes, paths and integers before they are compared."""
    iterates: bool = True
    """Whether iterators, and views of objects other than dicts, are iterated, which may consume
    them, have effects or never end; otherwise any two agree, and `passed` records that there were
    some. So do then mappings and sets of other classes with many items, and what fails when it is
    looked at."""
    longest: int | None = None
    """How many parts are compared; after them, the rest agrees, which `passed` records."""
    paired: Callable[[Any, Any], bool] | None = None
    """Whether two objects are known to correspond, so that they are not compared."""
    masked: frozenset[str] = frozenset()
    """Places that are not compared, as `agent.porting.compare.masks.place_of` writes them."""
    passed: str = ""
    """What was left uncompared, if anything was."""
    _within: int = 0
    """In how many twins the values are that are being compared."""
    _done: dict[tuple[int, int, int], tuple[Any, Any, Any]] = field(default_factory=dict)
    """Objects already seen; keeping them prevents reuse of their addresses."""
    _met: dict[int, tuple[int, str]] = field(default_factory=dict)
    """For an object of the reference, its counterpart, and where both were first seen."""
    _counterparts: dict[int, tuple[int, str]] = field(default_factory=dict)
    """The same, from the other side."""

    def forget(self) -> None:
        """Forget the seen objects: later values may share objects in another way."""
        self._done.clear()
        self._met.clear()
        self._counterparts.clear()

    def first(self, where: str, python: Any, rust: Any, annotation: Any = Any) -> Difference | None:
        """Return the first difference, with its path below `where`, or None.

        Mutable objects must also be shared alike: if one side returns the same list twice, the
        other must not return two lists, here or since `forget` was called.
        """
        kind = annotation if loose(annotation) else Any
        if is_plainly_same(python, rust, kind):  # for speed: `_steps` says the same
            return None
        self._within = 0
        stack = [self._begun(where, python, rust, kind)]
        for _ in count() if self.longest is None else range(self.longest):
            if not stack:
                return None
            try:
                step = next(stack[-1], None)
            except BaseException as error:
                if is_interruption(error):
                    raise
                return self._incomparable(where, error)
            if step is None:
                stack.pop()
            elif isinstance(step, Difference):
                if not self._is_masked(step):
                    return step
            elif not is_plainly_same(*step[1:]):
                where = step[0]
                stack.append(self._begun(*step))
        self.passed = f"more than {self.longest:,} parts"
        return None

    def _is_masked(self, found: Difference) -> bool:
        return bool(self.masked) and is_masked(found.where, self.masked)

    def _begun(self, where: str, python: Any, rust: Any, annotation: Any) -> Steps:
        """Begin to compare two parts."""
        where = where if len(where) <= 2 * FARTHEST else shortened(where)
        plain = annotation is Any and self.normalisers is None and self.paired is None
        return (self._down if plain and type(python) in CHAINED else self._steps)(
            where, python, rust, annotation
        )

    def _down(self, where: str, python: Any, rust: Any, annotation: Any) -> Steps:
        """Compare two values; of containers with one item each, what is in the innermost."""
        for place, one, other, goes_on in levels(where, python, rust):
            if not goes_on:
                yield from self._steps(place, one, other, annotation)
                return
            key = id(one), id(other), id(annotation)
            if key in self._done:
                return
            self._done[key] = one, other, annotation
            found = None if type(one) is tuple else self._shared(place, one, other)
            if found is not None:
                yield found
                return

    def _incomparable(self, where: str, error: BaseException) -> Difference | None:
        """Return a difference, since values that cannot be compared differ, or let them pass."""
        if not self.iterates:
            self.passed = f"what cannot be compared ({type(error).__name__})"
            return None
        shown = f"could not be compared: {describe(error)}"
        return Difference(where, shown, shown)

    def _steps(self, where: str, python: Any, rust: Any, annotation: Any) -> Steps:
        """Compare by the tier at the top of `annotation`, or exactly."""
        if annotation is not Any:
            tier, below = tier_of(annotation, python)
            if isinstance(tier, Invariant):
                yield from _found(broken(tier, where, python, rust))
                return
            if isinstance(tier, Normalised):
                yield from self._normalised(tier, where, python, rust, below)
                return
            if tier is None:
                annotation = below
            elif type(python) is type(rust) and is_number(python):
                yield from _found(beyond(tier, where, python, rust))
                return
        yield from self._exact(where, python, rust, annotation)

    def _exact(  # noqa: C901, PLR0911, PLR0912  # one for each kind
        self, where: str, python: Any, rust: Any, annotation: Any
    ) -> Steps:
        if self.normalisers is not None:
            python, rust = self._normal(python, rust)
        if type(python) is type(rust) is str and python != rust:
            python, rust = self._short(python), self._short(rust)
        cls: Any = type(python)
        other: Any = type(rust)
        if self.paired is not None:
            if self.paired(python, rust):
                return
            if cls is other is MethodType and self.paired(python.__self__, rust.__self__):
                yield f"{where}.__name__", python.__name__, rust.__name__, Any
                return
        if isinstance(python, type) and isinstance(rust, type):
            if self._same_type(python, rust):
                return  # their metaclasses may differ
            if made_alike(python, rust):
                self.namesakes[python] = rust
                yield from of_entries(where, contents_of(python), contents_of(rust))
                return
            if self._adopts(python, rust):
                return  # such as the category of a warning
        way = way_of(cls)
        passes = not self.iterates and cls not in self.twins
        if passes and way.compare in PASSING and cls not in HARMLESS:
            self.passed = "an iterator or a view"
            return
        if not self._same_type(cls, other) and not self._adopts(cls, other):
            across = way.compare in ACROSS_TYPES and way_of(other).compare is way.compare
            if not across and are_views(cls, other):
                yield from self._exact(where, KeysView(python), KeysView(rust), annotation)
                return
            if not across:
                yield Difference(where, typed(python), typed(rust))
                return
        if not way.simple:
            key = id(python), id(rust), id(annotation)
            if key in self._done:
                return
            self._done[key] = python, rust, annotation
            if way.changes:
                yield from _found(self._shared(where, python, rust))
        if cls in self.twins:
            yield from self._of_twins(where, python, rust)
        elif passes and way.compare in {of_mappings, of_sets} and not issubclass(cls, HELD):
            yield from self._first_items(where, python, rust, annotation)
        elif way.compare is of_sets:
            yield from self._items_of_sets(where, python, rust, annotation)
        elif way.compare is of_exceptions and self.strangers:
            yield from without(of_exceptions(where, python, rust, annotation), where, _CONTEXT)
        elif python is not rust or annotation is not Any:
            yield from way.compare(where, python, rust, annotation)

    def _of_twins(self, where: str, python: Any, rust: Any) -> Steps:
        """Compare what two twins show, and by their texts alone what these show in turn.

        Some show others of their class without an end, as a text whose letters are such texts.
        """
        prints: Any = type(python).__repr__
        shows = prints is not object.__repr__
        if self._within >= (1 if shows else _DEEPEST):
            if shows:
                yield f"repr({where})", printed(python), printed(rust), Any
            return
        observe = self.twins[type(python)][1]
        seen = observe(python)
        if not (seen or self.iterates):
            self.passed = f"an object of {type(python).__name__}, which shows nothing"
        self._within += 1  # until all parts below are compared
        yield from of_entries(where, seen, observe(rust))
        self._within -= 1

    def _normalised(
        self, tier: Normalised, where: str, python: Any, rust: Any, annotation: Any
    ) -> Steps:
        """Compare both values after applying `tier`; a difference shows its reason."""
        normal = []
        for side in (python, rust):
            try:
                normal.append(tier.by(side))
            except BaseException as error:
                if is_interruption(error):
                    raise
                shown = f"{describe(side)} cannot be normalised: {describe(error)}"
                yield Difference(where, shown, shown).although(tier.reason)
                return
        found = self._apart(where, normal[0], normal[1], annotation)
        yield from _found(found and found.although(f"normalised: {tier.reason}"))

    def _normal(self, python: Any, rust: Any) -> tuple[Any, Any]:
        """Return both values after removing what differs by construction."""
        sides, by = (python, rust), self.normalisers
        if by is None or not all(isinstance(side, _NAMING) for side in sides):
            return sides
        return by[0](python), by[1](rust)

    def _fresh(self) -> Comparison:
        """Return a comparison with the same settings that has seen no objects."""
        return Comparison(
            self.twins, self.strangers, self.namesakes, self.normalisers, self.iterates,
            self.longest, self.paired,
        )  # fmt: skip

    def _apart(self, where: str, python: Any, rust: Any, annotation: Any) -> Difference | None:
        """Return the first difference between two values, whatever objects were seen before."""
        comparison = self._fresh()
        found = comparison.first(where, python, rust, annotation)
        self.passed = self.passed or comparison.passed
        return found

    def _short(self, text: str) -> str:
        """Return a text without the modules of the twins, of which each side has its own."""
        modules = {
            cls.__module__
            for twins in ((python, rust) for python, (rust, _) in self.twins.items())
            for cls in twins
        }
        modules |= {cls.__module__ for twins in self.namesakes.items() for cls in twins}
        for module in modules:
            text = re.sub(rf"(?<![\w.]){re.escape(module)}\.", "", text)
        return text

    def _adopts(self, python: type, rust: type) -> bool:
        """Treat two classes as twins if classes with the same name correspond.

        That is so of strangers, and of classes that each side makes while it runs.
        """
        modules = {python.__module__, rust.__module__}
        if python.__qualname__ != rust.__qualname__ or "builtins" in modules:
            return False
        if made_alike(python, rust):
            self.namesakes[python] = rust
            return True
        if not self.strangers:
            return False
        ways = {way_of(python).compare, way_of(rust).compare}
        if len(ways) == 1 and ways != {of_objects}:
            self.namesakes[python] = rust  # each has the contents of its kind
        else:
            self.twins[python] = rust, seen_from_outside
        return True

    def _same_type(self, python: type, rust: type) -> bool:
        if python is rust or self.namesakes.get(python) is rust:
            return True
        return python in self.twins and self.twins[python][0] is rust

    def _shared(self, where: str, python: Any, rust: Any) -> Difference | None:
        """Return a difference if one of the two was seen before without the other."""
        ours = self._met.setdefault(id(python), (id(rust), where))
        theirs = self._counterparts.setdefault(id(rust), (id(python), where))
        if ours[0] == id(rust) and theirs[0] == id(python):
            return None
        texts = [
            f"the object that is {first}" if first != where else f"another object: {describe(side)}"
            for side, first in ((python, ours[1]), (rust, theirs[1]))
        ]
        return Difference(where, *texts)

    def _first_items(self, where: str, python: Any, rust: Any, annotation: Any) -> Steps:
        """Compare mappings or sets of a class of their own, if they have few items."""
        items, cls = [], type(python)
        for side in (python, rust):
            found = side.items() if isinstance(side, Mapping) else side
            items.append(list(islice(found, _MANY)))
        if _MANY in map(len, items):
            self.passed = f"{_MANY:,} items or more of {cls.__name__}"
        elif isinstance(python, Mapping):
            yield from of_pairs(where, items[0], items[1], annotation)
            yield from carried(where, python, rust)
        else:
            yield from self._items_of_sets(where, items[0], items[1], annotation)

    def _items_of_sets(self, where: str, python: Any, rust: Any, annotation: Any) -> Steps:
        """Compare ignoring order, which differs between processes."""
        kind = item_kinds(annotation, 1)[0]
        exact = kind is Any and self.normalisers is None
        if exact and surely_same_items(python, rust):
            yield from of_sets(where, python, rust, annotation)
            return
        ranked: Callable[[Any], Any] = rank if exact else type
        groups: dict[Any, list[Any]] = {}
        for other in rust:
            groups.setdefault(ranked(other), []).append(other)
        for index, one in enumerate(sorted(python, key=rank)):
            others = groups.get(ranked(one), [])
            place = f"sorted({where})[{index}]"
            for chosen, other in enumerate(others):
                if self._apart(place, one, other, kind) is None:
                    del others[chosen]
                    break
            else:
                yield Difference(place, describe(one), "no such item")
                return
        for other in (other for others in groups.values() for other in others):
            yield Difference(f"sorted({where})", "no such item", describe(other))
        yield from of_sets(where, python, rust, annotation)


def _found(difference: Difference | None) -> Iterator[Difference]:
    if difference is not None:
        yield difference
