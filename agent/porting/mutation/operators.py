"""Mutation operators for Rust: small changes that nearly always break something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

__all__ = [
    "CONDITIONS",
    "HINTS",
    "Change",
    "changes_of",
    "changes_of_body",
    "is_plain_condition",
    "leads_to_hints",
]

_OPERATORS = {
    "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"], "%": ["/"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"],
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+=": ["-="], "-=": ["+="], "*=": ["+="], "/=": ["*="], "%=": ["/="],
    "<<=": [">>="], ">>=": ["<<="], "&=": ["|="], "|=": ["&="], "^=": ["|="],
}  # fmt: skip

_OPPOSITES = [
    ("min", "max"), ("is_some", "is_none"), ("is_ok", "is_err"), ("any", "all"),
    ("is_some_and", "is_none_or"), ("first", "last"), ("pop_front", "pop_back"),
    ("push_front", "push_back"), ("wrapping_add", "wrapping_sub"),
    ("saturating_add", "saturating_sub"), ("checked_add", "checked_sub"),
    ("starts_with", "ends_with"), ("find", "rfind"), ("floor", "ceil"),
]  # fmt: skip
_METHODS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}

HINTS = {
    "reserve", "reserve_exact", "shrink_to", "try_reserve", "try_reserve_exact", "with_capacity",
}  # fmt: skip
"""Functions that change no result: they say how much room to set aside, whoever defines them."""

_INTEGERS = {f"{sign}{size}" for sign in "iu" for size in ("8", "16", "32", "64", "128", "size")}

_SIMPLE = {
    "bool": ["true", "false"],
    "f32": ["0.0", "1.0"],
    "f64": ["0.0", "1.0"],
    "()": ["()"],
    "String": ["String::new()"],
}
_GENERIC = {"Option": ["None"], "Vec": ["Vec::new()"]}
_RESULTS = {"Result", "PyResult"}

_DROPPED = {
    "assignment_expression", "await_expression", "break_expression", "call_expression",
    "compound_assignment_expr", "continue_expression", "return_expression", "try_expression",
}  # fmt: skip
"""Expressions of which a statement can be left out."""

CONDITIONS = {"if_expression", "while_expression", "match_pattern"}
"""Nodes with a field `condition`."""

_DECIDED = {
    "binary_expression",
    "unary_expression",
    "boolean_literal",
    "let_condition",
    "let_chain",
}
"""Conditions that are changed otherwise than by negating them as a whole."""


@dataclass(frozen=True)
class Change:
    """One way to change a node."""

    what: str
    """In words that name no place."""
    text: str
    """The replacement; for a body, what is done before anything else."""
    form: Literal["expression", "statement", "body"] = "expression"


def changes_of(node: Node, constants: frozenset[str]) -> Iterator[Change]:
    """Yield the changes of `node` itself, an expression or a statement in a function.

    `constants` are names of constants whose type is an integer.
    """
    if node.type == "identifier" and _text(node) in constants:
        yield Change(f"`{_text(node)}` becomes 1 more", f"({_text(node)} + 1)")
        yield Change(f"`{_text(node)}` becomes 1 less", f"({_text(node)} - 1)")
    if node.type in _RULES:
        yield from _RULES[node.type](node)


def is_plain_condition(node: Node) -> bool:
    """Return whether a condition is changed by negating it: no part of it is changed otherwise."""
    return node.type not in _DECIDED


def changes_of_body(function: Node) -> Iterator[Change]:
    """Yield the values that a function can return at once instead of running its body."""
    returned = function.child_by_field_name("return_type")
    for value in [""] if returned is None else _values(returned):
        yield Change(f"return `{value or '()'}` at once", f"return {value};", "body")


def leads_to_hints(node: Node) -> bool:
    """Return whether all that `node` does is to say how much room to set aside."""
    if node.type == "if_expression" and node.child_by_field_name("alternative") is None:
        body = node.child_by_field_name("consequence")
        done = [] if body is None else body.named_children
        return bool(done) and all(leads_to_hints(each) for each in done)
    if node.type in {"expression_statement", "try_expression"}:
        return leads_to_hints(node.children[0])
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None:
        return False
    *_, name = re.split(r"\W+", _text(function))
    value = function.child_by_field_name("value")
    if name == "map_err" and value is not None:
        return leads_to_hints(value)
    return name in HINTS


def _of_operator(node: Node) -> Iterator[Change]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is not None and right is not None and operator is not None:
        for other in _OPERATORS.get(operator.type, ()):
            text = f"{_text(left)} {other} {_text(right)}"
            yield Change(f"`{operator.type}` becomes `{other}`", text)


def _of_sign(node: Node) -> Iterator[Change]:
    operator, operand = node.children
    if operator.type in {"!", "-"}:
        yield Change(f"drop `{operator.type}`", _text(operand))


def _of_boolean(node: Node) -> Iterator[Change]:
    other = "false" if _text(node) == "true" else "true"
    yield Change(f"`{_text(node)}` becomes `{other}`", other)


def _of_integer(node: Node) -> Iterator[Change]:
    text = _text(node)
    match = re.fullmatch(r"(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9_]+)([iu]\w+)?", text)
    if match is None:
        return
    digits, suffix = match[1].replace("_", ""), match[2] or ""
    value = int(digits, 0 if digits[1:2].isalpha() else 10)
    yield Change(f"`{text}` becomes 1 more", f"{value + 1}{suffix}")
    # One added or taken away less is the statement dropped.
    counts = node.parent is not None and node.parent.type == "compound_assignment_expr"
    if value > 1 or (value == 1 and not counts):
        yield Change(f"`{text}` becomes 1 less", f"{value - 1}{suffix}")


def _of_float(node: Node) -> Iterator[Change]:
    yield Change(f"`{_text(node)}` becomes 1 more", f"({_text(node)} + 1.0)")


def _of_range(node: Node) -> Iterator[Change]:
    """Yield ranges that end one later or earlier; a literal at the end is changed by itself."""
    last = node.children[-1]
    operator = next(child.type for child in node.children if child.type in {"..", "..="})
    if last.type in {"..", "..=", "integer_literal"}:
        return
    sign, how = ("+", "later") if operator == ".." else ("-", "earlier")
    start = node.text[: last.start_byte - node.start_byte].decode() if node.text else ""
    yield Change(f"`{operator}` ends 1 {how}", f"{start}(({_text(last)}) {sign} 1)")


def _of_call(node: Node) -> Iterator[Change]:
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return
    if function.type == "identifier" and _text(function) == "Some":
        yield Change("`Some` becomes `None`", "None")
    field = function.child_by_field_name("field")
    value = function.child_by_field_name("value")
    if function.type == "field_expression" and field is not None and value is not None:
        other = _METHODS.get(_text(field))
        if other is not None:
            yield Change(
                f"`{_text(field)}` becomes `{other}`",
                f"{_text(value)}.{other}{_text(arguments)}",
            )


def _of_statement(node: Node) -> Iterator[Change]:
    done, last = node.children[0], node.children[-1]
    if done.type in _DROPPED and last.type == ";" and not leads_to_hints(done):
        yield Change("drop the statement", "", "statement")


_RULES = {
    "binary_expression": _of_operator,
    "boolean_literal": _of_boolean,
    "call_expression": _of_call,
    "compound_assignment_expr": _of_operator,
    "expression_statement": _of_statement,
    "float_literal": _of_float,
    "integer_literal": _of_integer,
    "range_expression": _of_range,
    "unary_expression": _of_sign,
}


def _values(kind: Node) -> list[str]:
    """Return values of a type, none if nothing is known of it."""
    text = _text(kind)
    if text in _INTEGERS:
        return ["0", "1"]
    if text in _SIMPLE:
        return _SIMPLE[text]
    if kind.type == "reference_type" and text.endswith(" str"):
        return ['""']
    name, inner = kind.child_by_field_name("type"), kind.child_by_field_name("type_arguments")
    last = re.split(r"\W+", _text(name))[-1] if name is not None and inner is not None else ""
    if last in _RESULTS and inner is not None and inner.named_children:
        return [f"Ok({value})" for value in _values(inner.named_children[0])]
    return _GENERIC.get(last, [])


def _text(node: Node) -> str:
    return (node.text or b"").decode()
