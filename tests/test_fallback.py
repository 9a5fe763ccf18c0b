"""Partial ports: Rust serves what it can, Python the rest; callers see no difference."""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import pickle
from collections.abc import MutableMapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError, Unsupported
from agent.porting.fallback import refusal_counts, refusals, served
from agent.porting.fallback.observing import looking
from tests import toy_partial as toys
from tests.toy_pairs import slug

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

BIG = 1 << 64


@pytest.fixture(autouse=True)
def _counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_counted", {})


@pytest.fixture
def bag() -> Any:
    return toys.ServedBag([1, 2, 3], name="mine")


def counted() -> Counter[str]:
    return refusals("bag")


def held_by_rust(bag: Any) -> bool:
    return bag.__agent_hold__ is not None


def test_a_function_is_rusts_until_it_refuses() -> None:
    function = served("slug", slug, toys.ascii_slug)

    assert function("a b") == "a-b"
    assert refusals("slug") == {}
    assert [function("ä b"), function("ö b", "_")] == ["ä-b", "ö_b"]
    assert refusals("slug") == {"text beyond ASCII": 2}


def test_a_function_looks_like_the_reference() -> None:
    function = served("slug", slug, toys.ascii_slug)

    assert inspect.signature(function) == inspect.signature(slug)
    assert (function.__name__, function.__module__) == (slug.__name__, slug.__module__)
    assert function.__doc__ == slug.__doc__


def test_what_python_raises_shows_no_trace_of_the_refusal() -> None:
    def refuse(text: str) -> str:
        raise Unsupported(text)

    def fail(text: str) -> str:
        raise KeyError(text)

    with pytest.raises(KeyError) as caught:
        served("fail", fail, refuse)("x")
    assert caught.value.__context__ is None


def test_what_rust_calls_back_does_not_refuse_for_it() -> None:
    def fold(function: Any, items: Any) -> Any:
        pytest.fail("Python would call back again")

    def fussy(left: int, right: int) -> int:
        if right == 3:
            message = "another component's"
            raise Unsupported(message)
        return left + right

    folded = served("fold", fold, functools.reduce)  # of C, as a function of Rust is
    assert folded(fussy, [1, 2, 4]) == 7
    with pytest.raises(Unsupported, match="another component's"):
        folded(fussy, [1, 2, 3])
    assert refusals("fold") == {}


def test_what_an_operation_calls_back_hands_nothing_over() -> None:
    class Row:
        def __init__(self, items: Any) -> None:
            self._items = list(items)

        def sort(self, *, key: Any) -> None:
            self._items.sort(key=key)

    def fussy(item: int) -> int:
        message = "another component's"
        raise Unsupported(message)

    row = served("row", Row, list)([2, 1])
    with pytest.raises(Unsupported, match="another component's"):
        row.sort(key=fussy)
    assert (held_by_rust(row), refusals("row")) == (True, {})
    with pytest.raises(Unsupported, match="another component's"):
        served("row", Row, list)(map(fussy, [1]))
    assert refusals("row") == {}


def test_a_coroutine_may_refuse_when_called_or_awaited() -> None:
    async def double(value: int) -> int:
        return 2 * value

    async def late(value: int) -> int:
        if value > 1:
            message = "too much"
            raise Unsupported(message)
        return 2 * value

    def early(value: int) -> Any:
        message = "at once"
        raise Unsupported(message)

    function = served("double", double, late)
    assert [asyncio.run(function(1)), asyncio.run(function(2))] == [2, 4]
    assert asyncio.run(served("double", double, early)(3)) == 6
    assert refusals("double") == {"too much": 1, "at once": 1}


def test_a_module_is_served_name_by_name() -> None:
    python, rust = ModuleType("words", "Words."), ModuleType("_rust")
    source = "LIMIT = 3\ndef a(x): return x\ndef b(x): return -x\nclass C: ...\n"
    exec(source, vars(python))  # noqa: S102  # the functions are to be the module's
    rust.a = lambda x: x  # type: ignore[attr-defined]
    module = served("words", python, rust)

    assert (module.a(1), module.b(1), module.LIMIT) == (1, -1, 3)
    assert (module.C, module.__doc__) == (python.C, "Words.")
    assert refusals("words") == {"b is not in Rust": 1}


