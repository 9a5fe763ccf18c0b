"""The steps of a transformation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from agent.components.files.drawn import drawn_words

__all__ = ["DropLines", "KeepLines", "Newlines", "Replace", "TrimLines"]


@dataclass(frozen=True)
class Replace:
    """A step of `transform`: another text in the place of one, as `str.replace` does."""

    old: Annotated[str, MinLen(1), drawn_words]
    new: Annotated[str, drawn_words]


@dataclass(frozen=True)
class Newlines:
    r"""A step of `transform`: each ``\r\n``, ``\r`` and ``\n`` becomes `newline`."""

    newline: Literal["\n", "\r", "\r\n"]


@dataclass(frozen=True)
class TrimLines:
    """A step of `transform`: lines lose the spaces and tabs at their ends."""


@dataclass(frozen=True)
class KeepLines:
    """A step of `transform`: lines that do not hold a text go."""

    containing: Annotated[str, MinLen(1), drawn_words]


@dataclass(frozen=True)
class DropLines:
    """A step of `transform`: lines that hold a text go."""

    containing: Annotated[str, MinLen(1), drawn_words]
