"""Results in a file, which a run that was interrupted goes on with."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.one_fault.running import ROOT, Pair, Result

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Results"]

_SOURCES = ("agent/**/*.py", "tests/agreeing/**/*.py", "tests/one_fault/*/*.py")


class Results:
    """The results in a file, as lines of JSON; those of other sources are passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sources = _digest()
        self._kept: dict[tuple[Pair, int], Result] = {}
        for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            row = json.loads(text)
            if row.pop("sources") == self._sources:
                self._keep(Result(Pair(**row.pop("pair")), **row))

    def get(self, pair: Pair, seed: int) -> Result | None:
        """Return the result of an earlier run."""
        return self._kept.get((pair, seed))

    def add(self, result: Result) -> None:
        """Keep a result, in the file too."""
        if self.get(result.pair, result.seed) is None:
            self._keep(result)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"sources": self._sources, **asdict(result)}) + "\n")

    def _keep(self, result: Result) -> None:
        self._kept[result.pair, result.seed] = result


def _digest() -> str:
    """Return a digest of what is checked, and of what checks it."""
    found = sha256()
    for path in sorted({path for pattern in _SOURCES for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
