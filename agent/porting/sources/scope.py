"""The functions that an implementation consists of: its own, and those of its package they name."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Scope", "scope_of"]

_MOST = 2_000
"""Functions that are looked at."""


@dataclass
class Scope:
    """Where the code of an implementation is."""

    places: set[tuple[str, int]] = field(default_factory=set)
    """The file and the first line of each function."""
    spaces: list[Mapping[str, Any]] = field(default_factory=list)
    """The global names of its modules."""
    named: list[set[str]] = field(default_factory=list)
    """Which names the functions use in each of these, or of what they find there."""

    def note(self, space: Mapping[str, Any], names: set[str]) -> None:
        """Note that a function uses names of `space`."""
        for known, used in zip(self.spaces, self.named, strict=True):
            if known is space:
                used.update(names)
                return
        self.spaces.append(space)
        self.named.append(set(names))

    @property
    def files(self) -> list[Path]:
        """The source files, in order; only those in Python."""
        return sorted({Path(file) for file, _ in self.places if file.endswith(".py")})


def scope_of(implementation: Any) -> Scope:
    """Return the scope of a function, class or module; empty for one that is compiled.

    Names of global functions and classes are followed within the package; what is reached through
    attributes of objects is not.
    """
    found = Scope()
    module = getattr(implementation, "__module__", None) or getattr(implementation, "__name__", "")
    package = str(module).partition(".")[0]
    seen: set[int] = set()
    pending = deque([implementation])
    while pending and len(seen) < _MOST:
        value = pending.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        for function in _functions(value, package):
            code = function.__code__
            for each in (code, *_inside(code)):
                found.places.add((each.co_filename, each.co_firstlineno))
            names = function.__globals__
            wanted = {name for each in (code, *_inside(code)) for name in each.co_names}
            found.note(names, wanted)
            pending.extend(_enclosed(function))
            for name in sorted(wanted):
                other = names.get(name)
                if isinstance(other, type | FunctionType) and _is_of(other, package):
                    pending.append(other)
    return found


def _is_of(value: Any, package: str) -> bool:
    return str(getattr(value, "__module__", "")).partition(".")[0] == package


def _functions(value: Any, package: str) -> Iterator[FunctionType]:
    """Yield the functions that a value, or a member of a class, consists of."""
    parts: list[Any]
    if isinstance(value, FunctionType):
        if str(value.__globals__.get("__name__")).partition(".")[0] == package:
            yield value
        parts = [getattr(value, "__wrapped__", None)]
    elif isinstance(value, type | ModuleType):
        parts = [each for each in _members(value, package) if each is not value]
    elif isinstance(value, property):
        parts = [value.fget, value.fset, value.fdel]
    else:  # class methods, cached properties, functions in caches
        parts = [getattr(value, name, None) for name in ("__func__", "func", "__wrapped__")]
        parts = [each for each in parts if isinstance(each, FunctionType)]
    for part in parts:
        if part is not None:
            yield from _functions(part, package)


def _enclosed(function: FunctionType) -> Iterator[FunctionType]:
    """Yield the functions that a function has from the one around it, as a decorator's do."""
    for cell in function.__closure__ or ():
        try:
            value = cell.cell_contents
        except ValueError:  # it is empty yet
            continue
        if isinstance(value, FunctionType):
            yield value


def _members(holder: type | ModuleType, package: str) -> Iterator[Any]:
    """Yield the members of a class and its bases, or the own ones of a module; no class inside.

    Of protocols, there are none: they declare.
    """
    if isinstance(holder, ModuleType):
        for member in vars(holder).values():
            if isinstance(member, type | FunctionType) and _is_of(member, package):
                yield member
        return
    for base in holder.__mro__:
        if _is_of(base, package) and not getattr(base, "_is_protocol", False):
            yield from (each for each in vars(base).values() if not isinstance(each, type))


def _inside(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of the functions inside a function."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _inside(each)
