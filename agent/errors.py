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
    ├── CacheError
    │   ├── EntryTooHeavy         (also a ValueError)
    │   ├── ReentrantCall         (also a RuntimeError)
    │   └── RecursiveFactory      (also a RuntimeError)
    ├── MetricsError
    │   ├── DuplicateMetric       (also a ValueError)
    │   ├── LabelMismatch         (also a ValueError)
    │   ├── MergeMismatch         (also a ValueError)
    │   └── SpanStopped           (also a RuntimeError)
    └── PatternError              a regular expression outside the dialect (also a ValueError)

and two warnings, both a `RuntimeWarning`: `DemotionWarning` and `FallbackWarning`.
"""

from __future__ import annotations

__all__ = [
    "AgentError",
    "CacheError",
    "ContractError",
    "DemotionWarning",
    "DuplicateMetric",
    "EntryTooHeavy",
    "EnvironmentLacking",
    "EvidenceLacking",
    "FallbackWarning",
    "ImplementationUnavailable",
    "InternalError",
    "LabelMismatch",
    "MeasurementRefused",
    "MergeMismatch",
    "MetricsError",
    "PatternError",
    "RecursiveFactory",
    "ReentrantCall",
    "SpanStopped",
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


class CacheError(AgentError):
    """Base of the cache's own exceptions."""


class EntryTooHeavy(CacheError, ValueError):
    """An entry weighs more than the whole cache may hold; nothing was changed."""


class ReentrantCall(CacheError, RuntimeError):
    """A key's ``__hash__`` or ``__eq__``, while the cache was calling it, used the same cache."""


class RecursiveFactory(CacheError, RuntimeError):
    """A ``get_or_set`` factory waits, directly or through other threads, for its own result."""


class MetricsError(AgentError):
    """Base of the metrics' own exceptions."""


class DuplicateMetric(MetricsError, ValueError):
    """A name that a metric's samples would have is taken by another metric."""


class LabelMismatch(MetricsError, ValueError):
    """Label values are missing, too few or too many for the metric."""


class MergeMismatch(MetricsError, ValueError):
    """Histograms of different steps or precision were to be merged."""


class SpanStopped(MetricsError, RuntimeError):
    """A span was stopped before: its time is observed once."""


class PatternError(AgentError, ValueError):
    """A regular expression that the text component's dialect has not; the message says where."""


class FallbackWarning(RuntimeWarning):
    """Python runs where Rust was preferred; the message says why. Given once for a component."""


class DemotionWarning(RuntimeWarning):
    """Rust differed from Python too often while it ran: from now on Python runs."""
