"""A recording changes nothing for the program, and misses none of its processes."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from agent.porting.recording.plan import RecordingPlan
from agent.porting.recording.planner import plan_for
from agent.porting.recording.session import record
from tests.recorded import CACHE, CACHE_SIDES, SLUG, Place

PROGRAM = """
import collections.abc, copy, inspect, pickle, sys, threading, weakref
from agent import registry
from agent.components.cache.cached import cached
Cache = registry.resolve("cache")
cache = Cache(3, ttl=5.0, on_delete=lambda key, value, why: print("gone", key, why))
print(Cache, Cache.__name__, inspect.signature(Cache), cache, sorted(sys.modules) and dir(cache))
print(type(cache) is Cache, isinstance(cache, Cache), isinstance(cache, collections.abc.Mapping))
print(issubclass(Cache, collections.abc.MutableMapping), weakref.ref(cache)() is cache)
cache.set("a", value := object()); cache["b"] = 2; cache.set("c", [1]); cache["d"] = int
print(cache.get("a"), cache.get("b", default=5), "c" in cache, len(cache), list(cache), bool(cache))
print(cache == cache.copy(), cache != {}, cache.get is not None, Cache.get(cache, "b"))
print(cache.get_or_set("z", lambda: cache.get("b")), cache.get_many(x for x in "abz"))
numbers = iter(range(10))
print(cache.get_many(numbers), list(numbers))
for wrong in (
    lambda: cache["nope"], lambda: cache.set("a", 1, ttl=-1), lambda: Cache(0), lambda: Cache(),
    lambda: cache.set([], 1), lambda: cache.nothing, lambda: type("Sub", (Cache,), {}),
    lambda: setattr(cache, "capacity", 5), lambda: cache.get_or_set("f", 5),
    lambda: cache.get_or_set("f", lambda: 1 / 0),
):
    try:
        print(wrong())
    except Exception as error:
        print(type(error), error.args, type(error.__cause__), type(error.__context__))
again = pickle.loads(pickle.dumps(Cache(4, weigher=len_of) if (len_of := None) else Cache(4)))
print(again, type(again) is Cache, copy.copy(again), copy.deepcopy(again) == again)
print(type(copy.copy(again)) is Cache)

@cached(Cache(capacity=10))
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

print(fib(30))
shared = Cache(1000)
def work(n):
    for i in range(200):
        shared.set((n, i), i)
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(shared), cache.stats())
sys.exit(3)
"""


@pytest.mark.parametrize("side", ["python", "rust"])
def test_a_recorded_program_sees_no_difference(
    side: str, place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_IMPL_CACHE", side)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    plain = place.run(PROGRAM)
    assert plain.returncode == 3, plain.stderr
    path = place.write("program.py", PROGRAM)
    recording = record(plan_for(CACHE, CACHE_SIDES), [sys.executable, str(path)])
    told = capfd.readouterr()
    address = "object object at"
    assert [line for line in told.out.splitlines() if address not in line] == [
        line for line in plain.stdout.splitlines() if address not in line
    ]
    assert (told.err, recording.status, recording.troubles) == (plain.stderr, 3, [])
    assert recording.seen["set"] == 804
    assert recording.dropped == {"__eq__: other is an object of another script": 1}


def test_every_process_adds_to_it_and_a_killed_one_loses_its_last_calls_at_most(
    place: Place,
) -> None:
    recording = place.record(SLUG, "toy:slug", """
        import multiprocessing, os, subprocess, sys, toy

        def work(number):
            for again in range(200):
                toy.slug(f"{multiprocessing.get_start_method()} {number} {again}")

        if __name__ == "__main__":
            toy.slug("parent")
            for method in ("fork", "spawn", "forkserver"):
                context = multiprocessing.get_context(method)
                with context.Pool(2) as pool:
                    pool.map(work, range(3))
                    pool.close()
                    pool.join()
            subprocess.run(
                [sys.executable, "-c", "import toy; toy.slug('sub process')"],
                cwd=os.path.dirname(__file__), check=True,
            )
            child = os.fork()
            if child == 0:
                for number in range(100):
                    toy.slug(f"killed {number}")
                os.kill(os.getpid(), 9)
            os.waitpid(child, 0)
        """)  # fmt: skip
    calls = recording.calls["__call__"]
    assert recording.status == 0
    assert {"slug('parent')", "slug('sub process')"} <= set(calls)
    for method in ("fork", "spawn", "forkserver"):
        assert [call for call in calls if f"'{method} " in call] != [], method
    killed = [call for call in calls if "killed" in call]
    assert len(killed) >= 50
    assert recording.seen["Slug"] == 1 + 9 * 200 + 1 + len(killed)


def test_the_status_is_passed_on_as_a_shell_does(place: Place) -> None:
    program = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert place.record(SLUG, "toy:slug", program).status == 128 + signal.SIGTERM
    assert place.record(SLUG, "toy:slug", "raise SystemExit(7)").status == 7


def test_another_sitecustomize_runs_and_nothing_is_left_in_the_way(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = """
        import sys
        print("agent" in sys.modules, "sitecustomize" in sys.modules, sys.path[1:])
        print([name for name in sys.modules if name.startswith("agent")])
        import toy
        print(type(toy.__loader__).__name__, toy.__spec__.loader is toy.__loader__, repr(toy))
        toy.slug = len
        print(toy.slug("abc"))
        del toy.slug
        print(hasattr(toy, "slug"))
        """
    monkeypatch.setenv("PYTHONPATH", str(place.folder / "site"))
    (place.folder / "site").mkdir()
    assert place.record(SLUG, "toy:slug", program).status == 0
    recorded = capfd.readouterr().out
    assert recorded == place.run(program).stdout
    place.write("site/sitecustomize.py", "print('customized', __file__)")
    assert place.record(SLUG, "toy:slug", program).status == 0
    recorded = capfd.readouterr().out
    assert recorded.startswith("customized")
    assert recorded == place.run(program).stdout


def test_a_python_that_cannot_record_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_for(SLUG, ["toy:slug"])
    broken = RecordingPlan.from_json(json.dumps(json.loads(plan.as_json()) | {"root": "Nothing"}))
    path = place.write("program.py", "import toy; print(toy.slug('a b'))")
    recording = record(broken, [sys.executable, str(path)])
    assert recording.status == 0
    assert [trouble.split(": ", 1)[1] for trouble in recording.troubles] == ["KeyError: 'Nothing'"]
    isolated = record(plan, [sys.executable, "-I", str(path)])
    assert (isolated.status, isolated.processes) == (1, 0)
