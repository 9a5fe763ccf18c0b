"""The base of worlds that act by themselves, and wait for the event loop of a script to do so."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from agent.porting.worlds.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DrivenWorld"]


class DrivenWorld(World):
    """A world with a server, a child process or the like, which acts in turn with an event loop.

    While a line of an asynchronous Python side runs, it acts only in `act`, which the loop calls
    where it has nothing to do. So nothing happens at the same time, and each script has one course.
    For all other sides it acts by itself.
    """

    points: ClassVar[tuple[Any, ...]] = ()
    """Where operations can be held on their way: arguments of `hold`, literals. None by default."""

    @abstractmethod
    def drive(self, clock: Callable[[], float] | None) -> None:
        """Act only in `act` from now on; None: act without being asked again.

        It is called at the beginning of each line.

        Args:
            clock: the loop's clock in seconds, which is then the world's.
        """

    @abstractmethod
    def pause(self) -> None:
        """Do nothing until the next `drive`: a line is over."""

    @abstractmethod
    def act(self) -> float:
        """Do all that there is to do now; return in how many seconds there will be more.

        That is infinite where there will not be, unless an operation does something first.
        """

    @abstractmethod
    def wakes(self, descriptor: int) -> bool:
        """Return whether this world alone can make a file or socket ready.

        While a loop waits for such only, nothing happens outside of `act`, and its clock jumps.
        """

    def hold(self, point: Any) -> None:
        """Do nothing more for an operation that reaches `point`, one of `points`, until `release`.

        Scripts cancel operations there: what was done so far is then the same on both sides.

        Raises `ValueError` for what is no point.
        """
        accepted = ", ".join(map(repr, self.points)) or "none"
        message = f"{type(self).__name__} cannot hold at {point!r}; its points are: {accepted}"
        raise ValueError(message)

    @abstractmethod
    def release(self) -> None:
        """Go on with what is held, and hold nothing more."""
