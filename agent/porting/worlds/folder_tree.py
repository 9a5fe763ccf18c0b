"""A world that is a folder: files, folders and links, which both operations and steps change."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from annotated_types import MaxLen

from agent.porting.worlds.events import paths_of
from agent.porting.worlds.places import new_folder, remove_folder
from agent.porting.worlds.world import World, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["NAMES", "PATHS", "FolderTree", "Name"]

NAMES = ("a", "b.txt", "sub", "sub/c", "sub/deep/d", "é")
"""Where steps put files and folders, below the root; ``sub`` and ``sub/deep`` may be either."""

PATHS = tuple(f"root + '/{name}'" for name in NAMES)
"""The same as expressions of a script: ``Annotated[str, Given(*PATHS)]``."""

Name = Literal["a", "b.txt", "sub", "sub/c", "sub/deep/d", "é"]
"""One of `NAMES`, as a type."""

Content = Literal[b"", b"a", b"text\n", b"a\r\nb"] | Annotated[bytes, MaxLen(300)]

Mode = Literal[0o000, 0o200, 0o400, 0o444, 0o500, 0o555, 0o600, 0o644, 0o755]

T = TypeVar("T")

_WHOLE = 4096
"""Bytes of a file that are observed as they are; of a longer one, its digest is."""

_ROOT = "<root>"


class FolderTree(World):
    """A folder of its own, empty at first; ``root`` is its path as a text.

    Steps write, remove, link and change modes as far as that is possible, and do nothing where it
    is not. Observed are each entry's kind and mode, and what a file holds or a link leads to; not
    times, owners and numbers of links.

    Modes do not bind the user root: `set_mode` then changes nothing but what is observed. What no
    user can open is a link that leads to itself: `make_loop`.
    """

    gives: ClassVar[tuple[str, ...]] = ("root",)

    root: str

    def __enter__(self) -> Self:
        """Make the folder, below the one for temporary files."""
        self._folder = new_folder()
        self.root = str(self._folder)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folder, whatever the modes in it are."""
        remove_folder(self._folder)

    @step
    def write(self, name: Name, data: Content) -> None:
        """Write a file, with the folders that it needs, in the place of what is there."""
        path = self._path(name)
        with suppress(OSError):
            self._clear(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    @step
    def make_folder(self, name: Name) -> None:
        """Make a folder, with those that it needs."""
        with suppress(OSError):
            self._path(name).mkdir(parents=True, exist_ok=True)

    @step
    def remove(self, name: Name) -> None:
        """Remove what is there, with all in it."""
        with suppress(OSError):
            self._clear(self._path(name))

    @step
    def link(self, name: Name, target: Name) -> None:
        """Make a symbolic link to another name, which need not be there."""
        self._link(name, self._path(target))

    @step
    def make_loop(self, name: Name) -> None:
        """Make a symbolic link to itself: opening it fails with ``ELOOP``."""
        self._link(name, self._path(name))

    @step
    def set_mode(self, name: Name, mode: Mode) -> None:
        """Change the mode of a file or folder: unreadable, read-only, or as it is by default."""
        path = self._path(name)
        with suppress(OSError):
            if not path.is_symlink():
                path.chmod(mode)

    def observe(self) -> dict[str, tuple[str, str, Any]]:
        """Return each entry below the root: its kind, its mode in octal digits, what it holds.

        Where the root itself is gone, the entry of the empty name says so.
        """
        found: dict[str, tuple[str, str, Any]] = {}
        pending = [""] if self._folder.is_dir() else []
        while pending:
            folder = pending.pop()
            for entry in _opened(f"{self.root}/{folder}", os.listdir):
                name = f"{folder}{entry}"
                found[name] = self._described(f"{self.root}/{name}")
                if found[name][0] == "folder":
                    pending.append(f"{name}/")
        return dict(sorted(found.items())) if self._folder.is_dir() else {"": ("nothing", "", None)}

    def normalise(self, value: Any) -> Any:
        """Return `value` with ``<root>`` in the place of the root's path."""
        if isinstance(value, str):
            return value.replace(self.root, _ROOT)
        if isinstance(value, bytes):
            return value.replace(os.fsencode(self.root), _ROOT.encode())
        if isinstance(value, PurePath):
            return type(value)(str(value).replace(self.root, _ROOT))
        return value

    def permits(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Permit changes of what is below the root, and nothing else."""
        paths = paths_of(event, arguments)
        return paths is not None and all(
            path == self.root or path.startswith(f"{self.root}/") for path in paths
        )

    def _path(self, name: str) -> Path:
        if name not in NAMES:
            message = f"{name!r} is not one of {', '.join(NAMES)}"
            raise ValueError(message)
        return self._folder / name

    def _described(self, path: str) -> tuple[str, str, Any]:
        status = os.lstat(path)
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        if stat.S_ISLNK(status.st_mode):
            return "link", mode, self.normalise(os.readlink(path))  # noqa: PTH115  # of a text
        if stat.S_ISDIR(status.st_mode):
            return "folder", mode, None
        if not stat.S_ISREG(status.st_mode):
            return "other", mode, stat.S_IFMT(status.st_mode)
        content = _opened(path, _content)
        if len(content) > _WHOLE:
            return "file", mode, (len(content), sha256(content).hexdigest())
        return "file", mode, content

    def _link(self, name: str, target: Path) -> None:
        path = self._path(name)
        with suppress(OSError):
            self._clear(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target)

    @staticmethod
    def _clear(path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            remove_folder(path)
        else:
            path.unlink(missing_ok=True)


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # this is done after each call
        return file.readall()


def _opened(path: str, look: Callable[[str], T]) -> T:
    """Return what `look` says of a path, which this user may have to be allowed to see first."""
    try:
        return look(path)
    except PermissionError:
        mode = stat.S_IMODE(os.lstat(path).st_mode)
        os.chmod(path, mode | stat.S_IRWXU)  # noqa: PTH101  # of a text
        try:
            return look(path)
        finally:
            os.chmod(path, mode)  # noqa: PTH101
