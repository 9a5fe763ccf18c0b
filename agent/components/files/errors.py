"""The file operations' own exceptions."""

from __future__ import annotations

from agent.errors import AgentError

__all__ = ["ExpressionError"]


class ExpressionError(AgentError, ValueError):
    """A regular expression that the dialect of `search` has not; the message says where."""
