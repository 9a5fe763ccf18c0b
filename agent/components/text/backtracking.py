"""How many steps a backtracking engine may take, computed from the syntax tree.

`re` is the fastest engine there is in Python, but its time may grow with any power of the text's
length. It is used where a bound shows that it cannot.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from agent.components.text.syntax import Anchor, Choice, Node, Repeat, Sequence, Single

__all__ = ["longest_text", "steps"]

MAX_STEPS = 1000
"""The largest number of steps for each character of a text."""


class _Rest(NamedTuple):
    """What a bound depends on of that which follows a node."""

    steps: int
    """The most steps that it takes."""
    sure: bool
    """Whether it always matches."""
    heads: int
    """The most steps that it takes where it cannot match a character."""
    firsts: tuple[Single, ...]
    """The characters and sets with which it may begin."""


_MATCH = _Rest(0, sure=True, heads=0, firsts=())


def longest_text(tree: Node) -> int:
    """Return the length up to which a text takes at most `MAX_STEPS` steps for each character.

    It is `sys.maxsize` if any text does, and -1 if none.
    """
    if steps(tree, sys.maxsize) <= MAX_STEPS:
        return sys.maxsize
    return bisect_right(range(MAX_STEPS), MAX_STEPS, key=lambda length: steps(tree, length)) - 1


def steps(tree: Node, length: int) -> int:
    """Return a bound for the steps of one attempt to match in a text of a length.

    A step compares a character or goes on to another option. Those along the match that is found
    are not counted: the search continues behind it.
    """
    return _before(tree, _MATCH, length).steps


def _before(tree: Node, rest: _Rest, length: int) -> _Rest:
    """Return what the bound depends on of a node and the rest."""
    match tree:
        case Single():
            return _Rest(1 + rest.steps, sure=False, heads=1, firsts=(tree,))
        case Anchor():
            return _Rest(1 + rest.steps, sure=False, heads=1 + rest.heads, firsts=rest.firsts)
        case Sequence():
            for part in reversed(tree.parts):
                rest = _before(part, rest, length)
            return rest
        case Choice():
            options = [_before(option, rest, length) for option in tree.options]
            return _Rest(
                1 + sum(option.steps for option in options),
                any(option.sure for option in options),
                1 + sum(option.heads for option in options),
                tuple(dict.fromkeys(first for option in options for first in option.firsts)),
            )
        case Repeat():
            return _before_repeat(tree, rest, length)


def _before_repeat(tree: Repeat, rest: _Rest, length: int) -> _Rest:
    size, first = len(tree.body), tree.body[0]
    most = length // size if tree.most is None else min(tree.most, length // size)
    retried = max(most - tree.fewest, 0)
    if rest.sure:  # nothing is retried, and what is repeated belongs to the match
        count = size * (tree.fewest + 1) + rest.steps
    elif all(_are_disjoint(first, other) for other in rest.firsts):
        # The rest fails at its first character wherever the body can be repeated once more.
        count = size * (most + 1) + retried * (1 + rest.heads) + rest.steps
    else:
        count = size * (most + 1) + (retried + 1) * (1 + rest.steps)
    if tree.fewest:
        return _Rest(count, sure=False, heads=1, firsts=(first,))
    firsts = tuple(dict.fromkeys((first, *rest.firsts)))
    return _Rest(count, rest.sure, 1 + rest.heads, firsts)


def _are_disjoint(one: Single, other: Single) -> bool:
    """Return whether no character belongs to both; False if it takes long to tell."""
    for few, many in ((one, other), (other, one)):
        characters = _spaces() if few.source == r"\s" else few.characters
        if characters:
            return not re.search(many.source, characters)
    return False


@cache
def _spaces() -> str:
    return "".join(filter(str.isspace, map(chr, range(0x3001))))  # the last one is 0x3000
