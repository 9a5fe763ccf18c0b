"""A warning of the reference points at the line of the caller, whatever proxy stands between."""

from __future__ import annotations

import inspect
import logging
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

import agent
from agent.porting.contract.terms import Effect, operation
from agent.porting.fallback import served
from agent.porting.project.table import Component
from agent.porting.shadow import shadowed, verified

if TYPE_CHECKING:
    from collections.abc import Callable


OWN = str(Path(agent.__file__).parent)


class Old(Protocol):
    """A class that warns wherever it is used."""

    @property
    def size(self) -> int: ...

    @operation(effect=Effect.READS)
    def get(self) -> int: ...

    @operation(effect=Effect.READS)
    def deep(self) -> int: ...

    @operation(effect=Effect.READS)
    def of(self, number: int) -> Old: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...


class OldFactory(Protocol):
    """How one is made."""

    def __call__(self, number: int) -> Old: ...


class OldFunction(Protocol):
    """A function that warns."""

    @operation(effect=Effect.PURE)
    def __call__(self, number: int) -> int: ...


def _warn(level: int = 3) -> int:
    warnings.warn("old", DeprecationWarning, stacklevel=level)
    return 1


def old(number: int) -> int:
    """Warn of the caller, and log."""
    logging.getLogger("tests.old").warning("old", stacklevel=2)
    return _warn()


def make() -> Any:
    """Return the class, made anew."""

    class Warns:
        def __init__(self, number: int) -> None:
            _warn()

        @property
        def size(self) -> int:
            return _warn()

        def get(self) -> int:
            return _warn()

        def deep(self) -> int:
            return self.deeper()

        def deeper(self) -> int:
            return _warn(4)

        @classmethod
        def of(cls, number: int) -> Any:
            _warn()
            return cls.__new__(cls)

        def __len__(self) -> int:
            return _warn()

        def __getstate__(self) -> dict[str, Any]:
            return {}

    return Warns


def row(name: str, *, verify: float = 0.0) -> Component:
    """Return the row of the class or the function."""
    title = "Old" if name == "class" else "OldFunction"
    return Component(
        name=name, contract=f"{__name__}:{title}", python=f"{__name__}:make",
        factory=f"{__name__}:OldFactory" if name == "class" else None, rust=f"{__name__}:make",
        stage="rust" if verify else "shadow", verify=verify,
    )  # fmt: skip


PROXIES: dict[str, Callable[[str, Any, Any], Any]] = {
    "none": lambda name, python, rust: python,
    "shadow": lambda name, python, rust: shadowed(row(name), python, rust),
    "verified": lambda name, python, rust: verified(row(name, verify=1.0), python, rust),
    "fallback": served,
}

USES: dict[str, Callable[[Any], Any]] = {
    "constructor": lambda cls: cls(1),
    "property": lambda cls: quiet(cls).size,
    "method": lambda cls: quiet(cls).get(),
    "method of the class": lambda cls: cls.get(quiet(cls)),
    "through another": lambda cls: quiet(cls).deep(),
    "class method": lambda cls: cls.of(1),
    "operator": lambda cls: len(quiet(cls)),
}


def quiet(cls: Any) -> Any:
    """Return an object, which was made without a warning that is heard."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(1)


@pytest.fixture(params=list(PROXIES))
def proxy(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what puts a proxy in the place of something."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return PROXIES[request.param]


@pytest.mark.parametrize("use", USES)
def test_a_warning_of_a_class_points_at_the_caller(proxy: Any, use: str) -> None:
    cls = proxy("class", make(), make())
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        USES[use](cls)
    line = USES[use].__code__.co_firstlineno
    # A shadow looks at properties itself; that is none of the program's warnings.
    found = {(each.filename, each.lineno) for each in heard if OWN not in each.filename}
    assert found == {(__file__, line)}


def test_a_warning_of_a_function_points_at_the_caller(
    proxy: Any, caplog: pytest.LogCaptureFixture
) -> None:
    function = proxy("function", old, old)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        function(1)
        line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
    assert {(each.filename, each.lineno) for each in heard} == {(__file__, line)}
    assert {(each.pathname, each.lineno) for each in caplog.records} == {(__file__, line)}


def test_it_is_shown_where_warnings_of_the_program_are(proxy: Any) -> None:
    function = proxy("function", old, old)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("ignore")
        warnings.filterwarnings("default", module=__name__.replace(".", r"\."))
        for _ in range(3):
            function(1)
    assert len(heard) == 1


def test_a_traceback_shows_the_lines_of_what_passes_a_call_on(proxy: Any) -> None:
    def fail(number: int) -> int:
        raise ValueError(number)

    try:
        proxy("function", fail, fail)(1)
    except ValueError as error:
        frames = traceback.extract_tb(error.__traceback__)
    assert [frame.filename for frame in frames if not frame.line] == []
