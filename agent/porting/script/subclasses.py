"""Subclasses of built-in types, which exact type checks and casts handle wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Backwards",
    "Bytes",
    "Caseless",
    "Dict",
    "Fallback",
    "Float",
    "Int",
    "List",
    "Str",
    "Tuple",
]


class Str(str):
    """A subclass of `str`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Str({str.__repr__(self)})"


class Caseless(str):
    """A `str` with case-insensitive equality, like names of HTTP headers."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.casefold() == other.casefold()

    def __hash__(self) -> int:
        return hash(self.casefold())

    def __repr__(self) -> str:
        return f"Caseless({str.__repr__(self)})"


class Bytes(bytes):
    """A subclass of `bytes`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Bytes({bytes.__repr__(self)})"


class Int(int):
    """A subclass of `int`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Int({int.__repr__(self)})"


class Float(float):
    """A subclass of `float`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Float({float.__repr__(self)})"


class Tuple(tuple[Any, ...]):
    """A subclass of `tuple`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Tuple({tuple.__repr__(self)})"


class List(list[Any]):
    """A subclass of `list`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"List({list.__repr__(self)})"


class Backwards(List):
    """A `list` that is iterated from its end."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return list.__reversed__(self)

    def __repr__(self) -> str:
        return f"Backwards({list.__repr__(self)})"


class Dict(dict[Any, Any]):
    """A subclass of `dict`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Dict({dict.__repr__(self)})"


class Fallback(Dict):
    """A `dict` whose subscription returns the key itself if it is missing."""

    __slots__ = ()

    def __missing__(self, key: Any) -> Any:
        return key

    def __repr__(self) -> str:
        return f"Fallback({dict.__repr__(self)})"
