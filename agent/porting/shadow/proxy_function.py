"""The proxies of functions, and of a module's functions."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import function_like
from agent.porting.shadow.answering import NESTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.primary import Primary
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import CallSampler
    from agent.porting.shadow.sides import Sides

__all__ = ["Functions"]

__passes_calls_on__ = True


class Functions:
    """Makes the proxies of one component's functions."""

    def __init__(
        self,
        sides: Sides,
        context: Context,
        sampler: CallSampler,
        reporter: Reporter,
        primary: Primary,
    ) -> None:
        self._sides = sides
        self._context = context
        self._sampler = sampler
        self._reporter = reporter
        self._primary = primary

    def function(self, lead: Callable[..., Any], name: str = "__call__") -> Any:
        """Return a function that answers as `lead` does, and has a share of its calls compared.

        What it calls itself while it answers is not compared again, and takes one frame more.
        """
        sides, context, reporter = self._sides, self._context, self._reporter
        number, chosen, answer = self._sampler.number, self._sampler.chosen, self._primary.answer

        def every(*args: Any, **kwargs: Any) -> Any:
            if context.inside:
                reporter.count("skipped", NESTED)
                return lead(*args, **kwargs)
            return answer(name, lead, args, kwargs)

        def some(*args: Any, **kwargs: Any) -> Any:
            if chosen(current := number()):
                reporter.take(current)
                if not context.inside:
                    return answer(name, lead, args, kwargs)
                reporter.count("skipped", NESTED)
            else:
                reporter.passed(current)
            return lead(*args, **kwargs)

        def verified(*args: Any, **kwargs: Any) -> Any:
            now = sides.lead if name == "__call__" else getattr(sides.lead, name)
            if chosen(current := number()) and sides.lead is sides.rust:
                reporter.take(current)
                if not context.inside:
                    return answer(name, now, args, kwargs)
                reporter.count("skipped", NESTED)
            else:
                reporter.passed(current)
            return now(*args, **kwargs)

        if sides.rust_leads:
            return function_like(sides.python if name == "__call__" else lead, verified)
        return function_like(lead, every if self._sampler.every else some)

    def module(self, lead: Any) -> ModuleType:
        """Return a module whose functions are compared; the contract says which these are."""
        return _Module(self, self._sides, lead)


class _Module(ModuleType):
    """A proxy of a module; what the contract does not name is the module's own."""

    def __init__(self, functions: Functions, sides: Sides, lead: Any) -> None:
        super().__init__(lead.__name__, lead.__doc__)
        self.__dict__["_functions"] = functions
        self.__dict__["_sides"] = sides
        self.__dict__["_lead"] = lead

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._lead, name)
        if name in self._sides.contract.operations and callable(found):
            found = self.__dict__[name] = self._functions.function(found, name)
        return found


pass_unseen(globals())
