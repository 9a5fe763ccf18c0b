"""The programs that calls were recorded from do the same in stage shadow, where nothing differs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.porting.ledger.ledger import Ledger

PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.parametrize(
    ("program", "component"), [("concordance", "cache"), ("monitor", "metrics")]
)
def test_a_program_runs_in_shadow(program: str, component: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    printed = [
        subprocess.run(
            [sys.executable, str(PROGRAMS / f"{program}.py")],
            env=os.environ
            | {
                "AGENT_IMPL": stage,
                "AGENT_LEDGER": str(ledger.path),
                "PYTHONPATH": str(PROGRAMS.parents[1]),
            },
            capture_output=True, text=True, check=True,
        ).stdout
        for stage in ("python", "shadow")
    ]  # fmt: skip
    assert printed[0] == printed[1]
    sums = ledger.sums(component)
    assert ledger.mismatches(component) == []
    assert (sums.mismatched, sums.refused.total()) == (0, 0)
    inside = sums.skipped["inside another call"]  # what a compared call makes is compared with it
    assert sums.matched > 0.99 * (sums.calls - inside) > 4_000
