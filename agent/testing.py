"""The pytest plugin: tests that run on both sides of a port, and the check as a test.

The plugin is active once this package is installed::

    def test_words(implementation):            # [py] and [rust]
        assert implementation.slug("A b") == "a-b"

    @pytest.mark.component("slug")
    def test_no_words(implementation):         # the function itself
        assert implementation("") == ""

    test_slug = agent.testing.parity("slug")   # what `agent check slug` does

    @given(**agent.testing.strategies("slug"))  # the domains of its parameters
    def test_no_spaces(text, joint):
        assert " " not in slug(text, joint="-")

    TestSlug = agent.testing.state_machine("slug").TestCase

``--implementation`` selects a side for the whole run. If Rust cannot be loaded, its tests fail.
"""

from __future__ import annotations

import inspect
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

    from agent.porting.contract.reader import Contract
    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.registry.registry import Registry

__all__ = ["Implementation", "parity", "state_machine", "strategies"]

_FLAGS = {"py": "python", "rust": "rust", "shadow": "shadow", "auto": "auto"}
"""The registry's value for each choice."""

_BOTH = "both"

_before = pytest.StashKey[dict[str, str | None]]()
"""The previous values of variables that were set for the run."""


class Implementation:
    """The implementations of one side: ``implementation("slug")``."""

    def __init__(
        self, side: str, registry: Registry, *, may_lack: bool, allow_stale: bool = False
    ) -> None:
        self.side = side
        """``"python"`` or ``"rust"``; ``"shadow"`` or ``"auto"`` if that was requested."""
        self._registry = registry
        self._may_lack = may_lack
        self._allow_stale = allow_stale

    def __call__(self, name: str) -> Any:
        """Return the implementation of `name`.

        The test fails if it cannot be loaded, or is not built from the sources as they are.
        """
        from agent.errors import (  # noqa: PLC0415  # a plugin costs nothing
            EnvironmentLacking,
            ImplementationUnavailable,
        )

        try:
            found = _resolved(self._registry, name, self.side)
            if self.side != "python":
                _require_current(self._registry, name, allow=self._allow_stale)
        except ImplementationUnavailable as error:
            _lack(error, may_lack=self._may_lack)
        except EnvironmentLacking as error:
            pytest.fail(str(error), pytrace=False)
        return found

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
    ``examples``, ``seconds``, ``seed``, ``jobs``, ``call_limit``, ``memory``, ``pinning``,
    ``fail_fast``, ``brief``, ``allow_stale``.
    """

    @pytest.mark.check
    def test_parity(request: pytest.FixtureRequest, record_property: Any) -> None:
        from agent.errors import (  # noqa: PLC0415
            EnvironmentLacking,
            ImplementationUnavailable,
            UsageError,
        )
        from agent.porting.check.component import check_component  # noqa: PLC0415
        from agent.porting.check.options import CheckOptions  # noqa: PLC0415

        if request.config.getoption("implementation") == "py":
            pytest.skip("Python alone was asked for")
        project = _project(request.path.parent)
        component = project.component(name)
        try:
            allow = request.config.getoption("allow_stale")
            options = CheckOptions.from_settings({"allow_stale": allow} | settings)
            _registry(request.path.parent).implementation(name, "rust")
            verdict = check_component(component, project, options)
        except ImplementationUnavailable as error:
            _lack(error, may_lack=request.config.getoption("may_lack_rust"))
        except (UsageError, EnvironmentLacking) as error:
            pytest.fail(str(error), pytrace=False)
        record_property("agent", str(verdict))
        if verdict.verdict != "identical":
            pytest.fail("\n".join([verdict.report(), *verdict.doubts]), pytrace=False)

    test: Callable[..., None] = test_parity
    return test


def strategies(
    contract: Any, operation: str | None = None, *, factory: Any = None, outside: bool = False
) -> dict[str, SearchStrategy[Any]]:
    """Return strategies of Hypothesis for the parameters of an operation, by name.

    They draw the values that ``agent check`` does, edges and traps included, afresh for each
    example. A variadic parameter gives a list, or a dictionary by name. A parameter that takes an
    object of the contract itself, or something of its world, is left out.

    Args:
        contract: a `Protocol`, a reference ``"package.module:Protocol"``, or the name of a
            component of the project around the calling file.
        operation: its name, for that of a part ``"Counter.inc"``; the factory if None, or the
            function itself where the contract has no factory.
        factory: the protocol of the factory, or a reference to it; a component names its own.
        outside: whether to draw, too, what an implementation may refuse, and what it has to.

    Raises:
        UsageError: there is no such component or operation.
        ContractError: the contract cannot be read, or no values are known for a parameter.
    """
    from agent.porting.contract.naming import operation_of  # noqa: PLC0415
    from agent.porting.strategies.call_writer import caller_of  # noqa: PLC0415
    from agent.porting.strategies.hypothesis import values_of  # noqa: PLC0415

    read, _ = _named(contract, factory, _caller_folder())
    return values_of(caller_of(read), operation_of(read, operation), outside=outside)


def state_machine(
    contract: Any, python: Any = None, rust: Any = None, *, factory: Any = None
) -> type[RuleBasedStateMachine]:
    """Return a state machine of Hypothesis that makes each call on both sides and compares them.

    It has a rule for each operation and fails with the first difference. Hypothesis runs and
    shrinks it, by the profile and with the database that are set::

        TestCache = state_machine("cache").TestCase

    Args:
        contract: as for `strategies`.
        python: the reference; a component's own if None.
        rust: what is compared with it; a component's own if None.
        factory: as for `strategies`.

    Raises:
        UsageError: both sides are the same object, or one is missing.
        ContractError: the contract cannot be read, or no values are known for a parameter.
    """
    from agent.errors import UsageError  # noqa: PLC0415
    from agent.porting.check.stateful import twin_machine  # noqa: PLC0415
    from agent.porting.project.table import load  # noqa: PLC0415

    read, component = _named(contract, factory, _caller_folder())
    if component is not None:
        python = load(component.python) if python is None else python
        rust = load(component.rust) if rust is None else rust
    if python is None or rust is None:
        message = f"{read.name} is no component of a table: give both of its sides"
        raise UsageError(message)
    return twin_machine(read, python, rust)


def _caller_folder() -> Path:
    """Return the folder of the file that calls a function of this module."""
    from pathlib import Path  # noqa: PLC0415

    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    name = "" if frame is None else frame.f_globals.get("__file__") or ""
    return Path(name).parent if name else Path.cwd()


def _named(contract: Any, factory: Any, folder: Path) -> tuple[Contract, Component | None]:
    """Return a contract, and the component that it belongs to if it was named by that."""
    from agent.porting.contract.naming import as_contract  # noqa: PLC0415
    from agent.porting.contract.reader import load_contract  # noqa: PLC0415

    if not isinstance(contract, str) or ":" in contract:
        return as_contract(contract, factory), None
    component = _project(folder).component(contract)
    return load_contract(component.contract, component.factory, component.world), component


@pytest.fixture
def implementation(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Provide the implementations of one side, or that of the component the test is marked with.

    On the Python side, references are restored under their own names meanwhile, so that one that
    calls itself by name does not call Rust.
    """
    from agent.porting.project.table import restore_references  # noqa: PLC0415

    side = _FLAGS[request.param]
    registry = _registry(request.path.parent)
    given: Any = Implementation(
        side,
        registry,
        may_lack=request.config.getoption("may_lack_rust"),
        allow_stale=request.config.getoption("allow_stale"),
    )
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
    group.addoption(
        "--allow-stale",
        action="store_true",
        help="run on a debug build of Rust too, and on one whose sources have changed since",
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


@cache
def _require_current(registry: Registry, name: str, *, allow: bool) -> None:
    """Raise `EnvironmentLacking` for a debug or stale build of a component, unless `allow` it."""
    from agent.porting.project.table import split  # noqa: PLC0415
    from agent.porting.sources.build import require_current  # noqa: PLC0415

    module = sys.modules.get(split(registry.component(name).rust)[0])
    if module is not None:  # one that cannot be loaded does not run
        require_current(module, allow=allow)


def _lack(error: Exception, *, may_lack: bool) -> NoReturn:
    if may_lack:
        pytest.skip(str(error))
    pytest.fail(str(error), pytrace=False)
