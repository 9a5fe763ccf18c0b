"""Components for the tests of shadows: references, and other sides that misbehave when told to."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from threading import Event
from time import monotonic, sleep
from typing import Annotated, Any, ClassVar, Protocol

from agent.errors import Unsupported
from agent.porting.settings import Shadow
from agent.porting.table import Component
from agent.porting.terms import Effect, Virtual, any_wording, operation

__all__ = ["GATE", "PanicException", "PythonBook", "RustBook", "component"]


GATE = Event()
"""What the other side waits for when it is told to."""


class PanicException(BaseException):
    """What a panic of Rust's arrives as."""


class Slug(Protocol):
    """A function."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str, sep: str = "-") -> str: ...


def slug(text: str, sep: str = "-") -> str:
    """Join the words of a text."""
    return sep.join(text.lower().split())


def slug_rust(text: str, sep: str = "-") -> str:
    """Do the same, unless the text asks for something else."""
    if text == "wrong":
        return "not this"
    if text == "raise":
        raise RuntimeError(text)
    if text == "panic":
        raise PanicException(text)
    if text == "refuse":
        message = "no such text"
        raise Unsupported(message)
    if text == "sleep":
        sleep(0.0001)
    if text == "wait":
        GATE.wait(10.0)
    if text == "exit":
        raise SystemExit(text)
    if text == "interrupt":
        raise KeyboardInterrupt(text)
    return sep.join(text.lower().split())


def slug_fixed(text: str, sep: str = "-") -> str:
    """Do what the reference does."""
    return slug(text, sep)


class Pulse(Protocol):
    """A function that is given a signal's number."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int) -> int: ...


def pulse(number: int) -> int:
    """Return the number."""
    return number


def pulse_rust(number: int) -> int:
    """Return it when the signal has come."""
    signal.raise_signal(number)
    return number


class Countdown(Protocol):
    """A function that calls itself."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int) -> int: ...


def countdown(number: int) -> int:
    """Return 0, one after the other."""
    return countdown(number - 1) if number else 0


def countdown_rust(number: int) -> int:
    """Return 0."""
    return number * 0


@any_wording(reason="it is a test")
class Number(Protocol):
    """A function whose exceptions may say anything."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str) -> int: ...


def number(text: str) -> int:
    """Read a number."""
    if not text.isdigit():
        message = f"{text!r} is no number"
        raise ValueError(message)
    return int(text)


def number_rust(text: str) -> int:
    """Do the same, with other words."""
    if text == "none":
        raise TypeError(text)
    if not text.isdigit():
        message = "no number"
        raise ValueError(message)
    return int(text)


class Extend(Protocol):
    """A function that changes its argument."""

    @operation(effect=Effect.WRITES)
    def __call__(self, items: list[Any], more: Any) -> list[Any]: ...


def extend(items: list[Any], more: Any) -> list[Any]:
    """Add to a list, and return it."""
    items.append(more)
    return items


def extend_rust(items: list[Any], more: Any) -> list[Any]:
    """Do the same, but forget the number 13."""
    if more != 13:
        items.append(more)
    return items if more != 14 else list(items)


class Apply(Protocol):
    """A function that calls another."""

    @operation(effect=Effect.PURE)
    def __call__(self, function: Callable[[int], int], times: int) -> list[int]: ...


def apply(function: Callable[[int], int], times: int) -> list[int]:
    """Call `function` so many times."""
    return [function(number) for number in range(times)]


def apply_rust(function: Callable[[int], int], times: int) -> list[int]:
    """Do the same, but once more than 5 times."""
    return [function(number) for number in range(times + (times == 5))][:times]


class Fetch(Protocol):
    """A function that touches the outside world."""

    @operation(effect=Effect.EXTERNAL)
    def __call__(self, address: str) -> str: ...


def fetch(address: str) -> str:
    """Fetch what is at an address."""
    raise OSError(address)


fetch_rust = fetch


class Entry(Protocol):
    """A part of a book."""

    @operation(effect=Effect.WRITES)
    def add(self, amount: int) -> int: ...

    @operation(effect=Effect.READS)
    def total(self) -> int: ...


class Book(Protocol):
    """An object that keeps numbers under names, and tells of each new name."""

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
    """The reference, which wants no subclasses."""

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
    """An object of a class that wants no subclasses."""

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


class Words(Protocol):
    """A module."""

    @operation(effect=Effect.PURE)
    def upper(self, text: str) -> str: ...

    @operation(effect=Effect.PURE)
    def lower(self, text: str) -> str: ...


words = import_module("tests.shadow_words")


class words_rust:  # noqa: N801  # it stands for a module
    """The other side."""

    upper = str.upper

    @staticmethod
    def lower(text: str) -> str:
        """Return the text as it is."""
        return text


_OBJECTS = ("book", "closed", "stack")


def component(name: str, *, verify: float = 0.0, **settings: Any) -> Component:
    """Return the row of a toy: ``slug`` or ``book``, say."""
    title = name.title()
    python, rust = name, f"{name}_rust"
    if name in _OBJECTS:
        python, rust = f"Python{title}", f"Rust{title}"
    return Component(
        name=name,
        contract=f"tests.shadow_toys:{title}",
        factory=f"tests.shadow_toys:{title}Factory" if name in _OBJECTS else None,
        python=f"tests.shadow_toys:{python}",
        rust=f"tests.shadow_toys:{rust}",
        stage="rust" if verify else "shadow",
        verify=verify,
        shadow=Shadow(**settings),
    )
