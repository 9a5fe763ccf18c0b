"""Known examples as plain tests that assert the reference's answers.

The tests import the side that stays. They need pytest, and of this package only the test doubles
that a script uses, such as a clock.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.retire.imports import Imports
from agent.porting.script.environment import sets_environment
from agent.porting.script.literals import literal
from agent.porting.script.statement import parse
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.draws import redrawn_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import Contract
    from agent.porting.script.statement import Line
    from agent.porting.script.store import Example

__all__ = ["golden_tests"]

_HEAD = '''\
"""Golden tests of {name}: what its reference answered before one side of the port was removed."""

# ruff: noqa
# mypy: ignore-errors

{imports}

def _same(value, expected):
    """Return whether both are identical, type and bits included."""
    if type(value) is not type(expected):
        return False
    if isinstance(value, (list, tuple)):
        return len(value) == len(expected) and all(map(_same, value, expected))
    if isinstance(value, dict):
        return _same(list(value.items()), list(expected.items()))
    if isinstance(value, (set, frozenset)):
        return value == expected
    return repr(value) == repr(expected)
'''

_SPY = '''

_journal = Journal()


def Spy(name, /, *answers):
    """Return a callable that gives these answers in turn."""
    return _Spy(_journal, name, *answers)
'''


def golden_tests(
    name: str, contract: Contract, python: Any, place: str, examples: Iterable[Example]
) -> str:
    """Return a test module that asserts the outcomes of `python` on each of the `examples`.

    Args:
        name: the name of the component.
        contract: its contract, whose classes scripts may use.
        python: the reference, which is run.
        place: where the tests import the remaining side from, ``"module:attribute"``.
        examples: scripts, each of which becomes a test.

    Raises `UsageError` for a component with asynchronous operations, and for an example that draws
    again from a strategy or sets the environment.
    """
    if contract.asynchronous:
        message = (
            f"{name} is asynchronous: its examples await and cancel on event loops of the check, "
            "which plain tests cannot replay. Move them, as tests of your own, out of the folders "
            "of examples and recorded calls; then retire it"
        )
        raise UsageError(message)
    own = contract.name.lower() if contract.factory is None else contract.name
    imports = Imports(contract, own, place)
    tests = []
    for example in examples:
        if redrawn_in(example.lines):
            message = (
                f"{example.path.name} draws again from a strategy of the contract, which plain "
                "tests cannot. Move it, as a test of your own, out of the folder of examples; then "
                f"retire {name}"
            )
            raise UsageError(message)
        if any(map(sets_environment, example.lines)):
            message = (
                f"{example.path.name} sets the environment, which plain tests do not. Move it, as "
                f"a test of your own, out of the folder of examples; then retire {name}"
            )
            raise UsageError(message)
        # Values that differ between runs, such as addresses, are not asserted.
        runs = [_play(contract, {own: python}, example.lines, imports) for _ in range(2)]
        body = [
            line
            for statement, shown, again in zip(example.lines, *runs, strict=True)
            for line in (shown if shown == again else statement.splitlines())
        ]
        lines = "".join(f"    {line}\n" for line in body)
        title = re.sub(r"\W", "_", example.path.stem)
        tests.append(f"\n\ndef test_{title}():\n{lines}")
    head = _HEAD.format(name=name, imports=imports.text())
    return head + (_SPY if imports.spied else "") + "".join(tests)


def _play(
    contract: Contract, own: dict[str, Any], lines: list[str], imports: Imports
) -> list[list[str]]:
    """Run a script and return the lines of a test for it."""
    names = words(Journal()) | contract.classes | own
    told = []
    for text in lines:
        statement = _Statement(text, names)
        line = parse(text)
        told.append(statement.asserted(line, line.run(names), imports))
    return told


_CHANGING = {list, dict, set}
"""Classes of arguments that a call may change; a test asserts them afterwards."""


class _Statement:
    """One line of a script, to be run among `names`."""

    def __init__(self, text: str, names: dict[str, Any]) -> None:
        self._tree = ast.parse(text).body[0]
        self._names = names

    def _arguments(self) -> Iterator[tuple[Any, Any, ast.expr]]:
        """Yield the arguments of a call, each with its container, as scripts count them."""
        call = getattr(self._tree, "value", None)
        if isinstance(call, ast.Call):
            for index, node in enumerate(call.args):
                if not isinstance(node, ast.Starred):
                    yield call.args, index, node
            for keyword in call.keywords:
                yield vars(keyword), "value", keyword.value

    def asserted(self, line: Line, outcome: Outcome, imports: Imports) -> list[str]:
        """Return the lines of a test for a line and its outcome."""
        first, last = [], []
        for place, (holder, key, node) in enumerate(list(self._arguments()), 1):
            name = f"argument{place}"
            after = self._names.get(name)
            if type(after) not in _CHANGING or (text := literal(after)) is None:
                continue
            if isinstance(node, ast.Name):
                name = node.id
            else:  # its later value can be asserted only if it has a name
                first.append(f"{name} = {ast.unparse(node)}")
                holder[key] = ast.Name(name, ast.Load())
            last.append(f"assert _same({name}, {text})")
        lines = [*first, *self._told(line, outcome, imports), *last]
        imports.use("\n".join(lines))
        return lines

    def _told(self, line: Line, outcome: Outcome, imports: Imports) -> list[str]:
        text = ast.unparse(self._tree)
        if outcome.raised is not None:
            kind = imports.raised(type(outcome.raised))
            lines = [f"with pytest.raises({kind}) as _raised:", f"    {text}"]
            args = None if outcome.binding else literal(outcome.raised.args)
            return lines if args is None else [*lines, f"assert _same(_raised.value.args, {args})"]
        value = literal(outcome.value)
        if line.target is not None:
            known = value is not None and line.operation is not None
            return [text, f"assert _same({line.target}, {value})"] if known else [text]
        if not isinstance(self._tree, ast.Expr):
            return [text]
        if value is None:
            return [f"assert repr({text}) == {_shown(outcome.value)!r}"]
        return [f"assert _same({text}, {value})"]


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001  # hostile values may do anything
        return f"{type(error).__name__}"
