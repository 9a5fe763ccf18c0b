"""Lines of Python that run on both sides of a pair, and their parsing.

The operands of a line's outermost expression are evaluated separately, so that they can be compared
afterwards: a call may change its arguments. A line that awaits is separated further, because the
call and the await may each raise.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import lru_cache
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.compare.outcome import SCRIPT, Outcome, capture
from agent.porting.script.operators import operand_of, operation_of

if TYPE_CHECKING:
    from types import CodeType

__all__ = ["CONTROLS", "Line", "Template", "parse", "split"]

__passes_calls_on__ = True

_FUNCTIONS = {
    "abs": "__abs__", "bool": "__bool__", "bytes": "__bytes__", "float": "__float__",
    "hash": "__hash__", "int": "__int__", "iter": "__iter__", "len": "__len__",
    "list": "__iter__", "next": "__next__", "repr": "__repr__", "reversed": "__reversed__",
    "str": "__str__", "exhaust": "__iter__", "aiter": "__aiter__", "anext": "__anext__",
    "enter": "__aenter__", "leave": "__aexit__",
}  # fmt: skip
"""The special method that a built-in function calls."""

_WORDS = frozenset({"anext", "drain", "enter", "gather", "leave", "start", "through", "within"})
"""Names that continue an asynchronous operation; see `agent.porting.script.asynchronous`."""

CONTROLS = frozenset({"cancel", "finish", "settle", "sleep", "turns"})
"""Names that control the event loop."""

_CALLED = "called"
"""The name of a call's result while it is awaited."""

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
    """The operation it performs, by its name in the contract; a class or function called by name
    keeps its name."""
    subject: str | None
    """The name of the object that the operation is called on."""
    operands: tuple[tuple[str, CodeType], ...]
    """The operands that are evaluated first, by name."""
    code: CodeType
    target: str | None
    """The name that its value is bound to, or None."""
    awaits: bool = False
    """Whether the result of `code` is then awaited."""
    word: str | None = None
    """The word that carries the operation on, ``drain`` for example; a control of the loop, such as
    ``turns``, is its own."""
    then: CodeType | None = None
    """Returns the awaitable for the result of `code`; None if the result itself is awaited."""
    calls: tuple[tuple[str | None, str | None], ...] = ()
    """The concurrent operations, each with its subject."""
    each: tuple[CodeType, ...] = ()
    """The code of each concurrent call, run in order instead of `code`."""

    def run(self, names: dict[str, Any]) -> Outcome:
        """Run the line among `names`, keep its operands there, and return the outcome.

        For a line that awaits, this is the outcome of the call; `awaitable` returns what to await.
        """
        outcome = capture(self.evaluate, names)
        if self.target is not None and outcome.raised is None and not self.awaits:
            names[self.target] = outcome.value
        return outcome

    def awaitable(self, names: dict[str, Any], called: Any) -> Any:
        """Return what to await if the call returned `called`."""
        if self.then is None:
            return called
        return eval(self.then, names | {_CALLED: called})  # noqa: S307  # a script is code

    def evaluate(self, names: dict[str, Any]) -> Any:
        """Return the value of the line, or what it calls; keep its operands among `names`."""
        for name, _ in self.operands:
            names.pop(name, None)
        for name, code in self.operands:
            names[name] = eval(code, names)  # noqa: S307  # a script is code
        if not self.each:
            return eval(self.code, names)  # noqa: S307  # a script is code
        called: list[Any] = []
        try:
            for code in self.each:
                called.append(eval(code, names))  # noqa: S307, PERF401  # one may raise
        except BaseException:
            for each in called:
                if isinstance(each, CoroutineType):
                    each.close()  # it will not be awaited
            raise
        return called


class Template:
    """A line with placeholders ``{0}``, ``{1}``, … for expressions.

    Many calls differ only in these; the rest is parsed once.
    """

    def __init__(self, pattern: str, size: int) -> None:
        self._pattern = pattern
        self._names = [f"argument{index}" for index in range(1, size + 1)]
        example = pattern.format(*self._names)
        self._line = parse(example, whole=True)
        self._encloses = _is_operator(example)

    def filled(self, texts: list[str]) -> Line:
        """Return the line with `texts` in its placeholders."""
        line = self._line
        operands = tuple(
            (name, _compiled(text)) for name, text in zip(self._names, texts, strict=True)
        )
        written = map(_enclosed, texts) if self._encloses else texts
        return replace(line, text=self._pattern.format(*written), operands=operands)


def _is_operator(text: str) -> bool:
    """Return whether the outermost expression is an operator, which may split its operands."""
    (statement,) = ast.parse(text).body
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr | ast.Assign) and isinstance(
        value, ast.BinOp | ast.UnaryOp | ast.Compare
    )


