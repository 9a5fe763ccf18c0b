"""Writes into the file that others read."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tests.torture.seeded.sound_store import read
from tests.torture.stores import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["IMPLEMENTATION"]


def _write(folder: Path) -> Iterator[object]:
    for number in count(1):
        with (folder / "numbers").open("w", encoding="ascii") as file:
            for _ in range(10_000):
                file.write(f"{number} ")
        yield None


IMPLEMENTATION = Store(_write, read)
