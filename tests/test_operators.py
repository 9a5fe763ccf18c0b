"""Operators are written as such, each is the special method that it calls, and all are compared."""

from __future__ import annotations

from typing import Any, Protocol, Self

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.infer.inferred import infer
from agent.porting.script.calls import occurrences
from agent.porting.script.statement import parse
from agent.porting.strategies.call_writer import caller_of

BINARY = [
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and",
    "xor", "or",
]  # fmt: skip


class Number(Protocol):
    """Has operators."""

    def __add__(self, other: int) -> int: ...

    def __radd__(self, other: int) -> int: ...

    def __iadd__(self, other: int) -> Self: ...

    def __pow__(self, other: int, modulus: int | None = None) -> int: ...

    def __rdivmod__(self, other: int) -> int: ...

    def __neg__(self) -> int: ...


class MakesNumber(Protocol):
    """The factory."""

    def __call__(self) -> Number: ...


NUMBER = read_contract(Number, MakesNumber)


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("__add__", {"other": "5"}, "number + 5"),
        ("__radd__", {"other": "5"}, "5 + number"),
        ("__iadd__", {"other": "5"}, "number += 5"),
        ("__pow__", {"other": "5"}, "number ** 5"),
        ("__pow__", {"other": "5", "modulus": "3"}, "pow(number, 5, 3)"),
        ("__pow__", {"other": "2 ** 64 - 1"}, "number ** (2 ** 64 - 1)"),
        ("__radd__", {"other": "-1 if True else 2"}, "(-1 if True else 2) + number"),
        ("__iadd__", {"other": "2 ** 64 - 1"}, "number += 2 ** 64 - 1"),
        ("__rdivmod__", {"other": "2 ** 64 - 1"}, "divmod(2 ** 64 - 1, number)"),
        ("__rdivmod__", {"other": "5"}, "divmod(5, number)"),
        ("__neg__", {}, "-number"),
    ],
)
def test_a_call_is_written_as_an_operator(name: str, arguments: dict[str, str], text: str) -> None:
    line = caller_of(NUMBER).call(NUMBER.operations[name], arguments)
    assert (line.text, line.operation, line.subject) == (text, name, "number")
    again = parse(text)
    assert (again.operation, again.subject) == (name, "number")
    assert len(again.operands) >= len(arguments)
    (found,) = occurrences([text], NUMBER)
    assert [expression for _, expression in found.arguments] == list(arguments.values())


def test_what_an_operator_in_place_gives_can_have_a_name() -> None:
    call = caller_of(NUMBER).call(NUMBER.operations["__iadd__"], {"other": "5"}, target="number2")
    assert call.text == "number2 = number.__iadd__(5)"


def _class(wrong: str = "") -> type:
    """Return a class with all operators, of which one is wrong."""

    def method(name: str) -> Any:
        def operator(self: Any, other: int) -> Any:
            """Return the name of the operator."""
            self.last = name if name != wrong else "another"
            return self if name.startswith("__i") else self.last

        return operator

    names = [f"__{kind}{name}__" for name in BINARY for kind in ("", "r", "i")]
    names += ["__divmod__", "__rdivmod__"]
    methods = {name: method(name) for name in names}
    return type("Number", (), {"__doc__": "A number.", "last": "", **methods})


@pytest.mark.parametrize("wrong", ["__rsub__", "__ilshift__", "__matmul__", "__rdivmod__"])
def test_each_operator_is_compared(wrong: str) -> None:
    python, rust = _class(), _class(wrong)
    contract = infer("Number", python, rust).contract()
    assert len(contract.operations) == 3 * len(BINARY) + 3
    options = CheckOptions(examples=1, guessed=True)
    found = check("number", Loaded(contract, python, rust), options).divergences
    operations = {each.operation for each in found if each.topic is None}
    assert operations <= {wrong, "last"}
    assert wrong in operations or "last" in operations


def test_subscripts_may_be_slices_and_contexts_are_entered_and_left() -> None:
    class Shelf:
        def __getitem__(self, index):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204
            return [1, 2][index]

        def __enter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            return self

        def __exit__(self, kind, error, trace):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204
            pass

    text = infer("Shelf", Shelf, Shelf).text
    assert "def __getitem__(self, index: int | slice) -> Any" in text
    assert "def __enter__(self) -> Shelf" in text
    assert "def __exit__(self, kind: None, error: None, trace: None) -> Any" in text
