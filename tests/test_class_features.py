"""Whatever a class has, works in every stage: callers see no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.fallback import served
from agent.porting.ledger.ledger import Ledger
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.shadow import shadowed
from tests import class_features
from tests.class_features import made, namespace
from tests.class_uses import FEATURES

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ["shadow", "sampled", "fallback", "rust"]


def component(stage: str) -> Component:
    """Return the row of the class."""
    place = f"{class_features.__name__}:"
    return Component(
        name="amount", contract=f"{place}Amount", factory=f"{place}AmountFactory",
        python=f"{place}Money", rust=f"{place}Money", stage="shadow",
        shadow=Shadow(sample=1e-9 if stage == "sampled" else 1.0),
    )  # fmt: skip


def state(held: Any) -> dict[str, Any]:
    """Return what an object of the other side has, for handing it over."""
    return dict(vars(held))


def running(stage: str) -> Any:
    """Return what callers get in a stage; the other side is the same class once more."""
    if stage in {"python", "rust"}:
        return made(namespace)
    python, rust = made(namespace), made({})
    if stage == "fallback":
        rust.__getstate__ = state
        return served("amount", python, rust)
    return shadowed(component(stage), python, rust)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Return the ledger of this test."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return Ledger(tmp_path / "ledger.sqlite")


def outcome(stage: str, feature: str) -> Any:
    """Return what a caller sees, as text: objects of two classes are not equal."""
    namespace["Money"] = running(stage)
    class_features.Base.subclasses.clear()
    return repr(FEATURES[feature](namespace["Money"]))


def by_new() -> Any:
    """Return a class whose objects are made by ``__new__`` alone."""

    class Money:
        amount: int

        def __new__(cls, amount: int) -> Any:
            made = super().__new__(cls)
            made.amount = amount
            return made

        def more(self) -> int:
            return self.amount + 2

    return Money


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("stage", ["shadow", "sampled", "fallback"])
def test_a_class_may_have_no_constructor_but_new(stage: str) -> None:
    python, rust = by_new(), by_new()
    if stage == "fallback":
        del rust.more  # which is not ported yet
        cls = served("amount", python, rust)
    else:
        cls = shadowed(component(stage), python, rust)
    own = type("Own", (cls,), {})
    assert cls(4).more() == 6
    first, second = cls(1), own(2)
    assert (first.amount, second.amount) == (1, 2)
    for each in (first, second):
        each.__init__(3)
    assert (first.amount, second.amount) == (1, 2)


def test_a_class_with_slots_may_extend_one_that_is_ported(ledger: Ledger) -> None:
    def base() -> Any:
        return type("Base", (), {"__slots__": (), "name": lambda _: "base"})

    def extended(base: Any) -> Any:
        return type("Extended", (base,), {"__slots__": ("size",)})

    first = served("base", base(), base())
    second = served("extended", extended(first), extended(base()))
    made = second()
    made.size = 3
    assert (made.name(), made.size) == ("base", 3)
    with pytest.raises(AttributeError):
        made.__dict__  # noqa: B018  # it has none


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("stage", STAGES)
def test_a_caller_sees_no_difference(ledger: Ledger, stage: str, feature: str) -> None:
    assert outcome(stage, feature) == outcome("python", feature)
    assert [(found.line, found.where) for found in ledger.mismatches("amount")] == []
