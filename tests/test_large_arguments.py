"""Arguments that are large or deeply nested."""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  # contracts are read from annotations
from typing import TYPE_CHECKING, Annotated, Any

import annotated_types as at
import pytest

from agent.porting.check import cost, shrink, sizes
from agent.porting.check.campaign import Campaign
from agent.porting.check.containment import keeps_domains
from agent.porting.check.cost import Cost
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.verdict import Verdict
from agent.porting.compare.comparison import Comparison
from agent.porting.guidance.constants import Constants
from agent.porting.guidance.hints import Hints, evaluated
from agent.porting.infer.inferred import contract_in, infer
from agent.porting.script.nesting import nested
from agent.porting.strategies.growth import growths

if TYPE_CHECKING:
    from collections.abc import Callable


def levels(value: Any) -> int:
    """Return how many containers are around what is in the middle."""
    count = 0
    while isinstance(value, list | tuple | dict) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
        count += 1
    return count


class TestWriting:
    """Short expressions of large values."""

    def test_nested_values(self) -> None:
        assert nested(2, [1]) == [[[1]]]
        assert nested(1, (1,)) == ((1,),)
        assert nested(2, {"k": 1, "l": 2}) == {"k": {"k": {"k": 1, "l": 2}}}
        assert nested(1, 5) == [5]
        assert levels(nested(100_000, [1])) == 100_001

    @pytest.mark.parametrize("size", [1, 255, 65_537])
    @pytest.mark.parametrize(
        "value",
        [
            "", "a", "f(x)", b"", b"ab", [], [1, "a"], ["a"], (), (1,), {}, {"k": "v"}, {1: [2]},
            set(), frozenset({1}),
        ],
    )  # fmt: skip
    def test_a_value_grows_to_any_size(self, value: Any, size: int) -> None:
        ways = list(growths(value, ["word", ",", b","]))
        assert ways
        for way in ways:
            text = way.write(size)
            found = evaluated(text)
            assert len(text) < 70
            assert type(found) is type(value) or isinstance(found, type(value))
            if way.deep:
                assert (text.count("(") == 0) or levels(found) > size or found.count("(") >= size
            else:
                inner = found if not isinstance(found, dict | list | tuple) else [*found]
                longest = [len(each) for each in inner if isinstance(each, str | bytes)]
                values = found.values() if isinstance(found, dict) else ()
                longest += [len(each) for each in values if isinstance(each, str)]
                assert max(len(found), *longest, 0) >= size

    def test_what_has_no_size_does_not_grow(self) -> None:
        assert list(growths(5)) == []
        assert list(growths(None)) == []


@pytest.mark.parametrize("value", [[1], (1,), {"k": 1}])
def test_deeply_nested_values_are_compared_and_reported_shortly(value: Any) -> None:
    one, other = nested(100_000, value), nested(100_000, value)
    assert Comparison().first("result", one, other) is None
    deeper = nested(100_001, value)
    found = Comparison().first("result", one, deeper)
    assert found is not None
    assert found.where.startswith("result[")
    assert "…" in found.where
    assert len(str(found)) < 2_000


