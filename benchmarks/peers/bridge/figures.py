"""How many processes that awaited something fail as they end."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["failed_exits"]

_TIMES = 40

_MADE = {"rust": "ours()", "pyo3-async-runtimes": "async_runtimes(spared=False)"}

_CODE = """
import asyncio
from benchmarks.peers.bridge import contenders
ready = contenders.{made}
async def main():
    for number in range(200):
        assert await ready(number) == number
asyncio.run(main())
"""


def failed_exits() -> dict[str, float]:
    """Return how many of 40 processes fail that await 200 results and end at once."""
    return {name: float(_failed(made)) for name, made in _MADE.items()}


def _failed(made: str) -> int:
    codes = [
        subprocess.run(  # noqa: S603  # this interpreter, this package
            [sys.executable, "-c", _CODE.format(made=made)], check=False, stderr=subprocess.DEVNULL
        ).returncode
        for _ in range(_TIMES)
    ]
    return sum(code != 0 for code in codes)
