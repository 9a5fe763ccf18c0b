"""Two implementations side by side: each line is run on both, and all it did is compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.porting.outcome import Outcome, capture, difference_of_outcomes
from agent.porting.sameness import Comparison, Difference
from agent.porting.script import parse
from agent.porting.values.words import Journal, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.contract import Contract

__all__ = ["Disagreement", "Pair"]


@dataclass
class Disagreement(Exception):  # a finding, not an error
    """Both sides ran the same line and did not do the same."""

    line: str
    python: Outcome
    rust: Outcome
    difference: Difference

    def __str__(self) -> str:
        return f"{self.line}\n  {self.difference}"


class _Side:
    """One implementation, the names of the script it runs, and what its spies noted."""

    def __init__(self, name: str, implementation: type) -> None:
        self.journal = Journal()
        self.names = words(self.journal) | {name: implementation}


class Pair:
    """The two sides of a component during one script.

    `counts`, when given, is increased for each operation of the contract that was compared.
    """

    def __init__(
        self, contract: Contract, python: type, rust: type, counts: Counter[str] | None = None
    ) -> None:
        self.contract = contract
        self.counts = Counter() if counts is None else counts
        self._raised: list[bool] = []
        self._python = _Side(contract.name, python)
        self._rust = _Side(contract.name, rust)
        self._comparison = Comparison((python, rust), _observer(contract))

    def run(self, text: str) -> Outcome:
        """Run the statement `text` on both sides; return what it did.

        Raises `Disagreement` unless both did the same.
        """
        line = parse(text)
        left = line.run(self._python.names)
        right = line.run(self._rust.names)
        spec = self.contract.operations.get(line.operation or "")
        difference = difference_of_outcomes(
            left, right, self._comparison, Any if spec is None else spec.returns
        )
        difference = difference or self._difference_around(line.operands)
        self._python.journal.calls.clear()
        self._rust.journal.calls.clear()
        if difference is not None:
            raise Disagreement(text, left, right, difference)
        if spec is not None or line.operation == self.contract.name:
            self.counts[line.operation or ""] += 1
        self._raised.append(left.raised is not None)
        return left

    def raised(self, index: int) -> bool:
        """Tell whether the line `index`, counted from 0, raised on both sides."""
        return self._raised[index]

    def _difference_around(self, operands: tuple[tuple[str, Any], ...]) -> Difference | None:
        """Compare what the spies noted, and the arguments afterwards."""
        left, right = self._python.journal.calls, self._rust.journal.calls
        if left or right:
            difference = self._comparison.first("callbacks", left, right)
            if difference is not None:
                return difference
        for name, _ in operands:
            if name in self._python.names and name in self._rust.names:
                difference = self._comparison.first(
                    f"{name} afterwards", self._python.names[name], self._rust.names[name]
                )
                if difference is not None:
                    return difference
        return None


def _observer(contract: Contract) -> Callable[[Any], dict[str, Any]]:
    """Return what shows all that a caller can see of an object without changing it."""
    names = {
        spec.name: spec.kind
        for spec in contract.operations.values()
        if spec.observes and not contract.returns_itself(spec)
    }

    def observe(value: Any) -> dict[str, Any]:
        return {
            name: capture(getattr, value, name)
            if kind == "property"
            else capture(lambda name=name: getattr(value, name)())
            for name, kind in names.items()
        }

    return observe
