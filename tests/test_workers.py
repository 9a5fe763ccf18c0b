"""Several processes draw different calls, share the work exactly, and can be interrupted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.errors import UsageError
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

DRAWING = 20_000
"""Calls of which many were drawn: what is replayed first are some 14,000."""


def test_the_shares_add_up() -> None:
    alone = check("slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=1001))
    shared = check(
        "slug",
        Loaded(toys.SLUG, toys.slug, toys.same_slug),
        CheckOptions(examples=1001, jobs=3),
        reload=toys.load_slugs,
    )
    assert (shared.verdict, shared.doubts) == ("identical", [])
    assert shared.examples == alone.examples


def test_what_a_process_finds_is_reported_once_and_short() -> None:
    verdict = check(
        "slug",
        Loaded(toys.SLUG, toys.slug, toys.slug_of_spaces),
        CheckOptions(examples=4000, jobs=2),
        reload=toys.load_wrong_slugs,
    )
    assert verdict.verdict == "divergent"
    kinds = [found.kind for found in verdict.divergences]
    assert len(kinds) == len(set(kinds))
    assert all(len(found.script) == 1 for found in verdict.divergences)


def test_what_cannot_be_loaded_elsewhere_has_one_job() -> None:
    with pytest.raises(UsageError, match="one job is all there can be"):
        check("slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(jobs=2))


@pytest.fixture
def heard() -> Iterator[None]:
    """Have processes started that can be interrupted, which in the background they cannot."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def compared_in(progress: bytes) -> int:
    """Return how many calls were compared when a check last said so."""
    numbers = re.findall(rb"([\d,]+) calls compared", progress)
    return int(numbers[-1].replace(b",", b"")) if numbers else 0


@contextmanager
def drawing(jobs: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a check that would go on for hours; go on when it has drawn, with its terminal."""
    terminal, end = os.openpty()
    command = [
        *(sys.executable, "-m", "agent", "check", "metrics", "--allow-stale"),
        *("--profile", "deep", "--examples", "100000000", "--jobs", jobs),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=end, start_new_session=True
    )
    os.close(end)
    try:
        told = b""
        while compared_in(told) < DRAWING:
            told += os.read(terminal, 1 << 16)
        yield process, terminal
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        os.close(terminal)


def rest_of(terminal: int) -> bytes:
    """Return what is reported until no process is left."""
    told = b""
    with suppress(OSError):  # which is how Linux tells the end
        while piece := os.read(terminal, 1 << 16):
            told += piece
    return told


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")


@POSIX
@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interruption_keeps_what_was_found(jobs: str) -> None:
    with drawing(jobs) as (process, terminal):
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=600)
        told = rest_of(terminal)
    assert process.returncode == 130
    assert "metrics: inconclusive" in out
    assert b"the check was interrupted" in told
    assert b"Traceback" not in told
    compared = int(out.rpartition("(")[2].partition(" calls")[0].replace(",", ""))
    assert compared >= DRAWING


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_its_processes_end_in_silence_when_it_was_killed(jobs: str) -> None:
    with drawing(jobs) as (process, terminal):
        process.kill()
        told = rest_of(terminal)
    assert b"Traceback" not in told
