"""Components for the tests of shadow: references, and other sides that misbehave on request."""

from __future__ import annotations

import signal
from collections.abc import Callable
from importlib import import_module
from threading import Event
from time import sleep
from typing import Any, Protocol

from agent.errors import Unsupported
from agent.porting.contract.terms import Effect, any_wording, operation
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component

__all__ = ["GATE", "PanicException", "component"]


GATE = Event()
"""What the other side waits for on request."""


class PanicException(BaseException):
    """What a panic of Rust's arrives as."""


class Slug(Protocol):
    """A function."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str, sep: str = "-") -> str: ...


def slug(text: str, sep: str = "-") -> str:
    """Join the words of a text."""
    return sep.join(text.lower().split())


def slug_rust(text: str, sep: str = "-") -> str:
    """Do the same, unless the text asks for something else."""
    if text == "wrong":
        return "not this"
    if text == "raise":
        raise RuntimeError(text)
    if text == "panic":
        raise PanicException(text)
    if text == "refuse":
        message = "no such text"
        raise Unsupported(message)
    if text == "sleep":
        sleep(0.0001)
    if text == "wait":
        GATE.wait(60.0)
    if text == "exit":
        raise SystemExit(text)
    if text == "interrupt":
        raise KeyboardInterrupt(text)
    return sep.join(text.lower().split())


def slug_fixed(text: str, sep: str = "-") -> str:
    """Do what the reference does."""
    return slug(text, sep)


class Shown(Protocol):
    """A function of anything."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str) -> Any: ...


def shown(text: str) -> Any:
    """Return the text, or raise it."""
    if text == "raise":
        raise ValueError(text)
    return text


class Panicking(ValueError):
    """A result or exception of Rust's that cannot be looked at."""

    def __repr__(self) -> str:
        raise PanicException

    __str__ = __hash__ = __eq__ = __reduce_ex__ = __getstate__ = __repr__  # type: ignore[assignment]


class PanickingRefusal(Unsupported):
    """A refusal that cannot be told."""

    def __str__(self) -> str:
        raise PanicException


def shown_rust(text: str) -> Any:
    """Return or raise what panics when it is looked at."""
    if text == "refuse":
        raise PanickingRefusal
    if text == "raise":
        raise Panicking
    return [Panicking()] if text == "list" else Panicking()


class Pulse(Protocol):
    """A function that is given a signal's number."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int) -> int: ...


def pulse(number: int) -> int:
    """Return the number."""
    return number


def pulse_rust(number: int) -> int:
    """Return it when the signal has come."""
    signal.raise_signal(number)
    return number


class Countdown(Protocol):
    """A function that calls itself."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int) -> int: ...


def countdown(number: int) -> int:
    """Return 0, one after the other."""
    return countdown(number - 1) if number else 0


def countdown_rust(number: int) -> int:
    """Return 0."""
    return number * 0


@any_wording(reason="it is a test")
class Number(Protocol):
    """A function whose exceptions may say anything."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str) -> int: ...


def number(text: str) -> int:
    """Read a number."""
    if not text.isdigit():
        message = f"{text!r} is no number"
        raise ValueError(message)
    return int(text)


def number_rust(text: str) -> int:
    """Do the same, with other words."""
    if text == "none":
        raise TypeError(text)
    if not text.isdigit():
        message = "no number"
        raise ValueError(message)
    return int(text)


class Extend(Protocol):
    """A function that changes its argument."""

    @operation(effect=Effect.WRITES)
    def __call__(self, items: list[Any], more: Any) -> list[Any]: ...


def extend(items: list[Any], more: Any) -> list[Any]:
    """Add to a list, and return it."""
    items.append(more)
    return items


def extend_rust(items: list[Any], more: Any) -> list[Any]:
    """Do the same, but forget the number 13."""
    if more != 13:
        items.append(more)
    return items if more != 14 else list(items)


class Apply(Protocol):
    """A function that calls another."""

    @operation(effect=Effect.PURE)
    def __call__(self, function: Callable[[int], int], times: int) -> list[int]: ...


def apply(function: Callable[[int], int], times: int) -> list[int]:
    """Call `function` so many times."""
    return [function(number) for number in range(times)]


def apply_rust(function: Callable[[int], int], times: int) -> list[int]:
    """Do the same, but once more than 5 times."""
    return [function(number) for number in range(times + (times == 5))][:times]


class Fetch(Protocol):
    """A function that touches the outside world."""

    @operation(effect=Effect.EXTERNAL)
    def __call__(self, address: str) -> str: ...


def fetch(address: str) -> str:
    """Fetch what is at an address."""
    raise OSError(address)


fetch_rust = fetch


class Words(Protocol):
    """A module."""

    @operation(effect=Effect.PURE)
    def upper(self, text: str) -> str: ...

    @operation(effect=Effect.PURE)
    def lower(self, text: str) -> str: ...


words = import_module("tests.shadow_words")


class words_rust:  # noqa: N801  # it represents a module
    """The other side."""

    upper = str.upper

    @staticmethod
    def lower(text: str) -> str:
        """Return the text as it is."""
        return text


_OBJECTS = ("book", "closed", "stack")


def component(name: str, *, verify: float = 0.0, **settings: Any) -> Component:
    """Return the row of a toy: ``slug`` or ``book``, say."""
    title = name.title()
    module, python, rust = "tests.shadow_toys", name, f"{name}_rust"
    if name in _OBJECTS:
        module, python, rust = "tests.shadow_objects", f"Python{title}", f"Rust{title}"
    return Component(
        name=name,
        contract=f"{module}:{title}",
        factory=f"{module}:{title}Factory" if name in _OBJECTS else None,
        python=f"{module}:{python}",
        rust=f"{module}:{rust}",
        stage="rust" if verify else "shadow",
        verify=verify,
        shadow=Shadow(**settings),
    )
