"""Calls that took seconds or gigabytes, which are not made again: nor are larger ones like them."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from agent.porting.script.operators import operand_of
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Costs", "costs_of_this_process", "learn_anew"]

_BOUND = re.compile(r"^\w+ = ")

_SMALL = 10.0
"""Sizes below 2 to the power of this are not held responsible for what a call took."""

_OFTEN = 3
"""Costly calls with one argument in common after which it is held responsible."""

_LARGEST = 1e6
"""Powers of two beyond which sizes are not told apart."""


class Costs:
    """What a process has learned about the cost of calls."""

    def __init__(self) -> None:
        self.calls: dict[str, str] = {}
        """What each costly call took, by its text."""
        self._texts: Counter[tuple[str | None, int, str]] = Counter()
        """How many costly calls had an argument, by operation and place."""
        self._sizes: dict[tuple[str | None, int], float] = {}
        """From which size on an argument is costly, by operation and place."""

    def learn(self, line: str, took: str) -> None:
        """Note that the call of a line was costly."""
        call = _BOUND.sub("", line)
        if call in self.calls:
            return
        self.calls[call] = took
        operation = parse(line).operation
        arguments = _arguments(call)
        for place, node in enumerate(arguments):
            self._texts[operation, place, ast.unparse(node)] += 1
        sizes = [_size(node) for node in arguments]
        largest = max(sizes, default=0.0)
        if largest >= _SMALL:
            at = operation, sizes.index(largest)
            self._sizes[at] = min(largest, self._sizes.get(at, math.inf))

    def avoids(self, line: str) -> bool:
        """Return whether a line makes a costly call, or one with an argument that makes it one."""
        if not self.calls:
            return False  # as a rule
        call = _BOUND.sub("", line)
        if call in self.calls:
            return True
        operation = parse(line).operation
        return any(
            self._texts[operation, place, ast.unparse(node)] >= _OFTEN
            or _size(node) >= self._sizes.get((operation, place), math.inf)
            for place, node in enumerate(_arguments(call))
        )


def _arguments(call: str) -> list[ast.expr]:
    """Return the arguments of a call, or what an operator or a subscript takes."""
    (statement,) = ast.parse(call).body
    for node in ast.walk(statement):
        operand = operand_of(node)
        if operand is not None:
            return [operand[1]]
        if isinstance(node, ast.Subscript):
            return [node.slice]
        if isinstance(node, ast.Call):
            return [*node.args, *(each.value for each in node.keywords)]
    return []


def _size(node: ast.expr) -> float:  # noqa: PLR0911  # one for each kind
    """Return the largest number or length that an expression can come to, as a power of two."""
    match node:
        case ast.Constant(value=bool() | None):
            return 0.0
        case ast.Constant(value=int() as number):
            return math.log2(max(1, abs(number)))
        case ast.Constant(value=float() as number) if math.isfinite(number):
            return math.log2(max(1.0, abs(number)))
        case ast.Constant(value=str() | bytes() as text):
            return math.log2(max(1, len(text)))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return min(_LARGEST, _size(left) * math.exp2(min(_size(right), 20.0)))
        case ast.BinOp(left=left, op=ast.LShift(), right=right):
            return min(_LARGEST, _size(left) + math.exp2(min(_size(right), 20.0)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _size(left) + _size(right)
    parts = [_size(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
    return max([math.log2(max(1, len(parts))), *parts])


_here = Costs()


def costs_of_this_process() -> Costs:
    """Return what this process has learned."""
    return _here


def learn_anew(known: Mapping[str, str]) -> Costs:
    """Have this process forget what it has learned, but for what is `known` already."""
    global _here  # noqa: PLW0603  # a process has one
    _here = Costs()
    for line, took in known.items():
        _here.learn(line, took)
    return _here
