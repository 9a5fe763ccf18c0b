"""Draws the environment of a script: mostly the one that there is."""

from __future__ import annotations

import locale
import os
import sys
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import SCRIPT
from agent.porting.script.environment import WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from random import Random
    from types import FrameType

    from agent.porting.contract.reader import Contract

__all__ = ["drawn_environment", "note_compared", "noting_variables"]

_USUAL = 5
"""Of 6 scripts, those that run in the environment that there is."""

_ZONES = (
    "'EST5EDT,M3.2.0,M11.1.0'", "'IST-5:30'", "'LHST-10:30LHDT-11,M10.1.0,M4.1.0'",
    "'NZST-12NZDT,M9.5.0,M4.1.0/3'", "'<-11>11'",
)  # fmt: skip
"""Rules of time zones, which need no database: behind and ahead of UTC, with halves of hours."""

_VALUES = (None, "", "/", "/nowhere", "0", "1", "de_DE.UTF-8", "a b")
"""What any variable may be; None if it is not set."""

_PREFERRED = 3
"""How much more often one is what the reference compares it with."""

_OWN = frozenset({"TZ", "PATH", "PYTHONPATH", "PYTHONHASHSEED", "LD_LIBRARY_PATH"})
"""Names that are set otherwise, or that decide what else is found."""

_MOST = 20
"""Names that are set, and values of one, at most."""

_NONE: Mapping[str, Collection[str]] = {}

_LOCALES = ("de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.ISO8859-1", "C.UTF-8", "C")


def drawn_environment(
    chance: Random, contract: Contract, variables: Mapping[str, Collection[str]] = _NONE
) -> str:
    """Draw the line that sets the environment of a script; an empty text for the usual one.

    `variables` of `os.environ` are set now and then, if the reference asks for some, to what it
    compares them with, for example.
    """
    if variables and chance.randrange(4) == 0 and contract.name.lower() != WORD:
        return f"{WORD}(variables={_drawn_variables(chance, variables)!r})"
    if chance.randrange(6) < _USUAL or contract.name.lower() == WORD:
        return ""
    settings = _settings(bool(contract.external))
    names = chance.sample(list(settings), 1 + chance.randrange(2))
    return f"{WORD}({', '.join(f'{name}={chance.choice(settings[name])}' for name in names)})"


def _drawn_variables(
    chance: Random, variables: Mapping[str, Collection[str]]
) -> dict[str, str | None]:
    names = chance.sample(sorted(variables), min(len(variables), 1 + chance.randrange(2)))
    return {
        name: chance.choice([*_VALUES, *sorted(variables[name]) * _PREFERRED]) for name in names
    }


@contextmanager
def noting_variables(found: dict[str, set[str]]) -> Iterator[None]:
    """Add to `found` the names of `os.environ` that scripts ask for in the block."""
    encode = getattr(os.environ, "encodekey", None)
    if encode is None:  # something else stands in for it
        yield
        return

    def noting(name: Any) -> Any:
        new = isinstance(name, str) and name not in _OWN | found.keys() and len(found) < _MOST
        if new and _is_in_a_script(sys._getframe()):  # noqa: SLF001  # no other way shows who asks
            found[name] = set()
        return encode(name)

    os.environ.encodekey = noting
    try:
        yield
    finally:
        os.environ.encodekey = encode


def _is_in_a_script(frame: FrameType | None) -> bool:
    """Return whether a frame was called, in the end, by a line of a script."""
    while frame is not None and frame.f_code.co_filename != SCRIPT:
        frame = frame.f_back
    return frame is not None


def note_compared(found: dict[str, set[str]], pairs: Iterable[tuple[Any, Any]]) -> None:
    """Add what values of variables were compared with, as far as that can be told."""
    for name, values in found.items():
        now = os.environ.get(name, "")
        for left, right in pairs:
            for one, other in ((left, right), (right, left)):
                if type(other) is str and one == now and "\0" not in other and len(values) < _MOST:
                    values.add(other)


@cache
def _settings(external: bool) -> dict[str, Sequence[str]]:  # noqa: FBT001  # one kind of contract
    """Return the values of each setting, as expressions."""
    settings: dict[str, Sequence[str]] = {
        "locale": _locales(),
        "decimal_precision": ("3", "9", "60"),
        "decimal_rounding": ("'ROUND_UP'", "'ROUND_FLOOR'", "'ROUND_HALF_UP'"),
        "int_max_str_digits": ("640", "0"),
        "recursion_limit": ("3000",),
        "folder": (repr(os.sep),),
        "log_level": ("'DEBUG'",),
        "warnings": ("'error'",),
    }
    if hasattr(time, "tzset"):
        settings["TZ"] = _ZONES
    if external:
        settings["umask"] = ("0o077", "0o027")
    return settings


def _locales() -> list[str]:
    """Return the names of the locales that this machine has."""
    before = locale.setlocale(locale.LC_ALL)
    found = []
    for name in _LOCALES:
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        found.append(repr(name))
    locale.setlocale(locale.LC_ALL, before)
    return found
