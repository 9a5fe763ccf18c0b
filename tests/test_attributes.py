"""Attributes of objects: inferred from both sides, set and deleted in scripts."""

from __future__ import annotations

from typing import Any, Protocol

from agent.porting.check.check import check
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect
from agent.porting.infer.inferred import infer
from agent.porting.script.statement import parse
from agent.porting.strategies.call_writer import caller_of


class Lamp:
    """A lamp, which has a name of its own; its brightness may be set, and a label deleted."""

    MOST = 100

    def __init__(self, name: str, brightness: int = 1) -> None:
        self.name = name
        self._brightness = brightness
        self._label = ""

    @property
    def brightness(self) -> int:
        return self._brightness

    @brightness.setter
    def brightness(self, value: int) -> None:
        self._brightness = max(0, min(value, self.MOST))

    @property
    def label(self) -> str:
        return self._label

    @label.setter
    def label(self, value: str) -> None:
        self._label = value

    @label.deleter
    def label(self) -> None:
        self._label = ""

    @property
    def doubled(self) -> int:
        return 2 * self._brightness

    def title(self) -> str:
        return self.name.title()


class Same(Lamp):
    """Another class that does the same."""


class Stubborn(Lamp):
    """Wrong: what is set is not looked at."""

    def __init__(self, name: str, brightness: int = 1) -> None:
        super().__init__(name, brightness)
        self._first = name

    @property
    def brightness(self) -> int:
        return self._brightness

    @brightness.setter
    def brightness(self, value: int) -> None:
        self._brightness = value

    def title(self) -> str:
        return self._first.title()


class Nameless(Lamp):
    """Wrong: the name is private."""

    def __init__(self, name: str, brightness: int = 1) -> None:
        self._name = name
        self._brightness = brightness
        self._label = ""

    def title(self) -> str:
        return self._name.title()


class Dial(Protocol):
    """A contract with a setter and a deleter."""

    @property
    def at(self) -> int: ...

    @at.setter
    def at(self, value: int) -> None: ...

    @at.deleter
    def at(self) -> None: ...


class MakesDial(Protocol):
    """Its factory."""

    def __call__(self, at: int = 0) -> Dial: ...


class Reference:
    """Deleting sets it to 0."""

    def __init__(self, at: int = 0) -> None:
        self._at = at

    @property
    def at(self) -> int:
        return self._at

    @at.setter
    def at(self, value: int) -> None:
        self._at = value

    @at.deleter
    def at(self) -> None:
        self._at = 0


class Sticking(Reference):
    """Wrong: after it is deleted, it is still there."""

    @property
    def at(self) -> int:
        return self._at

    @at.setter
    def at(self, value: int) -> None:
        self._at = value

    @at.deleter
    def at(self) -> None:
        """Do nothing."""


CONTRACT = read_contract(Dial, MakesDial)


def test_a_contract_reads_setters_and_deleters() -> None:
    assert list(CONTRACT.operations) == ["at"]
    assert list(CONTRACT.performed) == ["at", "at=", "del at"]
    setter, deleter = CONTRACT.performed["at="], CONTRACT.performed["del at"]
    assert [each.annotation for each in setter.parameters] == [int]
    assert {setter.effect, deleter.effect} == {Effect.WRITES}
    caller = caller_of(CONTRACT)
    assert caller.call(setter, {"value": "5"}).text == "dial.at = 5"
    assert caller.call(deleter, {}).text == "del dial.at"
    assert [move.spec.name for move in Drawing(caller, 5).writers] == ["at=", "del at"]


def test_lines_that_set_and_delete_are_operations() -> None:
    setting, deleting = parse("dial.at = 5"), parse("del dial.at")
    assert (setting.operation, setting.subject) == ("at=", "dial")
    assert [name for name, _ in setting.operands] == ["argument1"]
    assert (deleting.operation, deleting.subject) == ("del at", "dial")
    with Pair(CONTRACT, Reference, Sticking) as pair:
        for line in ("dial = Dial()", "dial.at = 5", "dial.at", "del dial.at"):
            pair.run(line)
        found = None
        try:
            pair.run("dial.at")
        except Disagreement as disagreement:
            found = disagreement
    assert found is not None
    assert (found.difference.python, found.difference.rust) == ("0", "5")
    assert pair.reach.counts == {"Dial": 1, "at": 2, "at=": 1, "del at": 1}


def test_what_both_sides_objects_have_is_inferred() -> None:
    text = infer("Lamp", Lamp, Same).text
    for line in (
        "def name(self) -> Any: ...",
        "@name.setter",
        "def name(self, value: Annotated[str, MaxLen(max_length=20)]) -> None: ...",
        "def brightness(self, value: int) -> None: ...",
        "@label.deleter\n    def label(self) -> None: ...",
    ):
        assert line in text
    assert "doubled.setter" not in text
    assert "MOST.setter" not in text
    assert "setter" not in infer("Lamp", Lamp, Lamp).text


def test_an_attribute_that_one_side_lacks_is_told() -> None:
    assert infer("Lamp", Lamp, Nameless).one_sided == ["name: only Python has it"]
    assert infer("Lamp", Nameless, Lamp).one_sided == ["name: only Rust has it"]


class Unmade(Lamp):
    """Cannot be made with simple arguments."""

    def __init__(self, name: str, brightness: int = 1) -> None:
        raise ValueError(name, brightness)


def test_of_objects_that_cannot_be_made_nothing_is_told() -> None:
    assert infer("Lamp", Lamp, Unmade).one_sided == []


def test_what_is_set_is_compared_later() -> None:
    contract = infer("Lamp", Lamp, Stubborn).contract()
    options = CheckOptions(examples=1_500, seed=1, guessed=True)
    found = check("lamp", Loaded(contract, Lamp, Stubborn), options).divergences
    assert {"title", "brightness"} <= {each.operation for each in found}
    calls: list[Any] = [each.script for each in found if each.operation == "title"]
    assert any(line.startswith("lamp.name = ") for line in calls[0])
