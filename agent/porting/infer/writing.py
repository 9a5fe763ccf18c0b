"""The source text of an inferred contract."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field, replace
from inspect import Parameter
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

from agent.porting.contract.terms import Effect
from agent.porting.infer.vocabulary import imports_for, placed_in

if TYPE_CHECKING:
    from agent.porting.infer.guesses import Guess

__all__ = ["Method", "Outline", "first_line", "write"]

_WIDTH = 100
_STARS: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}


@dataclass
class Method:
    """One operation, or the call of a factory."""

    name: str
    parameters: list[Guess]
    returns: str
    effect: Effect
    is_property: bool = False
    is_coroutine: bool = False
    assigned: str | None = None
    """The type of what may be assigned to it, if it is a property with a setter."""
    deletes: bool = False
    """Whether it is a property that may be deleted."""
    doc: str = ""
    """Its description, in one line."""
    notes: list[str] = field(default_factory=list)
    """Guesses about it beyond the types of its parameters."""

    @property
    def guesses(self) -> list[str]:
        """The guesses, each with its reason."""
        typed = [
            f"{guess.name}: {guess.text}, since {guess.why}"
            for guess in self.parameters
            if guess.why is not None
        ]
        return self.notes + typed


@dataclass
class Outline:
    """A protocol to be written."""

    name: str
    doc: str
    methods: list[Method]
    marks: list[str] = field(default_factory=list)
    """Decorators, one line each."""


def write(title: str, outlines: list[Outline]) -> str:
    """Return the text of a module that declares `outlines`, one protocol each."""
    own = _classes(outlines)
    for method in (method for outline in outlines for method in outline.methods):
        method.returns = _shortened(method.returns, own)
        method.assigned = method.assigned and _shortened(method.assigned, own)
        method.parameters = [
            replace(guess, text=_shortened(guess.text, own)) for guess in method.parameters
        ]
    body = "\n\n\n".join(map(_protocol, outlines))
    code = re.sub(r"(?m)^ *#.*$|\"\"\".*?\"\"\"", "", body)
    head = [f'"""{title}"""', "from __future__ import annotations", imports_for(f"Protocol {code}")]
    if own:
        head.append("\n".join(f"from {module} import {name}" for module, name in own.values()))
    return "\n\n".join(head) + f"\n\n\n{body}\n"


def _shortened(text: str, classes: dict[str, tuple[str, str]]) -> str:
    """Return an annotation with unqualified class names."""
    for dotted, (_, name) in classes.items():
        text = re.sub(rf"(?<![\w.]){re.escape(dotted)}\b", name, text)
    return text


def _classes(outlines: list[Outline]) -> dict[str, tuple[str, str]]:
    """Return the program's classes that the protocols name, as they are written there."""
    methods = [method for outline in outlines for method in outline.methods]
    texts = [method.returns for method in methods]
    texts += [method.assigned for method in methods if method.assigned]
    texts += [guess.text for method in methods for guess in method.parameters]
    found = [placed_in(text) for text in texts]
    return {dotted: place for each in found for dotted, place in sorted(each.items())}


def _protocol(outline: Outline) -> str:
    lines = [*outline.marks, f"class {outline.name}(Protocol):", f'    """{_safe(outline.doc)}"""']
    for method in outline.methods:
        written = [*_method(method), *_changing(method)]
        lines += ["", *(f"    {line}" if line else "" for line in written)]
    return "\n".join(lines)


def _method(method: Method) -> list[str]:
    lines = [
        line
        for guess in method.guesses
        for line in wrap(
            f"Guessed: {guess}.", _WIDTH - 4, initial_indent="# ", subsequent_indent="#   ",
            break_long_words=False, break_on_hyphens=False,
        )
    ]  # fmt: skip
    if method.is_property:
        lines.append("@property")
    elif method.effect is not Effect.WRITES:
        lines.append(f"@operation(effect=Effect.{method.effect.name})")
    parts = _parameters(method.parameters)
    if method.name == "__aexit__":  # which the language calls
        parts = ["*exception: object"]
    ending = f" -> {method.returns}:"
    define = "async def" if method.is_coroutine else "def"
    flat = f"{define} {method.name}(self{''.join(f', {part}' for part in parts)}){ending}"
    if len(flat) + 4 <= _WIDTH:
        lines.append(flat)
    else:
        lines += [f"{define} {method.name}(", "    self,", *(f"    {part}," for part in parts)]
        lines.append(f"){ending}")
    if method.doc:
        return [*lines, f'    """{_safe(method.doc)}"""']
    lines[-1] += " ..."
    return lines


def _changing(method: Method) -> list[str]:
    """Return the setter and the deleter of a property."""
    lines = []
    if method.assigned is not None:
        lines += ["", f"@{method.name}.setter"]
        lines += [f"def {method.name}(self, value: {method.assigned}) -> None: ..."]
    if method.deletes:
        lines += ["", f"@{method.name}.deleter", f"def {method.name}(self) -> None: ..."]
    return lines


def _parameters(guesses: list[Guess]) -> list[str]:
    texts: list[str] = []
    kinds = [guess.parameter.kind for guess in guesses]
    for index, guess in enumerate(guesses):
        parameter = guess.parameter
        if (
            parameter.kind is Parameter.KEYWORD_ONLY
            and Parameter.KEYWORD_ONLY not in kinds[:index]
            and Parameter.VAR_POSITIONAL not in kinds[:index]
        ):
            texts.append("*")
        stars = _STARS.get(parameter.kind, "")
        default = parameter.default
        given = "" if default is Parameter.empty else f" = {_default(default)}"
        texts.append(f"{stars}{guess.name}: {guess.text}{given}")
        last = index + 1 == len(kinds) or kinds[index + 1] is not Parameter.POSITIONAL_ONLY
        if parameter.kind is Parameter.POSITIONAL_ONLY and last:
            texts.append("/")
    return texts


def _default(default: Any) -> str:
    """Write a default as its text if that evaluates to it, and otherwise as ``...``."""
    if isinstance(default, bool | int | float | str | bytes | type(None)):
        text = repr(default)
        if text not in {"nan", "inf", "-inf"} and len(text) <= 40:
            return text
    if isinstance(default, tuple) and all(isinstance(item, int | str) for item in default):
        return repr(default)
    return "..."


def first_line(described: Any) -> str:
    """Return the first sentence of a docstring, in one line."""
    doc = (inspect.getdoc(described) or "").strip().partition("\n\n")[0]
    line = " ".join(doc.split()).partition(". ")[0].rstrip(".:")
    if not line or re.match(r"[\w.]+\(", line):
        return ""
    short = shorten(line, 80, placeholder=" …")
    return short if short.endswith("…") else f"{short}."


def _safe(doc: str) -> str:
    return doc.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
