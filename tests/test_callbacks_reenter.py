"""Callbacks use the object that calls them, whatever they are to return."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # annotations of contracts are read
from typing import Any, Protocol

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.script.vocabulary import Journal, words


class Cell(Protocol):
    """A part."""

    @operation(effect=Effect.READS)
    def get(self) -> int: ...

    def update(self, change: Callable[[int], int]) -> int: ...


class Cells(Protocol):
    """Has a part."""

    def cell(self) -> Cell: ...


class MakesCell(Protocol):
    """A factory."""

    def __call__(self) -> Cell: ...


class MakesCells(Protocol):
    """A factory."""

    def __call__(self) -> Cells: ...


class Plain:
    """Holds a number."""

    def __init__(self) -> None:
        self.number = 0

    def get(self) -> int:
        """Return the number."""
        return self.number

    def update(self, change: Callable[[int], int]) -> int:
        """Replace the number by what `change` makes of it."""
        self.number = change(self.number)
        return self.number


class Borrowed(Plain):
    """Cannot be read while it is changed."""

    borrowed = False

    def get(self) -> int:
        """Return the number."""
        if self.borrowed:
            message = "Already mutably borrowed"
            raise RuntimeError(message)
        return super().get()

    def update(self, change: Callable[[int], int]) -> int:
        """Replace the number by what `change` makes of it."""
        self.borrowed = True
        try:
            return super().update(change)
        finally:
            self.borrowed = False


class PlainCells:
    """Gives one."""

    def cell(self) -> Any:
        """Return the part."""
        return Plain()


class BorrowedCells:
    """Gives one."""

    def cell(self) -> Any:
        """Return the part."""
        return Borrowed()


@pytest.mark.parametrize(
    ("contract", "python", "rust"),
    [
        (read_contract(Cell, MakesCell), Plain, Borrowed),
        (read_contract(Cells, MakesCells), PlainCells, BorrowedCells),
    ],
    ids=["object", "part"],
)
def test_a_callback_with_a_typed_result_uses_its_object(
    contract: Any, python: type, rust: type
) -> None:
    options = CheckOptions(examples=500, guessed=True, seed=4)
    found = check("cell", Loaded(contract, python, rust), options)
    borrowed = [each for each in found.divergences if "mutably borrowed" in each.rust]
    assert borrowed
    assert all(".get()" in each.script[-1] for each in borrowed)


def test_the_deepest_of_nested_callbacks_answers_without_the_object() -> None:
    spy = words(Journal())["Spy"]
    nested: Any = spy("change", lambda *_: nested(), 7)
    assert nested() == 7
