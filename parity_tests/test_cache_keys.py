"""Keys of equal hash: whichever they are, a look-up finds what a dict finds, in linear time."""

from __future__ import annotations

import subprocess
import sys
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODULUS = 2**61 - 1
"""Of Python's hash of numbers, on 64-bit machines."""

LOOK_UPS: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {
    "get": (1, lambda cache, key: cache.get(key)),
    "in": (1, lambda cache, key: key in cache),
    "peek": (1, lambda cache, key: cache.peek(key)),
    "set": (1, lambda cache, key: cache.set(key, 1)),
    "add": (1, lambda cache, key: cache.add(key, 1)),
    "setdefault": (1, lambda cache, key: cache.setdefault(key, 1)),
    "get_or_set": (3, lambda cache, key: cache.get_or_set(key, int)),
    "pop": (1, lambda cache, key: cache.pop(key, None)),
    "get_many": (1, lambda cache, key: cache.get_many([key])),
    "set_many": (1, lambda cache, key: cache.set_many([(key, 1)])),
    "delete_many": (1, lambda cache, key: cache.delete_many([key])),
}
"""Operations that look for a key: how many times each may do so in Rust, and how to call it."""


PATIENCE = 120.0
"""Seconds after which what takes one is taken to never end; in cubic time it takes ten minutes."""


class Counted:
    """A key of the same hash as all others; notes who is asked about whom."""

    asked: ClassVar[list[tuple[int, int]]] = []

    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counted):
            return NotImplemented
        Counted.asked.append((self.number, other.number))
        return self.number == other.number


@pytest.fixture(autouse=True)
def _nobody_was_asked() -> None:
    Counted.asked = []


def comparisons(cache_class: Any, size: int, look_up: Callable[[Any, Any], Any]) -> int:
    """Return how many comparisons it takes to look for an absent key among `size` of its hash."""
    cache = cache_class(size + 1)
    cache.set_many([(Counted(number), number) for number in range(size)])
    Counted.asked = []
    look_up(cache, Counted(size))
    return len(Counted.asked)


@pytest.mark.parametrize("operation", LOOK_UPS)
def test_comparisons_grow_with_the_keys_of_a_hash_and_no_faster(
    cache_class: Any, operation: str
) -> None:
    _, look_up = LOOK_UPS[operation]
    small, large = (comparisons(cache_class, size, look_up) for size in (40, 120))
    assert small >= 40
    assert large == 3 * small


@pytest.mark.parametrize("operation", LOOK_UPS)
def test_a_look_up_compares_each_key_of_its_hash_once(operation: str) -> None:
    times, look_up = LOOK_UPS[operation]
    rust = registry.implementation("cache", "rust")
    assert comparisons(rust, 100, look_up) <= 100 * times


@pytest.mark.parametrize("wrap", [lambda key: key, lambda key: (key,)], ids=["bare", "in a tuple"])
def test_the_stored_key_is_asked_until_one_is_equal(
    cache_class: Any, wrap: Callable[[Any], Any]
) -> None:
    cache = cache_class(100)
    cache.set_many([(wrap(Counted(number)), number) for number in range(50)])
    Counted.asked = []
    assert cache.peek(wrap(Counted(20))) == 20
    assert {looked_for for _, looked_for in Counted.asked} == {20}
    assert Counted.asked[-1] == (20, 20)
    stored = [stored for stored, _ in Counted.asked]
    assert len(set(stored)) == len(stored)


def test_the_same_object_is_found_without_asking_it(cache_class: Any) -> None:
    key = Counted(1)
    cache = cache_class(2)
    cache[key] = "a"
    assert cache.get(key) == "a"
    assert Counted.asked == []


@pytest.mark.parametrize("shape", ["int", "tuple", "nested"])
def test_plain_keys_of_one_hash_are_all_found(cache_class: Any, shape: str) -> None:
    numbers = [number * MODULUS + 1 for number in range(400)]
    shapes: dict[str, list[Any]] = {
        "int": numbers,
        "tuple": [(number,) for number in numbers],
        "nested": [("a", (number, "b")) for number in numbers],
    }
    keys = shapes[shape]
    assert len({hash(key) for key in keys}) == 1
    cache = cache_class(len(keys))
    cache.set_many(zip(keys, range(400), strict=True))
    assert [cache.get(key) for key in keys] == list(range(400))
    for key in keys[::2]:
        del cache[key]
    assert cache.get_many(keys) == [None if number % 2 == 0 else number for number in range(400)]


