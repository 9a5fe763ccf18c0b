"""Pickling and copying of objects that Rust may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.fallback.handover import Hold
from agent.porting.fallback.ownership import HOLD, install
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import like
from agent.porting.interpose.pickling import found_under, with_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.fallback.ownership import Keeper

__all__ = ["state_methods"]

__passes_calls_on__ = True


def state_methods(keeper: Keeper) -> dict[str, Any]:
    """Return the methods by which an object is pickled and copied, as the reference is."""
    methods: dict[str, Any] = {
        "__reduce_ex__": _reduced(keeper),
        "__getstate__": _getstate(keeper),
        "__setstate__": _setstate(keeper),
    }
    for key in ("__reduce__", "__reduce_ex__"):
        own = getattr(keeper.python, key)
        if own is not getattr(object, key):
            methods[key] = _reducing(keeper, own)
    return methods


def _getstate(keeper: Keeper) -> Callable[[Any], Any]:
    python: Any = keeper.python
    plain = python.__getstate__ is object.__getstate__  # since 3.11

    def own(held: Any) -> Any:
        state = python.__getstate__(held)
        if plain and isinstance(state, tuple):  # attributes, and slots, of which one is ours
            slots = {key: value for key, value in state[1].items() if key != HOLD}
            state = (state[0], slots) if slots else state[0]
        return state

    return keeper.operation(own, keeper.of_rust("__getstate__"))


def _setstate(keeper: Keeper) -> Callable[[Any, Any], None]:
    rust: Any = keeper.rust

    def setstate(held: Any, state: Any) -> None:
        if type(held) is keeper.kind and "__setstate__" in keeper.known:
            try:
                made = rust.__new__(rust)
                made.__setstate__(state)
            except Unsupported as refusal:
                keeper.refuse(str(refusal))
            else:
                keeper.hold(held, Hold(made))
                return
        install(keeper.python, held, state)

    return setstate


def _reduced(keeper: Keeper) -> Callable[..., Any]:
    """Return the default way to pickle."""

    def reduced(held: Any, protocol: Any) -> Any:
        return _under_a_name(keeper, held, object.__reduce_ex__(held, protocol))

    return like(object.__reduce_ex__, reduced)


def _reducing(keeper: Keeper, python: Callable[..., Any]) -> Callable[..., Any]:
    """Return the reference's way to pickle, run on a copy that Python serves."""

    def reduce(held: Any, *protocol: int) -> Any:
        twin = held
        if held.__agent_hold__ is not None:
            state = held.__getstate__()
            if held.__agent_hold__ is not None:  # Rust gave its state
                twin = keeper.bare()
                install(keeper.python, twin, state)
        return _under_a_name(keeper, held, python(twin, *protocol))

    return like(python, reduce)


def _under_a_name(keeper: Keeper, held: Any, reduced: Any) -> Any:
    """Return how `held` is pickled: as an object of a class that a pickle finds."""
    kind = keeper.kind
    if type(held) is not kind or found_under(kind) is kind:
        return reduced
    return with_class(reduced, kind, keeper.python)


pass_unseen(globals())
