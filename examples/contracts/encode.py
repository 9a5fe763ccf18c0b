"""The contract of the function of ``json`` that writes a text: inferred, then edited."""

from __future__ import annotations

from typing import Protocol

from agent.porting.contract.terms import Effect, operation, unpromised


@unpromised(
    binding="only functions written in Python bind to objects of a class",
    signature="the compiled function has none",
    keywords="the encoder passes the text by position",
)
class Encode(Protocol):
    """Writes a text as JSON."""

    @operation(effect=Effect.PURE)
    def __call__(self, s: str, /) -> str:
        """Return an ASCII-only JSON representation of a Python string."""
