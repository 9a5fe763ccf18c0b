"""The reference's cache, interrupted before each instruction of each operation.

Rust has no such places: what interrupts it runs in the callbacks of `test_cache_threads` and of the
standing test.
"""

from __future__ import annotations

import dis
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from traceback import walk_stack
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from parity_tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

pytestmark = pytest.mark.unsanitized("only Python runs")

CACHE = registry.implementation("cache", "python")
FOLDER = "/agent/components/cache/"


class Interruption(Exception):
    """What the signal handler raises."""


@dataclass
class Subject:
    """A cache with four entries, two of which have a deadline."""

    now: float = 1000.0
    cache: Any = field(init=False)

    def __post_init__(self) -> None:
        self.cache = CACHE(
            4, max_weight=20, weigher=lambda key, value: len(value), clock=lambda: self.now
        )
        self.cache.set("a", "x")
        self.cache.set("b", "yy", ttl=50.0)
        self.cache.set("c", "zzz", ttl=30.0)
        self.cache.set("d", "w")

    def expire(self) -> int:
        self.now = 1040.0
        return int(self.cache.expire())

    def check(self) -> list[tuple[Any, Any]]:
        """Return the entries, once weight, bounds and deadlines agree with them."""
        entries: list[tuple[Any, Any]] = self.cache.snapshot()
        assert self.cache.weight == sum(len(value) for _, value in entries) <= 20
        assert len(self.cache) == len(entries) <= 4
        assert self.cache.get_or_set("a", lambda: "made") is not None
        self.now += 1000.0
        assert not {"b", "c"} & set(self.cache)
        assert self.cache.weight == sum(len(value) for value in self.cache.values())
        return entries


OPERATIONS: dict[str, Callable[[Subject], Any]] = {
    "get": lambda it: it.cache.get("a"),
    "get a missing key": lambda it: it.cache.get("z"),
    "[]": lambda it: it.cache["a"],
    "peek": lambda it: it.cache.peek("a"),
    "in": lambda it: "a" in it.cache,
    "set a new key": lambda it: it.cache.set("n", "nn"),
    "set what evicts several": lambda it: it.cache.set("n", "n" * 19),
    "overwrite": lambda it: it.cache.set("a", "X"),
    "overwrite by a heavier one": lambda it: it.cache.set("a", "XXXX"),
    "overwrite with a deadline": lambda it: it.cache.set("b", "YY", ttl=40.0),
    "add": lambda it: it.cache.add("n", "n"),
    "setdefault": lambda it: it.cache.setdefault("n", "n"),
    "get_or_set": lambda it: it.cache.get_or_set("n", lambda: "n"),
    "pop": lambda it: it.cache.pop("b", None),
    "popitem": lambda it: it.cache.popitem(),
    "get_many": lambda it: it.cache.get_many(["a"]),
    "set_many": lambda it: it.cache.set_many([("n", "nn")]),
    "delete_many": lambda it: it.cache.delete_many(["b"]),
    "clear": lambda it: it.cache.clear(),
    "expire": Subject.expire,
    "len": lambda it: len(it.cache),
    "stats": lambda it: it.cache.stats(),
    "snapshot": lambda it: it.cache.snapshot(),
    "copy": lambda it: it.cache.copy(),
}


@cache
def heard(code: CodeType) -> set[int]:
    """Return the places of instructions that follow a call, a jump backward or the start."""
    found = dis.get_instructions(code)
    heard = {"RESUME", "JUMP_BACKWARD", "CALL", "CALL_KW", "CALL_FUNCTION_EX"}
    return {after.offset for each, after in pairwise(found) if each.opname in heard}


class Interrupter:
    """Runs an operation and calls `handler` before its step number `place`.

    Steps are instructions or lines (`event`): "opcode" or "line"; or "signal", the instructions
    before which the interpreter runs signal handlers.
    """

    def __init__(self, place: int, handler: Callable[[], None], event: str = "opcode") -> None:
        self.left = place
        self.handler = handler
        self.event = event

    def run(self, operation: Callable[[], Any]) -> bool:
        """Return whether the operation has so many instructions."""
        sys.settrace(self._enter)
        try:
            operation()
        except Interruption:
            pass
        finally:
            sys.settrace(None)
        return self.left < 0

    def _enter(self, frame: Any, event: str, argument: object) -> Any:
        if FOLDER not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        return self._step

    def _step(self, frame: Any, event: str, argument: object) -> Any:
        if event == self.event or (
            self.event == "signal" and event == "opcode" and frame.f_lasti in heard(frame.f_code)
        ):
            self.left -= 1
            if self.left == -1:
                sys.settrace(None)
                self.handler()
        return self._step


def places(
    operation: Callable[[Subject], Any], handler: Callable[[Subject], None], event: str = "opcode"
) -> list[Subject]:
    """Return a subject for each place of an operation, interrupted there by `handler`.

    None of them hangs: another thread could use each.
    """
    found: list[Subject] = []
    while True:
        it = Subject()
        if not Interrupter(len(found), partial(handler, it), event).run(partial(operation, it)):
            break
        found.append(it)
    free: list[Any] = []
    thread = threading.Thread(
        target=lambda: free.extend(it.cache.snapshot() for it in found), daemon=True
    )
    thread.start()
    thread.join(PATIENCE)
    assert len(free) == len(found), f"interrupted at place {len(free)}, the cache hangs"
    return found


