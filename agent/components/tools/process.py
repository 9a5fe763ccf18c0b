"""The contract of a program with which a conversation is held (see `contract`)."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003  # annotations are read
from typing import Annotated, Protocol

from agent.components.tools.errors import (
    DelimiterNotFound,
    OutputEnded,
    ProcessClosed,
    ProcessTimeout,
)
from agent.components.tools.terms import (
    DEFAULT_SIZE,
    Data,
    Delimiter,
    Size,
    Stream,
    Wait,
)
from agent.porting.contract.terms import Effect, Invariant, operation

__all__ = ["Process"]


def _is_pid(value: object) -> bool:
    return type(value) is int and value > 1


class Process(Protocol):
    """A program that runs, and the conversation with it.

    Each `timeout` is in seconds, above 0 and up to `MAX_TIMEOUT`; None for no limit, and ``...``
    for the one that `spawn` was given.
    """

    @property
    def pid(self) -> Annotated[int, Invariant(_is_pid, "each side starts a process of its own")]:
        """The number of its process, which is that of its group."""

    @property
    def returncode(self) -> int | None:
        """What `wait` returned, or how it ended when it was closed; None before."""

    @property
    def held(self) -> bool:
        """Whether output was given up that a process held open which had left the group."""

    @operation(
        effect=Effect.EXTERNAL,
        raises=(BrokenPipeError, ProcessClosed, ProcessTimeout, TypeError, ValueError),
    )
    def write(self, data: Data, /, *, timeout: Wait = ...) -> None:
        """Write all of `data` to its input, and read its output meanwhile.

        What two threads write at the same time may mix.

        Raises:
            BrokenPipeError: it reads no more.
            ProcessClosed: its input is closed.
            ProcessTimeout: it did not read all of it; the message says how much was written.
        """

    @operation(effect=Effect.EXTERNAL, raises=(ProcessClosed,))
    def close_input(self) -> None:
        """Let it find the end of its input; nothing, if that was done before."""

    @operation(
        effect=Effect.EXTERNAL, raises=(ProcessClosed, ProcessTimeout, TypeError, ValueError)
    )
    def read(
        self, size: Size = DEFAULT_SIZE, /, *, stream: Stream = "stdout", timeout: Wait = ...
    ) -> bytes:
        """Return some output: what there is, at least a byte, up to `size`; nothing at its end."""

    @operation(
        effect=Effect.EXTERNAL,
        raises=(
            DelimiterNotFound, OutputEnded, ProcessClosed, ProcessTimeout, TypeError, ValueError,
        ),
    )  # fmt: skip
    def read_until(
        self,
        delimiter: Delimiter,
        /,
        *,
        stream: Stream = "stdout",
        max_bytes: Size = DEFAULT_SIZE,
        timeout: Wait = ...,
    ) -> bytes:
        """Return the output up to and with a delimiter, `max_bytes` at most.

        Raises:
            DelimiterNotFound: there are `max_bytes` without it.
            OutputEnded: the output ended without it.
            ProcessTimeout: it did not come in time. In all these cases nothing was taken.
        """

    @operation(
        effect=Effect.EXTERNAL,
        raises=(DelimiterNotFound, ProcessClosed, ProcessTimeout, TypeError, ValueError),
    )
    def lines(
        self,
        *,
        stream: Stream = "stdout",
        max_bytes: Size = DEFAULT_SIZE,
        timeout: Wait = ...,
    ) -> Iterator[bytes]:
        """Iterate over the lines, each with its end, and the rest.

        Each is read as `read_until` does, with these limits.
        """

    @operation(
        effect=Effect.EXTERNAL, raises=(ProcessClosed, ProcessTimeout, TypeError, ValueError)
    )
    def wait(self, *, timeout: Wait = ...) -> int:
        """Wait until it has ended, and reap it; return its `returncode`.

        Output is read meanwhile, up to `BUFFER` bytes of each stream: with more, it has to be read
        first.
        """

    @operation(effect=Effect.EXTERNAL, raises=(ProcessClosed,))
    def terminate(self) -> None:
        """Send ``SIGTERM`` to its group; nothing, if it was reaped or closed."""

    @operation(effect=Effect.EXTERNAL, raises=(ProcessClosed,))
    def kill(self) -> None:
        """Send ``SIGKILL`` to its group; nothing, if it was reaped or closed."""

    @operation(effect=Effect.EXTERNAL, raises=())
    def close(self) -> None:
        """End all that is left of its group, reap it, and drop the output that was not read."""

    @operation(effect=Effect.READS, raises=(ProcessClosed,))
    def __enter__(self) -> Process:  # noqa: PYI034  # the contract names its class
        """Return the process itself."""

    @operation(effect=Effect.EXTERNAL, raises=())
    def __exit__(self, *details: object) -> None:
        """Close it."""
