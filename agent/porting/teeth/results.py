"""What came of each mutant, kept on disk: an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.teeth.sources import Mutant

__all__ = ["KILLED_OTHERWISE", "Result", "Results"]

KILLED_OTHERWISE = ("panic", "crash", "hang")
"""How a mutant ends that is not told by a compared difference."""


@dataclass(frozen=True)
class Result:
    """What came of a mutant."""

    outcome: str
    """"difference", "test", one of `KILLED_OTHERWISE`, "survived" or "unreached", by any call."""
    detail: str = ""


class Results:
    """The results of one component, in a file of one line of JSON each.

    Args:
        path: the file; what is in it is used again if it was made under the same `digest`.
        digest: of all that results depend on.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path = path
        self._known: dict[tuple[object, ...], Result] = {}
        if not self._read(digest):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"digest": digest}) + "\n", encoding="utf-8")

    def _read(self, digest: str) -> bool:
        try:
            first, *lines = self._path.read_text(encoding="utf-8").splitlines()
            if json.loads(first) != {"digest": digest}:
                return False
        except (OSError, ValueError):
            return False
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:  # the last one, if it was not written to its end
                continue
            self._known[tuple(told["mutant"])] = Result(told["outcome"], told["detail"])
        return True

    def of(self, mutant: Mutant) -> Result | None:
        """Return what is known of `mutant`."""
        return self._known.get(mutant.identity)

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep the result of `mutant`, from this moment on."""
        self._known[mutant.identity] = result
        told = {"mutant": mutant.identity, **vars(result)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
