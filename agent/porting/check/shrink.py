"""Shrinks a script as long as it still shows its difference."""

from __future__ import annotations

import ast
import copy
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from agent.porting.script.environment import sets_environment

__all__ = ["shrunk"]

_SECONDS = 10.0
"""Longest that a script is worked on: a short one that is there at once beats the shortest."""

_LEAST = 0.5
"""Seconds for which it is worked on in any case."""

_CHARACTERS = 24
"""A text up to this size is also tried without each of its characters."""

_LISTS = frozenset({"args", "elts", "keys", "keywords"})
"""Fields of expressions that may do with fewer elements."""

_PARTS = (2, 4, 16, 256, 4096)
"""What is taken off a number: of a large one, its least that shows it is near soon."""

_SIZE = re.compile(r"\d{3,}")
"""A number that is as simple as another of that many digits."""

_SIMPLE = frozenset("a01 '\"()[]{},.=:")


Redraws = Callable[[str], Iterator[str] | None]
"""Gives simpler draws of the strategy that gave an expression; None for what no strategy gave."""


def no_draws(_: str) -> None:
    """Say that nothing was drawn from a strategy."""


def shrunk(
    lines: list[str],
    shows: Callable[[list[str]], bool],
    deadline: float = float("inf"),
    redraws: Redraws = no_draws,
) -> list[str]:
    """Return fewer and simpler lines that `shows` accepts; at best the same, if none are.

    The last line is what shows it, so it stays the last. Less is tried when the `deadline`, in the
    seconds of `time.monotonic`, is near. What `redraws` says was drawn from a strategy is replaced
    by simpler draws of that strategy alone.
    """
    now = time.monotonic()
    deadline = min(now + _SECONDS, max(deadline, now + _LEAST))
    done = False
    while not done and time.monotonic() < deadline:
        before = lines
        lines = _fewer(lines, shows, deadline)
        lines = _simpler(lines, shows, deadline, redraws)
        done = lines == before
    return lines


