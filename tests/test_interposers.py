"""Callers of a proxied function or class see the original, whatever proxy it is."""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.compare.outcome import capture
from agent.porting.interpose.frames import passes_on
from agent.porting.script.statement import parse
from tests.interposers import BEHIND, Behind, Tally, greet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=list(BEHIND))
def behind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Any) -> Behind:
    """Return the proxies of each kind."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return BEHIND[request.param]()


def unbound(behind: Behind) -> dict[str, Any]:
    """Return calls that cannot be bound, by what is called."""
    tally = behind.kind(1)
    return {
        "function": behind.function,
        "class": lambda: behind.kind(1, 2, 3),
        "method": tally.add,
        "class method": lambda: behind.kind.of(amounts=1),
        "static method": behind.kind.is_amount,
    }


@pytest.mark.parametrize("what", ["function", "class", "method", "class method", "static method"])
def test_a_call_that_cannot_be_bound_is_known_as_one(behind: Behind, what: str) -> None:
    outcome = capture(unbound(behind)[what])
    assert isinstance(outcome.raised, TypeError)
    frames = [frame for frame, _ in walk_tb(outcome.raised.__traceback__)]
    ours = [each for each in frames if each.f_globals["__name__"].startswith("agent.")]
    assert ours
    assert not [each.f_code.co_qualname for each in ours if not passes_on(each)]
    assert outcome.binding or __name__ in {each.f_globals["__name__"] for each in frames}


@pytest.mark.parametrize(
    "line",
    ["greet()", "greet('a', 'b', 'c')", "greet(nobody='a')", "Tally(1, 2, 3)", "tally.add()"],
)
def test_a_script_knows_it_too(behind: Behind, line: str) -> None:
    names = {"greet": behind.function, "Tally": behind.kind, "tally": behind.kind(1)}
    assert parse(line).run(names).binding


@pytest.mark.parametrize("line", ["greet(1)", "Tally('a').add(1)", "tally.add('a')"])
def test_what_an_implementation_raises_is_not_taken_for_it(line: str) -> None:
    names = {"greet": greet, "Tally": Tally, "tally": Tally(1)}
    assert not parse(line).run(names).binding
