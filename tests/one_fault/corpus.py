"""The declaration of a fault, in comments of the reference, and the source of its twin.

A fault is declared above a function or class::

    # fault: The width counts bytes.
    # seen: https://github.com/RustPython/RustPython/issues/7528
    # shown: fill("é", 3)
    def fill(text: str, width: int) -> str:
        # twin: return text.rjust(width + len(text) - len(text.encode()), "0")
        return text.rjust(width, "0")

``# fault:`` says in a sentence what the port does wrong; ``# seen:``, which is optional, is the
public report of a fault of that sort in a real port; ``# shown:`` is an expression whose outcome
differs. The port, the twin, is the same source, but each statement (or line within a statement)
below ``# twin:`` lines is replaced by what these say, and left out if they say nothing. The kind
of a fault is the name of its file; its name is that of the function or class, and belongs to one
fault alone. Where the last of the ``# twin:`` lines ends with a colon, the body is kept.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

__all__ = ["FOLDER", "Fault", "faults", "module_names", "twin_source"]

FOLDER = Path(__file__).parent
SORTS: tuple[Sort, ...] = ("functions", "classes")

Sort = Literal["functions", "classes"]

_HEADER = re.compile(r"# (fault|seen|shown): (.+)")
_OBJECT = re.compile(r"(?:async )?(?:def|class) (\w+)")
_TWIN = re.compile(r"( *)# twin:(?: (.*))?$")


@dataclass(frozen=True)
class Fault:
    """A reference and its twin."""

    name: str
    sort: Sort
    kind: str
    text: str
    """What the twin does wrong."""
    seen: str | None
    """The address of a public report."""
    shown: str
    """An expression with another outcome in the twin's module."""

    @property
    def module(self) -> str:
        """The module of the reference, below this package and below its package of twins."""
        return f"{self.sort}.{self.kind}"

    @property
    def python(self) -> str:
        """The reference, as ``agent check --python`` takes it."""
        return f"tests.one_fault.{self.module}:{self.name}"

    @property
    def rust(self) -> str:
        """The twin, as ``agent check --rust`` takes it."""
        return f"tests.one_fault.twins.{self.module}:{self.name}"

    @property
    def same(self) -> str:
        """A second copy of the reference, without a fault."""
        return f"tests.one_fault.twins.same.{self.module}:{self.name}"


@cache
def faults() -> tuple[Fault, ...]:
    """Return all faults, in the order of their declaration.

    Raises `ValueError` for a declaration that is not complete, and for a name used twice.
    """
    found: dict[str, Fault] = {}
    for module in module_names():
        for fault in _declared(module):
            if fault.name in found:
                message = f"{fault.module} declares {fault.name} a second time"
                raise ValueError(message)
            found[fault.name] = fault
    return tuple(found.values())


@cache
def module_names() -> tuple[str, ...]:
    """Return the names of the modules with faults, as ``functions.text``."""
    return tuple(
        f"{sort}.{path.stem}"
        for sort in SORTS
        for path in sorted((FOLDER / sort).glob("*.py"))
        if path.stem != "__init__"
    )


def source(module: str) -> str:
    """Return the source of a module with faults."""
    return (FOLDER / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def _declared(module: str) -> list[Fault]:
    found = []
    header: dict[str, str] = {}
    sort = next(sort for sort in SORTS if module.startswith(sort))
    kind = module.removeprefix(f"{sort}.")
    for line in source(module).splitlines():
        if match := _HEADER.fullmatch(line):
            header[match[1]] = match[2]
        elif header and (match := _OBJECT.match(line)):
            if not {"fault", "shown"} <= set(header):
                message = f"{module}: the declaration of {match[1]} lacks a line"
                raise ValueError(message)
            seen = header.get("seen")
            found.append(Fault(match[1], sort, kind, header["fault"], seen, header["shown"]))
            header = {}
    return found


def twin_source(module: str) -> str:
    """Return the source of the twins of a module's faults."""
    text = source(module)
    statements = _statements(text)
    lines = text.splitlines()
    made: list[str] = []
    at = 0
    while at < len(lines):
        match = _TWIN.fullmatch(lines[at])
        if match is None:
            made.append(lines[at])
            at += 1
            continue
        last = ""
        while match is not None:
            last = match[2] or ""
            if last:
                made.append(match[1] + last)
            at += 1
            match = _TWIN.fullmatch(lines[at])
        body, end = statements.get(at, (at + 1, at + 1))
        at = body if last.endswith(":") else end
    return "\n".join(made) + "\n"


def _statements(text: str) -> dict[int, tuple[int, int]]:
    """Return by a statement's first line that of its body and the line after it, from 0."""
    found: dict[int, tuple[int, int]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            decorators: list[ast.expr] = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(each.lineno for each in decorators)]) - 1
            end = node.end_lineno or node.lineno
            inner: list[ast.stmt] = getattr(node, "body", [])
            found.setdefault(first, (inner[0].lineno - 1 if inner else end, end))
    return found
