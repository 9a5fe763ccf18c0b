"""What the framework writes to last, each with a writer that never ends and a reader."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from agent.porting.files.atomic import replace_text
from agent.porting.files.digest_cache import DigestCache
from agent.porting.ledger.ledger import Ledger
from agent.porting.project.project import find_project
from agent.porting.project.stage import set_stage
from agent.porting.recording.trace_file import Tape
from agent.porting.records.store import evidence_text, read_evidence
from tests import ponds
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["STORES", "Store"]


@dataclass(frozen=True)
class Store:
    """Something that lasts."""

    write: Callable[[Path], Iterator[object]]
    """Write into a folder for ever; each item says that one more write has been finished."""
    read: Callable[[Path, int], None]
    """Raise `AssertionError` unless all is there; the number is that of the last writer's writes.
    Other writers may have written into the folder before."""


_ABOUT = {
    "component": "duck", "stage": "shadow", "pid": 1, "began": "2027-01-31", "rust": None,
    "reference": None,
}  # fmt: skip


def _count(folder: Path) -> Iterator[object]:
    """Count calls, each in the ledger before it is confirmed."""
    log = Ledger(folder / "ledger.sqlite").begin(f"run{os.getpid()}", _ABOUT)
    for _ in count():
        log.count("matched")
        yield None


def _read_counts(folder: Path, confirmed: int) -> None:
    before = folder / "counted"
    counted = int(before.read_text(encoding="ascii")) if before.exists() else 0
    calls = Ledger(folder / "ledger.sqlite").sums("duck").matched - counted
    assert confirmed <= calls <= confirmed + 1, f"{calls} calls, where {confirmed} were made"
    before.write_text(str(counted + calls), encoding="ascii")


def _enter(folder: Path) -> Iterator[object]:
    """Enter findings, each of its own length."""
    log = Ledger(folder / "ledger.sqlite").begin(f"run{os.getpid()}", _ABOUT)
    for number in count():
        log.enter("demotion", {"at": str(number), "reason": "r" * (number % 9_000)})
        yield None


def _read_entries(folder: Path, confirmed: int) -> None:
    before = folder / "entered"
    entered = int(before.read_text(encoding="ascii")) if before.exists() else 0
    found = Ledger(folder / "ledger.sqlite").demotions("duck")
    entries = len(found) - entered
    assert confirmed <= entries <= confirmed + 1, f"{entries} entries of {confirmed}"
    assert all(len(each.reason) == int(each.at) % 9_000 for each in found), "an entry is cut off"
    before.write_text(str(len(found)), encoding="ascii")


def _gather(folder: Path) -> Iterator[object]:
    """Gather what processes that have ended wrote."""
    ledger = Ledger(folder / "ledger.sqlite")
    for number in count(len(list(folder.glob("done*")))):
        name = f"{os.getpid()}-{number}"
        (folder / f"begun{name}").touch()
        log = ledger.begin(f"run{name}", _ABOUT)
        log.count("matched", number=1000)
        log.close()
        (folder / f"done{number}").touch()
        ledger.gather()
        yield None


def _read_gathered(folder: Path, confirmed: int) -> None:
    calls = Ledger(folder / "ledger.sqlite").sums("duck").matched
    done, begun = (len(list(folder.glob(f"{each}*"))) for each in ("done", "begun"))
    # Of several processes that were killed here, each may have left one run that was not yet done.
    told = f"{calls} calls of {done} to {begun} runs"
    assert calls % 1000 == 0, told
    assert done <= calls // 1000 <= begun, told


def _promote(folder: Path) -> Iterator[object]:
    """Write evidence, as `agent promote` does."""
    evidence = read_evidence(ROOT / "evidence" / "cache.json")
    assert evidence is not None
    assert evidence.parity is not None
    for number in count():
        parity = replace(evidence.parity, calls=number, verdict="identical" * (number % 999))
        replace_text(folder / "duck.json", evidence_text(replace(evidence, parity=parity)))
        yield None


def _read_promoted(folder: Path, confirmed: int) -> None:
    evidence = read_evidence(folder / "duck.json")  # its checksum fits, or this raises
    assert evidence is not None or not confirmed, "evidence is lost"
    if evidence is not None and evidence.parity is not None and confirmed:
        assert confirmed - 1 <= evidence.parity.calls <= confirmed, "evidence is lost"


def _move_stages(folder: Path) -> Iterator[object]:
    """Move a component's stage in its table, as `agent promote` does."""
    if not (folder / "pyproject.toml").exists():
        ponds.fill(folder)
    project = find_project(str(folder))
    assert project is not None
    for number in count():
        set_stage(project, "duck", ("python", "shadow", "rust")[number % 3])
        yield None


def _read_stages(folder: Path, confirmed: int) -> None:
    if confirmed:
        text = (folder / "pond" / "components.toml").read_text(encoding="utf-8")
        stage = re.compile('stage = "[a-z]+"')
        assert stage.sub("", text) == stage.sub("", ponds.FILES["pond/components.toml"])


def _record(folder: Path) -> Iterator[object]:
    """Record calls, as a program under `agent check --record` does."""
    tape = Tape(folder, 10_000, ["add"])
    for number in count():
        tape.samples["add"].add([f"duck.add({number})"])
        tape.seen["add"] += 1
        tape.write()
        yield None


def _read_recorded(folder: Path, confirmed: int) -> None:
    tapes = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.tape")]
    assert all(tape["seen"]["add"] == len(tape["scripts"]) for tape in tapes), "a call is lost"
    kept = {0, *(tape["seen"]["add"] for tape in tapes)}
    assert {confirmed, confirmed + 1} & kept, f"{kept} calls of {confirmed}"


def _digest(folder: Path) -> Iterator[object]:
    """Keep results of `agent status`."""
    for number in count():
        DigestCache(str(folder)).result(f"result {number % 50}", number, lambda: "x" * 5_000)
        yield None


def _read_digests(folder: Path, confirmed: int) -> None:
    found = DigestCache(str(folder))._read()
    assert confirmed < 10 or found, "no result was kept"


STORES = {
    "ledger, counts": Store(_count, _read_counts),
    "ledger, findings": Store(_enter, _read_entries),
    "ledger, gathered": Store(_gather, _read_gathered),
    "evidence": Store(_promote, _read_promoted),
    "table": Store(_move_stages, _read_stages),
    "recordings": Store(_record, _read_recorded),
    "results of status": Store(_digest, _read_digests),
}
"""All of them, by what they are called in reports."""
