"""Lines of Python that are run on both sides of a pair, and how each is taken apart.

The operands of a line's outermost expression are evaluated on their own, so that they can be
compared with each other afterwards: a call may change its arguments.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.compare.outcome import SCRIPT, Outcome, capture

if TYPE_CHECKING:
    from types import CodeType

__all__ = ["Line", "Template", "parse", "split"]

__passes_calls_on__ = True

_FUNCTIONS = {
    "abs": "__abs__", "bool": "__bool__", "bytes": "__bytes__", "float": "__float__",
    "hash": "__hash__", "int": "__int__", "iter": "__iter__", "len": "__len__",
    "list": "__iter__", "next": "__next__", "repr": "__repr__", "reversed": "__reversed__",
    "str": "__str__",
}  # fmt: skip
"""The special method that a built-in function calls."""

_SUBSCRIPTS = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}

_COMPARISONS = {
    ast.In: "__contains__", ast.NotIn: "__contains__", ast.Eq: "__eq__", ast.NotEq: "__ne__",
    ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One statement, ready to run."""

    text: str
    operation: str | None
    """The operation it performs, by its name in the contract; what is called by name alone, a class
    or a function, is named as itself."""
    subject: str | None
    """The name of what the operation is performed on."""
    operands: tuple[tuple[str, CodeType], ...]
    """What is evaluated first, under which name."""
    code: CodeType
    target: str | None
    """The name that its value is given; None for none."""

    def run(self, names: dict[str, Any]) -> Outcome:
        """Run it among `names` and return what it did; operands stay there."""
        outcome = capture(self._evaluate, names)
        if self.target is not None and outcome.raised is None:
            names[self.target] = outcome.value
        return outcome

    def _evaluate(self, names: dict[str, Any]) -> Any:
        for name, _ in self.operands:
            names.pop(name, None)
        for name, code in self.operands:
            names[name] = eval(code, names)  # noqa: S307  # a script is code
        return eval(self.code, names)  # noqa: S307  # a script is code


class Template:
    """A line with places, ``{0}``, ``{1}``, …, that are filled with expressions.

    Many calls differ in these alone: all but they is taken apart once.
    """

    def __init__(self, pattern: str, size: int) -> None:
        self._pattern = pattern
        self._names = [f"argument{index}" for index in range(1, size + 1)]
        self._line = parse(pattern.format(*self._names), whole=True)

    def filled(self, texts: list[str]) -> Line:
        """Return the line with `texts` in its places."""
        line = self._line
        operands = tuple(
            (name, _compiled(text)) for name, text in zip(self._names, texts, strict=True)
        )
        text = self._pattern.format(*texts)
        return Line(text, line.operation, line.subject, operands, line.code, line.target)


@lru_cache(maxsize=1 << 16)
def _compiled(text: str) -> CodeType:
    return compile(text, SCRIPT, "eval")


def split(text: str, source: str) -> list[str]:
    """Return the statements of a script, one text each, without comments.

    Raises `UsageError`, naming `source`, for what is not Python.
    """
    try:
        return [ast.unparse(statement) for statement in ast.parse(text).body]
    except SyntaxError as error:
        message = f"{source} is not a script: {error}"
        raise UsageError(message) from error


@lru_cache(maxsize=1 << 16)
def parse(text: str, *, whole: bool = False) -> Line:
    """Take the statement `text` apart; its operands stay where they are if it is taken `whole`."""
    (statement,) = ast.parse(text).body
    target = None
    if isinstance(statement, ast.Expr):
        value: ast.expr = statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        target, value = statement.targets[0].id, statement.value
    else:
        return _statement(text, statement, whole=whole)
    operation, subject = _operation(value)
    operands = _Operands(whole=whole)
    operands.take_from(value)
    code = compile(ast.Expression(value), SCRIPT, "eval")
    return Line(text, operation, subject, operands.compiled(), code, target)


def _statement(text: str, statement: ast.stmt, *, whole: bool) -> Line:
    operands = _Operands(whole=whole)
    operation = subject = None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        operation, subject = _operation(statement.targets[0])
        operands.take_from(statement.targets[0])
        statement.value = operands.take(statement.value)
    elif isinstance(statement, ast.Delete):
        operation, subject = _operation(statement.targets[0])
        operands.take_from(statement.targets[0])
    code = compile(ast.Module([statement], []), SCRIPT, "exec")
    return Line(text, operation, subject, operands.compiled(), code, None)


def _operation(  # noqa: PLR0911  # one for each kind
    node: ast.expr,
) -> tuple[str | None, str | None]:
    """Return the operation that an expression performs, and the name of what it performs it on."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=subject)):
            return name, _name(subject)
        case ast.Call(func=ast.Name(id=name), args=[subject, *_]) if name in _FUNCTIONS:
            return _FUNCTIONS[name], _name(subject)
        case ast.Call(func=ast.Name(id=name)):
            return name, name
        case ast.Attribute(attr=name, value=subject):
            return name, _name(subject)
        case ast.Subscript(ctx=context, value=subject):
            return _SUBSCRIPTS[type(context)], _name(subject)
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            subject = right if isinstance(comparison, ast.In | ast.NotIn) else left
            return _COMPARISONS.get(type(comparison)), _name(subject)
    return None, None


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


class _Operands:
    """Replaces operands by names, and remembers what the names stand for."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._taken: list[ast.expr] = []

    def take(self, node: ast.expr) -> ast.expr:
        if self._whole or isinstance(node, ast.Starred):
            return node
        self._taken.append(node)
        name = ast.Name(f"argument{len(self._taken)}", ast.Load())
        return ast.copy_location(name, node)

    def take_from(self, node: ast.expr) -> None:
        match node:
            case ast.Call():
                node.args = [self.take(item) for item in node.args]
                for keyword in node.keywords:
                    keyword.value = self.take(keyword.value)
            case ast.Subscript():
                node.slice = self.take(node.slice)
            case ast.Compare(ops=[ast.In() | ast.NotIn()]):
                node.left = self.take(node.left)
            case ast.Compare():
                node.comparators = [self.take(item) for item in node.comparators]

    def compiled(self) -> tuple[tuple[str, CodeType], ...]:
        return tuple(
            (f"argument{index}", compile(ast.Expression(node), SCRIPT, "eval"))
            for index, node in enumerate(self._taken, 1)
        )
