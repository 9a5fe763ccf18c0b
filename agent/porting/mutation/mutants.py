"""The mutants of a Rust file: single changes at single places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from agent.errors import EnvironmentLacking
from agent.porting.mutation.conditional import is_left_out
from agent.porting.mutation.operators import (
    CONDITIONS,
    HINTS,
    Change,
    changes_of,
    changes_of_body,
    is_plain_condition,
    leads_to_hints,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from tree_sitter import Node, Parser

__all__ = ["Mutant", "Point", "Source", "integer_constants", "read_source"]

_CLOSED = {
    "attribute_item", "const_block", "const_item", "enum_item", "foreign_mod_item",
    "inner_attribute_item", "line_comment", "block_comment", "macro_definition",
    "macro_invocation", "static_item", "struct_item", "type_item", "union_item", "use_declaration",
}  # fmt: skip
"""Nodes in which nothing is changed: constants, patterns, types, and the words of a macro.

Constants of an integer type are changed where they are used.
"""

_CLOSED_FIELDS = {
    "field", "label", "name", "parameters", "path", "return_type", "trait", "type",
    "type_arguments", "type_parameters",
}  # fmt: skip

_SHOWN_LINES = 3
"""Lines of a piece of code that are shown; of a longer one, the first."""


@dataclass(frozen=True)
class Mutant:
    """One change at one place."""

    number: int
    """From 1; what the switch is set to."""
    file: str
    """From the root of the workspace, with slashes."""
    line: int
    """From 1."""
    function: str
    """With the type it belongs to: ``Cache::evict``."""
    what: str
    """What is changed, in words."""
    before: str
    """The code, on one line."""
    after: str
    """The changed code, on one line."""
    nth: int = 1
    """Which of those that are the same in all this but the line, from 1."""

    @property
    def identity(self) -> tuple[str, str, str, str, int]:
        """What stays the same when lines are added elsewhere in the file."""
        return self.file, self.function, self.what, self.before, self.nth

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line} {self.function}: {self.what}\n"
            f"    - {self.before}\n    + {self.after}"
        )


@dataclass(frozen=True)
class Point:
    """A piece of a file, in bytes, with its possible replacements."""

    start: int
    end: int
    choices: tuple[tuple[Mutant, Change], ...]


@dataclass
class Source:
    """One file, and its mutants."""

    file: str
    content: bytes
    points: list[Point] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Modules in files of their own that are not compiled."""

    @property
    def mutants(self) -> Iterator[Mutant]:
        """All mutants, in the order of their numbers."""
        return (mutant for point in self.points for mutant, _ in point.choices)


@cache
def _parser() -> Parser:
    try:
        import tree_sitter_rust  # noqa: PLC0415  # an extra
        from tree_sitter import Language, Parser  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = (
            "mutants are made with tree-sitter, which is not installed: "
            'python -m pip install "agent-port[mutation]"'
        )
        raise EnvironmentLacking(message) from error
    return Parser(Language(tree_sitter_rust.language()))


def integer_constants(content: bytes) -> frozenset[str]:
    """Return the names of a file's constants whose type is an integer."""
    names = set()
    pending = [_parser().parse(content).root_node]
    while pending:
        node = pending.pop()
        pending.extend(node.children)
        if node.type == "const_item":
            kind, name = node.child_by_field_name("type"), node.child_by_field_name("name")
            if kind is not None and kind.type == "primitive_type" and name is not None:
                names |= {_text(name)} if _text(kind)[0] in "iu" else set()
    return frozenset(names)


def read_source(
    file: str, content: bytes, first: int, settings: AbstractSet[str], constants: frozenset[str]
) -> Source:
    """Find the mutants of a file, numbered from `first` on.

    `settings` is what is compiled conditionally (see `is_left_out`); `constants` are names of
    constants whose type is an integer.
    """
    source = Source(file, content)
    walk = _Walk(source, first, settings, constants)
    root = _parser().parse(content).root_node
    attributes = [_text(node) for node in root.children if node.type == "inner_attribute_item"]
    if not any(is_left_out(attribute, settings) for attribute in attributes):
        walk.into(root, (), within=False)
    source.points.sort(key=lambda point: (point.start, -point.end))
    return source


