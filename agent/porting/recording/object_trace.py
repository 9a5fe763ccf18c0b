"""The life of one object of the program, as lines of scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.recording.trace_file import TraceSample

__all__ = ["CLOCK", "Life", "Line", "Named"]

Line = str | Callable[[], str]
"""A line, or what gives it: what a callback of the whole life answers is known only later."""

CLOCK = "clock"
"""What scripts call their clock."""


@dataclass(frozen=True)
class Named:
    """An object of a script: its name, and the line that gives it."""

    name: str
    line: str = ""
    """The line that gives the name; empty for the one that every chapter begins with."""
    uses: tuple[Named, ...] = ()
    """The objects in that line."""


class Life:
    """An object, and all that came out of it: copies, parts.

    Its script is cut into chapters of at most `longest` lines, each of which begins with the
    making: the first is what happened, a later one does to a new object what was done then.
    """

    def __init__(  # noqa: PLR0913  # each says one thing about the life
        self,
        subject: str,
        made: Line,
        sample: TraceSample,
        longest: int,
        *,
        now: Callable[[], float | None] | None = None,
        pause: float = 0.0,
    ) -> None:
        """Begin the life of `subject` with the line `made`.

        Args:
            subject: the name that `made` gives the object.
            made: the line that makes it.
            sample: where finished chapters go.
            longest: lines of a chapter.
            now: returns the time in seconds, or None if it is unknown; without it, the script
                has no clock.
            pause: seconds that have to pass before the script says so.
        """
        self.members = 0
        """Objects of this life that the program still holds."""
        self._beginning = [f"{CLOCK} = Clock(1000.0)", made] if now else [made]
        self._sample = sample
        self._longest = longest
        self._now = now or (lambda: None)
        self._pause = pause
        self._then = self._now()
        self.named = Named(subject)
        self._numbers = {subject: 1}
        self._chapter = 0
        self._lines = list(self._beginning)
        self._defined = {subject}

    def write(self, line: str, uses: Iterable[Named]) -> None:
        """Add a line that uses the objects `uses`."""
        if len(self._lines) >= self._longest:
            self.finish()
        self._pass_time()
        for each in uses:
            self._define(each)
        self._lines.append(line)

    def derive(self, subject: str, line: str, uses: tuple[Named, ...]) -> Named:
        """Add a line whose result is one more object, a `subject`; return that."""
        number = self._numbers[subject] = self._numbers.get(subject, 0) + 1
        name = subject if number == 1 else f"{subject}{number}"
        self.write(f"{name} = {line}", uses)
        self._defined.add(name)
        return Named(name, f"{name} = {line}", uses)

    def finish(self) -> None:
        """End the chapter."""
        later, lines = self.unfinished()
        if lines:
            self._sample.add(lines, later)
        self.begin_chapter(self._sample)

    def begin_chapter(self, sample: TraceSample) -> None:
        """Begin a chapter, which is to go to `sample`; what there is of the last is forgotten."""
        self._sample = sample
        self._chapter += 1
        self._lines = list(self._beginning)
        self._defined = {self.named.name}

    def unfinished(self) -> tuple[int, list[str]]:
        """Return whether this is no first chapter, and its lines so far, or none."""
        if self._chapter and len(self._lines) == len(self._beginning):
            return 1, []
        texts = [line if isinstance(line, str) else line() for line in self._lines]
        return min(self._chapter, 1), texts

    def _define(self, named: Named) -> None:
        """See to it that the object has its name in this chapter."""
        if named.name not in self._defined:
            for each in named.uses:
                self._define(each)
            self._lines.append(named.line)
            self._defined.add(named.name)

    def _pass_time(self) -> None:
        now = self._now()
        if now is None:
            return
        if self._then is None:
            self._then = now
        passed = now - self._then
        if passed and abs(passed) >= self._pause:
            self._lines.append(f"{CLOCK}.advance({round(passed, 3) if self._pause else passed})")
            self._then = now
