"""What both sides promise."""

from typing import Protocol

from agent.porting.contract.terms import Effect, operation, unpromised


class Slug(Protocol):
    """Joins words."""

    def __call__(self, text: str, /) -> str: ...


class Bag(Protocol):
    """Holds numbers."""

    def add(self, number: int, /) -> None: ...
    def numbers(self) -> list[int]: ...
    def __len__(self) -> int: ...


class BagFactory(Protocol):
    """Makes an empty one."""

    def __call__(self) -> Bag: ...


@unpromised(copy="only the reference shares its numbers with its shallow copies")
class Sack(Protocol):
    """Holds numbers."""

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def add(self, number: int, /) -> None: ...
    @operation(effect=Effect.READS)
    def numbers(self) -> list[int]: ...
    @operation(effect=Effect.READS)
    def total(self) -> int: ...
    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...


class SackFactory(Protocol):
    """Makes an empty one."""

    def __call__(self) -> Sack: ...
