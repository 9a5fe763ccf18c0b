"""Subclasses of Python's own types: what a check of the exact class, or a cast, gets wrong."""

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
    """A `str` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Str({str.__repr__(self)})"


class Caseless(str):
    """A `str` that equals every other of the same letters, as names of HTTP headers do."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.casefold() == other.casefold()

    def __hash__(self) -> int:
        return hash(self.casefold())

    def __repr__(self) -> str:
        return f"Caseless({str.__repr__(self)})"


class Bytes(bytes):
    """A `bytes` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Bytes({bytes.__repr__(self)})"


class Int(int):
    """An `int` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Int({int.__repr__(self)})"


class Float(float):
    """A `float` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Float({float.__repr__(self)})"


class Tuple(tuple[Any, ...]):
    """A `tuple` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Tuple({tuple.__repr__(self)})"


class List(list[Any]):
    """A `list` of another class."""

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
    """A `dict` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Dict({dict.__repr__(self)})"


class Fallback(Dict):
    """A `dict` that is never without an answer: for a missing key, subscripting gives the key."""

    __slots__ = ()

    def __missing__(self, key: Any) -> Any:
        return key

    def __repr__(self) -> str:
        return f"Fallback({dict.__repr__(self)})"
