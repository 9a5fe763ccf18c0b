"""One way of each kind to be inside Rust at the end: ``python -m parity_tests.exits KIND``."""

from __future__ import annotations

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from urllib.request import urlopen

from agent import registry
from agent.components.cache.cached import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.cache.contract import CacheFactory
    from agent.components.metrics.contract import MetricsFactory

__all__ = ["KINDS"]

_THREADS = 8

_cache = cast("CacheFactory", registry.implementation("cache", "rust"))
_metrics = cast("MetricsFactory", registry.implementation("metrics", "rust"))


def _pause() -> None:
    time.sleep(0.001)


class _Key:
    """A key with Python code of its own; all are equal."""

    def __init__(self, *, hashes: bool = False) -> None:
        self._hashes = hashes

    def __hash__(self) -> int:
        if self._hashes:
            _pause()
        return 1

    def __eq__(self, other: object) -> bool:
        if not self._hashes:
            _pause()
        return True

    def __repr__(self) -> str:
        _pause()
        return "key"


class _Value:
    """What takes its time to go."""

    def __del__(self) -> None:
        _pause()


class _Number(int):
    """A number that takes its time to be described."""

    def __repr__(self) -> str:
        _pause()
        return "number"


def _cached_function() -> Callable[[], object]:
    @cached(cache=_cache(4))
    def function(number: int) -> int:
        _pause()
        return number

    numbers = iter(range(1_000_000_000))
    return lambda: function(next(numbers))


def _weigher() -> Callable[[], object]:
    def weigh(_key: object, _value: object) -> int:
        _pause()
        return 1

    cache = _cache(4, max_weight=4, weigher=weigh)
    return lambda: cache.set(1, 1)


def _on_delete() -> Callable[[], object]:
    cache = _cache(1, on_delete=lambda _key, _value, _cause: _pause())
    return lambda: cache.set(1, 1)


def _clock() -> Callable[[], object]:
    def clock() -> float:
        _pause()
        return 0.0

    cache = _cache(4, ttl=1.0, clock=clock)
    return lambda: cache.set(1, 1)


def _equality() -> Callable[[], object]:
    cache = _cache(4)
    cache.set(_Key(), 1)
    return lambda: cache.get(_Key())


def _hash() -> Callable[[], object]:
    cache = _cache(4)
    return lambda: cache.get(_Key(hashes=True))


def _waiting() -> Callable[[], object]:
    cache = _cache(4)

    def slow() -> int:
        time.sleep(0.02)
        return 1

    def use() -> None:
        cache.get_or_set(1, slow)
        cache.pop(1, None)

    return use


def _finalizer() -> Callable[[], object]:
    cache = _cache(1)
    return lambda: cache.set(1, _Value())


def _dropped_cache() -> Callable[[], object]:
    def use() -> None:
        _cache(1).set(1, _Value())

    return use


def _error() -> Callable[[], object]:
    def use() -> None:
        try:
            _cache(cast("Any", _Number(0)))
        except ValueError:
            return

    return use


def _span() -> Callable[[], object]:
    def clock() -> float:
        _pause()
        return 0.0

    timer = _metrics(clock=clock).timer("t")
    return lambda: timer.start().stop()


def _text() -> Callable[[], object]:
    class Items:
        def __iter__(self) -> Any:
            _pause()
            yield "a"

    text = registry.implementation("text", "rust")()
    return lambda: text.casefold(Items())


def _server() -> Callable[[], object]:
    @cached(cache=_cache(4))
    def answer(_number: int) -> bytes:
        _pause()
        return b"."

    numbers = iter(range(1_000_000_000))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer(next(numbers)))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:  # a client that is gone
            pass

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"

    def use() -> None:
        with urlopen(url) as response:
            response.read()

    return use


KINDS: dict[str, Callable[[], Callable[[], object]]] = {
    "a cached function": _cached_function,
    "weigher": _weigher,
    "on_delete": _on_delete,
    "clock": _clock,
    "equality of keys": _equality,
    "hash of keys": _hash,
    "waiting callers": _waiting,
    "finalizer of a value": _finalizer,
    "finalizer in a dropped cache": _dropped_cache,
    "description in an error": _error,
    "clock of a span": _span,
    "iteration over a batch": _text,
    "a server": _server,
}
"""What each makes is called again and again, in daemon threads."""


def main() -> None:
    """End while threads are inside operations of a kind."""
    use = KINDS[sys.argv[1]]()
    began = threading.Barrier(_THREADS + 1)

    def work() -> None:
        began.wait()
        while True:
            use()

    for _ in range(_THREADS):
        threading.Thread(target=work, daemon=True).start()
    began.wait()
    time.sleep(0.01)


if __name__ == "__main__":
    main()
