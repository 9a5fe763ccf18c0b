"""The syntax tree of a regular expression, and what follows from it alone."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Anchor",
    "Choice",
    "Node",
    "Repeat",
    "Sequence",
    "Single",
    "least",
    "singles",
    "size",
    "source",
    "states",
]


@dataclass(frozen=True)
class Single:
    """One character or set."""

    source: str
    """How `re` writes it."""
    states: int
    """The states that an engine needs for it."""
    characters: str = ""
    """All that it matches, if they are few; otherwise empty."""


@dataclass(frozen=True)
class Anchor:
    """The start or the end of the text."""

    source: str
    """How `re` writes it."""


@dataclass(frozen=True)
class Repeat:
    """Characters and sets that are repeated together."""

    body: tuple[Single, ...]
    fewest: int
    most: int | None
    """None for any number."""
    greedy: bool

    @property
    def written(self) -> int:
        """How often the body stands in the expression when it is written out."""
        return max(self.fewest, 1 if self.most is None else self.most)


@dataclass(frozen=True)
class Sequence:
    """Nodes that follow each other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """Alternatives, the preferred one first."""

    options: tuple[Node, ...]


Node = Single | Anchor | Repeat | Sequence | Choice


def singles(tree: Node) -> tuple[Single, ...] | None:
    """Return the characters and sets in a tree; None if there is anything else."""
    match tree:
        case Single():
            return (tree,)
        case Sequence():
            found: list[Single] = []
            for part in tree.parts:
                inside = singles(part)
                if inside is None:
                    return None
                found += inside
            return tuple(found)
        case Anchor() | Repeat() | Choice():
            return None


def least(tree: Node) -> int:
    """Return the fewest characters that a tree matches."""
    match tree:
        case Single():
            return 1
        case Anchor():
            return 0
        case Repeat():
            return len(tree.body) * tree.fewest
        case Sequence():
            return sum(map(least, tree.parts))
        case Choice():
            return min(map(least, tree.options))


def size(tree: Node) -> int:
    """Return the number of characters and sets in a tree, repetitions counted."""
    match tree:
        case Single():
            return 1
        case Anchor():
            return 0
        case Repeat():
            return len(tree.body) * tree.written
        case Sequence():
            return sum(map(size, tree.parts))
        case Choice():
            return sum(map(size, tree.options))


def states(tree: Node) -> int:
    """Return the states that an engine needs for a tree, repetitions counted."""
    match tree:
        case Single():
            return tree.states
        case Anchor():
            return 0
        case Repeat():
            return sum(one.states for one in tree.body) * tree.written
        case Sequence():
            return sum(map(states, tree.parts))
        case Choice():
            return sum(map(states, tree.options))


def source(tree: Node) -> str:
    """Return a tree as `re` writes it."""
    match tree:
        case Single() | Anchor():
            return tree.source
        case Repeat():
            body = "".join(one.source for one in tree.body)
            most = "" if tree.most is None else tree.most
            return f"(?:{body}){{{tree.fewest},{most}}}{'' if tree.greedy else '?'}"
        case Sequence():
            return "".join(map(source, tree.parts))
        case Choice():
            return f"(?:{'|'.join(map(source, tree.options))})"
