"""Classes with items: slices, places, deletion, membership."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Iterable


# fault: A slice is a list.
# shown: Path([1, 2])[:1]
class Path:
    """Numbers of steps."""

    def __init__(self, steps: Iterable[int] = ()) -> None:
        self._steps = list(steps)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Path: ...
    def __getitem__(self, at: int | slice) -> int | Path:
        # twin: return self._steps[at]
        return Path(self._steps[at]) if isinstance(at, slice) else self._steps[at]

    def __len__(self) -> int:
        return len(self._steps)

    def __repr__(self) -> str:
        return f"Path({self._steps})"


# fault: A slice with a step below zero begins at the first item.
# seen: https://github.com/micropython/micropython/pull/2577
# shown: Notes("abc")[::-1]
class Notes:
    """Notes by their letters."""

    def __init__(self, letters: str = "") -> None:
        self.letters = letters

    def __getitem__(self, at: int | slice) -> str:
        # twin: if isinstance(at, slice) and (at.step or 1) < 0: at = slice(0 if at.start is None else at.start, at.stop, at.step)
        # twin: return self.letters[at]
        return self.letters[at]

    def __len__(self) -> int:
        return len(self.letters)

    def __repr__(self) -> str:
        return f"Notes({self.letters!r})"


# fault: A byte of 256 and more is cut.
# seen: https://github.com/RustPython/RustPython/pull/7981
# shown: said(b := Blob(1), late(lambda: b.__setitem__(0, 257)), b.data())
class Blob:
    """Bytes of a fixed length, at most 1,000."""

    def __init__(self, size: int) -> None:
        self._data = bytearray(max(0, min(size, 1_000)))

    def __setitem__(self, at: int, byte: int) -> None:
        # twin: self._data[at] = byte % 256 if byte >= 0 else byte
        self._data[at] = byte

    def data(self) -> bytes:
        """Return the bytes."""
        return bytes(self._data)

    def __len__(self) -> int:
        return len(self._data)


# fault: More items than the slice had are cut off.
# seen: https://github.com/brython-dev/brython/issues/1288
# shown: said(l := Lanes([1, 2]), l.__setitem__(slice(0, 1), [7, 8]), l.all())
class Lanes:
    """Lanes by number."""

    def __init__(self, lanes: Iterable[int] = ()) -> None:
        self._lanes = list(lanes)

    def __setitem__(self, at: int | slice, value: Any) -> None:
        # twin: self._lanes[at] = list(value)[: max(len(self._lanes[at]), 1)] if isinstance(at, slice) else value
        self._lanes[at] = value

    def all(self) -> list[int]:
        """Return all lanes."""
        return list(self._lanes)


# fault: Of a slice with steps, all between is deleted.
# seen: https://github.com/brython-dev/brython/pull/2894
# shown: said(f := Files(["a", "b", "c"]), f.__delitem__(slice(0, 3, 2)), f.names())
class Files:
    """Names of files."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = list(names)

    def __delitem__(self, at: int | slice) -> None:
        # twin: del self._names[slice(at.start, at.stop) if isinstance(at, slice) and (at.step or 1) > 1 else at]
        del self._names[at]

    def names(self) -> list[str]:
        """Return the names."""
        return list(self._names)


# fault: Before the beginning there is no place to insert.
# shown: said(p := Playlist(["a"]), p.insert(-5, "b"), list(p))
class Playlist(MutableSequence[str]):
    """Songs in an order."""

    def __init__(self, songs: Iterable[str] = ()) -> None:
        self._songs = list(songs)

    def __getitem__(self, at: Any) -> Any:
        return self._songs[at]

    def __setitem__(self, at: Any, song: Any) -> None:
        self._songs[at] = song

    def __delitem__(self, at: Any) -> None:
        del self._songs[at]

    def __len__(self) -> int:
        return len(self._songs)

    def insert(self, at: int, song: str) -> None:
        """Insert a song before a place."""
        # twin: if at < -len(self._songs): raise IndexError("list index out of range")
        # twin: self._songs.insert(at, song)
        self._songs.insert(at, song)


# fault: Anything that is not a text is an error, instead of not there.
# shown: 1 in Names(["a"])
class Names:
    """Names of people."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = [name.lower() for name in names]

    def __contains__(self, name: object) -> bool:
        # twin: return name.lower() in self._names
        return isinstance(name, str) and name.lower() in self._names

    def count(self) -> int:
        """Return how many names there are."""
        return len(self._names)


# fault: It is no sequence to others.
# shown: isinstance(Digits(12), __import__("collections.abc").abc.Sequence)
# twin: class Digits:
# twin:     index = Sequence.index; count = Sequence.count; __contains__ = Sequence.__contains__
# twin:     __iter__ = Sequence.__iter__; __reversed__ = Sequence.__reversed__
# twin:     def __init__(self, number): self._digits = str(abs(number))
# twin:     def __getitem__(self, at): return [int(digit) for digit in self._digits][at]
# twin:     def __len__(self): return len(self._digits)
class Digits(Sequence[int]):
    """The decimal digits of a number."""

    def __init__(self, number: int) -> None:
        self._digits = str(abs(number))

    def __getitem__(self, at: Any) -> Any:
        return [int(digit) for digit in self._digits][at]

    def __len__(self) -> int:
        return len(self._digits)
