"""The text operations' own exceptions."""

from __future__ import annotations

from agent.errors import AgentError

__all__ = ["PatternError"]


class PatternError(AgentError, ValueError):
    """A regular expression that the text component's dialect has not; the message says where."""
