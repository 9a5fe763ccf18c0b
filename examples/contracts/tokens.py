"""The contract of rapidfuzz's comparison of words, cut down to texts: no processor, no cut-off."""

from __future__ import annotations

from typing import Any, Protocol

from agent.porting.contract.terms import Effect, operation


class Fuzz(Protocol):
    """Some functions of ``fuzz_py`` and ``fuzz_cpp``; `ratio` compares characters, not words."""

    @operation(effect=Effect.PURE)
    def ratio(self, s1: str, s2: str) -> Any:
        """Compare the characters, from 0 to 100."""

    @operation(effect=Effect.PURE)
    def token_sort_ratio(self, s1: str, s2: str) -> Any:
        """Compare the words, put in order."""

    @operation(effect=Effect.PURE)
    def token_set_ratio(self, s1: str, s2: str) -> Any:
        """Compare the words, however often and in which order they come."""
