"""Large and deep values, written as short expressions: ``'ab' * 4097``, ``nested(100000, [1])``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.porting.script.literals import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Growth", "growths"]

_PAIRS = ("()", "[]", "{}", "<>")

_DISTINCT: dict[type, str] = {int: "range({n})", str: "map(str, range({n}))"}
"""Items that all differ, by the class of the first one."""

_BREAKING = 1_025
"""Levels beyond which what is hashed ends the process: Python's own tuples do not count calls."""


@dataclass(frozen=True)
class Growth:
    """A way to write a value of any size."""

    write: Callable[[int], str]
    """Returns the expression of a value with so many letters, items or levels, or a few more."""
    deep: bool = False
    """Whether levels count, not letters and items."""
    deepest: int | None = None
    """The most levels to write; None for any number."""


def growths(value: Any, words: Sequence[Any] = ()) -> Iterator[Growth]:
    """Yield ways to let a value of a built-in class grow, the plainest first.

    Args:
        value: what grows; a class that has no size gives none.
        words: texts or bytes that the program knows, which are repeated or come at the end.
    """
    kind = type(value)
    if kind in {str, bytes}:
        yield from _of_texts(value, [each for each in words if type(each) is kind and each])
    elif kind in {list, tuple}:
        yield from _of_items(value)
    elif kind is dict:
        yield from _of_pairs(value)
    elif kind in {set, frozenset}:
        yield Growth(lambda size: f"{kind.__name__}(range({size}))")


def _of_texts(value: Any, words: list[Any]) -> Iterator[Growth]:
    plain = "a" if type(value) is str else b"a"
    yield _repeated(value or plain)
    if type(value) is str:
        yield Growth(lambda size: f"''.join(map(chr, range({size})))")
        yield _repeated("\xe9")
        pair = _bracketed(value)
        if pair is not None:
            head, inside, tail = map(ascii, pair)
            yield Growth(lambda size: f"{head} * {size} + {inside} + {tail} * {size}", deep=True)
    else:
        yield Growth(lambda size: f"(bytes(range(256)) * {-(-size // 256)})[:{size}]")
    for word in words:
        yield _repeated(word)
        yield Growth(lambda size, end=word: f"{plain!a} * {size} + {end!a}")  # type: ignore[misc]


def _repeated(piece: Any) -> Growth:
    return Growth(lambda size: f"{piece!a} * {-(-size // len(piece))}")


def _bracketed(text: str) -> tuple[str, str, str] | None:
    """Return what is up to a bracket, within it and its partner, and from there on."""
    for pair in _PAIRS:
        opening, closing = pair[0], pair[1]
        first, last = text.find(opening), text.rfind(closing)
        if 0 <= first < last:
            return text[: first + 1], text[first + 1 : last], text[last:]
    return None


def _of_items(value: Any) -> Iterator[Growth]:
    kind = type(value)
    text = literal(value or kind([0]))
    if text is not None:
        yield Growth(lambda size: f"{text} * {-(-size // max(1, len(value)))}")
    first = value[0] if value else 0
    items = _DISTINCT.get(type(first))
    if items is not None:
        yield Growth(lambda size: f"{kind.__name__}({items.format(n=size)})")
    if type(first) in {str, bytes}:
        shape = "[{}]" if kind is list else "({},)"
        yield _inner(first, shape)
    yield from _nested(value or kind([0]))


def _of_pairs(value: dict[Any, Any]) -> Iterator[Growth]:
    key, item = next(iter(value.items()), ("a", 0))
    keys, text = _DISTINCT.get(type(key)), literal(item)
    if keys is not None and text is not None:
        yield Growth(lambda size: f"dict.fromkeys({keys.format(n=size)}, {text})")
    if type(item) in {str, bytes}:
        yield _inner(item, f"{{{{{literal(key)}: {{}}}}}}")
    if type(key) is str and text is not None:
        yield Growth(lambda size: f"{{'a' * {size}: {text}}}")
    yield from _nested(value or {"a": 0})


def _inner(item: Any, shape: str) -> Growth:
    """Return the growth of a text within a container of that shape."""
    within = _repeated(item or type(item)(b"a" if type(item) is bytes else "a"))
    return Growth(lambda size: shape.format(within.write(size)))


def _nested(value: Any) -> Iterator[Growth]:
    text = literal(value)
    deepest = _BREAKING if type(value) is tuple else None
    if text is not None:
        yield Growth(lambda size: f"nested({size}, {text})", deep=True, deepest=deepest)
