"""The runtime in processes: forks, ends of the interpreter, signals, other interpreters.

`tests/torture` ends processes and forks them by the thousand; here are a few of each kind.
"""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.async_bridge import BRIDGE
from tests.async_children import use
from tests.async_exits import KINDS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.conftest import Run

unix = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")

FORKED = """
import asyncio, gc, os, sys, threading, traceback, warnings
from tests.async_bridge import BRIDGE, uncounted
from tests.async_children import use
from tests.torture.check import wait_for
warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is the subject

def forked(work, end=os._exit):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except Exception:
            traceback.print_exc()
            os._exit(1)
        end(0)
    assert wait_for(pid, 30) == 0

{body}
"""

FORKS = {
    "before first use": "forked(use); use()",
    "after use": "use(); forked(use); forked(use, sys.exit); use()",
    "twice": "use(); forked(lambda: (use(), forked(lambda: (use(), forked(use, sys.exit)))))",
    "with work in flight": """
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda *_: None)  # children destroy tasks that are pending
tasks = [loop.create_task(BRIDGE.sleep(300, drop=1)) for _ in range(50)]
tasks += [loop.create_task(BRIDGE.block(300)) for _ in range(5)]
loop.run_until_complete(asyncio.sleep(0.01))
for _ in range(5):
    forked(use)
    forked(use, sys.exit)
loop.run_until_complete(asyncio.gather(*tasks))
loop.close()
assert uncounted() == 0
""",
    "while threads use it": """
threads = [threading.Thread(target=lambda: [use() for _ in range(10)]) for _ in range(4)]
for each in threads: each.start()
for _ in range(20): forked(use)
for each in threads: each.join()
""",
    "what the parent began": """
async def main():
    waiting, stream = BRIDGE.sleep(20, 7), BRIDGE.numbers(1000, room=5)
    future, first = waiting.send(None), await anext(stream)
    unused, closed = BRIDGE.ready(8), BRIDGE.sleep(20)
    closed.send(None)
    def child():
        for ask in (lambda: waiting.send(None), lambda: stream.__anext__().send(None)):
            try:
                ask()
            except RuntimeError as error:
                assert "was begun by the process that this one was forked from" in str(error), error
            else:
                raise AssertionError("it was used")
        closed.close()
        async def awaited():
            return await unused
        assert asyncio.run(awaited()) == 8
        use()
        gc.collect()
    forked(child)
    while not future.done():
        await asyncio.sleep(0.001)
    try:
        waiting.send(None)
    except StopIteration as end:
        assert end.value == 7
    assert [number async for number in stream] == list(range(1, 1000))
asyncio.run(main())
""",
    "with a loop of the parent's": """
loop = asyncio.new_event_loop()
async def once():
    return await BRIDGE.ready(1)
assert loop.run_until_complete(once()) == 1
def child():
    try:
        loop.run_until_complete(once())
    except RuntimeError as error:
        assert "the event loop was used by the process that this one was forked from" in str(error)
    else:
        raise AssertionError("it was used")
    use()
forked(child)
assert loop.run_until_complete(once()) == 1
loop.close()
""",
    "without readers": """
from tests.async_bridge import NoReaders
def again():
    use(NoReaders)
again(); forked(again); forked(again, sys.exit); again()
""",
}


@unix
@pytest.mark.parametrize("kind", FORKS)
def test_a_forked_child_has_a_runtime_of_its_own(run: Run, kind: str) -> None:
    assert run("-c", FORKED.format(body=FORKS[kind])).stderr == ""


@pytest.mark.parametrize("method", ["spawn", *(["forkserver"] if sys.platform != "win32" else [])])
def test_processes_of_multiprocessing_have_one(method: str) -> None:
    use()
    context: Any = multiprocessing.get_context(method)
    processes = [context.Process(target=use) for _ in range(2)]
    for each in processes:
        each.start()
    for each in processes:
        each.join(60)
        assert each.exitcode == 0


