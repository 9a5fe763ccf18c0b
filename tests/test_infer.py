"""A contract is inferred from both sides, and lists its guesses with reasons."""

# ruff: noqa: ANN001, ANN201, ANN202  # what is to be inferred is not annotated
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable
from enum import Enum
from types import ModuleType
from typing import Any, Literal

import pytest

from agent.errors import ContractError, UsageError
from agent.porting.contract.terms import Effect
from agent.porting.infer.inferred import contract_in, infer
from agent.porting.infer.signatures import common_signature
from agent.porting.infer.usage import usage_of
from agent.porting.infer.vocabulary import read, written


def test_the_use_of_a_parameter_gives_its_type() -> None:
    def function(a, b, c, d, e):
        a.append(b.lower())
        for item in c:
            d(item)
        return range(e)

    usage = usage_of(function)
    assert {name: text for name, (text, _) in usage.types.items()} == {
        "a": "list[Any]",
        "b": "str",
        "c": "Iterable[Any]",
        "d": "Callable[..., Any]",
        "e": "int",
    }
    assert set(usage.changed) == {"a"}
    assert usage.types["b"][1] == "its source has b.lower()"


def test_both_sides_are_called_alike() -> None:
    def python(text, size=1, *, strict=False): ...

    def rust(text, /, size=2, *, more=0): ...

    common = common_signature("f", python, rust)
    assert [(each.name, each.kind.name) for each in common.parameters] == [
        ("text", "POSITIONAL_ONLY"),
        ("size", "POSITIONAL_OR_KEYWORD"),
    ]
    assert common.one_sided == [
        "f: only Python takes 'text' by name",
        "f: the default of 'size' is 1 in Python, 2 in Rust",
        "f: only Python has the parameter 'strict'",
        "f: only Rust has the parameter 'more'",
    ]


def test_a_class_of_each_side_is_the_same_default_if_it_is_called_alike() -> None:
    one, same, other = type("Link", (), {}), type("Link", (), {}), type("Node", (), {})
    same.__module__ = "elsewhere"

    def python(kind=one): ...

    def rust(kind=same): ...

    def wrong(kind=other): ...

    assert common_signature("f", python, rust).one_sided == []
    (told,) = common_signature("f", python, wrong).one_sided
    assert told.startswith("f: the default of 'kind' is ")


def test_annotations_are_no_guess() -> None:
    def python(items: Iterable[int], limit: int | None = None) -> list[int]:
        return []

    inferred = infer("first", python, lambda items, limit=None: [])
    (call,) = inferred.contract().operations.values()
    assert call.parameters[0].annotation == Iterable[int]
    assert inferred.guesses == []
    assert call.effect is Effect.PURE


def test_a_guess_says_why() -> None:
    def python(text, width=20):
        return text + width * " "

    inferred = infer("pad", python, lambda text, width=20: "")
    assert inferred.guesses == [
        "__call__: text: str, since parameters of that name mostly are",
        "__call__: width: int, since its default is 20",
    ]
    for guess in inferred.guesses:
        assert f"# Guessed: {guess.removeprefix('__call__: ')}." in inferred.text


def test_unknown_types_are_probed() -> None:
    def python(p, q):
        return [p, q] and p % q

    inferred = infer("mod", python, lambda p, q: 0)
    first, second = inferred.contract().operations["__call__"].parameters
    assert first.annotation == int | float | str | bytes
    assert "calls accept only these" in inferred.guesses[0]
    assert second.annotation is not Any


class Money:
    """Operators that say nothing of what they take."""

    def __init__(self, cents: int = 0) -> None:
        self.cents = cents

    def __add__(self, more):  # noqa: ANN204
        if not isinstance(more, type(self)):
            return NotImplemented
        return type(self)(self.cents + more.cents)

    def __mul__(self, times):  # noqa: ANN204
        found = getattr(times, "__index__", None)
        return NotImplemented if found is None else type(self)(self.cents * found())

    def __eq__(self, amount):  # noqa: ANN204
        return self.cents == amount.cents if hasattr(amount, "cents") else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def merge(self, more):
        """Add what another holds."""
        self.cents += more.cents


def test_an_object_of_the_class_itself_is_tried_too() -> None:
    text = infer("Money", Money, Money).text
    assert "def __add__(self, more: Money) -> Money" in text
    assert "def __mul__(self, times: int) -> Money" in text
    assert "def __eq__(self, amount: Any)" in text
    assert "def merge(self, more: Money)" in text


def test_a_function_that_may_touch_the_world_is_not_tried_out() -> None:
    def python(p):
        open(p)  # noqa: PTH123, SIM115  # it is not called

    inferred = infer("show", python, lambda p: None)
    assert "nothing was probed, since it uses open" in inferred.guesses[0]


def test_a_changed_argument_is_seen() -> None:
    def python(p):
        for grown in [p]:
            grown.append(1)

    (call,) = infer("grow", python, lambda p: None).contract().operations.values()
    assert call.effect is Effect.WRITES


def module(name: str, **members: Any) -> ModuleType:
    """Make a module."""
    made = ModuleType(name)
    vars(made).update(members)
    return made


def test_modules_share_what_both_have() -> None:
    one = module("one", LIMIT=4, find=lambda a: 0, sort=len, Stack=Stack, __all__=["find", "sort"])
    other = module("other", LIMIT=3, find=lambda a: 0, __all__=["find", "LIMIT"])
    inferred = infer("search", one, other)
    assert set(inferred.contract().operations) == {"find"}
    assert inferred.one_sided == ["sort: only Python has it"]


