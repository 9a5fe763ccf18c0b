"""Workloads written as calls of a script, each with its expected answer."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.benchmark.workload import Workload
from agent.porting.script.statement import parse
from agent.porting.script.vocabulary import Journal, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["UNSEEN", "scripted"]

UNSEEN = "..."
"""Marks an answer that is not compared: an object for which no expression is known."""

_FILE = "<workload>"


def scripted(  # noqa: PLR0913  # what a row says
    name: str,
    about: str,
    subject: str,
    calls: Sequence[tuple[str, str]],
    *,
    again: bool = False,
    classes: Sequence[type] = (),
) -> Workload:
    """Return the workload that makes `calls`, one after the other.

    Args:
        name: the workload's name.
        about: what is done, in a few words.
        subject: what the script calls the implementation.
        calls: lines of a script, each with an expression for its answer, or `UNSEEN`. They use the
            words of scripts, and names that earlier lines gave to their results.
        again: make the arguments again for each call, for an implementation that changes or keeps
            them; otherwise they are made once.
        classes: the program's own, which arguments and answers are made of.

    Raises `ContractError` for a line that awaits.
    """
    if any(parse(line).awaits for line, _ in calls):
        message = f"{name} awaits: agent.porting.benchmark.awaiting makes workloads of awaits"
        raise ContractError(message)
    known = {cls.__name__: cls for cls in classes}
    script = _Script(subject, tuple(line for line, _ in calls), known, again=again)
    seen = tuple(text != UNSEEN for _, text in calls)
    return Workload(
        name=name,
        about=about,
        size=len(calls),
        calls=len(calls),
        entries=0,
        expected=[
            eval(text, script.names()) if look else None  # noqa: S307  # the table's own
            for (_, text), look in zip(calls, seen, strict=True)
        ],
        draw=script.draw,
        prepare=script.prepare,
        run=_run,
        answer=partial(_answer, script, seen),
    )


def _run(state: _State, times: int) -> None:
    work, implementation, arguments = state.work, state.implementation, state.arguments
    for _ in range(times):
        work(implementation, *arguments)


def _answer(script: _Script, seen: tuple[bool, ...], state: _State) -> list[Any]:
    """Make the calls once more, line by line; return what was answered where that is looked at."""
    names = script.names() | {script.subject: state.implementation}
    answers = [parse(line).run(names).unwrap() for line in script.lines]
    return [answer if look else None for answer, look in zip(answers, seen, strict=True)]


@dataclass(frozen=True)
class _State:
    """An implementation, and the calls as one function."""

    implementation: Any
    work: Callable[..., None]
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class _Script:
    """Calls, and how they become one function: that costs least beside them."""

    subject: str
    lines: tuple[str, ...]
    classes: dict[str, type]
    again: bool

    def names(self) -> dict[str, Any]:
        """Return what the calls may name, but for the implementation."""
        return words(Journal()) | self.classes

    def draw(self) -> tuple[Any, ...]:
        """Return the arguments that are made once."""
        names = self.names()
        return tuple(
            eval(compile(ast.Expression(node), _FILE, "eval"), names)  # noqa: S307
            for node in self._function()[1]
        )

    def prepare(self, arguments: tuple[Any, ...], implementation: Callable[..., Any]) -> _State:
        """Return the calls as a function, having run it once."""
        names = self.names()
        module = ast.fix_missing_locations(ast.Module([self._function()[0]], []))
        exec(compile(module, _FILE, "exec"), names)  # noqa: S102  # the table's own
        work = names["work"]
        work(implementation, *arguments)
        return _State(implementation, work, arguments)

    def _function(self) -> tuple[ast.FunctionDef, list[ast.expr]]:
        """Return a function of the implementation and the arguments, and these as expressions."""
        hoist = _Hoist()
        body = ast.parse("\n".join(self.lines)).body
        if not self.again:
            for statement in body:
                hoist.visit(statement)
        (work,) = ast.parse("def work(): ...").body
        if not isinstance(work, ast.FunctionDef):  # for type checkers
            raise TypeError
        names = [self.subject, *(_named(index) for index in range(len(hoist.taken)))]
        work.args.args = [ast.arg(each) for each in names]
        work.body = body
        return work, hoist.taken


def _named(index: int) -> str:
    return f"argument{index}"


class _Hoist(ast.NodeTransformer):
    """Takes the arguments of calls that are no constants out of them."""

    def __init__(self) -> None:
        self.taken: list[ast.expr] = []

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Put names in the place of arguments."""
        node.args = [self._name_of(each) for each in node.args]
        for keyword in node.keywords:
            keyword.value = self._name_of(keyword.value)
        return node

    def _name_of(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant):
            return node
        self.taken.append(node)
        return ast.Name(_named(len(self.taken) - 1), ast.Load())
