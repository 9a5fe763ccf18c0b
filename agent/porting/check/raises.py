"""Whether an exception that both sides raised is one that the contract allows.

`agent.porting.contract.terms.operation` defines what a contract's ``raises`` covers, and which
exceptions need no mention in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from traceback import walk_tb
from types import CoroutineType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from agent.porting.check.containment import contains
from agent.porting.compare.difference import Difference, describe
from agent.porting.compare.outcome import SCRIPT
from agent.porting.script import hostile, subclasses, vocabulary
from agent.porting.script.calls import bound, occurrences
from agent.porting.script.statement import parse
from agent.porting.script.vocabulary import Spy

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line

__all__ = ["RAISES", "outside_raises"]

RAISES = "raises"
"""What such a difference names as its place."""

_RESOURCES = (MemoryError, RecursionError)
_REFUSALS = (TypeError, ValueError, OverflowError)
_EXHAUSTED = {"__next__": StopIteration, "__anext__": StopAsyncIteration}

_ARGUMENTS = [vars(module) for module in (hostile, subclasses, vocabulary)]
"""The globals of code that a script passes as arguments."""

_MISBEHAVING = re.compile(r"\b(?:Having|Odd)\(")

_SUBCLASS = re.compile(
    rf"\b(?:{'|'.join(name for name in subclasses.__all__ if name != 'Fallback')})\("
)
"""An instance of a subclass of a built-in type, which an implementation may refuse."""


def outside_raises(
    contract: Contract,
    spec: OperationSpec,
    lines: list[str],
    error: BaseException,
    names: dict[str, Any],
) -> Difference | None:
    """Return the finding that an exception is not in the ``raises`` of its operation, or None.

    Args:
        contract: what the operation belongs to.
        spec: the operation that raised, on both sides, once its arguments were bound.
        lines: the script; the last line is the call.
        error: what the reference raised.
        names: the names of the reference's script, after the call.
    """
    if spec.raises is None:
        return None
    line = parse(lines[-1])
    if isinstance(error, (*spec.raises, *_RESOURCES, _EXHAUSTED.get(spec.name, _RESOURCES))):
        return None
    if _is_no_call(line, names) or _comes_from_arguments(error):
        return None
    if isinstance(error, _REFUSALS) and (
        _is_outside(contract, spec, line.text, names) or _misbehaves(contract, lines, names)
    ):
        return None
    allowed = ", ".join(each.__name__ for each in spec.raises) or "no exception"
    shown = f"{describe(error)}, but the contract allows {allowed}"
    return Difference(RAISES, shown, shown)


def _is_no_call(line: Line, names: dict[str, Any]) -> bool:
    """Return whether nothing was called: the object or an argument is missing."""
    return line.subject not in names or any(name not in names for name, _ in line.operands)


def _comes_from_arguments(error: BaseException) -> bool:
    """Return whether `error` passed through code that the script itself passed as an argument.

    A group did, if all that it holds did.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(map(_comes_from_arguments, error.exceptions))
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    lines = sum(frame.f_code.co_filename == SCRIPT for frame in frames)
    return lines > 1 or any(frame.f_globals is each for frame in frames for each in _ARGUMENTS)


def _is_outside(contract: Contract, spec: OperationSpec, text: str, names: dict[str, Any]) -> bool:
    """Return whether an argument of the call `text` is outside of its domain."""
    return any(
        _SUBCLASS.search(expression) or _outside(contract, parameter.annotation, expression, names)
        for parameter, expression in bound(spec, text)
    )


def _outside(contract: Contract, annotation: Any, expression: str, names: dict[str, Any]) -> bool:
    try:
        value = eval(expression, names)  # noqa: S307  # a script is code
    except Exception:  # noqa: BLE001  # such as the value of a starred argument
        return True
    if isinstance(value, CoroutineType):
        value.close()  # it is asked for its type alone
        return True
    made = contract.named_by(annotation)
    if made is not None:  # what is not made by the contract is a literal
        return type(value).__module__ == "builtins"
    return not contains(annotation, value) or _answers_wrongly(annotation, value)


def _misbehaves(contract: Contract, lines: list[str], names: dict[str, Any]) -> bool:
    """Return whether an object in the script may answer wrongly when it is asked later."""
    if any(map(_MISBEHAVING.search, lines)):
        return True
    return any(
        "Spy(" in expression and _outside(contract, parameter.annotation, expression, names)
        for call in occurrences(lines, contract)
        for parameter, expression in call.arguments
    )


def _answers_wrongly(annotation: Any, value: Any) -> bool:
    """Return whether a callback of the script answers what its annotation does not allow."""
    if get_origin(annotation) is Annotated:
        return _answers_wrongly(get_args(annotation)[0], value)
    if not isinstance(value, Spy):
        return False
    if get_origin(annotation) is Callable:
        returns = get_args(annotation)[-1]
        return not all(contains(returns, answer) for answer in value.answers)
    parts = get_args(annotation)  # of a union; what is none allows no callback at all
    return bool(parts) and all(
        not contains(part, value) or _answers_wrongly(part, value) for part in parts
    )
