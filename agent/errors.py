"""Every exception this package raises on purpose, for both languages.

The Rust extension imports these classes, so that an error is the same class whichever
implementation raised it::

    AgentError
    ├── ContractError             a contract cannot be read, or says something impossible
    ├── EnvironmentLacking        something outside the program is missing (exit status 3)
    │   ├── ImplementationUnavailable   Rust was asked for by a person and cannot run
    │   └── MeasurementRefused          a figure would not be trustworthy here
    ├── UsageError                a name or value that is not known (exit status 2)
    │   ├── UnknownComponent      (also a LookupError)
    │   └── UnknownStage          (also a ValueError)
    ├── EvidenceLacking           a stage does not rest on evidence for the sources as they are
    ├── InternalError             a defect in the Rust side: a panic that was caught
    ├── Unsupported               a Rust side leaves this call to Python
    └── each component's own, in ``agent/components/NAME/errors.py``

and two warnings, both a `RuntimeWarning`: `DemotionWarning` and `FallbackWarning`.

An exception of a component is found here under its name too (``from agent.errors import
EntryTooHeavy``); its own module says more to type checkers.
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
    """A contract cannot be read, or says something impossible; the message names the place."""


class EnvironmentLacking(AgentError):
    """Something outside the program is missing or unfit; the message says what to do."""


class ImplementationUnavailable(EnvironmentLacking):
    """The implementation that a person asked for cannot run; the cause is chained."""


class MeasurementRefused(EnvironmentLacking):
    """A measurement would not be trustworthy here: a debug or stale build, a busy machine."""


class UsageError(AgentError):
    """A name or a value that is not known; the message lists what is accepted."""


class UnknownComponent(UsageError, LookupError):
    """No component of that name is in the table; the message lists the known ones."""


class UnknownStage(UsageError, ValueError):
    """Not a value that selects an implementation; the message lists the known ones."""


class InternalError(AgentError):
    """A defect in the Rust side: a panic, caught at the bridge, with its message."""


class EvidenceLacking(AgentError):
    """What a stage rests on is missing, too weak or stale; the message says how to get it."""


class Unsupported(AgentError):
    """A Rust side does not do this yet, or not with these arguments; nothing has happened.

    ``args`` holds the reason alone. Of a component whose row in the table says ``partial``, Python
    does the call then.
    """


class FallbackWarning(RuntimeWarning):
    """Python runs where Rust was preferred; the message says why. Given once for a component."""


class DemotionWarning(RuntimeWarning):
    """Rust differed from Python too often while it ran: from now on Python runs."""


def __getattr__(name: str) -> type[AgentError]:
    """Return the exception `name` of whichever component has one."""
    if not name.startswith("_"):  # as __path__, which every import from here asks for
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