def _fewer(lines: list[str], shows: Callable[[list[str]], bool], deadline: float) -> list[str]:
    """Leave out lines, many at once while that goes well."""
    size = max(1, len(lines) // 2)
    while True:
        end = len(lines) - 1
        while end > 0 and time.monotonic() < deadline:
            start = max(0, end - size)
            fewer = lines[:start] + lines[end:]
            if shows(fewer):
                lines = fewer
            end = start
        if size == 1:
            return lines
        size //= 2


def _simpler(
    lines: list[str], shows: Callable[[list[str]], bool], deadline: float, redraws: Redraws
) -> list[str]:
    """Put simpler expressions in the place of those in each line, the last line's first."""
    for index in reversed(range(len(lines))):
        again = True
        while again and time.monotonic() < deadline:
            again = False
            for text in _variants(lines[index], redraws):
                if _weight(text) >= _weight(lines[index]):
                    continue
                if time.monotonic() >= deadline:
                    return lines
                tried = [*lines[:index], text, *lines[index + 1 :]]
                if shows(tried):
                    lines = tried
                    again = True
                    break
    return lines


def _weight(text: str) -> tuple[int, int, str]:
    odd = sum(each not in _SIMPLE for each in _SIZE.sub("000", text))
    return len(text), odd, text


def _variants(line: str, redraws: Redraws) -> Iterator[str]:
    """Yield `line` with one of its operands replaced by a simpler one, or left out."""
    (statement,) = ast.parse(line).body
    if sets_environment(line):
        yield from _fewer_settings(statement)
        return
    for holder, name, index in _places(statement, redraws):
        held = getattr(holder, name)
        if index is None:
            for simpler in _replacements(held, redraws):
                yield _with(statement, holder, {name: simpler})
            continue
        for simpler in _replacements(held[index], redraws):
            yield _with(statement, holder, {name: [*held[:index], simpler, *held[index + 1 :]]})
        shorter = {name: held[:index] + held[index + 1 :]}
        if isinstance(holder, ast.Dict):
            shorter = {
                part: [each for at, each in enumerate(getattr(holder, part)) if at != index]
                for part in ("keys", "values")
            }
        if name in _LISTS:
            yield _with(statement, holder, shorter)


def _fewer_settings(statement: ast.stmt) -> Iterator[str]:
    """Yield the line without one of its settings; the others stay as they were drawn."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        for setting in call.keywords:
            others = [each for each in call.keywords if each is not setting]
            yield _with(statement, call, {"keywords": others})


def _places(statement: ast.stmt, redraws: Redraws) -> list[tuple[ast.AST, str, int | None]]:
    """Return the places of replaceable expressions: the holder, the field, the index.

    What the statement does is left as it is, and what a strategy drew is not taken apart.
    """
    places: list[tuple[ast.AST, str, int | None]] = []
    for holder in _outside_draws(statement, redraws):
        for name, value in ast.iter_fields(holder):
            if isinstance(value, list):
                places += [(holder, name, index) for index in range(len(value))]
            elif isinstance(value, ast.expr) and not (
                holder is statement and isinstance(value, ast.Call | ast.Subscript | ast.Compare)
            ):
                places.append((holder, name, None))
    return [place for place in places if place[1] not in {"body", "targets", "ops"}]


def _outside_draws(statement: ast.stmt, redraws: Redraws) -> Iterator[ast.AST]:
    """Yield the nodes of a statement, level by level, but for those of draws."""
    waiting: deque[ast.AST] = deque([statement])
    while waiting:
        node = waiting.popleft()
        if _redraws_of(node, redraws) is None:
            waiting.extend(ast.iter_child_nodes(node))
            yield node


def _redraws_of(node: ast.AST, redraws: Redraws) -> Iterator[str] | None:
    if redraws is no_draws or not isinstance(node, ast.expr):
        return None
    return redraws(ast.unparse(node))


def _replacements(node: ast.AST, redraws: Redraws) -> Iterator[ast.expr]:
    """Yield what may do in the place of `node`: of a draw, simpler draws."""
    again = _redraws_of(node, redraws)
    if again is None:
        yield from _simplified(node)
        return
    for text in again:
        yield ast.parse(text, mode="eval").body


def _with(statement: ast.stmt, holder: ast.AST, changes: dict[str, Any]) -> str:
    """Return the text of `statement` with changed fields of `holder`, a part of it."""
    saved = {name: getattr(holder, name) for name in changes}
    vars(holder).update(changes)
    try:
        return ast.unparse(statement)
    finally:
        vars(holder).update(saved)


def _simplified(node: ast.AST) -> Iterator[ast.expr]:
    """Yield simpler expressions that may do in the place of `node`, the simplest first."""
    match node:
        case ast.Constant(value=value):
            yield from map(ast.Constant, _values(value))
        case ast.UnaryOp(operand=inner):
            yield inner
            for simpler in _simplified(inner):
                yield ast.UnaryOp(node.op, simpler)
        case ast.BinOp(left=left, right=right):
            yield left
            yield right
        case ast.Call(args=parts):
            yield from (part for part in parts if not isinstance(part, ast.Starred))
        case ast.Dict(values=parts):
            yield from parts
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            yield from parts
            half = len(parts) // 2
            for some in (parts[:half], parts[half:]) if half > 1 else ():
                shorter = copy.copy(node)
                shorter.elts = some
                yield shorter


def _values(value: Any) -> Iterator[Any]:
    if type(value) is int:
        parts = (value // part for part in _PARTS)
        some = (0, 1, 2, *(value - part for part in parts if part), value - 1)
        yield from (simpler for simpler in some if simpler < value)
    elif type(value) is float:
        yield from (0.0, 1.0)
    elif type(value) in {str, bytes}:
        yield from _texts(value, type(value)("a" if type(value) is str else b"a"))


def _texts(text: Any, plain: Any) -> Iterator[Any]:
    half = len(text) // 2
    yield from (text[:0], plain, text[:half], text[half:])
    if len(text) > _CHARACTERS:
        return
    for index in range(len(text)):
        yield text[:index] + text[index + 1 :]
    for index in range(len(text)):
        yield text[:index] + plain + text[index + 1 :]
