"""Strategies that draw from the domain of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from agent.porting.values.domains import put_together

if TYPE_CHECKING:
    from agent.porting.values.domains import Domain

__all__ = ["expressions"]

_PLAIN = 9
"""Values that are drawn for each risky one: a clock that fails lets nothing else happen."""

_MOST = 4
"""Most items of a container."""


def expressions(domain: Domain) -> st.SearchStrategy[str]:
    """Return a strategy for the expressions of `domain`, most of them surely allowed."""
    if domain.shapes:
        inner = [expressions(part) for part in domain.parts]
        several = st.tuples(*inner) if len(inner) > 1 else st.lists(inner[0], max_size=_MOST)
        drawn = st.tuples(st.sampled_from(domain.shapes), several)
        return drawn.map(lambda parts: put_together(parts[0], domain.joint.join(parts[1])))
    if any(part.shapes for part in domain.parts):
        return st.one_of([expressions(part) for part in domain.parts])
    plain = domain.within if domain.slots is None else domain.slots
    often = _PLAIN * len(domain.risky) // len(plain) + 1
    return st.sampled_from(plain * often + domain.risky)
