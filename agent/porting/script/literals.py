"""Writes values as expressions of a script: short Python that evaluates to an equal value."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any

from agent.porting.script.scalars import (
    BRACKETS,
    CONTAINERS,
    EXTENDED,
    LEAVES,
    OWN_WORDS,
    Unwritable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Unwritable", "Writer", "is_secret", "literal", "redacted"]

_SECRET = re.compile(
    r"(password|passwd|passphrase|secret|token|authorization|cookie|credential"
    r"|(api|access|private)[-_]?key)$|(password|secret|cookie|credential)s$",
    re.IGNORECASE,
)

_DEEPEST = 20
"""The deepest nesting of containers that is written."""

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}

_MOST = 1 << 16
"""The number of distinguished objects without an expression; then numbers are reused."""


_EXACT = (type(None), bool, int, float, str, bytes)
"""The scalars that are written literally."""

_NESTED = (tuple, list, dict, set, frozenset)


def literal(value: Any) -> str | None:
    """Return an expression that evaluates to the identical value, bit for bit, or None.

    It consists of literals, ``inf``, ``nan``, ``set`` and ``frozenset``. An object that occurs
    twice, or contains itself, has no such expression.
    """
    if not _is_exact(value, set()):
        return None
    try:
        return Writer(widest=sys.maxsize, redact=False).write(value)
    except Unwritable:
        return None


def _is_exact(value: Any, met: set[int]) -> bool:
    """Return whether `value` consists of literals alone; `met` are the mutable objects around."""
    kind = type(value)
    if kind not in _NESTED:
        return kind in _EXACT
    if id(value) in met:
        return False
    if kind not in {tuple, frozenset}:  # equal ones may be one object
        met.add(id(value))
    items = [item for pair in value.items() for item in pair] if kind is dict else value
    return all(_is_exact(item, met) for item in items)


def is_secret(name: object, value: object) -> bool:
    """Return whether `value` is a string that is probably secret, judged by its `name`."""
    named = type(name) is str and _SECRET.search(name) is not None
    return named and isinstance(value, str | bytes)


def redacted(value: object) -> str:
    """Return the expression that replaces a secret string."""
    return "b'redacted'" if isinstance(value, bytes) else "'redacted'"


class Writer:
    """Writes values.

    It runs no code of the program; of a subclass of `list`, for example, it reads only the `list`.
    Scripts may use enumerations, dataclasses and named tuples of `packages`. `names` are the
    classes that a script knows by a name; an object of another class among them is written as a
    call of the class with the attributes that its parameters are named after. With `redact`,
    strings whose names mark them as secret are not written.
    """

    def __init__(
        self,
        packages: Iterable[str] = (),
        widest: int = 4_000,
        names: Mapping[type, str] | None = None,
        *,
        redact: bool = True,
    ) -> None:
        self._packages = frozenset(packages)
        self._widest = widest
        self._names = {} if names is None else names
        self._redact = redact
        self._numbers: dict[int, int] = {}

    def write(self, value: Any, *, anything: bool = False) -> str:
        """Return an expression for `value`; with `anything`, another object may replace it.

        Raises `Unwritable`.
        """
        writing = _Writing(
            self._packages, self._names, self._widest, self._numbers, anything, self._redact
        )
        text = writing.write(value)
        if len(text) > self._widest:
            message = f"longer than {self._widest:,} characters"
            raise Unwritable(message)
        return text


@dataclass
class _Writing:
    """The state of writing one value and its contents."""

    packages: frozenset[str]
    names: Mapping[type, str]
    widest: int
    numbers: dict[int, int]
    anything: bool
    redact: bool
    depth: int = 0

    def write(self, value: Any) -> str:  # noqa: PLR0911  # one for each kind
        cls = type(value)
        if cls in LEAVES:
            return LEAVES[cls](value)
        text = self._by_name(value)
        if text is not None:
            return text
        top = cls.__module__.partition(".")[0]
        if top in OWN_WORDS:
            return OWN_WORDS[top](value)
        for base, items in CONTAINERS.items():
            if issubclass(cls, base):
                return self._container(base, items(value))
        for base, word in EXTENDED.items():
            if issubclass(cls, base):
                return word.format(LEAVES[base](value))
        if issubclass(cls, BaseException) and getattr(builtins, cls.__name__, None) is cls:
            return f"{cls.__name__}({', '.join(map(self._item, value.args))})"
        return self._stand_in(value)

    def _item(self, value: Any, name: Any = None) -> str:
        """Write an item of a container, under a name or a key."""
        if self.redact and is_secret(name, value):
            return redacted(value)
        if self.depth == _DEEPEST:
            message = f"nested more than {_DEEPEST} deep"
            raise Unwritable(message)
        self.depth += 1
        text = self.write(value)
        self.depth -= 1
        return text

    def _container(self, base: type, items: Any) -> str:
        if len(items) > self.widest:
            message = f"of more than {self.widest:,} items"
            raise Unwritable(message)
        if base is dict:
            texts = [f"{self._item(key)}: {self._item(item, key)}" for key, item in items]
        else:
            texts = [self._item(item) for item in items]
        if base in {set, frozenset}:
            texts.sort()  # their order differs between processes
        empty, filled = BRACKETS[base]
        one = base is tuple and len(texts) == 1
        return filled.format(", ".join(texts) + "," * one) if texts else empty

    def _by_name(self, value: Any) -> str | None:
        """Write a value of a class known to the script, or of a package that it may import."""
        cls = type(value)
        if cls in self.names:
            name = self.names[cls]
            return self._of_class(value, name) or self._called(value, name)
        if cls.__module__.partition(".")[0] in self.packages and "<" not in cls.__qualname__:
            name = f"__import__('importlib').import_module({cls.__module__!r}).{cls.__qualname__}"
            return self._of_class(value, name)
        return None

    def _of_class(self, value: Any, name: str) -> str | None:
        """Write an enumeration's member, a dataclass or a named tuple; `name` is its class."""
        cls = type(value)
        if issubclass(cls, Enum):
            return f"{name}[{value.name!r}]"
        if is_dataclass(cls) and all(part.init for part in fields(cls)):
            texts = [
                f"{part.name}={self._item(getattr(value, part.name), part.name)}"
                for part in fields(cls)
            ]
            return f"{name}({', '.join(texts)})"
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return f"{name}({', '.join(map(self._item, tuple.__iter__(value)))})"
        return None

    def _called(self, value: Any, name: str) -> str:
        """Write a call of a class, with the attributes that its parameters are named after."""
        held = getattr(value, "__dict__", {})
        texts = []
        for parameter in inspect.signature(type(value)).parameters.values():
            attribute = parameter.name if parameter.name in held else f"_{parameter.name}"
            if attribute in held and parameter.kind not in _VARIADIC:
                by_name = parameter.kind is not inspect.Parameter.POSITIONAL_ONLY
                text = self._item(held[attribute], parameter.name)
                texts.append(f"{parameter.name}={text}" if by_name else text)
            elif parameter.kind not in _VARIADIC and parameter.default is parameter.empty:
                message = f"of class {name}, which does not keep its parameter {parameter.name}"
                raise Unwritable(message)
        return f"{name}({', '.join(texts)})"

    def _stand_in(self, value: Any) -> str:
        """Return a name of the script for an object that cannot be reconstructed."""
        cls = type(value)
        named = cls in {FunctionType, BuiltinFunctionType, type}
        name = str(getattr(value, "__name__", "")) if named else cls.__name__
        if cls is type and getattr(builtins, name, None) is value:
            return name
        if not self.anything:
            message = f"of class {cls.__name__}"
            raise Unwritable(message)
        if callable(value):
            return f"Spy({name!r})"
        if len(self.numbers) >= _MOST:
            self.numbers.clear()
        number = self.numbers.setdefault(id(value), len(self.numbers) + 1)
        if getattr(cls, "__hash__", None) is None:
            return f"{{{name!r}: {number}}}"
        return f"Key({f'{name} {number}'!r}, {number})"
