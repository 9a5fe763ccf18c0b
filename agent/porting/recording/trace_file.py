"""The recorded calls of one process, in memory and in a file.

A file is written anew every so many calls, and put in place whole: a program that is killed loses
no more than its last calls, and what is there can be read at any time.
"""

from __future__ import annotations

import heapq
import json
import os
import time
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["LIVES", "Tape", "TraceSample"]

LIVES = ""
"""The sample of the lives of objects; functions have one each, under their names."""

_OFTEN = 1024
"""Calls between two writings, once there have been that many."""

_LONG = 0.5
"""Seconds after which the next call is followed by a writing in any case."""


class TraceSample:
    """Scripts, each once; beyond `limit` lines, those that stay are as good as drawn.

    What stays are the scripts of the smallest digests, whatever order they came in: a program's
    end counts as much as its beginning, a call that is made a million times no more than one that
    is made once, and samples of several processes add up to the sample of all of them. Scripts
    whose `later` is smaller stay first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heap: list[tuple[int, int, str]] = []
        self._scripts: dict[str, tuple[int, list[str]]] = {}
        self._lines = 0

    def add(self, lines: list[str], later: int = 0) -> bool:
        """Add a script; return whether it was new."""
        text = "\n".join(lines)
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        if digest in self._scripts:
            return False
        self._scripts[digest] = (later, lines)
        self._lines += len(lines)
        heapq.heappush(self._heap, (-later, -int(digest, 16), digest))
        while self._lines > self._limit:
            _, _, worst = heapq.heappop(self._heap)
            self._lines -= len(self._scripts.pop(worst)[1])
        return True

    def scripts(self) -> list[tuple[int, list[str]]]:
        """Return the scripts that stayed, each with its `later`."""
        return [self._scripts[digest] for _, _, digest in sorted(self._heap, reverse=True)]


class Tape:
    """The samples of this process, and what became of the calls that are in none."""

    def __init__(self, folder: Path, limit: int, samples: Iterable[str]) -> None:
        """Begin a tape whose file goes to `folder`; each of `samples` gets the same share."""
        names = list(samples)
        self._folder = folder
        self.samples = {name: TraceSample(limit // len(names) or 1) for name in names}
        self.seen: Counter[str] = Counter()
        """Calls by operation, recorded or not."""
        self.dropped: Counter[str] = Counter()
        """Calls that are not recorded, by operation and reason."""
        self.repeated = 0
        """Calls like one that is recorded, where the same call always does the same."""
        self._number = f"{os.getpid()}-{time.monotonic_ns()}"
        self._due = 1
        self._calls = 0
        self._written = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether the file should be written; asked after each call."""
        self._calls += 1
        return self._calls >= self._due or time.monotonic() - self._written > _LONG

    def write(self, unfinished: Iterable[tuple[str, int, list[str]]] = ()) -> None:
        """Write all there is to the file, `unfinished` scripts (sample, later, lines) too."""
        scripts = [
            (name, later, lines)
            for name, sample in self.samples.items()
            for later, lines in sample.scripts()
        ]
        content: dict[str, Any] = {
            "scripts": [*scripts, *unfinished], "seen": self.seen,
            "dropped": self.dropped, "repeated": self.repeated,
        }  # fmt: skip
        partial = self._folder / f"{self._number}.partial"
        try:
            partial.write_text(json.dumps(content), encoding="utf-8")
            partial.replace(self._folder / f"{self._number}.tape")
        except OSError:
            pass  # the recording has ended, and its folder is gone; the program has not
        self._due = self._calls + min(max(self._calls, 1), _OFTEN)
        self._written = time.monotonic()
