"""Which names Rust takes."""

from __future__ import annotations

from agent.errors import UsageError

__all__ = ["identifier", "is_identifier"]

_KEYWORDS = frozenset([
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
    "while", "yield",
])  # fmt: skip
_NEVER = frozenset(["crate", "self", "super", "Self", "_"])
"""What no name in Rust can be, not even a raw one."""


def is_identifier(name: str) -> bool:
    """Tell whether Rust can take `name`, if only as a raw one."""
    return name.isascii() and name not in _NEVER


def identifier(name: str) -> str:
    """Return `name` as Rust takes it; raise `UsageError` for one that it cannot take."""
    if not is_identifier(name):
        message = f"{name!r} cannot be a name in Rust"
        raise UsageError(message)
    return f"r#{name}" if name in _KEYWORDS else name
