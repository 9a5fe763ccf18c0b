"""The conditions of a measurement: machine, system, time and commit."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from agent.porting.records.measurement import Conditions

__all__ = ["observe"]


def observe(busy: float, processes: int, seconds: float, seed: int) -> Conditions:
    """Return the current conditions, with the caller's facts on the measurement."""
    return Conditions(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_commit(Path.cwd()),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.release()}, {platform.machine()}",
        processor=_processor(),
        cores=os.cpu_count() or 1,
        busy=round(busy, 2),
        processes=processes,
        seconds=seconds,
        seed=seed,
    )


def _commit(folder: Path) -> str | None:
    """Return the commit checked out in `folder`, with ``+`` when tracked files differ from it."""
    command = ["git", "-C", str(folder), "describe", "--always", "--abbrev=12"]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command
            [*command, "--match=", "--dirty=+"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() or None


def _processor() -> str:
    """Return the processor's name, from the kernel if it reports one."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
