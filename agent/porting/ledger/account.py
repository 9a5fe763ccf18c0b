"""How a process accounts for calls whose outcome is not known yet, so that none is lost.

Counters only grow, and one store to memory settles each of them, so that ``kill -9`` loses no call
that was answered. What waits is the difference of two of them:

- calls that were numbered, less those that were chosen, were not sampled;
- calls that were put off, less those that came to an outcome later, wait to be compared, or their
  process ended before that.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CHOSEN", "LATER", "NUMBERED", "PUT_OFF", "UNSAMPLED", "WAITING", "settled"]

NUMBERED = "numbered"
"""Counts the calls of which a sample is chosen."""

CHOSEN = "chosen"
"""Counts those that were."""

PUT_OFF = "put off"
"""Counts the calls that are compared after they were answered."""

LATER = "later "
"""Begins the outcome of such a call."""

UNSAMPLED = "not sampled"

WAITING = "waits to be compared, or its process ended before"


def settled(counts: Mapping[tuple[str, str], int]) -> Counter[tuple[str, str]]:
    """Return the outcomes of all calls, by outcome and reason, from what processes counted."""
    found: Counter[tuple[str, str]] = Counter()
    waiting = unsampled = 0
    for (outcome, reason), number in counts.items():
        if outcome == PUT_OFF:
            waiting += number
        elif outcome == NUMBERED:
            unsampled += number
        elif outcome == CHOSEN:
            unsampled -= number
        else:
            later = outcome.startswith(LATER)
            found[outcome.removeprefix(LATER), reason] += number
            waiting -= number if later else 0
    found["skipped", UNSAMPLED] += max(unsampled, 0)
    found["skipped", WAITING] += max(waiting, 0)
    return +found
