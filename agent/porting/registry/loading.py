"""Loads an implementation, or returns the reason why it cannot be loaded."""

from __future__ import annotations

from typing import Any, NamedTuple

from agent.porting.project.table import load, split
from agent.porting.registry.interpreters import require_loadable

__all__ = ["Unusable", "probe"]


class Unusable(NamedTuple):
    """An implementation that cannot be loaded."""

    reason: str
    """A clause that ends a sentence."""
    cause: Exception
    absent: bool
    """Whether it is merely unavailable: not built, not for this interpreter, or built for another
    system or other sources.

    Any other failure is a defect and must not be hidden.
    """


def probe(reference: str) -> Any | Unusable:
    """Load the object that ``"module:attribute"`` names; return it, or why that failed."""
    module, attribute = split(reference)
    try:
        require_loadable(module)
        return load(reference)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            return Unusable(f"{error.name} is not installed for this Python", error, absent=True)
        return Unusable(f"{module} needs {error.name}, which is not installed", error, absent=False)
    except ImportError as error:
        # The dynamic loader names what it refused, without its package; an import that failed
        # inside a module that it accepted names another one.
        broken = error.name in {module, module.rpartition(".")[2]}
        return Unusable(f"{module} cannot be loaded ({error})", error, absent=broken)
    except AttributeError as error:
        lacks = error.name == attribute and getattr(error.obj, "__name__", None) == module
        reason = f"{module} has no {attribute}" if lacks else f"loading {module} failed ({error})"
        return Unusable(reason, error, absent=lacks)
    except Exception as error:  # noqa: BLE001  # a module may raise anything
        reason = f"loading {module} failed with {type(error).__name__}: {error}"
        return Unusable(reason, error, absent=False)
