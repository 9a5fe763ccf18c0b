"""Functions that stand for a decorated one: what they are called, do and count."""

from __future__ import annotations

from functools import WRAPPER_UPDATES, partial, update_wrapper
from inspect import isclass
from typing import TYPE_CHECKING, Any

from agent.components.cache.keys import arguments, method_arguments
from agent.components.cache.refusals import checked_result
from agent.components.cache.results import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from agent.components.cache.counts import Counts
    from agent.components.cache.results import Results

    Key = Callable[..., Hashable]
    ResultsOf = Callable[[Any], Results]

__all__ = ["coroutine", "coroutine_method", "dress", "plain", "plain_method"]


def plain(function: Any, results: Results, key: Key, counts: Counts) -> Any:
    """Return a function that looks results up, and calls `function` for those missing."""
    run, compute = _counted(function, counts), results.compute
    positional = key is arguments

    def cached(*args: Any, **kwargs: Any) -> Any:
        ran: list[bool] = []
        name = args if positional and not kwargs else key(*args, **kwargs)
        value = compute(name, partial(run, ran, args, kwargs))
        if not ran:
            counts.hits += 1
        return value

    return cached


def plain_method(
    function: Any, compute_of: Callable[[Any], Callable[..., Any]], key: Key, counts: Counts
) -> Any:
    """Return a method that looks results up in those of its instance."""
    run = _counted(function, counts)
    positional = key is method_arguments

    def cached(instance: Any, /, *args: Any, **kwargs: Any) -> Any:
        ran: list[bool] = []
        compute = compute_of(instance)
        name = args if positional and not kwargs else key(instance, *args, **kwargs)
        value = compute(name, partial(run, ran, (instance, *args), kwargs))
        if not ran:
            counts.hits += 1
        return value

    return cached


def coroutine(function: Any, results: Results, key: Key, counts: Counts) -> Any:
    """Return a coroutine function that looks results up, and awaits `function` for one missing."""
    look, share = results.look, _shared(function, counts)

    async def cached(*args: Any, **kwargs: Any) -> Any:
        name = key(*args, **kwargs)
        value = look(name)
        if value is MISSING:
            return await share(results, name, args, kwargs)
        counts.hits += 1
        return value

    return cached


def coroutine_method(function: Any, results_of: ResultsOf, key: Key, counts: Counts) -> Any:
    """Return a coroutine method that looks results up in those of its instance."""
    share = _shared(function, counts)

    async def cached(instance: Any, /, *args: Any, **kwargs: Any) -> Any:
        results = results_of(instance)
        name = key(instance, *args, **kwargs)
        value = results.look(name)
        if value is MISSING:
            return await share(results, name, (instance, *args), kwargs)
        counts.hits += 1
        return value

    return cached


def _counted(function: Any, counts: Counts) -> Any:
    def run(ran: list[bool], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Note in `ran` that the function is called, call it, and check its result."""
        ran.append(True)
        counts.misses += 1
        return checked_result(function, function(*args, **kwargs))

    return run


def _shared(function: Any, counts: Counts) -> Any:
    # asyncio takes long to import, and plain functions do not need it.
    from agent.components.cache.coroutines import Runs  # noqa: PLC0415

    return Runs(function, counts).result


def dress(wrapper: Any, function: Any, **attributes: Any) -> Any:
    """Give `wrapper` the name, documentation and attributes of `function`, then its own.

    What has no name of its own, such as a partial, goes by the name of its type.
    """
    wrapper.__name__ = wrapper.__qualname__ = type(function).__name__
    update_wrapper(wrapper, function, updated=() if isclass(function) else WRAPPER_UPDATES)
    for name, value in attributes.items():
        setattr(wrapper, name, value)
    return wrapper
