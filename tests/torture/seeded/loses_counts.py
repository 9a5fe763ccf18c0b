"""Writes what it counted only now and then."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tests.torture.stores import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["IMPLEMENTATION"]


def _write(folder: Path) -> Iterator[object]:
    for number in count(1):
        if number % 100 == 0:
            (folder / "count").write_text(str(number), encoding="ascii")
        yield None


def _read(folder: Path, confirmed: int) -> None:
    path = folder / "count"
    number = int(path.read_text(encoding="ascii")) if path.exists() else 0
    assert number >= confirmed, f"a count of {number} where {confirmed} were made"


IMPLEMENTATION = Store(_write, _read)
