"""What docstrings tell of types, in Google's, NumPy's and Sphinx's styles, and of signatures."""

from __future__ import annotations

import inspect
import re
from typing import Any

from agent.porting.infer.vocabulary import read, written

__all__ = ["documented", "signature_in"]

_GOOGLE = re.compile(r"^\s{2,}\*{0,2}(\w+) ?\(([^)]+)\) ?:", re.MULTILINE)
_NUMPY = re.compile(r"^\*{0,2}(\w+(?:, \w+)*) ?: (\S.*)$", re.MULTILINE)
_SPHINX = re.compile(r"^:type (\w+): (.+)$", re.MULTILINE)
_SPHINX_INLINE = re.compile(r"^:param ([\w\[\], |.]+) (\w+):", re.MULTILINE)
_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
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
"""What stands between the types of a union; a comma within brackets does not."""

_OF = re.compile(r"^(\w+)s? of (\w+?)s?$")
_NOISE = re.compile(
    r"\(.*?\)|\boptional\b|\bdefault\b.*|\ban?\b|\bthe\b|`|:class:|~", re.IGNORECASE
)


def documented(described: Any) -> dict[str, str]:
    """Return for each parameter that the docstring gives a type for, how a contract writes it."""
    doc = inspect.getdoc(described) or ""
    found: dict[str, str] = {}
    pairs = [(name, phrase) for phrase, name in _SPHINX_INLINE.findall(doc)]
    pairs += _SPHINX.findall(doc) + _GOOGLE.findall(doc)
    for names, phrase in _NUMPY.findall(_section(doc)):
        pairs += [(name, phrase) for name in names.split(", ")]
    for name, phrase in pairs:
        text = _annotation(phrase)
        if text is not None:
            found.setdefault(name, text)
    return found


def _section(doc: str) -> str:
    """Return NumPy's section on the parameters."""
    match = re.search(
        r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", doc, re.MULTILINE | re.DOTALL
    )
    return match[1] if match else ""


def _annotation(phrase: str) -> str | None:
    """Turn what a person wrote as a type into what a contract says; None for mere prose."""
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
    """Return the signature that a docstring begins with, as C functions without one have."""
    doc = (inspect.getdoc(described) or "").strip().partition("\n\n")[0].partition(" -- ")[0]
    match = _HEAD.match(doc.splitlines()[0].strip() if doc else "")
    if match is None or match[1] != getattr(described, "__name__", match[1]):
        return None
    text = match[2]
    # reduce(function, iterable[, initial]): what stands in brackets may be left out.
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
