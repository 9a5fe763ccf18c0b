"""The contract of rapidfuzz's Levenshtein distance: printed by ``agent check``, then edited.

Texts instead of any sequences, cut-offs and hints from 0 on; neither costs, which the sides check
in different ways, nor a processor, which both call before anything else.
"""

from __future__ import annotations

from typing import Annotated, Protocol

from annotated_types import Ge, Le

from agent.porting.contract.terms import Effect, operation, unpromised

Size = Annotated[int, Ge(0), Le(2**62)]


@unpromised(names="the compiled function goes by another qualified name")
class Levenshtein_distance(Protocol):
    """How many characters are inserted, deleted or replaced to make one text of another."""

    @operation(effect=Effect.PURE)
    def __call__(
        self,
        s1: str,
        s2: str,
        *,
        score_cutoff: Size | None = None,
        score_hint: Size | None = None,
    ) -> int:
        """Return the distance, or one more than `score_cutoff` if it is larger than that."""
