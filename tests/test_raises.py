"""An exception that both sides raise and the contract does not allow is a finding."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # read from a contract
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pytest
from annotated_types import Ge

from agent import registry
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import Contract, load_contract, read_contract
from agent.porting.contract.terms import Effect, operation

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict


class Lookup(Protocol):
    """A function that may find nothing."""

    @operation(effect=Effect.PURE, raises=(KeyError,))
    def __call__(self, number: Annotated[int, Ge(0)]) -> int: ...


class Total(Protocol):
    """A function that raises nothing of its own."""

    @operation(effect=Effect.PURE, raises=())
    def __call__(self, number: Annotated[int, Ge(0)]) -> int: ...


class Unstated(Protocol):
    """A function whose contract does not say what it raises."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: Annotated[int, Ge(0)]) -> int: ...


class Applied(Protocol):
    """A function that calls back."""

    @operation(effect=Effect.PURE, raises=())
    def __call__(self, numbers: list[int], by: Callable[[int], int]) -> int: ...


class Walk(Protocol):
    """An object with a factory, both of which say what they raise."""

    @operation(effect=Effect.WRITES, raises=())
    def __next__(self) -> int: ...

    @operation(effect=Effect.WRITES, raises=(IndexError,))
    def back(self) -> int: ...


class MakesWalk(Protocol):
    """How one is made."""

    @operation(effect=Effect.WRITES, raises=())
    def __call__(self, size: Annotated[int, Ge(0)]) -> Walk: ...


class Missing(KeyError):
    """More than a `KeyError`."""


def raising(error: type[Exception]) -> Callable[[], Callable[..., int]]:
    """Return what makes equal functions that refuse what is no count, and raise `error` for 7."""

    def make() -> Callable[..., int]:
        def found(number: int) -> int:
            if type(number) is not int:
                message = "a number is an int"
                raise TypeError(message)
            if number < 0:
                message = "a number is at least 0"
                raise ValueError(message)
            if number % 7 == 0:
                raise error(number)
            return number

        return found

    return make


def compared(contract: type, make: Callable[[], Any], factory: type | None = None) -> Verdict:
    read = read_contract(contract, factory)
    return check(read.name, Loaded(read, make(), make()), CheckOptions(seed=1, examples=600))


@pytest.mark.parametrize("error", [KeyError, Missing, MemoryError, RecursionError])
def test_what_the_contract_allows_is_no_finding(error: type[Exception]) -> None:
    verdict = compared(Lookup, raising(error))
    assert verdict.verdict == "identical", verdict.divergences
    assert verdict.examples >= 600


@pytest.mark.parametrize("error", [LookupError, ValueError, TypeError, OverflowError])
def test_another_exception_is_a_finding_though_both_sides_raise_it(error: type[Exception]) -> None:
    (found,) = compared(Lookup, raising(error)).divergences
    assert (found.where, found.sort) == ("raises", "contract")
    assert found.call == "lookup(0)"
    assert found.python == found.rust
    assert found.python == f"{error.__name__}(0), but the contract allows KeyError"
    assert "lookup(0) differs in raises" in str(found)


def test_no_exception_is_allowed_where_the_contract_names_none() -> None:
    (found,) = compared(Total, raising(KeyError)).divergences
    assert found.python == "KeyError(0), but the contract allows no exception"


def test_a_contract_that_does_not_say_allows_all() -> None:
    assert compared(Unstated, raising(KeyError)).verdict == "identical"


def test_what_an_argument_raises_or_answers_wrongly_is_not_the_operations_own() -> None:
    def make() -> Callable[..., int]:
        def applied(numbers: list[int], by: Callable[[int], int]) -> int:
            if type(numbers) is not list or not callable(by):
                message = "a list of numbers and a function"
                raise TypeError(message)
            if not all(type(number) is int for number in numbers):
                message = "all of them are ints"
                raise TypeError(message)
            total = 0
            for number in numbers:
                total += by(number)
            return total

        return applied

    verdict = compared(Applied, make)
    assert verdict.verdict == "identical", "\n".join(map(str, verdict.divergences))


def walks(*, message: str) -> Callable[[], type]:
    """Return what makes equal classes; the objects' own exceptions say `message`."""

    def make() -> type:
        class Walk:
            def __init__(self, size: int) -> None:
                if type(size) is not int:
                    refused = "a size is an int"
                    raise TypeError(refused)
                if size < 0:
                    refused = "a size is at least 0"
                    raise ValueError(refused)
                if message and size == 3:
                    raise RuntimeError(message)
                self._size = min(size, 4)
                self._at = 0

            def __next__(self) -> int:
                if self._at >= self._size:
                    raise StopIteration
                self._at += 1
                return self._at

            def back(self) -> int:
                if self._at == 0:
                    refused = "nothing is behind"
                    raise IndexError(refused)
                self._at -= 1
                return self._at

        return Walk

    return make


def test_an_object_may_come_to_its_end() -> None:
    verdict = compared(Walk, walks(message=""), MakesWalk)
    assert verdict.verdict == "identical", "\n".join(map(str, verdict.divergences))


def test_a_factory_keeps_to_its_contract_too() -> None:
    (found,) = compared(Walk, walks(message="not three"), MakesWalk).divergences
    assert (found.operation, found.call) == ("Walk", "walk = Walk(3)")
    assert found.python == "RuntimeError('not three'), but the contract allows no exception"


@pytest.fixture(params=registry.names)
def own_contract(request: pytest.FixtureRequest) -> Contract:
    component = registry.component(request.param)
    return load_contract(component.contract, component.factory)


def test_every_operation_of_this_packages_contracts_says_what_it_raises(
    own_contract: Contract,
) -> None:
    silent = [
        f"{part.name}.{spec.name}"
        for part in own_contract.everything.values()
        for spec in (*part.operations.values(), part.factory)
        if spec is not None and spec.kind == "method" and spec.raises is None
    ]
    assert not silent
