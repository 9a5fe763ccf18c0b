"""What a contract says of one operation."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_origin

from agent.errors import ContractError
from agent.porting.contract.asynchrony import Calling, Giving, given_by, giving_of
from agent.porting.contract.terms import Agreement, Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OperationSpec", "Parameter", "agreement_of", "writing"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    kind: inspect._ParameterKind
    annotation: Any
    """The resolved type, `Annotated` metadata (the argument's domain) included."""
    default: Any = inspect.Parameter.empty
    """The default value; ``...`` is a value like any other."""

    @property
    def required(self) -> bool:
        """Whether a call must pass it."""
        variadic = self.kind in {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
        return self.default is inspect.Parameter.empty and not variadic


@dataclass(frozen=True)
class OperationSpec:
    """The declaration of one operation, or of the factory."""

    name: str
    kind: Literal["method", "property", "setter", "deleter"]
    parameters: tuple[Parameter, ...]
    returns: Any
    """The resolved type of the result, agreement tiers in its `Annotated` metadata included; where
    the call has to be awaited, of what awaiting it gives."""
    effect: Effect
    raises: tuple[type[BaseException], ...] | None
    """The exceptions that it may raise; None if the contract does not say."""
    overloads: int = 0
    """The number of overloaded signatures that the implementation signature covers."""
    calling: Calling = "plain"
    """What a call returns: the result, a coroutine, or another awaitable."""
    ignores: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The effects beside the result that are not compared, each with the reason."""
    unexercised: str | None = None
    """Why no call need return, or return something else than others; None if some have to."""
    assigned: Parameter | None = None
    """What may be assigned to a property; None if the contract has no setter."""
    deletes: bool = False
    """Whether a property may be deleted."""

    @property
    def giving(self) -> Giving:
        """How the result is used: as a value, an asynchronous context manager or a stream."""
        return giving_of(self.returns)

    @property
    def given(self) -> Any:
        """The type that a caller gets: the result, the value of entering it, or an item."""
        return given_by(self.returns)

    @property
    def makes(self) -> Any:
        """The type of the object that a caller gets; ``Any`` for a stream."""
        return Any if self.giving == "stream" else self.given

    @property
    def asynchronous(self) -> bool:
        """Whether the operation needs a running event loop."""
        return self.calling != "plain" or self.giving != "value"

    @property
    def agreement(self) -> Agreement | None:
        """How closely whole results must agree; None means identical."""
        return agreement_of(self.returns)

    @property
    def observes(self) -> bool:
        """Whether it can be called without arguments to observe the state without changing it."""
        bare = not any(parameter.required for parameter in self.parameters)
        return bare and self.effect in {Effect.READS, Effect.PURE}


def writing(
    name: str, kind: Literal["setter", "deleter"], parameters: tuple[Parameter, ...] = ()
) -> OperationSpec:
    """Return what sets or deletes a property."""
    return OperationSpec(name, kind, parameters, None, Effect.WRITES, None)


def agreement_of(annotation: Any) -> Agreement | None:
    """Return the agreement tier at the top of `annotation`, or None."""
    if get_origin(annotation) is not Annotated:
        return None
    tiers = [item for item in annotation.__metadata__ if isinstance(item, Agreement)]
    if len(tiers) > 1:
        message = f"{annotation}: at most one agreement tier applies to a result"
        raise ContractError(message)
    return tiers[0] if tiers else None
