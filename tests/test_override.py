"""Asking for an implementation within a block: for whom it holds, and how long."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from agent.errors import (
    UnknownComponent,
    UnknownStage,
)
from agent.porting.registry.registry import Registry
from tests.toy_registry import registry, side

if TYPE_CHECKING:
    from tests.conftest import Toys


class TestOverride:
    """`override` is a context's own, and all or nothing."""

    @pytest.fixture
    def ours(self, toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Registry:
        toys.add("duck")
        toys.add("goose")
        return registry(toys, monkeypatch)

    def test_nested(self, ours: Registry) -> None:
        with ours.override(duck="python", goose="python"):
            with ours.override(duck="rust"):
                assert (side(ours, "duck"), side(ours, "goose")) == ("rust", "python")
            assert (side(ours, "duck"), side(ours, "goose")) == ("python", "python")
        assert (side(ours, "duck"), side(ours, "goose")) == ("rust", "rust")

    def test_ends_with_an_exception(self, ours: Registry) -> None:
        with pytest.raises(ZeroDivisionError), ours.override(duck="python"):
            raise ZeroDivisionError
        assert side(ours, "duck") == "rust"

    @pytest.mark.parametrize(
        ("flags", "error", "told"),
        [
            ({"duck": "python", "swan": "rust"}, UnknownComponent, "known ones are duck, goose"),
            (
                {"duck": "python", "goose": "ruts"},
                UnknownStage,
                "known are auto, python, shadow, rust",
            ),
            ({"duck": "python", "goose": ""}, UnknownStage, "known are auto, python, shadow, rust"),
        ],
    )
    def test_a_bad_flag_raises_at_once_and_sets_nothing(
        self, ours: Registry, flags: dict[str, str], error: type[Exception], told: str
    ) -> None:
        with pytest.raises(error, match=told):
            ours.override(**flags)
        assert side(ours, "duck") == "rust"

    def test_a_new_thread_takes_the_process_default(self, ours: Registry) -> None:
        seen: list[str] = []
        with ours.override(duck="python"):
            thread = threading.Thread(target=lambda: seen.append(side(ours, "duck")))
            thread.start()
            thread.join()
            seen.append(side(ours, "duck"))
        assert seen == ["rust", "python"]

    def test_threads_do_not_see_each_others(self, ours: Registry) -> None:
        together = threading.Barrier(2)

        def work(flag: str) -> list[str]:
            seen = []
            for _ in range(50):
                with ours.override(duck=flag):
                    together.wait(timeout=60)
                    seen.append(side(ours, "duck"))
            return seen

        with ThreadPoolExecutor(2) as pool:
            python, rust = pool.map(work, ["python", "rust"])
        assert (set(python), set(rust)) == ({"python"}, {"rust"})

    def test_tasks_do_not_see_each_others_and_inherit_their_parents(self, ours: Registry) -> None:
        async def work(flag: str) -> list[str]:
            seen = [side(ours, "duck")]
            with ours.override(duck=flag):
                await asyncio.sleep(0)
                seen.append(side(ours, "duck"))
            return seen

        async def parent() -> list[list[str]]:
            with ours.override(duck="python"):
                return list(await asyncio.gather(work("rust"), work("python"), work("auto")))

        assert asyncio.run(parent()) == [
            ["python", "rust"],
            ["python", "python"],
            ["python", "rust"],
        ]

    def test_two_registries_do_not_see_each_others(self, ours: Registry, toys: Toys) -> None:
        other = Registry(toys.table, "OTHER_IMPL")
        with ours.override(duck="python"):
            assert (side(ours, "duck"), side(other, "duck")) == ("python", "rust")


def test_an_override_costs_nothing_when_it_is_over(
    toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys.add("duck")
    ours = registry(toys, monkeypatch)

    with ExitStack() as stack:
        for flag in ["python", "rust"] * 100:
            stack.enter_context(ours.override(duck=flag))
        assert side(ours, "duck") == "rust"
    assert side(ours, "duck") == "rust"
    assert "TOY_IMPL" not in os.environ