def test_an_object_is_rusts_as_long_as_it_serves(bag: Any) -> None:
    assert (len(bag), bag.numbers(), bag.name) == (3, [1, 2, 3], "mine")
    assert bag.add(4) is bag
    assert bag.numbers() == [1, 2, 3, 4]
    assert (held_by_rust(bag), counted()) == (True, {})


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        (lambda bag: bag.add(BIG), "an int of more than 64 bits"),
        (lambda bag: bag.drop(), "Bag.drop is not in Rust"),
        (lambda bag: bag.first, "Bag.first is not in Rust"),
        (lambda bag: bag.limit, "Bag.limit is not in Rust"),
        (lambda bag: bag._numbers, "Bag._numbers is not in Rust"),
        (lambda bag: setattr(bag, "first", 7), "Bag.first is not in Rust"),
        (lambda bag: setattr(bag, "color", "red"), "Bag.color is not in Rust"),
        (lambda bag: bag == 3, "Bag.__eq__ is not in Rust"),
        (vars, "Bag.__dict__ is not in Rust"),
    ],
)
def test_what_rust_has_not_hands_over_with_the_state(
    bag: Any, use: Callable[[Any], Any], reason: str
) -> None:
    same = toys.Bag([1, 2, 3], name="mine")

    bag.add(4)
    same.add(4)
    assert use(bag) == use(same) or use(bag) is bag
    assert not held_by_rust(bag)
    assert counted() == {reason: 1}
    assert dict(vars(bag)) | {"_numbers": 0} == dict(vars(same)) | {"_numbers": 0}
    assert bag.numbers()[:4] == same.numbers()[:4]


def test_a_set_attribute_of_rust_is_set_in_rust(bag: Any) -> None:
    bag.name = "yours"
    assert (bag.name, held_by_rust(bag)) == ("yours", True)
    assert pickle.loads(pickle.dumps(bag)).name == "yours"


def test_an_unknown_attribute_is_none(bag: Any) -> None:
    with pytest.raises(AttributeError, match="'Bag' object has no attribute '__array__'"):
        bag.__array__  # noqa: B018
    assert held_by_rust(bag)
    with pytest.raises(AttributeError, match="'Bag' object has no attribute 'color'"):
        bag.color  # noqa: B018


def test_a_refused_construction_is_pythons() -> None:
    bag = toys.ServedBag([BIG])

    assert (bag.numbers(), held_by_rust(bag)) == ([BIG], False)
    assert counted() == {"an int of more than 64 bits": 1}


def test_objects_of_the_class_are_arguments_where_both_are_rusts(bag: Any) -> None:
    other = toys.ServedBag([4])
    bag.merge(other)
    bag.merge(bag)

    assert (bag.numbers(), held_by_rust(bag)) == ([1, 2, 3, 4] * 2, True)
    other.add(BIG)
    bag.merge(other=other)
    assert bag.numbers()[-2:] == [4, BIG]
    assert counted()["an argument is a Bag that Python serves"] == 1


def test_results_of_the_class_are_held_by_rust_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Copying(toys.RustBag):
        __slots__ = ()

        def of(*numbers: Any) -> Any:
            return Copying(numbers)

        def drop(self) -> Any:
            return Copying(self.numbers())

    kind: Any = served("bag", toys.Bag, Copying)
    made = kind.of(1, 2)
    copied = made.drop()
    assert [held_by_rust(each) for each in (made, copied)] == [True, True]
    assert type(copied) is kind
    assert kind.of(BIG).numbers() == [BIG]
    assert counted() == {"an int of more than 64 bits": 2}  # Python's `of` asked Rust again


def test_functions_of_the_class_that_rust_lacks_are_counted() -> None:
    assert toys.ServedBag.is_number(1)
    assert held_by_rust(toys.ServedBag.of(1))
    assert counted() == {"Bag.is_number is not in Rust": 1, "Bag.of is not in Rust": 1}


def test_the_class_looks_like_the_reference(bag: Any) -> None:
    kind = toys.ServedBag

    assert inspect.signature(kind) == inspect.signature(toys.Bag)
    assert (kind.__name__, kind.__module__, kind.__doc__) == (
        "Bag",
        toys.__name__,
        toys.Bag.__doc__,
    )
    assert inspect.signature(kind.add) == inspect.signature(toys.Bag.add)
    assert (kind.limit, kind.first.__doc__) == (1000, toys.Bag.first.__doc__)
    assert isinstance(bag, (kind, toys.Bag))
    assert kind.__hash__ is None


