"""One implementation of a pair, and what belongs to it while a script runs."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from agent.porting.check.effects import Beside
from agent.porting.check.event_loop import SideLoop, close_unawaited
from agent.porting.script.vocabulary import Journal, words

if TYPE_CHECKING:
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract
    from agent.porting.script.statement import Line

__all__ = ["Side"]

__passes_calls_on__ = True


class Side:
    """One implementation, the names of the script it runs, and what its spies noted."""

    def __init__(self, contract: Contract, implementation: Any, lead: Side | None = None) -> None:
        self.journal = Journal()
        own = contract.name.lower() if contract.factory is None else contract.name
        self.names = words(self.journal) | contract.classes | {own: implementation}
        self.beside = Beside(_module_of(implementation))
        """What the last line did beside its result."""
        self.loop: SideLoop | None = None
        if contract.asynchronous:
            self.loop = SideLoop(
                elsewhere=_is_compiled(contract, implementation),
                lead=None if lead is None else lead.loop,
            )

    def run(self, line: Line, instead: int | None = None) -> Outcome:
        """Run a line on this side; return what it did.

        `instead` is for a line that lets the event loop make turns: how many it makes here.
        """
        with self.beside:
            if self.loop is None:
                return line.run(self.names)
            return self.loop.run(line, self.names, instead)

    def close(self) -> None:
        """Close the event loop, and the coroutines that the script made and did not await."""
        if self.loop is None:
            return
        self.loop.close()
        close_unawaited(self.names.values())


def _module_of(implementation: Any) -> str:
    """Return the name of the module that an implementation is, or belongs to."""
    own = implementation if inspect.ismodule(implementation) else inspect.unwrap(implementation)
    name = getattr(own, "__name__" if inspect.ismodule(own) else "__module__", None)
    return name if isinstance(name, str) else ""


def _is_compiled(contract: Contract, implementation: Any) -> bool:
    """Return whether an implementation is compiled, as far as its first operation shows."""
    for name in contract.operations:
        own = name == "__call__" and not isinstance(implementation, type)
        member = implementation if own else getattr(implementation, name, None)
        if callable(member):
            return not hasattr(inspect.unwrap(member), "__code__")
    return False
