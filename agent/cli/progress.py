"""What a person reads while a command works: lines on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.check.verdict import Progress, Verdict

__all__ = ["check_progress", "mutation_progress"]

_OFTEN = 5.0
"""Seconds between two lines of progress where a line cannot be rewritten."""

_SOON = 2.0
"""Seconds after which a check is long enough to show something."""

_SELDOM = 0.2
"""Least seconds between two lines about a check."""


def check_progress() -> Progress:
    """Return what shows the part of a check, and how many calls it has compared.

    It shows that on a terminal alone, and nothing of checks that end soon.
    """
    if not sys.stderr.isatty():
        return lambda verdict: None  # noqa: ARG005  # it would fill a log
    begun = time.monotonic()
    shown = begun + _SOON - _SELDOM

    def show(verdict: Verdict) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < _SELDOM:
            return
        shown = now
        text = f"{now - begun:.0f} s, {verdict.part}, {verdict.examples:,} calls compared"
        print(f"\r{text:<78}", end="\r", file=sys.stderr, flush=True)

    return show


def mutation_progress() -> Callable[[int, int, int], None]:
    """Return what shows how many mutants are done, and how long the rest will take."""
    start = shown = time.monotonic()
    begun: int | None = None
    watched = sys.stderr.isatty()

    def show(done: int, total: int, survived: int) -> None:
        nonlocal begun, shown
        begun = done if begun is None else begun
        now = time.monotonic()
        if done < total and not watched and now - shown < _OFTEN:
            return
        shown = now
        left = ""
        if done > begun:
            seconds = (now - start) / (done - begun) * (total - done)
            left = f", about {seconds:.0f} s left"
        text = f"agent: {done} of {total} mutants, {survived} survived{left}"
        ending = "\r" if watched and done < total else "\n"
        print(f"{text:<70}", end=ending, file=sys.stderr, flush=True)

    return show
