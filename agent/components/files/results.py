"""What file operations return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Change", "Column", "FileError", "Found", "Hashes", "Listing"]

Column = Sequence[int]
"""An `array.array` of type ``q``: 64-bit integers, which numpy takes without conversion."""


@dataclass(frozen=True)
class FileError:
    """What the system refused to do with one file of many."""

    path: str
    """As it was given, or relative to the folder that was walked."""
    errno: int
    message: str
    """What `os.strerror` says of `errno`."""


@dataclass(frozen=True)
class Change:
    """What a transformation made of a file."""

    path: str
    changed: bool
    diff: str
    """The hunks of a unified diff, where nothing was to be written."""


@dataclass(frozen=True)
class Listing:
    """The files below a folder."""

    paths: list[str]
    errors: tuple[FileError, ...]
    """The folders and ignore files that could not be read, in the order of their bytes."""


@dataclass(frozen=True)
class Hashes:
    """The digests of the files below a folder."""

    paths: list[str]
    """The files that could be read."""
    digests: bytes
    """32 bytes for each."""
    errors: tuple[FileError, ...]
    """Everything that could not be read, in the order of the paths' bytes."""


@dataclass(frozen=True)
class Found:
    """Lines that were found in the files below a folder, as columns."""

    paths: list[str]
    """The files with a match."""
    offsets: Column
    """One entry more than files: file `i` has the rows ``offsets[i]`` to ``offsets[i + 1]``."""
    lines: Column
    """The number of the line in its file, from 1."""
    starts: Column
    """Where the first match in the line starts, in bytes; -1 for a line of context."""
    stops: Column
    """Where that match ends, exclusive; -1 for a line of context."""
    texts: list[bytes]
    """The lines, without their ends."""
    errors: tuple[FileError, ...]
    """Everything that could not be read, in the order of the paths' bytes."""
