"""The domain of a Hypothesis strategy, with the traps of the annotated type."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.strategies.domain import Domain
from agent.porting.strategies.sampler import numbered_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.porting.strategies.byte_source import Choices
    from agent.porting.strategies.draws import Draws

__all__ = ["strategy_domain"]

_FIRST = 10
"""Draws that are tried as edges are, each by itself."""

_TRIES = 200
"""Rows that are tried before a strategy counts as one that gives nothing."""

_HIGH = (b"\xff" * 16, b"\xff" * 256)

_UNKNOWN = Domain([], [], ["None", "5", "'a'"])
"""Of a class that is known by its strategy alone."""


def strategy_domain(
    draws: Draws, name: str, base: Domain | None, allows: Callable[[str], bool], place: str
) -> Domain:
    """Return the domain of a strategy that `draws` knows as `name`.

    Args:
        draws: what draws.
        name: the strategy's name.
        base: the domain of the annotated type; None for a class of which nothing else is known.
        allows: whether the constraints beside the strategy, if any, hold for an expression.
        place: what error messages call the annotation.

    Raises:
        ContractError: the strategy gives nothing that is allowed.
    """
    base = _UNKNOWN if base is None else base

    def texts(rows: Any) -> Iterator[str]:
        for row in rows:
            text = draws.text(name, row)
            if text is not None and allows(text):
                yield text

    rows = chain([b""], map(numbered_row, range(1, 6)), _HIGH, map(numbered_row, range(6, _TRIES)))
    within = sorted(dict.fromkeys(islice(texts(rows), _FIRST)), key=len)
    if not within:
        message = f"{place}: the strategy gave nothing that is allowed in {_TRIES} draws"
        raise ContractError(message)

    def compose(choices: Choices, **_: int) -> str:
        """Draw; now and then a trap of the type, which the strategy may not allow."""
        if base.within and choices.one_in(8) and choices.risky:
            return base.write(choices)
        # The same small numbers again and again: a draw is remembered, and costs no more then.
        way = choices.below(4)
        number = choices.below(1024) if way else choices.number(2)
        return next(texts([numbered_row(number)]), within[number % len(within)])

    traps = dict.fromkeys([*base.within, *base.risky])
    outside = [text for text in base.outside if text not in within]
    return Domain(
        within, outside, [text for text in traps if text not in within],
        compose=compose, strategy=name, far=base.far,
    )  # fmt: skip
