"""What completes a future of asyncio from another thread: ours, a peer's, and Python alone."""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from agent import registry
from agent.errors import EnvironmentLacking
from agent.porting.sources.variants import find_extra

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ready = Callable[[int], Awaitable[int]]

__all__ = ["CONTENDERS", "async_runtimes", "ours"]

_ROOT = Path(__file__).parents[3]

_LACKING = "there is no {} of these sources: nox -s peers makes one"


def ours() -> Ready:
    """Return the function that awaits a future of Rust's through the bridge."""
    path = find_extra(sys.modules[registry.implementation("cache", "rust").__module__], "bench")
    if path is None:
        raise EnvironmentLacking(_LACKING.format("bench build"))
    ready: Ready = _load(path, "_async").ready
    return ready


def async_runtimes(*, spared: bool = True) -> Ready:
    """Return the same function, made with pyo3-async-runtimes.

    A process that used it may fail as it ends, as its threads attach to the interpreter. One that
    is `spared` that ends without clearing up.
    """
    path = _ROOT / "build" / "contender" / f"contender{EXTENSION_SUFFIXES[0]}"
    if not path.is_file():
        raise EnvironmentLacking(_LACKING.format("build of the contender"))
    if spared:
        atexit.register(_leave)
    ready: Ready = _load(path, "contender").ready
    return ready


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _woken() -> Ready:
    """Return a function that has another thread of Python's complete a future of the loop."""
    asked: SimpleQueue[tuple[asyncio.Future[int], int]] = SimpleQueue()

    def complete(future: asyncio.Future[int], value: int) -> None:
        if not future.done():
            future.set_result(value)

    def work() -> None:
        while True:
            future, value = asked.get()
            future.get_loop().call_soon_threadsafe(complete, future, value)

    async def ready(value: int) -> int:
        future = asyncio.get_running_loop().create_future()
        asked.put((future, value))
        result: int = await future
        return result

    Thread(target=work, daemon=True).start()
    return ready


def _load(path: Path, name: str) -> Any:
    """Return the module `name` of the shared library at `path`."""
    loader = ExtensionFileLoader(name, str(path))
    spec = spec_from_file_location(name, path, loader=loader)
    if spec is None:
        message = f"{path} is not an extension module"
        raise EnvironmentLacking(message)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


CONTENDERS: dict[str, Callable[[], Ready]] = {
    "rust": ours,
    "pyo3-async-runtimes": async_runtimes,
    "thread": _woken,
    "to_thread": lambda: partial(asyncio.to_thread, int),
}
"""What makes the function of each, which gives a number that is ready."""
