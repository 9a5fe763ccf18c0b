"""Port a Python program to Rust one component at a time, each step proven and measured.

`registry` gives the implementation of a component that runs; `AgentError` is the base of every
exception. Both are imported when they are first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would double the start-up
if TYPE_CHECKING:
    from agent import registry
    from agent.errors import AgentError

__all__ = ["AgentError", "registry"]


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415  # the front door imports nothing

    if name == "registry":
        return import_module("agent.registry")
    if name == "AgentError":
        return import_module("agent.errors").AgentError
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
