"""The base of classes that can be neither subclassed nor copied nor pickled."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

__all__ = ["Sealed"]


class Sealed:
    """An object that stands for something of the system, which a copy would not be."""

    __slots__ = ("__weakref__",)

    def __init_subclass__(cls) -> None:
        if Sealed not in cls.__bases__:
            message = f"type '{cls.__bases__[0].__name__}' is not an acceptable base type"
            raise TypeError(message)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        message = f"cannot pickle '{type(self).__name__}' object"
        raise TypeError(message)
