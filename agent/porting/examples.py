"""Scripts kept as examples: a difference that was once found, replayed by every later check."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.porting.pair import Disagreement, Pair
from agent.porting.script import parse, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Example", "Found", "load_examples", "pin", "replay", "shortened"]


_FOR_LINTERS = ("ruff: noqa: B018, F821, INP001", "mypy: ignore-errors")
"""A script has no imports: its words are there when it is run."""


@dataclass(frozen=True)
class Example:
    """A script, and the file it is kept in."""

    lines: list[str]
    path: Path


@dataclass(frozen=True)
class Found:
    """A disagreement, and the line of a script that it came from."""

    index: int
    disagreement: Disagreement


def load_examples(folder: Path) -> Iterator[Example]:
    """Yield the examples in `folder`, in the order of their names; none if it does not exist.

    Raises `UsageError` for a file that is not Python.
    """
    for path in sorted(folder.glob("*.py")):
        yield Example(split(path.read_text(encoding="utf-8"), str(path)), path)


def replay(pair: Pair, lines: Iterable[str]) -> Found | None:
    """Run `lines` on the sides of a fresh `pair`; return their first disagreement, or None."""
    for index, line in enumerate(lines):
        try:
            pair.run(line)
        except Disagreement as disagreement:
            return Found(index, disagreement)
    return None


def shortened(pairs: Iterator[Pair], lines: list[str]) -> list[str]:
    """Leave out each line, and all after the disagreement, without which it is still there.

    `pairs` gives a fresh pair each time.
    """
    first = replay(next(pairs), lines)
    if first is None:
        return lines
    lines = lines[: first.index + 1]
    index = len(lines) - 1
    while index > 0:
        index -= 1
        fewer = lines[:index] + lines[index + 1 :]
        found = replay(next(pairs), fewer)
        if (
            found is not None
            and found.index == len(fewer) - 1
            and found.disagreement.difference == first.disagreement.difference
        ):
            # What this line undid may now be left out too: begin again at the end.
            lines = fewer
            index = len(lines) - 1
    return lines


def pin(folder: Path, lines: list[str], found: str) -> Path:
    """Keep `lines` in `folder` under a name of their own, below the comment `found`."""
    digest = sha256("\n".join(lines).encode()).hexdigest()[:8]
    operation = (parse(lines[-1]).operation or "script").strip("_")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{operation}_{digest}.py"
    comments = [f"# {line}" for line in [*found.splitlines(), *_FOR_LINTERS]]
    path.write_text("\n".join([*comments, *lines, ""]), encoding="utf-8")
    return path
