"""Asynchronous operations act on a world in turn with it, and are cancelled at its points."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator  # noqa: TC003  # read with the contract
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.errors import ContractError
from agent.porting.check import side
from agent.porting.check.check import check
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.mutation.suite import drawn_scripts
from agent.porting.strategies.call_writer import Caller
from agent.porting.worlds.tcp_server import TcpServer
from tests import toy_async_client as toys
from tests.seeds import few_or_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.verdict import Verdict

SEEDS = range(10)

RIGHT = (toys.ask_again, toys.ask_with_sockets)
WRONG = (toys.swallow, toys.leave_open)

CANCELLED = [
    r"task = start(ask(port, b'bcde\n'))",
    "settle()",
    "cancel(task)",
    "await task",
    "world.release()",
    r"await ask(port, b'a\n')",
]


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Close what the wrong client leaves open."""
    yield
    toys.KEPT.close()


def checked(rust: Any, seed: int, examples: int) -> Verdict:
    options = CheckOptions(seed=seed, examples=examples, brief=True)
    return check("ask", Loaded(toys.ASK, toys.ask, rust), options)


def found_in(lines: list[str], rust: Any) -> Disagreement | None:
    with Pair(toys.ASK, toys.ask, rust) as pair:
        for line in lines:
            try:
                pair.run(line)
            except Disagreement as found:
                return found
    return None


@pytest.mark.parametrize("seed", few_or_all(SEEDS))
@pytest.mark.parametrize("twin", RIGHT)
def test_a_right_twin_is_identical(twin: Any, seed: int) -> None:
    verdict = checked(twin, seed, 50)
    assert (verdict.verdict, verdict.doubts) == ("identical", [])


@pytest.mark.parametrize("seed", few_or_all(SEEDS))
@pytest.mark.parametrize("twin", WRONG)
def test_a_wrong_twin_is_caught(twin: Any, seed: int) -> None:
    assert checked(twin, seed, 100).verdict == "divergent"


@pytest.mark.parametrize("point", TcpServer.points)
def test_a_cancellation_at_a_point_of_the_world_has_one_outcome(point: Any) -> None:
    lines = [f"world.hold({point!r})", *CANCELLED]
    assert [found_in(lines, twin) for twin in RIGHT] == [None, None]
    swallowed, left_open = (found_in(lines, twin) for twin in WRONG)
    assert swallowed is not None
    assert (swallowed.line, swallowed.difference.where) == ("await task", "outcome")
    assert left_open is not None
    assert left_open.line == CANCELLED[-1]
    assert left_open.difference.where == "world[0]['closed by the client']"


@pytest.mark.parametrize(
    ("point", "received"),
    [("accepted", b""), (1, b"b"), (3, b"bcd"), ("request", b"bcde\n")],
)
def test_an_operation_is_cancelled_where_its_world_holds_it(point: Any, received: bytes) -> None:
    with Pair(toys.ASK, toys.ask, toys.ask_with_sockets) as pair:
        for line in (f"world.hold({point!r})", *CANCELLED[:2]):
            pair.run(line)
        assert [each["received"] for each in pair.run("world.observe()").value] == [received]
        assert pair.run("cancel(task)").value is True
        assert "CancelledError" in str(pair.run("await task"))


def test_drawn_scripts_cancel_at_points_of_their_world() -> None:
    drawn = drawn_scripts(Drawing(Caller(toys.ASK), 40), toys.ask, calls=300, seed=0)
    lines = {line for script in drawn for line in script}
    assert {f"world.hold({point!r})" for point in TcpServer.points} <= lines


def test_a_pause_of_the_world_takes_time_of_the_loop() -> None:
    with Pair(toys.ASK, toys.ask, toys.ask_with_sockets) as pair:
        for line in (
            r"world.reply_in_pieces(b'ok\n', 20)",
            r"task = start(ask(port, b'a\n'))",
            "settle()",
            "cancel(task)",
        ):
            pair.run(line)
        assert "CancelledError" in str(pair.run("await task"))  # between two pieces
        for seconds, outcome in ("0.0199", "TimedOut"), ("0.0201", r"returned b'ok\n'"):
            pair.run(r"world.reply_in_pieces(b'ok\n', 20)")
            assert outcome in str(pair.run(rf"await within({seconds}, ask(port, b'a\n'))"))


