"""Probes uncertain types by calling the Python side with samples.

Only functions whose source shows no access to the outside world may be probed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from inspect import Parameter
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from agent.porting.contract.classes import classes_in
from agent.porting.infer.asynchrony import until_it_waits
from agent.porting.infer.limit import TookTooLong, limited
from agent.porting.infer.vocabulary import read
from agent.porting.script.vocabulary import Journal, words
from agent.porting.strategies.from_annotation import domain_of
from agent.porting.worlds.guard import EffectStopped

if TYPE_CHECKING:
    from agent.porting.infer.guesses import Guess

__all__ = ["Probe", "simplest"]

_SAMPLES = {
    "int": ["3"], "float": ["1.5"], "str": ["'ab'"], "bytes": ["b'ab'"], "None": ["None"],
    "list[int | float]": ["[3, 1]"], "list[str]": ["['b', 'a']"], "tuple[int, ...]": ["(3, 1)"],
    "Iterable[int]": ["iter([3, 1])"], "Iterable[str]": ["iter(['b', 'a'])"],
    "dict[str, int]": ["{'a': 1}"], "set[int]": ["{3, 1}"],
    "Callable[..., Any]": ["lambda *given: given[0] if given else 1"],
}  # fmt: skip
"""Samples of the types that are tried if nothing is known."""

_SHAPES = {
    "list": ["[%s]"], "Sequence": ["[%s]", "(%s)"], "Iterable": ["[%s]", "iter([%s])"],
    "Collection": ["[%s]", "(%s)"],
}  # fmt: skip
_ITEMS = {"int | float": "3, 1, 2.5", "str": "'b', 'a', 'c'"}
_MIXED = ("1, 'a', None, 0.5", "None, None, None")
"""Items that cannot be ordered, as in a ``list[Any]``."""

_COMPARISONS = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"})
"""Operators that are called with anything."""

_MOST = 3000
"""The largest number of calls; a number, not a time, so that results are reproducible."""


class Probe:
    """Calls one function, or one method of fresh objects, with samples.

    Args:
        function: returns a fresh callable for each call.
        guesses: the parameters.
        own: of a method, the name of its class in the contract, and what makes an object.
    """

    def __init__(
        self,
        function: Callable[[], Any],
        guesses: list[Guess],
        own: tuple[str, Callable[[], Any]] | None = None,
    ) -> None:
        self._function = function
        self._guesses = guesses
        self._names = words(Journal()) | classes_in(*(read(guess.text, {}) for guess in guesses))
        self._tried = _SAMPLES
        if own is not None:
            self._tried = _SAMPLES | {own[0]: ["another()"]}
            self._names["another"] = own[1]
        self._compares = getattr(limited(function).value, "__name__", "") in _COMPARISONS
        self._left = _MOST
        self._required = [
            guess
            for guess in guesses
            if guess.parameter.default is Parameter.empty
            and guess.parameter.kind is not Parameter.VAR_KEYWORD
        ]
        self.changed: set[str] = set()
        """The parameters whose arguments changed."""
        self.gave: set[type] = set()
        """The classes of results."""

    def better(self) -> list[Guess]:
        """Return the guesses, refined by calls."""
        # At least one call is made; it also shows the result's class and changed arguments.
        choices = {guess.name: self._choices(guess) for guess in self._guesses}
        if not self._works(choices):
            # The guess is refused: discard it.
            for guess in self._required:
                if not guess.firm:
                    choices[guess.name] = list(self._tried)
            if not self._works(choices):
                return self._guesses
        for guess in self._guesses:
            if guess.firm or guess.parameter.kind is Parameter.VAR_KEYWORD:
                continue
            kept = [
                better
                for text in choices[guess.name]
                for better in self._accepted(text, guess, choices)
            ]
            choices[guess.name] = list(dict.fromkeys(kept)) or choices[guess.name]
        return [self._settled(guess, choices[guess.name]) for guess in self._guesses]

    def _works(self, choices: Mapping[str, list[str]]) -> bool:
        return self._any({}, choices)

    def _accepted(self, text: str, guess: Guess, choices: Mapping[str, list[str]]) -> Iterator[str]:
        """Yield the accepted part of the type `text`: itself, narrower types, or nothing."""
        kind, _, item = text.removesuffix("]").partition("[")
        if kind not in _SHAPES or item not in {"Any", "Hashable"}:
            if self._all(guess, self._samples(text), choices):
                yield text
            return
        mixed = [sample for items in _MIXED for sample in _filled(kind, items)]
        if self._all(guess, mixed, choices):
            yield text
            return
        for narrow, items in _ITEMS.items():
            if self._all(guess, _filled(kind, items), choices):
                yield f"{kind}[{narrow}]"
            elif self._all(guess, _filled("list", items), choices):
                yield f"list[{narrow}]"

    def _all(self, guess: Guess, samples: list[str], choices: Mapping[str, list[str]]) -> bool:
        return all(self._any({guess.name: sample}, choices) for sample in samples)

    def _any(self, chosen: Mapping[str, str], choices: Mapping[str, list[str]]) -> bool:
        """Return whether a call with `chosen` and some other arguments is accepted."""
        others = [guess.name for guess in self._required if guess.name not in chosen]
        samples = [
            [sample for text in choices[name] for sample in self._samples(text)] for name in others
        ]
        for texts in product(*samples):
            if self._left <= 0:
                return False
            self._left -= 1
            if self._accepts({**chosen, **dict(zip(others, texts, strict=True))}):
                return True
        return False

    def _accepts(self, chosen: Mapping[str, str]) -> bool:
        """Return whether a call is not refused because of argument types."""
        given, again = (
            {name: eval(text, dict(self._names)) for name, text in chosen.items()}  # noqa: S307  # our own
            for _ in range(2)
        )
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for guess in self._guesses:
            if guess.name not in given:
                continue
            if guess.parameter.kind is Parameter.KEYWORD_ONLY or named:
                named[guess.name] = given[guess.name]
            elif guess.parameter.default is Parameter.empty:
                positional.append(given[guess.name])
            elif guess.parameter.kind is Parameter.POSITIONAL_OR_KEYWORD:
                named[guess.name] = given[guess.name]
            else:
                positional.append(given[guess.name])
        outcome = limited(lambda: _used_up(self._function()(*positional, **named)))
        if isinstance(outcome.raised, TookTooLong | EffectStopped):
            self._left = 0  # other calls may take as long, or touch the outside world too
        if isinstance(outcome.raised, TypeError | AttributeError | NotImplementedError):
            return False
        if outcome.value is NotImplemented and not self._compares:
            return False  # an operator that is not for these operands
        self.gave.add(type(outcome.value))
        self.changed |= {
            name for name, value in given.items()
            if isinstance(value, list | dict | set) and repr(value) != repr(again[name])
        }  # fmt: skip
        return True

    def _choices(self, guess: Guess) -> list[str]:
        """Return the types to try for `guess`."""
        if guess.text in {"Any", "Any | None"} and not guess.firm:
            return list(self._tried)
        return _alternatives(guess.text)

    def _samples(self, text: str) -> list[str]:
        kind, _, item = text.removesuffix("]").partition("[")
        if text in self._tried:
            return self._tried[text]
        if kind in _SHAPES:
            return _filled(kind, _ITEMS.get(item, _ITEMS["int | float"]))
        return domain_of(read(text, {}), text).within[:1]

    def _settled(self, guess: Guess, kept: list[str]) -> Guess:
        """Return `guess` with the accepted types, if they differ."""
        if guess.firm or kept in (self._choices(guess), list(self._tried), list(_SAMPLES)):
            return guess
        if any(text.startswith("Iterable[") for text in kept):
            narrower = {"tuple[int, ...]", "set[int]", "list[int | float]", "list[str]"}
            kept = [text for text in kept if text not in narrower]
        if guess.parameter.default is None and "None" not in kept:
            kept = [*kept, "None"]
        known = guess.text not in {"Any", "Any | None"}
        why = (
            f"{guess.why}, and calls with others fail"
            if known
            else "calls accept only these of the types that were tried"
        )
        return replace(guess, text=" | ".join(kept), why=why)


def simplest(guess: Guess) -> Any:
    """Return the simplest value that `guess` allows."""
    text = domain_of(read(guess.text, {}), guess.name).within[0]
    return eval(text, words(Journal()))  # noqa: S307  # our own


def _alternatives(text: str) -> list[str]:
    """Return the members of a union."""
    parts = []
    node: ast.expr = ast.parse(text, mode="eval").body
    while isinstance(node, ast.BinOp):
        parts.append(ast.unparse(node.right))
        node = node.left
    return [ast.unparse(node), *reversed(parts)]


def _filled(kind: str, items: str) -> list[str]:
    return [shape.replace("%s", items) for shape in _SHAPES[kind]]


def _used_up(value: Any) -> Any:
    """Run the deferred body of a generator function or a coroutine function."""
    value = until_it_waits(value)
    return list(islice(value, 5)) if isinstance(value, Iterator) else value
