"""The contract of levenshtein_distance, inferred: to be edited, and given back with --contract."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from agent.porting.terms import Effect, operation


class Levenshtein_distance(Protocol):
    """A function on both sides."""

    # Guessed: s1: str | Sequence[Hashable], since its docstring says so.
    # Guessed: s2: str | Sequence[Hashable], since its docstring says so.
    # Guessed: weights: int | None, since its docstring says so.
    # Guessed: processor: Callable[..., Any] | None, since its docstring says so.
    # Guessed: score_cutoff: int | None, since its docstring says so.
    # Guessed: score_hint: int | None, since its docstring says so.
    @operation(effect=Effect.PURE)
    def __call__(
        self,
        s1: str | Sequence[Hashable],
        s2: str | Sequence[Hashable],
        *,
        weights: int | None = (1, 1, 1),
        processor: Callable[..., Any] | None = None,
        score_cutoff: int | None = None,
        score_hint: int | None = None,
    ) -> Any:
        """Calculates the minimum number of insertions, deletions, and substitutions …"""
