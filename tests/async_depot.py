"""An asynchronous toy: its contract, a reference, an equivalent twin, and five that are wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator  # noqa: TC003  # read
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Protocol

from annotated_types import Ge, Le

from agent.porting.check.loading import Loaded
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation, unpromised

Key = Annotated[int, Ge(0), Le(9)]


class Lease(Protocol):
    """What entering `Depot.lease` gives."""

    async def take(self, key: Key) -> int: ...

    @property
    def open(self) -> bool: ...


@unpromised(copy="only the reference shares what it holds with its shallow copies")
class Depot(Protocol):
    """Loads what it is asked for, which takes as long as the key is large."""

    @operation(effect=Effect.WRITES, raises=(ValueError,))
    async def load(self, key: Key) -> str: ...

    async def put(self, item: Key) -> None: ...

    async def take(self) -> int: ...

    def items(self, count: Key) -> AsyncIterator[int]: ...

    def lease(self) -> AbstractAsyncContextManager[Lease]: ...

    @operation(effect=Effect.READS)
    def loaded(self) -> list[str]: ...

    @property
    def leases(self) -> int: ...


class DepotFactory(Protocol):
    """Makes a depot."""

    def __call__(self) -> Depot: ...


DEPOT = read_contract(Depot, DepotFactory)


def _checked(key: int) -> int:
    if type(key) is not int:
        message = "a key is an int"
        raise TypeError(message)
    if not 0 <= key <= 9:
        message = f"no such key: {key}"
        raise ValueError(message)
    return key


class _Lease:
    def __init__(self, depot: Reference) -> None:
        self._depot = depot
        self.open = True

    async def take(self, key: int) -> int:
        """Load a key and return its number and the length of its name."""
        return len(await self._depot.load(key)) + key


class Reference:
    """The reference."""

    def __init__(self) -> None:
        self._loaded: list[str] = []
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self.leases = 0

    async def load(self, key: int) -> str:
        """Load a key; one that is cancelled leaves nothing."""
        key = _checked(key)
        await self._work(key)
        self._loaded.append(f"item {key}")
        return f"item {key}"

    async def _work(self, key: int) -> None:
        await asyncio.sleep(key / 100)

    async def put(self, item: int) -> None:
        """Put an item where `take` finds it."""
        await self._queue.put(_checked(item))

    async def take(self) -> int:
        """Wait for an item."""
        return await self._queue.get()

    async def items(self, count: int) -> AsyncIterator[int]:
        """Give so many items; the seventh fails."""
        for number in range(_checked(count)):
            if number == 7:
                message = "the seventh fails"
                raise RuntimeError(message)
            await asyncio.sleep(0.001)
            yield number

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[_Lease]:
        """Lease something for as long as the block lasts."""
        self.leases += 1
        lease = _Lease(self)
        try:
            yield lease
        finally:
            await asyncio.sleep(0)
            self.leases -= 1
            lease.open = False

    def loaded(self) -> list[str]:
        """Return what was loaded, in the order in which that was completed."""
        return list(self._loaded)


class _Stream:
    """The items of a depot, without a generator."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._next: int | None = 0

    def __aiter__(self) -> _Stream:
        return self

    async def __anext__(self) -> int:
        if self._next is None:
            raise StopAsyncIteration
        if self._next == 0:
            try:
                _checked(self._count)
            except Exception:
                self._next = None
                raise
        number = self._next
        if number == self._count:
            self._next = None
            raise StopAsyncIteration
        if number == 7:
            self._next = None
            message = "the seventh fails"
            raise RuntimeError(message)
        try:
            await asyncio.sleep(0.001)
        except BaseException:
            self._next = None
            raise
        self._next += 1
        return number


class _Leasing:
    """A lease without a generator."""

    def __init__(self, depot: Twin) -> None:
        self._depot = depot

    async def __aenter__(self) -> _TwinLease:
        self._lease = _TwinLease(self._depot)
        self._depot.leases += 1
        return self._lease

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._depot.leases -= 1
        self._lease.open = False


class _TwinLease:
    def __init__(self, depot: Twin) -> None:
        self._depot = depot
        self.open = True

    async def take(self, key: int) -> int:
        """Load a key and return how long it and its name are."""
        return len(await self._depot.load(key)) + key


