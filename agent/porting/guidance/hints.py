"""Arguments that matter: those that reached something, and what comparisons suggest to try next."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import SCRIPT
from agent.porting.guidance.edits import edited
from agent.porting.guidance.relations import operands, replacements
from agent.porting.script.literals import Writer
from agent.porting.script.scalars import Unwritable
from agent.porting.script.vocabulary import Journal, words

if TYPE_CHECKING:
    from random import Random
    from types import CodeType

    from agent.porting.guidance.constants import Constants
    from agent.porting.guidance.tracer import Compared

__all__ = ["Allows", "Arguments", "Hints", "evaluated", "plain"]

Arguments = dict[str, str]
"""Expressions by parameter."""

Allows = Callable[[str, Any], bool]
"""Whether the contract allows a value for a parameter, by its name."""

_KEPT = 250
"""Calls of one operation that are kept, the newest."""

_AT_ONCE = 0.3
"""Part of the calls that follow what the last call suggests, where there is a state."""

_SHOWN = 20
"""Values of a docstring that are tried early, at most."""

_SHOWN_TIMES = 3
"""How often each is."""

_MADE = 40_000
"""Calls that are known to have been made, at most, and only short ones."""

_TRIES = 4
"""How often a call is changed that was made before."""

_PENDING = 2_000
"""Calls of one operation that wait to be tried, the newest."""

_EACH = 40
"""Calls that the comparisons of one call suggest, at most."""

_ROOM = 8_000
"""Characters of all arguments that are written anew for the comparisons of one call, about."""

_LEAST = 20
"""Characters that the shortest argument counts as."""

_OFTEN = 10
"""How often calls that reached nothing new may suggest one value for a parameter."""

_LONGEST = 80
"""Letters and items by which values are told apart there, and of a result that is put in."""

_ALPHABET = 64
"""Letters that one operation compares with, of which texts are made."""

_WORD = 8
"""Letters of a word at most, many of which make a large text."""

_WIDEST = 3_000
"""Characters of an expression that is put into a call."""

_EDITS = (1, 1, 1, 1, 2, 2, 3, 4)
"""How many changes are made of one call."""

_RESULTS = frozenset({str, bytes, list, tuple, dict})
"""Classes of results that are put into arguments."""

_SCALARS = frozenset({str, bytes, int, float, bool, type(None)})

_DEEPEST = 5
"""Containers inside each other that a value may consist of."""


class Hints:
    """What is known of the arguments of each operation.

    Args:
        constants: what the source names.
        stateful: whether an operation may do something else the next time.
    """

    def __init__(self, constants: Constants, *, stateful: bool = False) -> None:
        self.variables: dict[str, set[str]] = {}
        """The names of `os.environ` that were asked for, with what their values were compared with.
        """
        self._constants = constants
        self._stateful = stateful
        self._shown: dict[str, list[Any]] = {}
        self._soon: dict[str, list[Arguments]] = {}
        self._kept: dict[str, deque[Arguments]] = {}
        self._pending: dict[str, deque[Arguments]] = {}
        self._letters: dict[str, dict[str, None]] = {}
        self._often: Counter[tuple[str, str, str]] = Counter()
        self._renewed: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._results: dict[type, deque[Any]] = {}
        self._writer = Writer(widest=_WIDEST, redact=False)

    def show(self, operation: str, values: Iterable[Any]) -> None:
        """Let values that an operation's own docstring shows be tried early, the first first."""
        plain_ones = [each for each in values if type(each) in _SCALARS]
        self._shown[operation] = plain_ones[:_SHOWN][::-1] * _SHOWN_TIMES

    def keep(self, operation: str, arguments: Mapping[str, str]) -> None:
        """Keep a call, which reached something new."""
        self._kept.setdefault(operation, deque(maxlen=_KEPT)).append(dict(arguments))

    def kept(self, operation: str, most: int) -> list[Arguments]:
        """Return some of the calls that are kept, spread over all."""
        found = self._kept.get(operation, ())
        step = max(1, len(found) // most)
        return [dict(each) for each in list(found)[::step][:most]]

    def words(self, most: int) -> list[str | bytes]:
        """Return short texts and bytes that the program names, of each kind the first."""
        return [
            word
            for kind in (str, bytes)
            for word in [each for each in self._constants.of(kind) if 0 < len(each) <= _WORD][:most]
        ]

    def sizes(self, within: range, most: int) -> list[int]:
        """Return the first whole numbers that the program names, at most so many."""
        return [each for each in self._constants.of(int) if each in within][:most]

    def note_result(self, value: Any) -> None:
        """Note what an operation returned: what one writes, another may read."""
        if type(value) in _RESULTS and 0 < len(value) <= _LONGEST and is_plain(value):
            results = self._results.setdefault(type(value), deque(maxlen=_KEPT))
            if value not in results:
                results.append(value)

    def learn(
        self,
        operation: str,
        arguments: Mapping[str, str],
        compared: Iterable[Compared],
        allows: Allows,
        *,
        matters: bool,
    ) -> None:
        """Note what a call suggests that compared its arguments, or parts of them.

        If it `matters`, as it reached something new, its suggestions are tried first. Those of the
        last call may be tried at once where there is a state: while that is the same.
        """
        values = {name: found[0] for name, text in arguments.items() if (found := plain(text))}
        left, room = _EACH, _ROOM if matters else _ROOM // 2
        self._soon[operation] = []
        for each in _different(compared):
            self._note_constants(each)
            self._note_letters(operation, each, list(values.values()))
            for old, others in operands(each):
                for new in others:
                    for name, value in values.items():
                        if not (matters or self._is_rare(operation, name, new)):
                            continue
                        for changed in replacements(value, old, new):
                            room -= _LEAST + len(arguments[name])
                            if room < 0:
                                return
                            call = self._call(operation, arguments, name, changed, allows)
                            if call is None:
                                continue
                            self._await(operation, call, first=matters)
                            left -= 1
                            if left <= 0:
                                return

    def _note_constants(self, compared: Compared) -> None:
        for value in (compared.left, compared.right):
            if type(value) in {str, bytes, int, float}:
                self._constants.add(value)

    def _note_letters(self, operation: str, compared: Compared, given: list[Any]) -> None:
        """Note letters that arguments are compared with, and that are not of these themselves."""
        letters = self._letters.setdefault(operation, {})
        for value in (compared.left, compared.right):
            if type(value) is not str or len(value) != 1 or len(letters) >= _ALPHABET:
                continue
            if not any(value in each for each in given if type(each) is str):
                letters[value] = None

    def _is_rare(self, operation: str, name: str, value: Any) -> bool:
        """Return whether a value was not yet suggested often for a parameter."""
        try:
            key = operation, name, repr(value)[:_LONGEST]
        except ValueError:  # a number has too many digits
            return False
        self._often[key] += 1
        return self._often[key] <= _OFTEN

    def _call(
        self, operation: str, arguments: Mapping[str, str], name: str, value: Any, allows: Allows
    ) -> Arguments | None:
        """Return the call with another value of one argument; None if it is none or not new."""
        text = self._written(value) if allows(name, value) else None
        if text is None:
            return None
        call = {**arguments, name: text}
        known = operation, tuple(call.items())
        if self._stateful:
            self._soon[operation].append(call)
        elif known in self._seen:
            return None
        return call

    def _await(self, operation: str, call: Arguments, *, first: bool) -> None:
        """Let a call be made, before or after those that wait, unless it was to be made before."""
        known = operation, tuple(call.items())
        if known not in self._seen:
            self._seen.add(known)
            waiting = self._pending.setdefault(operation, deque(maxlen=_PENDING))
            (waiting.append if first else waiting.appendleft)(call)

    def propose(
        self, operation: str, arguments: Arguments, chance: Random, allows: Allows
    ) -> Arguments:
        """Return the arguments to call an operation with, where `arguments` were drawn for it."""
        shown = self._shown.get(operation)
        if shown and chance.random() < _AT_ONCE:
            self._put_shown(arguments, shown.pop(), chance, allows)
            return arguments
        soon = self._soon.get(operation)
        if soon and chance.random() < _AT_ONCE:
            return soon.pop(chance.randrange(len(soon)))
        pending = self._pending.get(operation)
        if pending and chance.random() < 0.7:
            return pending.pop()
        kept = self._kept.get(operation)
        way = chance.random()
        if kept and way < 0.5:
            known = chance.choice(kept)
            if way < 0.1:
                return dict(known)
            # Of the drawn arguments, what the known call does not pass may go with it.
            arguments = {
                name: text
                for name, text in arguments.items()
                if name not in known and chance.random() < 0.5
            } | known
        elif way > 0.75:
            return arguments
        return self.vary(operation, arguments, chance, allows)

    def vary(
        self, operation: str, arguments: Arguments, chance: Random, allows: Allows
    ) -> Arguments:
        """Return `arguments` with one change or a few."""
        for _ in range(chance.choice(_EDITS)):
            self._edit(operation, arguments, chance, allows)
        return arguments

    def renew(
        self, operation: str, arguments: Arguments, chance: Random, allows: Allows
    ) -> Arguments:
        """Return `arguments`, changed where they were returned here before.

        For what keeps no state: the same call twice shows nothing new.
        """
        for _ in range(_TRIES):
            call = operation, tuple(arguments.items())
            if call not in self._renewed:
                if len(self._renewed) < _MADE and sum(map(len, arguments.values())) < _WIDEST // 10:
                    self._renewed.add(call)
                break
            arguments = self.vary(operation, dict(arguments), chance, allows)
        return arguments

    def _edit(self, operation: str, arguments: Arguments, chance: Random, allows: Allows) -> None:
        """Change one of the arguments; now and then into something related to another."""
        if not arguments:
            return
        name = chance.choice(list(arguments))
        found = plain(arguments[name])
        if not found:
            return
        value = found[0]
        others = [each for each in arguments if each != name]
        if others and chance.random() < 0.3:
            other = plain(arguments[chance.choice(others)])
            if other and type(other[0]) is type(value):
                self._put(arguments, name, _related(value, other[0], chance), allows)
                return
        letters = self._letters.get(operation)
        if letters and type(value) is str and chance.random() < 0.1:
            made = "".join(chance.choices(list(letters), k=chance.randint(1, _WORD)))
            self._put(arguments, name, made, allows)
            return
        known, results = self._constants.of(type(value)), self._results.get(type(value))
        way = chance.random()
        if results and way < 0.15:
            self._put(arguments, name, chance.choice(results), allows)
        elif known and way < 0.4:
            self._put(arguments, name, chance.choice(known), allows)
        else:
            self._put(arguments, name, edited(value, chance, self._constants), allows)

    def _put_shown(self, arguments: Arguments, value: Any, chance: Random, allows: Allows) -> None:
        """Give a value to one of the parameters that have one of its class."""
        names = [
            name
            for name, text in arguments.items()
            if (found := plain(text)) and type(found[0]) is type(value)
        ]
        if names:
            self._put(arguments, chance.choice(names), value, allows)

    def _put(self, arguments: Arguments, name: str, value: Any, allows: Allows) -> None:
        text = self._written(value) if allows(name, value) else None
        if text is not None:
            arguments[name] = text

    def _written(self, value: Any) -> str | None:
        try:
            return self._writer.write(value)
        except (Unwritable, RecursionError, ValueError):  # a number has too many digits
            return None


def _different(compared: Iterable[Compared]) -> list[Compared]:
    """Return the comparisons without repetitions; of those with dicts, the first few."""
    found = list(compared)
    keyed = [each for each in found if each.how == "key"]
    return keyed[:4] + list(dict.fromkeys(each for each in found if each.how != "key"))


def _related(value: Any, other: Any, chance: Random) -> Any:
    """Return a value that stands in a simple relation to `other`."""
    if isinstance(other, bool):
        return other
    if isinstance(other, int | float):
        return chance.choice([other, other + 1, other - 1, -other, other * 2])
    if isinstance(other, str | bytes | list | tuple):
        cut = chance.randint(0, len(other))
        return chance.choice([
            other, other[:cut], other[cut:], other + value, value + other, other[::-1],
            other[:cut] + value + other[cut:],
        ])  # fmt: skip
    return other


@lru_cache(maxsize=1 << 14)
def _code(text: str) -> CodeType:
    return compile(text, SCRIPT, "eval")


_NAMES = words(Journal())


def evaluated(text: str) -> Any:
    """Return the value of an expression that needs no object of a script."""
    return eval(_code(text), dict(_NAMES))  # noqa: S307  # a script is code


def plain(text: str) -> tuple[Any] | None:
    """Return the value of an expression, in a tuple, if it is plain: made of built-in classes."""
    try:
        value = evaluated(text)
    except Exception:  # noqa: BLE001  # an object of the script, or a trap
        return None
    return (value,) if is_plain(value) else None


def is_plain(value: Any, depth: int = 0) -> bool:
    """Return whether a value is made of objects of built-in classes alone, which do no harm."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if depth == _DEEPEST or kind not in _RESULTS:
        return False
    items = (each for pair in value.items() for each in pair) if kind is dict else value
    return all(is_plain(each, depth + 1) for each in items)
