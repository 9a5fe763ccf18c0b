"""The metrics' own exceptions."""

from __future__ import annotations

from agent.errors import AgentError

__all__ = ["DuplicateMetric", "LabelMismatch", "MergeMismatch", "MetricsError", "SpanStopped"]


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