@lru_cache(maxsize=1 << 16)
def _enclosed(text: str) -> str:
    """Return an expression in parentheses, unless it is one that nothing can split."""
    node = ast.parse(text, mode="eval").body
    split = ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.IfExp | ast.Lambda
    return f"({text})" if isinstance(node, split) else text


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
    """Parse the statement `text`; with `whole`, its operands are not separated."""
    (statement,) = ast.parse(text).body
    target = None
    if isinstance(statement, ast.Expr):
        value: ast.expr = statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        target, value = statement.targets[0].id, statement.value
    else:
        return _statement(text, statement, whole=whole)
    operands = _Operands(whole=whole)
    if isinstance(value, ast.Await):
        return _awaiting(text, value.value, target, operands)
    called = _carried_on(value, {"start"})
    operation, subject = _operation(called)
    operands.take_from(called)
    return Line(
        text, operation, subject, operands.compiled(), _code(value), target, word=_word(value)
    )


def _awaiting(text: str, awaited: ast.expr, target: str | None, operands: _Operands) -> Line:
    """Parse a line that awaits: the operation is called first, then its result is awaited."""
    word = _word(awaited)
    then = None
    called = awaited
    codes: tuple[CodeType, ...] = ()
    if word == "gather" and isinstance(awaited, ast.Call):
        for each in awaited.args:
            operands.take_from(each)
        calls = tuple(map(_operation, awaited.args))
        codes = tuple(map(_code, awaited.args))
        then = _compiled(f"gather(*{_CALLED})")
        operation, subject = calls[0] if calls else (None, None)
    else:
        calls = ()
        called = _carried_on(awaited, {"drain", "through", "within"})
        operation, subject = _operation(called)
        if isinstance(called, ast.Name):  # a task, or a stream
            subject = called.id
        operands.take_from(called)
        if called is not awaited:
            code = _code(called)  # before it is replaced
            _replace(awaited, called, ast.Name(_CALLED, ast.Load()))
            then = _code(awaited)
            return Line(
                text, operation, subject, operands.compiled(), code, target,
                awaits=True, word=word, then=then,
            )  # fmt: skip
    return Line(
        text, operation, subject, operands.compiled(), _code(called), target,
        awaits=True, word=word, then=then, calls=calls, each=codes,
    )  # fmt: skip


def _carried_on(node: ast.expr, words: set[str]) -> ast.expr:
    """Return the call that one of `words` continues, or else `node` itself."""
    match node:
        case ast.Call(func=ast.Name(id=word), args=[*_, ast.Call() | ast.Name() as last]) if (
            word in words
        ):
            return last
    return node


def _replace(call: ast.expr, old: ast.expr, new: ast.expr) -> None:
    if isinstance(call, ast.Call):
        call.args = [new if each is old else each for each in call.args]


def _word(node: ast.expr) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id=word)) if word in _WORDS or word in CONTROLS:
            return word
    return None


def _code(node: ast.expr) -> CodeType:
    return compile(ast.fix_missing_locations(ast.Expression(node)), SCRIPT, "eval")


def _statement(text: str, statement: ast.stmt, *, whole: bool) -> Line:
    operands = _Operands(whole=whole)
    operation = subject = None
    if isinstance(statement, ast.AugAssign):
        operation, subject = _operation(statement)
        operands.take_from(statement)
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        operation, subject = _operation(statement.targets[0])
        operands.take_from(statement.targets[0])
        statement.value = operands.take(statement.value)
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Attribute):
        attribute, subject = _operation(statement.targets[0])
        operation = f"{attribute}="
        statement.value = operands.take(statement.value)
    elif isinstance(statement, ast.Delete):
        operation, subject = _operation(statement.targets[0])
        if isinstance(statement.targets[0], ast.Attribute):
            operation = f"del {operation}"
        operands.take_from(statement.targets[0])
    code = compile(ast.Module([statement], []), SCRIPT, "exec")
    return Line(text, operation, subject, operands.compiled(), code, None)


def _operation(  # noqa: PLR0911  # one for each kind
    node: ast.expr | ast.AugAssign,
) -> tuple[str | None, str | None]:
    """Return the operation that an expression performs, and the name of its object."""
    operator = operation_of(node)
    if operator is not None:
        return operator[0], _name(operator[1])
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
    """Replaces operands by names, and records the operands."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._taken: list[ast.expr] = []

    def take(self, node: ast.expr) -> ast.expr:
        if self._whole or isinstance(node, ast.Starred):
            return node
        self._taken.append(node)
        name = ast.Name(f"argument{len(self._taken)}", ast.Load())
        return ast.copy_location(name, node)

    def take_from(self, node: ast.expr | ast.AugAssign) -> None:
        operand = operand_of(node)
        if operand is not None:
            setattr(node, operand[0], self.take(operand[1]))
            return
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
