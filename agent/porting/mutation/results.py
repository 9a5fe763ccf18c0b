"""The result of each mutant, kept on disk: an interrupted run continues where it stopped."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from agent.errors import ContractError
from agent.porting.files.reading import parse_json, read_bytes
from agent.porting.records.store import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from agent.porting.mutation.mutants import Mutant

__all__ = ["BY_DIFFERENCE", "KILLED_OTHERWISE", "Result", "Results", "digests_of_tests"]

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
    tests: dict[str, str] = field(default_factory=dict)
    """The files of tests that this depends on, with their digests."""


class Results:
    """The results of one component, in a file of one line of JSON each.

    A result is used again if it was obtained under the same `digest`, and the files of tests that
    it depends on are unchanged: none if a script noticed the mutant, that of the test which did, or
    else all. Of other results only what noticed a mutant is used, which is tried first.

    Args:
        path: the file.
        digest: of all that results depend on, but for the tests.
        tests: the files of tests, as tests are named, and a digest of each.
    """

    def __init__(self, path: Path, digest: str, tests: Mapping[str, str]) -> None:
        self._path = path
        self._digest = digest
        self._tests = dict(tests)
        self._known: dict[tuple[object, ...], Result] = {}
        self._noticed_by: dict[tuple[object, ...], str] = {}
        self._survived: dict[tuple[object, ...], frozenset[str]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read()

    def _read(self) -> None:
        latest: dict[tuple[object, ...], tuple[str, _Line]] = {}
        for line in read_bytes(self._path).decode(errors="replace").splitlines():
            try:
                found = decode(parse_json(line), _Line, "not the result of a mutant")
            except (ContractError, ValueError):  # a line that was not written to its end
                continue
            latest[found.mutant] = line, found
        for identity, (_, found) in latest.items():
            self._noticed_by[identity] = found.noticed_by
            if found.digest != self._digest:
                continue
            result = Result(found.outcome, found.detail, found.noticed_by)
            if found.tests == self._needed(result):
                self._known[identity] = result
            elif found.outcome == "survived":
                same = found.tests.items() & self._tests.items()
                self._survived[identity] = frozenset(file for file, _ in same)
        text = "".join(f"{line}\n" for line, _ in latest.values())
        self._path.write_text(text, encoding="utf-8")

    def _needed(self, result: Result) -> dict[str, str]:
        """Return the files of tests that a result depends on, with their digests."""
        if result.outcome == "difference":
            return {}
        if result.outcome == "test":
            file = result.noticed_by.partition("::")[0]
            return {file: self._tests.get(file, "")}
        return self._tests

    def of(self, mutant: Mutant) -> Result | None:
        """Return what is known of `mutant`."""
        return self._known.get(mutant.identity)

    def noticed_by(self, mutant: Mutant) -> str:
        """Return which script or test noticed `mutant` when it last ran; empty if none did."""
        return self._noticed_by.get(mutant.identity, "")

    def survived(self, mutant: Mutant) -> frozenset[str]:
        """Return the files of tests, unchanged since, that `mutant` survived, as all scripts.

        Empty if it has to run everything.
        """
        return self._survived.get(mutant.identity, frozenset())

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep the result of `mutant`, from this moment on."""
        self._known[mutant.identity] = result
        line = {
            "digest": self._digest,
            "mutant": mutant.identity,
            **vars(result),
            "tests": self._needed(result),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def digests_of_tests(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Return a digest of each file of tests, by its path from `root`.

    It covers those of the `files`, too, whose names occur in it: a test may use another's helpers.
    """
    texts = {path: read_bytes(path) for path in files}
    found: dict[str, str] = {}
    for path in texts:
        used, left = {path}, [path]
        while left:
            words = set(re.findall(rb"\w+", texts[left.pop()]))
            new = {other for other in texts if other.stem.encode() in words} - used
            used |= new
            left += new
        total = sha256()
        for each in sorted(used):
            total.update(b"%b\0%d\0%b" % (each.name.encode(), len(texts[each]), texts[each]))
        found[path.relative_to(root).as_posix()] = total.hexdigest()
    return found
