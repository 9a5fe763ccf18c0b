"""Arguments that are one object: given twice, or changed by a callback that is given beside it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.porting.guidance.hints import plain

if TYPE_CHECKING:
    from random import Random

    from agent.porting.guidance.hints import Allows, Arguments

__all__ = ["share"]

_CHANGES: dict[type, tuple[str, ...]] = {
    list: ("{0}.clear()", "{0} and {0}.pop()", "{0}.reverse()"),
    dict: ("{0}.clear()", "{0} and {0}.popitem()"),
}
"""What a callback does to a container; none lets it grow, which a loop over it would follow."""

_LITERALS = (ast.List, ast.Dict)


def share(
    arguments: Arguments, allows: Allows, name: str, random: Random
) -> tuple[str | None, Arguments]:
    """Return a line that names a container, if any can be shared, and the arguments that share it.

    Args:
        arguments: the expressions of a call by parameter.
        allows: whether the contract allows a value for a parameter.
        name: the name that the container is given.
        random: chooses which of them share it, and what a callback does.
    """
    trees = {each: ast.parse(text, mode="eval").body for each, text in arguments.items()}
    containers = [each for each, tree in trees.items() if isinstance(tree, _LITERALS)]
    random.shuffle(containers)
    for first in containers:
        known = plain(arguments[first])
        if known is None or not known[0]:
            continue
        others = {}
        for each, tree in trees.items():
            if each == first:
                continue
            if (callback := _changing(tree, name, known[0], random)) is not None:
                others[each] = callback
            elif isinstance(tree, _LITERALS) and allows(each, known[0]):
                others[each] = name
        if others:
            return f"{name} = {arguments[first]}", {**arguments, first: name, **others}
    return None, arguments


def _changing(tree: ast.expr, name: str, value: object, random: Random) -> str | None:
    """Return a spy like the one that `tree` writes, which changes the container first."""
    match tree:
        case ast.Call(func=ast.Name(id="Spy"), args=[called, answer, *_]):
            change = random.choice(_CHANGES[type(value)]).format(name)
            plainly = ast.unparse(answer)
            if isinstance(answer, ast.Lambda | ast.Name):
                return None
            first = f"lambda *given: [{change}, {plainly}].pop()"
            return f"Spy({ast.unparse(called)}, {first}, {plainly})"
    return None
