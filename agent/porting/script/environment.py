"""The word ``environment``: what a script sets around both sides before it calls anything.

Results may depend on more than arguments: on the time zone, the locale, the context of `decimal`,
limits of the interpreter, the current folder. A script that was found in another environment than
the usual one sets it in its first line, so that a kept example finds the same again::

    environment(TZ='EST5EDT,M3.2.0,M11.1.0', decimal_precision=3)
"""

from __future__ import annotations

import decimal
import locale
import logging
import os
import sys
import time
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from agent.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RAISING", "WORD", "ScriptEnvironment", "sets_environment"]

WORD = "environment"

RAISING: Any = ("error", None, Warning, None, 0)
"""The filter by which each warning of a script is raised, as with ``python -W error``."""


def sets_environment(line: str) -> bool:
    """Return whether a line of a script sets the environment."""
    return line.startswith(f"{WORD}(")


class ScriptEnvironment:
    """Sets what a script asks for, and puts it back as it was.

    Both sides of a pair share one: what one side has set, the other finds set. While a second is
    open, for a script that is run within another, the first is put back.

    Args:
        lost: is added why a setting could not be made: a machine may lack a locale.
    """

    _opened: ClassVar[list[ScriptEnvironment]] = []

    def __init__(self, lost: list[str]) -> None:
        self._lost = lost
        self._set: dict[str, Any] = {}
        self._undo: list[Callable[[], Any]] = []

    def __call__(self, **settings: Any) -> None:
        """Set what is named.

        Raises `UsageError` for a setting that there is not, or that cannot be made here.
        """
        for name, value in settings.items():
            if name in self._set and self._set[name] == value:
                continue
            try:
                self._undo.append(_SETTERS[name](value))
            except Exception as error:
                why = f"{type(error).__name__}: {error}" if name in _SETTERS else "there is none"
                message = f"{WORD}({name}={value!r}) cannot be set: {why}"
                self._lost.append(message)
                raise UsageError(message) from error
            self._set[name] = value

    def open(self) -> None:
        """Begin with the environment that there was before any script."""
        if self._opened:
            self._opened[-1]._restore()  # noqa: SLF001  # of this class
        self._opened.append(self)

    def close(self) -> None:
        """Put all back as it was, and set again what the script around this one asked for."""
        self._restore()
        if self in self._opened:
            self._opened.remove(self)
            if self._opened:
                self._opened[-1]._resume()  # noqa: SLF001  # of this class

    def _restore(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _resume(self) -> None:
        if not self._undo:
            settings, self._set = self._set, {}
            self(**settings)


def _time_zone(zone: str) -> Callable[[], None]:
    before = os.environ.get("TZ")

    def put(value: str | None) -> None:
        if value is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = value
        time.tzset()

    put(zone)
    return partial(put, before)


def _variables(values: dict[str, str | None]) -> Callable[[], None]:
    before = {name: os.environ.get(name) for name in values}

    def put(values: dict[str, str | None]) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    put(values)
    return partial(put, before)


def _locale(name: str) -> Callable[[], Any]:
    before = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, name)
    return partial(locale.setlocale, locale.LC_ALL, before)


def _decimal(name: str, value: Any) -> Callable[[], None]:
    before = getattr(decimal.getcontext(), name)

    def put(value: Any) -> None:
        setattr(decimal.getcontext(), name, value)

    put(value)
    return partial(put, before)


def _recursion_limit(limit: int) -> Callable[[], None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    return partial(sys.setrecursionlimit, before)


def _digits(limit: int) -> Callable[[], None]:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(limit)
    return partial(sys.set_int_max_str_digits, before)


def _folder(path: str) -> Callable[[], None]:
    before = os.getcwd()  # noqa: PTH109  # a text, which `os.chdir` takes
    os.chdir(path)
    return partial(os.chdir, before)


def _umask(mask: int) -> Callable[[], Any]:
    return partial(os.umask, os.umask(mask))


def _log_level(level: str) -> Callable[[], None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(level)
    return partial(root.setLevel, before)


def _warnings(what: str) -> Callable[[], None]:
    if what != "error":
        message = 'there is only "error"'
        raise ValueError(message)

    def put(*filters: Any) -> None:
        kept = [each for each in warnings.filters if each is not RAISING]
        warnings.filters[:] = [*filters, *kept]  # type: ignore[index]
        warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001  # as in `warnings`

    put(RAISING)
    return put


_SETTERS: dict[str, Callable[[Any], Callable[[], Any]]] = {
    "TZ": _time_zone,
    "variables": _variables,
    "locale": _locale,
    "decimal_precision": partial(_decimal, "prec"),
    "decimal_rounding": partial(_decimal, "rounding"),
    "int_max_str_digits": _digits,
    "recursion_limit": _recursion_limit,
    "folder": _folder,
    "umask": _umask,
    "log_level": _log_level,
    "warnings": _warnings,
}
"""By the name of the setting, what sets it and returns what puts it back."""
