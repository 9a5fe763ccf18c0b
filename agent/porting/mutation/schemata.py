"""One text that holds every mutant of a file behind a switch, so that one build serves them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from agent.porting.mutation.mutants import Point, Source

__all__ = ["CRATE", "Region", "Rendering", "render"]

CRATE = "agent_mutation_switch"
"""The crate that knows which mutant runs."""


@dataclass(frozen=True)
class Region:
    """A piece of the rendered text, in bytes, that belongs to mutants."""

    start: int
    end: int
    mutants: tuple[int, ...]
    statement: bool = False
    """Whether a whole statement is chosen or not."""

    def holds(self, start: int, end: int) -> bool:
        """Return whether the piece from `start` to `end` lies in it."""
        return self.start <= start and end <= self.end


@dataclass
class Rendering:
    """The text of a file with its mutants, and where each is."""

    content: bytes = b""
    branches: list[Region] = field(default_factory=list)
    """The replacement for one mutant."""
    wraps: list[Region] = field(default_factory=list)
    """What is chosen from."""

    def blamed(self, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
        """Return the mutants that an error at `spans` is about; the first span says most.

        It is about the replacement for a mutant, or about the choice; if about neither, about
        what lies between its spans: most likely a statement that now is not certain to run.
        """
        for start, end in spans:
            for regions in (self.branches, self.wraps):
                around = [region for region in regions if region.holds(start, end)]
                if around:
                    return frozenset(min(around, key=lambda each: each.end - each.start).mutants)
            if inside := self._inside(start, end):
                return inside
        if not spans:
            return frozenset()
        return self._inside(min(start for start, _ in spans), max(end for _, end in spans))

    def _inside(self, start: int, end: int) -> frozenset[int]:
        """Return the mutants between `start` and `end`; of whole statements, if there are any."""
        inside = [wrap for wrap in self.wraps if start <= wrap.start and wrap.end <= end]
        statements = [wrap for wrap in inside if wrap.statement]
        return frozenset(number for wrap in statements or inside for number in wrap.mutants)


def render(source: Source, without: AbstractSet[int] = frozenset()) -> Rendering:
    """Put every mutant of `source` but those in `without` into its text.

    Only one mutant runs at a time, so that the replacement for one is the plain text: the length
    grows with the depth of the code, not with the number of combinations.
    """
    writer = _Writer(source.content, without)
    writer.copy(0, len(source.content), _grouped(source.points))
    return Rendering(bytes(writer.content), writer.branches, writer.wraps)


def _grouped(points: list[Point]) -> list[list[Point]]:
    """Put the points of one place together; those around come before those within."""
    groups: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        groups.setdefault((point.start, point.end), []).append(point)
    return list(groups.values())


class _Writer:
    def __init__(self, original: bytes, without: AbstractSet[int]) -> None:
        self._original = original
        self._without = without
        self.content = bytearray()
        self.branches: list[Region] = []
        self.wraps: list[Region] = []

    def copy(self, start: int, end: int, groups: list[list[Point]]) -> None:
        """Write the original from `start` to `end`, with the points in between."""
        at = start
        index = 0
        while index < len(groups):
            first = groups[index][0]
            inner = index + 1
            while inner < len(groups) and groups[inner][0].end <= first.end != first.start:
                inner += 1
            self.content += self._original[at : first.start]
            self._place(groups[index], groups[index + 1 : inner])
            at = first.end
            index = inner
        self.content += self._original[at:end]

    def _place(self, group: list[Point], inner: list[list[Point]]) -> None:
        first = group[0]
        choices = [
            (mutant.number, change)
            for point in group
            for mutant, change in point.choices
            if mutant.number not in self._without
        ]
        if not choices:
            self.copy(first.start, first.end, inner)
            return
        begin = len(self.content)
        form = choices[0][1].form
        self.content += b"(" if form == "expression" else b" "
        for index, (number, change) in enumerate(choices):
            self.content += b"else " if index and form != "body" else b""
            self.content += f"if ::{CRATE}::on({number}) {{ ".encode()
            start = len(self.content)
            self.content += change.text.encode()
            self.branches.append(Region(start, len(self.content), (number,)))
            self.content += b" } "
        if form != "body":
            self.content += b"else { "
            self.copy(first.start, first.end, inner)
            self.content += b" })" if form == "expression" else b" }"
        numbers = tuple(number for number, _ in choices)
        self.wraps.append(Region(begin, len(self.content), numbers, form == "statement"))
