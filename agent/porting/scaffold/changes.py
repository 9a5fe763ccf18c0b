"""Planned changes: new files, and edits of existing ones; all are made, or none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.files.reading import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Changes"]


@dataclass
class Changes:
    """Files to write below `root`; nothing is written before `apply`."""

    root: Path
    created: dict[str, bytes] = field(default_factory=dict)
    """New files by their path from the root."""
    edited: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """What a file holds and is to hold."""

    def create(self, path: str, text: str) -> None:
        """Write a new file; `require_free` refuses if there is one."""
        self.created[path] = text.encode()

    def ensure(self, path: str, text: str) -> None:
        """Write a new file unless there is one."""
        if not (self.root / path).exists():
            self.create(path, text)

    def exists(self, path: str) -> bool:
        """Return whether a file exists or will be created."""
        return path in self.created or (self.root / path).is_file()

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change the text of an existing file, or of a new one; line ends stay as they are.

        Raises `UsageError` for a file that is missing, or is not UTF-8.
        """
        if not self.exists(path):
            message = f"{path} is missing, and agent new has to list the component there"
            raise UsageError(message)
        if path in self.created:
            self.created[path] = change(self.created[path].decode()).encode()
            return
        before, now = self.edited.get(path) or (read_bytes(self.root / path),) * 2
        try:
            text = now.decode()
        except UnicodeDecodeError as error:
            message = f"{path} is not UTF-8, and is not edited: {error}"
            raise UsageError(message) from error
        end = "\r\n" if "\r\n" in text else "\n"
        added = change(text.replace("\r\n", "\n")) if "\r\n" in text else change(text)
        changed = added.replace("\n", end) if end != "\n" else added
        if changed.encode() != now:
            self.edited[path] = before, changed.encode()

    def text(self, path: str) -> str:
        """Return what a file is to hold."""
        content = self.created.get(path) or self.edited[path][1]
        return content.decode()

    def require_free(self, except_for: str = "") -> None:
        """Raise `UsageError` if a file that is to be new exists; `except_for` stays as it is."""
        if except_for and (self.root / except_for).exists():
            self.created.pop(except_for, None)
        if taken := [path for path in self.created if (self.root / path).exists()]:
            message = f"{taken[0]} exists, and is not overwritten; nothing was written"
            if len(taken) > 1:
                message += f" (so do {', '.join(taken[1:])})"
            raise UsageError(message)

    def apply(self) -> None:
        """Write everything."""
        for path, content in self.created.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                file.write(content)
        for path, (_, content) in self.edited.items():
            (self.root / path).write_bytes(content)

    def tree(self) -> str:
        """Return the new files, a line each, as a tree."""
        lines: list[str] = []
        above: tuple[str, ...] = ()
        for path in sorted(self.created):
            *folders, name = path.split("/")
            for depth, folder in enumerate(folders):
                if above[: depth + 1] != tuple(folders[: depth + 1]):
                    lines.append(f"{'  ' * depth}{folder}/")
            above = tuple(folders)
            lines.append(f"{'  ' * len(folders)}{name}")
        return "\n".join(lines)

    def diff(self) -> str:
        """Return what changes in files that exist, as a unified diff."""
        parts = []
        for path, contents in self.edited.items():
            before, after = (content.decode().splitlines() for content in contents)
            lines = difflib.unified_diff(before, after, path, path, lineterm="", n=1)
            parts += list(lines)
        return "\n".join(parts)
