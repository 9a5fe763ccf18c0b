"""The domains of scalar types."""

from __future__ import annotations

import typing
from collections.abc import Hashable, Sized
from types import EllipsisType, NoneType
from typing import Any

from agent.porting.strategies.domain import KEY_SLOTS, VALUE_SLOTS, Domain
from agent.porting.strategies.numbers import FLOATS, INTS, compose_float, compose_int
from agent.porting.strategies.pools import KEYS, UNHASHABLE, VALUES
from agent.porting.strategies.stdlib import LIBRARY
from agent.porting.strategies.texts import BYTES, TEXTS, compose_bytes, compose_text

__all__ = ["LEAVES"]

_NO_INTS = ["1.0", "True", "'1'", "None", "Numeric(1)", "nan", "[]", "Having(index=1)"]
_NO_FLOATS = ["True", "'1.0'", "None", "Numeric(1)", "1j", "[]", "10**400"]
_NO_TEXTS = ["1", "None", "b'a'", "['a']"]
_NO_BYTES = ["'a'", "None", "1"]
_NOTHING = ["None", "0", "''"]

_INT = Domain(INTS, _NO_INTS, compose=compose_int)
_FLOAT = Domain(FLOATS, _NO_FLOATS, compose=compose_float)
_TEXT = Domain(TEXTS, _NO_TEXTS, ["Caseless('A')"], compose=compose_text)
_BYTES = Domain(BYTES, _NO_BYTES, compose=compose_bytes)

_EQUALS = Domain(
    [
        *("1", "1.0", "True", "0", "0.0", "-0.0", "False", "2", "2.0", "Int(1)", "Float(2.0)"),
        *("3", "-1", "1.5", "2**53", "2.0**53", "2**53 + 1"),
    ],
)
"""Numbers that are equal but not the same: a sort that is not stable shows."""

_RANKED = Domain(
    ["(1, 'a')", "(1, 'b')", "(0, 'c')", "(True, 'd')", "(1.0, 'e')", "(2, 'f')", "(1, 'a')"],
)

_MISFITS = [
    "Having(eq=ValueError('eq'), hash=1)", "Having(eq=True, hash=1)", "Having(eq=False, hash=1)",
    "Having(hash=ValueError('hash'))", "Having(index=2)", "Having(index=ValueError('index'))",
    "Having(index='no number')", "Having(bool=ValueError('bool'))", "Having(bool=2)",
    "Having(lt=ValueError('lt'))", "Having(lt=True, gt=True)", "Having(lt=Unsure())",
    "Having(len=-1)", "Having(len=3, iter=iter([1]))", "Having(iter=ValueError('iter'))",
    "Having(iter=5)", "Having(len=ValueError('len'), getitem=IndexError('getitem'))",
    "Having(eq=lambda: {reenter}, hash=1)", "Having(str=5)", "Having(repr=ValueError('repr'))",
    "Unsure()", "Numeric(1)", "Backwards([1, 2])", "Fallback({'a': 1})", "Caseless('A')",
]  # fmt: skip
"""Objects whose special methods raise, lie, or call back."""

_KINDS = (
    _INT,
    _TEXT,
    _EQUALS,
    _RANKED,
    _FLOAT,
    Domain(VALUES),
    Domain(["None", "True", "False", "[]", "{}", "()", "[1, 2]", "{'a': 1}", "('a', 1)"]),
)


def _any(choices: Any) -> str:
    return typing.cast("str", choices.of(_KINDS).write(choices))


LEAVES: dict[Any, Domain] = LIBRARY | {
    int: _INT,
    float: _FLOAT,
    complex: Domain(
        ["1j", "0j", "complex(-0.0, 0.0)", "complex(nan, 1)", "complex(1, -inf)", "1.5", "2"],
        ["None", "'1j'"],
    ),
    bool: Domain(["True", "False"], ["1", "0", "None", "'yes'"]),
    str: _TEXT,
    typing.LiteralString: _TEXT,
    bytes: _BYTES,
    bytearray: Domain(
        ["bytearray(b'a')", "bytearray()", "bytearray(b'\\x00\\xff')"],
        ["'a'", "None"],
        compose=lambda choices, **sizes: f"bytearray({compose_bytes(choices, **sizes)})",
    ),
    memoryview: Domain(
        [
            *("memoryview(b'a')", "memoryview(b'')", "memoryview(bytearray(b'ab'))"),
            *("memoryview(b'abcd')[::2]", "memoryview(b'abcd')[::-1]"),
            *("memoryview(array('d', [1.0, -0.0]))", "memoryview(b'abcd').cast('h')"),
        ],
        ["'a'", "None"],
        compose=lambda choices: f"memoryview({compose_bytes(choices)})",
    ),
    range: Domain(["range(3)", "range(0)", "range(5, 0, -2)", "range(2**64, 2**64 + 2)"], ["3"]),
    slice: Domain(
        [
            *("slice(1)", "slice(None)", "slice(1, -1)", "slice(None, None, -1)"),
            *("slice(-2**64, 2**64)", "slice(None, None, 2)", "slice(5, 1)"),
        ],
        ["3", "None"],
        ["slice(None, None, 0)", "slice('a')"],
    ),
    NoneType: Domain(["None"], ["0", "False", "''"]),
    None: Domain(["None"], ["0", "False", "''"]),
    EllipsisType: Domain(["..."], ["None"]),
    type: Domain(["int", "str", "Str", "bool", "list", "ValueError", "object"], ["None", "1"]),
    Hashable: Domain(KEYS, UNHASHABLE, slots=KEY_SLOTS),
    Sized: Domain(["[1]", "''", "{}", "'ab'", "range(3)"], _NOTHING[:2], _MISFITS[14:16]),
    typing.SupportsIndex: Domain(
        [*INTS, "True", "Having(index=2)", "Numeric(1)"],
        ["1.0", "'1'", "None"],
        [
            *("Having(index=ValueError('index'))", "Having(index='no number')"),
            *("Having(index=10**30)", "Having(index=-1)", "Having(index=lambda: {reenter})"),
        ],
        compose=compose_int,
    ),
    typing.SupportsInt: Domain([*INTS, "1.5", "True", "Numeric(1)", "Having(int=2)"], ["None"]),
    typing.SupportsFloat: Domain([*FLOATS, "True", "Numeric(1)", "Having(float=2.5)"], ["None"]),
    object: Domain(
        VALUES, risky=_MISFITS, slots=VALUE_SLOTS + KEY_SLOTS, compose=_any, kinds=_KINDS
    ),
    Any: Domain(VALUES, risky=_MISFITS, slots=VALUE_SLOTS, compose=_any, kinds=_KINDS),
}
"""By the annotation."""
