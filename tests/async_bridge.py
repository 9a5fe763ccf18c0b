"""The bridge to tokio as tests use it: the module `_async` of the build for measuring."""

from __future__ import annotations

import asyncio
import sys
import time
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from agent import registry
from agent.porting.sources.variants import find_extra

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BRIDGE", "LOOPS", "NoReaders", "comes_true", "seen", "uncounted"]


def _load() -> Any:
    path = find_extra(sys.modules[registry.implementation("cache", "rust").__module__], "bench")
    assert path is not None, "build/bench is missing or stale: nox -s tests builds it"
    loader = ExtensionFileLoader("bench_build._async", str(path))
    spec = spec_from_file_location(loader.name, path, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


BRIDGE = _load()
"""Functions whose results come from the runtime: ``bridge/runtime/bench.rs`` of the extension."""


class NoReaders(asyncio.SelectorEventLoop):
    """A loop that watches no descriptors for others, as Windows' own does not."""

    def add_reader(self, *_: Any) -> Any:  # type: ignore[override]  # takes nothing
        """Refuse, as a loop does that cannot."""
        raise NotImplementedError


def _uvloop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415  # there is none for Windows

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "no readers": NoReaders,
    **({} if sys.platform == "win32" else {"uvloop": _uvloop}),
}
"""What makes each kind of event loop."""


def uncounted() -> int:
    """Return how many futures have begun and neither finished nor been dropped."""
    begun, finished, dropped = BRIDGE.counts()
    return int(begun - finished - dropped)


def seen(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


async def comes_true(condition: Callable[[], bool]) -> None:
    """Let the loop run until a condition is true."""
    while not condition():  # noqa: ASYNC110  # nothing tells of it
        await asyncio.sleep(0.001)
