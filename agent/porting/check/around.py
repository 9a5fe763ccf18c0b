"""What both sides of a pair share with all else in the process, while a script runs.

It is looked at before and after a script, which takes some microseconds. What has changed is looked
at `closely` when the script is run again: after each line on each side, and it is put back between
the sides, so that it is known which side changed what.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from agent.porting.check.leftovers import LEFTOVERS, Counted, everything, lowest_descriptor
from agent.porting.check.module_names import Held, Name, names_of
from agent.porting.check.process_state import ASPECTS, COSTLY, Aspect
from agent.porting.check.raw_output import STREAMS, RawOutput
from agent.porting.script.environment import sets_environment
from agent.porting.script.probing import PROBING
from agent.porting.worlds.opening import WORLD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agent.porting.check.effects import Beside
    from agent.porting.contract.reader import Contract
    from agent.porting.script.statement import Line

__all__ = ["EVERYTHING", "QUICKLY", "Around", "costly_state", "preserved", "put_back", "words_for"]

_ALL = ASPECTS | COSTLY

QUICKLY = frozenset({*ASPECTS, *STREAMS, "globals"})
"""What takes little time to look at closely."""

EVERYTHING = QUICKLY | set(COSTLY) | set(LEFTOVERS)
"""All that may be looked at closely."""


_raw = RawOutput()


_State = tuple[dict[str, Any], list[Held]]
"""The state of the process, and what the global names are bound to."""

_NOTHING: _State = {}, []


class _Bound(NamedTuple):
    """A global name, and what it is bound to."""

    name: str
    value: Any

    def __repr__(self) -> str:
        return f"{self.name} = {self.value!r}"


class Around:
    """What is around the sides of one pair.

    Args:
        contract: says whether event loops are around, too.
        sides: the implementations.
        closely: what is looked at after each line on each side, by the words of `BESIDE`.
    """

    _opened: ClassVar[list[Around]] = []

    def __init__(self, contract: Contract, *sides: Any, closely: Collection[str] = ()) -> None:
        self.closely = frozenset(closely)
        self.changed: set[str] = set()
        """What had changed when this was closed, by the word that switches it off."""
        self._left_out = set(LEFTOVERS if contract.asynchronous else ())
        """What is not looked at, as event loops and worlds change it by themselves."""
        self._names = names_of(*sides)
        self._aspects = {word: aspect for word, aspect in _ALL.items() if word in closely}
        self._costly = bool(COSTLY.keys() & closely) or bool(set(LEFTOVERS) & set(closely))
        self._looks = self._sets = False
        self._lowest = -1
        self._there: Counted = {}
        self._alone: list[Name] = []
        self._begin: list[Held] = []
        self._base = self._resumed = self._first = self._seen = self._made = _NOTHING

    def open(self) -> None:
        """Begin, with all as it was before any script."""
        _raw.open()
        together = ASPECTS | self._aspects
        self._resumed = self._base = _look(together), self._names.look()
        if self._opened:
            outer = self._opened[0]
            outer._put(outer._base)  # noqa: SLF001  # of this class
            self._base = _look(together), self._names.look()
        self._opened.append(self)
        self._first = self._base
        self._lowest = lowest_descriptor()

    def close(self) -> None:
        """Note what has changed since, and put all back as it was."""
        if self not in self._opened:
            return
        above = self._opened.index(self) + 1
        if above == len(self._opened):
            self._note_changed()
            if self.changed or self.closely or self._resumed is not self._first:
                self._put(self._resumed)
            else:
                self._names.put(self._resumed[1])
        else:  # a script that was run within this one goes on in its place
            self._opened[above]._resumed = self._resumed  # noqa: SLF001  # of this class
        self._opened.remove(self)
        _raw.close()

    def _note_changed(self) -> None:
        state, names = self._first
        now = _look(ASPECTS)
        self.changed |= {word for word, value in now.items() if value != state[word]}
        if self._names.differ(names, self._names.look()):
            self.changed.add("globals")
        if "descriptors" not in self._left_out and lowest_descriptor() != self._lowest:
            self.changed.add("descriptors")
        if not _raw.is_empty:
            self.changed |= STREAMS.keys()

    def settle(self) -> None:
        """Leave out what worlds have opened: they may open more by themselves."""
        lowest = lowest_descriptor()
        if lowest != self._lowest:
            self._lowest = lowest
            self._left_out |= set(LEFTOVERS)

    def before(self, line: Line) -> None:
        """Begin with a line; those of the tools themselves are not looked at."""
        self._sets = sets_environment(line.text)
        own = self._sets or line.subject in {PROBING, WORLD}
        self._looks = bool(self.closely) and not own
        if self._looks and (self._costly or not self._seen[0]):
            self._see()
        elif not self._looks:
            self._seen = _NOTHING
        self._begin = self._seen[1]

    def _see(self) -> None:
        """Take what there is now for what there was."""
        _raw.take()
        self._seen = _look(self._aspects), self._names.look()
        self._there = everything(self.closely)

    def after_reference(self, beside: Beside) -> None:
        """Note what the reference changed, and put it back for the other side."""
        if not self._looks:
            return
        now, names = self._changes(beside)
        before, names_before = self._seen
        self._put((before, []))
        changed = self._names.changed(names_before, names, names_before)
        self._alone = [name for name, *_ in changed.values() if not self._names.twin(name)]
        self._names.put(names_before, self._alone)
        self._made = now, names
        self._seen = before, self._names.look()

    def after_second(self, beside: Beside) -> None:
        """Note what the other side changed; what follows finds what the reference made."""
        if self._sets and self in self._opened:
            self._first = _look(ASPECTS), self._names.look()
        if not self._looks:
            return
        self._changes(beside)
        now, names = self._made
        self._put((now, []))
        self._names.put(names, self._alone)
        self._seen = now, self._names.look()

    def _changes(self, beside: Beside) -> _State:
        now, names = _look(self._aspects), self._names.look()
        before, names_before = self._seen
        for word, value in now.items():
            if value != before[word]:
                beside.noted[word] = self._aspects[word].shown(before[word], value)
        changed = self._names.changed(names_before, names, self._begin)
        if changed and "globals" in self.closely:
            beside.noted["globals"] = [
                _Bound(name, held.copied if held.known and alike else "something else")
                for name, (_, _, held, alike) in sorted(changed.items())
            ]
        for stream, text in _raw.take().items() if STREAMS.keys() & self.closely else ():
            number = STREAMS[stream]
            beside.noted.setdefault(stream, []).append(f"{text!r} to file descriptor {number}")
        there = everything(self.closely)
        for word, found in there.items():
            new = found.keys() - self._there[word].keys()
            if new and word not in self._left_out:
                beside.left[word] = {key: found[key] for key in new}
        self._there = there
        return now, names

    def _put(self, state: _State) -> None:
        values, names = state
        _put_all(values)
        if names:
            self._names.put(names)


def _put_all(values: Mapping[str, Any]) -> None:
    for word, value in values.items():
        aspect = _ALL[word]
        if aspect.look() != value:
            aspect.put(value)


def _look(aspects: Mapping[str, Aspect]) -> dict[str, Any]:
    return {word: aspect.look() for word, aspect in aspects.items()}


def words_for(where: str) -> frozenset[str]:
    """Return what has to be looked at closely to see a difference at a place again."""
    return EVERYTHING & {where.partition("[")[0]}


@contextmanager
def preserved(*sides: Any) -> Iterator[None]:
    """Put back what the block, which calls the implementations, changes around them."""
    names = names_of(*sides)
    before, held = _look(_ALL), names.look()
    try:
        yield
    finally:
        _put_all(before)
        names.put(held)


def costly_state() -> dict[str, Any]:
    """Return what is looked at now and then, for it takes long, by word."""
    there = everything(LEFTOVERS)
    return _look(COSTLY) | {word: found.keys() for word, found in there.items()}


def put_back(state: Mapping[str, Any]) -> None:
    """Put back what can be put back of what `costly_state` returned."""
    _put_all({word: state[word] for word in COSTLY})
