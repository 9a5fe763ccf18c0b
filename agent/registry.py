"""The package's own components, each typed through its contract.

For example::

    from agent import registry

    cache = registry.resolve("cache")(capacity=1000)

`agent.porting.registry.registry` says what decides which implementation runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agent.porting.registry.registry import Registry

if TYPE_CHECKING:
    from agent._native import _Resolve  # noqa: TID251  # the extension's stub alone

__all__ = ["component", "implementation", "names", "override", "resolve", "status"]

_registry = Registry(
    os.path.join(os.path.dirname(__file__), "components.toml")  # noqa: PTH118, PTH120  # start-up does without pathlib
)

component = _registry.component
implementation = _registry.implementation
names = _registry.names
override = _registry.override
resolve: _Resolve = _registry.resolve
status = _registry.status
