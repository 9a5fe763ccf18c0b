"""The types that recorded calls pass, as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.script.calls import observed
from agent.porting.script.vocabulary import Journal, Spy, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.contract.reader import Contract

__all__ = ["observed_types", "type_of"]

_PLAIN = {bool, int, float, complex, str, bytes, bytearray, memoryview, range, slice}
_OF_ITEMS = {list, set, frozenset}
_ENOUGH = 4
"""The largest number of distinct types; with more, any object seems to be accepted."""


def observed_types(scripts: Iterable[list[str]], contract: Contract) -> dict[str, dict[str, str]]:
    """Return the annotation that covers what `scripts` pass, by operation and parameter."""
    return {
        label: {name: _union(map(_of_expression, texts)) for name, texts in parameters.items()}
        for label, parameters in observed(scripts, contract).items()
    }


def type_of(value: Any) -> str:  # noqa: PLR0911  # one for each kind
    """Return the annotation that `value` suggests."""
    cls = type(value)
    if value is None:
        return "None"
    if isinstance(value, Spy):
        return "Callable[..., Any]"
    if cls in _PLAIN:
        return cls.__name__
    if cls in _OF_ITEMS:
        return f"{cls.__name__}[{_union(map(type_of, value))}]"
    if cls is tuple:
        return f"tuple[{_union(map(type_of, value))}, ...]"
    if cls is dict:
        return f"dict[{_union(map(type_of, value))}, {_union(map(type_of, value.values()))}]"
    bases = [base.__name__ for base in cls.__mro__ if base in _PLAIN]
    return bases[0] if bases else "Any"


def _of_expression(text: str) -> str:
    try:
        return type_of(eval(text, words(Journal())))  # noqa: S307  # a script is code
    except Exception:  # noqa: BLE001  # an object of the script, or an unknown class
        return "Any"


def _union(types: Iterable[str]) -> str:
    found = sorted(set(types), key=lambda text: (text == "None", text))
    if not found or "Any" in found or len(found) > _ENOUGH:
        return "Any"
    return " | ".join(found)
