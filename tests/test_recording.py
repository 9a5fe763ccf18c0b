"""What is recorded of a call: its arguments, as far as they can be written and may be kept."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from agent.errors import UsageError
from agent.porting.recording.planner import plan_for
from tests.recorded import MODULE, SLUG, Place


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


@pytest.mark.parametrize(
    ("reference", "options"),
    [("toy:Registry.total", {}), ("toy:slug", {"redact": "no_function"})],
)
def test_what_cannot_be_recorded_is_refused(reference: str, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        plan_for(SLUG, [reference], **options)