def test_objects_inside_of_nested_lists_are_shared_alike() -> None:
    inner: list[Any] = [1]
    once, twice = [[inner], inner], [[[1]], inner]
    found = Comparison().first("result", once, twice)
    assert found is not None
    assert found.where == "result[1]"


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try all sizes, and let counterexamples become as short as they get, on a busy machine too."""
    monkeypatch.setattr(shrink, "_SECONDS", 600.0)
    monkeypatch.setattr(cost, "_LONGEST", 600.0)
    monkeypatch.setattr(sizes, "_SECONDS", 600.0)


def try_on(
    python: Callable[..., Any], rust: Callable[..., Any], hints: Hints | None = None
) -> Campaign:
    """Try large arguments of two functions."""
    inferred = infer("f", python, rust)
    contract = contract_in(inferred.text, inferred.protocol, "<inferred>")
    campaign = Campaign(
        Loaded(contract, python, rust), Verdict("f", 0), CheckOptions(guessed=True, seed=0)
    )
    campaign.drawing.hints = hints
    sizes.try_sizes(campaign)
    return campaign


def total(numbers: list[int]) -> int:
    return sum(numbers)


def capped(numbers: list[int]) -> int:
    return sum(numbers[:10_000])


def size(data: bytes) -> int:
    return len(data)


def narrow(data: bytes) -> int:
    return len(data) & 0xFFFF


def exact(data: bytes) -> int:
    return len(data) if len(data) != 32_768 else 0


def different(text: str) -> int:
    return len(set(text))


def octets(text: str) -> int:
    return len(set(text)) & 0xFF


def depth(tree: list[Any]) -> int:
    return levels(tree)


def shallow(tree: list[Any]) -> int:
    return min(levels(tree), 50_000)


def fields(line: str) -> int:
    return line.count(",")


def few(line: str) -> int:
    return min(line.count(","), 300)


def both(first: str, second: str) -> bool:
    return first == second


def begins(first: str, second: str) -> bool:
    return first[:1_000] == second[:1_000] and len(first[1_000:]) == 0


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize(
    ("python", "rust", "shown"),
    [
        (total, capped, "f([1] * 10001)"),
        (size, narrow, "f(b'a' * 65536)"),
        (size, exact, "f(b'a' * 32768)"),
        (different, octets, "f(''.join(map(chr, range(256))))"),
        (depth, shallow, "f(nested(50000, [0]))"),
        (fields, few, "f(',' * 301)"),
        (both, begins, "f('a' * 1023, 'a' * 1023)"),
    ],
)
def test_a_fault_of_a_size_is_found(python: Any, rust: Any, shown: str) -> None:
    constants = Constants()
    constants.add(",")
    verdict = try_on(python, rust, Hints(constants)).verdict
    assert verdict.divergences[0].script == [shown]


@pytest.mark.usefixtures("patience")
def test_sizes_of_the_source_are_tried() -> None:
    constants = Constants()
    constants.add(20_011)
    verdict = try_on(
        size, lambda data: len(data) if len(data) != 20_012 else 0, Hints(constants)
    ).verdict
    assert verdict.divergences[0].script == ["f(b'a' * 20012)"]


@pytest.mark.usefixtures("patience")
def test_the_sizes_that_a_contract_allows_are_kept() -> None:
    seen: set[int] = set()

    def bounded(text: Annotated[str, at.MaxLen(1_000)]) -> int:
        seen.add(len(text))
        return len(text)

    def same(text: Annotated[str, at.MaxLen(1_000)]) -> int:
        return len(text)

    assert try_on(bounded, same).verdict.divergences == []
    assert 257 in seen
    assert max(seen) <= 1_000


@pytest.mark.usefixtures("patience")
def test_the_same_is_tried_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    run = Campaign.run

    def noting(self: Campaign, lines: list[str]) -> Any:
        ran.append(lines)
        return run(self, lines)

    monkeypatch.setattr(Campaign, "run", noting)
    campaign = try_on(fields, fields, None)
    assert ["f('a' * 65537)"] in ran
    assert ["f('a' * 65537)"] not in campaign.ran  # they are not run again to count branches
    assert ["f('a' * 257)"] in campaign.ran
    once = ran.copy()
    ran.clear()
    try_on(fields, fields, None)
    assert ran == once


def test_a_counterexample_with_a_trap_is_made_shorter() -> None:
    def first(items: Iterable[int]) -> int:
        return next(iter(items))

    inferred = infer("f", first, first)
    contract = contract_in(inferred.text, inferred.protocol, "<inferred>")
    kept = keeps_domains(contract, ["f(Having(iter=ValueError('iter')))"])
    assert kept(["f([1])"])
    assert not kept(["f(5)"])


class TestCost:
    """What is learned from what calls cost."""

    @pytest.fixture
    def spent(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
        """Return the seconds and the bytes that are said to be used."""
        now = {"seconds": 0.0, "bytes": 0.0}
        monkeypatch.setattr("time.process_time", lambda: now["seconds"])
        monkeypatch.setattr(cost, "peak", lambda: int(now["bytes"]))
        return now

    @pytest.mark.parametrize(("power", "largest"), [(1, 65_536), (2, 4_096), (3, 4_096)])
    def test_steep_growth_ends_early(
        self, spent: dict[str, float], power: int, largest: int
    ) -> None:
        found, tried = Cost(), []
        for size in (256, 257, 1_024, 4_096, 32_768, 65_536):
            if found.is_too_much(size):
                break
            tried.append(size)
            with found.of(size):
                spent["seconds"] += 0.02 * (size / 1_024) ** power
        assert max(tried) == largest

    def test_memory_ends_it_too(self, spent: dict[str, float]) -> None:
        found = Cost()
        with found.of(4_096):
            spent["bytes"] += 16 << 20
        assert not found.is_too_much(8_192)
        assert found.is_too_much(32_768)

    def test_no_time_is_no_trouble(self, spent: dict[str, float]) -> None:
        found = Cost()
        for size in (1, 2, 3):
            with found.of(size):
                spent["seconds"] += 0.0
            assert not found.is_too_much(10**9)
