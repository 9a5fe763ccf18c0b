"""Files that are read are damaged, or not what their names say."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from agent.cli import main
from agent.porting.ledger.ledger import Ledger
from agent.porting.records.store import evidence_text, read_evidence
from tests import ponds
from tests.conftest import ROOT
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECK"]

_KINDS = {
    "pyproject.toml": "pyproject.toml",
    "table": "pond/components.toml",
    "evidence": "evidence/duck.json",
    "divergences": "parity_tests/divergences.toml",
    "survivors": "parity_tests/survivors.toml",
    "examples": "parity_tests/examples/duck/one.py",
    "recordings": "parity_tests/corpus/duck/one.py",
    "ledger": "build/shadow/ledger.sqlite",
    "ledger, a run": "build/shadow/ledger.sqlite.runs/one.run",
}
"""Every kind of file that is read, with one of its kind in the toy project."""

_VERBS = (
    ["status"],
    ["status", "--json"],
    ["status", "--strict"],
    ["promote", "duck", "--to", "shadow", "--dry-run"],
    ["bench", "duck", "--list"],
    ["check", "duck", "--seed", "1", "--examples", "5", "--no-pin"],
)

_SENTENCES = 3000
"""Characters of the longest message."""

_TOKENS = (b'""', b"-1", b"1e999", b"true", b"{}", b"[]", b"\xff", b"\0", b'"' * 3, b"[" * 5000)


def _run(job: Job) -> None:
    command = main if job.subject in _KINDS else _seeded(job.subject)
    name = _KINDS.get(job.subject, "evidence/duck.json")
    with tempfile.TemporaryDirectory(prefix="damaged.") as folder:
        good = Path(folder, "good")
        _fill(good)
        for _ in job.numbers():
            seed = job.random.getrandbits(32)
            place = Path(folder, "project")
            shutil.copytree(good, place)
            damage = _damage(place / name, Random(seed))
            words = list(Random(seed).choice(_VERBS))
            with tempfile.TemporaryFile() as heard:
                pid = os.fork()
                if pid == 0:
                    _ask(command, words, place, heard.fileno())
                ending = ending_of(wait_for(pid, job.limit), heard)
            if ending != SILENT:
                job.fail(f"agent {' '.join(words)}, {damage}: {ending} (run {seed})")
            shutil.rmtree(place)


def _seeded(name: str) -> Callable[[list[str]], int]:
    command: Callable[[list[str]], int] = import_module(
        f"tests.torture.seeded.{name}"
    ).IMPLEMENTATION
    return command


def _fill(root: Path) -> None:
    """Write the toy project, with evidence, findings and counts in it."""
    ponds.fill(root)
    evidence = read_evidence(ROOT / "evidence" / "cache.json")
    assert evidence is not None
    text = evidence_text(replace(evidence, component="duck"))
    (root / "evidence/duck.json").write_text(text, encoding="utf-8")
    ledger = root / "build/shadow/ledger.sqlite"
    ledger.unlink()
    Ledger(ledger).gather()  # what processes left goes into the database
    run = "build/shadow/ledger.sqlite.runs/one.run"
    (root / run).write_text(ponds.FILES[run], encoding="utf-8")
    registered = '[[duck]]\ncall = "duck.add(1)"\nreason = "a toy"\n'
    (root / "parity_tests/divergences.toml").write_text(registered, encoding="utf-8")


def _damage(path: Path, random: Random) -> str:
    """Damage a file, or put something else in its place; say how."""
    name = random.choice(["cut", "flip", "token", "repeat", *ponds.DAMAGES])
    if name in ponds.DAMAGES:
        path.unlink(missing_ok=True)
        ponds.DAMAGES[name](path)
        return name
    content = path.read_bytes() or b"x"
    place = random.randrange(len(content))
    match name:
        case "cut":
            content = content[:place]
        case "flip":
            flipped = bytes([content[place] ^ (1 << random.randrange(8))])
            content = content[:place] + flipped + content[place + 1 :]
        case "token":
            tokens = [each.span() for each in re.finditer(rb'"[^"\n]*"|[\w.]+', content)]
            start, end = random.choice(tokens or [(0, 0)])
            content = content[:start] + random.choice(_TOKENS) + content[end:]
        case _:
            content = content[:place] + content[place // 2 :]
    path.write_bytes(content)
    return f"{name} at {place}"


def _ask(command: Callable[[list[str]], int], words: list[str], place: Path, heard: int) -> None:
    """Run a command in a damaged project, and end in silence if it behaves."""
    os.chdir(place)
    sys.path.insert(0, str(place))
    said = os.open(place / "said", os.O_RDWR | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    try:
        status = command(words)
        sys.stdout.flush()
        sys.stderr.flush()
        text = (place / "said").read_text(encoding="utf-8")
        wrong = _wrong(status, text, words)
    except BaseException as error:  # noqa: BLE001  # this process has nobody above it
        wrong = f"{type(error).__name__}: {error}"
    os.write(heard, wrong.encode(errors="replace"))
    os._exit(bool(wrong))


def _wrong(status: int, text: str, words: list[str]) -> str:
    """Say what is wrong with an answer, if anything is."""
    if status not in {0, 1, 2, 3}:
        return f"status {status}"
    if "Traceback" in text or "defect of agent itself" in text:
        return text.strip().splitlines()[-1]
    if len(text) > _SENTENCES and "--json" not in words:
        return f"{len(text)} characters: {text[:80]!r}"
    if "--json" in words and status == 0:
        json.loads(text[text.index("{") :])
    return ""


CHECK = Check(
    name="files",
    promise=(
        "A file that is damaged, or not what its name says, is named in a sentence; it neither "
        "hangs a command nor ends it with a traceback."
    ),
    method=(
        "Files of a toy project are cut off, bits are flipped, values replaced, or the file is a "
        "FIFO, a folder, a dangling link, deeply nested or not UTF-8; then a verb of the command "
        "runs."
    ),
    run=_run,
    short=25,
    full=400,
    seeded=("trusts_files",),
    subjects=lambda: tuple(_KINDS),
    sides=("-",),
    control="sound_reader",
    limit=60.0,
)
