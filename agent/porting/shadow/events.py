"""Publishes the outcomes of calls to subscribers and to OpenTelemetry.

With OpenTelemetry installed, each call is counted by ``agent.shadow.calls``, with the attributes
``component``, ``outcome`` and ``reason``, and a difference becomes an event of the current span.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.interruptions import is_interruption

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.difference import Difference

__all__ = ["Event", "listeners", "publish", "publish_to_telemetry", "subscribe"]

_logger = logging.getLogger("agent.shadow")


@dataclass(frozen=True, slots=True)
class Event:
    """The outcome of one call, or that a component was demoted."""

    component: str
    outcome: str
    """``matched``, ``mismatched``, ``ignored``, ``skipped``, ``refused`` or ``demoted``."""
    reason: str = ""
    """Why it was skipped, refused or demoted; of a mismatch, the operation and the place."""
    line: str = ""
    """Of a mismatch: the call, as a script writes it."""
    difference: Difference | None = None
    """Of a mismatch: what differs."""


listeners: tuple[Callable[[Event], object], ...] = ()
"""The subscribers; there are none in most processes, and then no event is made."""


def subscribe(callback: Callable[[Event], object]) -> Callable[[], None]:
    """Call `callback` with the outcome of every call that a shadow sees, in the call's thread.

    What it raises is logged and reaches no caller. Returns a function that ends the subscription.
    """
    global listeners  # noqa: PLW0603  # replaced as a whole, so that no lock is needed to read it
    listeners = (*listeners, callback)

    def end() -> None:
        global listeners  # noqa: PLW0603
        listeners = tuple(each for each in listeners if each is not callback)

    return end


def publish(event: Event) -> None:
    """Call all subscribers; what they raise is logged, and does not reach the caller."""
    for callback in listeners:
        try:
            callback(event)
        except Exception as error:
            if is_interruption(error):
                raise
            _logger.exception("a subscriber failed")


@cache
def publish_to_telemetry() -> None:
    """Subscribe OpenTelemetry, if it is installed."""
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415  # optional
    except ImportError:
        return
    counter: Any = metrics.get_meter("agent.shadow").create_counter(
        "agent.shadow.calls", unit="{call}", description="Calls that a shadow saw."
    )

    def record(event: Event) -> None:
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

    subscribe(record)
