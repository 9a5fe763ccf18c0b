"""What shows all that a caller can see of an object without changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.check.hashes import without_number
from agent.porting.compare.introspection import special
from agent.porting.compare.outcome import capture
from agent.porting.fallback.observing import looking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from agent.porting.contract.reader import Contract, OperationSpec

__all__ = ["observer", "shown_by"]


def observer(
    contract: Contract, kind: str, both: type | None = None, without: Collection[str] = ()
) -> Callable[[Any], dict[str, Any]]:
    """Return what shows all that a caller can see of an object without changing it.

    It is one of the contract or part `kind`; what the class `both` has not is left out, and so are
    the operations named by `without`.
    """
    specs = [
        spec
        for spec in contract.observers(kind)
        if (both is None or hasattr(both, spec.name)) and spec.name not in without
    ]

    def observe(value: Any) -> dict[str, Any]:
        with looking():
            seen = {spec.name: without_number(capture(_look, value, spec), spec) for spec in specs}
        # Another of its kind would be looked at in the same way, and so on without an end.
        return {
            name: outcome
            for name, outcome in seen.items()
            if type(outcome.value) is not type(value)
        }

    return observe


def shown_by(contract: Contract, kind: str) -> Callable[[Any], dict[str, Any]]:
    """Return what shows the same as an observer: results and exceptions, each by itself.

    They are compared faster than outcomes.
    """
    observe = observer(contract, kind)

    def show(value: Any) -> dict[str, Any]:
        shown = {}
        for name, outcome in observe(value).items():
            shown[f"{name}.raised"] = outcome.raised
            shown[f"{name}.value"] = outcome.value
        return shown

    return show


def _look(value: Any, spec: OperationSpec) -> Any:
    """Call an operation that takes no arguments."""
    if spec.kind == "property":
        return getattr(value, spec.name)
    is_special = spec.name.startswith("__") and spec.name.endswith("__")
    return (special if is_special else getattr)(value, spec.name)()
