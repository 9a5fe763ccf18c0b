"""The base of classes whose objects cannot be copied or pickled, nor subclassed once final."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

__all__ = ["Unique"]


class Unique:
    """An object whose state is shared by all who use it: a copy would be updated by none."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        base = cls.__bases__[0]
        if getattr(base, "__final__", False):
            message = f"type '{base.__name__}' is not an acceptable base type"
            raise TypeError(message)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        message = f"cannot pickle '{type(self).__name__}' object"
        raise TypeError(message)
