"""The state of a process that a call may change for all who share it, and how it is put back."""

from __future__ import annotations

import decimal
import locale
import os
import random
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ASPECTS", "COSTLY", "Aspect"]

_OF_DECIMAL = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
"""What a context of `decimal` computes by, beside its traps."""


class Aspect(NamedTuple):
    """One part of the state."""

    look: Callable[[], Any]
    """Returns it, as a value that equals that of an unchanged state."""
    put: Callable[[Any], object]
    """Sets it to what `look` returned."""
    shown: Callable[[Any, Any], list[str]]
    """Says what a call changed, from what it was before and after; the same for the same change."""


def _after(_: Any, after: Any) -> list[str]:
    return [repr(after)]


def _environ() -> dict[Any, Any]:
    held = getattr(os.environ, "_data", None)  # encoded: much faster to copy
    return dict(os.environ if held is None else held)


def _put_environ(before: dict[Any, Any]) -> None:
    now = _environ()
    for key in now.keys() | before.keys():
        if now.get(key) == before.get(key):
            continue
        name = _text(key)
        if key in before:
            os.environ[name] = _text(before[key])
        else:
            os.environ.pop(name, None)
        if name == "TZ" and hasattr(time, "tzset"):
            time.tzset()


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


def _shown_environ(before: dict[Any, Any], after: dict[Any, Any]) -> list[str]:
    return sorted(
        f"{_text(key)} = {_text(after[key])!r}" if key in after else f"{_text(key)} is unset"
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109  # a text, which `os.chdir` takes
    except OSError:  # it was removed
        return None


def _put_folder(path: str | None) -> None:
    if path is not None:
        with suppress(OSError):
            os.chdir(path)


def _umask() -> int:
    mask = os.umask(0o077)  # the only way to ask
    os.umask(mask)
    return mask


def _locale() -> str:
    return locale.setlocale(locale.LC_ALL)


def _decimal() -> tuple[Any, ...]:
    """Return what the context of `decimal` computes by; its flags tell what has happened."""
    *values, _, traps = decimal.getcontext().__reduce__()[1]  # in one step
    return (*values, traps)


def _put_decimal(state: tuple[Any, ...]) -> None:
    context = decimal.getcontext()
    *values, traps = state
    for name, value in zip(_OF_DECIMAL, values, strict=True):
        setattr(context, name, value)
    for kind in context.traps:
        context.traps[kind] = kind in traps


def _shown_decimal(before: tuple[Any, ...], after: tuple[Any, ...]) -> list[str]:
    named = zip((*_OF_DECIMAL, "traps"), before, after, strict=True)
    return [f"{name} = {new!r}" for name, old, new in named if old != new]


def _shown_random(*_: Any) -> list[str]:
    return ["seeded, or drawn from"]


def _signals() -> list[tuple[int, Any]]:
    return list(_handlers())


def _handlers() -> Iterator[tuple[int, Any]]:
    for number in signal.valid_signals() - {signal.SIGINT}:  # the check itself hears that
        with suppress(ValueError):
            yield number, signal.getsignal(number)


def _put_signals(before: list[tuple[int, Any]]) -> None:
    now = dict(_handlers())
    for number, handler in before:
        if handler is not None and now.get(number) != handler:
            with suppress(OSError, ValueError):  # one that cannot be caught; another thread
                signal.signal(number, handler)


def _shown_signals(before: list[tuple[int, Any]], after: list[tuple[int, Any]]) -> list[str]:
    old = dict(before)
    return [
        f"{signal.Signals(number).name}: {_handler(handler)}"
        for number, handler in after
        if old.get(number) != handler
    ]


def _handler(handler: Any) -> str:
    return handler.name if isinstance(handler, signal.Handlers) else "a handler"


ASPECTS: dict[str, Aspect] = {
    "environ": Aspect(_environ, _put_environ, _shown_environ),
    "folder": Aspect(_folder, _put_folder, _after),
    "recursion_limit": Aspect(sys.getrecursionlimit, sys.setrecursionlimit, _after),
    "int_max_str_digits": Aspect(sys.get_int_max_str_digits, sys.set_int_max_str_digits, _after),
    "locale": Aspect(_locale, lambda name: locale.setlocale(locale.LC_ALL, name), _after),
    "decimal": Aspect(_decimal, _put_decimal, _shown_decimal),
    "umask": Aspect(_umask, os.umask, lambda _, after: [f"{after:#o}"]),
}
"""By the word that switches each off; looking takes about a microsecond each."""

COSTLY: dict[str, Aspect] = {
    "random": Aspect(random.getstate, random.setstate, _shown_random),
    "signals": Aspect(_signals, _put_signals, _shown_signals),
}
"""Those that are looked at now and then."""
