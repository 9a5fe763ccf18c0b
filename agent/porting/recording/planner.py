"""Plans the recording of a pair from its contract."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from agent.errors import UsageError
from agent.porting.contract.terms import Effect
from agent.porting.recording.plan import PlannedArgument, PlannedCall, RecordedKind, RecordingPlan
from agent.porting.strategies.call_writer import SYNTAX, is_driven

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec, Parameter

__all__ = ["plan_for"]


def plan_for(
    contract: Contract, references: Iterable[str], *, redact: str | None = None, limit: int = 10_000
) -> RecordingPlan:
    """Return the plan to record the calls through `references`, both sides' as in the table.

    Raises `UsageError` for a reference that cannot get a proxy, and for a
    redaction hook that is no reference.
    """
    targets = tuple(
        dict.fromkeys(target for reference in references for target in _targets(reference))
    )
    if redact is not None and not all(redact.partition(":")[::2]):
        message = f"--redact {redact}: give a module and a function, as in package.module:hook"
        raise UsageError(message)
    kinds = {
        name: RecordedKind(
            subject=name.lower(),
            operations={
                spec.name: _call(contract, spec, _label(contract, name, spec))
                for spec in part.operations.values()
            },
            make=None if part.factory is None else _call(contract, part.factory, name, name),
        )
        for name, part in contract.everything.items()
    }
    return RecordingPlan(
        targets=targets,
        name=contract.name.lower() if contract.factory is None else contract.name,
        root=contract.name,
        kinds=kinds,
        packages=tuple(sorted({module.partition(".")[0] for module, _ in targets})),
        redact=redact,
        limit=limit,
    )


def _targets(reference: str) -> Iterator[tuple[str, str | None]]:
    """Yield the modules that hand out what `reference` names, and under which name, if any.

    What a module has from another one is the same wherever a program takes it from.
    """
    module, _, attribute = reference.partition(":")
    if "." in attribute:
        message = f"{reference} is inside of something: only what a module has can be recorded"
        raise UsageError(message)
    found = getattr(sys.modules.get(module), attribute, None) if attribute else None
    if isinstance(found, ModuleType):
        yield found.__name__, None
        return
    yield module, attribute or None
    home, name = getattr(found, "__module__", None), getattr(found, "__qualname__", "")
    if found is not None and getattr(sys.modules.get(home or ""), name, None) is found:
        yield str(home), name


def _label(contract: Contract, name: str, spec: OperationSpec) -> str:
    """Return how an operation is counted; that of a function by the name of the contract."""
    if name != contract.name:
        return f"{name}.{spec.name}"
    return contract.name if spec.name == "__call__" and contract.factory is None else spec.name


def _call(
    contract: Contract, spec: OperationSpec, label: str, returns: str | None = None
) -> PlannedCall:
    return PlannedCall(
        name=spec.name,
        label=label,
        arguments=tuple(_argument(parameter) for parameter in spec.parameters),
        template=SYNTAX.get(spec.name) if spec.name != "__call__" else None,
        reads=spec.kind == "property",
        external=spec.effect is Effect.EXTERNAL,
        awaited=spec.calling == "coroutine",
        unrecorded=_unrecorded(spec),
        returns=returns or contract.named_by(spec.returns),
    )


def _unrecorded(spec: OperationSpec) -> str | None:
    if spec.giving != "value":
        kind = "stream" if spec.giving == "stream" else "context manager"
        return f"it gives an asynchronous {kind}, whose use is not recorded"
    if spec.calling == "awaitable":
        return "it gives an awaitable that may be no coroutine"
    return None


def _argument(parameter: Parameter) -> PlannedArgument:
    parts = list(_parts(parameter.annotation))
    return PlannedArgument(
        parameter.name,
        parameter.kind.name,
        anything=_has(parts, Any, object, Hashable)
        or any(isinstance(part, TypeVar) for part in parts),
        called=_has(parts, Callable),
        clock=is_driven(parameter.annotation),
        iterated=_has(parts, Iterable, Iterator),
    )


def _has(parts: list[Any], *wanted: Any) -> bool:
    return any(part is each for part in parts for each in wanted)  # not all can be hashed


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation contains, but those of a function's arguments."""
    origin = get_origin(annotation)
    yield origin or annotation
    if origin is not Callable:
        for part in get_args(annotation):
            yield from _parts(part)
