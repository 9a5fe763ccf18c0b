"""The exceptions of this package, for both languages.

The Rust extension imports these classes, so an error has the same class whichever implementation
raised it::

    AgentError
    ├── ContractError             a contract is invalid
    ├── EnvironmentLacking        something outside the program is missing (exit status 3)
    │   ├── ImplementationUnavailable   Rust was requested by a person and cannot run
    │   └── MeasurementRefused          a measurement would not be reliable here
    ├── UsageError                an unknown name or value (exit status 2)
    │   ├── UnknownComponent      (also a LookupError)
    │   └── UnknownStage          (also a ValueError)
    ├── EvidenceLacking           a stage lacks evidence for the current sources
    ├── InternalError             a defect in the Rust side: a caught panic
    ├── Unsupported               a Rust side leaves this call to Python
    └── those of each component, in ``agent/components/NAME/errors.py``

and two warnings, both a `RuntimeWarning`: `DemotionWarning` and `FallbackWarning`.

The exceptions of components can be imported from here too (``from agent.errors import
EntryTooHeavy``); type checkers see them in their own modules.
"""

from __future__ import annotations

__all__ = [
    "AgentError",
    "ContractError",
    "DemotionWarning",
    "EnvironmentLacking",
    "EvidenceLacking",
    "FallbackWarning",
    "ImplementationUnavailable",
    "InternalError",
    "MeasurementRefused",
    "UnknownComponent",
    "UnknownStage",
    "Unsupported",
    "UsageError",
]


class AgentError(Exception):
    """Base of every exception of this package."""


class ContractError(AgentError):
    """A contract is invalid; the message names the place."""


class EnvironmentLacking(AgentError):
    """Something outside the program is missing or unsuitable; the message says what to do."""


class ImplementationUnavailable(EnvironmentLacking):
    """The implementation that a person requested cannot run; the cause is chained."""


class MeasurementRefused(EnvironmentLacking):
    """A measurement would not be reliable: a debug or stale build, or a busy machine."""


class UsageError(AgentError):
    """An unknown name or value; the message lists the accepted ones."""


class UnknownComponent(UsageError, LookupError):
    """The table has no component of that name; the message lists the known ones."""


class UnknownStage(UsageError, ValueError):
    """A value that selects no implementation; the message lists the known ones."""


class InternalError(AgentError):
    """A defect in the Rust side: a panic caught at the bridge, with its message."""


class EvidenceLacking(AgentError):
    """Evidence for a stage is missing, insufficient or stale; the message says how to get it."""


class Unsupported(AgentError):
    """A Rust side does not support this call or its arguments; it had no effect.

    ``args`` holds only the reason. If the component's row in the table has ``partial``, Python then
    serves the call.
    """


class FallbackWarning(RuntimeWarning):
    """Python runs although Rust was preferred; the message says why. Issued once per component."""


class DemotionWarning(RuntimeWarning):
    """Rust differed from Python too often while it ran; from now on, Python runs."""


def __getattr__(name: str) -> type[AgentError]:
    """Return the exception `name` of the component that defines it."""
    if not name.startswith("_"):  # such as __path__, which every import from here reads
        from importlib import import_module  # noqa: PLC0415  # start-up does without
        from pkgutil import iter_modules  # noqa: PLC0415

        components = import_module("agent.components")
        for each in iter_modules(components.__path__):
            module = f"agent.components.{each.name}.errors"
            try:
                errors = import_module(module)
            except ModuleNotFoundError as error:
                if error.name != module:
                    raise
                continue  # it has no exceptions of its own
            if name in errors.__all__:
                found: type[AgentError] = getattr(errors, name)
                return found
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
