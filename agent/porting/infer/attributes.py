"""Attributes of a pair's objects: what both have, and what may be assigned to them."""

from __future__ import annotations

from inspect import Parameter, signature
from types import GetSetDescriptorType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.contract.terms import Effect
from agent.porting.infer.guesses import guess_parameters
from agent.porting.infer.limit import limited
from agent.porting.infer.names import is_name
from agent.porting.infer.writing import Method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agent.porting.infer.guesses import Guess

__all__ = ["add_writing", "properties_of_objects"]

_TOLD = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes"}
"""Types of values that tell what else may be assigned."""

_TAME = {
    "int": "Annotated[int, Ge(ge=-1), Le(le=99)]",
    "float": "Annotated[float, Ge(ge=-1.0), Le(le=99.0)]",
    "str": "Annotated[str, MaxLen(max_length=20)]",
    "bytes": "Annotated[bytes, MaxLen(max_length=20)]",
}
"""What is assigned where nothing looks at it: a huge number may make any later call endless."""


def properties_of_objects(
    makes: Sequence[Callable[[], Any]], parameters: list[Guess], own: tuple[type, str]
) -> dict[str, Method | str]:
    """Return the public attributes that objects have of their own, beside those of their class.

    For what only one side has, it says so instead. `makes` make an object of each side.
    """
    found: dict[str, Method | str] = {}
    if any(limited(make).raised is not None for make in makes):
        return found
    for name in sorted(set().union(*map(_own, makes))):
        if not is_name(name):
            continue
        has = [limited(_read, make, name).raised is None for make in makes]
        if all(has):
            assigned = _assigned(name, None, makes[0], parameters, own)
            found[name] = Method(name, [], "Any", Effect.READS, is_property=True, assigned=assigned)
        else:
            found[name] = f"{name}: only {'Python' if has[0] else 'Rust'} has it"
    return found


def _own(make: Callable[[], Any]) -> set[str]:
    """Return the public attributes that an object itself has."""
    held = limited(lambda: vars(make())).value
    return {name for name in held if not name.startswith("_")} if isinstance(held, dict) else set()


def _read(make: Callable[[], Any], name: str) -> Any:
    return getattr(make(), name)


def add_writing(
    read: Method,
    member: Any,
    make: Callable[[], Any],
    parameters: Iterable[Guess],
    own: tuple[type, str],
) -> None:
    """Add to a property whether it may be set, and to what, and whether it may be deleted."""
    read.assigned = _assigned(read.name, member, make, parameters, own)
    read.deletes = _deletes(member)


def _assigned(
    name: str,
    member: Any,
    make: Callable[[], Any],
    parameters: Iterable[Guess],
    own: tuple[type, str],
) -> str | None:
    """Return the type of what may be assigned to an attribute; None where that fails.

    Args:
        name: the attribute's name.
        member: what the class has under it; None for an attribute of the object alone.
        make: makes an object.
        parameters: those of the constructor, of which one may have the attribute's name.
        own: the class, and the name of its protocol.
    """
    if isinstance(member, property):
        if member.fset is None:
            return None
        stated = _of_setter(member.fset, own)
        if stated is not None:
            return stated
    elif member is not None and not hasattr(type(member), "__set__"):
        return None  # a constant of the class, unless the object has one of its own

    def again() -> Any:
        made = make()
        value = getattr(made, name)
        setattr(made, name, value)
        return value

    done = limited(again)
    if done.raised is not None:
        return None
    kinds = [
        guess.text
        for guess in parameters
        if guess.name == name and guess.parameter.kind not in _VARIADIC
    ]
    kind = kinds[0] if kinds else _TOLD.get(type(done.value))
    return kind and _TAME.get(kind, kind)


def _deletes(member: Any) -> bool:
    """Return whether a member of a class is made to be deleted."""
    if isinstance(member, property):
        return member.fdel is not None
    if isinstance(member, GetSetDescriptorType | MemberDescriptorType):
        return False
    return hasattr(type(member), "__delete__")


def _of_setter(setter: Any, own: tuple[type, str]) -> str | None:
    """Return what a setter says of the value; None if it says nothing."""
    try:
        value = list(signature(setter).parameters.values())[1:2]
    except (TypeError, ValueError):
        return None
    guesses = guess_parameters(value, (setter, setter), {}, own)
    return guesses[0].text if guesses and guesses[0].text != "Any" else None


_VARIADIC = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
