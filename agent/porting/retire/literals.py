"""Values written as Python expressions that evaluate to the identical value, bit for bit."""

from __future__ import annotations

from math import isinf, isnan
from typing import Any

__all__ = ["literal"]

_PLAIN: set[type] = {type(None), bool, int, str, bytes}
_AROUND: dict[type, str] = {
    tuple: "(%s)", list: "[%s]", dict: "{%s}", set: "set([%s])", frozenset: "frozenset([%s])",
}  # fmt: skip


def literal(value: Any) -> str | None:
    """Return an expression for `value`, or None.

    It consists of literals, ``inf``, ``nan``, ``set`` and ``frozenset``. Objects that occur several
    times, or contain themselves, have no such expression.
    """
    return _Writer().write(value)


class _Writer:
    def __init__(self) -> None:
        self._met: set[int] = set()

    def write(self, value: Any) -> str | None:
        kind = type(value)
        if kind in _PLAIN:
            return repr(value)
        if kind is float:
            sign = "-" if str(value).startswith("-") else ""
            return f"{sign}inf" if isinf(value) else "nan" if isnan(value) else repr(value)
        if kind not in _AROUND or id(value) in self._met:
            return None
        if kind not in {tuple, frozenset}:  # equal ones may be one object
            self._met.add(id(value))
        if kind is dict:
            texts = [self._pair(*item) for item in value.items()]
        else:
            texts = [self.write(item) for item in value]
        if None in texts:
            return None
        known = [text for text in texts if text is not None]
        if kind in {set, frozenset}:
            known.sort()
        pattern = _AROUND[kind]
        if kind is tuple and len(known) == 1:
            pattern = "(%s,)"
        return pattern % ", ".join(known)

    def _pair(self, key: Any, value: Any) -> str | None:
        texts = self.write(key), self.write(value)
        return None if None in texts else f"{texts[0]}: {texts[1]}"
