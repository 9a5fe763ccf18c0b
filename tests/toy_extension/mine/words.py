"""The function and the classes, where they always were."""

from mine._port import registry


@registry.port("slug")
def slug(text: str, /) -> str:
    """Join the words of `text`."""
    return "-".join(text.split())


@registry.port("bag")
class Bag:
    """Holds numbers."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, number: int, /) -> None:
        """Add one."""
        self._numbers.append(number)

    def numbers(self) -> list[int]:
        """Return all."""
        return list(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


@registry.port("sack")
class Sack:
    """Holds numbers; Rust none of more than 64 bits."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, number: int, /) -> None:
        """Add one."""
        if type(number) is not int:
            message = "a number must be an int"
            raise TypeError(message)
        self._numbers.append(number)

    def numbers(self) -> list[int]:
        """Return all."""
        return list(self._numbers)

    def total(self) -> int:
        """Return the sum, which Rust does not."""
        return sum(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
