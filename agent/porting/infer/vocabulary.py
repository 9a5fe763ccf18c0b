"""Types in inferred contracts: from text to type, and back."""

from __future__ import annotations

import ast
import collections.abc
import contextlib
import datetime as dt
import decimal
import fractions
import pathlib
import re
import sys
import typing
import uuid
from enum import Enum
from types import EllipsisType, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import annotated_types

from agent.errors import ContractError
from agent.porting.contract.classes import is_described
from agent.porting.strategies.from_annotation import domain_of

__all__ = ["annotation_of", "imports_for", "placed_in", "read", "written"]

_MODULES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "collections": (collections, ("OrderedDict", "defaultdict", "deque")),
    "collections.abc": (
        collections.abc,
        (
            "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable",
            "Callable", "Collection", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView",
            "Mapping", "MutableMapping", "MutableSequence", "Sequence", "ValuesView",
        ),
    ),
    "contextlib": (contextlib, ("AbstractAsyncContextManager",)),
    "datetime": (dt, ("date", "datetime", "timedelta", "timezone")),
    "decimal": (decimal, ("Decimal",)),
    "fractions": (fractions, ("Fraction",)),
    "pathlib": (pathlib, ("Path", "PurePath")),
    "typing": (
        typing,
        (
            "Annotated", "Any", "BinaryIO", "Literal", "Optional", "Protocol", "SupportsFloat",
            "SupportsIndex", "SupportsInt", "TextIO", "Union",
        ),
    ),
    "uuid": (uuid, ("UUID",)),
    "annotated_types": (
        annotated_types,
        ("Ge", "Gt", "Le", "Len", "Lt", "MaxLen", "MinLen", "MultipleOf"),
    ),
}  # fmt: skip
"""The imports that a contract may use, in the order of import lines."""

_BUILTINS: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        bool, bytearray, bytes, complex, dict, float, frozenset, int, list, memoryview, object,
        set, slice, str, tuple,
    )
}  # fmt: skip

_SYNONYMS = {
    "List": list, "Dict": dict, "Tuple": tuple, "Set": set, "FrozenSet": frozenset,
    "Text": str, "None": None, "True": True, "False": False,
}  # fmt: skip

NAMES: dict[str, Any] = {
    name: getattr(module, name) for module, names in _MODULES.values() for name in names
}
_KNOWN = NAMES | _BUILTINS | _SYNONYMS

_OF_TYPES = (
    ast.Expression, ast.Name, ast.Load, ast.Subscript, ast.Tuple, ast.List, ast.Constant,
    ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub,
)  # fmt: skip
"""The characters in the text of a type."""

_LESS: dict[Any, str] = {
    list: "list[Any]", dict: "dict[Any, Any]", tuple: "tuple[Any, ...]", set: "set[Any]",
    frozenset: "frozenset[Any]", collections.abc.Iterable: "Iterable[Any]",
    collections.abc.Iterator: "Iterator[Any]", collections.abc.Collection: "Collection[Any]",
    collections.abc.Sequence: "Sequence[Any]", collections.abc.Mapping: "Mapping[Any, Any]",
    collections.abc.MutableSequence: "list[Any]", collections.abc.MutableMapping: "dict[Any, Any]",
    collections.abc.Callable: "Callable[..., Any]",
}  # fmt: skip
"""How types without arguments are written, and wider types as supported ones."""


class _Names(dict[str, Any]):
    """Names of types and packages; classes of packages are written with their modules."""

    def __missing__(self, name: str) -> Any:
        """Return the imported package `name`."""
        return sys.modules[name]


