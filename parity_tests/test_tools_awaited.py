"""Programs that are awaited, on each side."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import uvloop

from agent import registry
from agent.components.tools.errors import ToolFailed, ToolTimeout, UnknownTool
from parity_tests.tooling import children, observed, programs

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from agent.components.tools.world import Programs

pytestmark = programs

RUNNERS = [asyncio.run, uvloop.run]


@pytest.fixture(scope="module", autouse=True)
def _begun() -> None:
    """Have made what is made once."""
    for side in ("python", "rust"):
        tools = registry.implementation("tools", side)()
        for run in RUNNERS:
            run(tools.arun(["true"]))


@pytest.fixture(params=RUNNERS, ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Return what runs a coroutine on an event loop."""
    runner: Callable[[Coroutine[Any, Any, Any]], Any] = request.param
    return runner


def test_results_are_those_of_the_others(tools: Any, child: str, run: Any) -> None:
    async def main() -> None:
        for argv, settings in (
            ([child, "both"], {}),
            (["cat"], {"input": b"a" * 3_000_000}),
            ([child, "fill", "100000"], {"max_output": 10}),
            ([child, "signal", "KILL"], {}),
            ([child, "background"], {"timeout": 20}),
            ([child, "holder"], {}),
            (["true"], {"input": b"a" * 1_000_000}),
        ):
            told, expected = await tools.arun(argv, **settings), tools.run(argv, **settings)
            assert repr(told) == repr(expected)
            assert told.duration > 0.0
            assert told.usage.max_resident_bytes > 0
        argvs = [[child, "lines"], ["sort"]]
        assert repr(await tools.apipe(argvs)) == repr(tools.pipe(argvs))
        tools.define("say", [child, "echo", "{a}"], timeout=20)
        assert (await tools.acall("say", {"a": "b"})).stdout == b"b."

    run(main())


def test_errors_are_raised_when_it_is_awaited(tools: Any, child: str, run: Any) -> None:
    async def main() -> None:
        cases: list[tuple[Callable[[], Any], type[Exception], str]] = [
            (lambda: tools.arun([]), ValueError, "argv must begin with a program"),
            (lambda: tools.arun(["no-such-program"]), FileNotFoundError, "no-such-program"),
            (lambda: tools.arun([child, "status", "3"], check=True), ToolFailed, "status 3"),
            (lambda: tools.arun(["sleep", "9"], timeout=0.1, check=True), ToolTimeout, "0.1"),
            (lambda: tools.acall("no", {}), UnknownTool, "no tool is called no"),
            (lambda: tools.apipe([["true"], ["no-such"]]), FileNotFoundError, "no-such"),
            (lambda: tools.arun(["true"], cwd="/no/such"), FileNotFoundError, "/no/such"),
        ]
        for call, error, message in cases:
            coroutine = call()
            assert asyncio.iscoroutine(coroutine)
            with pytest.raises(error, match=message):
                await coroutine

    run(main())


def test_a_tool_is_looked_up_when_it_is_awaited(tools: Any, child: str) -> None:
    async def main() -> bytes:
        coroutine = tools.acall("say", {})
        tools.define("say", [child, "both"])
        told: bytes = (await coroutine).stdout
        return told

    assert asyncio.run(main()) == b"out"


def test_its_own_time_limit_keeps_the_output(tools: Any, child: str, run: Any) -> None:
    result = run(tools.arun([child, "deaf"], timeout=0.3))
    assert (result.timed_out, result.returncode, result.stdout) == (True, -9, b"begun")
    assert 0.3 <= result.duration < 0.55


def test_cancelling_ends_the_group_before_it_is_told(
    tools: Any, world: Programs, child: str, run: Any
) -> None:
    async def main() -> None:
        before = children()
        works: list[Callable[[], Any]] = [
            lambda: tools.arun(["sh", "-c", "sleep 30 & sleep 30"]),
            lambda: tools.apipe([["sleep", "30"], [child, "deaf"], ["sleep", "30"]]),
        ]
        for work in works:
            task = asyncio.ensure_future(work())
            await asyncio.sleep(0.2)
            assert children() > before
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert children() == before
        with pytest.raises(TimeoutError):  # noqa: PT012  # the limit is what is tried
            async with asyncio.timeout(0.2):
                await tools.arun([child, "background"], input=b"a" * 9_000_000)
                await tools.arun([child, "deaf"])
        assert children() == before
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tools.arun([child, "deaf"]), 0.2)
        assert children() == before

    run(main())
    assert observed(world, 0) == 0


def test_a_group_of_tasks_ends_what_it_started(tools: Any, child: str, run: Any) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(tools.arun(["sleep", "30"]))
            group.create_task(tools.arun([child, "deaf"]))
            await asyncio.sleep(0.1)
            group.create_task(tools.arun([child, "status", "3"], check=True))

    with pytest.raises(ExceptionGroup) as caught:
        run(main())
    assert [type(each) for each in caught.value.exceptions] == [ToolFailed]


def test_many_run_at_once(tools: Any, child: str, run: Any) -> None:
    async def main() -> list[bytes]:
        work = [tools.arun([child, "echo", str(number)]) for number in range(60)]
        return [each.stdout for each in await asyncio.gather(*work)]

    assert run(main()) == [b"%d." % number for number in range(60)]


def test_the_loop_turns_meanwhile(tools: Any, child: str, run: Any) -> None:
    async def main() -> int:
        task = asyncio.ensure_future(tools.arun([child, "sleep"]))
        turns = 0
        while not task.done():
            await asyncio.sleep(0.01)
            turns += 1
        return turns

    assert run(main()) >= 10


def test_loops_in_several_threads_run_programs(tools: Any, child: str) -> None:
    told: list[bytes] = []

    async def main() -> None:
        results = await asyncio.gather(*(tools.arun([child, "both"]) for _ in range(5)))
        told.extend(each.stdout for each in results)

    threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [b"out"] * 15


def test_a_forked_process_awaits_programs_of_its_own(tools: Any, child: str) -> None:
    assert asyncio.run(tools.arun([child, "both"])).stdout == b"out"
    if (pid := os.fork()) == 0:
        code = 1
        try:
            code = asyncio.run(tools.arun([child, "status", "0"])).returncode
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


EXIT = """
import asyncio, sys
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
async def main():
    argv = ["sh", "-c", "echo $$ > " + sys.argv[2] + "; sleep 30"]
    asyncio.get_running_loop().create_task(tools.arun(argv))
    await asyncio.sleep(0.3)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
"""


def test_what_nobody_awaits_any_more_ends_with_the_interpreter(side: Any, tmp_path: Any) -> None:
    noted = tmp_path / "pid"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EXIT, side, str(noted)],
        capture_output=True, timeout=20, check=False,
    )  # fmt: skip
    pid = noted.read_text(encoding="ascii").strip()
    deadline = time.monotonic() + 2.0
    while os.path.exists(f"/proc/{pid}/cwd") and time.monotonic() < deadline:  # noqa: PTH110
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{pid}/cwd")  # noqa: PTH110
