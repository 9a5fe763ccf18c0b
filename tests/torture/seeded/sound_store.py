"""A store without a fault."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

from tests.torture.stores import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["IMPLEMENTATION", "read"]


def _write(folder: Path) -> Iterator[object]:
    for number in count(1):
        new = folder / "new"
        new.write_text(f"{number} " * 10_000, encoding="ascii")
        os.replace(new, folder / "numbers")  # noqa: PTH105  # as the system call is named
        yield None


def read(folder: Path, confirmed: int) -> None:
    """Raise `AssertionError` unless the file holds one number, that of the last write."""
    path = folder / "numbers"
    if confirmed or path.exists():
        numbers = path.read_text(encoding="ascii").split()
        assert len(numbers) == 10_000, f"a file with {len(numbers)} of 10,000 numbers"
        assert not confirmed or int(numbers[0]) in {confirmed, confirmed + 1}, "a write is lost"


IMPLEMENTATION = Store(_write, read)
