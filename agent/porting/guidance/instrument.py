"""Rewrites the source of a module so that its functions tell what they compare and where they go.

Each decision gets a number. The rewritten code calls a `Tracer`, by a name among the built-in ones;
it does what the original does, with an extra frame around what is watched.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

__all__ = ["TRACER", "WATCHED", "Branch", "Instrumented", "instrument"]

TRACER = "__agent_tracer__"
"""The built-in name of the tracer in rewritten code."""

WATCHED = frozenset({
    "count", "endswith", "find", "fullmatch", "get", "index", "isalnum", "isalpha", "isascii",
    "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper",
    "match", "partition", "pop", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rpartition", "rsplit", "search", "setdefault", "split", "startswith",
})  # fmt: skip
"""Methods that compare what they belong to with their arguments, or tell of what kind it is."""

_CONVERSIONS = frozenset({"float", "int"})
"""Functions that refuse most texts."""

_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
    ast.In: "in_", ast.NotIn: "not_in",
}  # fmt: skip
"""The comparisons that are watched, and the tracer's method for each."""


@dataclass(frozen=True)
class Branch:
    """One way that a decision may go."""

    line: int
    way: str
    """``"taken"``, ``"true"`` or ``"false"``."""
    function: int
    """The first line of the function it belongs to, a decorator's if it has some."""
    inner: bool = False
    """Whether it is a condition within an expression, where no other code runs for it."""


@dataclass(frozen=True)
class Instrumented:
    """The rewritten source of a module."""

    tree: ast.Module
    branches: list[Branch]
    """By their numbers, from the first one given."""


def instrument(source: bytes, first: int = 0) -> Instrumented:
    """Rewrite the source of a module; its branches are numbered from `first` on.

    Raises `SyntaxError` for what is not Python.
    """
    rewriter = _Rewriter(first)
    tree = rewriter.visit(ast.parse(source))
    return Instrumented(ast.fix_missing_locations(tree), rewriter.branches)


class _Rewriter(ast.NodeTransformer):
    """Rewrites function bodies; what runs when a module is imported stays as it is."""

    def __init__(self, first: int) -> None:
        self.branches: list[Branch] = []
        self._first = first
        self._functions: list[int] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        """Rewrite the body; decorators, defaults and annotations belong to what is around it."""
        self._functions.append(min([node.lineno, *(each.lineno for each in node.decorator_list)]))
        documented = ast.get_docstring(node, clean=False) is not None
        body = [self._reached(node.body[0]), *self._all(node.body[documented:])]
        node.body = node.body[:documented] + body
        self._functions.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._functions.append(node.lineno)
        node.body = self.visit(node.body)
        self._functions.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._deciding(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._deciding(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._deciding(node)

    def _deciding(self, node: ast.If | ast.While | ast.IfExp) -> ast.AST:
        constant = isinstance(node.test, ast.Constant)  # `while True` decides nothing
        self.generic_visit(node)
        if self._functions and not constant:
            node.test = self._decision(node.test)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        if self._functions:
            node.ifs = [self._decision(test) for test in node.ifs]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._functions:
            node.values = [self._decision(each, inner=True) for each in node.values]
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._entered(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self._entered(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        return self._entered(node)

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.guard = None if node.guard is None else self.visit(node.guard)
        if node.guard is not None and self._functions:
            node.guard = self._decision(node.guard)
        node.body = self._all(node.body)
        if self._functions:
            node.body.insert(0, self._reached(node.body[0]))
        return node

    def _entered(self, node: ast.For | ast.AsyncFor | ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if self._functions:
            node.body.insert(0, self._reached(node.body[0]))
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        constants = [
            each.value
            for case in node.cases
            for each in ast.walk(case.pattern)
            if isinstance(each, ast.MatchValue)
        ]
        self.generic_visit(node)
        if self._functions and constants:
            values = ast.Tuple(constants, ast.Load())
            node.subject = _asked("matched", node.subject, values)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        name = _OPERATORS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if not self._functions:
            return node
        if name is not None:
            asked = _asked(name, node.left, node.comparators[0])
            return self._decision(ast.copy_location(asked, node), inner=True)
        if all(
            type(each) in _OPERATORS for each in node.ops
        ):  # each link is compared with the next
            names = [_OPERATORS[type(each)] for each in node.ops]
            node.left = _asked("first", node.left)
            node.comparators = [
                _asked("next", ast.Constant(each), value)
                for each, value in zip(names, node.comparators, strict=True)
            ]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self._functions and isinstance(node.func, ast.Attribute) and node.func.attr in WATCHED:
            name = ast.Constant(node.func.attr)
            asked = _asked("called", node.func.value, name, *node.args)
            asked.keywords = node.keywords
            return ast.copy_location(asked, node)
        if self._functions and isinstance(node.func, ast.Name) and node.func.id in _CONVERSIONS:
            asked = _asked("converted", node.func, *node.args)
            asked.keywords = node.keywords
            return ast.copy_location(asked, node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        plain = isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice | ast.Tuple)
        if self._functions and plain:
            return ast.copy_location(_asked("item", node.value, node.slice), node)
        return node

    def _all(self, nodes: list[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(node) for node in nodes]

    def _number(self, node: ast.AST, *ways: str, inner: bool = False) -> ast.Constant:
        number = self._first + len(self.branches)
        line, function = getattr(node, "lineno", 0), self._functions[-1]
        self.branches += [Branch(line, way, function, inner) for way in ways]
        return ast.Constant(number)

    def _decision(self, test: ast.expr, *, inner: bool = False) -> ast.expr:
        """Return an expression of the same value that tells whether it is true."""
        number = self._number(test, "true", "false", inner=inner)
        return ast.copy_location(_asked("decided", number, test), test)

    def _reached(self, node: ast.AST) -> ast.stmt:
        return ast.copy_location(ast.Expr(_asked("reached", self._number(node, "taken"))), node)


def _asked(name: str, *arguments: ast.expr) -> ast.Call:
    """Return the call of a method of the tracer."""
    method = ast.Attribute(ast.Name(TRACER, ast.Load()), name, ast.Load())
    return ast.Call(method, list(arguments), [])
