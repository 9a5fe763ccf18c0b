"""The world that file operations are checked in: a folder tree with all that trees may hold."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen

from agent.components.files.disk import Disk
from agent.components.files.meddler import Meddler
from agent.components.files.places import DISK, NAMES, Folder, Name
from agent.porting.worlds import step
from agent.porting.worlds.events import files_of, paths_of
from agent.porting.worlds.folder_tree import FolderTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

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


System = Literal["/proc/version", "/proc/self/mem"]
"""Files of Linux: one of unknown size, and one whose reading fails for all, root included."""

_LONGEST = 4095
"""Bytes that a path may have on Linux."""

_FULLEST = 255
"""Bytes that a name may have."""


class Tree(FolderTree):
    """A folder whose steps make what trees of files may hold, and what may happen to them.

    There are odd names, ignore files, long files and paths, chains of links, pipes, files of the
    system, a full disk, and files that change while they are read. The last two need a user who may
    mount; for others, those steps do nothing.
    """

    def __init__(self) -> None:
        self._disk: Disk | None = None
        self._meddlers: list[Meddler] = []

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folder and the disk."""
        for meddler in self._meddlers:
            meddler.close()
        if self._disk is not None:
            self._disk.close()
        super().__exit__(kind, error, trace)

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

    @step
    def link_system(self, name: Literal["a", "b.txt", "sub/c"], target: System) -> None:
        """Make a link to a file of the system's."""
        self._link(name, Path(target))

    @step
    def make_long(self, name: Literal["deep", "sub"]) -> None:
        """Make a file with so long a path that it can be listed, and not be opened."""
        folder = self._folder / name
        with suppress(OSError):
            while (left := _LONGEST - len(os.fsencode(folder)) - 2) >= _FULLEST:
                folder /= "n" * min(left - 1, 200)
            folder.mkdir(parents=True, exist_ok=True)
            inside = os.open(folder, os.O_RDONLY)
            try:
                os.close(os.open("n" * _FULLEST, os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=inside))
            finally:
                os.close(inside)

    @step
    def fill_disk(self) -> None:
        """Make a disk that has one file and no room for another."""
        disk = self._made_disk()
        if disk is not None:
            disk.fill("filler")

    @step
    def free_disk(self) -> None:
        """Make room on the disk."""
        if self._disk is not None:
            Path(self._disk.root, "filler").unlink(missing_ok=True)

    @step
    def freeze(self) -> None:
        """Make a disk with a file that nobody may change or replace."""
        disk = self._made_disk()
        if disk is not None:
            disk.freeze("old")

    @step
    def change_when_read(
        self, name: Name, change: Literal["grow", "cut", "replace", "remove"]
    ) -> None:
        """Write a file that changes when it has been opened and is about to be read."""
        self._put(name, b"some text\n")
        self._meddle(name, partial(self._change, name, change))

    @step
    def vanish_when_read(self, name: Name, other: Name) -> None:
        """Write two files, of which the second is removed when the first is about to be read."""
        self._put(other, b"soon gone\n")
        self._put(name, b"some text\n")
        self._meddle(name, partial(self._clear, self._path(other)))

    def observe(self) -> dict[str, tuple[str, str, Any]]:
        """Return each entry below the root, and those of the disk."""
        for meddler in self._meddlers:
            meddler.rests = True
        found = super().observe()
        for meddler in self._meddlers:
            meddler.rests = False
        if self._disk is not None:
            for name in os.listdir(self._disk.root):  # noqa: PTH208  # texts
                found[f"{DISK}/{name}"] = self._described(f"{self._disk.root}/{name}")
        return found

    def normalise(self, value: Any) -> Any:
        """Return `value` without the paths of the root and of the disk."""
        if isinstance(value, str) and self._disk is not None:
            value = value.replace(self._disk.root, "<disk>")
        return super().normalise(value)

    def permits(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Permit changes of what is below the root or on the disk, and attempts in ``/proc``."""
        if super().permits(event, arguments):
            return True
        places = zip(files_of(event, arguments), paths_of(event, arguments) or (), strict=False)
        inside = [
            path.startswith("/proc/") or (self._disk is not None and self._disk.holds(file))
            for file, path in places
        ]
        return bool(inside) and all(inside)

    def _described(self, path: str) -> tuple[str, str, Any]:
        if len(os.fsencode(path)) > _LONGEST:
            return "unreachable", "", None
        return super()._described(path)

    def _made_disk(self) -> Disk | None:
        """Return the disk, which is made the first time; None where this user may not."""
        if self._disk is None and (disk := Disk.new()) is not None:
            self._disk = disk
            Path(disk.root, "old").write_bytes(b"old")
            (self._folder / DISK).symlink_to(disk.root)
        return self._disk

    def _meddle(self, name: str, change: Callable[[], None]) -> None:
        with suppress(OSError):
            path = self._path(name)
            if path.is_file() and not path.is_symlink():
                meddler = Meddler.at(str(path), change)
                self._meddlers += [meddler] if meddler is not None else []

    def _change(self, name: str, change: str) -> None:
        path = self._path(name)
        match change:
            case "grow":
                with path.open("ab") as file:
                    file.write(b"more\n" * 9)
            case "cut":
                os.truncate(path, path.stat().st_size // 2)
            case "replace":
                self._put(name, b"other\n")
            case "remove":
                path.unlink()

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
