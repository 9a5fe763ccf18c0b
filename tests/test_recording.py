"""A recording tells what a program called, and changes nothing for the program."""

from __future__ import annotations

import importlib
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.components.cache.contract import Cache, CacheFactory
from agent.errors import UsageError
from agent.porting.contract import read_contract
from agent.porting.corpus.files import load_corpus
from agent.porting.project import Project
from agent.porting.recording.plan import Plan
from agent.porting.recording.planning import plan_for
from agent.porting.recording.session import record
from tests.recorded import MODULE, REGISTRY, SLUG, Place

CACHE = read_contract(Cache, CacheFactory)
SIDES = ["agent.components.cache.reference:Cache", "agent._native:Cache"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_function_is_recorded_with_what_it_is_called_with(place: Place) -> None:
    recording = place.record(SLUG, "toy:slug", """
        from toy import slug
        assert slug("a b") == "a-b" and slug("c", longest=1) == "c"
        try:
            slug(5)
        except TypeError as error:
            assert error.args == (5,)
        slug("a b")
        """)  # fmt: skip
    assert recording.status == 0
    assert sorted(recording.calls["__call__"]) == ["slug('a b')", "slug('c', longest=1)", "slug(5)"]
    assert (recording.seen, recording.repeated, recording.processes) == ({"Slug": 4}, 1, 1)


def test_of_a_module_only_what_is_called_from_outside_is_recorded(place: Place) -> None:
    recording = place.record(MODULE, "toy", """
        import toy
        items = [2, 1]
        toy.slugs(["a b"]), toy.sort(items)
        assert items == [1, 2]
        toy.nothing = toy.slug
        toy.nothing("x")
        """)  # fmt: skip
    assert recording.calls == {
        "slugs": ["toy.slugs(['a b'])"], "sort": ["toy.sort([2, 1])"], "slug": ["toy.slug('x')"],
    }  # fmt: skip


def test_what_touches_the_outside_world_is_not_to_be_done_again(place: Place) -> None:
    recording = place.record(MODULE, "toy", "import toy; toy.shout('a')")
    assert recording.calls == {}
    assert recording.dropped == {"shout: it touches the outside world": 1}


def test_what_a_module_has_from_another_one_is_recorded_in_both(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("front.py", "from toy import slug as make")
    monkeypatch.syspath_prepend(str(place.folder))
    importlib.import_module("front")
    try:
        recording = place.record(SLUG, "front:make", """
            import front, toy
            toy.slug("a"), front.make("b")
            assert toy.slug.__name__ == front.make.__name__ == "slug"
            """)  # fmt: skip
    finally:
        del sys.modules["front"], sys.modules["toy"]
    assert sorted(recording.calls["__call__"]) == ["slug('a')", "slug('b')"]
    assert recording.seen["Slug"] == 2


def test_objects_and_their_parts_are_lives(place: Place) -> None:
    recording = place.record(REGISTRY, "toy:Registry", """
        import toy
        registry = toy.Registry(password="hush")
        counter = registry.counter("a")
        assert registry.counter("a") is counter and counter.inc(2) is counter
        assert counter.value == 2 and counter.name == "a" and registry.total() == 2
        other = registry.merge(registry)
        assert type(other) is toy.Registry
        other.counter("b").inc(amount=3)
        registry.merge(toy.Registry())
        """)  # fmt: skip
    assert recording.status == 0
    assert sorted(recording.scripts, key=len) == [
        ["registry = Registry()"],
        [
            "registry = Registry(password='redacted')",
            "counter = registry.counter('a')",
            "registry.counter('a')",
            "counter.inc(2)",
            "counter.value",
            "registry.total()",
            "registry2 = registry.merge(registry)",
            "counter2 = registry2.counter('b')",
            "counter2.inc(amount=3)",
        ],
    ]
    assert recording.dropped == {"merge: other is an object of another script": 1}


def test_an_object_is_pickled_and_copied_under_the_name_of_its_class(place: Place) -> None:
    recording = place.record(REGISTRY, "toy:Registry", """
        import copy, pickle, subprocess, sys, toy
        registry = toy.Registry()
        registry.counter("a").inc(2)
        for protocol in range(2, 6):
            again = pickle.loads(pickle.dumps(registry, protocol))
            assert type(again) is toy.Registry and again.total() == 2
        for again in (copy.copy(registry), copy.deepcopy(registry)):
            assert type(again) is toy.Registry and again.total() == 2
        code = "import pickle, sys; sys.path.append('.'); "
        code += "print(pickle.load(sys.stdin.buffer).total())"
        told = subprocess.run([sys.executable, "-I", "-c", code],
            input=pickle.dumps(registry), capture_output=True, cwd=sys.path[0], check=True)
        assert told.stdout.split() == [b"2"]
        """)  # fmt: skip
    assert recording.status == 0
    assert recording.dropped == {"total: its object's making is not recorded": 6}


def test_callbacks_clocks_and_iterators_are_written_as_they_answered(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    recording = place.record(CACHE, SIDES[0], """
        from agent.components.cache.reference import Cache
        def refuse():
            raise ValueError("c")
        times = iter([1.0, 2.0, 4.5, 9.0, 10.0, 11.0, 12.0, 13.0])
        heavy = iter([3, 4])
        cache = Cache(9, max_weight=10, weigher=lambda k, v: next(heavy), clock=times.__next__)
        cache.set("a", "text", ttl=90.0)
        assert cache.get_or_set("b", lambda: [cache.get("a")]) == ["text"]
        try:
            cache.get_or_set("c", refuse)
        except ValueError:
            pass
        cache.get_many(letter for letter in "ab")
        """)  # fmt: skip
    assert recording.scripts == [
        [
            "clock = Clock(1000.0)",
            "cache = Cache(9, max_weight=10, weigher=Spy('weigher', 3, 4), clock=clock)",
            "cache.set('a', 'text', ttl=90.0)",
            "clock.advance(3.5)",
            "cache.get('a')",
            "clock.advance(4.5)",
            "cache.get_or_set('b', Spy('factory', ['text']))",
            "clock.advance(1.0)",
            "cache.get_or_set('c', Spy('factory', ValueError('c')))",
            "clock.advance(1.0)",
            "cache.get_many(iter(['a', 'b']))",
        ]
    ]


def test_a_long_life_has_chapters_that_stand_alone(place: Place) -> None:
    plan = plan_for(REGISTRY, ["toy:Registry"])
    plan = Plan.from_json(json.dumps(json.loads(plan.as_json()) | {"longest": 10}))
    path = place.write("program.py", """
        import toy
        registry = toy.Registry()
        counters = [registry.counter(str(n)) for n in range(5)]
        for n in range(20):
            counters[n % 5].inc(n)
        """)  # fmt: skip
    scripts = record(plan, [sys.executable, str(path)]).scripts
    assert sum(".inc(" in line for lines in scripts for line in lines) == 20
    for lines in scripts:
        assert len(lines) <= 11
        assert lines[0] == "registry = Registry()"
        made = [line.split(" ")[0] for line in lines if " = " in line]
        assert {line.split(".")[0] for line in lines if " = " not in line} <= set(made)


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
    recording = record(plan_for(CACHE, SIDES), [sys.executable, str(path)])
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


def test_a_sample_is_of_the_whole_run(place: Place) -> None:
    recording = place.record(SLUG, "toy:slug", """
        from toy import slug
        for number in range(3000):
            slug("the same")
            slug(str(number))
        """, limit=100)  # fmt: skip
    calls = recording.calls["__call__"]
    numbers = sorted(int(call[6:-2]) for call in calls if "same" not in call)
    assert len(calls) == 100
    assert numbers[20] < 1500 < numbers[-20]
    assert recording.seen["Slug"] == 6000


@pytest.mark.parametrize(
    ("hook", "kept", "dropped"),
    [
        (
            "return {**arguments, 'user': 'somebody'}",
            ["toy.login('somebody', 'redacted')"], {},
        ),
        ("return None", [], {"login: redacted": 2}),
        ("return {}", [], {
            "login: the redaction hook returned neither None nor a dict of the same arguments": 2
        }),
        ("raise ValueError(arguments)", [], {
            "login: the redaction hook failed with ValueError": 2
        }),
        ("import toy; toy.slug('x'); return arguments", [
            "toy.login('Ada', 'redacted')", "toy.login('Bob', 'redacted')"
        ], {}),
    ],
)  # fmt: skip
def test_a_redaction_hook_decides_what_is_kept(
    hook: str, kept: list[str], dropped: dict[str, int], place: Place
) -> None:
    place.write("hooks.py", f"def redact(operation, arguments):\n    {hook}\n")
    recording = place.record(MODULE, "toy", """
        import toy
        toy.login("Ada", "swordfish")
        toy.login("Bob", password="swordfish")
        """.replace("password=", ""), redact="hooks:redact")  # fmt: skip
    assert sorted(recording.calls.get("login", [])) == kept
    assert recording.dropped == dropped


def test_a_hook_that_is_not_there_costs_the_calls_and_not_the_program(place: Place) -> None:
    recording = place.record(SLUG, "toy:slug", "import toy; toy.slug('a')", redact="nowhere:hook")
    assert (recording.status, recording.calls) == (0, {})
    assert recording.dropped == {"Slug: the redaction hook failed with ModuleNotFoundError": 1}


def test_what_cannot_be_written_is_counted_with_its_reason(place: Place) -> None:
    recording = place.record(SLUG, "toy:slug", """
        import contextlib, toy
        class Odd: pass
        for given in (Odd(), "long " * 5000, lambda: 1):
            with contextlib.suppress(TypeError):
                toy.slug(given)
        with contextlib.suppress(TypeError):
            toy.slug(nothing=1, **{"no name": 2})
        """)  # fmt: skip
    assert recording.calls == {}
    assert recording.dropped == {
        "Slug: text is of class Odd": 1,
        "Slug: text is longer than 4,000 characters": 1,
        "Slug: text is of class function": 1,
        "Slug: a keyword is no name": 1,
    }


def test_the_status_is_passed_on_as_a_shell_tells_it(place: Place) -> None:
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
    broken = Plan.from_json(json.dumps(json.loads(plan.as_json()) | {"root": "Nothing"}))
    path = place.write("program.py", "import toy; print(toy.slug('a b'))")
    recording = record(broken, [sys.executable, str(path)])
    assert recording.status == 0
    assert [trouble.split(": ", 1)[1] for trouble in recording.troubles] == ["KeyError: 'Nothing'"]
    isolated = record(plan, [sys.executable, "-I", str(path)])
    assert (isolated.status, isolated.processes) == (1, 0)


@pytest.mark.parametrize(
    ("reference", "options"),
    [("toy:Registry.total", {}), ("toy:slug", {"redact": "no_function"})],
)
def test_what_cannot_be_recorded_is_refused(reference: str, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        plan_for(SLUG, [reference], **options)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the JSON that was printed after what the program printed."""
    return dict(json.loads(capsys.readouterr().out))


def test_the_command_keeps_a_corpus_and_tells_what_it_is(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Project, "parity_folder", place.folder / "parity")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setenv("AGENT_IMPL", "python")
    path = place.write("program.py", """
        import sys
        from agent import registry
        cache = registry.resolve("cache")(capacity=2, clock=lambda: 0.0)
        cache.set(sys.argv[1], "--seed")
        try:
            cache.set("a", 1, ttl=-1)
        except ValueError:
            raise SystemExit(4)
        """)  # fmt: skip
    command = ["check", "cache", "--json", "--record", "--", sys.executable, str(path), "--"]
    assert main(command) == 4
    first = told(capsys)
    assert first["calls"] == {"set": 2, "Cache": 1}
    assert first["outside"] == ["set: ttl does not allow -1, in cache.set('a', 1, ttl=-1)"]
    (script,) = load_corpus(place.folder / "parity" / "corpus" / "cache")
    assert script == [
        "clock = Clock(1000.0)",
        "cache = Cache(capacity=2, clock=clock)",
        "cache.set('--', '--seed')",
        "cache.set('a', 1, ttl=-1)",
    ]
    assert main(command) == 4
    assert told(capsys)["files"] == []


def test_calls_of_a_pair_in_no_table_tell_its_contract(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.folder)
    place.write("slow.py", "def both(left, right): return left, right")
    place.write("fast.py", "def both(left, right): return (left, right)")
    path = place.write("program.py", """
        import fast, slow
        slow.both(["a", "b"], 5), fast.both([], right=None)
        """)  # fmt: skip
    pair = ["check", "--python", "slow:both", "--rust", "fast:both"]
    assert main([*pair, "--json", "--record", "--", sys.executable, str(path)]) == 0
    assert told(capsys)["recorded"] == 2
    assert main([*pair, "--print-contract"]) == 0
    printed = capsys.readouterr().out
    assert "left: list[Any] | list[str], right: int | None" in printed
    main([*pair, "--examples", "10"])
    assert "2 of them recorded and " in capsys.readouterr().out


def test_a_program_that_uses_neither_side_leaves_a_doubt(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Project, "parity_folder", place.folder / "parity")
    assert main(["check", "cache", "--record", "--", sys.executable, "-c", "pass"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("cache: the program ended with status 0; 0 lines kept")
    assert "nothing was recorded: no Python that the program started imported" in err
    assert not (place.folder / "parity").exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check", "cache", "--record"], 2),
        (["check", "cache", "--", "true"], 2),
        (["check", "cache", "--redact", "a:b"], 2),
        (["check", "cache", "--record", "--record-limit", "0", "--", "true"], 2),
        (["check", "cache", "--record", "--redact", "hook", "--", "true"], 2),
        (["status", "--", "true"], 2),
        (["check", "cache", "--record", "--", "no-such-program-anywhere"], 3),
    ],
)
def test_wrong_usage_of_the_command(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == status
    assert "Traceback" not in capsys.readouterr().err