def test_constants_of_modules_are_operations() -> None:
    inferred = infer("search", module("one", LIMIT=4, find=len), module("other", LIMIT=3, find=len))
    assert [spec.kind for spec in inferred.contract().operations.values()] == ["property"]


def test_classes_in_modules_are_pairs_of_their_own() -> None:
    other = type("Stack", (), {})
    inferred = infer("m", module("one", Stack=Stack, LIMIT=1), module("two", Stack=other, LIMIT=1))
    assert inferred.remarks == ["Stack: a class, to be checked as a pair of its own"]


class Stack:
    """Holds things."""

    def __init__(self, limit: int = 3) -> None:
        self.things: list[int] = []
        self.limit = limit

    @property
    def full(self) -> bool:
        """Whether no more goes in."""
        return len(self.things) >= self.limit

    def push(self, thing: int) -> None:
        """Put one on top. It stays."""
        self.things.append(thing)

    def copy(self) -> Stack:
        """Return another."""
        return self

    @classmethod
    def of(cls, limit: int = 3) -> Stack:
        return cls(limit)

    @staticmethod
    def highest(thing: int) -> int:
        return thing

    def __len__(self) -> int:
        return len(self.things)


def test_a_class_has_a_factory() -> None:
    other = type("Stack", (), dict(vars(Stack)))
    inferred = infer("Stack", Stack, other)
    contract = inferred.contract()
    assert contract.name == "Stack"
    assert contract.factory is not None
    assert [each.name for each in contract.factory.parameters] == ["limit"]
    effects = {name: spec.effect for name, spec in contract.operations.items()}
    assert effects == {
        "full": Effect.READS,
        "push": Effect.WRITES,
        "copy": Effect.READS,
        "of": Effect.WRITES,
        "highest": Effect.WRITES,
        "limit": Effect.READS,
        "things": Effect.READS,
        "__len__": Effect.READS,
    }
    for name in ("copy", "of"):
        assert contract.named_by(contract.operations[name].returns) == "Stack"
    for name, parameter in {"of": "limit", "highest": "thing"}.items():
        assert [each.name for each in contract.operations[name].parameters] == [parameter]
    assert inferred.remarks == []


def test_what_belongs_to_the_class_on_one_side_alone_is_named() -> None:
    class Other(Stack):
        def of(self, limit: int = 3) -> Stack:  # type: ignore[override]  # that is the point
            return self

    inferred = infer("Stack", Stack, Other)
    assert "of" not in inferred.contract().operations
    assert inferred.one_sided == ["of: belongs to the class in Python alone"]


def test_the_text_says_the_same_when_it_is_given_back() -> None:
    inferred = infer("Stack", Stack, Stack)
    again = contract_in(inferred.text, inferred.protocol, "stack.py")
    once = inferred.contract()
    assert again.operations.keys() == once.operations.keys()
    for name, spec in once.operations.items():
        assert spec.parameters == again.operations[name].parameters


def test_what_cannot_be_a_contract_is_named() -> None:
    with pytest.raises(UsageError, match=r"stack\.py has no protocol Queue; it has Protocol"):
        contract_in("from typing import Protocol", "Queue", "stack.py")
    with pytest.raises(UsageError, match=r"stack\.py cannot be read as a contract: SyntaxError"):
        contract_in("class", "Queue", "stack.py")


def test_sides_of_different_kinds_have_no_contract() -> None:
    with pytest.raises(UsageError, match=r"is a function and .* a class"):
        infer("x", len, int)
    with pytest.raises(UsageError, match="no function, class or module"):
        infer("x", 1, 2)
    with pytest.raises(ContractError, match="share no public function"):
        infer("x", json, heapq)


@pytest.mark.parametrize(
    "text",
    ["int", "str | None", "list[int | float]", "Callable[..., Any]", "tuple[int, ...]",
     "Mapping[str, list[int]]", "Literal['a', 'b']", "Annotated[int, Ge(ge=0)]"],
)  # fmt: skip
def test_types_are_written_as_they_are_read(text: str) -> None:
    assert written(read(text, {})) == text


def test_a_reader_that_takes_something_out_changes_its_object() -> None:
    class Queue:
        def __init__(self) -> None:
            self._items: list[int] = []

        def get(self) -> int:
            return self._items.pop()

        def put(self, item: int) -> None:
            self._items.append(item)

        def values(self) -> list[int]:
            return list(self._items)

    inferred = infer("queue", Queue, Queue)
    effects = {name: each.effect for name, each in inferred.contract().operations.items()}
    assert effects == {"get": Effect.WRITES, "put": Effect.WRITES, "values": Effect.READS}
    assert "the effect, since self is changed by self._items.pop()" in inferred.text
    assert "self._items.append" not in inferred.text


def test_an_annotation_that_cannot_be_read_is_none() -> None:
    def sized(data: str | Missing, none: None) -> int:  # type: ignore[name-defined]  # noqa: F821
        return len(data) + bool(none)

    text = infer("sized", sized, sized).text
    assert "data: None" not in text
    assert "none: None" in text


def test_members_of_an_enumeration_are_left_out_of_the_types() -> None:
    class Unset(Enum):
        UNSET = 0

    assert written(bool | Literal[Unset.UNSET]) == "bool"
    assert written(Literal[Unset.UNSET]) is None
