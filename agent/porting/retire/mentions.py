"""Places where a project mentions a retired component, for a person to check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

__all__ = ["mentions", "text_files"]

_APART = {"__pycache__", "build", "dist", "node_modules", "target", "venv"}

_SHOWN = 60
"""The number of shown characters of a line."""


def text_files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files of a project that end with one of `suffixes`, sorted."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in _APART:
            continue
        if path.is_dir() and not path.is_symlink():
            if not (path / "pyvenv.cfg").exists():
                yield from text_files(path, *suffixes)
        elif path.name.endswith(suffixes):
            yield path


def mentions(root: Path, pattern: str, without: Collection[Path], *suffixes: str) -> Iterator[str]:
    """Yield ``file:line: text`` for each line of a file that the regular expression matches."""
    wanted = re.compile(pattern)
    for path in text_files(root, *suffixes):
        if path in without:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if wanted.search(line):
                shown = line.strip()[:_SHOWN]
                yield f"{path.relative_to(root).as_posix()}:{number}: {shown}"
