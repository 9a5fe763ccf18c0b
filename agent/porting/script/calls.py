"""Finds the calls of a contract in a script, with the expressions of their arguments."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.porting.script.operators import operand_of, operation_of
from agent.porting.script.statement import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.porting.contract.reader import Contract, OperationSpec, Parameter

__all__ = ["Occurrence", "bound", "observed", "occurrences"]


@dataclass(frozen=True)
class Occurrence:
    """One call in a script."""

    index: int
    """The line, counted from 0."""
    text: str
    label: str
    """The operation as counted: ``get``, ``Counter.inc``; the contract's name for a factory."""
    spec: OperationSpec
    arguments: tuple[tuple[Parameter, str], ...]
    """The expressions by parameter; a variadic parameter may occur several times."""

    def replaced(self, number: int, expression: str) -> str:
        """Return the line with the argument `number`, counted from 0, replaced."""
        statement, nodes = _taken_apart(self.text)
        places = [node for node, _ in nodes]
        target = places[number]
        replacement = ast.parse(expression, mode="eval").body
        return ast.unparse(_Replace(target, replacement).visit(statement))


class _Replace(ast.NodeTransformer):
    """Replaces `node` by `by`."""

    def __init__(self, node: ast.expr, by: ast.expr) -> None:
        self._node = node
        self._by = by

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the replacement of `node`."""
        return self._by if node is self._node else self.generic_visit(node)


def occurrences(lines: Iterable[str], contract: Contract) -> Iterator[Occurrence]:
    """Yield the calls of `contract` and its parts in a script; skip other lines."""
    root = contract.name
    kinds = {root.lower(): root}
    entering: dict[str, str] = {}
    for index, text in enumerate(lines):
        line = parse(text)
        if line.word == "enter" and line.target is not None and line.subject in entering:
            kinds[line.target] = entering[line.subject]
        kind = kinds.get(line.subject or "", root)
        spec = contract.everything[kind].operations.get(line.operation or "")
        label = line.operation if kind == root else f"{kind}.{line.operation}"
        if line.operation == line.subject == (root.lower() if contract.factory is None else root):
            label = root
            spec = contract.factory or contract.operations.get("__call__")
        if spec is None or label is None:
            continue
        made = contract.named_by(spec.makes)
        if line.target is not None and made is not None:
            (kinds if spec.giving == "value" else entering)[line.target] = made
        arguments = tuple(bound(spec, text))
        yield Occurrence(index, text, label, spec, arguments)


def observed(scripts: Iterable[list[str]], contract: Contract) -> dict[str, dict[str, list[str]]]:
    """Return the distinct expressions that `scripts` pass, by operation and parameter."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for lines in scripts:
        for each in occurrences(lines, contract):
            parameters = found.setdefault(each.label, {})
            for parameter, text in each.arguments:
                parameters.setdefault(parameter.name, {})[text] = None
    return {
        label: {name: list(texts) for name, texts in parameters.items()}
        for label, parameters in found.items()
    }


def bound(spec: OperationSpec, text: str) -> Iterator[tuple[Parameter, str]]:
    """Pair the arguments of a line with the parameters of `spec`, as far as they fit."""
    by_name = {parameter.name: parameter for parameter in spec.parameters}
    positions = [part for part in spec.parameters if "POSITIONAL" in part.kind.name]
    for node, name in _shared(text)[1]:
        if isinstance(name, int):
            last = positions[-1] if positions else None
            parameter = positions[name] if name < len(positions) else last
            if name >= len(positions) and (last is None or last.kind is not _MANY):
                return
        else:
            parameter = by_name.get(name) or next(
                (part for part in spec.parameters if part.kind is _NAMED), None
            )
        if parameter is None:
            return
        yield parameter, ast.unparse(node)


_MANY = inspect.Parameter.VAR_POSITIONAL
_NAMED = inspect.Parameter.VAR_KEYWORD

Apart = tuple[ast.stmt, list[tuple[ast.expr, int | str]]]


def _of_operator(node: ast.stmt) -> list[ast.expr] | None:
    """Return the arguments of an operator, or a function that stands for one; None for others."""
    whole: ast.AST = node if isinstance(node, ast.AugAssign) else getattr(node, "value", node)
    operand = operand_of(whole)
    if operand is not None:
        return [operand[1]]
    operator = operation_of(whole)
    if operator is None or not isinstance(whole, ast.Call):
        return None
    return [each for each in whole.args if each is not operator[1]]


def _taken_apart(text: str) -> Apart:
    """Return the statement `text`, and the arguments of its call with their positions or names."""
    (statement,) = ast.parse(text).body
    operands = _of_operator(statement)
    if operands is not None:
        return statement, [(each, index) for index, each in enumerate(operands)]
    return statement, list(_arguments(statement))


_shared = lru_cache(maxsize=1 << 16)(_taken_apart)
"""For inspection only."""


def _arguments(node: ast.AST) -> Iterator[tuple[ast.expr, int | str]]:
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
            yield from [(key, 0), (value, 1)]
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Await(value=value):
            yield from _arguments(value)
        case ast.Delete(targets=[ast.Subscript(slice=key)]) | ast.Subscript(slice=key):
            yield key, 0
        case ast.Call(func=ast.Name(id=name), args=[*_, ast.Call() as value]) if name in _CARRYING:
            yield from _arguments(value)
        case ast.Call(func=ast.Name(id=name)) if name in _BUILT_IN:
            return
        case ast.Call(args=args, keywords=keywords):
            yield from ((each, index) for index, each in enumerate(args))
            yield from ((each.value, each.arg) for each in keywords if each.arg is not None)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], left=left):
            yield left, 0
        case ast.Compare(comparators=[other]):
            yield other, 0


_CARRYING = {"drain", "start", "through", "within"}
"""Names that continue the operation that is their last argument."""

_BUILT_IN = {"abs", "aiter", "anext", "bool", "bytes", "enter", "float", "gather", "hash", "int",
             "iter", "leave", "len", "list", "next", "repr", "reversed", "str"}  # fmt: skip
"""Functions that call a special method of their argument, which is the subject."""
