"""The counts of a run: one schema, in a file that a later run goes on with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from agent.porting.files.atomic import replace_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Case", "Result", "load", "save"]

_SCHEMA = 1


@dataclass(frozen=True, order=True)
class Case:
    """What one process does."""

    check: str
    subject: str
    """A component, a kind of file, or a seeded fault."""
    side: str
    """``python`` or ``rust``; ``both`` where the check compares them, ``-`` where it has none."""
    python: str
    """The version of the interpreter, such as ``3.12``."""
    seeded: bool = False
    """Whether the subject is a fault that the check must catch."""


@dataclass(frozen=True)
class Result:
    """What came of a case."""

    case: Case
    runs: int
    """How often the trouble was made."""
    failures: int
    first: str = ""
    """The first failure, in a sentence."""
    wanted: int = 0
    """The runs asked for. A process that dies, or a case that fails often, ends before them."""
    seed: int = 0
    sources: str = ""
    """A digest of what was tested, and of the tests."""
    figures: dict[str, float] = field(default_factory=dict)
    """What was measured on the way, by name."""

    @property
    def good(self) -> bool:
        """Whether nothing failed; for a seeded fault, whether it was caught."""
        return (self.failures > 0) == self.case.seeded


def load(path: Path) -> list[Result]:
    """Read the results in a file; none if there is no file, or it is of another schema."""
    if not path.is_file():
        return []
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if content["schema"] != _SCHEMA:
        return []
    return [Result(Case(**row.pop("case")), **row) for row in content["results"]]


def save(path: Path, results: list[Result]) -> None:
    """Write results to a file, in the order of their cases."""
    rows = [asdict(each) for each in sorted(results, key=lambda each: each.case)]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=True)}" for row in rows)
    replace_text(path, f'{{"schema": {_SCHEMA}, "results": [\n{lines}\n]}}\n')
