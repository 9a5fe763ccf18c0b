"""The world that the check reads this process in: one with more and fewer open files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Self

from annotated_types import Ge, Le

from agent.porting.worlds import World, step

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["OpenFiles"]

_MOST = 24
"""Files that one world has open at most: two share the process, which may have only 256."""


class OpenFiles(World):
    """This process, in which steps open and close files."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def __enter__(self) -> Self:
        """Begin with no file of its own."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files that are still open."""
        self.close_files()

    @step
    def open_files(self, count: Annotated[int, Ge(0), Le(8)]) -> int:
        """Open the null device `count` times; return how many files are open now."""
        for _ in range(min(count, _MOST - len(self._open))):
            self._open.append(os.open(os.devnull, os.O_RDONLY))
        return len(self._open)

    @step
    def close_files(self) -> None:
        """Close all files that steps opened."""
        while self._open:
            os.close(self._open.pop())
