"""The parts of an operation's contract that a shadow needs on every call."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from functools import cached_property, partial
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from agent.porting.compare.tiers import loose
from agent.porting.contract.terms import Effect, Virtual

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec

__all__ = ["ComparedOperation"]

_OPERATORS: dict[str, Callable[..., Any]] = {
    "__bool__": bool, "__contains__": operator.contains, "__iter__": iter, "__len__": len,
    "__reversed__": reversed,
}  # fmt: skip
"""What a class may do without a method of that name."""

Role = Literal["callable", "clock"]


class ComparedOperation:
    """One operation, or the factory."""

    def __init__(
        self, contract: Contract, owner: str, spec: OperationSpec, name: str, *, makes: bool = False
    ) -> None:
        self.spec = spec
        self.name = name
        """As it is counted: ``get``, of a part ``Counter.inc``."""
        self.owner = owner
        self.streams = spec.giving == "stream" and spec.calling == "plain"
        """Whether it gives an asynchronous stream at once."""
        self.enters = spec.giving == "context" and spec.calling == "plain"
        """Whether it gives an asynchronous context manager at once."""
        self.annotation = self._compared()
        """The type of what is compared."""
        self.exact = not loose(self.annotation)
        self.harmless = spec.effect in {Effect.PURE, Effect.READS}
        """Whether it changes nothing, so that it does not matter if a side leaves it out."""
        self.asynchronous = spec.asynchronous
        """Whether an event loop has to run for it."""
        self.among_awaited = contract.asynchronous
        """Whether that is so of any operation of the contract."""
        self.of_class = contract.factory is not None
        """Whether one that is performed on no object is performed on the class."""
        self.makes = makes
        """Whether it is the factory."""
        self.gives = owner if makes else contract.named_by(spec.returns)
        """Which contract or part the result is an object of, if it is."""
        given_later = self.streams or self.enters
        self._gives_objects = given_later and contract.named_by(spec.given) is not None
        self.any_wording = contract.wording is not None
        """Whether exceptions agree that are of the same class, whatever they say."""
        self.roles = {
            parameter.name: role
            for parameter in spec.parameters
            if (role := _role(parameter.annotation)) is not None
        }
        """Parameters that take a callable."""
        self._positions = [
            parameter.name
            for parameter in spec.parameters
            if parameter.kind
            in {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        ]
        self.clocks = {
            parameter.name: virtual
            for parameter in spec.parameters
            if (virtual := _virtual(parameter.annotation)) is not None
        }

    def _compared(self) -> Any:
        """Return the type of what is compared.

        Of a stream, that is its items and what it raised in the end; of a context manager, what
        entering it gave, whether leaving it suppressed an exception, and what it raised.
        """
        given: Any = self.spec.given
        if self.streams:
            return tuple[list[given], Any]
        return tuple[given, bool, Any] if self.enters else self.spec.returns

    @cached_property
    def unobserved(self) -> str | None:
        """Why an asynchronous operation is not compared; None if it is."""
        if self.spec.giving != "value" and self.spec.calling != "plain":
            return f"gives a {self.spec.giving} only when it is awaited, which is not compared"
        if self._gives_objects:
            return f"gives a {self.spec.giving} of objects without twins, which is not compared"
        if self.spec.calling == "awaitable":
            return "gives an awaitable that may be no coroutine, which is not compared"
        if self.roles:
            return "is given a callable, which is not played to a call that is awaited"
        return None

    def performed(self, owner: Any) -> Callable[..., Any] | None:
        """Return what performs it on an object of the other side; None where that has no such."""
        name = self.spec.name
        if self.spec.kind == "property":
            return partial(getattr, owner, name)
        by = _OPERATORS.get(name)
        found: Callable[..., Any] | None = getattr(owner, name, None)
        return partial(by, owner) if by is not None else found

    def position(self, index: int) -> str | None:
        """Return the parameter that the argument at `index` goes to; None for ``*args``."""
        return self._positions[index] if index < len(self._positions) else None


def _role(annotation: Any) -> Role | None:
    if _virtual(annotation) is not None:
        return "clock"
    return "callable" if _takes_callable(annotation) else None


def _takes_callable(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _takes_callable(get_args(annotation)[0])
    if annotation is Callable or get_origin(annotation) is Callable:
        return True
    return any(_takes_callable(part) for part in _members(annotation))


def _members(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, and nothing of what only holds others."""
    return get_args(annotation) if get_origin(annotation) in {Union, UnionType} else ()


def _virtual(annotation: Any) -> Virtual | None:
    if get_origin(annotation) is Annotated:
        for item in annotation.__metadata__:
            if isinstance(item, Virtual):
                return item
        return _virtual(get_args(annotation)[0])
    return next(
        (found for part in _members(annotation) if (found := _virtual(part)) is not None), None
    )
