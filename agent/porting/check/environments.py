"""Draws the environment of a script: mostly the one that there is."""

from __future__ import annotations

import locale
import os
import time
from functools import cache
from typing import TYPE_CHECKING

from agent.porting.script.environment import WORD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from agent.porting.contract.reader import Contract

__all__ = ["drawn_environment"]

_USUAL = 5
"""Of 6 scripts, those that run in the environment that there is."""

_ZONES = (
    "'EST5EDT,M3.2.0,M11.1.0'", "'IST-5:30'", "'LHST-10:30LHDT-11,M10.1.0,M4.1.0'",
    "'NZST-12NZDT,M9.5.0,M4.1.0/3'", "'<-11>11'",
)  # fmt: skip
"""Rules of time zones, which need no database: behind and ahead of UTC, with halves of hours."""

_LOCALES = ("de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.ISO8859-1", "C.UTF-8", "C")


def drawn_environment(chance: Random, contract: Contract) -> str:
    """Draw the line that sets the environment of a script; an empty text for the usual one."""
    if chance.randrange(6) < _USUAL or contract.name.lower() == WORD:
        return ""
    settings = _settings(bool(contract.external))
    names = chance.sample(list(settings), 1 + chance.randrange(2))
    return f"{WORD}({', '.join(f'{name}={chance.choice(settings[name])}' for name in names)})"


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
