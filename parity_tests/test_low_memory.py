"""Where memory is lacking, a request raises `MemoryError`, and the object can still be used."""

from __future__ import annotations

import dis
import json
import subprocess
import sys
from types import CodeType
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("resource", reason="address space is limited through resource")

from parity_tests.low_memory import REQUESTS

CASES = [(name, title) for name, requests in REQUESTS.items() for title in requests]


@pytest.mark.skipif(sys.platform != "linux", reason="the size of the process is read from /proc")
@pytest.mark.parametrize(("name", "title"), CASES)
def test_what_cannot_be_had_raises(name: str, title: str) -> None:
    done = subprocess.run(  # this interpreter
        [sys.executable, "-m", "parity_tests.low_memory", name, "rust", title],
        check=True,
        capture_output=True,
        text=True,
    )
    endings = json.loads(done.stdout)
    assert set(endings) <= {"done", "MemoryError"}, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the size of the process is read from /proc")
def test_the_reference_ends_where_memory_is_lacking() -> None:
    done = subprocess.run(  # this interpreter
        [sys.executable, "-m", "parity_tests.low_memory", "cache", "python", "set of tuples"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert set(json.loads(done.stdout)) <= {"done", "MemoryError"}, done.stderr


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _last_kept_place(code: CodeType) -> int:
    """Return the last instruction that a handler of an exception remembers; 0 if none does."""
    table = dis._parse_exception_table(code)  # type: ignore[attr-defined]
    return max((entry.end // 2 - 1 for entry in table if entry.lasti), default=0)


def test_no_handler_of_the_reference_takes_memory_to_enter() -> None:
    """CPython tries for ever to make the number of the place that raised, if it is above 256."""
    folder = ROOT / "agent" / "components" / "cache"
    too_long = [
        code.co_qualname
        for file in sorted(folder.glob("*.py"))
        for code in _codes(compile(file.read_text(encoding="utf-8"), str(file), "exec"))
        if _last_kept_place(code) > 256
    ]
    assert not too_long
