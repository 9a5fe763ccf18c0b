"""Registered metrics of the reference: name, labels, and one cell for each series."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from agent.components.metrics.arguments import checked_text
from agent.components.metrics.cells import Cell
from agent.components.metrics.contract import Kind, Series
from agent.components.metrics.errors import DuplicateMetric, LabelMismatch

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Family", "Names", "Reading"]

C = TypeVar("C", bound=Cell)

_SAMPLES: dict[Kind, tuple[str, ...]] = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_count", "_sum", "_created"),
}
"""The suffixes of a metric's sample names."""


@dataclass(frozen=True)
class Reading:
    """The state of one series at one moment, or its gain between two."""

    family: Family[Any]
    values: tuple[str, ...]
    cell: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """The identity of the series."""
        return self.family.name, self.family.layout, self.values

    def series(self) -> Series:
        """Return it as the contract's `Series`."""
        labels = tuple(zip(self.family.labels, self.values, strict=True))
        return Series(self.family.name, self.family.kind, labels, *self.cell.row())


@dataclass(frozen=True)
class Family(Generic[C]):
    """A metric: its name, kind and labels, and the cell of each series."""

    name: str
    description: str
    labels: tuple[str, ...]
    settings: tuple[int, ...]
    """The constructor arguments of its cells."""
    make: type[C]
    clock: Callable[[], Any]
    cells: dict[tuple[str, ...], C] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    @property
    def kind(self) -> Kind:
        """The kind of metric."""
        return self.make.kind

    @property
    def layout(self) -> tuple[Any, ...]:
        """The settings in which two registrations of one name must agree."""
        return self.kind, self.labels, self.settings

    def cell(self, values: tuple[Any, ...]) -> C:
        """Return the cell of a series; create it if it does not exist."""
        if len(values) != len(self.labels):
            message = f"{self.name} takes {len(self.labels)} label values, not {len(values)}"
            raise LabelMismatch(message)
        checked = tuple([checked_text("a label value", value) for value in values])
        found = self.cells.get(checked)
        if found is None:
            with self.lock:
                found = self.cells.setdefault(checked, self.make(*self.settings))
        return found

    def unlabelled(self) -> LabelMismatch:
        """Return the error for using a labelled metric as a series."""
        return LabelMismatch(f"{self.name} has labels ({', '.join(self.labels)}): ask labels()")

    def read(self) -> list[Reading]:
        """Return the current state of each series."""
        with self.lock:
            cells = list(self.cells.items())
        return [Reading(self, values, cell.copy()) for values, cell in cells]


class Names:
    """The registered names, in the order of registration."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[str, Family[Any]] = {}
        self._families: list[Family[Any]] = []

    def register(self, family: Family[Any]) -> Family[Any]:
        """Register `family` and return it, or return an equal one registered before."""
        with self._lock:
            for ending in _SAMPLES[family.kind]:
                other = self._taken.get(family.name + ending)
                if other is not None:
                    if (other.name, other.layout) == (family.name, family.layout):
                        return other
                    message = (
                        f"{family.name}{ending} is taken by the {other.kind} {other.name}"
                        f" with labels ({', '.join(other.labels)})"
                    )
                    raise DuplicateMetric(message)
            self._taken |= {family.name + ending: family for ending in _SAMPLES[family.kind]}
            self._families.append(family)
            if not family.labels:
                family.cell(())
            return family

    def families(self) -> list[Family[Any]]:
        """Return all families."""
        with self._lock:
            return self._families[:]
