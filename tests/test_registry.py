"""Which implementation runs: who is heard first, what is strict, what falls back."""

from __future__ import annotations

import re
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from agent.errors import (
    ContractError,
    FallbackWarning,
    ImplementationUnavailable,
    UnknownComponent,
    UnknownStage,
)
from agent.porting.registry.registry import Registry, Status
from agent.porting.sources.build import Build
from tests.toy_registry import registry, side

if TYPE_CHECKING:
    from tests.conftest import Toys


@pytest.mark.parametrize(
    ("variables", "stage", "runs"),
    [
        ({}, "rust", "rust"),
        ({}, "python", "python"),
        ({"TOY_IMPL": ""}, "python", "python"),
        ({"TOY_IMPL": "rust"}, "python", "rust"),
        ({"TOY_IMPL": "auto"}, "python", "rust"),
        ({"TOY_IMPL": "python"}, "rust", "python"),
        ({"PURE_PYTHON": "1"}, "rust", "python"),
        ({"PURE_PYTHON": "0"}, "rust", "rust"),
        ({"PURE_PYTHON": ""}, "rust", "rust"),
        ({"TOY_IMPL": "rust", "PURE_PYTHON": "1"}, "python", "rust"),
        ({"TOY_IMPL": "", "PURE_PYTHON": "1"}, "rust", "python"),
        ({"TOY_IMPL_DUCK": "rust", "TOY_IMPL": "python"}, "python", "rust"),
        ({"TOY_IMPL_DUCK": "", "TOY_IMPL": "python"}, "rust", "python"),
        ({"TOY_IMPLEMENT": "python"}, "rust", "rust"),
        ({"AGENT_IMPL": "python"}, "rust", "rust"),
    ],
)
def test_the_environment_is_heard_before_the_table(
    toys: Toys, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], stage: str, runs: str
) -> None:
    toys.add("duck", stage=stage)

    assert side(registry(toys, monkeypatch, **variables), "duck") == runs


