"""The tools' own exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import AgentError

if TYPE_CHECKING:
    from agent.components.tools.contract import Result

__all__ = ["ToolError", "ToolFailed", "ToolTimeout"]


class ToolError(AgentError):
    """Base of the tools' own exceptions."""


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
