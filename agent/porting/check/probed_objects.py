"""The objects and classes that a script gets from the object protocol: copies and subclasses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.script.probing import PROBING

if TYPE_CHECKING:
    from agent.porting.check.side import Side
    from agent.porting.compare.comparison import Comparison
    from agent.porting.contract.reader import Contract
    from agent.porting.script.statement import Line

__all__ = ["ProbedObjects"]


class ProbedObjects:
    """What the lines of one script make of the objects of a contract with `Probing`."""

    def __init__(self, contract: Contract, python: Side, rust: Side) -> None:
        self.kinds: dict[type, str] = {}
        """Of which contract or part the objects of a class of the reference are."""
        implementation = python.names.get(contract.name)
        if isinstance(implementation, type):
            self.kinds[implementation] = contract.name
        self._subclasses: set[str] = set()
        for side, other in ((python, rust), (rust, python)):
            side.names[PROBING].own, side.names[PROBING].others = side.names, other.names

    def made_by(self, line: Line) -> bool:
        """Return whether a line exercises the object protocol, or calls a subclass made so."""
        return line.subject == PROBING or (
            line.operation == line.subject and line.subject in self._subclasses
        )

    def is_object(self, line: Line, names: dict[str, Any]) -> bool:
        """Return whether a line asks an object of the contract, by the values of its operands."""
        return any(type(names.get(name)) in self.kinds for name, _ in line.operands)

    def meet(
        self, line: Line, python: Any, rust: Any, names: dict[str, str], comparison: Comparison
    ) -> None:
        """Take what a line returned for twins, if its class is one of the contract's or below.

        `names` gets the contract or part of the object by its name, and `comparison` the twins.
        """
        made = isinstance(python, type) and isinstance(rust, type)
        classes = (python, rust) if made else (type(python), type(rust))
        base = next((cls for cls in classes[0].__mro__ if cls in self.kinds), None)
        if base is None or line.target is None:
            return
        if made:
            self._subclasses.add(line.target)
        else:
            names[line.target] = self.kinds[base]
        if classes[0] is not classes[1] and base in comparison.twins:
            comparison.twins.setdefault(classes[0], (classes[1], comparison.twins[base][1]))
