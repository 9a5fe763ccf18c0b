"""A file that is mapped into memory, and read through its descriptor."""

from __future__ import annotations

import mmap
import os
from errno import ESTALE
from typing import Any, Self

from agent.components.files.arguments import checked_bytes, checked_int
from agent.components.files.mapped import MAX_OFFSET
from agent.components.files.opened import named, open_to_read

__all__ = ["Mapped"]

_BLOCK = 1 << 20


class _Descriptor:
    """Closed when nobody has it any more: so no thread reads what another has just closed."""

    __slots__ = ("number",)

    def __init__(self, path: str) -> None:
        self.number = open_to_read(path)

    def __del__(self, close: Any = os.close) -> None:
        if hasattr(self, "number"):
            close(self.number)


class Mapped:
    """The reference implementation of `agent.components.files.mapped.Mapped`."""

    __slots__ = ("__weakref__", "_file", "_length", "_map", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._map: mmap.mmap | None = None
        with named(path):
            self._file: _Descriptor | None = _Descriptor(path)
            self._length = os.fstat(self._file.number).st_size

    def __init_subclass__(cls) -> None:
        message = "type 'Mapped' is not an acceptable base type"
        raise TypeError(message)

    @property
    def closed(self) -> bool:
        return self._file is None

    def __len__(self) -> int:
        self._opened()
        return self._length

    def __getitem__(self, key: Any, /) -> int | bytes:
        self._opened()
        if isinstance(key, slice):
            places = range(*key.indices(self._length))
            if not places:
                self._require_whole()
                return b""
            first, last = min(places[0], places[-1]), max(places[0], places[-1])
            return self._read(first, last + 1 - first)[:: places.step]
        if not isinstance(key, int) or isinstance(key, bool):
            message = f"key must be an int or a slice, not {type(key).__name__}"
            raise TypeError(message)
        place = int.__int__(key)
        place += self._length if place < 0 else 0
        if not 0 <= place < self._length:
            message = "index out of range"
            raise IndexError(message)
        return self._read(place, 1)[0]

    def find(self, data: Any, start: Any = 0, /) -> int:
        word = checked_bytes("data", data)
        at = checked_int("start", start, 0, MAX_OFFSET)
        self._require_whole()
        while at + len(word) <= self._length:
            block = self._read(at, min(_BLOCK + len(word), self._length - at))
            found = block.find(word)
            if found >= 0:
                return at + found
            at += len(block) + 1 - len(word)
        return -1

    def view(self) -> memoryview:
        file = self._require_whole()
        if self._length == 0:
            return memoryview(b"")
        if self._map is None:
            with named(self._path):
                try:
                    self._map = mmap.mmap(file.number, self._length, access=mmap.ACCESS_READ)
                except ValueError:  # the file has just become shorter
                    raise OSError(ESTALE, "") from None
        return memoryview(self._map)

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._map = self._file = None

    def __enter__(self) -> Self:
        self._opened()
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _opened(self) -> _Descriptor:
        file = self._file
        if file is None:
            message = "the map is closed"
            raise ValueError(message)
        return file

    def _require_whole(self) -> _Descriptor:
        """Return the descriptor of a file that has all its bytes still."""
        file = self._opened()
        with named(self._path):
            if os.fstat(file.number).st_size < self._length:
                raise OSError(ESTALE, "")
        return file

    def _read(self, start: int, length: int) -> bytes:
        """Return bytes that are within the map."""
        file = self._require_whole()
        parts = []
        with named(self._path):
            while length > 0:
                part = os.pread(file.number, length, start)
                if not part:
                    raise OSError(ESTALE, "")
                parts.append(part)
                start, length = start + len(part), length - len(part)
        return b"".join(parts)
