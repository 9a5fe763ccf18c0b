"""Saves a recording as a corpus: scripts with the life of an object or some calls each."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.porting.files.private import create_folder, open_private
from agent.porting.script.store import FOR_LINTERS, load_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.porting.recording.session import Recording

__all__ = ["keep"]

_TOGETHER = 200
"""Calls of a function in one file."""


def keep(folder: Path, recording: Recording) -> list[Path]:
    """Add what was recorded to the corpus in `folder`; return the files that are new."""
    known = {line for lines in load_corpus(folder) for line in lines}
    scripts = [("life", lines) for lines in recording.scripts]
    for operation, calls in recording.calls.items():
        new = [line for line in calls if line not in known]
        name = operation.strip("_")
        scripts += [
            (name, new[begin : begin + _TOGETHER]) for begin in range(0, len(new), _TOGETHER)
        ]
    return [path for name, lines in scripts for path in _written(folder, name, lines)]


def _written(folder: Path, name: str, lines: list[str]) -> Iterator[Path]:
    """Write a script under a name of its own; yield it unless it was there."""
    text = "\n".join([*(f"# {line}" for line in FOR_LINTERS), *lines, ""])
    path = folder / f"{name}_{sha256(text.encode()).hexdigest()[:8]}.py"
    if not path.exists():
        create_folder(folder)
        with os.fdopen(
            open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        yield path
