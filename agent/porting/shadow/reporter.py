"""Notes what calls came to: counts them, enters differences, and tells whoever wants to know."""

from __future__ import annotations

import logging
import os
import uuid
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.errors import AgentError, DemotionWarning
from agent.porting.check.executor import Disagreement
from agent.porting.check.known_divergences import load_register, today
from agent.porting.ledger.ledger_path import ledger_of, parity_of, sources_of
from agent.porting.ledger.process_log import Run
from agent.porting.shadow import events
from agent.porting.shadow.events import Event, tell, tell_telemetry
from agent.porting.shadow.lifetime import at_end
from agent.porting.shadow.scripts import line_of, script_of

if TYPE_CHECKING:
    from agent.porting.check.known_divergences import Entry
    from agent.porting.compare.difference import Difference
    from agent.porting.ledger.ledger import Ledger
    from agent.porting.shadow.call import Call
    from agent.porting.shadow.sides import Beside

__all__ = ["Notes"]

_logger = logging.getLogger("agent.shadow")

_ENTRIES = 100
"""Differences that one process enters; the others are counted."""

_UNSAMPLED = "not sampled"


class Notes:
    """What is noted of one component in this process."""

    def __init__(self, beside: Beside, stage: str) -> None:
        self._beside = beside
        self._stage = stage
        self._lock = Lock()
        self._run: Run | None = None
        self._ledger: Ledger | None = None
        self._first = 0
        """The number of this process's first call: a fork begins anew."""
        self._latest = 0
        self._chosen = 0
        self._differences = 0
        self._kinds: set[tuple[str, ...]] = set()
        at_end(self)

    @property
    def run(self) -> Run:
        """This process's run, begun when there is something to note."""
        if self._run is None:
            with self._lock:
                if self._run is None:
                    self._run = self._begin()
        return self._run

    def _begin(self) -> Run:
        component = self._beside.component
        try:
            tell_telemetry()
            sources = sources_of(component)
            about = {
                "component": component.name, "stage": self._stage, "pid": os.getpid(),
                "began": _now(), "rust": sources.rust, "reference": sources.reference,
            }  # fmt: skip
            self._ledger = ledger_of(component)
            run = self._ledger.begin(uuid.uuid4().hex, about)
        except Exception as error:  # noqa: BLE001  # a pyproject.toml that cannot be read, say
            run = Run(None, {})
            run.warn(error)
        run.put("skipped", _UNSAMPLED, 0)  # a place for it, before others take all
        return run

    def take(self, number: int) -> None:
        """Note that the call of this number was chosen; those before it, if not noted, were not."""
        run = self.run
        with self._lock:
            self._chosen += 1
            self._latest = max(self._latest, number + 1)
            run.put("skipped", _UNSAMPLED, self._latest - self._first - self._chosen)

    def count(self, outcome: str, reason: str = "") -> None:
        """Note what a call came to."""
        (self._run or self.run).count(outcome, reason)
        if events.listeners:
            tell(Event(self._beside.component.name, outcome, reason))

    def differs(self, call: Call, found: Difference) -> bool:
        """Note a difference: ignored if it is registered, a mismatch otherwise.

        Return whether there were too many for Rust to go on answering.
        """
        plan = call.plan
        component = self._beside.component.name
        python, rust = call.outcomes(rust_leads=self._beside.rust_leads)
        told = Disagreement("", plan.name, (*call.args, *call.kwargs.values()), python, rust, found)
        if self._is_registered(told):
            self.count("ignored")
            return False
        kind = plan.name, found.where, type(python.raised).__name__, type(rust.raised).__name__
        with self._lock:
            self._differences += 1
            entered = self._differences <= _ENTRIES
            first = entered and kind not in self._kinds
            if first:
                self._kinds.add(kind)
        line = line_of(call) if entered or events.listeners else ""
        if entered:
            content: dict[str, Any] = {
                "at": _now(), "operation": plan.name, "line": line, "where": found.where,
                "python": found.python, "rust": found.rust,
                "script": script_of(call, self._beside) if first else [],
            }  # fmt: skip
            self.run.enter("mismatch", content)
            _logger.warning("%s differs in %s: %s", component, line, found)
        self.run.count("mismatched")
        if events.listeners:
            reason = f"{plan.name}: {found.where}"
            tell(Event(component, "mismatched", reason, line, found))
        return self._differences >= self._beside.component.shadow.differences

    def demoted(self) -> None:
        """Note, loudly, that Python answers from now on."""
        component = self._beside.component
        reason = f"Rust differed in {self._differences} calls"
        self.run.enter("demotion", {"at": _now(), "reason": reason})
        message = f"{component.name} runs in Python from now on: {reason}"
        _logger.error("%s", message)
        tell(Event(component.name, "demoted", reason))
        with suppress(Warning):  # a caller to whom warnings are errors is not to be harmed
            warnings.warn(message, DemotionWarning, stacklevel=2)

    def _is_registered(self, told: Disagreement) -> bool:
        try:
            return any(entry.expires >= today() and entry.covers(told) for entry in self._register)
        except AgentError as error:  # the register's own, which the check reports
            _logger.warning(
                "%s: the register cannot be used: %s", self._beside.component.name, error
            )
            return False

    @cached_property
    def _register(self) -> list[Entry]:
        """Accepted differences, where the process runs in a project that knows of some."""
        folder = parity_of(self._beside.component)
        if folder is None:
            return []
        return load_register(folder / "divergences.toml", self._beside.component.name)

    def flush(self) -> None:
        """Note how many calls were not chosen at the end."""
        given = self._beside.sample.given
        if self._run is None and given == self._first:
            return
        with self._lock:
            self._latest = max(self._latest, given)
            unsampled = self._latest - self._first - self._chosen
        self.run.put("skipped", _UNSAMPLED, unsampled)

    def end(self) -> None:
        """Put all that was noted into the ledger, as the process ends."""
        if self._beside.worker is not None:
            self._beside.worker.end()
        self.flush()
        if self._run is not None:
            self._run.close()
            self._begin_run()
        if self._ledger is not None:
            self._ledger.gather()

    def begin_again(self) -> None:
        """Leave the parent's run to the parent: this is a process of its own, which was forked."""
        self._lock = Lock()
        if self._beside.worker is not None:
            self._beside.worker.begin_again()
        if self._run is not None:
            self._run.leave()
        self._begin_run()

    def _begin_run(self) -> None:
        """Note what comes in another run."""
        self._run = None
        self._first = self._latest = self._beside.sample.given
        self._chosen = 0


def _now() -> str:
    return datetime.now(UTC).isoformat()
