"""Types and effects suggested by the names of parameters and methods, as a last resort."""

from __future__ import annotations

from keyword import iskeyword
from types import WrapperDescriptorType
from typing import Any

__all__ = [
    "MUTATORS",
    "READERS",
    "SPECIAL_READERS",
    "SPECIAL_WRITERS",
    "is_name",
    "suggested",
    "with_wrappers",
]

_BY_TYPE = {
    "str": (
        "char charset delimiter encoding filename fmt haystack label language line message name "
        "needle pattern prefix s s1 s2 sentence sep separator string suffix text title word"
    ),
    "int": (
        "base bits columns count depth hi high idx index indent k length limit lo low maxsize "
        "maxsplit n ndigits num offset pos position precision size start step stop times width"
    ),
    "float": "alpha epsilon factor fraction rate ratio scale threshold tolerance weight",
    "bool": "ascii case_sensitive flag ignore_case inclusive pad reverse skipkeys strict unique",
    "bytes": "blob buf buffer chunk payload raw",
    "Iterable[Any]": "elements entries iter iterable iterables items it rows values",
    "Sequence[Any]": "seq sequence xs",
    "list[Any]": "heap lst stack",
    "Mapping[Any, Any]": "mapping options table",
    "Callable[..., Any]": "callable callback cmp factory fn func function hook predicate processor",
    "Hashable": "node",
}

_SUGGESTED = {name: text for text, names in _BY_TYPE.items() for name in names.split()}

READERS = frozenset(
    [
        "as_integer_ratio",
        "bit_length",
        "count",
        "copy",
        "difference",
        "get",
        "getall",
        "getone",
        "getvalue",
        "index",
        "intersection",
        "isdisjoint",
        "issubset",
        "issuperset",
        "items",
        "keys",
        "most_common",
        "readable",
        "seekable",
        "tell",
        "tolist",
        "union",
        "values",
        "writable",
    ]
)
"""Methods that by convention change nothing visible."""

SPECIAL_READERS = (
    "__len__", "__iter__", "__reversed__", "__contains__", "__getitem__", "__repr__", "__str__",
    "__bool__", "__hash__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__call__",
    "__int__", "__float__", "__complex__", "__index__", "__abs__", "__neg__", "__pos__",
    "__invert__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__",
    "__truediv__", "__rtruediv__", "__floordiv__", "__rfloordiv__", "__mod__", "__rmod__",
    "__divmod__", "__rdivmod__", "__and__", "__rand__", "__or__", "__ror__", "__xor__",
    "__rxor__", "__lshift__", "__rlshift__", "__rshift__", "__rrshift__", "__pow__", "__rpow__",
    "__matmul__", "__rmatmul__", "__bytes__", "__fspath__", "__length_hint__",
    "__round__", "__trunc__", "__floor__", "__ceil__", "__format__",
)  # fmt: skip
"""Special methods of contracts that only read."""

SPECIAL_WRITERS = (
    "__setitem__", "__delitem__", "__next__", "__iadd__", "__isub__", "__imul__", "__imatmul__",
    "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__", "__ilshift__", "__irshift__",
    "__iand__", "__ixor__", "__ior__", "__enter__", "__exit__", "__aiter__", "__anext__",
    "__aenter__", "__aexit__",
)  # fmt: skip
"""Special methods of contracts that may change the object."""

_OF_ONE_SLOT = frozenset(["__ne__", "__lt__", "__le__", "__gt__", "__ge__"]) | {
    name for name in SPECIAL_READERS if name[:3] == "__r" and f"__{name[3:]}" in SPECIAL_READERS
}
"""Special methods for which C has one function together with others."""

MUTATORS = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "popleft",
        "remove",
        "reverse",
        "setdefault",
        "sort",
        "update",
        "write",
    ]
)
"""Methods of containers that change them."""


def suggested(name: str) -> str | None:
    """Return the usual type of a parameter called `name`."""
    return _SUGGESTED.get(name.lower().strip("_"))


def is_name(text: str) -> bool:
    """Return whether a script may call something by this name: no keyword, no other characters."""
    return text.isidentifier() and not iskeyword(text)


def with_wrappers(name: str, members: list[Any]) -> list[Any]:
    """Return what two classes have under `name`, where the wrapper of one stands for both.

    A class in C that has one comparison has a wrapper for each, and the same for an operator and
    its reflected form. Calls tell whether it does anything.
    """
    held = [each for each in members if each is not None]
    if len(held) == 1 and name in _OF_ONE_SLOT and isinstance(held[0], WrapperDescriptorType):
        return held * 2
    return members
