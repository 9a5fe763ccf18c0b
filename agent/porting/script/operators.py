"""The operators of Python, and the special methods that they call."""

from __future__ import annotations

import ast

__all__ = ["OPERATORS", "operand_of", "operation_of"]

_BINARY: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "add"), ast.Sub: ("-", "sub"), ast.Mult: ("*", "mul"),
    ast.MatMult: ("@", "matmul"), ast.Div: ("/", "truediv"), ast.FloorDiv: ("//", "floordiv"),
    ast.Mod: ("%", "mod"), ast.Pow: ("**", "pow"), ast.LShift: ("<<", "lshift"),
    ast.RShift: (">>", "rshift"), ast.BitAnd: ("&", "and"), ast.BitXor: ("^", "xor"),
    ast.BitOr: ("|", "or"),
}  # fmt: skip
"""The sign of each operator with two operands, and the name of its method."""

_UNARY: dict[type[ast.unaryop], tuple[str, str]] = {
    ast.UAdd: ("+", "__pos__"), ast.USub: ("-", "__neg__"), ast.Invert: ("~", "__invert__"),
}  # fmt: skip

OPERATORS: dict[tuple[str, int], str] = {
    **{(f"__{name}__", 1): f"{{0}} {sign} {{1}}" for sign, name in _BINARY.values()},
    **{(f"__r{name}__", 1): f"{{1}} {sign} {{0}}" for sign, name in _BINARY.values()},
    **{(f"__i{name}__", 1): f"{{0}} {sign}= {{1}}" for sign, name in _BINARY.values()},
    **{(name, 0): f"{sign}{{0}}" for sign, name in _UNARY.values()},
    ("__divmod__", 1): "divmod({0}, {1})", ("__rdivmod__", 1): "divmod({1}, {0})",
    ("__pow__", 2): "pow({0}, {1}, {2})", ("__round__", 0): "round({0})",
    ("__round__", 1): "round({0}, {1})", ("__format__", 1): "format({0}, {1})",
    ("__complex__", 0): "complex({0})",
}  # fmt: skip
"""How an operation is written, by its name and the number of its arguments: ``{0}`` is the object,
``{1}`` and ``{2}`` are the arguments."""

_FUNCTIONS = {"divmod": "__divmod__", "pow": "__pow__", "round": "__round__",
              "format": "__format__", "complex": "__complex__"}  # fmt: skip


def operation_of(node: ast.AST) -> tuple[str, ast.expr] | None:
    """Return the special method that an operator calls first, and the object it belongs to.

    Of two operands, the object is the left one, unless only the right one is a name of the script:
    then it is the reflected method.
    """
    match node:
        case ast.AugAssign(target=target, op=sign):
            return f"__i{_BINARY[type(sign)][1]}__", target
        case ast.UnaryOp(
            op=ast.UAdd() | ast.USub() | ast.Invert() as sign, operand=ast.Name() as on
        ):
            return _UNARY[type(sign)][1], on
        case ast.BinOp(left=left, op=sign, right=right):
            name = _BINARY[type(sign)][1]
            return (f"__r{name}__", right) if _is_reflected(left, right) else (f"__{name}__", left)
        case ast.Call(func=ast.Name(id="divmod"), args=[left, right]):
            return ("__rdivmod__", right) if _is_reflected(left, right) else ("__divmod__", left)
        case ast.Call(func=ast.Name(id=name), args=[subject, *_]) if name in _FUNCTIONS:
            return _FUNCTIONS[name], subject
    return None


def operand_of(node: ast.AST) -> tuple[str, ast.expr] | None:
    """Return the operand that is the argument, and the field of `node` that holds it.

    None for what is no operator with one argument.
    """
    match node:
        case ast.AugAssign(value=value):
            return "value", value
        case ast.BinOp(left=left, right=right):
            return ("left", left) if _is_reflected(left, right) else ("right", right)
    return None


def _is_reflected(left: ast.expr, right: ast.expr) -> bool:
    return _is_subject(right) and not _is_subject(left)


def _is_subject(node: ast.expr) -> bool:
    """Return whether an operand is a name of the script, and no place for an argument."""
    return isinstance(node, ast.Name) and not node.id.startswith("argument")
