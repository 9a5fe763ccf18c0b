"""A verdict says how far its calls got, and calls that show nothing prove nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Protocol

import pytest
from annotated_types import Predicate

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.reach import BranchCount, OperationReach, Reach
from agent.porting.check.verdict import Verdict
from agent.porting.compare.outcome import Outcome
from agent.porting.contract.reader import Contract, read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.script.statement import parse
from tests.ported import FIGURES, Port
from tests.toy_pairs import SLUG, load_slugs, same_slug, slug

if TYPE_CHECKING:
    from agent.porting.records.evidence import ParityEvidence
    from tests.conftest import Toys

FEW = CheckOptions(examples=400)
STATUS = {200: "ok", 418: "teapot"}
KIND = "".join(map(chr, range(97, 115)))  # a constant would be found in the source
PARTICULAR = sha256(KIND.encode()).hexdigest()[:8]


def is_rare(value: object) -> bool:
    """Return whether a value is one of those that no search finds."""
    return sha256(ascii(value).encode()).digest()[:6] == bytes(6)


class Pages(Protocol):
    """Operations that draws reach, and some that they do not."""

    @operation(effect=Effect.PURE)
    def version(self, text: str) -> tuple[int, ...]: ...

    @operation(effect=Effect.PURE)
    def status(self, code: int) -> str: ...

    @operation(effect=Effect.PURE)
    def find(self, code: int) -> str | None: ...

    @operation(effect=Effect.PURE)
    def size(self, text: str) -> int: ...

    def put(self, text: str) -> None: ...

    def keep(self, text: str) -> Any: ...

    @operation(effect=Effect.PURE)
    def fail(self, text: str) -> NoReturn: ...

    @operation(effect=Effect.PURE)
    def accepts(self, text: str) -> Literal[True]: ...

    @operation(effect=Effect.PURE, unexercised="codes are those of another program")
    def other(self, code: int) -> str: ...


class pages:  # noqa: N801  # represents a module
    """Both sides: what is to be told is not a difference."""

    @staticmethod
    def version(text: str) -> tuple[int, ...]:
        """Return the parts of a version."""
        if not is_rare(text):
            message = "no version"
            raise ValueError(message)
        return tuple(map(int, text.split(".")))

    @staticmethod
    def status(code: int) -> str:
        """Return what a code means."""
        return "ok" if is_rare(code) else ""

    @staticmethod
    def find(code: int) -> str | None:
        """Do the same, with None for nothing."""
        return "ok" if is_rare(code) else None

    other = status

    @staticmethod
    def size(text: str) -> int:
        """Return the length."""
        return len(text)

    @staticmethod
    def put(text: str) -> None:
        """Do nothing."""

    keep = put

    @staticmethod
    def fail(text: str) -> NoReturn:
        """Raise, always."""
        raise ValueError(text)

    @staticmethod
    def accepts(text: str) -> Literal[True]:
        """Accept everything."""
        return True


class again(pages):  # noqa: N801
    """The other side."""


def test_what_raises_always_or_gives_the_same_always_is_not_exercised() -> None:
    verdict = check("pages", Loaded(read_contract(Pages), pages, again), replace(FEW, guessed=True))
    assert (verdict.verdict, verdict.divergences) == ("inconclusive", [])
    assert set(verdict.unexercised) == {"version", "status", "find"}
    calls = verdict.operations["version"]
    assert f"not exercised: version: none of {calls:,} calls returned (" in verdict.doubts[0]
    assert "ValueError" in verdict.doubts[0]
    assert any("each of" in doubt and "gave the same" in doubt for doubt in verdict.doubts)
    assert "annotate what it takes" in verdict.doubts[-1]
    told = verdict.as_json()
    assert told["unexercised"] == verdict.unexercised
    assert told["reach"]["version"]["returned"] == 0
    assert told["reach"]["version"]["raised"]["ValueError"] > 0
    assert told["reach"]["size"]["results"] > 1


class Made(Protocol):
    """Its factory accepts next to nothing."""

    def get(self, name: str) -> str: ...


class MakesMade(Protocol):
    """The factory."""

    def __call__(self, kind: str) -> Made: ...


class Refusing:
    """Can be made in one way alone."""

    def __init__(self, kind: str) -> None:
        if sha256(kind.encode("utf-8", "replace")).hexdigest()[:8] != PARTICULAR:
            raise ValueError(kind)

    def get(self, name: str) -> str:
        """Return the name."""
        return name


class RefusingAgain(Refusing):
    """The other side, which does something else, once it is made."""

    def get(self, name: str) -> str:
        return name[::-1]


def made(kind: Any) -> Contract:
    """Return the contract with another annotation of the factory's parameter."""
    contract = read_contract(Made, MakesMade)
    assert contract.factory is not None
    (parameter,) = contract.factory.parameters
    factory = replace(contract.factory, parameters=(replace(parameter, annotation=kind),))
    return replace(contract, factory=factory)


def test_operations_after_a_constructor_that_failed_are_not_counted() -> None:
    options = replace(FEW, guessed=True)
    verdict = check("made", Loaded(made(str), Refusing, RefusingAgain), options)
    assert verdict.verdict == "inconclusive"
    assert set(verdict.unexercised) == {"Made", "get"}
    assert "get" not in verdict.operations
    assert "calls had an object to act on" in verdict.unexercised["get"]
    kinds = made(Literal[KIND])
    assert check("made", Loaded(kinds, Refusing, RefusingAgain), options).verdict == "divergent"


