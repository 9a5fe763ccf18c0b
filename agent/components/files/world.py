"""The world that file operations are checked in: a folder tree with all that trees may hold."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from agent.components.files.places import NAMES, Folder, Name
from agent.porting.worlds import step
from agent.porting.worlds.folder_tree import FolderTree

__all__ = ["Tree"]

Rules = Literal[
    b"", b"*.txt\n", b"sub/\n!sub/c\n", b"/sub/c\n", b"**/d", b"# a\n\\#b\n a \n", b"*\n!*/\n!a\n",
    b"deep\r\n", b"sub/**/d\n", b"[a-c]*\n![[:alpha:]]\n", b"\xef\xbb\xbfa\n", b"/\n!\n\\",
    b"sub/*\n!sub/deep/\n",
]  # fmt: skip
"""What an ignore file may hold."""

Line = Literal[
    b"a", b"text", b"ab a", b"word-word", b"", b"x\r", b"\xc3\xa9t\xc3\xa9", b"\xff\xfe", b"\x00",
    b"A.B",
]  # fmt: skip
"""What a line of a file may hold."""


class Tree(FolderTree):
    """A folder whose steps make odd names, ignore files, long files, chains of links and pipes."""

    @step
    def write_lines(
        self,
        name: Name,
        lines: Annotated[list[Line], MaxLen(6)],
        ended: bool,  # noqa: FBT001  # steps have no keywords
    ) -> None:
        """Write a file of lines, of which the last one may have no end."""
        self._put(name, b"\n".join(lines) + b"\n" * ended)

    @step
    def write_long(self, name: Name, kibibytes: Annotated[int, Ge(1), Le(300)]) -> None:
        """Write a file of many lines, the longest of which is as long as two blocks are."""
        line = b"a line of text with a word\n"
        self._put(name, (b"x" * 140_000 + b"\n" + line * 40 * kibibytes)[: kibibytes << 10])

    @step
    def ignore(self, folder: Folder, rules: Rules) -> None:
        """Write an ignore file in a folder."""
        self._put(f"{folder}.gitignore", rules)

    @step
    def link_ignore(self, target: Name) -> None:
        """Make the ignore file of the root a link, which git does not follow."""
        self._link(".gitignore", self._path(target))

    @step
    def link_beside(self, name: Name, target: Literal["a", "./b.txt", "../a", "sub"]) -> None:
        """Make a link whose target is relative to its own folder, and below the root."""
        if "/" in name or target != "../a":
            self._link(name, Path(target))

    @step
    def make_chain(self, name: Name, length: Annotated[int, Ge(1), Le(45)]) -> None:
        """Make links that lead from one to the next, and at last to nothing; 40 may be followed."""
        for number in range(length, 0, -1):
            self._link(f"{name}.{number}", Path(f"{self.root}/{name}.{number + 1}"))
        self._link(name, Path(f"{self.root}/{name}.1"))

    @step
    def make_pipe(self, name: Name) -> None:
        """Make a named pipe, whose other end nobody opens."""
        path = self._path(name)
        with suppress(OSError):
            self._clear(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(path)

    @step
    def make_repository(self) -> None:
        """Make the folder of a repository, with a file in it."""
        self._put(".git/config", b"a\n")

    def _put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        with suppress(OSError):
            self._clear(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def _path(self, name: str) -> Path:
        own = name.endswith(".gitignore") or name.startswith(
            (".git/", *(f"{each}." for each in NAMES))
        )
        if name not in NAMES and not own:
            message = f"{name!r} is not one of {', '.join(map(ascii, NAMES))}"
            raise ValueError(message)
        return self._folder / name
