"""The use of each parameter in the source of the Python side."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from agent.porting.infer.names import MUTATORS, READERS
from agent.porting.infer.vocabulary import read, written

__all__ = ["Usage", "usage_of"]

_METHODS = {
    "str": (
        "startswith endswith lower upper strip lstrip rstrip split rsplit splitlines encode "
        "casefold isdigit isalpha isspace isalnum title partition rpartition translate zfill"
    ),
    "list[Any]": "append insert sort reverse extend",
    "dict[Any, Any]": "setdefault popitem",
    "Mapping[Any, Any]": "items keys values get",
    "set[Any]": "discard issubset",
    "bytes": "decode hex",
}
_BY_METHOD = {name: text for text, names in _METHODS.items() for name in names.split()}

_OUTSIDE = frozenset(
    [
        "os",
        "subprocess",
        "socket",
        "shutil",
        "requests",
        "urllib",
        "http",
        "open",
        "input",
        "print",
        "sys",
        "time",
        "random",
        "threading",
        "asyncio",
        "tempfile",
        "signal",
        "ctypes",
        "exec",
        "eval",
        "exit",
    ]
)
"""Names whose use means that a function may touch the outside world."""

_ORDER = ["Callable[..., Any]", "str", "list[Any]", "dict[Any, Any]", "Mapping[Any, Any]",
          "set[Any]", "bytes", "isinstance", "int", "Sequence[Any]", "Iterable[Any]"]  # fmt: skip
"""The uses in order of precedence."""


@dataclass
class Usage:
    """The uses found in the source of one function."""

    types: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The type that the use of a parameter suggests, with that use."""
    changed: dict[str, str] = field(default_factory=dict)
    """The use of a parameter that changes its argument."""
    outside: str | None = None
    """A name through which it may touch the outside world, or None."""
    talks: str | None = None
    """The function by which it prints or asks for input, or None."""
    known: bool = False
    """Whether source was available."""


def usage_of(function: Any) -> Usage:
    """Inspect the source of `function`, or of a class's constructor.

    Compiled code has none, nor has a constant, which a member of a class may be as well.
    """
    try:
        hash(function)
    except Exception:  # noqa: BLE001  # a list, say, or a class of the program's own
        return Usage()
    return _usage_of(function)


@lru_cache(maxsize=256)
def _usage_of(function: Any) -> Usage:
    if isinstance(function, type):
        makers = (
            vars(base).get("__init__") or vars(base).get("__new__") for base in function.__mro__
        )
        function = next(maker for maker in makers if maker is not None)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return Usage()
    defined = tree.body[0]
    if not isinstance(defined, ast.FunctionDef):
        return Usage()
    looker = _Looker(
        {argument.arg for argument in ast.walk(defined) if isinstance(argument, ast.arg)}
    )
    looker.visit(defined)
    if defined.name not in READERS:
        looker.changed.pop("self", None)  # as most methods may
    usage = Usage(changed=looker.changed, outside=looker.outside, talks=looker.talks, known=True)
    for name, seen in looker.seen.items():
        best = min(seen, key=_ORDER.index)
        why = seen[best]
        kind = why.partition("isinstance: ")[2] if best == "isinstance" else best
        if best == "isinstance":
            why = "it is tested with isinstance"
        # A subscript or a loop also fits a string.
        usage.types[name] = (f"str | {kind}" if best == "Sequence[Any]" else kind, why)
    return usage


class _Looker(ast.NodeVisitor):
    """Records the uses of some names."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.seen: dict[str, dict[str, str]] = defaultdict(dict)
        self.changed: dict[str, str] = {}
        self.outside: str | None = None
        self.talks: str | None = None

    def note(self, node: ast.expr, text: str, whole: ast.AST) -> None:
        """Record that `whole` uses the name `node` like a value of the type `text`."""
        if isinstance(node, ast.Name) and node.id in self.names:
            self.seen[node.id].setdefault(text, f"its source has {_shown(whole)}")

    def change(self, node: ast.expr, whole: ast.AST) -> None:
        """Record that `whole` changes the argument `node`, or what an attribute of `self` holds."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if (
            isinstance(root, ast.Name)
            and root.id in self.names
            and (root is node or root.id == "self")
        ):
            self.changed.setdefault(root.id, _shown(whole))

    def visit_Name(self, node: ast.Name) -> None:  # ast's own name
        if node.id in _OUTSIDE and node.id not in self.names:
            self.outside = self.outside or node.id

    def visit_Call(self, node: ast.Call) -> None:  # noqa: C901  # one for each kind of call
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[one]):
                self.note(one, "Sequence[Any]", node)
            case ast.Call(
                func=ast.Name(id="iter" | "sorted" | "sum" | "list" | "tuple"), args=[one, *_]
            ):
                self.note(one, "Iterable[Any]", node)
            case ast.Call(func=ast.Name(id="range" | "chr"), args=counts):
                for one in counts:
                    self.note(one, "int", node)
            case ast.Call(func=ast.Name(id="ord"), args=[one]):
                self.note(one, "str", node)
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as one, tested]):
                self._tested(one, tested)
            case ast.Call(func=ast.Name(id=("print" | "input") as talk)) if talk not in self.names:
                self.talks = talk
            case ast.Call(func=ast.Name()):
                self.note(node.func, "Callable[..., Any]", node)
            case ast.Call(func=ast.Attribute(value=one, attr=attribute)):
                if attribute in _BY_METHOD:
                    self.note(one, _BY_METHOD[attribute], node)
                if attribute in MUTATORS:
                    self.change(one, node)
        self.generic_visit(node)

    def _tested(self, one: ast.Name, tested: ast.expr) -> None:
        choices = tested.elts if isinstance(tested, ast.Tuple) else [tested]
        texts = [written(read(ast.unparse(choice))) for choice in choices]
        known = [text for text in texts if text and text not in {"None", "Any"}]
        if known and one.id in self.names:
            self.seen[one.id].setdefault("isinstance", f"isinstance: {' | '.join(known)}")

    def visit_For(self, node: ast.For) -> None:  # ast's own name
        self.note(
            node.iter, "Iterable[Any]", ast.Expr(ast.Name(f"for … in {ast.unparse(node.iter)}"))
        )
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.note(node.iter, "Iterable[Any]", node.iter)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:  # ast's own name
        if isinstance(node.ctx, ast.Load):
            self.note(node.value, "Sequence[Any]", node)
        else:
            self.note(node.value, "list[Any]", node)
            self.change(node.value, node)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:  # ast's own name
        match node:
            case ast.Compare(
                left=one,
                ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()],
                comparators=[ast.Constant(value=int())],
            ):
                self.note(one, "int", node)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:  # ast's own name
        match node:
            case ast.BinOp(left=one, op=ast.Add() | ast.Sub(), right=ast.Constant(value=int())):
                self.note(one, "int", node)
            case ast.BinOp(left=one, op=ast.LShift() | ast.RShift() | ast.BitAnd()):
                self.note(one, "int", node)
        self.generic_visit(node)


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"{text[:39]}…"
