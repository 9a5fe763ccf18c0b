"""The plan of a recording, passed to the program's processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["PlannedArgument", "PlannedCall", "RecordedKind", "RecordingPlan"]


@dataclass(frozen=True)
class PlannedArgument:
    """One parameter of a call."""

    name: str
    kind: str
    """The name of its `inspect` kind, such as ``KEYWORD_ONLY``."""
    anything: bool = False
    """Whether any object is accepted, so that a script may use another one."""
    called: bool = False
    """Whether it is a function that is called back: what it answers is recorded."""
    clock: bool = False
    """Whether it is a clock: the script has one of its own, which is advanced as time passed."""
    iterated: bool = False
    """Whether it may be an iterator, which is recorded as the call uses it up."""


@dataclass(frozen=True)
class PlannedCall:
    """One operation, or how an object is made."""

    name: str
    """The attribute that is called; ``__call__`` of a function, and of what makes objects."""
    label: str
    """What counts, reports and the redaction hook call it."""
    arguments: tuple[PlannedArgument, ...] = ()
    template: str | None = None
    """How it is written, where a method call is not: ``{0}[{1}]``."""
    reads: bool = False
    """Whether it is an attribute rather than a call."""
    external: bool = False
    """Whether it touches the outside world, where a script must not do it again."""
    awaited: bool = False
    """Whether the program awaits what the call gives."""
    unrecorded: str | None = None
    """Why a script could not do it again, as a clause."""
    returns: str | None = None
    """The kind of the object it returns, if that one is to be recorded as well."""

    def name_of(self, index: int) -> str:
        """Return the name of the argument at position `index`."""
        positions = [each for each in self.arguments if each.kind.startswith("POSITIONAL")]
        if index < len(positions):
            return positions[index].name
        many = [each.name for each in self.arguments if each.kind == "VAR_POSITIONAL"]
        return f"{many[0] if many else 'arguments'}[{index - len(positions)}]"

    @property
    def clock(self) -> str | None:
        """The name of the argument that is a clock, if there is one that can be named."""
        named = [each for each in self.arguments if each.clock and each.kind != "POSITIONAL_ONLY"]
        return named[0].name if named else None

    def argument(self, name: str) -> PlannedArgument | None:
        """Return what is known of the argument `name`; None if nothing is."""
        plain = name.partition("[")[0]
        found = [each for each in self.arguments if each.name == plain]
        rest = [each for each in self.arguments if each.kind == "VAR_KEYWORD"]
        return next(iter(found + rest), None)


@dataclass(frozen=True)
class RecordedKind:
    """One kind of object whose calls are recorded."""

    subject: str
    """What scripts call the first of its objects."""
    operations: dict[str, PlannedCall]
    make: PlannedCall | None = None
    """How the targets make one; None for what other calls return, a module and a function."""


@dataclass(frozen=True)
class RecordingPlan:
    """All that a recording process has to know."""

    targets: tuple[tuple[str, str | None], ...]
    """Modules, with the attribute that gets a proxy; without one, the operations do."""
    name: str
    """What scripts call the implementation: its class, its function, or the module."""
    root: str
    """The kind, of those in `kinds`, of what the targets make, or of a module or function."""
    kinds: dict[str, RecordedKind]
    packages: tuple[str, ...] = ()
    """Packages of whose enumerations and dataclasses the scripts may use."""
    redact: str | None = None
    """The hook that changes or drops a call before it is kept, as ``"module:attribute"``."""
    limit: int = 10_000
    """Calls that are kept, at most."""
    longest: int = 200
    """Lines of one script."""
    widest: int = 4_000
    """Characters of one argument."""

    def as_json(self) -> str:
        """Return the plan as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> RecordingPlan:
        """Read what `as_json` wrote."""
        raw = json.loads(text)
        raw["kinds"] = {name: _kind(kind) for name, kind in raw["kinds"].items()}
        raw["targets"] = tuple(tuple(target) for target in raw["targets"])
        raw["packages"] = tuple(raw["packages"])
        return cls(**raw)


def _kind(raw: dict[str, Any]) -> RecordedKind:
    operations = {name: _call(call) for name, call in raw["operations"].items()}
    return RecordedKind(raw["subject"], operations, raw["make"] and _call(raw["make"]))


def _call(raw: dict[str, Any]) -> PlannedCall:
    arguments = tuple(PlannedArgument(**argument) for argument in raw["arguments"])
    return PlannedCall(**{**raw, "arguments": arguments})
