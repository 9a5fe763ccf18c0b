"""Classes that strangers wrote, in shadow beside the same class: no false alarm, and no stall."""

from __future__ import annotations

import inspect
import sys
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

from agent.porting.ledger.ledger import Ledger
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.shadow import candidate as candidates
from agent.porting.shadow import shadowed, verified
from agent.porting.shadow.worker import Worker
from tests import shadow_strangers, shadow_toys
from tests.shadow_strangers import NOTHING, UNSET, BadRepr, again, looked_at
from tests.shadow_toys import component

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACE = shadow_strangers.__name__


class Run:
    """Makes shadows of the class, and reads what they noted."""

    def __init__(self, path: Path) -> None:
        self.ledger = Ledger(path)

    def __call__(
        self,
        python: Any,
        rust: Any,
        name: str = "page",
        *,
        stage: Literal["shadow", "rust"] = "shadow",
        worker: bool = False,
    ) -> Any:
        """Return what callers get for `python`, or in stage ``rust`` for `rust`."""
        row = Component(
            name=name, contract=f"{PLACE}:Page", factory=f"{PLACE}:PageFactory",
            python=f"{PLACE}:Page", rust=f"{PLACE}:Page", stage=stage,
            shadow=Shadow(worker=worker), verify=float(stage == "rust"),
        )  # fmt: skip
        return (shadowed if stage == "shadow" else verified)(row, python, rust)

    def differences(self, name: str = "page") -> list[str]:
        """Return the places of all differences."""
        return [found.where for found in self.ledger.mismatches(name)]

    def skipped(self, name: str = "page") -> dict[str, int]:
        """Return how many calls were not compared, for each reason."""
        return dict(self.ledger.sums(name).skipped)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what makes shadows, with a ledger of this test."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    looked_at.clear()
    return Run(tmp_path / "ledger.sqlite")


def set_indent(page: Any) -> None:
    page.indent = "> "


def set_margin(page: Any) -> None:
    page.margin = "> "


def set_width(page: Any) -> None:
    page.width = 2


def call_erase(page: Any) -> None:
    page.erase()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (set_indent, "indent"), (set_margin, "margin"), (set_width, "width"),
        (call_erase, "_text"),
    ],
)  # fmt: skip
def test_what_only_the_reference_can_know_ends_the_following(
    run: Run, change: Callable[[Any], None], name: str
) -> None:
    page, plain = run(again(), again())("some text"), again()("some text")
    for each in (page, plain):
        assert each.wrap() == "some"
        change(each)
    assert page.wrap() == plain.wrap()
    assert run.differences() == []
    assert run.skipped() == {f"its attribute {name} was set": 1}


def test_a_note_of_the_programs_own_ends_nothing(run: Run) -> None:
    page = run(again(), again())("some text")
    page.note = "mine"
    assert page.wrap() == "some"
    assert run.skipped() == {}


def test_what_the_reference_changes_in_another_object_ends_nothing(run: Run) -> None:
    cls = run(again(), again())
    inner = cls("some text")
    outer = cls("", inner)
    outer.put(inner)
    inner.write(", and more")
    assert inner.wrap() == "some"
    assert (run.differences(), run.skipped()) == ([], {})


def test_classes_that_are_made_for_each_call_are_compared_by_what_they_hold(run: Run) -> None:
    page = run(again(), again())()
    assert tuple(page.row(1, 2)) == (1, 2)
    assert run.differences() == []


def test_classes_that_are_given_are_compared_by_what_they_hold(run: Run) -> None:
    assert run(again(), again())().kind_of(1).unit == 1
    assert run.differences() == []
    run(again(), again(differing=1))().kind_of(1)
    assert run.differences() == ["result.unit"]


@pytest.mark.parametrize("kind", ["bound", "function", "partial", "listed"])
def test_a_function_that_the_contract_does_not_know_is_called_once(run: Run, kind: str) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)

    functions: dict[str, Any] = {
        "bound": told.append, "function": tell, "partial": partial(tell), "listed": [tell],
    }  # fmt: skip
    page = run(again(), again())("some text")
    page.tell(functions[kind])
    assert told == ["some text"]
    reason = "a function that the contract does not know as one: both sides would call it"
    assert run.skipped() == {f"tell: {reason}": 1}


def test_classes_of_the_same_name_with_other_bases_differ(run: Run) -> None:
    class Base(NamedTuple):
        number: int

    row = type("Row", (Base,), {"__module__": PLACE})
    run(again(), again(row))().row(1)
    assert run.differences() == ["result"]


def test_nothing_is_called_that_the_program_did_not_call(run: Run) -> None:
    page = run(again(), again())("some text")
    for _ in range(8):
        page.write(".")
    assert looked_at == []
    page.forms()
    looked_at.clear()
    for _ in range(8):
        page.write(".")
    assert set(looked_at) == {"forms"}
    assert run.differences() == []


def test_objects_within_objects_are_not_looked_at_again(run: Run) -> None:
    cls = run(again(), again())
    page = cls("text")
    for _ in range(50):
        page = cls("text", page)
        assert len(page.parts) == 1
    assert looked_at == []
    assert (run.differences(), run.skipped()) == ([], {})


def test_what_is_done_when_an_iterator_is_gone_through_is_not_missed(run: Run) -> None:
    page = run(again(), again())("abc")
    assert next(page.drain()) == "a"
    assert page.wrap() == "bc"
    assert run.differences() == []
    assert run.skipped() == {
        "drain gives an iterator or a view": 1, "a call before was not compared": 1
    }  # fmt: skip


