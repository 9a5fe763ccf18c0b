"""Varies recorded scripts: calls that a real program nearly made."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.porting.script.calls import observed, occurrences
from agent.porting.script.statement import parse
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.texts import compose_text
from agent.porting.worlds.opening import names_given

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from agent.porting.script.calls import Occurrence
    from agent.porting.strategies.call_writer import Caller

__all__ = ["Variation"]

_MOST = 4
"""Changes of one script."""

_ROW = 24
"""Bytes that decide an expression which is drawn from a domain."""

_MARKS = ("§", "¤", "¶", "{reenter}")
"""Placeholders in a domain's expressions for what only a drawn script has."""


class Variation:
    """Varies the scripts of a corpus."""

    def __init__(self, scripts: list[list[str]], caller: Caller) -> None:
        self._scripts = scripts
        self._contract = caller.contract
        self._caller = caller
        self._given = frozenset(names_given(caller.contract))
        self._observed = observed(scripts, caller.contract)
        self._made = {line.target for lines in scripts for line in map(parse, lines)} - {None}

    def script(self, random: Random) -> list[str]:
        """Return one of the scripts with a few changes: lines, arguments, another one's end."""
        lines = list(random.choice(self._scripts))
        changes: list[Callable[[list[str], Random], None]] = [
            _drop, _repeat, _swap, self._splice,
            self._give, self._give, self._give, self._mutate, self._mutate,
        ]  # fmt: skip
        for change in random.choices(changes, k=random.randint(1, _MOST)):
            change(lines, random)
            lines[:] = self._sound(lines)
        return lines

    def _splice(self, lines: list[str], random: Random) -> None:
        other = random.choice(self._scripts)
        begin = _head(other)
        if begin < len(other):
            lines[random.randint(_head(lines), len(lines)) :] = other[
                random.randrange(begin, len(other)) :
            ]

    def _give(self, lines: list[str], random: Random) -> None:
        """Replace an argument by another recorded one, or by one from its domain."""

        def other(call: Occurrence, name: str, _: str) -> str:
            recorded = self._observed.get(call.label, {}).get(name)
            if recorded and random.random() < 0.5:
                return random.choice(recorded)
            domain = self._caller.domains(call.spec)[name]
            text = domain.write(Choices(random.randbytes(_ROW)))
            return random.choice(domain.within) if _is_marked(text) else text

        self._replace(lines, random, other)

    def _mutate(self, lines: list[str], random: Random) -> None:
        """Change something small in an argument; what the world gives stays inside of it."""

        def changed(_call: Occurrence, _name: str, text: str) -> str:
            return text if _names(text) & self._given else mutated(text, random)

        self._replace(lines, random, changed)

    def _replace(
        self, lines: list[str], random: Random, other: Callable[[Occurrence, str, str], str]
    ) -> None:
        """Replace an argument of one of the calls by what `other` says."""
        calls = [each for each in occurrences(lines, self._contract) if each.arguments]
        if calls:
            call = random.choice(calls)
            number = random.randrange(len(call.arguments))
            parameter, text = call.arguments[number]
            replacement = other(call, parameter.name, text)
            if not _is_marked(replacement):
                lines[call.index] = call.replaced(number, replacement)

    def _sound(self, lines: list[str]) -> list[str]:
        """Leave out the lines that use an object which no line before them makes."""
        known: set[str] = set()
        kept = []
        for text in lines:
            if _names(text) & self._made <= known:
                kept.append(text)
                known |= {parse(text).target or ""}
        return kept


def _head(lines: list[str]) -> int:
    """Return how many lines make what the others use: those before the first that makes nothing."""
    return next((at for at, text in enumerate(lines) if parse(text).target is None), len(lines))


def _drop(lines: list[str], random: Random) -> None:
    begin = random.randint(_head(lines), len(lines))
    del lines[begin : begin + random.randint(1, _MOST)]


def _repeat(lines: list[str], random: Random) -> None:
    begin = random.randint(_head(lines), len(lines))
    lines[begin:begin] = lines[begin : begin + 1] * random.randint(1, _MOST)


def _swap(lines: list[str], random: Random) -> None:
    places = range(_head(lines), len(lines))
    if places:
        one, other = random.choices(places, k=2)
        lines[one], lines[other] = lines[other], lines[one]


def _is_marked(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


@lru_cache(maxsize=1 << 16)
def _names(text: str) -> frozenset[str]:
    """Return the names that a line uses."""
    nodes = ast.walk(ast.parse(text))
    return frozenset(
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    )


def mutated(text: str, random: Random) -> str:
    """Return the expression `text` with one of its literals changed, or as it is if it has none."""
    tree = ast.parse(text, mode="eval")
    if "__import__" in text:
        return text  # its names are no data
    places = [node for node in ast.walk(tree) if _change(node, random) is not None]
    if not places:
        return text
    chosen = random.choice(places)
    return ast.unparse(_Change(chosen, random).visit(tree))


class _Change(ast.NodeTransformer):
    def __init__(self, node: ast.AST, random: Random) -> None:
        self._node = node
        self._random = random

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the replacement of `node`."""
        if node is self._node:
            return _change(node, self._random) or node
        return self.generic_visit(node)


def _change(  # noqa: PLR0911  # one for each kind
    node: ast.AST, random: Random
) -> ast.expr | None:
    """Return something a little different, or None for what is no literal."""
    match node:
        case ast.Constant(value=str() as value):
            return ast.Constant(_text(value, random))
        case ast.Constant(value=bytes() as value):
            cut = random.randint(0, len(value))
            return ast.Constant(value[:cut] + random.randbytes(1) + value[cut:])
        case ast.Constant(value=bool() as value):
            return ast.Constant(not value)
        case ast.Constant(value=int() as value):
            return ast.Constant(random.choice([value + 1, value * 2, 0, -value, value >> 1]))
        case ast.Constant(value=float() as value):
            return ast.Constant(random.choice([value * 2, value / 3, 0.0, value + 1e-9]))
        case ast.List(elts=[_, *_] as items):
            index = random.randrange(len(items))
            twice = [*items, items[index]]
            return ast.List(random.choice([items[:index], items[::-1], twice]), ast.Load())
    return None


def _text(value: str, random: Random) -> str:
    cut = random.randint(0, len(value))
    inside = ast.walk(ast.parse(compose_text(Choices(random.randbytes(_ROW)))))
    traps = [str(node.value) for node in inside if isinstance(node, ast.Constant)]
    others = [value[:cut] + trap + value[cut:] for trap in traps]
    shorter = value[:cut] + value[cut + 1 :]
    return random.choice([*others, shorter, value[:cut], value * 2, value.swapcase(), value[::-1]])