def test_objects_of_a_subclass_are_pythons() -> None:
    class Loud(toys.ServedBag):  # type: ignore[misc]
        def numbers(self) -> Any:
            return [*super().numbers(), "!"]

    bag = Loud([1])
    assert (bag.numbers(), bag.add(2) == toys.Bag(), bag.first) == ([1, "!"], False, 1)
    assert counted() == {"Loud is a subclass of Bag": 1}


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_are_the_references(bag: Any, *, protocol: int, held: bool) -> None:
    if not held:
        assert bag.limit
    reference = toys.Bag([1, 2, 3], name="mine")
    expected = pickle.dumps(reference, protocol).replace(b"Bag", b"ServedBag")
    text = pickle.dumps(bag, protocol)
    again = pickle.loads(text)

    if protocol < 4:  # later ones give the length of the name
        assert text == expected
    assert held_by_rust(bag) is held
    assert (again.numbers(), again.name, type(again)) == ([1, 2, 3], "mine", toys.ServedBag)


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
def test_copies_are_rusts_again(bag: Any, copier: Callable[[Any], Any]) -> None:
    copied = copier(bag)
    copied.add(4)
    assert (bag.numbers(), copied.numbers()) == ([1, 2, 3], [1, 2, 3, 4])
    assert (held_by_rust(bag), held_by_rust(copied)) == (True, True)


def test_a_way_to_pickle_of_its_own_is_kept() -> None:
    class Own(toys.Bag):
        def __reduce__(self) -> Any:
            return type(self).of, tuple(self._numbers), {"name": self.name}

    bag = served("bag", Own, toys.RustBag)([1, 2], name="own")
    assert bag.__reduce__()[1:] == ((1, 2), {"name": "own"})
    assert held_by_rust(bag)


def test_what_an_abstract_base_brings_calls_what_serves() -> None:
    store: Any = served("store", toys.Store, toys.RustStore)()
    store.update(a=1, b=2)
    assert (dict(store), list(store), store(), "a" in store) == (
        {"a": 1, "b": 2},
        ["a", "b"],
        2,
        True,
    )
    assert (store.pop("a"), len(store), isinstance(store, MutableMapping)) == (1, 1, True)
    assert (held_by_rust(store), refusals("store")) == (True, {})
    with store as entered:
        assert entered is store
    assert (held_by_rust(store), len(store)) == (False, 0)
    assert refusals("store") == {"Store.__exit__ is not in Rust": 1}


def test_slots_and_frozen_dataclasses_take_the_state() -> None:
    from dataclasses import FrozenInstanceError, dataclass  # noqa: PLC0415

    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 0

        def far(self) -> int:
            return self.x + self.y

    class RustPoint:
        def __init__(self, x: int, y: int = 0) -> None:
            self._place = x, y

        @property
        def x(self) -> int:
            return self._place[0]

        def __getstate__(self) -> Any:
            return list(self._place)  # what the __setstate__ of such dataclasses takes

    kind: Any = served("point", Point, RustPoint)
    point = kind(3)
    assert (point.x, held_by_rust(point)) == (3, True)
    assert (point.y, held_by_rust(point)) == (0, False)
    assert (point.far(), point == kind(3), hash(point)) == (3, True, hash(Point(3)))
    with pytest.raises(FrozenInstanceError):
        point.x = 4


def test_without_a_state_a_fresh_object_is_made_again() -> None:
    kind: Any = served("bag", toys.Bag, toys.SilentBag)
    assert kind((1, 2)).numbers() == [1, 2]
    assert kind(numbers=(1, 2)).first == 1

    used = kind((1, 2))
    used.add(3)
    with pytest.raises(
        ContractError,
        match=r"bag: Rust refused \(Bag.numbers is not in Rust\).*no __getstate__.*used",
    ):
        used.numbers()
    used.add(4)  # it is Rust's still
    changed = kind([1, 2])
    with pytest.raises(ContractError, match="was made of what may have changed since"):
        changed.numbers()


def test_a_class_that_keeps_its_state_in_a_builtin_is_refused() -> None:
    class Version(tuple[int, ...]):
        __slots__ = ()

    with pytest.raises(ContractError, match="Version keeps its state as a tuple does"):
        served("version", Version, toys.RustBag)


def test_a_look_leaves_the_object_to_rust_and_counts_nothing(bag: Any) -> None:
    with looking():
        assert (bag.first, bag.limit, bag.drop(), bag == toys.Bag([1, 2, 3])) == (1, 1000, 3, True)
        assert bag.numbers() == [1, 2, 3]
    assert (held_by_rust(bag), counted()) == (True, {})


def test_reasons_without_end_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_MOST", 2)
    for index in range(5):
        refusal_counts.refuse("many", f"{index}")
    assert refusals("many") == {"0": 1, "1": 1, refusal_counts.MORE: 3}
