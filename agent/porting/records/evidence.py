"""The record of evidence: what was found out about a component, and of which sources."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self, get_origin, get_type_hints

from agent.errors import ContractError
from agent.porting.records.digests import Digests

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SCHEMA", "Evidence", "Measured", "Mutated", "Parity", "Shadowed", "read_evidence"]

SCHEMA = 1
"""The version of the file's layout."""


@dataclass(frozen=True)
class Parity:
    """What a check came to."""

    date: str
    """The day in UTC, as in 2027-01-31."""
    verdict: str
    """``"identical"``, ``"divergent"`` or ``"inconclusive"``."""
    calls: int
    """Calls that were compared."""
    served: int
    """Those of them that Rust served itself; the others were refused, and Python's."""
    examples: int
    """Pinned examples and recorded scripts that were replayed."""
    registered: int
    """Differences that were met and are accepted by the register."""
    seed: int
    seconds: int
    """How long it took."""
    refused: dict[str, int] = field(default_factory=dict)
    """Those that Rust left to Python, by reason: the most frequent."""


@dataclass(frozen=True)
class Mutated:
    """How many small changes of the Rust side the parity suite notices."""

    date: str
    mutants: int
    killed: int
    """By a compared difference."""
    equivalent: int
    """Left out of the rate: no call can tell them from the original."""
    rate: float
    seconds: int


@dataclass(frozen=True)
class Shadowed:
    """Calls that Python answered while Rust was compared, in programs that ran."""

    date: str
    matched: int
    mismatched: int
    """With a difference that is not registered."""
    ignored: int
    """With one that is."""

    @property
    def compared(self) -> int:
        """All of them."""
        return self.matched + self.mismatched + self.ignored


@dataclass(frozen=True)
class Measured:
    """Speed and memory of both sides against each other."""

    date: str
    agreed: bool
    """Whether both sides gave the expected answer to every workload."""
    speedup: float | None
    """Geometric mean over the workloads; below it the same of the ends of their intervals."""
    speedup_low: float | None
    speedup_high: float | None
    memory: float | None
    """Bytes that Rust holds for one of Python's; None where it was not measured."""
    workloads: dict[str, tuple[float | None, float | None]]
    """The interval of each workload's speedup."""
    system: str
    processor: str
    python: str
    busy: float
    """Cores that others kept busy just before."""
    seconds: int


_RESTS_ON = {
    "parity": {"contract", "reference", "rust", "examples", "divergences"},
    "mutation": {"contract", "reference", "rust", "equivalents"},
    "shadow": {"contract", "reference", "rust", "divergences"},
    "measurement": {"contract", "reference", "rust", "workloads"},
}
"""For each finding the parts whose change makes it void."""


@dataclass(frozen=True)
class Evidence:
    """What was found out about a component; None where nothing was."""

    component: str
    digests: Digests
    """Of the sources that all findings are about."""
    parity: Parity | None = None
    mutation: Mutated | None = None
    shadow: Shadowed | None = None
    measurement: Measured | None = None

    def void(self, now: Digests) -> dict[str, list[str]]:
        """Return what of the findings is void, by finding the parts that changed until `now`."""
        changed = now.changed(self.digests)
        return {
            finding: sorted(changed & parts)
            for finding, parts in _RESTS_ON.items()
            if getattr(self, finding) is not None and changed & parts
        }

    def renewed(self, now: Digests) -> Self:
        """Return what of it holds for the sources as they are `now`."""
        nothing: dict[str, Any] = dict.fromkeys(self.void(now))
        return replace(self, digests=now, **nothing)

    def to_json(self) -> dict[str, Any]:
        """Return the record in the types that JSON knows."""
        return {"schema": SCHEMA, **asdict(self)}

    def to_text(self) -> str:
        """Return the content of the file: sorted, so that a change shows as few lines."""
        return json.dumps(self.to_json(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


_FINDINGS: dict[str, type[Any]] = {
    "parity": Parity, "mutation": Mutated, "shadow": Shadowed, "measurement": Measured,
}  # fmt: skip


def read_evidence(path: Path) -> Evidence | None:
    """Return the evidence in the file at `path`; None if there is no such file.

    Raises `ContractError` for a file that is not evidence, or of another layout.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        message = f"{path} is not evidence: {error}"
        raise ContractError(message) from error
    if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA:
        message = f"{path} is not evidence of layout {SCHEMA}; delete it and promote again"
        raise ContractError(message)
    found = _read(Evidence, content, path)
    findings = {
        name: None if found[name] is None else kind(**_read(kind, found[name], path))
        for name, kind in _FINDINGS.items()
    }
    if (measured := findings["measurement"]) is not None:
        rows = {name: tuple(row) for name, row in measured.workloads.items()}
        findings["measurement"] = replace(measured, workloads=rows)
    known = Digests(**_read(Digests, found["digests"], path))
    return Evidence(found["component"], known, **findings)


def _read(kind: type[Any], content: Any, path: Path) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    if not isinstance(content, dict) or content.keys() != names:
        message = f"{path}: {kind.__name__} has exactly {', '.join(sorted(names))}"
        raise ContractError(message)
    hints = get_type_hints(kind)
    for name, value in content.items():
        if name not in {"digests", *_FINDINGS} and not _fits(value, hints[name]):
            message = f"{path}: {kind.__name__}.{name} cannot be {value!r}"
            raise ContractError(message)
    return content


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) is not dict and type(value) is int and isinstance(0.0, hint):
        return True
    return isinstance(value, dict if get_origin(hint) is dict else hint)
