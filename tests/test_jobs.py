"""Several processes draw different calls, share the work exactly, and can be interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.porting.parity.check import check
from tests import toy_pairs as toys

ROOT = Path(__file__).parents[1]


def test_the_shares_add_up() -> None:
    alone = check("slug", toys.SLUG, toys.slug, toys.same_slug, examples=1001)
    shared = check(
        "slug", toys.SLUG, toys.slug, toys.same_slug,
        examples=1001, jobs=3, reload=toys.load_slugs,
    )  # fmt: skip
    assert (shared.verdict, shared.doubts) == ("identical", [])
    assert shared.examples == alone.examples


def test_what_a_process_finds_is_told_once_and_short() -> None:
    verdict = check(
        "slug", toys.SLUG, toys.slug, toys.slug_of_spaces,
        examples=4000, jobs=2, reload=toys.load_wrong_slugs,
    )  # fmt: skip
    assert verdict.verdict == "divergent"
    kinds = [found.kind for found in verdict.divergences]
    assert len(kinds) == len(set(kinds))
    assert all(len(found.script) == 1 for found in verdict.divergences)


def test_what_cannot_be_loaded_elsewhere_has_one_job() -> None:
    with pytest.raises(UsageError, match="one job is all there can be"):
        check("slug", toys.SLUG, toys.slug, toys.same_slug, jobs=2)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process there")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interruption_keeps_what_was_found(jobs: str) -> None:
    command = [
        *(sys.executable, "-m", "agent", "check", "cache"),
        *("--profile", "deep", "--examples", "100000000", "--jobs", jobs),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(12)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cache: inconclusive" in out
    assert "the check was interrupted" in err
    assert "Traceback" not in err
    compared = int(out.rpartition("(")[2].partition(" calls")[0].replace(",", ""))
    assert compared > 1000
