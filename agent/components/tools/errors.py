"""The tools' own exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import AgentError

if TYPE_CHECKING:
    from agent.components.tools.contract import Result

__all__ = [
    "ArgumentMismatch",
    "DelimiterNotFound",
    "DuplicateTool",
    "OutputEnded",
    "ProcessClosed",
    "ProcessTimeout",
    "ToolError",
    "ToolFailed",
    "ToolTimeout",
    "UnknownTool",
]


class ToolError(AgentError):
    """Base of the tools' own exceptions."""


class ArgumentMismatch(ToolError, ValueError):
    """A tool is called without one of its arguments, or with one that it does not have."""


class DelimiterNotFound(ToolError, ValueError):
    """The output holds as many bytes as may be read, and no delimiter; it can still be read."""


class OutputEnded(ToolError, EOFError):
    """The output ended before a delimiter; what there is can still be read."""


class ProcessClosed(ToolError, RuntimeError):
    """A process, or its input, is closed, or belongs to the process that this was forked from."""


class ProcessTimeout(ToolError, TimeoutError):
    """An operation on a process took too long; what it waited for can still be waited for."""


class DuplicateTool(ToolError, ValueError):
    """A tool of that name is defined already."""


class UnknownTool(ToolError, LookupError):
    """No tool of that name is defined."""


class _WithResult(ToolError):
    """Carries what the program did until then."""

    def __init__(self, message: str, result: Result) -> None:
        super().__init__(message)
        self.result = result

    def __reduce__(self) -> tuple[type[_WithResult], tuple[str, Result]]:
        return type(self), (self.args[0], self.result)


class ToolFailed(_WithResult, RuntimeError):
    """A program run with ``check=True`` ended with another status than 0; has its `result`."""


class ToolTimeout(_WithResult, TimeoutError):
    """A program run with ``check=True`` was killed after its timeout; has its `result`."""
