"""Stage ``shadow``: Python is the primary and answers; Rust is the candidate and is compared.

Whatever Rust does (a wrong answer, an exception, a panic) the caller gets Python's answer. The
ledger counts the outcomes of all calls, and keeps the differences. See docs/guide/shadow.md.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would double the start-up
if TYPE_CHECKING:
    from typing import Any

    from agent.porting.project.table import Component
    from agent.porting.shadow.events import Event, subscribe

__all__ = [
    "Event",
    "shadowed",
    "subscribe",
    "verified",
]

_HOMES = {
    "events": ("Event", "subscribe"),
}
"""By module, the names that are imported when they are first asked for."""


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415  # the front door imports nothing

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def shadowed(component: Component, python: Any, rust: Any) -> Any:
    """Return what runs in stage ``shadow``: `python`, with `rust` compared on a sample of calls.

    With a sample of 0, that is `python` itself.
    """
    if component.shadow.sample <= 0.0:
        return python
    return _assembled(component, python, rust, rust_leads=False)


def verified(component: Component, python: Any, rust: Any) -> Any:
    """Return what runs in stage ``rust``: `rust`, with a share of calls compared with `python`.

    After ``shadow.differences`` differences Python runs in this process, with a `DemotionWarning`.
    """
    return _assembled(component, python, rust, rust_leads=True)


def _assembled(component: Component, python: Any, rust: Any, *, rust_leads: bool) -> Any:
    from agent.porting.shadow.assembly import assembled  # noqa: PLC0415  # needs much of the framework

    return assembled(component, python, rust, rust_leads=rust_leads)
