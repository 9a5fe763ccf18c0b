"""A check finds no difference between an asynchronous reference and a proxy of it.

It draws concurrent calls, tasks, cancellations, time limits and streams that are left.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.errors import Unsupported
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.ledger.ledger import Ledger
from agent.porting.recording.planner import plan_for
from agent.porting.recording.proxy_class import Proxies
from agent.porting.recording.recorder import Recorder
from agent.porting.shadow import shadowed, verified
from tests.async_toys import Faithful, Feed, FeedContract, RustFeed, component

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict


class MakesFeed(Protocol):
    """How a feed is made."""

    def __call__(self) -> FeedContract: ...


CONTRACT = read_contract(FeedContract, MakesFeed)


class Refusing(Faithful):
    """A Rust side that takes small numbers alone."""

    def put(self, item: int) -> Any:
        """Add an item; large ones are refused when called, negative ones when awaited."""
        if item > 50:
            message = "a large number"
            raise Unsupported(message)
        return self._put(item)

    async def _put(self, item: int) -> int:
        if item < 0:
            message = "a negative number"
            raise Unsupported(message)
        return await super().put(item)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self)


def checked(rust: Any, seed: int, *, partial: bool = False) -> Verdict:
    options = CheckOptions(examples=60, seed=seed, partial=partial)
    return check("feed", Loaded(CONTRACT, Feed, rust), options)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rust", [Faithful, RustFeed])
def test_a_shadow(tmp_path: Path, monkeypatch: Any, seed: int, rust: type) -> None:
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    proxy = shadowed(component("feed"), Feed, rust)
    proxy()  # begins the ledger: a check allows no effects
    assert not checked(proxy, seed).divergences
    sums = Ledger(tmp_path / "ledger.sqlite").sums("feed")
    assert sums.matched > 50
    assert not sums.mismatched or rust is RustFeed


def test_rust_that_is_verified(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    proxy = verified(component("feed", verify=1.0), Feed, Faithful)
    proxy()
    assert not checked(proxy, 0).divergences
    sums = Ledger(tmp_path / "ledger.sqlite").sums("feed")
    assert (sums.matched > 50, sums.mismatched) == (True, 0)


def test_a_recording() -> None:
    plan = plan_for(CONTRACT, ["tests.async_toys:Feed"])
    recorder = Recorder(plan, Path(mkdtemp(prefix="tests-")))
    recorder._tape.write = lambda *_: None  # type: ignore[method-assign]  # no effects here
    proxy = Proxies(recorder).of_class(Feed, recorder.root)
    assert not checked(proxy, 0).divergences


@pytest.mark.parametrize("seed", range(2))
def test_a_partial_port(seed: int) -> None:
    verdict = checked(Refusing, seed, partial=True)
    assert not verdict.divergences
    assert {"a large number", "a negative number"} <= set(verdict.as_json()["refused"])
