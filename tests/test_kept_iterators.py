"""Iterators that a script keeps are gone through later, when their object has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, KeysView  # noqa: TC003  # read here
from random import Random
from typing import Any, Protocol

from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.keeping import Keeping
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.script.taking import exhaust


class Shelf(Protocol):
    """Books by their place."""

    def put(self, book: str) -> None: ...

    @operation(effect=Effect.READS)
    def __iter__(self) -> Iterator[str]: ...

    @operation(effect=Effect.READS)
    def places(self) -> KeysView[int]: ...

    @operation(effect=Effect.READS)
    def shown(self, how: Callable[[str], str]) -> Iterator[str]: ...


class MakesShelf(Protocol):
    """Its factory."""

    def __call__(self, books: Iterable[str] = ()) -> Shelf: ...


class Reference:
    """The iterators see what is put on the shelf meanwhile."""

    def __init__(self, books: Iterable[str] = ()) -> None:
        self._books = dict(enumerate(books))

    def put(self, book: str) -> None:
        """Put a book on the shelf."""
        self._books[len(self._books)] = book

    def __iter__(self) -> Iterator[str]:
        return (self._books[place] for place in range(100) if place in self._books)

    def places(self) -> KeysView[int]:
        """Return a view of the places."""
        return self._books.keys()

    def shown(self, how: Callable[[str], str]) -> Iterator[str]:
        """Give the books, each when it is asked for."""
        return (how(book) for book in self)


class Snapshot(Reference):
    """Wrong: the iterators have what was there when they were made."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._books.values()))

    def places(self) -> KeysView[int]:
        """Return a view of what was there."""
        return dict(self._books).keys()

    def shown(self, how: Callable[[str], str]) -> Iterator[str]:
        """Wrong: all books are shown at the call."""
        return iter([how(book) for book in Reference.__iter__(self)])


def found(lines: list[str], rust: Any = Snapshot) -> str | None:
    """Return the place of the first difference in a script."""
    with Pair(read_contract(Shelf, MakesShelf), Reference, rust) as pair:
        for line in lines:
            try:
                pair.run(line)
            except Disagreement as difference:
                return f"{difference.operation}: {difference.difference.where}"
    return None


MADE = "shelf = Shelf(['a'])"


def test_an_iterator_is_compared_when_it_is_gone_through() -> None:
    lines = [MADE, "kept1 = iter(shelf)", "shelf.put('b')", "exhaust(kept1)"]
    assert found(lines) == "__iter__: len(result)"
    assert found(lines, Reference) is None
    assert found([MADE, "kept1 = iter(shelf)", "next(kept1)", "next(kept1)"]) is None
    lines[-1:] = ["next(kept1)", "next(kept1)"]
    assert found(lines) == "__iter__: outcome"


def test_a_view_is_looked_at_again_later() -> None:
    lines = [MADE, "kept1 = shelf.places()", "shelf.put('b')", "len(kept1)"]
    assert found(lines) == "places: result"
    assert found(lines, Reference) is None


def test_what_is_done_at_the_call_is_not_done_at_the_first_item() -> None:
    lines = [MADE, "kept1 = shelf.shown(Spy('how', 'x'))"]
    assert found(lines) == "shown: len(callbacks)"
    assert found([*lines, "next(kept1)"], Reference) is None


def test_what_an_iterator_gives_is_no_call_of_its_own() -> None:
    with Pair(read_contract(Shelf, MakesShelf), Reference, Reference) as pair:
        for line in (MADE, "kept1 = iter(shelf)", "next(kept1)", "exhaust(kept1)"):
            pair.run(line)
    assert pair.reach.counts == {"Shelf": 1, "__iter__": 1}


def test_going_through_ends_with_the_exception_on_the_way() -> None:
    def some() -> Iterator[int]:
        yield 1
        raise KeyError(2)

    first, last = exhaust(some())
    assert (first, last.args) == (1, (2,))


def test_results_are_kept_once_an_operation_was_seen_to_give_an_iterator() -> None:
    with Pair(read_contract(Shelf, MakesShelf), Reference, Reference) as pair:
        keeping = Keeping(set(), pair, Random(1))
        assert keeping.name_for("Shelf.__iter__") is None
        keeping.note("Shelf.__iter__", iter(()), None)
        names = {keeping.name_for("Shelf.__iter__") for _ in range(20)}
        assert names == {None, "kept1"}
        assert keeping.rest() == []
        keeping.note("Shelf.__iter__", iter(()), "kept1")
        assert [line.text for line in keeping.rest()] == ["exhaust(kept1)"]
        steps = {step.text for _ in range(20) if (step := keeping.step()) is not None}
        assert steps == {"next(kept1)"}
