"""Callers of a proxied function or class see the original, whatever proxy it is."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.check.event_loop import SideLoop
from agent.porting.compare.outcome import capture
from agent.porting.fallback import served
from agent.porting.interpose.frames import passes_on
from agent.porting.script.statement import parse
from agent.porting.shadow import shadowed, verified
from tests import interposers
from tests.async_toys import Feed, RustFeed, component, double, double_rust
from tests.interposers import BEHIND, Behind, Tally, greet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=list(BEHIND))
def behind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Any) -> Behind:
    """Return the proxies of each kind."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return BEHIND[request.param](request.param)


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


def test_the_function_is_looked_at_as_the_original(behind: Behind) -> None:
    function = behind.function
    assert inspect.signature(function) == inspect.signature(greet)
    assert (function.__name__, function.__qualname__) == ("greet", "greet")
    assert (function.__module__, function.__doc__) == (greet.__module__, greet.__doc__)
    assert function.__wrapped__ is not function
    assert function.version == 3
    assert function.__annotations__ == greet.__annotations__
    assert not inspect.iscoroutinefunction(function)
    assert inspect.isfunction(function)


def test_the_class_is_looked_at_as_the_original(behind: Behind) -> None:
    kind = behind.kind
    assert inspect.signature(kind) == inspect.signature(Tally)
    assert inspect.signature(kind.add) == inspect.signature(Tally.add)
    assert (kind.__name__, kind.__qualname__) == ("Tally", "Tally")
    assert (kind.__module__, kind.__doc__, kind.unit) == (Tally.__module__, "A sum.", "piece")
    assert kind.add.__doc__ == Tally.add.__doc__


def test_objects_are_of_the_class(behind: Behind) -> None:
    tally = behind.kind(2)
    assert isinstance(tally, behind.kind)
    assert issubclass(behind.kind, behind.kind)
    assert isinstance(Tally(), behind.kind)
    assert issubclass(Tally, behind.kind)
    assert not isinstance(3, behind.kind)
    assert not issubclass(int, behind.kind)


def test_subclasses_are_of_the_class(behind: Behind) -> None:
    class More(behind.kind):  # type: ignore[name-defined,misc]
        def __init__(self, start: int, more: int) -> None:
            super().__init__(start + more)

    assert list(inspect.signature(More).parameters) == ["start", "more"]
    more = More(1, 2)
    assert (more.total, more.add(1), isinstance(more, behind.kind)) == (3, 4, True)
    assert not isinstance(behind.kind(1), More)


def test_objects_have_the_attributes_of_the_original(behind: Behind) -> None:
    tally = behind.kind(2)
    assert (tally.add(3), tally.total, tally.unit) == (5, 5, "piece")
    with pytest.raises(AttributeError):
        tally.total = 3
    with pytest.raises(AttributeError, match="nothing"):
        _ = tally.nothing
    bound = tally.add
    assert (bound(1), bound.__self__.total, tally.total) == (6, 6, 6)
    assert (behind.kind.add(tally, 1), behind.kind.is_amount(1)) == (7, True)
    assert behind.kind.of(1, 2).total == 3


@pytest.mark.parametrize("found", [False, True])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_are_copied_and_pickled(
    behind: Behind, monkeypatch: Any, *, protocol: int, found: bool
) -> None:
    if found:  # as where the class is decorated, or its module hands out proxies
        monkeypatch.setattr("tests.interposers.Tally", behind.kind)
    elif behind.name == "recording":
        return  # a module that is recorded always hands out the proxy
    tally = behind.kind(2)
    tally.add(3)
    for again in (
        pickle.loads(pickle.dumps(tally, protocol)),
        copy.copy(tally),
        copy.deepcopy(tally),
    ):
        assert (again.total, again.add(1), tally.total) == (5, 6, 5)
        assert isinstance(again, behind.kind)
        assert not found or type(again) is type(tally)


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


@pytest.mark.parametrize("proxy", ["none", "shadow", "verified", "fallback"])
@pytest.mark.parametrize("line", ["await double()", "await feed.put()", "feed.put(1, 2)"])
def test_a_script_that_awaits_knows_it_too(
    tmp_path: Path, monkeypatch: Any, proxy: str, line: str
) -> None:
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    make: dict[str, Any] = {
        "none": lambda _, python, __: python,
        "shadow": lambda name, *sides: shadowed(component(name), *sides),
        "verified": lambda name, *sides: verified(component(name, verify=1.0), *sides),
        "fallback": served,
    }
    double_, feed = make[proxy]("double", double, double_rust), make[proxy]("feed", Feed, RustFeed)
    loop = SideLoop()
    try:
        assert loop.run(parse(line), {"double": double_, "feed": feed()}).binding
    finally:
        loop.close()


@functools.cache
def remembered(name: str, *, mark: str = "!") -> str:
    """Greet somebody, once."""
    return f"hello {name}{mark}"


@pytest.mark.parametrize("stage", ["shadow", "verified", "fallback"])
def test_a_cached_function_keeps_its_attributes(
    stage: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    row = interposers.component("greet", verify=float(stage == "verified"))
    put = {"shadow": shadowed, "verified": verified}.get(stage)
    rust = interposers.greet_rust
    function = served("greet", remembered, rust) if put is None else put(row, remembered, rust)
    remembered.cache_clear()
    assert function("a") == function("a", mark="!") == "hello a!"
    if stage == "shadow":
        assert function.cache_info().misses == 2
    function.cache_clear()
    assert remembered.cache_info().currsize == 0
    assert function.cache_parameters() == {"maxsize": None, "typed": False}
    assert function.__wrapped__ is remembered.__wrapped__
    assert inspect.signature(function) == inspect.signature(remembered)
    assert (function.__name__, function.__doc__) == ("remembered", "Greet somebody, once.")
    function.note = 1
    assert remembered.note == 1  # type: ignore[attr-defined]
    del function.note
    assert not hasattr(remembered, "note")
    assert isinstance(function, type(remembered))
    holder = type("Holder", (), {"method": function, "__str__": lambda _: "x"})
    assert holder().method().startswith("hello")
    monkeypatch.setattr(f"{__name__}.remembered", function)
    assert pickle.loads(pickle.dumps(function)) is function
