"""How the reference tells `on_delete` of what left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.components.cache.contract import Cause, OnDelete

__all__ = ["Gone", "tell_after"]

Gone = list[tuple[Any, Any, "Cause"]]
"""Key, value and cause of each entry that left, in the order of leaving."""


def _tell(on_delete: OnDelete[Any, Any], gone: Gone) -> None:
    """Call `on_delete` for each entry; all are called, then what they raised is raised."""
    errors: list[BaseException] = []
    for key, value, cause in gone:
        try:
            on_delete(key, value, cause)
        except BaseException as error:  # noqa: BLE001  # every callback gets its turn
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        message = "several on_delete callbacks raised"
        raise BaseExceptionGroup(message, errors)


def tell_after(
    on_delete: OnDelete[Any, Any] | None, gone: Gone, stopped: BaseException | None
) -> None:
    """Tell `on_delete` after an operation that may have stopped at an error; raise that.

    What the callbacks raised is raised instead, with that error as its context.
    """
    try:
        if on_delete is not None:
            _tell(on_delete, gone)
    except BaseException as later:
        if stopped is not None:
            later.__context__ = stopped
        raise
    if stopped is not None:
        raise stopped
