"""Exclusive measurement: one of a user at a time, and only on a quiet machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from agent.errors import EnvironmentLacking, MeasurementRefused
from agent.porting.files.atomic import exclusive
from agent.porting.files.private import runtime_folder

__all__ = ["busy_cores", "machine_lock", "require_quiet"]

QUIET = 0.5
"""Cores that other processes may keep busy while a figure is still trusted."""

Tell = Callable[[str], None]


@contextmanager
def machine_lock(tell: Tell, *, wait: float = 600.0) -> Iterator[None]:
    """Hold the lock of measurements, waiting at most `wait` seconds for another one to end.

    It excludes measurements of the same user; what others run shows in `busy_cores`. `tell` is
    called once when there is one. Raises `MeasurementRefused` when it does not end in time, or the
    lock cannot be taken at all.
    """
    waiting = "waiting for another measurement on this machine to end"
    with ExitStack() as held:
        try:
            lock = runtime_folder() / "measuring.lock"
            held.enter_context(exclusive(lock, wait, lambda: tell(waiting)))
        except TimeoutError as error:
            raise MeasurementRefused(str(error)) from error
        except (OSError, EnvironmentLacking) as error:
            message = f"the measuring lock cannot be opened: {error}"
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