@unix
def test_forked_processes_of_multiprocessing_have_one(run: Run) -> None:
    body = """
import multiprocessing
use()
with multiprocessing.get_context("fork").Pool(3) as pool:
    assert pool.map(use, [asyncio.new_event_loop] * 12) == [list(range(21))] * 12
use()
"""
    assert run("-c", FORKED.format(body=body)).stderr == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_ends_in_silence_with_work_in_flight(kind: str) -> None:
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-m", "tests.async_exits", kind],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


ENDED = """
import asyncio, atexit

def after():
    told = BRIDGE.counts()
    print("after", *told)
    for begin in (lambda: BRIDGE.wait_for(1), lambda: asyncio.run(main())):
        try:
            begin()
        except RuntimeError as error:
            assert "nothing can be started any more: the interpreter is ending" in str(error), error
        else:
            raise AssertionError("it was not refused")
atexit.register(after)  # comes last

from tests.async_bridge import BRIDGE

def before():
    BRIDGE.wait_for(1)
    print("before", *BRIDGE.counts())
atexit.register(before)

async def main():
    await BRIDGE.sleep(3600000, drop=100)
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda *_: None)
tasks = [loop.create_task(main()) for _ in range(3)]
loop.run_until_complete(asyncio.sleep(0.02))
"""


def test_the_end_refuses_cancels_and_waits(run: Run) -> None:
    """Exit functions that were registered after the bridge was loaded still use it."""
    assert run("-c", ENDED).stdout.splitlines() == ["before 4 1 0", "after 4 1 3"]


CANCELLED = """
import asyncio, atexit, threading
from tests.async_bridge import BRIDGE

told = threading.Event()

async def main():
    try:
        await BRIDGE.sleep(3600000)
    except asyncio.CancelledError:
        print("cancelled", flush=True)
        told.set()

threading.Thread(target=asyncio.run, args=(main(),), daemon=True).start()
while not BRIDGE.counts()[0]:
    pass
atexit._run_exitfuncs()
assert told.wait(10)
"""


def test_what_the_end_cancels_is_cancelled_in_python(run: Run) -> None:
    assert run("-c", CANCELLED).stdout == "cancelled\n"


@unix
@pytest.mark.parametrize("kind", ["wait", "await"])
def test_ctrl_c_ends_a_process_that_waits(kind: str) -> None:
    code = f"""
import asyncio, signal
from tests.async_bridge import BRIDGE, uncounted
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
print("ready", flush=True)
try:
    {"BRIDGE.wait_for(3600000)" if kind == "wait" else "asyncio.run(BRIDGE.sleep(3600000))"}
except KeyboardInterrupt:
    print("interrupted", uncounted())
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stuck = threading.Timer(60, process.kill)
        stuck.start()
        assert process.stdout.read() == "interrupted 0\n"
        stuck.cancel()
    assert process.returncode == 0


REFUSED = """
import sys
sys.path[:] = {path!r}
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
loader = ExtensionFileLoader("_async", {file!r})
try:
    loader.exec_module(module_from_spec(spec_from_file_location("_async", {file!r}, loader=loader)))
except ImportError as error:
    assert "subinterpreter" in str(error), error
else:
    raise AssertionError("it was loaded")
"""

HOST = """
import os, sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
{before}
failed = interpreters.run_string(interpreters.create(**{kind}), {code!r})
if failed is not None:
    sys.exit(failed.errdisplay)
print("refused", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("before", ["", "from tests.async_children import use; use()"])
@pytest.mark.parametrize("shared", [False, True])
def test_no_other_interpreter_has_it(run: Run, before: str, shared: bool) -> None:  # noqa: FBT001
    legacy: dict[str, object] = (
        {"config": "legacy"} if sys.version_info >= (3, 13) else {"isolated": False}
    )
    code = REFUSED.format(path=[str(ROOT), *sys.path], file=BRIDGE.__file__)
    host = HOST.format(before=before, kind=legacy if shared else {}, code=code)
    assert run("-c", host).stdout == "refused\n"
