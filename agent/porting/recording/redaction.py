"""What is not to be read by others is changed or dropped before anything of a call is kept."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from agent.porting.script.literals import Unwritable

__all__ = ["Redaction"]


class Redaction:
    """Asks the hook, which is imported when the first call is made: not before the program is."""

    def __init__(self, reference: str | None) -> None:
        self._reference = reference
        self._hook: Any = None

    @property
    def is_idle(self) -> bool:
        """Whether there is no hook, so that all is kept."""
        return self._reference is None

    def __call__(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return what is to be kept of the arguments of a call, by name.

        Raises `Unwritable` if nothing is, or if the hook fails.
        """
        if self._reference is None:
            return arguments
        try:
            if self._hook is None:
                module, _, attribute = self._reference.partition(":")
                self._hook = getattr(import_module(module), attribute)
            kept = self._hook(operation, dict(arguments))
        except Exception as error:
            # Its message may contain what must not be read.
            message = f"the redaction hook failed with {type(error).__name__}"
            raise Unwritable(message) from error
        if kept is None:
            message = "redacted"
            raise Unwritable(message)
        if not isinstance(kept, dict) or kept.keys() != arguments.keys():
            message = "the redaction hook returned neither None nor a dict of the same arguments"
            raise Unwritable(message)
        return kept
