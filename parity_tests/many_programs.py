"""Many programs at once, and many that are killed: what is lost, and what is left.

    python -m parity_tests.many_programs SIDE [--programs 1000] [--rounds 10] [--killed 10000]

In each round, all programs run at the same time, and one in twenty is killed after its timeout.
Then as many are awaited at once, of which one in twenty is cancelled besides. All that were started
have finished, timed out or been cancelled. At last, programs are killed one after the other, each
with a process in the background. It prints what is counted, and ends with status 1 where something
is lost or left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from agent import registry

__all__ = ["at_once", "awaited", "children", "killed"]

_ONE_IN = 20


def children() -> set[int]:
    """Return the children of this process, reaped or not."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def at_once(tools: Any, programs: int, timeout: float) -> Counter[str]:
    """Run so many programs at the same time; count how they ended and what is left.

    Args:
        tools: those of one side.
        programs: how many.
        timeout: seconds for one in twenty, in which it must have begun.
    """
    counted: Counter[str] = Counter()
    before = children()
    lock = threading.Lock()
    start = threading.Barrier(programs)

    def work(number: int) -> None:
        start.wait()
        if number % _ONE_IN:
            code = f"printf '%s' {number}; printf '%s' -{number} >&2"
            result = tools.run(["/bin/sh", "-c", code], timeout=300)
            right = (result.returncode, result.stdout, result.stderr) == (
                0, b"%d" % number, b"-%d" % number,
            )  # fmt: skip
            ending = "finished" if right else f"wrong: {result}"
        else:
            code = "printf begun; /bin/sleep 300"
            result = tools.run(["/bin/sh", "-c", code], timeout=timeout)
            right = (result.timed_out, result.returncode, result.stdout) == (True, -9, b"begun")
            ending = "timed out" if right else f"wrong: {result}"
        with lock:
            counted[ending] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(programs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted["left"] = len(children() - before)
    return counted


async def awaited(tools: Any, programs: int, limit: float) -> Counter[str]:
    """Await so many programs at the same time; count how they ended and what is left.

    Args:
        tools: those of one side.
        programs: how many.
        limit: seconds for one in twenty, and until one in twenty is cancelled.
    """
    before = children()

    async def work(number: int) -> str:
        if number % _ONE_IN > 1:
            code = f"printf '%s' {number}; printf '%s' -{number} >&2"
            result = await tools.arun(["/bin/sh", "-c", code], timeout=300)
            told = (result.returncode, result.stdout, result.stderr)
            return "finished" if told == (0, b"%d" % number, b"-%d" % number) else f"wrong: {told}"
        argv = ["/bin/sh", "-c", "printf begun; /bin/sleep 300 & /bin/sleep 300"]
        if number % _ONE_IN:
            try:
                await asyncio.wait_for(tools.arun(argv), limit)
            except TimeoutError:
                return "cancelled"
            return "wrong: it was not cancelled"
        result = await tools.arun(argv, timeout=limit)
        told = (result.timed_out, result.returncode, result.stdout)
        return "timed out" if told == (True, -9, b"begun") else f"wrong: {told}"

    counted = Counter(await asyncio.gather(*map(work, range(programs))))
    counted["left"] = len(children() - before)
    return counted


def killed(tools: Any, programs: int) -> Counter[str]:
    """Have so many programs killed, one after the other; count those left of their processes."""
    counted: Counter[str] = Counter()
    before = children()
    code = "/bin/sleep 300 & printf '%s ' $$ $!; wait"
    noted: list[str] = []
    for _ in range(programs):
        result = tools.run(["/bin/sh", "-c", code], timeout=0.02)
        counted["timed out" if result.timed_out else f"wrong: {result}"] += 1
        noted += result.stdout.decode().split()
    time.sleep(0.1)
    counted["left"] = len(children() - before) + sum(map(_sleeps, noted))
    return counted


def _sleeps(pid: str) -> bool:
    """Return whether a process runs that is one of those programs."""
    try:
        return b"300" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def main() -> int:
    """Run all, print what is counted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("side", choices=["python", "rust"])
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--timeout", type=float, default=20.0, help="of one in twenty")
    parser.add_argument("--killed", type=int, default=10_000)
    arguments = parser.parse_args()
    tools: Any = registry.implementation("tools", arguments.side)()
    asyncio.run(tools.arun(["true"]))  # what is made once is there then
    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    counted: Counter[str] = Counter()
    for _ in range(arguments.rounds):
        counted.update(at_once(tools, arguments.programs, arguments.timeout))
    waited: Counter[str] = Counter()
    for _ in range(arguments.rounds):
        waited.update(asyncio.run(awaited(tools, arguments.programs, arguments.timeout)))
    ended = killed(tools, arguments.killed)
    told = {
        "at once": counted,
        "awaited": waited,
        "killed": ended,
        "descriptors left": len(os.listdir("/proc/self/fd")) - descriptors,  # noqa: PTH208
    }
    sys.stdout.write(json.dumps(told) + "\n")
    slow = arguments.rounds * -(-arguments.programs // _ONE_IN)
    cut = arguments.rounds * -(-(arguments.programs - 1) // _ONE_IN)
    started = arguments.rounds * arguments.programs
    good = (
        counted == {"finished": started - slow, "timed out": slow, "left": 0}
        and waited
        == {"finished": started - slow - cut, "timed out": slow, "cancelled": cut, "left": 0}
        and ended == {"timed out": arguments.killed, "left": 0}
    )
    return 0 if good and not told["descriptors left"] else 1


if __name__ == "__main__":
    sys.exit(main())
