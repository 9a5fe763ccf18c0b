"""Registered metrics of the reference: name, labels, and one cell for each series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from agent.components.metrics.arguments import checked_text
from agent.components.metrics.atomic import append_if
from agent.components.metrics.cells import Cell, Held
from agent.components.metrics.contract import Kind, Series
from agent.components.metrics.distribution import Distribution
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
    held: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """The identity of the series."""
        return self.family.name, self.family.layout, self.values

    def since(self, then: Held) -> Reading:
        """Return the gain since the series held `then`."""
        return Reading(self.family, self.values, self.family.make.since(self.held, then))

    def series(self) -> Series:
        """Return it as the contract's `Series`."""
        labels = tuple(zip(self.family.labels, self.values, strict=True))
        row = self.held.row() if isinstance(self.held, Distribution) else (self.held, None, ())
        return Series(self.family.name, self.family.kind, labels, *row)


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

    @property
    def kind(self) -> Kind:
        """The kind of metric."""
        return self.make.kind

    @property
    def layout(self) -> tuple[Any, ...]:
        """The settings in which two registrations of one name must agree."""
        return self.make, self.labels, self.settings

    def cell(self, values: tuple[Any, ...]) -> C:
        """Return the cell of a series; create it if it does not exist."""
        checked = self._checked(values)
        found = self.cells.get(checked)
        if found is None:
            found = self.cells.setdefault(checked, self.make(*self.settings))
        return found

    def named(self, by_name: dict[str, Any]) -> C:
        """Return the cell of the series whose label values have these names."""
        found, wrong = self._found(by_name)
        wrong[:0] = [f"{label!r} is missing" for label in self.labels if label not in found]
        self._refuse(wrong)
        return self.cell(tuple([found[label] for label in self.labels]))

    def remove(self, values: tuple[Any, ...]) -> None:
        """Remove the series with these label values, if it exists."""
        self._expect_labels()
        self.cells.pop(self._checked(values), None)

    def remove_by_labels(self, labels: Any) -> None:
        """Remove the series that have these values for these labels, one after the other."""
        self._expect_labels()
        if not isinstance(labels, dict):
            message = f"labels must be a dict, not {type(labels).__name__}"
            raise TypeError(message)
        found, wrong = self._found(labels)
        self._refuse(wrong)
        if not found:
            return
        wanted = [
            (place, checked_text("a label value", found[label]))
            for place, label in enumerate(self.labels)
            if label in found
        ]
        for values in list(self.cells):
            if all(values[place] == value for place, value in wanted):
                self.cells.pop(values, None)

    def clear(self) -> None:
        """Remove all series of a metric that has labels."""
        if self.labels:
            self.cells.clear()

    def _checked(self, values: tuple[Any, ...]) -> tuple[str, ...]:
        if len(values) != len(self.labels):
            message = f"{self.name} takes {len(self.labels)} label values, not {len(values)}"
            raise LabelMismatch(message)
        return tuple([checked_text("a label value", value) for value in values])

    def _expect_labels(self) -> None:
        if not self.labels:
            message = f"{self.name} has no labels"
            raise LabelMismatch(message)

    def _found(self, labels: dict[Any, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return the values by label, and what is wrong with the other names."""
        rest = dict.copy(labels)
        found = {label: rest.pop(label) for label in self.labels if label in rest}
        return found, [f"{name!r} is unknown" for name in rest]

    def _refuse(self, wrong: list[str]) -> None:
        if wrong:
            message = f"{self._described()}: {', '.join(wrong)}"
            raise LabelMismatch(message)

    def _described(self) -> str:
        return f"{self.name} has labels ({', '.join(self.labels)})"

    def unlabelled(self) -> LabelMismatch:
        """Return the error for using a labelled metric as a series."""
        return LabelMismatch(f"{self._described()}: ask labels()")

    def read(self) -> list[Reading]:
        """Return the current state of each series."""
        return [Reading(self, values, cell.held()) for values, cell in self.cells.copy().items()]

    def reset(self) -> None:
        """Reset each series."""
        for cell in self.cells.copy().values():
            cell.reset()

    def samples(self) -> list[str]:
        """Return the names of its samples."""
        return [self.name + ending for ending in _SAMPLES[self.kind]]


class Names:
    """The registered metrics, in the order of registration."""

    def __init__(self) -> None:
        self._families: list[Family[Any]] = []
        self._taken: dict[str, Family[Any]] = {}
        self._known = 0
        """At least so many of the families are in `_taken`."""

    def register(self, family: Family[Any]) -> Family[Any]:
        """Register `family` and return it, or return an equal one registered before."""
        if not family.labels:
            family.cell(())
        while True:
            size = self._learn()
            for sample in family.samples():
                other = self._taken.get(sample)
                if other is None:
                    continue
                if (other.name, other.layout) == (family.name, family.layout):
                    return other
                message = (
                    f"{sample} is taken by the {other.kind} {other.name}"
                    f" with labels ({', '.join(other.labels)})"
                )
                raise DuplicateMetric(message)
            if append_if(self._families, size, family):
                return family

    def families(self) -> list[Family[Any]]:
        """Return all families."""
        return self._families[:]

    def _learn(self) -> int:
        """Enter every family into `_taken`; return how many there are."""
        families = self._families[:]
        for family in families[self._known :]:
            self._taken.update(dict.fromkeys(family.samples(), family))
        self._known = len(families)
        return self._known