def test_an_override_is_heard_before_the_environment(
    toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys.add("duck")
    ours = registry(toys, monkeypatch, TOY_IMPL_DUCK="python")

    with ours.override(duck="rust"):
        assert side(ours, "duck") == "rust"
    assert side(ours, "duck") == "python"


def test_the_environment_is_read_once(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.add("duck")
    toys.add("goose")
    ours = registry(toys, monkeypatch)
    monkeypatch.setenv("TOY_IMPL", "python")

    assert side(ours, "duck") == side(ours, "goose") == "rust"


def test_a_component_that_is_not_asked_for_stays_as_it_was(
    toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys.add("duck")
    toys.add("goose")
    ours = registry(toys, monkeypatch, TOY_IMPL_DUCK="python")

    assert (side(ours, "duck"), side(ours, "goose")) == ("python", "rust")
    with ours.override(goose="python"):
        assert (side(ours, "duck"), side(ours, "goose")) == ("python", "python")


def test_resolve_returns_the_class_itself(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.add("duck")
    ours = registry(toys, monkeypatch)

    assert ours.resolve("duck") is ours.resolve("duck") is ours.implementation("duck", "rust")
    assert ours.implementation("duck", "python") is not ours.implementation("duck", "rust")


def test_names_and_rows_are_the_tables(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.add("goose")
    toys.add("duck", stage="python")
    ours = registry(toys, monkeypatch)

    assert ours.names == ("goose", "duck")
    assert ours.component("duck").stage == "python"


class TestUnknown:
    """An unknown name or value is an error that lists the known ones."""

    @pytest.mark.parametrize(
        ("variables", "error", "told"),
        [
            ({"TOY_IMPL": "ruts"}, UnknownStage, "TOY_IMPL asks for 'ruts'; known are auto,"),
            ({"TOY_IMPL_DUCK": "Rust"}, UnknownStage, "TOY_IMPL_DUCK asks for 'Rust'; known are"),
            ({"PURE_PYTHON": "yes"}, UnknownStage, "PURE_PYTHON=yes is neither 0 nor 1"),
            ({"TOY_IMPL_DUKC": "rust"}, UnknownComponent, "TOY_IMPL_DUKC applies to no component"),
        ],
    )
    def test_in_the_environment(
        self,
        toys: Toys,
        monkeypatch: pytest.MonkeyPatch,
        variables: dict[str, str],
        error: type[Exception],
        told: str,
    ) -> None:
        toys.add("duck")
        ours = registry(toys, monkeypatch, **variables)

        with pytest.raises(error, match=told):
            ours.resolve("duck")
        status = ours.status("duck")
        assert status.resolved is None
        assert re.search(told, status.reason)

    @pytest.mark.parametrize("method", ["component", "resolve", "status"])
    def test_component(self, toys: Toys, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
        toys.add("duck")
        toys.add("bear")
        ours = registry(toys, monkeypatch)

        with pytest.raises(UnknownComponent, match="'swan'; the known ones are bear, duck"):
            getattr(ours, method)("swan")

    def test_table(self, toys: Toys) -> None:
        with pytest.raises(ContractError, match="cannot be read"):
            Registry(toys.table)


ABSENT = {
    "no extension": (None, "toy_duck._native is not installed for this Python"),
    "no class": ("x = 1", "toy_duck._native has no Toy"),
}

DEFECTIVE = {
    "raises": ("1 / 0", "failed with ZeroDivisionError: division by zero"),
    "lacks a module": ("import no_such_module", "needs no_such_module, which is not installed"),
    "imports badly": ("from toy_duck import nothing", "cannot be loaded (cannot import name"),
    "wrong attribute": ("''.nothing", "loading toy_duck._native failed ('str' object has no"),
}


class TestWithoutRust:
    """What happens where the extension cannot be used."""

    @pytest.mark.parametrize("kind", ABSENT)
    def test_the_stage_and_auto_fall_back_with_one_warning(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        source, reason = ABSENT[kind]
        toys.add("duck", rust=source)
        toys.add("goose", rust=None)
        ours = registry(toys, monkeypatch)

        with pytest.warns(FallbackWarning, match=f"^duck runs in Python, .*{reason}$") as warned:
            found = ours.resolve("duck")
        assert found.__module__ == "toy_duck.reference"
        assert [warning.filename for warning in warned] == [__file__]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert side(ours, "duck") == "python"
            with ours.override(duck="auto"):
                assert side(ours, "duck") == "python"
        with pytest.warns(FallbackWarning, match="^goose"):
            ours.resolve("goose")

    @pytest.mark.parametrize("kind", [*ABSENT, *DEFECTIVE])
    def test_a_person_who_asked_for_rust_gets_the_reason(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        source, reason = (ABSENT | DEFECTIVE)[kind]
        toys.add("duck", rust=source)
        ours = registry(toys, monkeypatch, TOY_IMPL="rust")

        with pytest.raises(ImplementationUnavailable, match=re.escape(reason)) as caught:
            ours.resolve("duck")
        assert str(caught.value).startswith("TOY_IMPL asks for rust, but duck cannot run in Rust")
        assert caught.value.__cause__ is not None
        with ours.override(duck="python"):
            assert side(ours, "duck") == "python"

    @pytest.mark.parametrize("kind", DEFECTIVE)
    def test_a_defect_is_not_papered_over(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        source, reason = DEFECTIVE[kind]
        toys.add("duck", rust=source)
        ours = registry(toys, monkeypatch)

        with pytest.raises(ImplementationUnavailable, match=re.escape(reason)):
            ours.resolve("duck")

    def test_a_broken_extension_file_counts_as_absent(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", rust=None)
        broken = toys.folder / "toy_duck" / f"_native{EXTENSION_SUFFIXES[0]}"
        broken.write_bytes(b"not a shared library")
        ours = registry(toys, monkeypatch)

        with pytest.warns(FallbackWarning, match=r"toy_duck\._native cannot be loaded"):
            assert side(ours, "duck") == "python"

    def test_python_never_loads_the_extension(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", rust="raise SystemExit")
        ours = registry(toys, monkeypatch, PURE_PYTHON="1")

        assert side(ours, "duck") == "python"
        assert ours.status("duck").reason == "PURE_PYTHON=1 asks for python"

    def test_several_threads_give_one_warning(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", rust=None)
        ours = registry(toys, monkeypatch)
        together = threading.Barrier(8)

        def work(_: int) -> str:
            together.wait(timeout=60)
            return side(ours, "duck")

        with pytest.warns(FallbackWarning) as warned, ThreadPoolExecutor(8) as pool:
            assert set(pool.map(work, range(8))) == {"python"}
        assert len(warned) == 1


class TestStatus:
    """What `status` says about what runs."""

    def test_rust(self, toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
        facts = "__version__ = '1.2.3'; __profile__ = 'debug'; __digest__ = 'abc'"
        toys.add("duck", rust=f"class Toy: ...\n{facts}")
        ours = registry(toys, monkeypatch)
        build = Build("1.2.3", "debug", "abc", None)

        assert ours.status("duck") == Status(
            "duck", "rust", "rust", "rust", "components.toml asks for rust", build
        )

    def test_python(self, toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
        toys.add("duck")
        ours = registry(toys, monkeypatch)

        with ours.override(duck="python"):
            assert ours.status("duck") == Status(
                "duck", "rust", "python", "python", "the override of duck asks for python", None
            )

    def test_a_fallback_is_reported_without_a_warning(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", rust=None, stage="python")
        ours = registry(toys, monkeypatch, TOY_IMPL="auto")

        assert ours.status("duck") == Status(
            "duck",
            "python",
            "auto",
            "python",
            "TOY_IMPL asks for auto, but Rust cannot run: "
            "toy_duck._native is not installed for this Python",
            None,
        )

    def test_the_extra_of_a_reference_is_named(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", stage="python", python="import no_such_module")
        with toys.table.open("a", encoding="utf-8") as file:
            file.write('extra = "toy[duck]"\n')
        ours = registry(toys, monkeypatch)

        reason = (
            "duck cannot run in Python: toy_duck.reference needs no_such_module, which is not "
            "installed; get it with: pip install 'toy[duck]'"
        )
        with pytest.raises(ImplementationUnavailable) as caught:
            ours.resolve("duck")
        assert str(caught.value) == reason
        assert ours.status("duck").reason == reason

    def test_a_broken_reference_is_reported(
        self, toys: Toys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        toys.add("duck", stage="python", python="1 / 0")
        status = registry(toys, monkeypatch).status("duck")

        assert status.resolved is None
        assert "duck cannot run in Python: loading toy_duck.reference failed" in status.reason
