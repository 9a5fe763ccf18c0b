"""Counts outcomes, writes differences to the ledger, and publishes events."""

from __future__ import annotations

import atexit
import logging
import os
import uuid
import warnings
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from agent.errors import AgentError, DemotionWarning
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.known_divergences import load_register, today
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.ledger.account import CHOSEN, LATER, NUMBERED, PUT_OFF
from agent.porting.ledger.ledger_path import ledger_of, parity_of, sources_of
from agent.porting.ledger.process_log import ProcessLog
from agent.porting.project.table import split
from agent.porting.recording.redaction import Redaction
from agent.porting.shadow import events
from agent.porting.shadow.events import Event, publish, publish_to_telemetry
from agent.porting.shadow.scripts import line_of, script_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.check.known_divergences import KnownDivergence
    from agent.porting.compare.difference import Difference
    from agent.porting.ledger.ledger import Ledger
    from agent.porting.project.table import Component
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.sampling import CallSampler

__all__ = ["Reporter", "finish_all"]

_logger = logging.getLogger("agent.shadow")

_ENTRIES = 100
"""Differences that one process enters; the others are counted."""

_REDACTED = "(redacted)"
"""What is noted of a result where a hook redacts arguments, from which it may come."""


class _Waits(Protocol):
    """Compares calls later."""

    def end(self) -> None: ...
    def begin_again(self) -> None: ...


