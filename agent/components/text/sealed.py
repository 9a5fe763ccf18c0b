"""The base of classes that cannot be subclassed."""

from __future__ import annotations

__all__ = ["Sealed"]


class Sealed:
    """An object with attributes of its own class alone, which allows weak references."""

    __slots__ = ("__weakref__",)

    def __init_subclass__(cls) -> None:
        if Sealed not in cls.__bases__:
            message = f"type '{cls.__bases__[0].__name__}' is not an acceptable base type"
            raise TypeError(message)