def test_a_result_is_compared_to_a_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_LONGEST", 100)
    page = run(again(), again())()
    assert len(page.rows(10)) == 10
    assert run.skipped() == {}
    assert len(page.rows(200)) == 200
    assert run.skipped() == {"rows gives more than 100 parts": 1}


def test_a_mapping_without_end_is_not_gone_through(run: Run) -> None:
    page = run(again(), again(differing=1))()
    assert len(page.many(10**12)) == 10**12
    assert len(looked_at) < 10_000
    assert run.skipped() == {"many gives 1,000 items or more of Many": 1}
    page.many(1)
    assert run.differences() == ["result[0]"]


def test_a_sentinel_is_itself_on_both_sides(run: Run) -> None:
    page = run(again(), again())()
    assert page.is_unset(UNSET)
    assert page.is_nothing(NOTHING)
    assert not page.is_unset(shadow_strangers.Unset())
    assert (run.differences(), run.skipped()) == ([], {})


def test_what_fails_when_it_is_shown_is_no_difference(run: Run) -> None:
    page = run(again(), again())()
    page.put(BadRepr())
    assert run.differences() == []
    assert run.skipped() == {}


def test_methods_and_classes_of_twins_correspond(run: Run) -> None:
    cls = run(again(), again())
    page = cls("some text")
    assert page.wrapper()() == "some"
    assert page.made_by() == [cls]
    assert (run.differences(), run.skipped()) == ([], {})


def test_an_object_of_another_class_is_left_as_it_is(run: Run) -> None:
    python, rust = again(), again()
    longer: dict[Any, Any] = {}
    for each in (python, rust):
        each.__new__ = lambda _, *given, each=each: object.__new__(longer[each])
    cls = run(python, rust)
    longer |= {python: type("Longer", (cls,), {}), rust: type("Longer", (rust,), {})}
    page = cls("some text")
    assert type(page) is longer[python]
    assert page.wrap() == "some"
    assert run.differences() == []
    assert run.skipped() == {"Page: it made an object of another class, Longer": 1}


def test_a_stack_that_is_too_deep_is_no_difference(run: Run) -> None:
    page = run(again(), again())()
    levels = sys.getrecursionlimit() * 2 // 3  # each is two frames where it is compared
    for more in (levels, 2 * levels):
        with pytest.raises(RecursionError):
            page.deep(more)
    assert run.differences() == []
    assert run.skipped()["deep: Python's stack was too deep"] == 2


def test_attributes_that_its_own_module_sets_belong_to_the_class(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls = run(again(), again())
    module = sys.modules[PLACE]
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(module, "__spec__", SimpleNamespace(_initializing=True))
        cls.wrap = cls.wrap
    assert cls("some text").wrap() == "some"
    assert run.skipped() == {}


class TestSubclass:
    """A class and one that extends it, both in shadow."""

    @pytest.fixture
    def classes(self, run: Run) -> tuple[Any, Any]:
        """Return what callers get for both."""
        base = run(again(), again())

        def extended(of: Any) -> Any:
            class Longer(of):  # type: ignore[misc]
                def wrap(self) -> Any:
                    return super().wrap() + "…"

                @classmethod
                def kind(cls) -> Any:
                    return "longer " + super().kind()

            return Longer

        return base, run(extended(base), extended(again()), "longer")

    def test_its_own_methods_are_those_that_run(self, run: Run, classes: tuple[Any, Any]) -> None:
        base, longer = classes
        assert longer("some text").wrap() == "some…"
        assert base("some text").wrap() == "some"
        assert isinstance(longer(), base)
        assert longer.__mro__[:2] == (longer, base)
        assert (run.differences(), run.differences("longer")) == ([], [])
        assert run.ledger.sums("longer").matched == 3

    def test_operations_of_the_class_are_compared_once(
        self, run: Run, classes: tuple[Any, Any]
    ) -> None:
        base, longer = classes
        assert (longer.kind(), base.kind()) == ("longer Longer", "Page")
        assert (run.differences(), run.differences("longer")) == ([], [])
        assert run.ledger.sums("longer").matched == 1


def test_what_a_programs_own_subclass_has_can_be_found_without_running_it(run: Run) -> None:
    class Own(run(again(), again())):  # type: ignore[misc]
        def more(self) -> str:
            return "more"

    assert inspect.getattr_static(Own, "more") is vars(Own)["more"]
    assert inspect.getattr_static(Own(), "more") is vars(Own)["more"]


def test_the_caller_has_its_answer_though_the_worker_is_done_with_the_call(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Worker.put

    def put_and_wait(self: Any, call: Any) -> None:
        put(self, call)
        self._queue.join()

    monkeypatch.setattr(Worker, "put", put_and_wait)
    page = run(again(), again(), worker=True)("some text")
    assert page.wrap() == "some"
    with pytest.raises(TypeError):
        page.row(*page.rows(1), unknown=1)
    assert run.ledger.sums("page").matched == 4
    slug = shadowed(component("slug", worker=True), shadow_toys.slug, shadow_toys.slug_rust)
    assert slug("a b") == shadow_toys.slug("a b")


def test_python_goes_on_once_only_it_knows_an_attribute(run: Run) -> None:
    page = run(again(), again(), stage="rust")("some text")
    assert page.wrap() == "some"
    page.width = 2
    assert page.wrap() == "so"
    assert run.differences() == []
