"""A function and a class behind every proxy that the framework puts before an implementation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.fallback import served
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.recording.planner import plan_for
from agent.porting.recording.proxy_class import Proxies
from agent.porting.recording.recorder import Recorder
from agent.porting.shadow import shadowed, verified

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BEHIND", "Tally", "component", "greet", "greet_rust"]


class Greet(Protocol):
    """The contract of the function."""

    @operation(effect=Effect.PURE)
    def __call__(self, name: str, *, mark: str = "!") -> str: ...


class TallyContract(Protocol):
    """The contract of the class."""

    @property
    def total(self) -> int: ...

    @operation(effect=Effect.WRITES)
    def add(self, amount: int) -> int: ...


class TallyFactory(Protocol):
    """How a tally is made."""

    def __call__(self, start: int = 0) -> TallyContract: ...


def greet(name: str, *, mark: str = "!") -> str:
    """Greet somebody."""
    return f"hello {name}{mark}"


greet.version = 3  # type: ignore[attr-defined]


def greet_rust(name: str, *, mark: str = "!") -> str:
    """Do the same."""
    return f"hello {name}{mark}"


class Tally:
    """A sum."""

    unit = "piece"

    def __init__(self, start: int = 0) -> None:
        self._total = start

    @property
    def total(self) -> int:
        """What was added up."""
        return self._total

    def add(self, amount: int) -> int:
        """Add to the sum, and return it."""
        self._total += amount
        return self._total

    @classmethod
    def of(cls, *amounts: int) -> Tally:
        """Make one of these amounts."""
        return cls(sum(amounts))

    @staticmethod
    def is_amount(value: object) -> bool:
        """Return whether it could be added."""
        return isinstance(value, int)


class RustTally:
    """The other side."""

    def __init__(self, start: int = 0) -> None:
        self._total = start

    @property
    def total(self) -> int:
        """What was added up."""
        return self._total

    def add(self, amount: int) -> int:
        """Add to the sum, and return it."""
        self._total += amount
        return self._total

    def __getstate__(self) -> dict[str, int]:
        return {"_total": self._total}


@dataclass(frozen=True)
class Behind:
    """What a caller gets in the place of the function, and of the class."""

    name: str
    function: Any
    kind: Any


def component(name: str, *, verify: float = 0.0, sample: float = 1.0) -> Component:
    """Return the row of the function or the class."""
    made = name == "tally"
    return Component(
        name=name,
        contract=f"{__name__}:{'TallyContract' if made else 'Greet'}",
        factory=f"{__name__}:TallyFactory" if made else None,
        python=f"{__name__}:{'Tally' if made else 'greet'}",
        rust=f"{__name__}:{'RustTally' if made else 'greet_rust'}",
        stage="rust" if verify else "shadow",
        verify=verify,
        shadow=Shadow(sample=sample),
    )


def _shadowed(name: str) -> Behind:
    sample = 1.0 if name == "shadow" else 1e-9
    return Behind(
        name,
        shadowed(component("greet", sample=sample), greet, greet_rust),
        shadowed(component("tally", sample=sample), Tally, RustTally),
    )


def _verified(name: str) -> Behind:
    return Behind(
        name,
        verified(component("greet", verify=1.0), greet, greet_rust),
        verified(component("tally", verify=1.0), Tally, RustTally),
    )


def _served(name: str) -> Behind:
    return Behind(name, served("greet", greet, greet_rust), served("tally", Tally, RustTally))


def _served_and_verified(name: str) -> Behind:
    each = _served(name)
    return Behind(
        name,
        verified(component("greet", verify=1.0), greet, each.function),
        verified(component("tally", verify=1.0), Tally, each.kind),
    )


def _recorded(name: str) -> Behind:
    made: dict[str, Any] = {}
    for row, original in ((component("greet"), greet), (component("tally"), Tally)):
        plan = plan_for(load_contract(row.contract, row.factory), [row.python])
        proxies = Proxies(Recorder(plan, Path(mkdtemp(prefix="tests-"))))
        root = plan.kinds[plan.root]
        if isinstance(original, type):
            made[row.name] = proxies.of_class(original, root)
        else:
            made[row.name] = proxies.function(original, root.operations["__call__"])
    return Behind(name, made["greet"], made["tally"])


BEHIND: dict[str, Callable[[str], Behind]] = {
    "shadow": _shadowed,
    "shadow of a sample": _shadowed,
    "verified": _verified,
    "fallback": _served,
    "fallback, verified": _served_and_verified,
    "recording": _recorded,
}
"""By the proxy's name, what makes both."""
