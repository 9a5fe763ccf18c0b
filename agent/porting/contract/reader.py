"""Reads a contract: a `typing.Protocol` and the protocol of its factory, with their annotations.

Protocols that an operation returns are parts of the contract, and the check calls their operations
too. No other module inspects a protocol; tools use the `Contract` that `read_contract` returns.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    Protocol,
    Self,
    Union,
    get_args,
    get_origin,
    get_overloads,
    get_type_hints,
)

from agent.errors import ContractError
from agent.porting.contract.asynchrony import calling_of
from agent.porting.contract.classes import classes_in
from agent.porting.contract.operation import OperationSpec, Parameter, agreement_of, writing
from agent.porting.contract.terms import BESIDE, Agreement, Effect, Invariant, Operation
from agent.porting.project.table import load

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Agreement",
    "Contract",
    "OperationSpec",
    "Parameter",
    "load_contract",
    "read_contract",
    "read_operation",
]

_MACHINERY = {"__init__", "__subclasshook__", "__init_subclass__", "__class_getitem__", "__new__"}
"""Attributes that `Protocol` and `Generic` add to a class."""

_EXITS = {"__aexit__"}
"""Operations whose arguments come from the language: no domain is read for them."""


@dataclass(frozen=True, eq=False)  # one is itself alone, so that what is derived from it is kept
class Contract:
    """A component's operations by name, and its factory."""

    name: str
    protocol: type
    factory: OperationSpec | None
    """The constructor; None if operations belong to the implementation itself, which is a function,
    a module, or returned by another operation."""
    operations: dict[str, OperationSpec]
    parts: dict[str, Contract] = field(default_factory=dict)
    """The protocols of returned objects, by name, without the contract's own."""
    wording: str | None = None
    """Why only the classes of exceptions are compared; None if exceptions are compared in full."""
    open_domains: str | None = None
    """Why arguments outside a domain need not be refused; None if they must be."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Operations that only one side offers, each with the reason."""
    foreign: bool = False
    """Whether the sides were not written for these tools, so they share no classes."""
    world: str | None = None
    """A reference to the world that external operations are checked in, or None."""
    unpromised: dict[str, str] = field(default_factory=dict)
    """The topics of `OBJECT_PROTOCOL` that need not agree, with reasons."""

    @cached_property
    def classes(self) -> dict[str, type]:
        """The classes that scripts need for values of parameters, by name."""
        specs = [spec for part in self.everything.values() for spec in part.operations.values()]
        specs += [self.factory] if self.factory is not None else []
        return classes_in(*(part.annotation for spec in specs for part in spec.parameters))

    @cached_property
    def asynchronous(self) -> bool:
        """Whether any operation needs an event loop; then all of them run within one."""
        return any(
            spec.asynchronous
            for part in self.everything.values()
            for spec in part.operations.values()
        )

    @cached_property
    def external(self) -> list[str]:
        """The operations that touch the outside world: a part's as ``Part.name``."""
        made = self.factory is not None and self.factory.effect is Effect.EXTERNAL
        found = [self.name] if made else []
        for name, part in self.everything.items():
            prefix = "" if name == self.name else f"{name}."
            specs = part.operations.values()
            found += [f"{prefix}{spec.name}" for spec in specs if spec.effect is Effect.EXTERNAL]
        return found

    @property
    def everything(self) -> dict[str, Contract]:
        """The contract itself and its parts, by name."""
        return {self.name: self, **self.parts}

    @cached_property
    def performed(self) -> dict[str, OperationSpec]:
        """The operations, and beside them the setters and deleters of properties.

        These are called ``size=`` and ``del size``.
        """
        found = dict(self.operations)
        for name, spec in self.operations.items():
            if spec.assigned is not None:
                found[f"{name}="] = writing(f"{name}=", "setter", (spec.assigned,))
            if spec.deletes:
                found[f"del {name}"] = writing(f"del {name}", "deleter")
        return found

    def named_by(self, annotation: Any) -> str | None:
        """Return the name of the part of `everything` that an annotation denotes, or None."""
        for part in _alternatives(annotation):
            for name, contract in self.everything.items():
                if contract.protocol is part:
                    return name
        return None

    def observers(self, name: str) -> list[OperationSpec]:
        """Return the operations that show the visible state of an object without changing it.

        Operations that return objects of the contract are left out: those are observed separately.
        So are those whose results are not compared.
        """
        return [
            spec
            for spec in self.everything[name].operations.values()
            if spec.observes
            and not spec.asynchronous
            and self.named_by(spec.returns) is None
            and not isinstance(agreement_of(spec.returns), Invariant)
        ]


