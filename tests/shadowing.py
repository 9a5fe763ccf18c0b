"""Shadows of the toys, with a ledger of their own."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.ledger.ledger import Ledger
from agent.porting.project.table import load
from agent.porting.shadow import shadowed, verified
from tests.shadow_toys import component

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.porting.ledger.sums import Sums

__all__ = ["Shadows", "shadows"]


class Shadows:
    """Makes shadows of the toys, and reads what they noted."""

    def __init__(self, path: Path) -> None:
        self.ledger = Ledger(path)

    def __call__(self, name: str, **settings: Any) -> Any:
        """Return what callers of a toy get in stage shadow, or, with `verify`, in stage rust."""
        row = component(name, **settings)
        beside = verified if row.stage == "rust" else shadowed
        return beside(row, load(row.python), load(row.rust))

    def sums(self, name: str) -> Sums:
        """Return what the calls of a toy came to."""
        return self.ledger.sums(name)

    def differences(self, name: str) -> list[tuple[str, str]]:
        """Return the calls that differed, and where."""
        return [(found.line, found.where) for found in self.ledger.mismatches(name)]


@pytest.fixture
def shadows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shadows]:
    """Return what makes shadows, which write into a ledger of this test.

    An interruption is one as in a program that runs in a terminal.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setenv("TESTS_LEDGER", str(path))
    yield Shadows(path)
    signal.signal(signal.SIGINT, before)
