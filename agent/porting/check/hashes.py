"""The law of hashes: equal objects have equal hashes.

The number itself says nothing. It may depend on the seed of the process or on addresses, and two
implementations may rightly compute it in two ways. So what is compared is whether both sides keep
the law, with an object that is made once more in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.compare.difference import Difference
from agent.porting.compare.introspection import special
from agent.porting.compare.outcome import Outcome, capture
from agent.porting.fallback.observing import looking

if TYPE_CHECKING:
    from agent.porting.check.side import Side
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line

__all__ = ["HashLaw", "without_number"]

_HASH = "__hash__"

_OFTEN = 3
"""How often one script tries the law."""


class Hashed:
    """Stands for the number of a hash; all are alike."""

    def __repr__(self) -> str:
        return "a hash"


_HASHED = Hashed()


def without_number(outcome: Outcome, spec: OperationSpec | None) -> Outcome:
    """Return what a call did, without the number if it is a hash."""
    counts = spec is not None and spec.name == _HASH and type(outcome.value) is int
    return Outcome(_HASHED) if counts else outcome


class HashLaw:
    """Tries the law in one script, with objects that are made once more in the same way."""

    def __init__(self, contract: Contract) -> None:
        self._left = 0 if contract.asynchronous or contract.world is not None else _OFTEN
        """How often it is still tried; another object would need a loop, or act on a world."""
        self._tried_by = _HASH if _HASH in contract.operations else "__eq__"
        self._factory = contract.name
        self._makers: dict[str, Line] = {}

    def learn(self, line: Line, name: str | None) -> None:
        """Take note of a line that did the operation `name`, if that makes an object."""
        if line.target is not None and name == self._factory:
            self._makers[line.target] = line

    def difference(
        self, line: Line, spec: OperationSpec | None, python: Side, rust: Side
    ) -> Difference | None:
        """Return a difference if one side keeps the law and the other does not, after `line`."""
        maker = self._makers.get(line.subject or "")
        if spec is None or spec.name != self._tried_by or maker is None or not self._left:
            return None
        self._left -= 1
        left, right = (_kept(side, maker) for side in (python, rust))
        if None in {left, right} or left == right:
            return None
        return Difference("equality and hash of an object made again", str(left), str(right))


def _kept(side: Side, maker: Line) -> str | None:
    """Return in words what an object and another one show of the law; None if they show nothing."""
    with looking(), side.beside:
        told = capture(lambda: _told(side.names[maker.target or ""], maker, dict(side.names)))
    return None if told.raised is not None else told.value


def _told(one: Any, maker: Line, names: dict[str, Any]) -> str:
    other = maker.evaluate(names)
    if not one == other:  # noqa: SIM201  # the law is about this operator
        return "unequal"
    numbers = [capture(lambda each=each: special(each, _HASH)()) for each in (one, other)]
    if any(each.raised is not None for each in numbers):
        return "equal, without a hash"
    alike = numbers[0].value == numbers[1].value
    return f"equal, and the hashes are {'equal too' if alike else 'not'}"
