"""Keeps the script of a difference as an example, which every later check replays."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from agent.porting.check.verdict import Divergence
from agent.porting.script.statement import parse
from agent.porting.script.store import FOR_LINTERS

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.check.verdict import Verdict

__all__ = ["pin", "pin_all"]


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
    for each in verdict.divergences:
        example = each.example
        if example is None:
            found = f"{each.where}: python {each.python}, rust {each.rust}"
            example = str(pin(folder, each.script, found))
        kept.append(Divergence(**{**vars(each), "example": example}))
    verdict.divergences = kept
