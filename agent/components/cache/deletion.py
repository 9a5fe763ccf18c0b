"""How the reference tells `on_delete` of what left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.components.cache.contract import Cause, OnDelete

__all__ = ["Gone", "tell"]

Gone = list[tuple[Any, Any, "Cause"]]
"""Key, value and cause of each entry that left, in the order of leaving."""


def tell(on_delete: OnDelete[Any, Any], gone: Gone) -> None:
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
