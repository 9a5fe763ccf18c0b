"""Iterators that a script keeps: what later lines take from them, when their object has changed."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

from agent.porting.compare.tiers import item_kinds

if TYPE_CHECKING:
    from agent.porting.check.side import Side
    from agent.porting.compare.comparison import Comparison
    from agent.porting.compare.difference import Difference
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.script.statement import Line

__all__ = ["VIEWS", "Named", "difference_around", "is_kept", "kind_taken", "takes_from"]

Named = tuple[str | None, "OperationSpec | None"]
"""An operation as it is counted, and what the contract says of it."""

VIEWS = (KeysView, ItemsView, ValuesView)
"""Classes of views, which are compared at once, and looked at again later."""


def is_kept(
    line: Line, left: Outcome, right: Outcome, comparison: Comparison, *, views: bool = False
) -> bool:
    """Return whether both sides gave an iterator that the script keeps under a name, or a view.

    An iterator is compared when it is gone through. An object of the contract is none, although it
    may be one for Python.
    """
    if line.target is None or line.awaits or type(left.value) in comparison.twins:
        return False
    kinds = (Iterator, *VIEWS) if views else Iterator
    return isinstance(left.value, kinds) and isinstance(right.value, kinds)


def takes_from(line: Line, carried: dict[str, Named]) -> bool:
    """Return whether a line takes from an iterator that was kept, or from a view."""
    known = carried.get(line.subject or "") if carried else None
    return known is not None and known[1] is not None and not known[1].asynchronous


def kind_taken(line: Line, spec: OperationSpec) -> Any:
    """Return the type of what a line gives that takes from what `spec` gave."""
    if line.operation == "__next__" != spec.name:
        return item_kinds(spec.returns, 1)[0]
    return spec.returns


def difference_around(
    line: Line, python: Side, rust: Side, comparison: Comparison, *, kept: bool
) -> Difference | None:
    """Compare what the spies noted, and the arguments afterwards.

    What a `kept` iterator has still to take from is left to it.
    """
    left, right = python.journal.calls, rust.journal.calls
    if left or right:
        difference = comparison.first("callbacks", left, right)
        if difference is not None:
            return difference
    for name, _ in line.operands:
        if name in python.names and name in rust.names:
            sides = python.names[name], rust.names[name]
            if kept and isinstance(sides[0], Iterator):
                continue
            difference = comparison.first(f"{name} afterwards", *sides)
            if difference is not None:
                return difference
    return None
