"""Watches functions while they run: the branches they take, and what they compare.

The code of the functions is replaced by rewritten code as long as the tracer is in place; the
functions stay the same objects. On Python 3.11 this costs a few function calls for each decision,
where tracing would cost one for each line.
"""

from __future__ import annotations

import builtins
import gc
import re
from itertools import islice
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from agent.porting.files.reading import read_bytes
from agent.porting.guidance.instrument import TRACER, Branch, instrument

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

__all__ = ["Compared", "Traced", "Tracer"]

__passes_calls_on__ = True

_MOST = 200
"""Comparisons that are kept of one call."""

_ITEMS = 40
"""Items of a container that a look-up is taken to compare with, at most."""

_TABLE = 300
"""Entries of a container that may be a table of the program."""

_PLAIN = frozenset({int, float, str, bytes, bool})
"""Classes of values that can be told apart and written; objects are asked nothing."""

_CONTAINERS = (str, bytes, tuple, list, set, frozenset, dict)


class Compared(NamedTuple):
    """One comparison."""

    how: str
    """``"eq"``, ``"lt"``, ``"in"`` (the right holds the left), ``"starts"``, ``"ends"``,
    ``"regex"`` (the right is a pattern), ``"index"``, ``"key"`` (the right is a dict that lacks the
    left) or ``"kind"`` (the right names a test of the left text, such as ``isdigit``)."""
    left: Any
    right: Any


class Traced(NamedTuple):
    """What was seen since the last time."""

    taken: set[int]
    """The numbers of the branches that were taken."""
    compared: list[Compared]
    """The comparisons, the oldest first."""
    found: set[Any]
    """The keys that look-ups in small containers found."""