def test_the_verdict_prints_its_reach() -> None:
    verdict = check("slug", Loaded(SLUG, slug, same_slug), FEW)
    share = int(verdict.reach.returned / verdict.examples * 1000) / 10
    assert 0 < share < 100
    assert f" compared, {share:g} % of them returned, " in str(verdict)
    assert ", 100 % of the reference's branches reached, seed 0)" in str(verdict)
    verdict.branches = None
    assert ", branches not counted, seed 0)" in str(verdict)
    assert verdict.as_json()["branches"] is None
    verdict.branches = BranchCount(19, 20)
    assert ", 95 % of the reference's branches reached, " in str(verdict)
    assert verdict.as_json()["branches"] == {"reached": 19, "of": 20}


def test_several_processes_add_up_their_reach() -> None:
    verdict = check(
        "slug", Loaded(SLUG, slug, same_slug), CheckOptions(examples=600, jobs=2),
        reload=load_slugs,
    )  # fmt: skip
    reach = verdict.reach.operations["__call__"]
    assert (verdict.verdict, verdict.unexercised) == ("identical", {})
    assert verdict.examples >= 600
    assert reach.returned + reach.raised.total() == verdict.operations["__call__"]
    assert len(reach.results) > 5


def noted(*values: Any) -> OperationReach:
    """Return the reach of calls that return `values`, each with another argument."""
    reach = Reach()
    for index, value in enumerate(values):
        reach.note("f", parse(f"f({index})"), Outcome(value), Outcome(value))
    return reach.operations["f"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (0.0, -0.0), ([1], [1, 1]), ({"a": 1}, {"a": 2}), ("a" * 9999, "a" * 9998),
        ((), []), (None, 0), ({1, 2}, {1, 3}), (object(), object()), (1 << 9000, 1 << 9001),
    ],
)  # fmt: skip
def test_results_that_differ_have_other_fingerprints(one: Any, other: Any) -> None:
    assert len(noted(one, other).results) == 2


def test_results_that_agree_have_one_fingerprint_in_whichever_process() -> None:
    one, other = noted({"b", "a"}, {"a", "b"}), noted({"a", "b"})
    assert len(one.results) == 1
    assert one.results == other.results
    one.add(other)
    assert (one.returned, len(one.results), one.varied) == (3, 1, True)
    other.add(noted(*range(100)))
    assert len(other.results) == 16


def test_calls_with_the_same_argument_may_return_the_same() -> None:
    assert not noted("").varied
    assert noted("", "").varied


def test_nothing_that_rust_served_is_no_share() -> None:
    verdict = Verdict("many", 0, refused=Counter(rare=2))
    assert verdict.share == 0
    for by_rust, outcome in ((False, Outcome(1)), (True, Outcome(raised=TypeError()))):
        verdict.reach.note("f", parse("f(1)"), outcome, outcome, by_rust=by_rust)
    assert (verdict.examples, verdict.share) == (2, 0)
    assert ", 0 % of what returned served by Rust itself" in str(verdict)
    verdict.reach.note("f", parse("f(1)"), Outcome(1), Outcome(1))
    assert verdict.share == 0.5


def small(text: str) -> bool:
    """Tell whether `text` is short."""
    return len(text) < 3


def test_a_strategy_or_a_literal_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    class Status(Protocol):
        @operation(effect=Effect.PURE)
        def __call__(self, code: Literal[200, 418, 7], /) -> Annotated[str, Predicate(small)]: ...

    def status(code: int, /) -> str:
        if code not in {200, 418, 7} or type(code) is not int:
            raise ValueError(code)
        return STATUS.get(code, "")

    def other(code: int, /) -> str:
        return status(code)

    assert check("status", Loaded(read_contract(Status), status, other), FEW).unexercised == {}


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Return a toy project."""
    monkeypatch.chdir(toys.folder)
    return Port(toys.folder)


def required(port: Port, capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    """Return what a promotion to ``shadow`` asks for, of evidence with more figures."""
    parity: ParityEvidence = replace(FIGURES["parity"], **more)
    port.prove(parity=parity)
    status = port.run("promote", "slug", "--to", "shadow", "--dry-run")
    assert status in {0, 1}
    return capsys.readouterr().out


def test_a_promotion_asks_for_reach_where_the_evidence_says(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    before = required(port, capsys)
    assert "operations exercised" not in before
    assert "branches" not in before
    reached = {"operations": {"__call__": (9, 1, 4)}, "accepted": 9, "branches": (17, 20)}
    told = " ".join(required(port, capsys, **reached, unexercised={"other": "why"}).split())
    assert "operations exercised 2 1 no agent check slug" in told
    assert "branches of the reference 90 % 85 % no agent check slug" in told
    told = " ".join(
        required(port, capsys, **(reached | {"branches": (18, 20)}), unexercised={}).split()
    )
    assert "operations exercised 1 1 yes" in told
    assert "branches of the reference 90 % 90 % yes" in told
