"""A class in shadow: each object of the sample has a twin, which does what it does."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import weakref
from threading import Barrier, Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from tests.shadow_objects import PythonBook, PythonEntry
from tests.shadowing import shadows

if TYPE_CHECKING:
    from tests.shadowing import Shadows

__all__ = ["shadows"]


NESTED = {"inside another call": 1}


def test_each_operation_is_compared(shadows: Shadows) -> None:
    book = shadows("book")()
    assert book.entry("a").add(2) == 2
    assert book["a"] == 2
    assert book.size == 1
    with pytest.raises(KeyError, match="b"):
        book["b"]
    sums = shadows.sums("book")
    assert (sums.matched, sums.calls) == (6, 7)
    assert sums.skipped == NESTED  # of `add`, which asks for the total


def test_what_an_operation_gives_is_followed_too(shadows: Shadows) -> None:
    book = shadows("book")()
    entry = book.entry("a")
    assert isinstance(entry, PythonEntry)
    assert entry.add(13) == 13
    (found,) = shadows.ledger.mismatches("book")
    assert (found.operation, found.where, found.python, found.rust) == (
        "Entry.add", "result", "13", "0"
    )  # fmt: skip
    assert found.script[0].startswith("clock = Clock(")
    assert found.script[1:] == (
        "book = Book(clock=clock)", "entry = book.entry('a')", "entry.add(13)"
    )  # fmt: skip


def test_after_a_difference_in_its_state_nothing_more_is_compared(shadows: Shadows) -> None:
    book = shadows("book")()
    entry = book.entry("a")
    entry.add(13)
    assert entry.total() == book["a"] == 13
    assert shadows.sums("book").skipped == {"it differed before": 2} | NESTED
    assert shadows.sums("book").mismatched == 1


def test_after_a_refusal_nothing_more_is_compared(shadows: Shadows) -> None:
    entry = shadows("book")().entry("a")
    assert entry.add(77) == 77
    assert entry.total() == 77
    sums = shadows.sums("book")
    assert (sums.refused, sums.skipped) == (
        {"no 77": 1}, {"Rust refused a call before": 1} | NESTED
    )  # fmt: skip


def test_callers_cannot_distinguish_it_from_the_reference(shadows: Shadows) -> None:
    cls = shadows("book")
    assert (cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__) == (
        "PythonBook", "PythonBook", PythonBook.__module__, PythonBook.__doc__
    )  # fmt: skip
    book = cls()
    assert type(book) is cls
    assert isinstance(book, PythonBook)
    assert isinstance(PythonBook(), cls)
    assert issubclass(PythonBook, cls)
    assert not isinstance(5, cls)
    assert inspect.signature(cls) == inspect.signature(PythonBook)
    assert inspect.signature(book.entry) == inspect.signature(PythonBook().entry)
    assert vars(book).keys() == vars(PythonBook()).keys()


def test_copies_and_pickles_are_the_references_and_not_followed(shadows: Shadows) -> None:
    book = shadows("book")()
    book.entry("a").add(1)
    before = shadows.sums("book").calls
    for other in (copy.copy(book), copy.deepcopy(book), pickle.loads(pickle.dumps(book))):
        assert type(other) is PythonBook
        assert (other["a"], other.clock) == (1, monotonic)
    assert shadows.sums("book").calls == before


def test_a_subclass_is_the_callers_own(shadows: Shadows) -> None:
    cls = shadows("book")

    class Mine(cls):  # type: ignore[misc,valid-type]  # any class will do
        def __init__(self, title: str, /, *, pages: int = 1) -> None:
            super().__init__()
            self.title = title
            self.pages = pages

    mine = Mine("title", pages=3)
    assert (mine.entry("a").add(13), mine.title, mine["a"]) == (13, "title", 13)
    assert list(inspect.signature(Mine).parameters) == ["title", "pages"]
    assert isinstance(mine, cls)
    assert not isinstance(cls(), Mine)
    assert shadows.sums("book").mismatched == 0


def test_a_class_that_wants_no_subclasses_has_none(shadows: Shadows) -> None:
    cls = shadows("closed")
    assert cls().value() == 1
    with pytest.raises(TypeError, match="no subclasses"):
        type("Mine", (cls,), {})
    assert shadows.sums("closed").matched == 2


def test_a_callback_is_called_once_and_may_use_the_object(shadows: Shadows) -> None:
    told: list[str] = []

    def tell(name: str) -> None:
        told.append(name)
        if name == "a":
            book.entry("b").add(5)
            assert book.size == 2

    book = shadows("book")(tell)
    book.entry("a").add(1)
    assert told == ["a", "b"]
    assert (book["a"], book["b"]) == (1, 5)
    assert book.told == tell
    sums = shadows.sums("book")
    assert (sums.matched, sums.calls) == (8, 10)


def test_twins_are_shown_the_same_time(shadows: Shadows) -> None:
    times = iter([1.0, 4.0, 9.0, 10.0, 10.5])
    book = shadows("book")(clock=lambda: next(times))
    assert (book.age(), book.age(), book.moment()) == (3.0, 8.0, 0.5)
    assert shadows("book")().age() > 0.0  # a clock that was not passed
    assert shadows.sums("book").matched == shadows.sums("book").calls == 6


def test_a_script_moves_the_clock_as_it_moved(shadows: Shadows) -> None:
    times = iter([1.0, 4.0])
    book = shadows("book")(clock=lambda: next(times))
    entry = book.entry("a")
    assert book.age() == 3.0
    entry.add(13)
    (found,) = shadows.ledger.mismatches("book")
    assert found.script == (
        "clock = Clock(1.0)", "book = Book(clock=clock)", "entry = book.entry('a')",
        "clock.advance(3.0)", "book.age()", "entry.add(13)",
    )  # fmt: skip


def test_what_is_left_to_the_caller_still_happens_to_the_twin(shadows: Shadows) -> None:
    told: list[str] = []
    book = shadows("book")(told.append)
    book.entry("a")
    assert list(book.fresh()) == ["a", "new"]  # which tells of a name, though it gives an iterator
    assert (book.size, told) == (2, ["a", "new"])
    sums = shadows.sums("book")
    assert sums.mismatched == 0
    assert sums.skipped == {"fresh gives an iterator or a view": 1, "inside another call": 2}


def test_an_object_as_an_argument_is_the_twin_for_the_twin(shadows: Shadows) -> None:
    cls = shadows("book")
    one, other = cls(), cls()
    other.entry("a").add(3)
    one.take(other)
    assert one["a"] == 3
    assert (shadows.sums("book").matched, shadows.sums("book").calls) == (6, 10)


def test_iterators_are_left_to_the_caller(shadows: Shadows) -> None:
    book = shadows("book")()
    book.entry("a")
    assert list(book.names()) == ["a"]
    assert shadows.sums("book").skipped == {"names gives an iterator or a view": 1}
    assert book["a"] == 0
    assert shadows.sums("book").matched == 3


def test_an_attribute_that_is_set_ends_the_comparison(shadows: Shadows) -> None:
    book = shadows("book", skip=("age",))()
    with pytest.raises(AttributeError):
        book.size = 3
    assert shadows.sums("book").skipped == {}


def test_twins_go_with_their_objects(shadows: Shadows) -> None:
    cls = shadows("book")
    book = cls()
    entries = [book.entry("a") for _ in range(10)]
    followed = _followed(cls)
    assert len(followed) == 11
    del entries
    gc.collect()
    assert len(followed) == 1
    del book
    gc.collect()
    assert not followed


def test_an_object_that_its_own_callback_knows_is_collected(shadows: Shadows) -> None:
    cls = shadows("book")

    class Owner:
        def __init__(self) -> None:
            self.book = cls(self.tell, clock=self.time)
            self.book.entry("a").add(1)

        def tell(self, _: str) -> None:
            """Be told."""

        def time(self) -> float:
            return 1.0

    owner = weakref.ref(Owner())
    gc.collect()
    assert owner() is None
    assert not _followed(cls)
    assert shadows.sums("book").matched == 3


def test_threads_may_share_an_object(shadows: Shadows) -> None:
    book = shadows("book")()
    start = Barrier(4)

    def work(name: str) -> None:
        entry = book.entry(name)
        start.wait()
        for _ in range(500):
            entry.add(1)

    threads = [Thread(target=work, args=(name,)) for name in "abca"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [book[name] for name in "abc"] == [1000, 500, 500]
    sums = shadows.sums("book")
    assert sums.mismatched == 0
    assert sums.calls == 4008  # each addition asks for the total


def test_threads_inside_at_once_are_not_held_up(shadows: Shadows) -> None:
    inside = Barrier(2)

    def wait(name: str) -> None:
        inside.wait(timeout=60.0)

    book = shadows("book")(wait)
    threads = [Thread(target=book.entry, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.size == 2
    assert shadows.sums("book").mismatched == 0
    assert shadows.sums("book").calls == 4


def test_a_thread_that_waits_for_another_is_not_waited_for(shadows: Shadows) -> None:
    entered, done = Event(), Event()
    in_time: list[bool] = []

    class Slow(str):
        __slots__ = ()

        def __hash__(self) -> int:
            entered.set()
            in_time.append(done.wait(timeout=60.0))
            return str.__hash__(self)

    def tell(_: str) -> None:
        thread.start()
        assert entered.wait(timeout=60.0)

    share = "agent.porting.shadow.copying:share"
    book = shadows("book", clone=share)(tell)
    thread = Thread(target=lambda: book[Slow("a")])
    book.entry("a")
    done.set()
    thread.join()
    assert in_time[0]
    assert shadows.sums("book").skipped["called by several threads at once"] >= 1
    assert shadows.sums("book").mismatched == 0


def test_only_a_share_of_objects_is_followed(shadows: Shadows) -> None:
    cls = shadows("book", sample=0.5)
    books = [cls() for _ in range(100)]
    followed = len(_followed(cls))
    assert 25 < followed < 75
    assert all(book.size == 0 for book in books)
    sums = shadows.sums("book")
    assert sums.matched == 2 * followed


def test_a_component_that_touches_the_outside_world_is_refused(shadows: Shadows) -> None:
    with pytest.raises(ContractError, match=r"__call__ would touch .* shadow\.skip leaves"):
        shadows("fetch")("address")
    with pytest.raises(OSError, match="address"):
        shadows("fetch", skip=("__call__",))("address")
    assert shadows.sums("fetch").calls == 0


def _followed(cls: Any) -> dict[int, Any]:
    """Return the objects of a class that have twins."""
    cells = inspect.getclosurevars(cls.__del__).nonlocals
    followed: dict[int, Any] = cells["followed"]
    return followed
