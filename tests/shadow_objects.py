"""Toy classes to be shadowed: their contracts, and both sides of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, ClassVar, Protocol

from agent.errors import Unsupported
from agent.porting.contract.terms import Effect, Virtual, operation

__all__ = ["PythonBook", "PythonEntry", "PythonPeek", "PythonStack", "RustBook", "RustStack"]


class Entry(Protocol):
    """A part of a book."""

    @operation(effect=Effect.WRITES)
    def add(self, amount: int) -> int: ...

    @operation(effect=Effect.READS)
    def total(self) -> int: ...


class Book(Protocol):
    """An object that keeps numbers under names, and reports each new name."""

    @property
    def size(self) -> int: ...

    @operation(effect=Effect.WRITES)
    def entry(self, name: str) -> Entry: ...

    @operation(effect=Effect.READS, raises=(KeyError,))
    def __getitem__(self, name: str) -> int: ...

    @operation(effect=Effect.READS)
    def names(self) -> Iterator[str]: ...

    @operation(effect=Effect.WRITES)
    def take(self, other: Book) -> None: ...

    @operation(effect=Effect.READS)
    def age(self) -> float: ...

    @operation(effect=Effect.READS)
    def moment(self) -> float: ...

    @operation(effect=Effect.READS)
    def fresh(self) -> Iterator[str]: ...


class BookFactory(Protocol):
    """How a book is made."""

    def __call__(
        self,
        told: Callable[[str], object] | None = None,
        clock: Annotated[Callable[[], float], Virtual(real=monotonic)] | None = None,
    ) -> Book: ...


class PythonEntry:
    """The reference's entry: it takes no weak references, and has no room for an attribute."""

    __slots__ = ("_book", "_name")

    def __init__(self, book: PythonBook, name: str) -> None:
        self._book = book
        self._name = name

    def add(self, amount: int) -> int:
        """Add to what is kept, and return that."""
        self._book.numbers[self._name] += amount
        return self.total()

    def total(self) -> int:
        """Return what is kept."""
        return self._book.numbers[self._name]


class PythonBook:
    """The reference, which forbids subclasses."""

    made: ClassVar[type] = PythonEntry

    def __init__(
        self, told: Callable[[str], object] | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        self.numbers: dict[str, int] = {}
        self.told = told
        self.clock = clock or monotonic
        self._began = self.clock()

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.numbers)

    def entry(self, name: str) -> Any:
        """Return what keeps the number of a name."""
        if name not in self.numbers:
            self.numbers[name] = 0
            if self.told is not None:
                self.told(name)
        return self.made(self, name)

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]

    def names(self) -> Iterator[str]:
        """Go through the names."""
        return iter(list(self.numbers))

    def take(self, other: PythonBook) -> None:
        """Take over all numbers of another book."""
        for name in other.names():
            self.entry(name).add(other[name])

    def age(self) -> float:
        """Return the seconds since it was made."""
        return self.clock() - self._began

    def fresh(self) -> Iterator[str]:
        """Go through the names, one of which is made for that."""
        self.entry("new")
        return self.names()

    def moment(self) -> float:
        """Return the seconds from one look at the clock to the next."""
        return self.clock() * -1.0 + self.clock()


class RustEntry(PythonEntry):
    """The other side's, which cannot add 13."""

    __slots__ = ()

    def add(self, amount: int) -> int:
        """Add, and return what is kept."""
        if amount == 77:
            message = "no 77"
            raise Unsupported(message)
        return super().add(amount if amount != 13 else 0)


class RustBook(PythonBook):
    """The other side."""

    made: ClassVar[type] = RustEntry


class Closed(Protocol):
    """An object of a class that forbids subclasses."""

    @operation(effect=Effect.READS)
    def value(self) -> int: ...


class ClosedFactory(Protocol):
    """How one is made."""

    def __call__(self) -> Closed: ...


class PythonClosed:
    """The reference."""

    def __init_subclass__(cls) -> None:
        message = "no subclasses"
        raise TypeError(message)

    def value(self) -> int:
        """Return 1."""
        return 1


class RustClosed:
    """The other side."""

    def value(self) -> int:
        """Return 1."""
        return 1


class Peek(Protocol):
    """A part of a stack."""

    @operation(effect=Effect.READS)
    def value(self) -> int: ...

    @operation(effect=Effect.WRITES)
    def replace(self, value: int) -> None: ...


class Stack(Protocol):
    """An object of which no operation takes another."""

    @operation(effect=Effect.WRITES)
    def push(self, value: int) -> None: ...

    @operation(effect=Effect.WRITES, raises=(IndexError,))
    def pop(self) -> int: ...

    @operation(effect=Effect.READS)
    def peek(self) -> Peek: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...


class StackFactory(Protocol):
    """How one is made."""

    def __call__(self, items: list[int] = ...) -> Stack: ...


@dataclass(frozen=True)
class PythonPeek:
    """The reference's part, of which nothing can be set."""

    items: list[int]

    def value(self) -> int:
        """Return what is on top."""
        return self.items[-1]

    def replace(self, value: int) -> None:
        """Put something else on top."""
        self.items[-1] = value


class PythonStack:
    """The reference."""

    part: ClassVar[type] = PythonPeek

    def __init__(self, items: list[int] | tuple[int, ...] = ()) -> None:
        self.items = list(items)

    def push(self, value: int) -> None:
        """Put a value on top."""
        self.items.append(value)

    def pop(self) -> int:
        """Take what is on top."""
        return self.items.pop()

    def peek(self) -> Any:
        """Return what looks at what is on top."""
        return self.part(self.items)

    def __len__(self) -> int:
        return len(self.items)


class RustPeek:
    """The other side's part."""

    def __init__(self, items: list[int]) -> None:
        self.items = items

    def value(self) -> int:
        """Return what is on top."""
        return self.items[-1]

    def replace(self, value: int) -> None:
        """Put something else on top."""
        self.items[-1] = value


class RustStack:
    """The other side, for which 13 is 14."""

    def __init__(self, items: list[int] | tuple[int, ...] = ()) -> None:
        self.items = list(items)

    def push(self, value: int) -> None:
        """Put a value on top."""
        self.items.append(value if value != 13 else 14)

    def pop(self) -> int:
        """Take what is on top."""
        return self.items.pop()

    def peek(self) -> RustPeek:
        """Return what looks at what is on top."""
        return RustPeek(self.items)

    def __len__(self) -> int:
        return len(self.items)
