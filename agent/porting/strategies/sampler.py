"""Draws values from a strategy of Hypothesis, each decided by a row of bytes alone.

Hypothesis' entry for fuzzers, `fuzz_one_input`, reads all choices from bytes. Its own generator
would also take constants from whichever modules are loaded, so that one seed would not always draw
the same.
"""

from __future__ import annotations

from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, EnvironmentLacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Sampler", "numbered_row", "simpler_rows"]

_ZEROS = bytes(4096)
"""What follows each row: a zero byte is the first and simplest choice, mostly."""

_FAVOURED = b"\x00\x80\xff\x7f\x01"
"""Bytes at the edges and in the middle of what they encode."""

_RUNS = (1, 1, 2, 4, 8, 16)

_MIDDLES = (b"\x80" + bytes(14), b"\x7f" + b"\xff" * 14)
"""15 of the 16 bytes of a whole number without bounds, near 0."""

_CHUNKS = 8
"""Parts of different sizes that are left out of a row, at most."""


class Sampler:
    """Draws from one strategy.

    Args:
        source: a strategy, or a function without arguments that returns one.
        place: what error messages call the annotation.

    Raises:
        ContractError: `source` gives no strategy.
        EnvironmentLacking: Hypothesis is not installed.
    """

    def __init__(self, source: Any, place: str) -> None:
        self._place = place
        self._drawn: list[Any] = []
        self._lock = Lock()
        self._fuzz = self._target(source)

    def _target(self, source: Any) -> Callable[[bytes], bytes | None]:
        try:
            from hypothesis import HealthCheck, Verbosity, given, settings  # noqa: PLC0415
            from hypothesis.errors import HypothesisException  # noqa: PLC0415
            from hypothesis.strategies import SearchStrategy  # noqa: PLC0415
        except ModuleNotFoundError as error:
            if error.name != "hypothesis":
                raise
            message = (
                f"{self._place} names a strategy of hypothesis, which is not installed: "
                'python -m pip install "agent-port[check]"'
            )
            raise EnvironmentLacking(message) from error
        strategy = source if isinstance(source, SearchStrategy) else self._returned_by(source)
        if not isinstance(strategy, SearchStrategy):
            message = f"{self._place}: {source!r} returns {strategy!r}, which is no strategy"
            raise ContractError(message)

        @settings(
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def take(value: Any) -> None:
            self._drawn.append(value)

        try:
            target: Callable[[bytes], bytes | None] = take.hypothesis.fuzz_one_input  # type: ignore[attr-defined]
        except HypothesisException as error:
            message = f"{self._place}: {strategy!r} cannot be drawn from: {error}"
            raise ContractError(message) from error
        return target

    def _returned_by(self, function: Any) -> Any:
        try:
            return function()
        except Exception as error:
            message = (
                f"{self._place}: {function!r} is to return a strategy when it is called without "
                f"arguments, but raised {type(error).__name__}: {error}"
            )
            raise ContractError(message) from error

    def draw(self, row: bytes) -> tuple[Any, bytes] | None:
        """Return the value that `row` decides and the bytes of it that do; None if it gives none.

        The value is made afresh each time. Raises `ContractError` if the strategy raises.
        """
        with self._lock:  # scripts draw in two threads at once
            self._drawn.clear()
            try:
                used = self._fuzz(row + _ZEROS)
            except Exception as error:
                message = f"{self._place}: the strategy raised {type(error).__name__}: {error}"
                raise ContractError(message) from error
            return None if used is None else (self._drawn.pop(), used.rstrip(b"\0"))


def numbered_row(number: int) -> bytes:
    """Return the row of bytes `number`, of 0 or more; the smaller, the fewer and simpler.

    Bytes at random encode large numbers and rare characters, mostly, so that only some rows are.
    """
    if number == 0:
        return b""
    chance = Random(number)  # noqa: S311  # drawn, not secret
    size = 4 * number.bit_length() ** 2
    way = number % 5
    if way == 1:
        return chance.randbytes(size)
    if way == 2:
        return b"".join(
            bytes([_FAVOURED[chance.getrandbits(8) % 5]]) * _RUNS[chance.getrandbits(8) % 6]
            for _ in range(size // 4)
        )
    if way == 3:
        middle = _MIDDLES[chance.getrandbits(1)]
        return b"".join(middle + chance.randbytes(1) for _ in range(size // 16 + 1))
    highest = 16 if way == 4 else 256
    return bytes(
        byte % highest if rather else 0
        for byte, rather in zip(
            chance.randbytes(size), (each & 1 for each in chance.randbytes(size)), strict=True
        )
    )


def simpler_rows(row: bytes) -> Iterator[bytes]:
    """Yield rows that decide simpler values than `row`, as a rule, the simplest first."""
    size = len(row)
    parts = [size >> shift for shift in range(1, _CHUNKS) if size >> shift]
    yield from (row[:part] for part in [0, *reversed(parts)])
    for part in parts:
        for start in range(0, size, part):
            yield row[:start] + row[start + part :]
            yield row[:start] + bytes(len(row[start : start + part])) + row[start + part :]
    for index, byte in enumerate(row):
        for smaller in dict.fromkeys((0, 1, byte // 2, byte - 1)):
            if 0 <= smaller < byte:
                yield row[:index] + bytes([smaller]) + row[index + 1 :]
