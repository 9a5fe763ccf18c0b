"""Scripts kept as examples: counterexamples that every later check replays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.files.reading import read_text
from agent.porting.script.statement import split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FOR_LINTERS", "Example", "load_corpus", "load_examples"]


FOR_LINTERS = ("ruff: noqa: B015, B018, F821, INP001", "mypy: ignore-errors")
"""Scripts have no imports: the names they use are defined when they run."""


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
        try:
            text = read_text(path)
        except ValueError as error:
            message = f"{path} is not Python: {error}"
            raise UsageError(message) from error
        yield Example(split(text, str(path)), path)


def load_corpus(folder: Path) -> list[list[str]]:
    """Return the scripts in `folder`, in the order of their names; none if it does not exist.

    Raises `UsageError` for a file that is not Python.
    """
    return [example.lines for example in load_examples(folder)]
