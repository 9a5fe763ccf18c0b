"""What holds for every benchmark under pytest: no figure from a build that is no release build."""

from __future__ import annotations

from importlib import import_module

import pytest

from agent import registry
from agent.errors import AgentError
from agent.porting.project.table import split
from agent.porting.sources.build import require_measurable


@pytest.fixture(scope="session", autouse=True)
def release_build() -> None:
    """Fail where a build is missing, stale, or made for debugging."""
    for name in registry.names:
        try:
            registry.implementation(name, "rust")
            require_measurable(import_module(split(registry.component(name).rust)[0]))
        except AgentError as error:
            pytest.fail(str(error), pytrace=False)
