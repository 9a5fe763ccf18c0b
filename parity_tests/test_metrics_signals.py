"""The metrics among real signals, finalizers and forks: nothing hangs, and no update is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_SETUP = """
import gc, os, signal, sys, threading
from agent import registry

metrics = registry.implementation("metrics", sys.argv[1])()
counter = metrics.counter("requests")
gauge = metrics.gauge("queue")
paths = metrics.counter("paths", labels=("path",))
sizes = metrics.histogram("sizes")

def use(number):
    counter.inc()
    gauge.inc(2.0)
    paths.labels(f"/{number % 5}").inc()
    metrics.counter(f"added{number % 50}").inc()
    sizes.observe(1)
    if number % 64 == 0:
        metrics.snapshot()
        metrics.to_prometheus()

def agree():
    visits = sum(paths.labels(f"/{number}").value for number in range(5))
    added = sum(metrics.counter(f"added{number}").value for number in range(50))
    assert sum(count for _, count in sizes.buckets()) == sizes.count == sizes.sum
    return counter.value, gauge.value / 2.0, visits, added, sizes.count
"""

_HANDLER = """
handled = 0

def handle(number, frame):
    global handled
    use(handled)
    handled += 1
    if handled < 300:
        signal.setitimer(signal.ITIMER_REAL, 1e-4)

signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 1e-4)
done = 0
while handled < 300:
    use(done)
    done += 1
assert set(agree()) == {done + handled}, (agree(), done, handled)
"""

_RAISING = """
class Interruption(Exception):
    pass

def handle(number, frame):
    raise Interruption

signal.signal(signal.SIGALRM, handle)
began = ended = raised = 0
while raised < 300:
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-4)
        while True:
            began += 1
            use(began)
            ended += 1
    except Interruption:
        raised += 1
for value in agree():
    assert ended <= value <= began, (agree(), ended, began)
"""

_FINALIZER = """
finalized = 0

class Late:
    def __init__(self):
        self.itself = self

    def __del__(self):
        global finalized
        use(finalized)
        finalized += 1

gc.set_threshold(7)
done = 0
while finalized < 300:
    Late()
    use(done)
    done += 1
gc.disable()
assert set(agree()) == {done + finalized}, (agree(), done, finalized)
"""

_FORK = """
sys.setswitchinterval(1e-6)

def work():
    number = 0
    while True:
        use(number)
        number += 1

for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
for _ in range(30):
    child = os.fork()
    if child == 0:
        before = counter.value
        use(0)
        use(1)
        assert counter.value == before + 2
        agree()
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
os._exit(0)
"""


_FORKS = pytest.param(
    _FORK, marks=pytest.mark.unsanitized("in a fork, gcc 12's allocator may stay locked")
)


@pytest.mark.parametrize("program", [_HANDLER, _RAISING, _FINALIZER, _FORKS])
def test_nothing_hangs_and_no_update_is_lost(side: Any, program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SETUP + program, side],
        cwd=Path(__file__).parents[1], capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