@pytest.mark.parametrize("key", ["({number},)", "Key({number})"], ids=["tuples", "objects"])
def test_thousands_of_keys_of_one_hash_can_be_stored(side: str, key: str) -> None:
    code = f"""
from agent import registry

class Key(tuple):
    def __new__(cls, number):
        return super().__new__(cls, (number,))

cache = registry.implementation("cache", {side!r})(3000)
for number in range(1, 3000 * {MODULUS}, {MODULUS}):
    cache[{key.format(number="number")}] = 1
print(len(cache))
"""
    done = subprocess.run(  # this interpreter
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.stdout == "3000\n"


Pair = namedtuple("Pair", "one two")  # noqa: PYI024  # compared as a tuple


@dataclass(frozen=True)
class Point:
    """Hashed and compared by its fields, in Python."""

    x: float
    y: Any = 0


class Name(str):
    """A str of a class of its own."""

    __slots__ = ()


class Colour(Enum):
    """Hashed in Python, compared by identity."""

    RED = 1


NAN = float("nan")
SHARED = object()

KEYS: list[Any] = [
    *(0, 0.0, -0.0, False, "", b"", (), None, ..., NAN, float("nan"), SHARED, object()),
    *(1, 1.0, True, 2**70, float(2**70), -1, -2, -1.0, "1", b"1", "a", b"a", Name("a")),
    *(int, str, Point, Colour, Colour.RED, complex(1), 1j),
    *((1,), (1.0,), (True,), ("a",), (b"a",), (Name("a"),), (None,), (NAN,), (float("nan"),)),
    *((SHARED,), (object(),), ((1,),), ((1.0,),), ((),), (1, 2), (1.0, 2), Pair(1, 2), (2, 1)),
    *((int, 1), (int, 1.0), (str, 1), (..., 1), (1, ("a", (2,))), (1, ("a", (2.0,)))),
    *(tuple(range(100)), (*range(99), 99.0), frozenset(), frozenset({1}), frozenset({1.0})),
    *((frozenset({1}),), Point(1), Point(1.0), Point(2), Point(1, (2,)), (Point(1),)),
    *((Point(1.0), "a"), range(3), range(0, 3, 1)),
]
"""Keys of many kinds, some of them equal to others."""


def _equal_hashes() -> Iterator[tuple[Any, Any]]:
    yield from ((one, other) for one in KEYS for other in KEYS if hash(one) == hash(other))


@pytest.mark.parametrize("extra", [[], [Counted(1), (Counted(1),)]], ids=["", "among others"])
def test_equality_is_that_of_a_dict(cache_class: Any, extra: list[Any]) -> None:
    for stored, looked_for in _equal_hashes():
        model = dict.fromkeys([stored, *extra], "value")
        cache = cache_class(3)
        cache.set_many(model)
        assert (looked_for in cache) == (looked_for in model), (stored, looked_for)


def test_all_of_them_together_are_those_of_a_dict(cache_class: Any) -> None:
    model: dict[Any, int] = {}
    cache = cache_class(len(KEYS))
    for number, key in enumerate(KEYS):
        cache[key] = model[key] = number
    assert dict(cache.snapshot()) == model
    assert {type(key) for key in cache} == {type(key) for key in model}


@pytest.mark.parametrize("shape", ["{!r}", "({!r},)"])
def test_a_warning_about_bytes_and_a_str_is_raised(side: str, shape: str) -> None:
    stored, looked_for = shape.format(b"a"), shape.format("a")
    code = f"""
from agent import registry
cache = registry.implementation("cache", {side!r})(2)
cache[{stored}] = 1
try:
    print(cache.get({looked_for}))
except BytesWarning as warning:
    print(warning)
"""
    done = subprocess.run(  # this interpreter
        [sys.executable, "-bb", "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout == "Comparison between bytes and string\n"


def test_the_cache_may_change_while_keys_are_compared() -> None:
    cache = registry.implementation("cache", "rust")(100)

    class Changing(Counted):
        changed = True

        def __eq__(self, other: object) -> bool:
            if not Changing.changed:
                Changing.changed = True
                change = Thread(target=lambda: (cache.clear(), cache.set(Counted(3), "new")))
                change.start()
                change.join()
            return super().__eq__(other)

        __hash__ = Counted.__hash__

    cache.set_many([(Changing(number), "old") for number in range(5)])
    Changing.changed = False
    Counted.asked = []
    assert cache.get(Counted(3)) == "new"
    assert len(Counted.asked) <= 6


def test_keys_of_other_hashes_are_not_compared_however_alike_the_hashes(cache_class: Any) -> None:
    """Rust tells hashes apart by some of the bits of a product first: those are the same here."""

    class Alike:
        def __init__(self, low: int) -> None:
            product = 0x9E37_79B9 << 32 | low
            value = product * pow(0x9E37_79B9_7F4A_7C15, -1, 2**64) % 2**64
            self.hash = value - 2**64 if value >= 2**63 else value

        def __hash__(self) -> int:
            return self.hash

        def __eq__(self, other: object) -> bool:
            return True

    first, second, third = map(Alike, (1, 2, 3))
    assert len({hash(first), hash(second), hash(third)}) == 3
    cache = cache_class(3)
    cache.update([(first, "first"), (second, "second")])
    assert cache.get_many([first, second, third]) == ["first", "second", None]
    assert third not in cache