class _Walk:
    def __init__(
        self, source: Source, first: int, settings: AbstractSet[str], constants: frozenset[str]
    ) -> None:
        self._source = source
        self._lines = source.content.decode().splitlines()
        self._next = first
        self._settings = settings
        self._constants = constants
        self._seen: Counter[tuple[str, ...]] = Counter()

    def into(self, node: Node, names: tuple[str, ...], *, within: bool) -> None:
        """Go through the children of `node`; `within` says that they are code of a function."""
        left_out = False
        for index, child in enumerate(node.children):
            if child.type == "attribute_item":
                left_out = left_out or is_left_out(_text(child), self._settings)
            elif child.type not in {"line_comment", "block_comment"}:
                field_name = node.field_name_for_child(index)
                if left_out:
                    self._note_absent(child)
                elif self._is_open(node, child, field_name):
                    self.at(child, names, within=within)
                left_out = False

    def at(self, node: Node, names: tuple[str, ...], *, within: bool) -> None:
        """Note the changes of `node`, and of what is in it."""
        if node.type in {"function_item", "impl_item", "mod_item", "trait_item"}:
            name = node.child_by_field_name("type" if node.type == "impl_item" else "name")
            inner = names if node.type == "mod_item" else (*names, _text(name).partition("<")[0])
            if node.type == "function_item":
                self._function(node, inner)
            else:
                self.into(node, inner, within=False)
            return
        if leads_to_hints(node):
            return
        if within:
            self._note(node, names, list(changes_of(node, self._constants)))
        if node.type in CONDITIONS:
            condition = node.child_by_field_name("condition")
            if condition is not None and is_plain_condition(condition):
                change = Change("negate the condition", f"!({_text(condition)})")
                self._note(condition, names, [change])
        if node.type == "let_chain":
            for part in node.named_children:
                if is_plain_condition(part):
                    change = Change("negate the condition", f"!({_text(part)})")
                    self._note(part, names, [change])
        self.into(node, names, within=within)

    def _function(self, node: Node, names: tuple[str, ...]) -> None:
        body = node.child_by_field_name("body")
        modifiers = [child for child in node.children if child.type == "function_modifiers"]
        # What runs while compiling cannot ask which mutant is chosen.
        if body is None or any("const" in _text(each).split() for each in modifiers):
            return
        if names[-1] in HINTS:
            return
        if body.named_children:
            start = body.start_byte + 1
            self._add(node, names, list(changes_of_body(node)), start, start)
        self.into(body, names, within=True)

    def _is_open(self, parent: Node, child: Node, field_name: str | None) -> bool:
        if child.type in _CLOSED:
            return False
        if field_name == "pattern":
            return child.type == "match_pattern"  # its guard is code
        if parent.type == "match_pattern":
            return field_name == "condition"
        if parent.type in {"impl_item", "mod_item", "trait_item"}:
            return field_name == "body"
        return field_name not in _CLOSED_FIELDS

    def _note_absent(self, node: Node) -> None:
        if node.type == "mod_item" and node.child_by_field_name("body") is None:
            self._source.absent.append(_text(node.child_by_field_name("name")))

    def _note(self, node: Node, names: tuple[str, ...], changes: list[Change]) -> None:
        self._add(node, names, changes, node.start_byte, node.end_byte)

    def _add(
        self, node: Node, names: tuple[str, ...], changes: list[Change], start: int, end: int
    ) -> None:
        choices = []
        for change in changes:
            before, after = self._shown(node, change)
            function = "::".join(names)
            key = (function, change.what, before)
            self._seen[key] += 1
            mutant = Mutant(
                self._next, self._source.file, node.start_point[0] + 1, function,
                change.what, before, after, self._seen[key],
            )  # fmt: skip
            self._next += 1
            choices.append((mutant, change))
        if choices:
            self._source.points.append(Point(start, end, tuple(choices)))

    def _shown(self, node: Node, change: Change) -> tuple[str, str]:
        """Return the lines around `node` as they are, and changed, each on one line."""
        (first, column), (last, end) = node.start_point, node.end_point
        if change.form == "body":
            return self._lines[first].strip(), change.text.strip()
        lines = [line.encode() for line in self._lines[first : last + 1]]
        if len(lines) > _SHOWN_LINES:
            cut = f"{_one_line(self._lines[first])} …"
            return cut, "" if change.form == "statement" else cut
        opening, ending = lines[0][:column], lines[-1][end:]
        after = opening.decode() + change.text + ending.decode()
        return _one_line(b"\n".join(lines).decode()), _one_line(after)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(node: Node | None) -> str:
    return "" if node is None else (node.text or b"").decode()
