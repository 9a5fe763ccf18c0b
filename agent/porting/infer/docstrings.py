"""Types and signatures from docstrings in the styles of Google, NumPy and Sphinx."""

from __future__ import annotations

import inspect
import re
from typing import Any

from griffe import (
    Docstring,
    DocstringSectionAttributes,
    DocstringSectionOtherParameters,
    DocstringSectionParameters,
    parse_google,
    parse_numpy,
    parse_sphinx,
)

from agent.porting.infer.vocabulary import read, written

__all__ = ["documented", "signature_in"]

_APART = re.compile(r"^(\w[\w ]*:\n)\n+(?= )", re.MULTILINE)
"""A heading of Google's style with an empty line below it, where griffe sees no section."""

_NAMED = (
    DocstringSectionParameters,
    DocstringSectionOtherParameters,
    DocstringSectionAttributes,  # of a class whose arguments are its attributes
)

_HEAD = re.compile(r"^(?:[\w.]+\.)?(\w+)\((.*?)\)(?:\s*->.*)?$", re.DOTALL)

_PHRASES = {
    "any": "Any", "anything": "Any", "object": "Any", "bool": "bool", "boolean": "bool",
    "bytes": "bytes", "bytes-like": "bytes", "bytestring": "bytes", "callable": "Callable",
    "char": "str", "character": "str", "dict": "dict", "dictionary": "dict", "float": "float",
    "function": "Callable", "hashable": "Hashable", "int": "int", "integer": "int",
    "iterable": "Iterable", "iterator": "Iterator", "list": "list", "mapping": "Mapping",
    "none": "None", "number": "int | float", "sequence": "Sequence", "set": "set", "str": "str",
    "string": "str", "text": "str", "tuple": "tuple", "unicode": "str",
}  # fmt: skip

_BETWEEN = re.compile(r" or | \| |,\s*(?![^\[]*\])")
"""What separates the types of a union; a comma within brackets does not."""

_OF = re.compile(r"^(\w+)s? of (\w+?)s?$")
_NOISE = re.compile(
    r"\(.*?\)|\boptional\b|\bdefault\b.*|\ban?\b|\bthe\b|`|:class:|~", re.IGNORECASE
)


def documented(described: Any) -> dict[str, str]:
    """Return the types that a docstring gives for parameters, as a contract writes them."""
    doc = _APART.sub(r"\1", inspect.getdoc(described) or "")
    found: dict[str, str] = {}
    for parse in (parse_sphinx, parse_google, parse_numpy):  # one finds nothing in another's style
        for section in parse(Docstring(doc), warnings=False):
            if isinstance(section, _NAMED):
                for parameter in section.value:
                    text = _annotation(str(parameter.annotation or ""))
                    if text is not None:
                        found.setdefault(parameter.name.lstrip("*"), text)
    return found


def _annotation(phrase: str) -> str | None:
    """Return the type written in `phrase` as a contract writes it; None for prose."""
    optional = "optional" in phrase.lower()
    bare = _NOISE.sub("", phrase).strip(" ,.")
    exact = read(bare)
    if exact is not None and (text := written(exact)) is not None:
        return text
    texts = [_one(part.strip()) for part in _BETWEEN.split(bare) if part.strip()]
    known = [text for text in dict.fromkeys(texts) if text is not None]
    if not known or len(known) < len(set(texts)) - optional:
        return None
    return " | ".join(known)


def _one(word: str) -> str | None:
    match = _OF.match(word)
    if match:
        whole, part = (_PHRASES.get(each.lower()) for each in match.groups())
        if whole in {"list", "tuple", "set", "Iterable", "Iterator", "Sequence"} and part:
            return f"{whole}[{part}{', ...' if whole == 'tuple' else ''}]"
    text = _PHRASES.get(word.lower()) or word
    annotation = read(text)
    return None if annotation is None else written(annotation)


def signature_in(described: Any) -> inspect.Signature | None:
    """Return the signature at the beginning of a docstring, as those of C functions have."""
    doc = (inspect.getdoc(described) or "").strip().partition("\n\n")[0].partition(" -- ")[0]
    match = _HEAD.match(doc.splitlines()[0].strip() if doc else "")
    if match is None or match[1] != getattr(described, "__name__", match[1]):
        return None
    text = match[2]
    # reduce(function, iterable[, initial]): parameters in brackets are optional.
    head, bracket, tail = text.partition("[")
    optional = re.sub(r"[\[\]]", "", tail)
    parts = [part.strip() for part in head.split(",") if part.strip()]
    parts += [f"{part.strip()}=..." for part in optional.split(",") if part.strip() and bracket]
    try:
        space: dict[str, Any] = {}
        exec(f"def described({', '.join(parts)}): ...", {"__builtins__": {}}, space)  # noqa: S102  # nothing in it runs but defaults, without any names
    except Exception:  # noqa: BLE001  # prose in parentheses
        return None
    signature = inspect.signature(space["described"])
    kinds = [
        parameter.replace(kind=inspect.Parameter.POSITIONAL_ONLY)
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        else parameter
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=kinds)
