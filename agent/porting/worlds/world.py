"""The base of worlds: the surroundings of one side of a pair while a script runs.

An operation that is `Effect.EXTERNAL` touches files, sockets or processes. A check runs it only
inside a world, which is opened afresh for each side and each script. Both sides then act on
surroundings that are alike, and what they leave behind is compared as strictly as what they return.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["World", "step"]

F = TypeVar("F", bound="Callable[..., Any]")


def step(method: F) -> F:
    """Mark a method of a world as a step that scripts may take, as ``world.write('a', b'')``.

    Its parameters and result are annotated as a contract's are, and its arguments are drawn from
    these annotations. A step does the same in each world of a class. Nothing watches it: it stays
    inside of its world by itself, also where a script that a person wrote passes something else.
    """
    method.__world_step__ = True  # type: ignore[attr-defined]
    return method


class World(ABC):
    """The surroundings of one side while one script runs.

    A subclass is made without arguments, in whichever process checks. Entering it sets it up;
    leaving it removes all that it and the script made, within a bounded time, whatever happened.
    """

    gives: ClassVar[tuple[str, ...]] = ()
    """Attributes that scripts use as names. A parameter of the same name is always given it."""

    settle: ClassVar[float] = 0.0
    """Seconds for which the two observations may differ: what is on its way may still arrive."""

    cuts: ClassVar[bool] = True
    """Whether drawn scripts cancel asynchronous operations and limit their time. Not where nothing
    holds them at a point: what they have done until then is a question of milliseconds."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Set the world up."""

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove all that the world and the script made; raise nothing."""

    def normalise(self, value: Any) -> Any:
        """Return `value` without what is this world's alone, such as its folder or its port.

        It is called with each text, bytes, path and whole number in results, in exceptions and in
        what `observe` returns. The default changes nothing.
        """
        return value

    def observe(self) -> Any:
        """Return what the script has done to the world so far, for comparison after each step.

        A dict is compared by its keys, in any order, each of which is what is read of a difference.
        The default is None: there is nothing to be seen.
        """
        return None

    def permits(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Return whether an effect stays inside the world; one that does not ends the check.

        Args:
            event: an audit event of Python, such as ``"os.remove"`` or ``"socket.connect"``.
            arguments: the event's, as `sys.addaudithook` describes them.

        The default permits all.
        """
        del event, arguments
        return True
