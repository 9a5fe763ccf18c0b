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
    from collections.abc import Callable

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
        self._others_left = 3 * self._left
        """The same for two objects of the script."""
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
        """Return a difference if one side keeps the law and the other does not, after `line`.

        Tried are an object and another one made in the same way, and two that were just compared.
        """
        if spec is None or spec.name not in {self._tried_by, "__eq__"}:
            return None
        tried: dict[str, Callable[[dict[str, Any]], tuple[Any, Any]]] = {}
        maker = self._makers.get(line.subject or "")
        if maker is not None and spec.name == self._tried_by and self._left > 0:
            self._left -= 1
            tried["an object made again"] = lambda names: (
                names[maker.target or ""], maker.evaluate(dict(names))
            )  # fmt: skip
        one, other = (python.names.get(name) for name in (line.subject or "", "argument1"))
        others = spec.name == "__eq__" and one is not other and type(one) is type(other)
        if others and self._others_left > 0:
            self._others_left -= 1
            tried["both objects"] = lambda names: (names[line.subject or ""], names["argument1"])
        for which, objects in tried.items():
            left, right = (_kept(side, objects) for side in (python, rust))
            if None not in {left, right} and left != right:
                return Difference(f"equality and hash of {which}", str(left), str(right))
        return None


def _kept(side: Side, objects: Callable[[dict[str, Any]], tuple[Any, Any]]) -> str | None:
    """Return in words what two objects show of the law; None if they show nothing."""
    with looking(), side.beside:
        told = capture(lambda: _told(*objects(side.names)))
    return None if told.raised is not None else told.value


def _told(one: Any, other: Any) -> str:
    if not one == other:  # noqa: SIM201  # the law is about this operator
        return "unequal"
    numbers = [capture(lambda each=each: special(each, _HASH)()) for each in (one, other)]
    if any(each.raised is not None for each in numbers):
        return "equal, without a hash"
    alike = numbers[0].value == numbers[1].value
    return f"equal, and the hashes are {'equal too' if alike else 'not'}"
