"""What the reference's counters, gauges and histograms have in common: series by label values."""

from __future__ import annotations

from typing import Any, Generic, Self

from agent.components.metrics.arguments import expect_one_form
from agent.components.metrics.families import C, Family
from agent.components.metrics.unique import Unique

__all__ = ["Instrument"]


class Instrument(Unique, Generic[C]):
    """The reference implementation of `agent.components.metrics.instruments.Instrument`.

    Args:
        family: the series of the metric.
        cell: the state of this series; None for the whole metric, if it has labels.
    """

    __slots__ = ("_cell", "_family")

    def __init__(self, family: Family[C], cell: C | None) -> None:
        self._family = family
        self._cell = cell

    def labels(self, /, *values: Any, **by_name: Any) -> Self:
        family = self._family
        if by_name:
            expect_one_form(values)
            return type(self)(family, family.named(by_name))
        return type(self)(family, family.cell(values))

    def remove(self, *values: Any) -> None:
        self._family.remove(values)

    def remove_by_labels(self, labels: Any) -> None:
        self._family.remove_by_labels(labels)

    def clear(self) -> None:
        self._family.clear()

    def reset(self) -> None:
        self._held().reset()

    def _held(self) -> C:
        if self._cell is None:
            raise self._family.unlabelled()
        return self._cell
