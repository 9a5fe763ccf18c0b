"""Tells whoever wants to know what calls came to: subscribers, `logging`, OpenTelemetry.

Differences are logged as warnings of the logger ``agent.shadow``, demotions as errors. With
OpenTelemetry installed, each call is counted by ``agent.shadow.calls``, with the attributes
``component``, ``outcome`` and ``reason``, and a difference becomes an event of the current span.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.sameness.difference import Difference

__all__ = ["Event", "subscribe", "tell"]

_logger = logging.getLogger("agent.shadow")


@dataclass(frozen=True, slots=True)
class Event:
    """What one call came to, or that a component was demoted."""

    component: str
    outcome: str
    """``matched``, ``mismatched``, ``ignored``, ``skipped``, ``refused`` or ``demoted``."""
    reason: str = ""
    """Why it was skipped, refused or demoted; of a mismatch, the operation and the place."""
    line: str = ""
    """Of a mismatch: the call, as a script writes it."""
    difference: Difference | None = None
    """Of a mismatch: what differs."""


_subscribers: tuple[Callable[[Event], object], ...] = ()


def subscribe(callback: Callable[[Event], object]) -> Callable[[], None]:
    """Let `callback` be told of every call that a shadow sees, in whatever thread that is.

    What it raises is logged and reaches nobody else. Returns what ends the subscription.
    """
    global _subscribers  # noqa: PLW0603  # replaced as a whole, so that no lock is needed to read it
    _subscribers = (*_subscribers, callback)

    def end() -> None:
        global _subscribers  # noqa: PLW0603
        _subscribers = tuple(each for each in _subscribers if each is not callback)

    return end


def tell(event: Event) -> None:
    """Tell everybody; whatever goes wrong in that is not the caller's."""
    if event.outcome == "mismatched":
        _logger.warning("%s differs in %s: %s", event.component, event.line, event.difference)
    elif event.outcome == "demoted":
        _logger.error("%s runs in Python from now on: %s", event.component, event.reason)
    for callback in _subscribers:
        try:
            callback(event)
        except Exception:
            _logger.exception("a subscriber failed")
    telemetry = _telemetry()
    if telemetry is not None:
        with suppress(Exception):
            telemetry(event)


@cache
def _telemetry() -> Callable[[Event], None] | None:
    """Return what tells OpenTelemetry; None where that is not installed."""
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415  # optional
    except ImportError:
        return None
    counter: Any = metrics.get_meter("agent.shadow").create_counter(
        "agent.shadow.calls", unit="{call}", description="Calls that a shadow saw."
    )

    def tell_telemetry(event: Event) -> None:
        attributes = {"component": event.component, "outcome": event.outcome}
        if event.reason:
            attributes["reason"] = event.reason
        counter.add(1, attributes)
        if event.difference is not None:
            trace.get_current_span().add_event(
                "agent.shadow.mismatch",
                {
                    "component": event.component, "call": event.line,
                    "where": event.difference.where, "python": event.difference.python,
                    "rust": event.difference.rust,
                },
            )  # fmt: skip

    return tell_telemetry