class Tracer:
    """Replaces the code of the functions in some files; as a context manager, puts it back.

    Args:
        files: sources of Python modules that are imported already. What cannot be rewritten or has
            no function is left as it is.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self.branches: list[tuple[Path, Branch]] = []
        """All that the functions have, by number."""
        self.compares = True
        """Whether comparisons are noted, not only branches."""
        self._taken: set[int] = set()
        self._compared: list[Compared] = []
        self._found: set[Any] = set()
        self._last: Any = None
        self._codes: dict[tuple[str, str, int], CodeType] = {}
        self._original: list[tuple[FunctionType, CodeType]] = []
        for path in files:
            self._rewrite(path)

    def _rewrite(self, path: Path) -> None:
        try:
            made = instrument(read_bytes(path), len(self.branches))
            code = compile(made.tree, str(path), "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError, RecursionError):
            return
        self.branches += [(path, branch) for branch in made.branches]
        for each in _all_codes(code):
            self._codes[str(path), each.co_qualname, each.co_firstlineno] = each

    def __enter__(self) -> Self:
        """Put the rewritten code in place."""
        setattr(builtins, TRACER, self)
        for function in [each for each in gc.get_objects() if type(each) is FunctionType]:
            code = function.__code__
            ours = self._codes.get((code.co_filename, code.co_qualname, code.co_firstlineno))
            if ours is not None and len(ours.co_freevars) == len(code.co_freevars):
                self._original.append((function, code))
                function.__code__ = ours.replace(co_filename=code.co_filename)
        return self

    def __exit__(self, *_: object) -> None:
        """Put the original code back."""
        for function, code in self._original:
            function.__code__ = code
        self._original.clear()
        self.take()

    def numbers_in(self, places: Container[tuple[str, int]]) -> list[int]:
        """Return the numbers of the branches of some functions, by file and first line."""
        return [
            number
            for number, (path, branch) in enumerate(self.branches)
            if not branch.inner and (str(path), branch.function) in places
        ]

    def place_of(self, number: int) -> str:
        """Return where a branch is, and the way it goes: ``"pure.py:20 true"``."""
        path, branch = self.branches[number]
        return f"{path.name}:{branch.line} {branch.way}"

    def take(self) -> Traced:
        """Return what was seen since this was last asked."""
        seen = Traced(self._taken, self._compared, self._found)
        self._taken, self._compared, self._found, self._last = set(), [], set(), None
        return seen

    # What follows is called by the rewritten code.

    def reached(self, number: int) -> None:
        """Note that a place was reached."""
        self._taken.add(number)

    def decided(self, number: int, value: Any) -> Any:
        """Note how a decision goes; it is asked for its truth once more."""
        self._taken.add(number if value else number + 1)
        return value

    def eq(self, left: Any, right: Any) -> Any:
        """Note ``left == right``."""
        self._note("eq", left, right)
        return left == right

    def ne(self, left: Any, right: Any) -> Any:
        """Note ``left != right``."""
        self._note("eq", left, right)
        return left != right

    def lt(self, left: Any, right: Any) -> Any:
        """Note ``left < right``."""
        self._note("lt", left, right)
        return left < right

    def le(self, left: Any, right: Any) -> Any:
        """Note ``left <= right``."""
        self._note("lt", left, right)
        return left <= right

    def gt(self, left: Any, right: Any) -> Any:
        """Note ``left > right``."""
        self._note("lt", left, right)
        return left > right

    def ge(self, left: Any, right: Any) -> Any:
        """Note ``left >= right``."""
        self._note("lt", left, right)
        return left >= right

    def in_(self, left: Any, right: Any) -> bool:
        """Note ``left in right``."""
        self._note_inside(left, right)
        return left in right

    def not_in(self, left: Any, right: Any) -> bool:
        """Note ``left not in right``."""
        self._note_inside(left, right)
        return left not in right

    def first(self, value: Any) -> Any:
        """Begin a chain of comparisons."""
        self._last = value
        return value

    def next(self, name: str, value: Any) -> Any:
        """Note a comparison of the last value of a chain with the next."""
        if name in {"in_", "not_in"}:
            self._note_inside(self._last, value)
        else:
            self._note("eq" if name in {"eq", "ne"} else "lt", self._last, value)
        self._last = value
        return value

    def matched(self, value: Any, constants: tuple[Any, ...]) -> Any:
        """Note what a value is matched with."""
        parts = [value]
        if type(value) in {list, tuple}:
            parts += value[:_ITEMS]
        elif type(value) is dict:
            parts += [each for pair in islice(value.items(), _ITEMS) for each in pair]
        for part in parts:
            for constant in constants:
                self._note("eq", part, constant)
        return value

    def item(self, holder: Any, key: Any) -> Any:
        """Note a look-up."""
        if type(holder) is dict:
            self._note_key(key, holder)
        elif type(key) is int and type(holder) in {list, tuple, str, bytes}:
            self._note("index", key, len(holder))
        return holder[key]

    def called(self, receiver: Any, name: str, *arguments: Any, **named: Any) -> Any:
        """Note the call of one of the watched methods."""
        kind = type(receiver)
        if arguments:
            if kind is str or kind is bytes:
                self._note_text(receiver, name, arguments[0])
            elif kind is dict:
                self._note_key(arguments[0], receiver)
            elif kind is re.Pattern:
                self._note_pattern(arguments[0], receiver)
            elif receiver is re and len(arguments) > 1:
                self._note_pattern(arguments[1], arguments[0])
            elif name in {"count", "index"} and kind in {list, tuple}:
                self._note_inside(arguments[0], receiver)
        elif kind is str and name.startswith("is"):
            self._note("kind", receiver, name)
        return getattr(receiver, name)(*arguments, **named)

    def converted(self, conversion: Any, *arguments: Any, **named: Any) -> Any:
        """Note the call of ``int`` or ``float``."""
        if arguments and type(arguments[0]) is str and conversion in {int, float}:
            self._note("kind", arguments[0], conversion.__name__)
        return conversion(*arguments, **named)

    def _note(self, how: str, left: Any, right: Any) -> None:
        if len(self._compared) >= _MOST or not self.compares:
            return
        if type(left) in _PLAIN and type(right) in _PLAIN:
            self._compared.append(Compared(how, left, right))
        elif type(left) is type(right) and type(left) in {tuple, list}:
            for one, other in zip(left[:_ITEMS], right[:_ITEMS], strict=False):
                if type(one) in _PLAIN and type(other) in _PLAIN:
                    self._compared.append(Compared(how, one, other))

    def _note_inside(self, left: Any, right: Any) -> None:
        if not self.compares:
            return
        kind = type(right)
        if kind in {str, bytes}:
            self._note("in", left, right)
        elif kind in _CONTAINERS and type(left) in _PLAIN:
            items = [each for each in islice(right, _TABLE) if type(each) in _PLAIN]
            if left in items:
                self._found.add(left)
            for each in items[:_ITEMS]:
                self._note("eq", left, each)

    def _note_key(self, key: Any, holder: dict[Any, Any]) -> None:
        if self.compares and type(key) in _PLAIN and len(holder) < _ITEMS and key not in holder:
            held = (each for pair in holder.items() for each in pair)
            if all(type(each) in _PLAIN for each in held):
                self._compared.append(Compared("key", key, dict(holder)))
        self._note_inside(key, holder)

    def _note_text(self, receiver: Any, name: str, given: Any) -> None:
        if name == "startswith":
            how = "starts"
        elif name == "endswith":
            how = "ends"
        else:
            how = "in"
        for each in given if type(given) is tuple else (given,):
            if how == "in":
                self._note("in", each, receiver)
            else:
                self._note(how, receiver, each)

    def _note_pattern(self, subject: Any, pattern: Any) -> None:
        if type(subject) in {str, bytes} and len(self._compared) < _MOST:
            self._compared.append(Compared("regex", subject, pattern))


def _all_codes(code: CodeType) -> Iterable[CodeType]:
    """Yield the code of all functions inside `code`, however deep."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _all_codes(each)
