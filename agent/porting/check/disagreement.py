"""A line that both sides ran, and after which they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from agent.porting.compare.masks import Unsteady, place_of

if TYPE_CHECKING:
    from agent.porting.compare.difference import Difference
    from agent.porting.compare.outcome import Outcome

__all__ = ["Disagreement", "FirstDifference", "note_unsteady", "tried"]


class _Runs(Protocol):
    """A pair of sides."""

    def run(self, line: str, /) -> Any:
        """Run a line on both; raise `Disagreement` where they differ."""


@dataclass
class Disagreement(Exception):  # a finding, not an error
    """Both sides ran the same line and did not do the same."""

    line: str
    operation: str | None
    """The operation's name, as it is counted; None if it is none of the contract's."""
    arguments: tuple[Any, ...]
    """The reference's, as they are after the call."""
    python: Outcome
    rust: Outcome
    difference: Difference
    shown: tuple[str, str] | None = None
    """Both outcomes as texts, where those of the sides would show what is of their worlds alone."""

    def __str__(self) -> str:
        return f"{self.line}\n  {self.difference}"


class FirstDifference(BaseException):  # nothing that a call may raise, or that may be handled
    """Ends a check that is to stop at the first difference."""


def note_unsteady(unsteady: dict[str, Unsteady], found: Disagreement) -> None:
    """Note where the reference did not agree with itself, as it was found not to."""
    name = found.operation or found.line
    noted = unsteady.setdefault(name, Unsteady(str(found.difference)))
    noted.places.add(place_of(found.difference.where))


def tried(pair: _Runs, line: str) -> Disagreement | None:
    """Run a line and return how the sides differ.

    What is done next is then not done in an exception's handler, which would become the context of
    exceptions that compiled code raises.
    """
    try:
        pair.run(line)
    except Disagreement as found:
        return found
    return None
