"""The pytest plugin: tests that run on both sides of a port, and the check as a test.

The plugin is active once this package is installed::

    def test_words(implementation):            # [py] and [rust]
        assert implementation.slug("A b") == "a-b"

    @pytest.mark.component("slug")
    def test_no_words(implementation):         # the function itself
        assert implementation("") == ""

    test_slug = agent.testing.parity("slug")   # what `agent check slug` does

``--implementation`` selects a side for the whole run. If Rust cannot be loaded, its tests fail.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from agent.porting.project.project import Project
    from agent.porting.registry.registry import Registry

__all__ = ["Implementation", "parity"]

_FLAGS = {"py": "python", "rust": "rust", "shadow": "shadow", "auto": "auto"}
"""The registry's value for each choice."""

_BOTH = "both"

_before = pytest.StashKey[dict[str, str | None]]()
"""The previous values of variables that were set for the run."""


class Implementation:
    """The implementations of one side: ``implementation("slug")``."""

    def __init__(self, side: str, registry: Registry, *, may_lack: bool) -> None:
        self.side = side
        """``"python"`` or ``"rust"``; ``"shadow"`` or ``"auto"`` if that was requested."""
        self._registry = registry
        self._may_lack = may_lack

    def __call__(self, name: str) -> Any:
        """Return the implementation of `name`; fail the test if it cannot be loaded."""
        from agent.errors import ImplementationUnavailable  # noqa: PLC0415  # a plugin costs nothing

        try:
            return _resolved(self._registry, name, self.side)
        except ImplementationUnavailable as error:
            _lack(error, may_lack=self._may_lack)

    def __getattr__(self, name: str) -> Any:
        if name not in self._registry.names:
            message = f"there is no component {name!r}"
            raise AttributeError(message)
        return self(name)

    def __repr__(self) -> str:
        return f"<implementation {self.side}>"


def parity(name: str, **settings: Any) -> Callable[..., None]:
    """Return a test of the component `name` that fails with the difference as its message.

    It draws the same calls as ``agent check``, and takes the same settings: ``profile="quick"``,
    ``examples``, ``seconds``, ``seed``, ``jobs``, ``call_limit``, ``pinning``, ``brief``.
    """

    @pytest.mark.check
    def test_parity(request: pytest.FixtureRequest, record_property: Any) -> None:
        from agent.errors import ImplementationUnavailable, UsageError  # noqa: PLC0415
        from agent.porting.check.component import check_component  # noqa: PLC0415
        from agent.porting.check.options import CheckOptions  # noqa: PLC0415

        if request.config.getoption("implementation") == "py":
            pytest.skip("Python alone was asked for")
        project = _project(request.path.parent)
        component = project.component(name)
        try:
            options = CheckOptions.from_settings(settings)
            _registry(request.path.parent).implementation(name, "rust")
            verdict = check_component(component, project, options)
        except ImplementationUnavailable as error:
            _lack(error, may_lack=request.config.getoption("may_lack_rust"))
        except UsageError as error:
            pytest.fail(str(error), pytrace=False)
        record_property("agent", str(verdict))
        if verdict.verdict != "identical":
            pytest.fail("\n".join([verdict.report(), *verdict.doubts]), pytrace=False)

    test: Callable[..., None] = test_parity
    return test


@pytest.fixture
def implementation(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Provide the implementations of one side, or that of the component the test is marked with.

    On the Python side, references are restored under their own names meanwhile, so that one that
    calls itself by name does not call Rust.
    """
    from agent.porting.project.table import restore_references  # noqa: PLC0415

    side = _FLAGS[request.param]
    registry = _registry(request.path.parent)
    may_lack = request.config.getoption("may_lack_rust")
    given: Any = Implementation(side, registry, may_lack=may_lack)
    marker = request.node.get_closest_marker("component")
    if marker is not None:
        given = given(*marker.args)
    undo = restore_references() if side == "python" else None
    yield given
    if undo is not None:
        undo()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("agent", "ports to Rust")
    group.addoption(
        "--implementation",
        choices=[*_FLAGS, _BOTH],
        default=_BOTH,
        help="which side tests with the fixture of that name run on (default: both); a single one "
        "holds for all that the run imports",
    )
    group.addoption(
        "--may-lack-rust",
        action="store_true",
        help="skip what needs Rust where Rust cannot be loaded, instead of failing",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set the project's variable before anything reads it."""
    chosen = early_config.known_args_namespace.implementation
    if chosen == _BOTH:
        return
    from agent.errors import AgentError  # noqa: PLC0415
    from agent.porting.project.table import load_table  # noqa: PLC0415

    try:
        project = _project(early_config.rootpath)
        components = load_table(project.table_file)
    except AgentError as error:
        raise pytest.UsageError(str(error)) from error
    names = [f"{project.environment}_{name.upper()}" for name in components]
    before = {name: os.environ.pop(name, None) for name in [project.environment, *names]}
    os.environ[project.environment] = _FLAGS[chosen]
    early_config.stash[_before] = before


def pytest_unconfigure(config: pytest.Config) -> None:
    """Restore the environment."""
    for name, value in config.stash.get(_before, {}).items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "component(name): the component that `implementation` gives")
    config.addinivalue_line(
        "markers",
        "check: runs the check itself, as `agent check --mutation` does without this test",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize a test with the selected sides."""
    if "implementation" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("implementation")
        sides = ["py", "rust"] if chosen == _BOTH else [chosen]
        metafunc.parametrize("implementation", sides, indirect=True)


@cache
def _project(folder: Path) -> Project:
    from agent.errors import UsageError  # noqa: PLC0415
    from agent.porting.project.project import find_project  # noqa: PLC0415

    found = find_project(str(folder))
    if found is None:
        message = f"no pyproject.toml around {folder} has a table [tool.agent-port]"
        raise UsageError(message)
    return found


@cache
def _registry(folder: Path) -> Registry:
    from agent.porting.registry.registry import Registry  # noqa: PLC0415

    return Registry.of_project(_project(folder))


@cache
def _resolved(registry: Registry, name: str, side: str) -> Any:
    with registry.override(**{name: side}):
        return registry.resolve(name)


def _lack(error: Exception, *, may_lack: bool) -> NoReturn:
    if may_lack:
        pytest.skip(str(error))
    pytest.fail(str(error), pytrace=False)
