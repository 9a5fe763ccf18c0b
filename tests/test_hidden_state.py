"""What a reference reads although its arguments do not show it is told, and is not PURE."""

from __future__ import annotations

import contextvars
import datetime  # noqa: ICN001  # as programs do
import decimal
import locale
import os
import threading
from locale import localeconv
from os import environ
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.infer.hidden_state import hidden_state
from agent.porting.infer.inferred import infer

if TYPE_CHECKING:
    from collections.abc import Callable

_here = threading.local()
_context: contextvars.ContextVar[int] = contextvars.ContextVar("depth", default=0)
_level = 0
_table: dict[int, int] = {}
_WORDS = {1: "one"}
TIME = datetime.datetime


def set_level(level: int) -> None:
    """Change what others read."""
    global _level  # noqa: PLW0603  # that is what it is about
    _level = level


def put(number: int) -> None:
    """Change a table that others read."""
    _table[number] = number


def in_thread(number: int) -> int:
    """Read a value of the thread."""
    return number + int(getattr(_here, "offset", 0))


def in_context(number: int) -> int:
    """Read a value of the context."""
    return number + _context.get()


def at_level(number: int) -> int:
    """Read a name that is bound anew."""
    return number + _level


def in_table(number: int) -> int:
    """Read a table that is changed."""
    return _table.get(number, number)


def with_home(number: int) -> str:
    """Read a variable."""
    return f"{number}{os.environ.get('HOME')}{os.getenv('LANG')}"


def with_name(number: int) -> str:
    """Read a variable through a name of its own."""
    return f"{number}{environ['HOME']}"


def grouped(number: int) -> str:
    """Ask for the locale."""
    return f"{number}{locale.localeconv()['decimal_point']}"


def pointed(number: int) -> str:
    """Ask for the locale through a name of its own."""
    return f"{number}{localeconv()['decimal_point']}"


def rounded(number: int) -> int:
    """Ask for the context of decimal."""
    return number + decimal.getcontext().prec


def today(number: int) -> int:
    """Ask for the day."""
    return number + datetime.date.today().year + TIME.now().year  # noqa: DTZ011


def through_another(number: int) -> int:
    """Read what a function reads that it calls."""
    return at_level(number) + 1


def worded(number: int) -> str:
    """Read a table that nothing changes."""
    return _WORDS.get(number, "")


def shadowed(number: int) -> int:
    """Have names of its own that are called like others."""
    _table = {1: 2}
    _table[number] = number
    os = {"environ": _table}
    return os["environ"].get(number, 0)


READS: dict[Callable[..., Any], list[str]] = {
    in_thread: ["the thread's _here"],
    in_context: ["the context's _context"],
    at_level: ["the global name _level"],
    in_table: ["the global name _table"],
    with_home: ["os.environ", "os.getenv"],
    with_name: ["os.environ"],
    grouped: ["locale.localeconv"],
    pointed: ["locale.localeconv"],
    rounded: ["decimal.getcontext"],
    today: ["TIME.now", "datetime.date.today"],
    through_another: ["the global name _level"],
    worded: [],
    shadowed: [],
}


@pytest.mark.parametrize("function", READS, ids=lambda each: each.__name__)
def test_what_a_function_reads_is_found(function: Any) -> None:
    assert hidden_state(function) == READS[function]
    contract = infer(function.__name__, function, lambda number: function(number + 0)).contract()
    expected = Effect.READS if READS[function] else Effect.PURE
    assert contract.operations["__call__"].effect is expected


class Pure(Protocol):
    """Said to read nothing."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int, /) -> Any: ...


class Reads(Protocol):
    """Said to read something."""

    @operation(effect=Effect.READS)
    def __call__(self, number: int, /) -> Any: ...


def at_level_of_int(number: int, /) -> int:
    """Refuse other arguments."""
    if type(number) is not int:
        message = "an int is needed"
        raise TypeError(message)
    return number + _level


def at_level_again(number: int, /) -> int:
    """Do the same."""
    return at_level_of_int(number)


def test_a_contract_that_says_pure_is_doubted() -> None:
    options = CheckOptions(examples=200, seed=0)
    verdict = check("level", Loaded(read_contract(Pure), at_level_of_int, at_level_again), options)
    assert verdict.verdict == "inconclusive"
    (doubt,) = verdict.doubts
    assert doubt.startswith("__call__ is not Effect.PURE, as the contract says")
    assert doubt.endswith("reads the global name _level. Declare it as Effect.READS")
    verdict = check("level", Loaded(read_contract(Reads), at_level_of_int, at_level_again), options)
    assert verdict.verdict == "identical"
    assert "the reference of __call__ reads the global name _level" in verdict.report()
    assert verdict.as_json()["hidden_state"] == {"__call__": ["the global name _level"]}


def test_compiled_code_has_none() -> None:
    assert hidden_state(len) == hidden_state([]) == []
