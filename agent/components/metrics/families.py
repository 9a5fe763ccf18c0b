"""What the reference registers under a name: a metric with its labels, and a cell a series."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from agent.components.metrics.arguments import checked_text
from agent.components.metrics.cells import Cell
from agent.components.metrics.contract import Kind, Series
from agent.errors import DuplicateMetric, LabelMismatch

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Family", "Names", "Reading"]

C = TypeVar("C", bound=Cell)

_SAMPLES: dict[Kind, tuple[str, ...]] = {
    "counter": ("", "_total", "_created"),
    "gauge": ("",),
    "histogram": ("", "_bucket", "_count", "_sum", "_created"),
}
"""How the names of a metric's samples end."""


@dataclass(frozen=True)
class Reading:
    """What one series held at one moment, or gained."""

    family: Family[Any]
    values: tuple[str, ...]
    cell: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same series as another."""
        return self.family.name, self.family.layout, self.values

    def series(self) -> Series:
        """Return it as the contract tells it."""
        labels = tuple(zip(self.family.labels, self.values, strict=True))
        return Series(self.family.name, self.family.kind, labels, *self.cell.row())


@dataclass(frozen=True)
class Family(Generic[C]):
    """A metric: its name, kind and labels, and what each of its series holds."""

    name: str
    description: str
    labels: tuple[str, ...]
    settings: tuple[int, ...]
    """What its cells are made with."""
    make: type[C]
    clock: Callable[[], Any]
    cells: dict[tuple[str, ...], C] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    @property
    def kind(self) -> Kind:
        """Which kind of metric it is."""
        return self.make.kind

    @property
    def layout(self) -> tuple[Any, ...]:
        """What two registrations of one name must agree in."""
        return self.kind, self.labels, self.settings

    def cell(self, values: tuple[Any, ...]) -> C:
        """Return the cell of a series, which is made if it is not there."""
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
        """Return the error for using a metric with labels as if it were a series."""
        return LabelMismatch(f"{self.name} has labels ({', '.join(self.labels)}): ask labels()")

    def read(self) -> list[Reading]:
        """Return what each series holds now."""
        with self.lock:
            cells = list(self.cells.items())
        return [Reading(self, values, cell.copy()) for values, cell in cells]


class Names:
    """The names that are taken, in the order of registration."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[str, Family[Any]] = {}
        self._families: list[Family[Any]] = []

    def register(self, family: Family[Any]) -> Family[Any]:
        """Return the family that has this name now: this one, or an equal one from before."""
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
