"""Valid and idiomatic names in Rust."""

from __future__ import annotations

import re

from agent.errors import UsageError

__all__ = ["TAKEN", "camel_case", "identifier", "is_identifier", "is_snake_case"]

_KEYWORDS = frozenset([
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
    "while", "yield",
])  # fmt: skip
TAKEN = frozenset([
    "Bound", "Borrowed", "Exact", "Give", "Given", "HashSet", "IndexMap", "Option", "Py", "PyAny",
    "PyDict", "PyErr", "PyModule", "PyOnceLock", "PyResult", "PyTuple", "PyType", "Python", "Self",
    "State", "String", "Take", "Vec",
])  # fmt: skip
"""What a file of a component may use by these names."""

_NEVER = frozenset(["crate", "self", "super", "Self", "_"])
"""What no name in Rust can be, not even a raw one."""


def camel_case(name: str) -> str:
    """Return the name of a class as Rust likes it; one that the file has already gets a ``Py``."""
    parts = [part.lower() if part.isupper() else part for part in name.split("_")]
    found = "".join(part[:1].upper() + part[1:] for part in parts) or "Nameless"
    return f"Py{found}" if found in TAKEN or not found[0].isalpha() else found


def is_snake_case(name: str) -> bool:
    """Return whether `name` is an idiomatic name of a function or a parameter in Rust."""
    return re.fullmatch(r"_*[a-z0-9]+(_[a-z0-9]+)*_*", name) is not None


def is_identifier(name: str) -> bool:
    """Return whether `name` is a valid Rust identifier, at least as a raw one."""
    return name.isascii() and name not in _NEVER


def identifier(name: str) -> str:
    """Return `name` as Rust takes it; raise `UsageError` for one that it cannot take."""
    if not is_identifier(name):
        message = f"{name!r} cannot be a name in Rust"
        raise UsageError(message)
    return f"r#{name}" if name in _KEYWORDS else name
