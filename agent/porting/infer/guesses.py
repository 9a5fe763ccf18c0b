"""The type of each parameter, from the best source, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import Parameter
from typing import TYPE_CHECKING, Any

from agent.porting.infer.docstrings import documented
from agent.porting.infer.names import suggested
from agent.porting.infer.usage import usage_of
from agent.porting.infer.vocabulary import NAMES, annotation_of, read, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Guess", "guess_parameters", "guess_result"]


@dataclass(frozen=True)
class Guess:
    """The inferred type of one parameter."""

    parameter: Parameter
    text: str
    """Its annotation."""
    why: str | None
    """The source of the guess; None for an annotation, which is not a guess."""
    firm: bool = True
    """Whether the program itself states the type, at least in a docstring."""

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name


def guess_parameters(
    parameters: Iterable[Parameter],
    sides: tuple[Any, Any],
    recorded: Mapping[str, str],
    own: tuple[type, str] | None = None,
) -> list[Guess]:
    """Return a type for each of `parameters` of two functions, the better informed side first.

    `recorded` are the types that recorded calls pass, by parameter.
    """
    told: dict[str, str] = {}
    for side in reversed(sides):
        told |= documented(side)
    uses = usage_of(sides[0])
    return [_guess(parameter, sides, told, uses.types, recorded, own) for parameter in parameters]


def _guess(  # noqa: PLR0913, PLR0917  # one for each source
    parameter: Parameter,
    sides: tuple[Any, Any],
    told: Mapping[str, str],
    uses: Mapping[str, tuple[str, str]],
    recorded: Mapping[str, str],
    own: tuple[type, str] | None,
) -> Guess:
    name, default = parameter.name, parameter.default
    for side in sides:
        text = _annotated(side, name, own)
        if text is not None:
            return Guess(parameter, text, None)
    found: tuple[str, str, bool] | None = None
    if name in told:
        found = _textual(told[name]), "its docstring says so", True
    elif name in recorded:
        found = recorded[name], "recorded calls pass that", True
    elif name in uses:
        found = *uses[name], False
    elif default not in {Parameter.empty, None, ...} if _plain(default) else False:
        text = written(type(default)) or "Any"
        found = text, f"its default is {default!r}", False
    elif (text := suggested(name)) is not None:
        found = text, "parameters of that name mostly are", False
    if found is None:
        return Guess(parameter, "Any", "nothing indicates its type", firm=False)
    text, why, firm = found
    if default is None and "None" not in text.split(" | "):
        text = f"{text} | None"
    return Guess(parameter, text, why, firm)


def _plain(default: Any) -> bool:
    return isinstance(default, bool | int | float | str | bytes | tuple | type(None) | type(...))


def _textual(text: str) -> str:
    """Use strings for sequences of any items, as programs that compare sequences do."""
    parts = text.split(" | ")
    sequences = {"Sequence[Any]", "Sequence[Hashable]", "Iterable[Any]", "Iterable[Hashable]"}
    return f"str | {text}" if sequences & set(parts) and "str" not in parts else text


def _annotated(side: Any, name: str, own: tuple[type, str] | None) -> str | None:
    function: Any = vars(side).get("__init__") if isinstance(side, type) else side
    function = getattr(function, "__wrapped__", function)
    annotations = getattr(function, "__annotations__", None)
    if not isinstance(annotations, dict) or name not in annotations:
        return None
    names = {**NAMES, **getattr(function, "__globals__", {})}
    if own is not None:
        names.setdefault(own[0].__name__, own[0])
    annotation = annotation_of(annotations[name], names)
    return None if annotation is None else written(annotation, own)


def guess_result(sides: Iterable[Any], own: tuple[type, str] | None) -> str:
    """Return the annotated result of one of `sides`; Any if there is none."""
    for side in sides:
        text = _annotated(side, "return", own)
        if text is not None and (own is None or text == own[1] or read(text, {}) is not None):
            return text
    return "Any"
