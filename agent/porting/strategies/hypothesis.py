"""Strategies that draw from the domain of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from agent.porting.strategies.byte_source import Choices

if TYPE_CHECKING:
    from agent.porting.strategies.domain import Domain

__all__ = ["expressions"]

_FEWEST = 6
_MOST = 96
"""Bytes that decide one expression; a dozen on average, and zeros write the simplest."""


def expressions(domain: Domain) -> st.SearchStrategy[str]:
    """Return a strategy for the expressions of `domain`, most of them surely allowed.

    One row of bytes is drawn for each, however it is composed: drawing piece by piece would take
    longer than the call it is for.
    """
    row = st.binary(min_size=_FEWEST, max_size=_MOST)
    return row.map(lambda data: domain.write(Choices(data)))
