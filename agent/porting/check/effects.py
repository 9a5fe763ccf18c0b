"""What a line does beside its result: warnings, log records, and what it writes to the streams.

Hooks note these while a line runs on one side, so that a line which does none of it costs little.
They change no result: the filters of warnings and the streams are put back after each line, and the
level of each logger is left as it is.
"""

from __future__ import annotations

import io
import logging
import sys
import warnings
from itertools import groupby
from pathlib import Path
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from agent.porting.check.leftovers import settle
from agent.porting.compare.difference import Difference, describe
from agent.porting.compare.introspection import without_addresses
from agent.porting.compare.outcome import SCRIPT
from agent.porting.contract.terms import BESIDE
from agent.porting.script.environment import RAISING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from agent.porting.compare.comparison import Comparison
    from agent.porting.compare.outcome import Outcome
    from agent.porting.contract.reader import OperationSpec

__all__ = ["Beside", "difference_beside"]

_ALWAYS: Any = ("always", None, Warning, None, 0)
"""A filter that lets each warning be shown, also one that was shown before."""

_OURS = str(Path(__file__).parents[1])
"""The folder of the tools, whose frames are above the line that calls an operation."""

_CALLER = "at the caller's line"
_ABOVE = "above the caller's line"
_INSIDE = "inside the implementation"

_SHADOW = "agent.shadow"
"""The logger of stage ``shadow``, which may be one of the sides: what it says is no effect."""

_QUIET = logging.NullHandler()
"""Stands in for the handler that prints what no other handles: it is noted as a record."""


class _Warned(NamedTuple):
    """A warning."""

    category: type
    text: str
    attributed: str

    def __repr__(self) -> str:
        return f"{self.category.__name__}({self.text!r}) {self.attributed}"


class _Logged(NamedTuple):
    """A record of `logging`."""

    logger: str
    level: int
    text: str
    made_of: str
    """What its text is made of, by which handlers tell sorts of records; empty for a plain text."""
    raised: str
    """The class of the exception that it tells of, or nothing."""

    def __repr__(self) -> str:
        more = f", made of {self.made_of!r}" * bool(self.made_of)
        more += f", with {self.raised}" * bool(self.raised)
        return f"{logging.getLevelName(self.level)} {self.text!r} of {self.logger}{more}"


class _Stream(io.TextIOWrapper):
    """Stands in for a standard stream, and keeps what is written to it."""

    def __init__(self, name: str) -> None:
        self._kept = io.BytesIO()
        usual = getattr(sys, f"__{name}__")
        super().__init__(
            self._kept,
            encoding=getattr(usual, "encoding", None) or "utf-8",
            errors=getattr(usual, "errors", None),
            newline="\n",
            write_through=True,
        )
        self._named = f"<{name}>"

    @property
    def name(self) -> str:
        """The name that a standard stream has."""
        return self._named

    def taken(self) -> str:
        """Return what was written since this was last asked."""
        if self.closed or not self._kept.tell():
            return ""
        data = self._kept.getvalue()
        self._kept.seek(0)
        self._kept.truncate()
        return data.decode(self.encoding, "backslashreplace")


_streams: dict[str, _Stream] = {}
"""What stands in for the streams in this process: an object may keep it from line to line."""


def _standing_in(name: str) -> _Stream:
    stream = _streams.get(name)
    if stream is None or stream.closed:
        stream = _streams[name] = _Stream(name)
    return stream