def test_a_loop_that_only_its_world_can_wake_has_a_clock_of_its_own() -> None:
    with Pair(toys.ASK, toys.ask, toys.ask_with_sockets) as pair:
        pair.run("world.hold('request')")
        pair.run(r"task = start(ask(port, b'a\n'))")
        pair.run("await sleep(100000.0)")
        assert not pair._is_real


@pytest.mark.parametrize("seed", range(3))
def test_a_compiled_twin_meets_a_world_that_acts_by_itself(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side, "_is_compiled", lambda _, made: made is toys.ask_with_sockets)
    assert checked(toys.ask_with_sockets, seed, 50).verdict == "identical"


def test_a_compiled_twin_that_swallows_a_cancellation_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(side, "_is_compiled", lambda _, made: made is toys.swallow)
    found = found_in(["world.hold('request')", *CANCELLED], toys.swallow)
    assert found is not None
    assert found.line == "await task"


def test_a_loop_that_a_thread_wakes_waits_for_it() -> None:
    with Pair(toys.ASK, toys.ask, toys.ask_in_a_thread) as pair:
        pair.run(r"world.reply_in_pieces(b'ok\n', 20)")
        assert pair.run(r"await ask(port, b'a\n')").value == b"ok\n"
        assert pair._is_real


def test_the_world_answers_a_client_that_blocks_its_loop() -> None:
    with Pair(toys.ASK, toys.ask, toys.ask_and_block) as pair:
        pair.run(r"world.reply(b'ok\n')")
        assert pair.run(r"await ask(port, b'a\n')").value == b"ok\n"


@pytest.mark.parametrize("name", ["start", "Turns", "ANEXT"])
def test_a_pair_that_is_called_like_a_word_of_its_scripts_is_refused(name: str) -> None:
    contract = replace(toys.ASK, name=name)
    with pytest.raises(ContractError, match=f"{name}: '{name.lower()}' is a word of scripts"):
        Pair(contract, toys.ask, toys.ask_again)
    with pytest.raises(ContractError, match="give the contract or part another name"):
        check(name, Loaded(contract, toys.ask, toys.ask_again))


class Stream(Protocol):
    """A part that is called like what scripts call streams."""

    def size(self) -> int: ...


class Box(Protocol):
    """Gives streams of both kinds."""

    def open(self) -> Stream: ...
    def numbers(self) -> AsyncIterator[int]: ...


class BoxFactory(Protocol):
    """Makes one."""

    def __call__(self) -> Box: ...


class Sized:
    """A part."""

    def size(self) -> int:
        return 1


class Filled:
    """A box."""

    def open(self) -> Sized:
        return Sized()

    async def numbers(self) -> AsyncIterator[int]:
        yield 1


def test_what_scripts_keep_is_not_called_like_the_objects_of_a_part() -> None:
    drawing = Drawing(Caller(read_contract(Box, BoxFactory)), 40)
    scripts = drawn_scripts(drawing, Filled, calls=300, seed=0)
    lines = [line.split(" = ") for script in scripts for line in script]
    of_part = {line[0] for line in lines if line[1:] == ["box.open()"]}
    of_iterators = {line[0] for line in lines if line[1:] == ["box.numbers()"]}
    assert "stream2" in of_part
    assert of_iterators
    assert not of_part & of_iterators


GIVEN_UP = (
    "from tests.async_depot import DEPOT, Reference, Twin; pair = Pair(DEPOT, Reference, Twin)",
    "from tests.toy_async_client import *; pair = Pair(ASK, ask, ask_again).__enter__()",
)

LEFT = (
    ["depot = Depot()", "task = start(depot.take())", "settle()"],
    ["world.hold('request')", r"task = start(ask(port, b'a\n'))", "settle()"],
)


@pytest.mark.parametrize(("making", "lines"), list(zip(GIVEN_UP, LEFT, strict=True)))
def test_a_pair_that_was_never_closed_ends_with_its_process_in_silence(
    making: str, lines: list[str]
) -> None:
    script = "\n".join(
        ["from agent.porting.check.executor import Pair", making]
        + [f"pair.run({line!r})" for line in lines]
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert ended.stderr == b""
