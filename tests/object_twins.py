"""A class, and twins of which each lacks one thing that every object has."""

from __future__ import annotations

import copy
import os
import threading
from typing import Any, Protocol

from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation

__all__ = ["CONTRACT", "TWINS", "Point"]


class Points(Protocol):
    """A point that moves."""

    def move(self, by: int) -> int: ...

    def twice(self, by: int) -> int: ...

    @operation(effect=Effect.READS)
    def at(self) -> int: ...


class MakesPoints(Protocol):
    """Its factory."""

    def __call__(self, x: int = 0) -> Points: ...


CONTRACT = read_contract(Points, MakesPoints)


class Point:
    """A point that moves."""

    def __init__(self, x: int = 0) -> None:
        self.x = x

    def move(self, by: int) -> int:
        """Move; return where it is."""
        self.x += by
        return self.x

    def twice(self, by: int) -> int:
        """Move twice."""
        self.move(by)
        return self.move(by)

    def at(self) -> int:
        """Return where it is."""
        return self.x


class Unpickled(Point):
    """Copies, but does not pickle."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError

    def __copy__(self) -> Any:
        return type(self)(self.x)

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)(self.x)


class Forgetful(Point):
    """Pickles without what it holds."""

    def __getstate__(self) -> dict[str, Any]:
        return {"x": 0}

    def __copy__(self) -> Any:
        return type(self)(self.x)

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)(self.x)


class OldPickles(Point):
    """Does not pickle in the first protocols, as a class with slots and nothing else."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        if protocol < 2:
            raise TypeError
        return super().__reduce_ex__(protocol)


class Uncopied(Point):
    """Is its own copy."""

    def __copy__(self) -> Any:
        return self


class Shared(Point):
    """Is its own deep copy."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self


class Strong:
    """Allows no weak references; is otherwise the same."""

    __slots__ = ("__dict__",)
    __init__ = Point.__init__
    move, twice, at = Point.move, Point.twice, Point.at


class Fixed(Point):
    """Has no other attributes."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "x":
            raise AttributeError(name)
        super().__setattr__(name, value)


class Final(Point):
    """Cannot be subclassed."""

    def __init_subclass__(cls) -> None:
        raise TypeError


class Closed(Point):
    """Does not call what a subclass overrides."""

    def twice(self, by: int) -> int:
        """Move twice."""
        self.x += 2 * by
        return self.x


class Sized(Point):
    """Is of another abstract base class."""

    def __len__(self) -> int:
        return 1


class Bare(Point):
    """Its methods are in the object alone."""

    def __getattribute__(self, name: str) -> Any:
        if name == "move":
            return lambda by: Point.move(self, by)
        return super().__getattribute__(name)


class Unsigned(Point):
    """Takes its arguments by any way."""

    def move(self, *by: int) -> int:
        """Move; return where it is."""
        return super().move(*by)


class Renamed(Point):
    """Calls a parameter otherwise."""

    def move(self, dx: int) -> int:
        """Move; return where it is."""
        return super().move(dx)


class Misnamed(Point):
    """A method has another name."""

    def step(self, by: int) -> int:
        """Move; return where it is."""
        return super().move(by)

    move = step


class Undocumented(Point):
    """A method has no docstring."""

    def at(self) -> int:
        return super().at()


Undocumented.at.__doc__ = ""


class Nowhere(Point):
    """Is not found under its name, as a class of an extension that names no module."""


Nowhere.__module__ = "builtins"


class Unsendable(Point):
    """Is of the thread that made it."""

    def __init__(self, x: int = 0) -> None:
        super().__init__(x)
        self._thread = threading.get_ident()

    def at(self) -> int:
        """Return where it is."""
        if threading.get_ident() != self._thread:
            message = "is unsendable, but is being accessed from another thread"
            raise RuntimeError(message)
        return super().at()

    def __copy__(self) -> Any:
        return type(self)(self.x)

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)(copy.deepcopy(self.x, memo))

    def __reduce__(self) -> Any:
        return type(self), (self.x,)


class Unforked(Point):
    """Is of the process that made it."""

    _process = os.getpid()

    def at(self) -> int:
        """Return where it is."""
        if os.getpid() != self._process:
            message = "made by another process"
            raise RuntimeError(message)
        return super().at()


TWINS = {
    Unpickled: "pickle", Forgetful: "pickle", OldPickles: "pickle", Uncopied: "copy",
    Shared: "deepcopy", Strong: "weakref", Fixed: "attributes", Final: "subclassing",
    Closed: "overriding", Sized: "isinstance", Bare: "names", Unsigned: "signature",
    Renamed: "keywords", Misnamed: "names", Undocumented: "names", Nowhere: "names",
    Unsendable: "threads",
    Unforked: "fork",
}  # fmt: skip
"""Each twin, and the topic in which it differs."""
