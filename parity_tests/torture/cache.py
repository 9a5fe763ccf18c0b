"""What hostile runs do with a cache."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle
from traceback import walk_stack
from typing import TYPE_CHECKING, Any

from agent.components.cache.errors import RecursiveFactory, ReentrantCall
from tests.torture.subject import Calls, Growth, Operation, Request, Subject, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

__all__ = ["SUBJECT"]

_CAPACITY = 32
_MAX_WEIGHT = 48
_PRIME = 2**61 - 1
"""Integers that differ by it have one hash."""


@dataclass(frozen=True)
class _Value:
    """A value that says what must be true of its entry."""

    number: int
    ttl: float | None

    @property
    def weight(self) -> int:
        return self.number % 4


class _Key:
    """A key that calls back; eight of its kind have one hash."""

    def __init__(self, number: int, calls: Calls = Calls()) -> None:  # noqa: B008  # it is frozen
        self.number = number
        self._calls = calls
        self.compared = 0

    def __hash__(self) -> int:
        return self.number % 8

    def __eq__(self, other: object) -> bool:
        self._calls.pause()
        self.compared += 1
        return isinstance(other, _Key) and self.number == other.number


class _MortalKey(_Key):
    """A key whose finalizer calls back."""

    def __del__(self) -> None:
        self._calls.dropped()


@dataclass
class _State:
    """A cache with everything that calls back."""

    calls: Calls
    cache: Any = None
    now: float = 1000.0
    removed: list[object] = field(default_factory=list)

    def clock(self) -> float:
        self.calls.pause()
        return self.now

    def weigher(self, key: object, value: _Value) -> int:
        self.calls.pause()
        return value.weight

    def on_delete(self, key: object, value: _Value, cause: str) -> None:
        self.calls.pause()
        self.removed = [key]

    def key(self, number: int) -> Hashable:
        match number % 4:
            case 0:
                return f"key {number}"
            case 1:
                return (number, "pair")
            case 2:
                return number
            case _:
                kind = _Key if self.calls.dropped is nothing else _MortalKey
                return kind(number, self.calls)

    def value(self, number: int) -> _Value:
        return _Value(number, 5.0 if number % 2 else None)

    def pairs(self, number: int) -> dict[Hashable, _Value]:
        return {self.key(each): self.value(each) for each in _neighbours(number)}


def _neighbours(number: int) -> list[int]:
    """Return numbers of the same parity, whose values live as long."""
    return [(number + 2 * step) % 64 for step in range(6)]


def _number(key: Any) -> int:
    """Return the number that a key was made of."""
    match key:
        case str():
            return int(key.removeprefix("key "))
        case (number, "pair"):
            return int(number)
        case _Key():
            return key.number
        case _:
            return int(key)


def _prepare(cache_class: Any, calls: Calls) -> _State:
    state = _State(calls)
    state.cache = cache_class(
        _CAPACITY,
        max_weight=_MAX_WEIGHT,
        weigher=state.weigher,
        on_delete=state.on_delete,
        clock=state.clock,
    )
    return state


def _set_later(state: _State, number: int) -> None:
    """Store an entry when others may be due."""
    state.now += 1.0
    value = state.value(number)
    state.cache.set(state.key(number), value, ttl=value.ttl)


def _storing(name: str) -> Callable[[_State, int], object]:
    def run(state: _State, number: int) -> object:
        value = state.value(number)
        return getattr(state.cache, name)(state.key(number), value, ttl=value.ttl)

    return run


def _get_or_set(state: _State, number: int) -> None:
    def factory() -> _Value:
        state.calls.pause()
        return state.value(number)

    with suppress(RecursiveFactory):  # a handler came while the factory ran
        state.cache.get_or_set(state.key(number), factory, ttl=state.value(number).ttl)


def _popitem(state: _State, number: int) -> None:
    with suppress(KeyError):
        state.cache.popitem()


def _item(name: str) -> Callable[[_State, int], object]:
    def run(state: _State, number: int) -> None:
        with suppress(KeyError):
            getattr(state.cache, name)(state.key(number))

    return run


def _store_item(state: _State, number: int) -> None:
    """Store an entry without a deadline, as the subscript does where there is no default."""
    even = number - number % 2
    state.cache[state.key(even)] = state.value(even)


def _update(state: _State, number: int) -> None:
    state.cache.update(state.pairs(number - number % 2))


def _set_many(state: _State, number: int) -> None:
    state.cache.set_many(state.pairs(number), ttl=state.value(number).ttl)


def _get_many(state: _State, number: int) -> None:
    state.cache.get_many(_keys(state, number))


def _delete_many(state: _State, number: int) -> None:
    state.cache.delete_many(_keys(state, number))


def _keys(state: _State, number: int) -> list[Hashable]:
    return [state.key(each) for each in _neighbours(number)]


def _holds(state: _State) -> None:
    cache = state.cache
    entries = cache.snapshot()
    weight = sum(value.weight for _, value in entries)
    assert len(entries) <= _CAPACITY, f"{len(entries)} entries where {_CAPACITY} are allowed"
    assert weight <= _MAX_WEIGHT, f"a weight of {weight} where {_MAX_WEIGHT} is allowed"
    assert cache.weight == weight, f"a weight of {cache.weight} where the entries weigh {weight}"
    assert len(cache) == len(entries), f"a length of {len(cache)} for {len(entries)} entries"
    assert all(_number(key) == value.number for key, value in entries), "a value of another key"
    assert len({value.number for _, value in entries}) == len(entries), "a key has two entries"
    for key, value in entries:
        assert cache.peek(key) is value, f"the entry of {value.number} is not found"
    state.now += 10.0
    cache.expire()
    staying = [value.number for _, value in entries if value.ttl is None]
    left = [value.number for _, value in cache.snapshot()]
    assert left == staying, f"{len(left)} entries live on where {len(staying)} have no deadline"
    assert cache.weight == sum(number % 4 for number in left), "a wrong weight after an expiry"


def _seen(state: _State) -> object:
    return [(value.number, value.ttl) for _, value in state.cache.snapshot()]


def _store_all(cache_class: Any, keys: list[Any]) -> None:
    cache = cache_class(len(keys))
    for key in keys:
        cache.set(key, None)
    for key in keys:
        assert key in cache


def _compared(make: Callable[[_Key], Hashable]) -> Callable[[Any, int], int]:
    """Count the comparisons of keys of eight hashes, each key in a shape of its own."""

    def work(cache_class: Any, size: int) -> int:
        keys = [_Key(8 * number) for number in range(size)]
        _store_all(cache_class, [make(key) for key in keys])
        return sum(key.compared for key in keys)

    return work


def _most_compared(size: int) -> int:
    """Return the most comparisons: one for each key of equal hash, in each of eight look-ups.

    A store may look seven times: for the entry, to store it, and for its place in two orders.
    """
    return 4 * size * size


def _colliding(make: Callable[[int], Hashable]) -> Callable[[Any, int], None]:
    return lambda cache_class, size: _store_all(
        cache_class, [make(number * _PRIME + 1) for number in range(size)]
    )


def _made(cache_class: Any, number: int) -> None:
    cache = cache_class(2 ** min(31, 10 + number))
    cache.set(1, 1)
    assert cache.get(1) == 1


def _pairs_of(number: int) -> dict[int, int]:
    return dict.fromkeys(range(1 << 8 + number // 6), 0)


def _filling(cache_class: Any, number: int) -> Callable[[], object]:
    pairs = _pairs_of(number)
    return lambda: cache_class(len(pairs)).set_many(pairs)


def _filled(cache_class: Any, number: int) -> Any:
    pairs = _pairs_of(number)
    cache = cache_class(len(pairs))
    cache.set_many(pairs)
    return cache


def _copying(cache_class: Any, number: int) -> Callable[[], object]:
    cache = _filled(cache_class, number)
    return lambda: (cache.snapshot(), cache.copy() == cache)


def _reading(cache_class: Any, number: int) -> Callable[[], object]:
    cache = _filled(cache_class, number)
    keys = [key for key, _ in cache.items()]
    return lambda: (cache.get_many(keys), cache.delete_many(keys))


def _endless(number: int) -> Iterator[_Value]:
    """Give values for ever."""
    return cycle([_Value(number, None)])


def _set_endlessly(state: _State, number: int) -> None:
    state.cache.set_many((value.number, value) for value in _endless(number))


def _get_endlessly(state: _State, number: int) -> None:
    state.cache.get_many(value.number for value in _endless(number))


def _admitted(operation: Operation) -> Operation:
    """Let an operation be refused where the contract says so: while a key is hashed or compared."""

    def run(state: _State, number: int) -> object:
        try:
            return operation.run(state, number)
        except ReentrantCall:
            codes = {frame.f_code for frame, _ in walk_stack(None)}
            if codes.isdisjoint({_Key.__hash__.__code__, _Key.__eq__.__code__}):
                raise
            return None

    return replace(operation, run=run)


_OPERATIONS = (
    Operation("get", lambda state, number: state.cache.get(state.key(number))),
    Operation("set", _storing("set")),
    Operation("set", _set_later),
    Operation("add", _storing("add")),
    Operation("setdefault", _storing("setdefault")),
    Operation("get_or_set", _get_or_set),
    Operation("pop", lambda state, number: state.cache.pop(state.key(number), None)),
    Operation("popitem", _popitem),
    Operation("get_many", _get_many, atomic=False),
    Operation("set_many", _set_many, atomic=False),
    Operation("delete_many", _delete_many, atomic=False),
    Operation("update", _update, atomic=False),
    Operation("clear", lambda state, number: number or state.cache.clear()),
    Operation("expire", lambda state, number: state.cache.expire()),
    Operation("__getitem__", _item("__getitem__")),
    Operation("__setitem__", _store_item),
    Operation("__delitem__", _item("__delitem__")),
    Operation("snapshot", lambda state, number: state.cache.snapshot()),
    Operation("copy", lambda state, number: state.cache.copy()),
    Operation("__eq__", lambda state, number: state.cache == state.cache.copy()),
    Operation("__repr__", lambda state, number: repr(state.cache)),
)

SUBJECT = Subject(
    prepare=_prepare,
    operations=tuple(_admitted(operation) for operation in _OPERATIONS),
    holds=_holds,
    refusing=frozenset({_Key.__hash__.__code__, _Key.__eq__.__code__}),
    seen=_seen,
    growths=(
        Growth("set of keys of one hash", _compared(lambda key: key), 100, 2, _most_compared),
        Growth("set of tuples of one hash", _compared(lambda key: (key,)), 100, 2, _most_compared),
        Growth("set of integers of one hash", _colliding(lambda number: number), 400, exponent=2),
        Growth("set of tuples of such", _colliding(lambda number: (number,)), 400, exponent=2),
    ),
    requests=(
        Request(
            "a large capacity", lambda cache_class, number: partial(_made, cache_class, number)
        ),
        Request("set_many", _filling),
        Request("copy", _copying),
        Request("get_many", _reading),
    ),
    batches=(Operation("set_many", _set_endlessly), Operation("get_many", _get_endlessly)),
)