class Twin:
    """Written in another way: futures instead of a queue, classes instead of generators."""

    def __init__(self) -> None:
        self._done: tuple[str, ...] = ()
        self._stored: list[int] = []
        self._waiting: list[asyncio.Future[None]] = []
        self.leases = 0

    async def load(self, key: int) -> str:
        """Load a key; one that is cancelled leaves nothing."""
        text = f"item {_checked(key)}"
        await self._work(key)
        self._done += (text,)
        return text

    async def _work(self, key: int) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(key / 200)
        await asyncio.sleep(key / 200)

    async def put(self, item: int) -> None:
        """Put an item where `take` finds it."""
        self._stored.append(_checked(item))
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            waiting = self._waiting.pop(0)
            if not waiting.done():
                waiting.set_result(None)
                return

    async def take(self) -> int:
        """Wait for an item; the first to wait takes it."""
        while not self._stored:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            try:
                await waiting
            except asyncio.CancelledError:
                if waiting in self._waiting:
                    self._waiting.remove(waiting)
                elif self._stored:
                    self._wake()
                raise
        return self._stored.pop(0)

    def items(self, count: int) -> AsyncIterator[int]:
        """Give so many items; the seventh fails."""
        return _Stream(count)

    def lease(self) -> _Leasing:
        """Lease something for as long as the block lasts."""
        return _Leasing(self)

    def loaded(self) -> list[str]:
        """Return what was loaded, in the order in which that was completed."""
        return list(self._done)


class SwallowsCancellation(Twin):
    """Wrong: a load that is cancelled returns as if nothing had happened."""

    async def _work(self, key: int) -> None:
        try:
            await super()._work(key)
        except asyncio.CancelledError:
            await asyncio.sleep(0)


class ResultAfterCancellation(Twin):
    """Wrong: the work of a load that is cancelled goes on, and is stored later."""

    async def load(self, key: int) -> str:
        """Load a key where its cancellation does not reach."""
        return await asyncio.shield(asyncio.ensure_future(super().load(key)))


class LosesAnItem(Twin):
    """Wrong: the last item of a long stream is lost."""

    def items(self, count: int) -> AsyncIterator[int]:
        """Give so many items, but for one."""
        return _Stream(count - 1 if count in (4, 5, 6) else count)  # a list is none


class AnotherOrder(Twin):
    """Wrong: loads wait for each other, so that a short one is no longer the first."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def _work(self, key: int) -> None:
        async with self._lock:
            await super()._work(key)


class RaisesAtTheCall(Twin):
    """Wrong: a key is refused when it is called, not when it is awaited."""

    def load(self, key: int) -> object:  # type: ignore[override]
        """Load a key."""
        _checked(key)
        return super().load(key)


WRONG = [
    SwallowsCancellation, ResultAfterCancellation, LosesAnItem, AnotherOrder, RaisesAtTheCall,
]  # fmt: skip


class NeverWakes(Twin):
    """Wrong: putting an item wakes no waiting task."""

    def _wake(self) -> None:
        return


class Spins(Twin):
    """Wrong: waiting for an item keeps the loop busy, and never looks again."""

    async def take(self) -> int:
        """Wait for ever, a turn at a time."""
        while True:  # noqa: ASYNC110  # that is what is wrong
            await asyncio.sleep(0)


class Blocks(Twin):
    """Wrong: a lease keeps the whole process busy."""

    async def load(self, key: int) -> str:
        """Never give the loop another turn."""
        while _checked(key) == 9:
            pass
        return await super().load(key)


class LeavesTasks(Twin):
    """Wrong: a load leaves a task behind, and one whose failure is never retrieved."""

    async def _work(self, key: int) -> None:
        self._left = asyncio.ensure_future(asyncio.sleep(1e6))
        await super()._work(key)


class FailsLater(Twin):
    """Wrong: a load leaves an exception to the loop's handler."""

    async def _work(self, key: int) -> None:
        await super()._work(key)
        asyncio.get_running_loop().call_soon(_checked, -1)


class GivesAFuture(Twin):
    """Wrong: what a call gives can be awaited, but is no coroutine."""

    def load(self, key: int) -> object:  # type: ignore[override]
        """Load a key."""
        return asyncio.ensure_future(super().load(key))


def load_blocking() -> Loaded:
    """Return the pair whose candidate blocks."""
    return Loaded(DEPOT, Reference, Blocks)


def load_twin() -> Loaded:
    """Return the pair whose sides do the same."""
    return Loaded(DEPOT, Reference, Twin)