class Reporter:
    """What is noted of one component in this process.

    Args:
        component: its row of the table.
        sampler: numbers the calls.
        rust_leads: whether Rust answers.
    """

    def __init__(self, component: Component, sampler: CallSampler, *, rust_leads: bool) -> None:
        self._component = component
        self._sampler = sampler
        self._rust_leads = rust_leads
        self._redaction = Redaction(component.shadow.redact)
        self._waits: _Waits | None = None
        self._lock = RLock()
        self._run: ProcessLog | None = None
        self._ledger: Ledger | None = None
        self._first = 0
        """The number of this process's first call: a fork starts again."""
        self.passed: Callable[[int], None] = self._begin_numbering
        """Notes that the call of a number is made, whether it was chosen or not."""
        self._differences = 0
        self._kinds: set[tuple[str, ...]] = set()
        _alive.add(self)

    def wait_for(self, worker: _Waits) -> None:
        """Let `worker` end with the process, before what was noted is put into the ledger."""
        self._waits = worker

    @property
    def run(self) -> ProcessLog:
        """This process's run, begun when there is something to note."""
        if self._run is None:
            with self._lock:
                if self._run is None:
                    self._run = self._begin()
        return self._run

    def _begin(self) -> ProcessLog:
        component = self._component
        try:
            publish_to_telemetry()
            sources = sources_of(component)
            about = {
                "component": component.name, "pid": os.getpid(),
                "stage": "rust" if self._rust_leads else "shadow",
                "began": _now(), "rust": sources.rust, "reference": sources.reference,
            }  # fmt: skip
            self._ledger = ledger_of(component)
            run = self._ledger.begin(uuid.uuid4().hex, about)
        except Exception as error:
            if is_interruption(error):
                raise
            run = ProcessLog(None, {})
            run.warn(error)  # a pyproject.toml that cannot be read, say
        self.passed = run.setter(NUMBERED, self._first - 1)  # before others take all places
        run.count(CHOSEN, number=0)
        run.count(PUT_OFF, number=0)
        return run

    def _begin_numbering(self, number: int) -> None:
        """Do what `passed` does, once the run was begun."""
        if self.run is not None:
            self.passed(number)

    def take(self, number: int) -> None:
        """Note that the call of this number was chosen."""
        self.passed(number)
        self.run.count(CHOSEN)

    def put_off(self, call: ComparedCall) -> None:
        """Note that a call is compared later than it is answered."""
        call.put_off = True
        self.run.count(PUT_OFF)

    def count(self, outcome: str, reason: str = "", *, later: bool = False) -> None:
        """Count the outcome of a call; `later` if it was put off."""
        (self._run or self.run).count(f"{LATER}{outcome}" if later else outcome, reason)
        if events.listeners:
            publish(Event(self._component.name, outcome, reason))

    def differs(self, call: ComparedCall, found: Difference) -> bool:
        """Note a difference: ignored if it is registered, a mismatch otherwise.

        Return whether there were too many for Rust to go on answering.
        """
        operation = call.operation
        component = self._component.name
        python, rust = call.outcomes(rust_leads=self._rust_leads)
        disagreement = Disagreement(
            "", operation.name, (*call.args, *call.kwargs.values()), python, rust, found
        )
        if self._is_registered(disagreement):
            self.count("ignored", later=call.put_off)
            return False
        kind = operation.name, found.where, type(python.raised).__name__, type(rust.raised).__name__
        with self._lock:
            self._differences += 1
            entered = self._differences <= _ENTRIES
            first = entered and kind not in self._kinds
            if first:
                self._kinds.add(kind)
        package = split(self._component.python)[0].partition(".")[0]
        redaction = self._redaction
        line = line_of(call, redaction) if entered or events.listeners else ""
        if not redaction.is_idle:
            found = replace(found, python=_REDACTED, rust=_REDACTED)
        if entered:
            content: dict[str, Any] = {
                "at": _now(), "operation": operation.name, "line": line, "where": found.where,
                "python": found.python, "rust": found.rust,
                "script": script_of(call, package, redaction) if first else [],
            }  # fmt: skip
            self.run.enter("mismatch", content)
            _logger.warning("%s differs in %s: %s", component, line, found)
        self.run.count(f"{LATER}mismatched" if call.put_off else "mismatched")
        if events.listeners:
            reason = f"{operation.name}: {found.where}"
            publish(Event(component, "mismatched", reason, line, found))
        return self._differences >= self._component.shadow.differences

    def demoted(self) -> None:
        """Note, loudly, that Python answers from now on."""
        component = self._component
        reason = f"Rust differed in {self._differences} calls"
        self.run.enter("demotion", {"at": _now(), "reason": reason})
        message = f"{component.name} runs in Python from now on: {reason}"
        _logger.error("%s", message)
        publish(Event(component.name, "demoted", reason))
        with suppress(Warning):  # a caller to whom warnings are errors is not to be harmed
            warnings.warn(message, DemotionWarning, stacklevel=2)

    def _is_registered(self, found: Disagreement) -> bool:
        try:
            return any(entry.expires >= today() and entry.covers(found) for entry in self._register)
        except AgentError as error:  # the register's own, which the check reports
            _logger.warning("%s: the register cannot be used: %s", self._component.name, error)
            return False

    @cached_property
    def _register(self) -> list[KnownDivergence]:
        """Accepted differences, where the process runs in a project that knows of some."""
        folder = parity_of(self._component)
        if folder is None:
            return []
        return load_register(folder / "divergences.toml", self._component.name)

    def flush(self) -> None:
        """Note how many calls were not chosen at the end."""
        given = self._sampler.given
        if self._run is None and given == self._first:
            return
        self.passed(given - 1)

    def end(self) -> None:
        """Put all that was noted into the ledger, as the process ends."""
        if self._waits is not None:
            self._waits.end()
        self.flush()
        run = self._run
        if run is not None:
            self._begin_run()
            run.close()
        if self._ledger is not None:
            self._ledger.gather()

    def begin_again(self) -> None:
        """Leave the parent's run to the parent: this is a process of its own, which was forked."""
        self._lock = RLock()
        if self._waits is not None:
            self._waits.begin_again()
        run = self._run
        self._begin_run()
        if run is not None:
            run.leave()

    def _begin_run(self) -> None:
        """Note what comes in another run."""
        self._run = None
        self._first = self._sampler.given
        self.passed = self._begin_numbering


_alive: WeakSet[Reporter] = WeakSet()


@atexit.register
def finish_all() -> None:
    """Put all that was noted into the ledgers, as the process ends."""
    for reporter in list(_alive):
        with suppress(Exception):  # the file stays; the next reader of the ledger gathers it
            reporter.end()


def _begin_again() -> None:
    for reporter in list(_alive):
        reporter.begin_again()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)


def _now() -> str:
    return datetime.now(UTC).isoformat()
