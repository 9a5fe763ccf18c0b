"""What callers of a function get, and of a module's functions."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent.porting.shadow.primary import NESTED, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.sides import Beside

__all__ = ["function", "module"]

__passes_calls_on__ = True


def function(
    beside: Beside, lead: Callable[..., Any], name: str = "__call__"
) -> Callable[..., Any]:
    """Return a function that answers as `lead` does, and has a share of its calls compared.

    What it calls itself while it answers is not compared again, and takes one frame more.
    """
    sample, notes, context = beside.sample, beside.notes, beside.context
    number, chosen = sample.number, sample.chosen

    @wraps(lead)
    def every(*args: Any, **kwargs: Any) -> Any:
        if context.inside:
            notes.count("skipped", NESTED)
            return lead(*args, **kwargs)
        return answer(beside, name, lead, args, kwargs)

    @wraps(lead)
    def some(*args: Any, **kwargs: Any) -> Any:
        if chosen(current := number()):
            notes.take(current)
            if not context.inside:
                return answer(beside, name, lead, args, kwargs)
            notes.count("skipped", NESTED)
        return lead(*args, **kwargs)

    @wraps(beside.python if name == "__call__" else lead)
    def verified(*args: Any, **kwargs: Any) -> Any:
        now = beside.lead if name == "__call__" else getattr(beside.lead, name)
        if chosen(current := number()) and beside.lead is beside.rust:
            notes.take(current)
            if not context.inside:
                return answer(beside, name, now, args, kwargs)
            notes.count("skipped", NESTED)
        return now(*args, **kwargs)

    if beside.rust_leads:
        return verified
    return every if sample.every else some


def module(beside: Beside, lead: Any) -> ModuleType:
    """Return a module whose functions are compared; the contract says which these are."""
    return _Module(beside, lead)


class _Module(ModuleType):
    """Stands for a module; what the contract does not name is the module's own."""

    def __init__(self, beside: Beside, lead: Any) -> None:
        super().__init__(lead.__name__, lead.__doc__)
        self.__dict__["_beside"] = beside
        self.__dict__["_lead"] = lead

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._lead, name)
        if name in self._beside.contract.operations and callable(found):
            found = self.__dict__[name] = function(self._beside, found, name)
        return found
