"""A contract is read from its protocols, or refused with the place that cannot be read."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Hashable
from contextlib import AbstractAsyncContextManager  # noqa: TC003  # read
from typing import Annotated, Any, Protocol, Self, TypeVar, overload

import pytest
from annotated_types import Ge, Le

from agent.components.cache.contract import Cache, CacheFactory
from agent.errors import ContractError, EntryTooHeavy, ReentrantCall
from agent.porting.contract.reader import Contract, read_contract
from agent.porting.contract.terms import Effect, Invariant, Tolerance, operation

K = TypeVar("K", bound=Hashable, contravariant=True)  # noqa: PLC0105  # read, not used

Nearly = Annotated[float, Tolerance("summed in another order", relative=1e-9)]


class Base(Protocol):
    """Declares an operation for others."""

    @operation(effect=Effect.PURE)
    def twice(self, number: Annotated[int, Ge(0), Le(9)]) -> int: ...


class Toy(Base, Protocol[K]):
    """Has one of each kind."""

    size: int

    @property
    def name(self) -> str: ...

    @overload
    def find(self, key: K, /) -> int: ...
    @overload
    def find(self, key: K, default: str, /) -> int | str: ...
    @operation(effect=Effect.READS, raises=(KeyError,))
    def find(self, key: K, default: Any = ..., /) -> Any: ...

    def mean(self, *numbers: float, weight: float = 1.0) -> Nearly: ...

    def __len__(self) -> int: ...


class MakesToy(Protocol):
    """Its factory."""

    def __call__(self, size: int, *, name: str = "toy") -> Toy[Any]: ...


@pytest.fixture
def toy() -> Contract:
    return read_contract(Toy, MakesToy)


def test_operations_of_all_its_protocols_are_read(toy: Contract) -> None:
    assert toy.name == "Toy"
    assert set(toy.operations) == {"twice", "size", "name", "find", "mean", "__len__"}
    kinds = {name: spec.kind for name, spec in toy.operations.items()}
    assert kinds["size"] == kinds["name"] == "property"
    assert kinds["find"] == kinds["__len__"] == "method"


def test_domains_are_kept(toy: Contract) -> None:
    (number,) = toy.operations["twice"].parameters
    assert number.annotation == Annotated[int, Ge(0), Le(9)]
    assert toy.operations["find"].parameters[0].annotation is K


def test_an_overload_is_read_from_its_implementation(toy: Contract) -> None:
    find = toy.operations["find"]
    assert find.overloads == 2
    assert [parameter.name for parameter in find.parameters] == ["key", "default"]


def test_an_ellipsis_is_a_default(toy: Contract) -> None:
    key, default = toy.operations["find"].parameters
    assert (key.required, default.required, default.default) == (True, False, ...)


def test_effects_and_exceptions_come_from_the_mark(toy: Contract) -> None:
    assert toy.operations["twice"].effect is Effect.PURE
    assert toy.operations["find"].raises == (KeyError,)
    assert toy.operations["mean"].effect is Effect.WRITES
    assert toy.operations["name"].effect is Effect.READS


def test_observers_need_no_arguments_and_change_nothing(toy: Contract) -> None:
    observers = {name for name, spec in toy.operations.items() if spec.observes}
    assert observers == {"size", "name"}


def test_the_agreement_of_results_is_read(toy: Contract) -> None:
    assert toy.operations["mean"].agreement == Tolerance("summed in another order", relative=1e-9)
    assert toy.operations["twice"].agreement is None


def test_the_factory_is_an_operation(toy: Contract) -> None:
    assert toy.factory is not None
    size, name = toy.factory.parameters
    assert (size.name, size.required) == ("size", True)
    assert (name.kind, name.default) == (inspect.Parameter.KEYWORD_ONLY, "toy")


def test_the_cache_is_read_whole() -> None:
    cache = read_contract(Cache, CacheFactory)
    assert len(cache.operations) == 32
    assert cache.operations["set"].raises == (TypeError, ValueError, EntryTooHeavy, ReentrantCall)
    assert cache.named_by(cache.operations["copy"].returns) == "Cache"
    assert cache.named_by(cache.operations["keys"].returns) is None


class Made(Protocol):
    """A factory."""

    def __call__(self) -> Any: ...


class Plain:
    """Not a protocol."""

    def get(self) -> int: ...  # type: ignore[empty-body]


class Bare(Protocol):
    """A parameter without annotation."""

    def get(self, key) -> int: ...  # type: ignore[no-untyped-def]  # noqa: ANN001  # read, and refused


class Silent(Protocol):
    """No word on the result."""

    def get(self, key: int): ...  # type: ignore[no-untyped-def]  # noqa: ANN201  # read, and refused


class Unknown(Protocol):
    """An annotation that means nothing."""

    def get(self) -> Nowhere: ...  # type: ignore[name-defined]  # noqa: F821  # read, and refused


class OfTheClass(Protocol):
    """A class method."""

    @classmethod
    def get(cls) -> int: ...


class Torn(Protocol):
    """Two agreement tiers."""

    def get(
        self,
    ) -> Annotated[float, Tolerance("one"), Invariant(lambda value: True, "two")]: ...


class Empty(Protocol):
    """No operations."""


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        (Plain, "Plain is not a typing.Protocol"),
        (Bare, "Bare.get: parameter 'key' has no annotation"),
        (Silent, "Silent.get does not say what it returns"),
        (Unknown, "Unknown.get: an annotation does not resolve: name 'Nowhere'"),
        (OfTheClass, "OfTheClass.get belongs to the class"),
        (Torn, "at most one agreement tier"),
        (Empty, "Empty has no operations"),
    ],
)
def test_what_cannot_be_read_is_named(protocol: type, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        read_contract(protocol, Made)


def test_a_factory_has_to_be_callable() -> None:
    with pytest.raises(ContractError, match="Empty has no __call__ that would make a Toy"):
        read_contract(Toy, Empty)


class Link(Protocol):
    """A part that gives a part."""

    def next(self) -> Link: ...


class Chain(Protocol):
    """Gives a part, or None."""

    def last(self) -> Link | None: ...


class Impostor(Protocol):
    """Gives another part of the same name."""

    def chain(self) -> Chain: ...

    def link(self) -> named_alike.Link: ...


class named_alike:  # noqa: N801  # represents another module
    """Has a protocol that is called as another one is."""

    class Link(Protocol):
        """Another one."""

        def end(self) -> None: ...


def test_protocols_that_operations_return_are_parts() -> None:
    chain = read_contract(Chain)
    assert set(chain.everything) == {"Chain", "Link"}
    assert chain.named_by(chain.operations["last"].returns) == "Link"
    assert chain.named_by(chain.parts["Link"].operations["next"].returns) == "Link"
    assert chain.factory is None


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(ContractError, match="another part of the contract is called so too"):
        read_contract(Impostor)


class Connection(Protocol):
    """What entering gives."""

    async def send(self, item: int) -> None: ...


class Waiting(Protocol):
    """Operations of each asynchronous kind."""

    async def get(self) -> int: ...

    def later(self) -> Awaitable[int]: ...

    def items(self) -> AsyncIterator[int]: ...

    async def listen(self) -> Annotated[AsyncGenerator[str, None], "named"]: ...

    def connect(self) -> AbstractAsyncContextManager[Connection]: ...

    def size(self) -> int: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, kind: object, error: object, where: object, /) -> bool | None: ...


def test_how_an_operation_is_asynchronous_is_read() -> None:
    contract = read_contract(Waiting)
    read = {
        name: (spec.calling, spec.giving, spec.given) for name, spec in contract.operations.items()
    }
    assert read == {
        "get": ("coroutine", "value", int),
        "later": ("awaitable", "value", int),
        "items": ("plain", "stream", int),
        "listen": ("coroutine", "stream", str),
        "connect": ("plain", "context", Connection),
        "size": ("plain", "value", int),
        "__aenter__": ("coroutine", "value", Waiting),
        "__aexit__": ("coroutine", "value", bool | None),
    }
    assert contract.asynchronous
    assert contract.operations["__aexit__"].parameters == ()
    assert list(contract.parts) == ["Connection"]


class Late(Protocol):
    """Makes an object when it is awaited."""

    async def __call__(self) -> Waiting: ...


def test_a_factory_cannot_be_asynchronous() -> None:
    with pytest.raises(ContractError, match="Late is asynchronous: let an operation give"):
        read_contract(Waiting, Late)
