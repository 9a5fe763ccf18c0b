"""The result of each mutant, kept on disk: an interrupted run continues where it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import ContractError
from agent.porting.files.reading import parse_json, read_bytes
from agent.porting.records.store import decode

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.mutation.mutants import Mutant

__all__ = ["BY_DIFFERENCE", "KILLED_OTHERWISE", "Result", "Results"]

BY_DIFFERENCE = ("difference", "test")
"""Outcomes of a mutant that a compared difference kills."""

KILLED_OTHERWISE = ("panic", "crash", "hang")
"""Outcomes of a mutant that is killed in another way."""


@dataclass(frozen=True)
class Result:
    """The result of a mutant."""

    outcome: str
    """"difference", "test", one of `KILLED_OTHERWISE`, "survived" or "unreached", by any call."""
    detail: str = ""
    noticed_by: str = ""
    """The script, its lines in one, or the test that showed a difference."""


@dataclass(frozen=True)
class _Line:
    """What a line of the file says."""

    digest: str
    mutant: tuple[str, str, str, str, int]
    """As `Mutant.identity`."""
    outcome: str
    detail: str
    noticed_by: str


class Results:
    """The results of one component, in a file of one line of JSON each.

    Args:
        path: the file. Its results are used again if they were obtained under the same `digest`.
            Of the others only what noticed a mutant is used: it is tried first.
        digest: of all that results depend on.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path = path
        self._digest = digest
        self._known: dict[tuple[object, ...], Result] = {}
        self._noticed_by: dict[tuple[object, ...], str] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read()

    def _read(self) -> None:
        latest: dict[tuple[object, ...], tuple[str, str, Result]] = {}
        for line in read_bytes(self._path).decode(errors="replace").splitlines():
            try:
                found = decode(parse_json(line), _Line, "not the result of a mutant")
            except (ContractError, ValueError):  # a line that was not written to its end
                continue
            result = Result(found.outcome, found.detail, found.noticed_by)
            latest[found.mutant] = line, found.digest, result
        for identity, (_, digest, result) in latest.items():
            self._noticed_by[identity] = result.noticed_by
            if digest == self._digest:
                self._known[identity] = result
        text = "".join(f"{line}\n" for line, _, _ in latest.values())
        self._path.write_text(text, encoding="utf-8")

    def of(self, mutant: Mutant) -> Result | None:
        """Return what is known of `mutant`."""
        return self._known.get(mutant.identity)

    def noticed_by(self, mutant: Mutant) -> str:
        """Return which script or test noticed `mutant` when it last ran; empty if none did."""
        return self._noticed_by.get(mutant.identity, "")

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep the result of `mutant`, from this moment on."""
        self._known[mutant.identity] = result
        line = {"digest": self._digest, "mutant": mutant.identity, **vars(result)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
