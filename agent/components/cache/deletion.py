"""Calls of `on_delete` for the entries that an operation of the reference removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.components.cache.contract import Cause, OnDelete

__all__ = ["Gone", "tell_after"]

Gone = list[tuple[Any, Any, "Cause"]]
"""Key, value and cause of each removed entry, in the order of removal."""


def _tell(on_delete: OnDelete[Any, Any], gone: Gone) -> None:
    """Call `on_delete` for each entry, then raise what the callbacks raised."""
    errors: list[BaseException] = []
    for key, value, cause in gone:
        try:
            on_delete(key, value, cause)
        except BaseException as error:  # noqa: BLE001  # the remaining callbacks still run
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        message = "several on_delete callbacks raised"
        raise BaseExceptionGroup(message, errors)


def tell_after(
    on_delete: OnDelete[Any, Any] | None, gone: Gone, stopped: BaseException | None
) -> None:
    """Call `on_delete` after an operation, then raise the error `stopped` that ended it, if any.

    If a callback raises, that exception is raised instead, with `stopped` as its context.
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
