"""What both sides promise."""

from typing import Protocol


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
