"""The base of classes that cannot be subclassed, whose objects cannot be copied or pickled."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

__all__ = ["Unique"]


class Unique:
    """An object whose state is shared by all who use it: a copy would be updated by none."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        if Unique not in cls.__bases__:
            message = f"type '{cls.__bases__[0].__name__}' is not an acceptable base type"
            raise TypeError(message)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        message = f"cannot pickle '{type(self).__name__}' object"
        raise TypeError(message)
