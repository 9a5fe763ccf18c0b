"""Tells whoever wants to know what calls came to: subscribers, and OpenTelemetry.

With OpenTelemetry installed, each call is counted by ``agent.shadow.calls``, with the attributes
``component``, ``outcome`` and ``reason``, and a difference becomes an event of the current span.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.difference import Difference

__all__ = ["Event", "listeners", "subscribe", "tell", "tell_telemetry"]

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


listeners: tuple[Callable[[Event], object], ...] = ()
"""Whoever is told; nobody, in most processes, so that nothing is made to be told."""


def subscribe(callback: Callable[[Event], object]) -> Callable[[], None]:
    """Let `callback` be told of every call that a shadow sees, in whatever thread that is.

    What it raises is logged and reaches nobody else. Returns what ends the subscription.
    """
    global listeners  # noqa: PLW0603  # replaced as a whole, so that no lock is needed to read it
    listeners = (*listeners, callback)

    def end() -> None:
        global listeners  # noqa: PLW0603
        listeners = tuple(each for each in listeners if each is not callback)

    return end


def tell(event: Event) -> None:
    """Tell everybody; whatever goes wrong in that is not the caller's."""
    for callback in listeners:
        try:
            callback(event)
        except Exception:
            _logger.exception("a subscriber failed")


@cache
def tell_telemetry() -> None:
    """Let OpenTelemetry be told from now on, if it is installed."""
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415  # optional
    except ImportError:
        return
    counter: Any = metrics.get_meter("agent.shadow").create_counter(
        "agent.shadow.calls", unit="{call}", description="Calls that a shadow saw."
    )

    def tell_it(event: Event) -> None:
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

    subscribe(tell_it)
