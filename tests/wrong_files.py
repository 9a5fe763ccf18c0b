"""File operations that are wrong in what only a step of their world reveals, beside right ones."""

from __future__ import annotations

import errno
import os
import select
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from agent.components.files.contract import FileError, Hashes, Listing
from agent.components.files.reference import Files
from agent.porting.contract.reader import Contract, load_contract
from agent.porting.contract.terms import Effect, Given, operation

__all__ = ["LISTER", "READER", "WRITER", "WRONG", "Again", "Right"]

Place = Annotated[str, Given("root + '/a'", "root + '/sub/c'")]
Written = Annotated[str, Given("root + '/a'", "root + '/disk/old'", "root + '/disk/new'")]
Root = Annotated[str, Given("root")]
Data = Literal[b"", b"new\n"]
Links = Literal["follow", "replace", "refuse"]


class Reader(Protocol):
    """Reads files, which steps of the world change."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def read(self, path: Place) -> bytes:
        """Return what a file holds."""


class Writer(Protocol):
    """Writes files."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def write(self, path: Written, data: Data, links: Links) -> None:
        """Write a file."""


class Lister(Protocol):
    """Lists files."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def hashes(self, root: Root) -> Hashes:
        """Return the digests of the files below a folder."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def names(self, root: Root) -> Listing:
        """List the files below a folder."""


class MakesReader(Protocol):
    """How one is made."""

    def __call__(self) -> Reader:
        """Make one."""


class MakesWriter(Protocol):
    """How one is made."""

    def __call__(self) -> Writer:
        """Make one."""


class MakesLister(Protocol):
    """How one is made."""

    def __call__(self) -> Lister:
        """Make one."""


class Right:
    """As it should be."""

    def __init__(self) -> None:
        self._files = Files()

    def read(self, path: Any) -> bytes:
        """Return what a file holds."""
        return self._files.read_bytes(path)

    def write(self, path: Any, data: Any, links: Any) -> None:
        """Write a file."""
        self._files.write_bytes(path, data, links=links)

    def hashes(self, root: Any) -> Hashes:
        """Return the digests of the files below a folder."""
        return self._files.hash_tree(root)

    def names(self, root: Any) -> Listing:
        """List the files below a folder."""
        return self._files.walk(root)


class Again(Right):
    """As it should be, too."""


class LeavesTemporary(Right):
    """Leaves its temporary file behind where the disk is full, or the file may not be replaced."""

    def write(self, path: Any, data: Any, links: Any) -> None:
        """Leave an empty one."""
        try:
            super().write(path, data, links)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EPERM}:
                Path(path).with_name(".left.tmp").touch()
            raise


class WritesInPlace(Right):
    """Has lost the old file where the new one does not fit."""

    def write(self, path: Any, data: Any, links: Any) -> None:
        """Empty the file first, where it is the file's own path."""
        file = Path(path)
        if data and file.is_file() and not file.is_symlink():
            with file.open("r+b", buffering=0) as opened:
                opened.write(data)
                opened.truncate()
        else:
            super().write(path, data, links)


class FollowsLinks(Right):
    """Writes what a link leads to where that was to be refused."""

    def write(self, path: Any, data: Any, links: Any) -> None:
        """Follow."""
        super().write(path, data, "follow" if links == "refuse" else links)


class LosesMode(Right):
    """Gives each file the mode of a new one."""

    def write(self, path: Any, data: Any, links: Any) -> None:
        """Have no old file."""
        super().write(path, data, links)
        Path(path).chmod(0o644)


class FollowsMore(Right):
    """Follows more links than the system does."""

    def read(self, path: Any) -> bytes:
        """Follow them one by one."""
        for _ in range(100):
            if not os.path.islink(path):  # noqa: PTH114  # texts
                break
            path = os.path.join(os.path.dirname(path), os.readlink(path))  # noqa: PTH115, PTH118, PTH120
        return super().read(path)


class WaitsForPipes(Right):
    """Reads a pipe, whose other end nobody opens."""

    def read(self, path: Any) -> bytes:
        """Wait for a short while, so that the test ends."""
        if Path(path).is_fifo():
            pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            select.select([pipe], [], [], 0.01)
            os.close(pipe)
            return b""
        return super().read(path)


class LeaksDescriptor(Right):
    """Closes only what it could read."""

    def read(self, path: Any) -> bytes:
        """Open a folder, and forget it."""
        if Path(path).is_dir():
            os.open(path, os.O_RDONLY)
        return super().read(path)


class TrustsSizes(Right):
    """Reads as many bytes as the file had when it was opened."""

    def read(self, path: Any) -> bytes:
        """Ask for the size first."""
        with suppress(OSError):
            size = os.stat(path).st_size  # noqa: PTH116  # of a text
            return super().read(path)[:size]
        return super().read(path)


class ReadsNothing(Right):
    """Takes a file that cannot be read for an empty one."""

    def read(self, path: Any) -> bytes:
        """Read it, or nothing."""
        try:
            return super().read(path)
        except OSError as error:
            if error.errno == errno.EIO:
                return b""
            raise


class ManglesNames(Right):
    """Takes each name for UTF-8."""

    def names(self, root: Any) -> Listing:
        """Replace what is not."""
        listing = super().names(root)
        names = [os.fsencode(path).decode(errors="replace") for path in listing.paths]
        return Listing(names, listing.errors)


class SplitsNames(Right):
    """Takes each line of a listing for a name."""

    def names(self, root: Any) -> Listing:
        """Split the text of all."""
        listing = super().names(root)
        return Listing("\n".join(listing.paths).split("\n") * bool(listing.paths), listing.errors)


class EntersLinks(Right):
    """Walks through links to folders, as long as the system follows them."""

    def names(self, root: Any) -> Listing:
        """List what is behind them, too."""
        paths: set[str] = set()
        for folder, _, files in os.walk(root, followlinks=True):
            paths |= {os.path.relpath(f"{folder}/{file}", root) for file in files}
        listing = super().names(root)
        paths = {path for path in paths if (Path(root) / path).parent.resolve() != Path(root)}
        return Listing(sorted({*paths, *listing.paths}, key=os.fsencode), listing.errors)


class IgnoresVanished(Right):
    """Says nothing of a file that is gone when it is to be read."""

    def hashes(self, root: Any) -> Hashes:
        """Leave it out."""
        found = super().hashes(root)
        errors = tuple(error for error in found.errors if error.errno != errno.ENOENT)
        return Hashes(found.paths, found.digests, errors)


class StopsAtFirst(Right):
    """Ends at the first file that cannot be read."""

    def hashes(self, root: Any) -> Hashes:
        """Leave out what comes after it."""
        found = super().hashes(root)
        if not found.errors:
            return found
        first: FileError = found.errors[0]
        return Hashes(
            [path for path in found.paths if path < first.path],
            found.digests[: 32 * sum(path < first.path for path in found.paths)],
            (first,),
        )


def _contract(name: str) -> Contract:
    return load_contract(
        f"{__name__}:{name}", f"{__name__}:Makes{name}", "agent.components.files.world:Tree"
    )


READER, WRITER, LISTER = map(_contract, ("Reader", "Writer", "Lister"))

WRONG = {
    READER: (FollowsMore, WaitsForPipes, LeaksDescriptor, TrustsSizes, ReadsNothing),
    WRITER: (LeavesTemporary, WritesInPlace, FollowsLinks, LosesMode),
    LISTER: (ManglesNames, SplitsNames, EntersLinks, IgnoresVanished, StopsAtFirst),
}
"""The wrong ones, by their contract."""
