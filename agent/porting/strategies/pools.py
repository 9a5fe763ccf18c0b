"""The values that checks draw if a contract gives only a type.

Small pools on purpose: keys must meet each other again, and traps must come often.
"""

from __future__ import annotations

__all__ = ["HOSTILE", "KEYS", "UNHASHABLE", "VALUES"]

KEYS = [
    "1", "2", "3", "0", "1.0", "True", "0.0", "-0.0", "'a'", "''.join(['a'])", "Str('a')", "'b'",
    "'\\ud800'", "b'a'", "(1, 2)", "(1.0, 2)", "None", "nan", "float('nan')", "Int(1)",
    "2**61 - 1", "-1", "-2", "...", "frozenset({1})", "Key('a', 7)", "Key('b', 7)", "Key('c', 7)",
]  # fmt: skip
"""Equal across types, equal but not identical, equal hashes though unequal, unequal to itself."""

UNHASHABLE = ["[]", "{}", "([],)"]

VALUES = [
    "1", "True", "1.0", "-0.0", "0.0", "0", "nan", "None", "'a'", "Str('a')", "b'a'", "Int(1)",
    "1", "True", "-0.0", "0.0", "['x']", "{'x': 1}", "(1, [2])", "...", "NotImplemented",
    "ValueError('a value')", "2", "'b'", "3",
]  # fmt: skip
"""Values that are easily confused are adjacent, the likeliest confusions twice."""

HOSTILE: list[tuple[str, str | None]] = [
    ("Odd(ValueError('hash'), True)", None),
    ("Odd('no number', True)", None),
    ("Odd(lambda: {reenter}, True)", None),
    ("Odd(1001, ValueError('eq'))", "1001"),
    ("Odd(1002, False)", "1002"),
    ("Odd(1003, True)", "1003"),
    ("Odd(1004, NotImplemented)", "1004"),
    ("Odd(1005, [])", "1005"),
    ("Odd(1006, 'yes')", "1006"),
    ("Odd(1007, Unsure())", "1007"),
    ("Odd(1008, lambda: {reenter})", "1008"),
]
"""Hostile keys, each with the one plain key of its hash, if it has a hash.

No third key shares the hash: which of several of equal hash is compared first is up to the
implementation, and with these it would show.
"""
