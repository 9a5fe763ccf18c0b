"""Which implementation of a component runs, and why.

The first of these decides: an `override` in this context, the environment (see
`agent.porting.registry.environment`), the table's stage. An override or variable that asks for
``rust`` or ``shadow`` gets it or an exception. The table's stage and ``auto`` use Rust where it is
usable, and otherwise Python, with one `FallbackWarning` that gives the reason.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeVar

from agent.errors import (
    AgentError,
    ContractError,
    FallbackWarning,
    ImplementationUnavailable,
    UnknownStage,
)
from agent.porting.project.table import (
    STAGES,
    Component,
    find_component,
    keep_reference,
    load_table,
    read_file,
    split,
)
from agent.porting.registry.environment import Environment, Request
from agent.porting.registry.loading import Unusable, probe
from agent.porting.sources.build import Build, read_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from agent.porting.project.project import Project

__all__ = ["FLAGS", "Registry", "Side", "Status"]

T = TypeVar("T")

_COROUTINE = 0x80
"""`inspect.CO_COROUTINE`, without an import that start-up does without."""

Side = Literal["python", "rust"]
Stage = Literal["python", "shadow", "rust"]

FLAGS = ("auto", *STAGES)
"""The values of the flag: a stage, or ``auto`` for Rust where it is usable."""


class Status(NamedTuple):
    """Which implementation of a component runs, and why."""

    name: str
    stage: str
    """The stage in the table."""
    requested: str
    """The deciding request, as written."""
    resolved: Stage | None
    """The side that runs; None if none can, or it is unknown."""
    reason: str
    """The source of the request and its result, as a sentence."""
    build: Build | None
    """The build of the extension, if Rust runs or is compared."""
    refused: dict[str, int] | None = None
    """The refusals of Rust in this process, counted by reason; None unless the port is partial."""


class _Choice(NamedTuple):
    stage: Stage
    python: Any
    """The reference; None if only Rust runs."""
    rust: Any
    lack: str | None
    """Why Python runs although Rust was requested."""


class _Layer:
    """The overrides of a context, and the implementations resolved under them."""

    __slots__ = ("flags", "resolved")

    def __init__(self, flags: Mapping[str, str]) -> None:
        self.flags = flags
        self.resolved: dict[str, Any] = {}


class Registry:
    """The components of one table, and which implementation of each runs.

    Args:
        table: the TOML file (see `agent.porting.project.table`); it is read at once.
        environment: the prefix of the environment variables, which are read once.
        read: returns the content of the file `table`; it may raise `OSError`.

    Raises:
        ContractError: the table cannot be read.
    """

    def __init__(
        self,
        table: Path | str,
        environment: str = "AGENT_IMPL",
        read: Callable[[str], bytes] = read_file,
    ) -> None:
        self._table = os.path.basename(table)  # noqa: PTH119  # start-up does without pathlib
        self._components = load_table(table, read)
        self._environment = Environment(environment, os.environ)
        base = _Layer({})  # without an override, the choice is made once for the whole process
        self._layer = ContextVar(f"{environment} overrides", default=base)
        self._warnings: dict[str, str] = {}

    @classmethod
    def of_package(cls, package: str, environment: str) -> Self:
        """Return the registry of the ``components.toml`` in the folder of `package`.

        It is read through the package's loader, so also from a zip file or a frozen program.
        """
        spec = sys.modules[package].__spec__
        if spec is None or spec.origin is None:
            message = f"{package} has no __init__ beside which a table of components would be"
            raise ContractError(message)
        table = os.path.join(os.path.dirname(spec.origin), "components.toml")  # noqa: PTH118, PTH120  # as above
        return cls(table, environment, getattr(spec.loader, "get_data", read_file))

    @classmethod
    def of_project(cls, project: Project) -> Self:
        """Return the registry of a project, and make the modules in its table importable."""
        project.make_importable()
        table = os.path.join(project.folder, project.table)  # noqa: PTH118  # as above
        return cls(table, project.environment)

    @property
    def names(self) -> tuple[str, ...]:
        """The components, in the table's order."""
        return tuple(self._components)

    def component(self, name: str) -> Component:
        """Return the row of the component `name`; raise `UnknownComponent`, listing the known."""
        return find_component(self._components, name)

    def resolve(self, name: str) -> Any:
        """Return the implementation of the component `name` that runs: the class itself.

        In stage ``shadow``, for a partial port, and while Rust is verified, it is a wrapper of both
        sides.

        Raises:
            UnknownComponent: of `name`, or of a variable of the environment.
            UnknownStage: the environment has an unknown value.
            ImplementationUnavailable: the requested side cannot run; the cause is chained.
            ContractError: both sides are needed, and cannot be used so; the message says why.
        """
        layer = self._layer.get()
        found = layer.resolved.get(name)
        return self._settle(name, layer) if found is None else found

    def port(self, name: str) -> Callable[[T], T]:
        """Replace the decorated function or class by the implementation of `name` that runs.

        The decorated object is the reference, which the key ``python`` of the table names. The
        choice is made here, once: importers get the implementation itself, and later overrides do
        not affect it. A coroutine function is replaced by a coroutine function, so that `inspect`
        and frameworks recognise it, although Rust's own function only returns an awaitable.

        Raises `ContractError` if the table names another place, and what `resolve` raises.
        """

        def put(reference: T) -> T:
            place = f"{reference.__module__}:{reference.__qualname__}"  # type: ignore[attr-defined]
            expected = self.component(name).python
            if place != expected:
                message = f"{place} is decorated as {name}, whose reference is {expected}"
                raise ContractError(message)
            keep_reference(place, reference)
            implementation: T = self._settle(name, self._layer.get())  # warns of the caller's line
            if isinstance(implementation, BuiltinFunctionType):  # it is pickled by this name
                implementation.__module__ = reference.__module__
            code = getattr(reference, "__code__", None)
            if code is not None and code.co_flags & _COROUTINE:
                from agent.porting.interpose.functions import awaited_like  # noqa: PLC0415

                implementation = awaited_like(reference, implementation)
            return implementation

        return put

    def override(self, **flags: str) -> AbstractContextManager[None]:
        """Select one of `FLAGS` for each named component within a ``with`` block.

        It applies to the thread or task that entered it, and to tasks started inside; a new thread
        starts with the environment and the table. The innermost override decides.

        Raises at once `UnknownComponent` or `UnknownStage`; then nothing is overridden.
        """
        for name, value in flags.items():
            self.component(name)
            _require_known(_overriding(name, value))
        return self._overridden(flags)

    @contextmanager
    def _overridden(self, flags: Mapping[str, str]) -> Iterator[None]:
        token = self._layer.set(_Layer({**self._layer.get().flags, **flags}))
        try:
            yield
        finally:
            self._layer.reset(token)

    def implementation(self, name: str, side: Side) -> Any:
        """Return the class of one side of a component, regardless of the flag.

        Raises `ImplementationUnavailable`, with its cause, if it cannot be loaded.
        """
        component = self.component(name)
        found = probe(component.python if side == "python" else component.rust)
        if isinstance(found, Unusable):
            if (
                side == "python"
                and component.extra
                and isinstance(found.cause, ModuleNotFoundError)
            ):
                reason = f"{found.reason}; get it with: pip install '{component.extra}'"
                found = found._replace(reason=reason)
            raise _unavailable(name, side, found) from found.cause
        return found

    def status(self, name: str, digest_of: Callable[[str, str], str] | None = None) -> Status:
        """Return which implementation of `name` runs in this context, and why; this loads it.

        `digest_of` is passed to `read_build`. Raises `UnknownComponent`; any other problem is part
        of the returned reason.
        """
        component = self.component(name)
        request = Request(component.stage, self._table, personal=False)
        build = None
        try:
            request = self._request(component, self._layer.get().flags)
            choice = self._choose(component, request)
            if name not in self._layer.get().resolved:
                _arranged(component, choice)  # which may be refused
        except AgentError as error:
            side = None
            reason = str(error)
        else:
            side = choice.stage
            reason = f"{request.asker} asks for {request.value}"
            if choice.lack is not None:
                reason += f", but Rust cannot run: {choice.lack}"
            if side != "python":
                build = read_build(sys.modules[split(component.rust)[0]], digest_of=digest_of)
        refused = None
        if component.partial:
            from agent.porting.fallback import refusals  # noqa: PLC0415  # start-up does without

            refused = dict(refusals(name).most_common())
        return Status(name, component.stage, request.value, side, reason, build, refused)

    def requested(self, name: str) -> Status:
        """Return what is asked of `name` in this context; no code of a component runs.

        Raises `UnknownComponent` and `UnknownStage`.
        """
        component = self.component(name)
        request = self._request(component, self._layer.get().flags)
        _require_known(request)
        reason = f"{request.asker} asks for {request.value}; nothing was loaded"
        return Status(name, component.stage, request.value, None, reason, None)

    def _settle(self, name: str, layer: _Layer) -> Any:
        component = self.component(name)
        choice = self._choose(component, self._request(component, layer.flags))
        found = layer.resolved.setdefault(name, _arranged(component, choice))
        if choice.lack is not None:
            self._warn(name, choice.lack)
        return found

    def _request(self, component: Component, flags: Mapping[str, str]) -> Request:
        name = component.name
        if name in flags:
            return _overriding(name, flags[name])
        self._environment.require_known(self._components)
        return self._environment.request(name) or Request(
            component.stage, self._table, personal=False
        )

    def _choose(self, component: Component, request: Request) -> _Choice:
        _require_known(request)
        name = component.name
        if request.value == "python":
            return _Choice("python", self.implementation(name, "python"), None, None)
        found = probe(component.rust)
        if isinstance(found, Unusable):
            insists = request.personal and request.value != "auto"
            if insists or not found.absent:
                raise _unavailable(name, "rust", found, request) from found.cause
            return _Choice("python", self.implementation(name, "python"), None, found.reason)
        if request.value == "shadow":
            return _Choice("shadow", self.implementation(name, "python"), found, None)
        both = component.partial or component.verify > 0
        python = self.implementation(name, "python") if both else None
        return _Choice("rust", python, found, None)

    def _warn(self, name: str, lack: str) -> None:
        message = f"{name} runs in Python, since Rust cannot run: {lack}"
        # setdefault is atomic: of several threads, only one finds its own string, and warns.
        if self._warnings.setdefault(name, message) is message:
            warnings.warn(message, FallbackWarning, stacklevel=4)


def _arranged(component: Component, choice: _Choice) -> Any:
    """Return what a caller gets: one side itself, unless both are needed."""
    stage, python, rust, _ = choice
    if stage == "python":
        return python
    if stage == "shadow":
        from agent.porting.shadow import shadowed  # noqa: PLC0415  # start-up does without

        return shadowed(component, python, rust)
    if component.partial:
        from agent.porting.fallback import served  # noqa: PLC0415

        rust = served(component.name, python, rust)
    if component.verify > 0:
        from agent.porting.shadow import verified  # noqa: PLC0415

        return verified(component, python, rust)
    return rust


def _overriding(name: str, value: str) -> Request:
    return Request(value, f"the override of {name}", personal=True)


def _require_known(request: Request) -> None:
    if request.value not in FLAGS:
        message = f"{request.asker} asks for {request.value!r}; known are {', '.join(FLAGS)}"
        raise UnknownStage(message)


def _unavailable(
    name: str, side: Side, found: Unusable, request: Request | None = None
) -> ImplementationUnavailable:
    asked = "" if request is None else f"{request.asker} asks for {request.value}, but "
    return ImplementationUnavailable(f"{asked}{name} cannot run in {side.title()}: {found.reason}")
