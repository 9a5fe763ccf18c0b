"""A toy component that keeps texts in files, right and wrong: what is checked in a folder tree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Protocol

from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect, Given, operation
from agent.porting.worlds.folder_tree import PATHS

TREE = "agent.porting.worlds.folder_tree:FolderTree"

Place = Annotated[str, Given(*PATHS)]


class Store(Protocol):
    """Texts in files."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def save(self, path: Place, text: str) -> int:
        """Write a file whole or not at all; return how many bytes it has."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError))
    def read(self, path: Place) -> str:
        """Return a file's text."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def drop(self, path: Place) -> str:
        """Remove a file; return its path."""


class MakesStore(Protocol):
    """How one is made."""

    def __call__(self, root: str) -> Store:
        """Make a store below `root`."""


class Right:
    """As it should be."""

    def __init__(self, root: str) -> None:
        self._root = root

    def save(self, path: str, text: str) -> int:
        """Write a file whole or not at all."""
        data = self._encoded(text)
        place = Path(path)
        self._prepare(place)
        temporary = place.with_name(f".{place.name}.new")
        temporary.write_bytes(data)
        self._finish(temporary, place)
        return len(data)

    def read(self, path: str) -> str:
        """Return a file's text."""
        return Path(path).read_text(encoding="utf-8", errors="replace")

    def drop(self, path: str) -> str:
        """Remove a file."""
        Path(path).unlink()
        return path

    def _encoded(self, text: str) -> bytes:
        return str.encode(text, "utf-8")

    def _prepare(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)

    def _finish(self, temporary: Path, place: Path) -> None:
        try:
            temporary.replace(place)
        except OSError:
            temporary.unlink()
            raise


class LeavesTemporary(Right):
    """Leaves its temporary file behind where it cannot be moved."""

    def _finish(self, temporary: Path, place: Path) -> None:
        temporary.replace(place)


class LeavesAlways(Right):
    """Copies its temporary file, and leaves it behind."""

    def _finish(self, temporary: Path, place: Path) -> None:
        super()._finish(temporary, place)
        temporary.write_bytes(b"")


class OtherContents(Right):
    """Ends what it writes with a line feed."""

    def _finish(self, temporary: Path, place: Path) -> None:
        super()._finish(temporary, place)
        with place.open("ab") as file:
            file.write(b"\n")


class OtherMode(Right):
    """Keeps what it writes from others."""

    def _finish(self, temporary: Path, place: Path) -> None:
        temporary.chmod(0o600)
        super()._finish(temporary, place)


class NoParent(Right):
    """Does not make the folder that it writes to."""

    def _prepare(self, place: Path) -> None:
        """Leave the folders as they are."""


class Swallows(Right):
    """Says nothing where there is nothing to remove."""

    def drop(self, path: str) -> str:
        """Remove a file, if it is there."""
        try:
            return super().drop(path)
        except FileNotFoundError:
            return path


class Strays(Right):
    """Writes beside the root as well."""

    def read(self, path: str) -> str:
        """Return a file's text, and count that."""
        text = super().read(path)
        Path(f"{self._root}.count").write_text("1", encoding="utf-8")
        return text


WRONG = (LeavesTemporary, LeavesAlways, OtherContents, OtherMode, NoParent, Swallows, Strays)

STORE = load_contract(f"{__name__}:Store", f"{__name__}:MakesStore", TREE)


def forget(path: str) -> str:
    """Remove a file: what a check without a world must not do."""
    os.remove(path)  # noqa: PTH107  # as old code does
    return path
