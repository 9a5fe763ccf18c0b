"""The counts and findings of one process, in a file that outlives it.

The file begins with a page that says what is run, in JSON; then come counters, which are mapped
into memory; then entries, a line of JSON each, which are appended. Nothing of it waits in the
process: what was counted or entered is there for other processes even after ``kill -9``. The
process holds a lock on the file for as long as it lives, so that others can tell.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import warnings
from contextlib import suppress
from threading import RLock
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.porting.files.lock import try_lock
from agent.porting.files.private import create_folder, open_private
from agent.porting.files.reading import parse_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Content", "ProcessLog", "read_run"]

_HEAD = 4096
"""The size of the header in bytes."""

_SLOT = 128
"""Bytes of a counter: eight of its number, then its label."""

_SLOTS = 96
"""Counters. From `_MANY` on they count, for each outcome, what came for too many reasons."""

_MANY = _SLOTS - 8

_BODY = _HEAD + _SLOT * _SLOTS
"""Where the entries begin."""

_LABEL = _SLOT - 8

_ABOUT: dict[str, Any] = {
    "component": str, "stage": str, "pid": int, "began": str,
    "rust": str | None, "reference": str | None,
}  # fmt: skip
"""What the header says, and of what type."""

_REMEMBERED = 10_000
"""Reasons whose places are remembered in memory."""

_OTHERS = "other reasons"


class Content(NamedTuple):
    """What a run's file held when it was read."""

    about: dict[str, Any]
    counts: dict[tuple[str, str], int]
    """By outcome and reason."""
    entries: list[dict[str, Any]]


class ProcessLog:
    """Counts and enters; in memory alone, with a warning, where no file can be had."""

    def __init__(self, path: Path | None, about: dict[str, Any]) -> None:
        self._lock = RLock()  # a signal handler may make a call that is counted, too
        self._slots: dict[tuple[str, str], int] = {}
        self._labels: dict[bytes, int] = {}
        """Where a count is, by what it is called in the file: reasons may begin alike."""
        self._file: int | None = None
        self._map: mmap.mmap | None = None
        self._warned = False
        self._entered = 0
        memory: Any = bytearray(_SLOT * _SLOTS)
        try:
            if path is not None:
                memory = self._opened(path, json.dumps(about).encode())
        except (OSError, ValueError) as error:
            self.warn(error)
        self._bytes = memoryview(memory)
        self._numbers = self._bytes.cast("Q")

    def _opened(self, path: Path, head: bytes) -> memoryview:
        if len(head) >= _HEAD:
            message = "the description of the run is too long"
            raise ValueError(message)
        for folder in (path.parent.parent, path.parent):
            create_folder(folder)
        file = open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND)
        try:
            # A gathering process holds it for a moment, to see whether this process has ended.
            while not try_lock(file):
                sleep(0.001)
            # Written, not only made long: a mapped page that has no place on a full disk would end
            # the process.
            _write(file, head.ljust(_BODY, b"\0"))
            self._map = mmap.mmap(file, _BODY)
        except BaseException:
            os.close(file)
            with suppress(OSError):
                path.unlink()
            raise
        self._file = file
        return memoryview(self._map)[_HEAD:]

    def count(self, outcome: str, reason: str = "", number: int = 1) -> None:
        """Count a call that came to `outcome`, for a reason."""
        with self._lock:
            slot = self._slots.get((outcome, reason))
            if slot is None:
                slot = self._slot(outcome, reason)
            self._numbers[slot] += number

    def _slot(self, outcome: str, reason: str) -> int:
        """Return where in `_numbers` a count is, which gets a place there."""
        label = _label(outcome, reason)
        if len(self._labels) >= _MANY and label not in self._labels:
            label = _label(outcome, _OTHERS)
            reason = _OTHERS
        place = self._labels.get(label)
        if place is None:
            start = len(self._labels) * _SLOT
            self._bytes[start + 8 : start + 8 + len(label)] = label
            place = self._labels[label] = start // 8
        if len(self._slots) < _REMEMBERED:  # reasons may differ without an end
            self._slots[outcome, reason] = place
        return place

    def setter(self, outcome: str, less: int) -> Callable[[int], None]:
        """Return what sets a count to a number less `less`, without a lock.

        Nothing is set any more once the file is closed.
        """
        reason = ""
        with self._lock:
            place = self._slots.get((outcome, reason))
            if place is None:
                place = self._slot(outcome, reason)
            numbers = self._numbers

        def put(number: int) -> None:
            try:  # noqa: SIM105  # for speed
                numbers[place] = number - less
            except ValueError:  # by the thread that ends the process, say
                pass

        return put

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """What was counted, by outcome and reason."""
        with self._lock:
            return _counts(bytes(self._bytes))

    def enter(self, kind: str, entry: dict[str, Any]) -> None:
        """Append an entry."""
        with self._lock:
            self._entered += 1
            if self._file is None:
                return
            try:
                line = json.dumps({"number": self._entered, "kind": kind} | entry)
                _write(self._file, line.encode() + b"\n")
            except OSError as error:
                self.warn(error)

    def close(self) -> None:
        """Let go of the file, which stays as it is."""
        with self._lock:
            if self._file is None:
                return
            kept = memoryview(bytearray(self._bytes))
            self._numbers.release()
            self._bytes.release()
            self._bytes, self._numbers = kept, kept.cast("Q")
            if self._map is not None:
                with suppress(BufferError):
                    self._map.close()
            os.close(self._file)
            self._file = None

    def leave(self) -> None:
        """Forget the file without touching it: in a fork, where it is the parent's."""
        self._lock = RLock()
        self.close()

    def __del__(self) -> None:
        self.close()

    def warn(self, error: Exception) -> None:
        """Warn, once, that what is noted is lost."""
        if self._warned:
            return
        self._warned = True
        message = f"the ledger of the shadow cannot be written, so that counts are lost: {error}"
        with suppress(Warning):  # callers whose warnings are errors are not to be harmed either
            warnings.warn(message, RuntimeWarning, stacklevel=2)


def _label(outcome: str, reason: str) -> bytes:
    return f"{outcome}\t{reason}".encode(errors="replace")[: _LABEL - 1].rstrip(b"\0")


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def read_run(content: bytes) -> Content | None:
    """Return what the file of a run holds; None if it was only just made.

    An entry that the end of the process cut off is left out. Raises `ValueError` for content that
    no process wrote.
    """
    if len(content) < _BODY:
        return None
    about = parse_json(content[:_HEAD].rstrip(b"\0"))
    if not isinstance(about, dict) or not all(
        key in about and isinstance(about[key], kind) for key, kind in _ABOUT.items()
    ):
        message = f"it does not begin with {', '.join(_ABOUT)}"
        raise ValueError(message)
    entries = []
    for line in content[_BODY:].split(b"\n"):
        with suppress(ValueError):
            entry = parse_json(line)
            if isinstance(entry, dict) and _is_entry(entry):
                entries.append(entry)
    return Content(about, _counts(content[_HEAD:_BODY]), entries)


def _is_entry(entry: dict[str, Any]) -> bool:
    number = entry.get("number")
    return isinstance(number, int) and number < 1 << 63 and isinstance(entry.get("kind"), str)


def _counts(slots: bytes) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for start in range(0, len(slots), _SLOT):
        number = int.from_bytes(slots[start : start + 8], sys.byteorder)
        label = slots[start + 8 : start + _SLOT].rstrip(b"\0").decode(errors="replace")
        if number and label:
            outcome, _, reason = label.partition("\t")
            counts[outcome, reason] = counts.get((outcome, reason), 0) + number
    return counts
