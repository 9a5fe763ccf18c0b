"""Which side the objects of a class belong to while Rust answers.

A caller may hold objects that both sides have, which are followed; Rust's own, which are not of the
sample; and the reference's own, such as a loaded pickle. Rust can be given the first two, Python
the first and the last. What Rust gives is given back as the caller knows it.
"""

from __future__ import annotations

import copyreg
import sys
import weakref
from typing import TYPE_CHECKING, Any, Literal

from agent.errors import ContractError
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.pickling import found_under, with_class
from agent.porting.interpose.within import LEAVES, holds, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Followed

__all__ = ["Belonging"]

__passes_calls_on__ = True

Side = Literal["python", "rust"]

_ALONE = "it was given an object that one side alone has"
"""Why a call is not compared."""


class Belonging:
    """Knows the objects of one component.

    Args:
        sides: the two implementations.
        followed: the objects that have twins, by their addresses.
        is_of_python: whether a class is the reference or a part, or derived from one.
    """

    def __init__(
        self, sides: Sides, followed: dict[int, Followed], is_of_python: Callable[[Any], bool]
    ) -> None:
        self._sides = sides
        self._followed = followed
        self._is_of_python = is_of_python
        self._kinds: set[type] = {sides.rust} if isinstance(sides.rust, type) else set()
        """Rust's classes."""
        self._owners: dict[int, weakref.ref[Any]] = {}
        """The objects that callers hold, by the addresses of their twins."""
        for kind in self._kinds:
            if kind not in copyreg.dispatch_table:
                copyreg.pickle(kind, _pickled)

    def pair(self, followed: Followed, owner: Any) -> None:
        """Note that `owner` is what callers hold, where Rust gives its twin."""
        self._kinds.add(type(followed.twin))
        try:
            self._owners[id(followed.twin)] = weakref.ref(owner)
        except TypeError:  # its class has slots, and none for that
            return

    def part(self, followed: Followed) -> None:
        """Forget an object that has ended."""
        self._owners.pop(id(followed.twin), None)

    def on_class(
        self, rust: Callable[..., Any] | None, python: Callable[..., Any], values: Iterable[Any]
    ) -> tuple[Callable[..., Any], str | None]:
        """Return what answers a call on no object, and why it does so alone, if it does.

        Raises `ContractError` if no side can be given `values`.
        """
        side = self._needed(values)
        if rust is None or self._sides.lead is self._sides.python:
            if side == "rust":
                raise self._mixed()
            return python, "Python alone can do it"
        lead = python if side == "python" else self._rusts(rust)
        return lead, None if side is None else _ALONE

    def on_object(  # noqa: PLR0913  # a call, and where it is made
        self,
        operation: ComparedOperation,
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        values: tuple[Any, ...],
        *,
        inside: bool = False,
    ) -> tuple[Callable[..., Any], str | None]:
        """Do that for an operation of `owner`; what only the other side has is followed no more.

        A call `inside` another, which Rust answers, is answered by Rust where it can be.
        """
        family, side = followed.family, self._needed(values)
        rust = operation.performed(followed.twin)
        if rust is None:
            family.lose(f"Rust has no {operation.spec.name}", differs=True)
        if {side, family.side} == {"python", "rust"}:
            raise self._mixed()
        chosen = side or family.side or ("rust" if inside else None)
        if chosen is not None and not operation.harmless:
            for each in (followed, *(self._followed.get(id(value)) for value in values)):
                if each is not None:
                    each.family.lose(_ALONE, differs=chosen == "python")
        alone = None if side is None or family.lost is not None else _ALONE
        if rust is None or chosen == "python":
            return python, alone
        return self._rusts(rust, owner, followed.twin), alone

    def beyond(
        self,
        name: str,
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        *,
        changes: bool,
    ) -> Callable[..., Any]:
        """Return what answers a call of a method that the contract does not name.

        Rust does if its class has the method, and otherwise Python, which goes on if it `changes`
        the object.
        """
        family, kind = followed.family, type(followed.twin)
        family.touch(followed, owner)
        rusts = getattr(kind, name, None) is not getattr(object, name, None)
        if rusts and family.side != "python":
            if changes:
                family.lose(f"its contract has no {name}")
            return self._rusts(getattr(followed.twin, name), owner, followed.twin)
        if changes:
            self.leave(owner, followed, f"its contract has no {name}")
        return python

    def leave(self, owner: Any, followed: Followed, reason: str) -> None:
        """Let Python go on with `owner`; raise `ContractError` if Rust alone has it."""
        followed.family.touch(followed, owner)
        if followed.family.side == "rust":
            message = (
                f"{self._sides.component.name}: {reason}, while Rust alone has the object "
                f"({followed.family.lost})"
            )
            raise ContractError(message)
        followed.family.lose(reason, differs=True)

    def reduced(self, followed: Followed, protocol: Any, cls: type) -> Any:
        """Return how Rust's object is pickled, as one of `cls`; None where Python's is as good."""
        family = followed.family
        if family.side == "python" or not (family.apart or family.side == "rust"):
            return None
        return with_class(followed.twin.__reduce_ex__(protocol), type(followed.twin), cls)

    def require_python(self, values: Iterable[Any]) -> None:
        """Raise `ContractError` for a call on an object of Python alone if one is Rust's alone."""
        if self._needed(values) == "rust":
            raise self._mixed()

    def _needed(self, values: Iterable[Any]) -> Side | None:
        """Return the side that alone can be given `values`, or None if both can."""
        sides = {self._side_of(value) for value in values if type(value) not in LEAVES} - {None}
        if len(sides) > 1:
            raise self._mixed()
        return sides.pop() if sides else None

    def _mixed(self) -> ContractError:
        message = (
            f"{self._sides.component.name}: a call has an object that Rust alone has and one that "
            "Python alone has, which was loaded or copied or left to Python by a call before"
        )
        return ContractError(message)

    def _side_of(self, value: Any) -> Side | None:
        known = self._followed.get(id(value))
        if known is not None:
            known.family.touch(known, value)
            return known.family.side
        rust, python = holds(value, self._is_rusts), holds(value, self._is_pythons)
        if rust and python:
            raise self._mixed()
        if rust:
            return "rust"
        return "python" if python else None

    def _is_rusts(self, cls: type) -> bool:
        return cls in self._kinds

    def _is_pythons(self, cls: type) -> bool:
        return cls not in self._kinds and self._is_of_python(cls)  # a partial port's extends it

    def _rusts(
        self, function: Callable[..., Any], owner: Any = None, twin: Any = None
    ) -> Callable[..., Any]:
        """Return what calls `function`, of Rust, with Rust's objects, and gives the caller's back.

        `owner` is the object that it is called on, and `twin` what Rust has of it.
        """

        def give_back(rust: Any) -> Any:
            if rust is twin:
                return owner
            known = self._owners.get(id(rust))
            found = None if known is None else known()
            return rust if found is None else found

        def call(*args: Any, **kwargs: Any) -> Any:
            result = function(
                *map(self._lent, args), **{name: self._lent(each) for name, each in kwargs.items()}
            )
            return result if type(result) in LEAVES else replaced(result, self._is_rusts, give_back)

        return call

    def _lent(self, value: Any) -> Any:
        known = None if type(value) in LEAVES else self._followed.get(id(value))
        return value if known is None or known.twin is None else known.twin


def _pickled(rust: Any) -> Any:
    """Return how an object of Rust's own is pickled, if another class is found under its name.

    That is the one that callers hold, whose object is loaded. A copy is Rust's own.
    """
    found, kind = rust.__reduce_ex__(4), type(rust)
    named = found_under(kind)
    copies = sys._getframe(1).f_globals.get("__name__") == "copy"  # noqa: SLF001
    if copies or named is kind or not isinstance(named, type):
        return found
    return with_class(found, kind, named)


pass_unseen(globals())
