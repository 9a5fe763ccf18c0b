"""The ledger of shadow: the counts and findings of all processes, in one SQLite database.

Each process writes into a file of its own (`agent.porting.ledger.process_log`), in the folder
beside the database. A reader of the ledger gathers them first: their content goes into the
database, and files whose process has ended are removed. Counts are absolute numbers, which only
grow: gathering twice, or from several processes, changes nothing.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import EnvironmentLacking
from agent.porting.files.lock import try_lock
from agent.porting.files.private import create_private, open_private
from agent.porting.ledger.account import settled
from agent.porting.ledger.process_log import Content, ProcessLog, read_run
from agent.porting.ledger.sums import Demotion, Sums

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Ledger", "Mismatch", "Sources"]

_LOG = logging.getLogger("agent.shadow")

_PATIENCE = 5.0
"""Seconds that another process may hold the database."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, component TEXT NOT NULL, stage TEXT NOT NULL, pid INTEGER NOT NULL,
    began TEXT NOT NULL, rust TEXT, reference TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tally (
    run TEXT NOT NULL REFERENCES run, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    calls INTEGER NOT NULL, PRIMARY KEY (run, outcome, reason)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    run TEXT NOT NULL REFERENCES run, number INTEGER NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, example TEXT, PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS run_by_component ON run (component);
"""


class Sources(NamedTuple):
    """What ran: digests of the Rust build, and of the reference's source; None where unknown."""

    rust: str | None
    reference: str | None


@dataclass(frozen=True)
class Mismatch:
    """One call that Rust answered otherwise than Python."""

    run: str
    number: int
    at: str
    """When, in UTC."""
    operation: str
    line: str
    """The call, as a script writes it."""
    where: str
    python: str
    rust: str
    script: tuple[str, ...]
    """The lines that lead to it; empty where they are not known, or others of its kind were."""
    example: str | None
    """What became of the script: the file that keeps it, or why there is none; None: nothing."""


class Ledger:
    """The ledger at a path; it need not be there."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.runs = self.path.with_name(f"{self.path.name}.runs")
        """The folder of what processes write."""

    @property
    def exists(self) -> bool:
        """Whether anything was ever written to it."""
        return self.runs.is_dir() or self.path.exists()

    def begin(self, name: str, about: dict[str, Any]) -> ProcessLog:
        """Begin the run of this process; never raises for what the disk is like."""
        return ProcessLog(self.runs / f"{name}.run", about)

    def sums(self, name: str, digest: Sources | None = None) -> Sums:
        """Return the outcomes of a component's calls; with `digest`, of those with these sources.

        Raises `EnvironmentLacking` if the ledger cannot be read.
        """
        query = "SELECT outcome, reason, SUM(calls) FROM tally JOIN run ON run = id"
        found = self._read(f"{query} WHERE {{}} GROUP BY outcome, reason", name, digest)
        counts: dict[str, Counter[str]] = {}
        raw = {(outcome, reason): calls for outcome, reason, calls in found}
        for (outcome, reason), calls in settled(raw).items():
            counts.setdefault(outcome, Counter())[reason] += calls
        plain = {
            outcome: counts.get(outcome, Counter()).total()
            for outcome in ("matched", "mismatched", "ignored")
        }
        reasons = {outcome: counts.get(outcome, Counter()) for outcome in ("skipped", "refused")}
        return Sums(**plain, **reasons)  # type: ignore[arg-type]

    def mismatches(self, name: str, digest: Sources | None = None) -> list[Mismatch]:
        """Return the mismatches of a component that were entered, the oldest run first.

        Raises `EnvironmentLacking` if the ledger cannot be read.
        """
        found = self._entries("mismatch", name, digest)
        try:
            return [
                Mismatch(run, number, **{**content, "script": tuple(content["script"])},
                         example=example)
                for run, number, content, example in found
            ]  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise self._unreadable(error) from error

    def demotions(self, name: str, digest: Sources | None = None) -> list[Demotion]:
        """Return when processes left the component's Rust for Python.

        Raises `EnvironmentLacking` if the ledger cannot be read.
        """
        found = self._entries("demotion", name, digest)
        try:
            return [Demotion(run, **content) for run, _, content, _ in found]
        except (TypeError, ValueError) as error:
            raise self._unreadable(error) from error

    def settle(self, mismatch: Mismatch, example: str) -> None:
        """Note what became of a mismatch's script."""
        with self._connected() as database, database:
            database.execute(
                "UPDATE entry SET example = ? WHERE run = ? AND number = ?",
                (example, mismatch.run, mismatch.number),
            )

    def gather(self) -> None:
        """Put what processes wrote into the database, and remove what the dead left.

        Raises `EnvironmentLacking` if that cannot be done.
        """
        if not self.runs.is_dir():
            return
        with self._connected() as database:
            for path in sorted(self.runs.glob("*.run")):
                try:
                    self._gather(database, path)
                except FileNotFoundError:  # another process has gathered it meanwhile
                    pass
                except (OSError, OverflowError, ValueError) as error:
                    _set_aside(path, error)

    def _gather(self, database: sqlite3.Connection, path: Path) -> None:
        file = open_private(path, os.O_RDWR)
        try:
            gone = try_lock(file)
            os.lseek(file, 0, os.SEEK_SET)
            with os.fdopen(os.dup(file), "rb") as stream:
                content = read_run(stream.read())
            if content is None:
                return
            with database:
                _store(database, path.stem, content)
            if gone:
                with suppress(PermissionError):  # Windows: one that is open here
                    path.unlink()
        finally:
            os.close(file)

    def _entries(self, kind: str, name: str, digest: Sources | None) -> Iterator[Any]:
        query = "SELECT run, number, content, example FROM entry JOIN run ON run = id"
        rows = self._read(
            f"{query} WHERE {{}} AND kind = '{kind}' ORDER BY began, run, number", name, digest
        )
        for run, number, content, example in rows:
            yield run, number, json.loads(content), example

    def _read(self, query: str, name: str, digest: Sources | None) -> list[Any]:
        if not self.exists:
            return []
        self.gather()
        condition = "component = ?" + " AND rust IS ? AND reference IS ?" * (digest is not None)
        with self._connected() as database:
            return database.execute(query.format(condition), (name, *(digest or ()))).fetchall()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open the database; raise `EnvironmentLacking` for one that cannot be read, or is not."""
        try:
            create_private(self.path)  # SQLite's mode would be 0644
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as database:
                _keep_log(database)
                database.execute("PRAGMA synchronous = NORMAL")
                database.executescript(_SCHEMA)
                yield database
        except (OSError, sqlite3.Error) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> EnvironmentLacking:
        return EnvironmentLacking(f"the ledger {self.path} cannot be read: {error}")


def _keep_log(database: sqlite3.Connection) -> None:
    """Let readers and a writer work at once.

    Where connections are made at the same time, SQLite does not wait for its turn here, but says at
    once that the database is locked.
    """
    end = monotonic() + _PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() >= end:
                raise
            sleep(0.01)
        else:
            return


def _set_aside(path: Path, error: Exception) -> None:
    """Rename a file that is not a run's, so that it is looked at once, and log it."""
    aside = path.with_suffix(".damaged")
    with suppress(OSError):
        path.rename(aside)
    message = "the file %s in the ledger is not a run's, and is set aside as %s: %s"
    _LOG.warning(message, path, aside.name, error)


def _store(database: sqlite3.Connection, run: str, content: Content) -> None:
    about = content.about
    database.execute(
        "INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
        (run, *(about[key] for key in (
            "component", "stage", "pid", "began", "rust", "reference"))),
    )  # fmt: skip
    database.executemany(
        "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT (run, outcome, reason)"
        " DO UPDATE SET calls = max(calls, excluded.calls)",
        [(run, outcome, reason, calls) for (outcome, reason), calls in content.counts.items()],
    )
    database.executemany(
        "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, NULL)",
        [
            (run, entry.pop("number"), entry.pop("kind"), json.dumps(entry))
            for entry in content.entries
        ],
    )