class Beside:
    """As a context manager it notes what one side does beside its results, in one line at a time.

    Args:
        own: the name of the side's module, by whose package its loggers are called.
    """

    def __init__(self, own: str) -> None:
        self.noted: dict[str, list[Any]] = {}
        """What the last line did, by the kind of the effect; only what it did."""
        self.left: dict[str, dict[Any, str]] = {}
        """What it left behind, by kind and by what tells it from the rest."""
        self._package = own.partition(".")[0]
        self._before: list[tuple[Any, ...]] = []

    def __enter__(self) -> Self:
        """Begin with the next line."""
        self.noted, self.left = {}, {}
        factory, shows = logging.getLogRecordFactory(), warnings.showwarning
        out, err = _standing_in("stdout"), _standing_in("stderr")
        self._before.append((sys.stdout, sys.stderr, shows, factory, logging.lastResort, out, err))

        def made(*arguments: Any, **more: Any) -> logging.LogRecord:
            record = factory(*arguments, **more)
            if record.name != _SHADOW:
                self._note("logging", record)
            return record

        sys.stdout, sys.stderr = out, err
        warnings.showwarning = self._warned
        if not any(each is RAISING for each in warnings.filters):
            warnings.filters.insert(0, _ALWAYS)  # type: ignore[attr-defined]
            warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001  # as in `warnings`
        logging.setLogRecordFactory(made)
        logging.lastResort = _QUIET
        return self

    def __exit__(self, *_: object) -> None:
        """Put everything back, except for what the line itself replaced."""
        out, err, shows, factory, last, our_out, our_err = self._before.pop()
        if sys.stdout is our_out:
            sys.stdout = out
        if sys.stderr is our_err:
            sys.stderr = err
        if warnings.showwarning == self._warned:
            warnings.showwarning = shows
        if _ALWAYS in warnings.filters:
            warnings.filters.remove(_ALWAYS)  # type: ignore[attr-defined]
            warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001
        logging.setLogRecordFactory(factory)
        logging.lastResort = last
        for name, stream in (("stdout", our_out), ("stderr", our_err)):
            text = stream.taken()
            if text:
                self._note(name, without_addresses(text))
        if "logging" in self.noted:
            self.noted["logging"] = [self._logged(each) for each in self.noted["logging"]]

    def _note(self, kind: str, what: Any) -> None:
        self.noted.setdefault(kind, []).append(what)

    def _warned(  # noqa: PLR0913, PLR0917  # as `warnings` calls it
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: object = None,
        line: object = None,
    ) -> None:
        del lineno, file, line  # where the attributed line is does not matter
        text = str(message)
        if issubclass(category, ResourceWarning) or text.endswith("was never awaited"):
            return  # told when an object is freed, which may be in any line
        if filename == SCRIPT:
            attributed = _CALLER
        else:
            attributed = _ABOVE if filename.startswith((_OURS, "<frozen", "sys")) else _INSIDE
        self._note("warnings", _Warned(category, without_addresses(text), attributed))

    def _logged(self, record: logging.LogRecord) -> _Logged:
        try:
            text = record.getMessage()
        except Exception as error:  # noqa: BLE001  # `logging` prints it
            text = f"<its message raises {type(error).__name__}>"
        own = record.name == self._package or record.name.startswith(f"{self._package}.")
        name = "a logger of the package" if own else record.name
        raised = record.exc_info[0] if record.exc_info else None
        return _Logged(
            name, record.levelno, without_addresses(text),
            str(record.msg) if record.args else "",
            "" if raised is None else raised.__qualname__,
        )  # fmt: skip


def difference_beside(
    python: Beside,
    rust: Beside,
    outcomes: Iterable[Outcome],
    specs: Iterable[OperationSpec | None],
    comparison: Comparison,
) -> Difference | None:
    """Return the first difference in what the last line did beside its `outcomes`, or None.

    What the contract ignores in `specs` is left out. A warning that the reference attributes to a
    line of its own may be attributed to any: Rust has no lines.
    """
    if not (python.noted or rust.noted or python.left or rust.left):
        return None  # as a rule
    ignores = {word for each in specs if each is not None for word in each.ignores}
    _note_left((python, rust), outcomes, ignores)
    comparison.forget()
    for kind in BESIDE:
        if kind in ignores:
            continue
        left, right = python.noted.get(kind, []), rust.noted.get(kind, [])
        if len(left) != len(right):
            return Difference(kind, _listed(left), _listed(right))
        if kind == "warnings":
            right = [
                there._replace(attributed=_INSIDE) if here.attributed == _INSIDE else there
                for here, there in zip(left, right, strict=True)
            ]
        found = comparison.first(kind, left, right)
        if found is not None:
            return found
    return None


def _listed(noted: list[Any]) -> str:
    """Describe what was noted; once, what came several times in a row."""
    groups = [(text, len(list(same))) for text, same in groupby(map(describe, noted))]
    return ", ".join(f"{text} {n} times" if n > 1 else text for text, n in groups) or "none"


def _note_left(
    sides: tuple[Beside, Beside], outcomes: Iterable[Outcome], ignores: Collection[str]
) -> None:
    """Note what is left behind, once what an exception or a cycle holds on to is gone."""
    for word in sorted({word for side in sides for word in side.left} - set(ignores)):
        texts = [sorted(side.left.get(word, {}).values()) for side in sides]
        if texts[0] != texts[1]:
            for outcome in outcomes:
                if outcome.raised is not None:
                    clear_frames(outcome.raised.__traceback__)
            settle([side.left for side in sides], word)
        for side in sides:
            if side.left.get(word):
                side.noted[word] = sorted(side.left[word].values())