def read_contract(protocol: type, factory: type | None = None) -> Contract:
    """Read the operations of `protocol`, and of `factory` the ``__call__`` that makes one.

    Without a factory, operations are called on the implementation itself: a module, or a function,
    whose protocol has the one operation ``__call__``.

    Raises `ContractError`, naming the place, for an unusable contract: a class that is not a
    protocol, a parameter or result without annotation, a name that does not resolve, a class
    method, an asynchronous factory.
    """
    for cls in (protocol,) if factory is None else (protocol, factory):
        if not getattr(cls, "_is_protocol", False):
            message = f"{_place(cls)} is not a typing.Protocol"
            raise ContractError(message)
    made = None
    if factory is not None:
        if "__call__" not in vars(factory):
            message = f"{_place(factory)} has no __call__ that would make a {protocol.__name__}"
            raise ContractError(message)
        made = _read_function(factory, "__call__", vars(factory)["__call__"], "method")
        if made.asynchronous:
            message = f"{_place(factory)} is asynchronous: let an operation give the object"
            raise ContractError(message)
    parts: dict[str, Contract] = {}
    operations = _read_operations(protocol)
    _add_parts(operations, {protocol}, parts)
    wording = getattr(protocol, "__any_wording__", None)
    opened = getattr(protocol, "__open_domains__", None)
    world = getattr(protocol, "__in_world__", None)
    unpromised = getattr(protocol, "__unpromised__", {})
    for name, part in parts.items():
        parts[name] = replace(part, unpromised=unpromised | part.unpromised)
    left_out = getattr(protocol, "__leaves_out__", {})
    return Contract(
        protocol.__name__, protocol, made, operations, parts, wording, opened, left_out,
        world=world, unpromised=unpromised,
    )  # fmt: skip


def load_contract(contract: str, factory: str | None, world: str | None = None) -> Contract:
    """Import and read the contract that references of a table name; there may be no factory.

    `world` takes precedence over the one that the protocol names; neither is imported.
    """
    found = read_contract(load(contract), None if factory is None else load(factory))
    return found if world is None else replace(found, world=world)


def read_operation(owner: type, name: str, function: Any) -> OperationSpec:
    """Read what the annotations of a method of `owner` say.

    Raises `ContractError`, naming the place, as `read_contract` does.
    """
    return _read_function(owner, name, function, "method")


def _read_operations(protocol: type) -> dict[str, OperationSpec]:
    members = _members(protocol)
    if not members:
        message = f"{_place(protocol)} has no operations"
        raise ContractError(message)
    return {name: _read_member(protocol, name, member) for name, member in members.items()}


def _add_parts(
    operations: dict[str, OperationSpec], known: set[type], parts: dict[str, Contract]
) -> None:
    """Add to `parts` the protocols that `operations` return, and those that these return."""
    for spec in operations.values():
        for part in _alternatives(spec.given):
            if not _is_own_protocol(part) or part in known:
                continue
            known.add(part)
            if part.__name__ in parts:
                message = f"{_place(part)}: another part of the contract is called so too"
                raise ContractError(message)
            found = _read_operations(part)
            parts[part.__name__] = Contract(
                part.__name__, part, None, found, unpromised=getattr(part, "__unpromised__", {})
            )
            _add_parts(found, known, parts)


