"""The Rust types of Python annotations, and the annotations without one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from agent.porting.scaffold.names import camel_case, is_identifier

__all__ = ["ANY", "Mapping", "default_in_rust", "quoted"]

ANY = "Bound<'py, PyAny>"
"""Any object, as Python has it."""

_PLAIN = {NoneType: "()", bool: "bool", int: "i64", float: "f64", str: "String", bytes: "Vec<u8>"}
_BORROWED = {"String": "&str", "Vec<u8>": "&[u8]"}
_OBJECTS = {Any, object}
_HOOKS = {"__getattr__", "__getattribute__", "__new__", "__post_init__"}
"""What makes an object more than its fields."""


_MOST_ITEMS = 4
"""Of a tuple with items of their own types each; the glue has no longer ones."""


@dataclass
class Mapping:
    """Maps annotations, and collects what has no type in Rust."""

    unmapped: list[str] = field(default_factory=list)
    """What stays a Python object, a sentence each."""
    records: dict[type, dict[str, str]] = field(default_factory=dict)
    """Dataclasses that are structs, with the types of their fields."""
    _met: list[type] = field(default_factory=list)
    """Dataclasses whose fields are being looked at, which may hold each other."""

    def taken(self, annotation: Any, place: str, *, changed: bool = False) -> str:
        """Return the type of the parameter `place`; one that is `changed` stays an object."""
        if changed and self._holds(annotation):
            self.unmapped.append(f"{place} is changed in place, so it stays a Python object")
            return ANY
        found = self._mapped(annotation, place)
        inner = found.removeprefix("Option<").removesuffix(">")
        if inner in _BORROWED and found in {inner, f"Option<{inner}>"}:
            return found.replace(inner, _BORROWED[inner])
        return found

    def given(self, annotation: Any, place: str) -> str:
        """Return the type of the result `place`."""
        return self._mapped(annotation, place)

    def _holds(self, annotation: Any) -> bool:
        """Return whether values of `annotation` are mutable."""
        parts = Mapping()
        text = parts.given(annotation, "")
        held = any(word in text for word in ("Vec<", "IndexMap<", "HashSet<")) or parts.records
        return bool(held) and text != "Vec<u8>"

    def _mapped(self, annotation: Any, place: str) -> str:  # noqa: PLR0911  # one for each kind
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._mapped(arguments[0], place)
        if annotation is None or annotation in _PLAIN:
            return _PLAIN[annotation or NoneType]
        if annotation in _OBJECTS:
            return ANY
        if origin is Literal and len(kinds := {type(value) for value in arguments}) == 1:
            return self._mapped(kinds.pop(), place)
        if origin in {Union, UnionType}:
            some = [part for part in arguments if part is not NoneType]
            if len(some) == 1:
                inner = self._mapped(some[0], place)
                return f"Option<{inner}>"
        found = self._container(annotation if origin is None else origin, arguments, place)
        if found is None and isinstance(annotation, type) and is_dataclass(annotation):
            found = self._record(annotation, place)
        if found is not None:
            return found
        text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
        self.unmapped.append(f"{place}: no type in Rust for {text}, so it stays a Python object")
        return ANY

    def _container(self, kind: Any, arguments: tuple[Any, ...], place: str) -> str | None:
        if kind is list:
            return f"Vec<{self._mapped(arguments[0] if arguments else Any, place)}>"
        if kind is tuple:
            return self._tuple(arguments or (Any, ...), place)
        if kind is set and arguments:
            item = self._mapped(arguments[0], place)
            return f"HashSet<{item}>" if _hashable(item) else None
        if kind is dict and arguments:
            key, value = (self._mapped(part, place) for part in arguments)
            return f"IndexMap<{key}, {value}>" if _hashable(key) else None
        return None

    def _record(self, cls: type, place: str) -> str | None:
        """Return the struct for a dataclass that is nothing but its fields."""
        if cls in self.records:
            return cls.__name__
        own = {name for base in cls.__mro__[:-1] for name in vars(base)}
        plain = all(each.init for each in fields(cls)) and not own & _HOOKS
        if not plain or cls in self._met or camel_case(cls.__name__) != cls.__name__:
            return None
        self._met.append(cls)
        unmapped = list(self.unmapped)
        hints = get_type_hints(cls, include_extras=True)
        types = {
            each.name: self._mapped(hints[each.name], f"{place}.{each.name}")
            for each in fields(cls)
        }
        self._met.pop()
        if any("'py" in text for text in types.values()) or not all(map(is_identifier, types)):
            self.unmapped[:] = unmapped
            return None
        self.records[cls] = types
        return cls.__name__

    def _tuple(self, arguments: tuple[Any, ...], place: str) -> str | None:
        if arguments[-1] is ...:
            return f"Box<[{self._mapped(arguments[0], place)}]>"
        if not 1 <= len(arguments) <= _MOST_ITEMS or arguments == ((),):
            return None
        items = [self._mapped(part, place) for part in arguments]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _hashable(rust: str) -> bool:
    """Return whether values of a Rust type can be keys: those that compare as in Python."""
    return re.fullmatch(r"(i64|bool|String|Vec<u8>|Box|Option|Vec|[()<>\[\], ])+", rust) is not None


def default_in_rust(default: Any, rust: str) -> str | None:  # noqa: PLR0911  # one for each type
    """Return `default` as a value of the type `rust`; None if it cannot be written there."""
    if rust.startswith("Option<"):
        if default is None:
            return "None"
        inner = default_in_rust(default, rust[len("Option<") : -1])
        return None if inner is None else f"Some({inner})"
    if rust.startswith("Box<") and default == ():
        return "Box::default()"
    plain: dict[str, Any] = {"bool": bool, "i64": int, "f64": float, "&str": str, "&[u8]": bytes}
    if type(default) is not plain.get(rust):
        return None
    if rust == "i64":
        return str(default) if -(1 << 63) <= default < 1 << 63 else None
    if rust == "f64":
        return _float(default)
    if rust == "bool":
        return str(default).lower()
    if rust == "&str":
        return None if any("\ud800" <= sign <= "\udfff" for sign in default) else quoted(default)
    return f"&[{', '.join(map(str, default))}][..]" if default else "<&[u8]>::default()"


def _float(value: float) -> str:
    if value != value:  # noqa: PLR0124  # not a number
        return "f64::NAN"
    if value in {float("inf"), float("-inf")}:
        return "f64::INFINITY" if value > 0 else "f64::NEG_INFINITY"
    return repr(value)


def quoted(text: str) -> str:
    """Return a string literal of Rust."""
    signs = (
        f"\\{sign}"
        if sign in '"\\'
        else sign
        if sign.isascii() and sign.isprintable()
        else f"\\u{{{ord(sign):x}}}"
        for sign in text
    )
    return f'"{"".join(signs)}"'
