"""The contract of a file that is mapped into memory."""

from __future__ import annotations

from typing import Annotated, Protocol, Self

from annotated_types import Ge, Le

from agent.porting.contract.terms import Effect, operation, unpromised

__all__ = ["MAX_OFFSET", "Mapped"]

MAX_OFFSET = (1 << 63) - 1
"""The largest offset in a file."""

_COPIES = "a map belongs to its process; only the reference's copy and pickle"


@unpromised(pickle=_COPIES, copy=_COPIES, deepcopy=_COPIES)
class Mapped(Protocol):
    """The bytes of a file, read-only, as many as it had when it was mapped.

    What is read is what the file holds at that time. Once the file is shorter than it was, reading
    raises `OSError` with ``ESTALE``. A map that is closed raises `ValueError`.
    """

    @property
    def closed(self) -> bool:
        """Whether the map is closed."""

    @operation(effect=Effect.READS, raises=(ValueError,))
    def __len__(self) -> int:
        """Return the number of bytes."""

    @operation(effect=Effect.EXTERNAL, raises=(IndexError, OSError, TypeError, ValueError))
    def __getitem__(self, key: int | slice, /) -> int | bytes:
        """Return a byte as a number, or a copy of the bytes of a slice."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, TypeError, ValueError))
    def find(self, data: bytes, start: Annotated[int, Ge(0), Le(MAX_OFFSET)] = 0, /) -> int:
        """Return where `data` is first found at `start` or after it; -1 if it is not."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError))
    def view(self) -> memoryview:
        """Return the bytes themselves, without a copy, for what takes a buffer.

        A view that is used after the file has become shorter ends the process by ``SIGBUS``.
        """

    @operation(effect=Effect.EXTERNAL, raises=(BufferError,))
    def close(self) -> None:
        """Give the map back; raise `BufferError` while somebody has a view, unless it is empty."""

    @operation(effect=Effect.READS, raises=(ValueError,))
    def __enter__(self) -> Self:
        """Return the map, which is closed at the end of the block."""

    @operation(effect=Effect.EXTERNAL, raises=(BufferError,))
    def __exit__(self, *details: object) -> None:
        """Close the map."""