def _alternatives(annotation: Any) -> list[Any]:
    """Return the classes that an annotation names, of a union each, without their arguments."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return [part for each in get_args(annotation) for part in _alternatives(each)]
    return [origin or annotation]


def _is_own_protocol(cls: Any) -> bool:
    """Return whether `cls` is a user-defined protocol, not one of the standard library's."""
    return getattr(cls, "_is_protocol", False) is True and cls.__module__ not in {
        "collections.abc",
        "typing",
    }


def _members(protocol: type) -> dict[str, Any]:
    """Return what `protocol` and the protocols it extends declare, base classes first."""
    members: dict[str, Any] = {}
    for cls in reversed(protocol.__mro__):
        if cls in {object, Protocol, Generic}:
            continue
        members |= vars(cls).get("__annotations__", {})
        for name, member in vars(cls).items():
            described = inspect.isfunction(member) or isinstance(
                member, property | classmethod | staticmethod
            )
            if described and name not in _MACHINERY:
                members[name] = member
    return members


def _read_member(protocol: type, name: str, member: Any) -> OperationSpec:
    if isinstance(member, property):
        if member.fget is None:
            message = f"{_place(protocol)}.{name} cannot be read: the property has no getter"
            raise ContractError(message)
        read = _read_function(protocol, name, member.fget, "property")
        assigned = None
        if member.fset is not None:
            (assigned,) = _read_function(protocol, name, member.fset, "method").parameters
        return replace(read, assigned=assigned, deletes=member.fdel is not None)
    if inspect.isfunction(member):
        return _read_function(protocol, name, member, "method")
    if isinstance(member, classmethod | staticmethod):
        message = f"{_place(protocol)}.{name} belongs to the class: give the factory what makes one"
        raise ContractError(message)
    hints = _hints(protocol, f"{_place(protocol)}.{name}")
    return OperationSpec(name, "property", (), hints[name], Effect.READS, None)


def _read_function(
    owner: type, name: str, function: Any, kind: Literal["method", "property"]
) -> OperationSpec:
    place = f"{_place(owner)}.{name}"
    hints = _hints(function, place)
    if "return" not in hints:
        message = f"{place} does not say what it returns"
        raise ContractError(message)
    described = [] if name in _EXITS else list(inspect.signature(function).parameters.values())[1:]
    parameters = tuple(_read_parameter(place, parameter, hints) for parameter in described)
    calling, returns = calling_of(function, hints["return"])
    returns = owner if returns is Self else returns
    unmarked = Operation(Effect.READS if kind == "property" else Effect.WRITES)
    mark: Operation = getattr(function, "__operation__", unmarked)
    for word, reason in mark.ignores.items():
        if word not in BESIDE or not reason:
            message = (
                f"{place}: ignores={{{word!r}: {reason!r}}}: give one of {', '.join(BESIDE)}, and "
                "a reason"
            )
            raise ContractError(message)
    spec = OperationSpec(
        name, kind, parameters, returns, mark.effect, mark.raises,
        overloads=len(get_overloads(function)), calling=calling, ignores=mark.ignores,
        unexercised=mark.unexercised,
    )  # fmt: skip
    agreement_of(spec.returns)
    return spec


def _read_parameter(place: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> Parameter:
    if parameter.name not in hints:
        message = f"{place}: parameter {parameter.name!r} has no annotation"
        raise ContractError(message)
    return Parameter(parameter.name, parameter.kind, hints[parameter.name], parameter.default)


def _hints(described: Any, place: str) -> dict[str, Any]:
    try:
        return get_type_hints(described, include_extras=True)
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        message = f"{place}: an annotation does not resolve: {error}"
        raise ContractError(message) from error


def _place(cls: Any) -> str:
    if isinstance(cls, type):
        return f"{cls.__module__}:{cls.__qualname__}"
    return repr(cls)