def read(text: str, names: typing.Mapping[str, Any] | None = None) -> Any:
    """Return the type that `text` denotes, or None if values for it are not supported.

    None itself is ``type(None)`` here. `names` extends the vocabulary.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
        if names is None and not all(isinstance(node, _OF_TYPES) for node in ast.walk(tree)):
            return None  # text of a docstring must not be executed
        code = compile(tree, "<annotation>", "eval")
        annotation = eval(code, {"__builtins__": {}}, _Names({**_KNOWN, **(names or {})}))  # noqa: S307  # names of types only, or the program's annotation
    except Exception:  # noqa: BLE001  # prose, or unknown names
        return None
    return NoneType if annotation is None else annotation


def annotation_of(raw: Any, names: typing.Mapping[str, Any]) -> Any:
    """Return the type that `raw`, an annotation or its text, denotes among `names`, or None.

    That is None for a text that cannot be read, and the type of None for None.
    """
    return read(raw, names) if isinstance(raw, str) else (NoneType if raw is None else raw)


def written(annotation: Any, own: tuple[type, str] | None = None) -> str | None:
    """Return the text of `annotation`; None if a contract cannot express it or draw values for it.

    `own` is a class, and the name of its protocol.
    """
    text = _written(annotation, own)
    if text is None or (own is not None and re.search(rf"\b{own[1]}\b", text)):
        return text
    try:
        domain_of(read(text, {}), text)
    except ContractError:
        return None
    return text


def _written(annotation: Any, own: tuple[type, str] | None) -> str | None:  # noqa: C901, PLR0911  # one for each kind
    origin, arguments = get_origin(annotation), get_args(annotation)
    if own is not None and (annotation is own[0] or annotation is typing.Self):
        return own[1]
    if annotation is None or annotation is NoneType:
        return "None"
    if annotation is EllipsisType:
        return None
    if isinstance(annotation, TypeVar):
        choices = annotation.__constraints__ or (annotation.__bound__ or Any,)
        return _joined([_written(choice, own) for choice in choices])
    if origin in {Union, UnionType}:
        return _joined([_written(part, own) for part in arguments])
    if origin is typing.Literal:
        if any(isinstance(each, Enum) for each in arguments):
            return None
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin is typing.Annotated:
        return _annotated(arguments[0], annotation.__metadata__, own)
    if origin is not None:
        return _with_arguments(origin, arguments, own)
    if isinstance(annotation, collections.abc.Hashable) and annotation in _LESS:
        return _LESS[annotation]
    for name, known in (NAMES | _BUILTINS).items():
        if annotation is known:
            return name
    return _placed(annotation) if is_described(annotation) else None


def _placed(cls: type) -> str | None:
    """Return the location of a class of the program, if it can be imported from there."""
    module = sys.modules.get(cls.__module__)
    found = getattr(module, cls.__name__, None) is cls and cls.__module__ != "__main__"
    return f"{cls.__module__}.{cls.__name__}" if found else None


def placed_in(text: str) -> dict[str, tuple[str, str]]:
    """Return the classes that the annotation `text` names with their modules, and their names."""
    found = {}
    for dotted in re.findall(r"(?<![\w.'\"])\w+(?:\.\w+)+", text):
        module, _, name = dotted.rpartition(".")
        if isinstance(getattr(sys.modules.get(module), name, None), type):
            found[dotted] = module, name
    return found


def _with_arguments(
    origin: Any, arguments: tuple[Any, ...], own: tuple[type, str] | None
) -> str | None:
    if origin is collections.abc.Callable:
        answer = _written(arguments[-1], own) if arguments else "Any"
        return None if answer is None else f"Callable[..., {answer}]"
    if origin not in _LESS:
        return None
    name = _LESS[origin].partition("[")[0]
    texts = ["..." if part is ... else _written(part, own) for part in arguments]
    return None if None in texts else f"{name}[{', '.join(map(str, texts))}]"


def _annotated(base: Any, metadata: tuple[Any, ...], own: tuple[type, str] | None) -> str | None:
    text = _written(base, own)
    if text is None:
        return None
    kept = [item for item in metadata if isinstance(item, annotated_types.BaseMetadata)]
    terms = [repr(item) for item in kept if type(item).__name__ in NAMES]
    return f"Annotated[{text}, {', '.join(terms)}]" if terms else text


def _joined(texts: list[str | None]) -> str | None:
    """Return a union; types that cannot be written are left out, unless nothing else remains."""
    some = [text for text in dict.fromkeys(texts) if text is not None]
    return "Any" if "Any" in some else " | ".join(some) or None


def imports_for(text: str) -> str:
    """Return the import lines for the names of the vocabulary in `text`."""
    words = set(re.findall(r"\w+", text))
    lines = []
    for module, (_, names) in _MODULES.items():
        used = [name for name in names if name in words]
        if used:
            lines.append(f"from {module} import {', '.join(used)}")
    third = [line for line in lines if line.startswith("from annotated_types")]
    own = ", ".join(sorted(words & {"Effect", "open_domains", "operation", "unpromised"}))
    return "\n".join(line for line in lines if line not in third) + "".join(
        [f"\n\n{line}" for line in third]
        + ([f"\n\nfrom agent.porting.contract.terms import {own}"] if own else [])
    )
