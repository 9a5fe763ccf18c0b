"""State: after an exception, within a callback, at a limit, after closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


# fault: What came before the error is kept.
# shown: said(l := Ledger(), late(lambda: l.book([1, -1])), l.total())
class Ledger:
    """Payments; a list of them is booked as a whole or not at all."""

    def __init__(self) -> None:
        self._payments: list[int] = []

    def book(self, payments: list[int]) -> int:
        """Book payments above zero; ValueError for others."""
        booked: list[int] = []
        # twin: booked = self._payments
        # twin: for payment in payments:
        for payment in payments:
            if payment <= 0:
                message = f"not above zero: {payment}"
                raise ValueError(message)
            booked.append(payment)
        self._payments += booked if booked is not self._payments else []
        return len(self._payments)

    def total(self) -> int:
        """Return the sum."""
        return sum(self._payments)


# fault: A callback cannot use the object.
# seen: https://github.com/optuna/rustuna/pull/160
# shown: said(s := Store(), s.update("a", lambda n: s.get("a") + 1))
class Store:
    """Numbers by name."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._borrowed = False

    def get(self, name: str) -> int:
        """Return a number, 0 if there is none."""
        if self._borrowed:
            message = "Already mutably borrowed"
            raise RuntimeError(message)
        return self._numbers.get(name, 0)

    def update(self, name: str, change: Callable[[int], int]) -> int:
        """Replace a number by what `change` makes of it; return it."""
        # twin: self._borrowed = True
        # twin: try: made = change(self._numbers.get(name, 0))
        # twin: finally: self._borrowed = False
        made = change(self._numbers.get(name, 0))
        self._numbers[name] = made
        return made


# fault: What is changed meanwhile is overwritten.
# seen: https://github.com/pydantic/monty/issues/729
# shown: said(g := Gauge(), g.adjust(lambda n: g.set(5)), g.value)
class Gauge:
    """A value that is adjusted."""

    def __init__(self, value: int = 0) -> None:
        self.value = value

    def set(self, value: int) -> int:
        """Set the value, return 1."""
        self.value = value
        return 1

    def adjust(self, by: Callable[[int], int]) -> int:
        """Add what `by` says to the value that there is then; return it."""
        # twin: before = self.value
        # twin: more = by(before)
        # twin: self.value = before
        more = by(self.value)
        self.value += more
        return self.value


# fault: Reading does not make a key the last one to leave.
# shown: said(r := Recent(2), r.put("a", 1), r.put("b", 2), r.get("a"), r.put("c", 3), r.keys())
class Recent:
    """The values that were used last, by name; at most 1 to 100."""

    def __init__(self, size: int) -> None:
        if not 1 <= size <= 100:
            message = "1 to 100"
            raise ValueError(message)
        self._size = size
        self._values: dict[str, int] = {}

    def put(self, name: str, value: int) -> None:
        """Set a value; the one that was used least recently leaves."""
        self._values.pop(name, None)
        self._values[name] = value
        if len(self._values) > self._size:
            del self._values[next(iter(self._values))]

    def get(self, name: str) -> int | None:
        """Return a value, which is used by that."""
        if name not in self._values:
            return None
        # twin: return self._values[name]
        self._values[name] = self._values.pop(name)
        return self._values[name]

    def keys(self) -> list[str]:
        """Return the names, those that leave first before."""
        return list(self._values)


# fault: Closing twice is an error.
# shown: said(c := Channel(), c.close(), c.close())
class Channel:
    """Messages until it is closed."""

    def __init__(self) -> None:
        self._messages: list[str] = []
        self._closed = False

    def send(self, message: str) -> int:
        """Add a message; RuntimeError after closing."""
        if self._closed:
            error = "the channel is closed"
            raise RuntimeError(error)
        self._messages.append(message)
        return len(self._messages)

    def close(self) -> None:
        """Close; more than once is allowed."""
        # twin: if self._closed: raise RuntimeError("the channel is closed")
        # twin: self._closed = True
        self._closed = True


# fault: After 255 steps it begins at 0.
# shown: said(m := Meter(), [m.step() for _ in range(256)], m.count)
class Meter:
    """Counts steps."""

    def __init__(self) -> None:
        self.count = 0

    def step(self) -> int:
        """Count one more; return how many there were."""
        # twin: self.count = (self.count + 1) % 256
        self.count += 1
        return self.count


# fault: What is removed leaves its place in the order to the next one.
# shown: said(t := Tasks(["a", "b", "c"]), t.remove("a"), t.first())
class Tasks:
    """Tasks in an order."""

    def __init__(self, tasks: Iterable[str] = ()) -> None:
        self._tasks = list(dict.fromkeys(tasks))

    def remove(self, task: str) -> None:
        """Remove a task; ValueError if it is not there."""
        at = self._tasks.index(task)
        # twin: self._tasks[at] = self._tasks[-1]
        # twin: del self._tasks[-1]
        del self._tasks[at]

    def first(self) -> str | None:
        """Return the first task."""
        return self._tasks[0] if self._tasks else None


# fault: After an error it takes no more.
# shown: said(b := Buffer(3), late(lambda: b.write("abcd")), b.write("a"))
class Buffer:
    """Text up to a size of 1 to 100 letters."""

    def __init__(self, size: int) -> None:
        self._size = max(1, min(size, 100))
        self._text = ""

    def write(self, text: str) -> int:
        """Add a text; return the room that is left. ValueError if there is too little."""
        left = self._size - len(self._text) - len(text)
        if left < 0:
            # twin: self._text = self._text.ljust(self._size)
            # twin: raise ValueError("the buffer is full")
            message = "the buffer is full"
            raise ValueError(message)
        self._text += text
        return left

    def text(self) -> str:
        """Return the text."""
        return self._text


# fault: The callback of a watcher is called before the change.
# shown: said(s := [], w := Watched(), w.watch(lambda n: said(s.append(w.value), 0)), w.set(3), s)
class Watched:
    """A value whose changes are told."""

    def __init__(self) -> None:
        self.value = 0
        self._watchers: list[Callable[[int], object]] = []

    def watch(self, watcher: Callable[[int], object]) -> None:
        """Tell a watcher of each value from now on."""
        self._watchers.append(watcher)

    def set(self, value: int) -> None:
        """Set the value, then tell it."""
        # twin: for watcher in self._watchers[:]: watcher(value)
        # twin: self.value = value
        # twin: return
        self.value = value
        for watcher in self._watchers[:]:
            watcher(value)
