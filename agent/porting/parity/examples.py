"""Scripts kept as examples: a difference that was once found, replayed by every later check."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.porting.parity.script import parse, split
from agent.porting.parity.verdict import Divergence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.porting.parity.verdict import Verdict

__all__ = ["FOR_LINTERS", "Example", "load_examples", "pin", "pin_all"]


FOR_LINTERS = ("ruff: noqa: B015, B018, F821, INP001", "mypy: ignore-errors")
"""A script has no imports: its words are there when it is run."""


@dataclass(frozen=True)
class Example:
    """A script, and the file it is kept in."""

    lines: list[str]
    path: Path


def load_examples(folder: Path) -> Iterator[Example]:
    """Yield the examples in `folder`, in the order of their names; none if it does not exist.

    Raises `UsageError` for a file that is not Python.
    """
    for path in sorted(folder.glob("*.py")):
        yield Example(split(path.read_text(encoding="utf-8"), str(path)), path)


def pin(folder: Path, lines: list[str], found: str) -> Path:
    """Keep `lines` in `folder` under a name of their own, below the comment `found`."""
    digest = sha256("\n".join(lines).encode()).hexdigest()[:8]
    operation = (parse(lines[-1]).operation or "script").strip("_")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{operation}_{digest}.py"
    comments = [f"# {line}" for line in [*found.splitlines(), *FOR_LINTERS]]
    path.write_text("\n".join([*comments, *lines, ""]), encoding="utf-8")
    return path


def pin_all(verdict: Verdict, folder: Path) -> None:
    """Keep the scripts of all new differences in `folder`, and note where in the verdict."""
    kept = []
    for told in verdict.divergences:
        example = told.example
        if example is None:
            found = f"{told.where}: python {told.python}, rust {told.rust}"
            example = str(pin(folder, told.script, found))
        kept.append(Divergence(**{**vars(told), "example": example}))
    verdict.divergences = kept
