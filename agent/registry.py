"""The package's own components, each typed through its contract.

For example::

    from agent import registry

    cache = registry.resolve("cache")(capacity=1000)

`agent.porting.registry.registry` says what decides which implementation runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, overload

from agent.porting.registry.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.cache.contract import CacheFactory
    from agent.components.metrics.contract import MetricsFactory
    from agent.components.text.contract import TextFactory

__all__ = ["component", "implementation", "names", "override", "resolve", "status"]

_registry = Registry(
    os.path.join(os.path.dirname(__file__), "components.toml")  # noqa: PTH118, PTH120  # start-up does without pathlib
)

component = _registry.component
implementation = _registry.implementation
names = _registry.names
override = _registry.override
status = _registry.status

if TYPE_CHECKING:

    @overload
    def resolve(name: Literal["cache"]) -> CacheFactory: ...
    @overload
    def resolve(name: Literal["metrics"]) -> MetricsFactory: ...
    @overload
    def resolve(name: Literal["text"]) -> TextFactory: ...
    @overload
    def resolve(name: str) -> Callable[..., Any]: ...
    def resolve(name: str) -> Callable[..., Any]:
        """Return the implementation that runs: the class itself."""

else:
    resolve = _registry.resolve  # nothing stands between a caller and the registry
