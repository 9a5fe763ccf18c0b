"""Exclusive measurement: one at a time on a machine, and only on a quiet one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from agent.errors import MeasurementRefused
from agent.porting.files.atomic import exclusive

__all__ = ["LOCK", "busy_cores", "machine_lock", "require_quiet"]

LOCK = Path(tempfile.gettempdir()) / "agent-port.measuring.lock"
"""The lock file that a measurement holds, for the whole machine."""

QUIET = 0.5
"""Cores that other processes may keep busy while a figure is still trusted."""

Tell = Callable[[str], None]


@contextmanager
def machine_lock(tell: Tell, *, wait: float = 600.0) -> Iterator[None]:
    """Hold the machine-wide lock, waiting at most `wait` seconds for another measurement.

    `tell` is called once when there is one. Raises `MeasurementRefused` when it does not end in
    time, or the lock cannot be taken at all.
    """
    waiting = "waiting for another measurement on this machine to end"
    with ExitStack() as held:
        try:
            held.enter_context(exclusive(LOCK, wait, lambda: tell(waiting)))
        except TimeoutError as error:
            message = f"another measurement holds {LOCK} and did not end within {wait:g} s"
            raise MeasurementRefused(message) from error
        except OSError as error:
            message = f"the measuring lock {LOCK} cannot be opened: {error.strerror}"
            raise MeasurementRefused(message) from error
        yield


def busy_cores(seconds: float = 0.5) -> float:
    """Return how many cores were busy on average over `seconds`; 0.0 where that is unknown."""
    before = _busy_ticks()
    sleep(seconds)
    after = _busy_ticks()
    if before is None or after is None:
        return 0.0
    return max(0.0, (after - before) / os.sysconf("SC_CLK_TCK") / seconds)


def _busy_ticks() -> int | None:
    """Return the ticks that all cores have been busy; None on systems that do not report them."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *others = map(int, line.split()[1:9])
    return user + nice + system + sum(others)


def require_quiet(
    tell: Tell,
    *,
    wait: float = 60.0,
    refuse: bool = True,
    measure: Callable[[], float] = busy_cores,
) -> float:
    """Wait until others keep at most `QUIET` cores busy; return how many they did last.

    If it is still busy after `wait` seconds, this raises `MeasurementRefused`; with
    ``refuse=False``, `tell` is called instead.
    """
    end = monotonic() + wait
    warned = False
    while (busy := measure()) > QUIET and monotonic() < end:
        if not warned:
            tell(f"waiting for a quiet machine: other processes keep {busy:.1f} cores busy")
            warned = True
    if busy > QUIET:
        sentence = f"other processes keep {busy:.1f} cores of this machine busy"
        if refuse:
            message = f"{sentence}, so figures would not be reliable; --busy measures anyway"
            raise MeasurementRefused(message)
        tell(f"{sentence}; the record says so")
    return busy