def interrupt(it: Subject) -> None:
    raise Interruption


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interrupted_operation_has_happened_or_has_not(name: str) -> None:
    before, after = Subject(), Subject()
    OPERATIONS[name](after)
    allowed = [before.cache.snapshot(), after.cache.snapshot()]
    count = 0
    for it in places(OPERATIONS[name], interrupt):
        count += 1
        it.now = after.now
        expired = [entry for entry in allowed[0] if name != "expire" or entry[0] != "c"]
        assert it.check() in (allowed[1], expired), count
    assert count > 80


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_handler_may_use_the_cache_anywhere(name: str) -> None:
    def use(it: Subject) -> None:
        it.cache.get("a")
        it.cache.set("e", "ee", ttl=35.0)
        it.cache.pop("d", None)

    count = 0
    for it in places(OPERATIONS[name], use):
        count += 1
        it.check()
    assert count > 80


def test_what_a_handler_removes_in_the_middle_of_a_repair_stays_removed() -> None:
    def repair(it: Subject) -> None:
        it.cache._mark = "changing"
        dict.__setitem__(it.cache._entries, "torn", None)  # as a comparison that raises leaves it
        it.cache.get("a")

    # Between two instructions of a line that calls nothing, no handler runs.
    found = places(repair, lambda it: it.cache.pop("b", None), event="line")
    assert len(found) > 30
    assert [place for place, it in enumerate(found) if it.cache.peek("b") is not None] == []
    for it in found:
        it.check()


def test_what_a_handler_stores_in_place_of_what_expires_stays() -> None:
    found = places(Subject.expire, lambda it: it.cache.set("c", "new"))
    assert [place for place, it in enumerate(found) if it.cache.peek("c") != "new"] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_handler_may_use_the_cache_and_raise(name: str) -> None:
    def use(it: Subject) -> None:
        it.cache.clear()
        it.cache.set("e", "ee", ttl=35.0)
        raise Interruption

    for it in places(OPERATIONS[name], use):
        it.check()


def depth() -> int:
    """Return the number of frames of this thread."""
    return sum(1 for _ in walk_stack(sys._getframe()))


@pytest.mark.parametrize("name", ["get", "peek", "set a new key", "overwrite", "expire"])
def test_a_handler_may_run_out_of_stack(name: str) -> None:
    def descend(it: Subject) -> None:
        with suppress(RecursionError):
            it.cache.get("a")
        with suppress(RecursionError):
            it.cache.set("a", "x")
        descend(it)

    def overflow(it: Subject) -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(depth() + 30)
        try:
            with pytest.raises(RecursionError):
                descend(it)
        finally:
            sys.setrecursionlimit(limit)

    count = 0
    for it in places(OPERATIONS[name], overflow):
        count += 1
        it.check()
    assert count > 80


@pytest.mark.parametrize("name", ["get", "set a new key", "expire"])
def test_an_operation_that_ends_in_the_middle_of_another_leaves_it_its_lock(name: str) -> None:
    """Two signals: the handler of the first uses the cache, and that of the second raises in it."""
    place, more = 0, True
    while more:
        it = Subject()
        inner = partial(
            Interrupter(place, partial(interrupt, it), "signal").run, partial(OPERATIONS[name], it)
        )
        more = it.cache._do(inner)
        it.check()
        place += 1
    assert place > 20


def test_what_handlers_look_up_is_counted_too() -> None:
    for it in places(OPERATIONS["get"], lambda it: it.cache.get("z")):
        assert (it.cache.stats().hits, it.cache.stats().misses) == (1, 1)


def test_an_interrupted_factory_is_run_by_the_next_caller() -> None:
    def fail() -> str:
        raise Interruption

    it = Subject()
    with pytest.raises(Interruption):
        it.cache.get_or_set("n", fail)
    assert it.cache.get_or_set("n", lambda: "n") == "n"


class Key:
    """One of many of one hash, whose comparison number `Key.left` raises."""

    left = -1

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        Key.left -= 1
        if Key.left == -1:
            raise Interruption
        return isinstance(other, Key) and self.name == other.name


KEYED: dict[str, Callable[[Any], Any]] = {
    "get": lambda cache: cache.get(Key("b")),
    "set": lambda cache: cache.set(Key("n"), "nn"),
    "overwrite": lambda cache: cache.set(Key("b"), "x"),
    "overwrite by a heavier one": lambda cache: cache.set(Key("b"), "xxxx"),
    "pop": lambda cache: cache.pop(Key("b")),
    "popitem": lambda cache: cache.popitem(),
    "snapshot": lambda cache: cache.snapshot(),
    "copy": lambda cache: cache.copy(),
    "clear": lambda cache: cache.clear(),
}


@pytest.mark.parametrize("name", KEYED)
def test_what_a_comparison_raises_arrives_and_breaks_nothing(cache_class: Any, name: str) -> None:
    def made() -> Any:
        cache = cache_class(3, max_weight=9, weigher=lambda key, value: len(value))
        cache.update([(Key("a"), "a"), (Key("b"), "b"), (Key("c"), "c")])
        return cache

    def entries(cache: Any) -> list[tuple[str, Any]]:
        return [(key.name, value) for key, value in cache.snapshot()]

    done = made()
    KEYED[name](done)
    allowed = [entries(made()), entries(done)]
    for comparison in range(100):
        cache = made()
        Key.left = comparison
        with suppress(Interruption):
            KEYED[name](cache)
            assert Key.left >= 0, "the exception was lost"
        enough, Key.left = Key.left >= 0, -1
        if enough:
            return
        assert entries(cache) in allowed
        assert cache.weight == sum(len(value) for _, value in entries(cache))
        assert (len(cache), cache.get(Key("q"))) == (len(entries(cache)), None)
    pytest.fail("the operation compares keys without end")
