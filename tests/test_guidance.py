"""What guides the drawing of calls: constants, branches and comparisons of the reference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.porting.guidance.constants import constants_in, examples_of
from agent.porting.guidance.patterns import choices_of
from agent.porting.guidance.tracer import Compared, Tracer
from agent.porting.sources.scope import scope_of

if TYPE_CHECKING:
    from types import FunctionType, ModuleType


def file_of(module: ModuleType) -> Path:
    assert module.__file__ is not None
    return Path(module.__file__)


def seen(function: FunctionType, *arguments: Any) -> tuple[set[tuple[int, str]], list[Compared]]:
    """Return the branches, by line and way, and the comparisons of one call."""
    with Tracer([Path(function.__code__.co_filename)]) as tracer:
        function(*arguments)
        seen = tracer.take()
        branches = [tracer.branches[number][1] for number in seen.taken]
        return {(each.line, each.way) for each in branches}, seen.compared


class TestTracer:
    """What is seen while functions run."""

    @pytest.mark.parametrize(
        ("body", "argument", "compared"),
        [
            ("return x == 'word'", "a", [("eq", "a", "word")]),
            ("return x != 7", 3, [("eq", 3, 7)]),
            ("return 1 < x <= 9", 5, [("lt", 1, 5), ("lt", 5, 9)]),
            ("return x in ('a', 'b')", "c", [("eq", "c", "a"), ("eq", "c", "b")]),
            ("return 'ab' in x", "zz", [("in", "ab", "zz")]),
            ("return {'k': 1}.get(x)", "q", [("key", "q", {"k": 1}), ("eq", "q", "k")]),
            ("return {'q': 1}[x]", "q", [("eq", "q", "q")]),
            ("return [5, 6][x]", 1, [("index", 1, 2)]),
            ("return x.startswith(('a', 'c'))", "z", [("starts", "z", "a"), ("starts", "z", "c")]),
            ("return x.endswith('.py')", "zz", [("ends", "zz", ".py")]),
            ("return x.partition('=')", "zz", [("in", "=", "zz")]),
            ("return re.match('a+', x)", "zz", [("regex", "zz", "a+")]),
            ("return PATTERN.search(x)", "zz", [("regex", "zz", re.compile("b+"))]),
            ("return len(x) > 3", "zz", [("lt", 2, 3)]),
            ("return (x, 1) == ('a', 2)", "b", [("eq", "b", "a"), ("eq", 1, 2)]),
            ("return [y for y in x if y == 4]", [3], [("eq", 3, 4)]),
            ("return x.isdigit()", "zz", [("kind", "zz", "isdigit")]),
            ("return int(x, 16)", "ff", [("kind", "ff", "int")]),
            ("return (lambda y: y == 4)(x)", 3, [("eq", 3, 4)]),
        ],
    )  # fmt: skip
    def test_comparisons(
        self, module: Any, body: str, argument: Any, compared: list[tuple[str, Any, Any]]
    ) -> None:
        made = module(f"import re\nPATTERN = re.compile('b+')\ndef f(x):\n    {body}\n")
        assert seen(made.f, argument)[1] == [Compared(*each) for each in compared]

    def test_cases_of_a_match(self, module: Any) -> None:
        made = module("""
            def f(x):
                match x:
                    case "left" | "right":
                        return 1
                    case {"kind": "both"}:
                        return 2
                return 0
        """)
        branches, compared = seen(made.f, "other")
        assert [each.right for each in compared] == ["left", "right", "both"]
        assert {line for line, _ in branches} == {3}
        assert {line for line, _ in seen(made.f, "left")[0]} == {3, 5}

    def test_branches(self, module: Any) -> None:
        made = module("""
            def f(x):
                '''Doc.'''
                for item in x:
                    if item and item > 1:
                        continue
                try:
                    return x[5]
                except IndexError:
                    return None if x else 0
        """)
        assert made.f.__doc__ == "Doc."
        first = {way for line, way in seen(made.f, [])[0] if line == 10}
        second = {way for line, way in seen(made.f, [2])[0] if line == 10}
        assert (first, second) == ({"taken", "false"}, {"taken", "true"})
        assert (5, "true") in seen(made.f, [2])[0]
        assert (5, "taken") not in seen(made.f, [])[0]

    def test_the_code_is_put_back_whatever_happens(self, module: Any) -> None:
        made = module("""
            def f(x):
                def inner():
                    return x == 3
                return inner
        """)
        before, closure = made.f.__code__, made.f(3)
        inside = closure.__code__
        tracer = Tracer([file_of(made)])

        def traced() -> None:
            with tracer:
                assert made.f.__code__ is not before
                assert closure() is True
                assert tracer.take().compared == [Compared("eq", 3, 3)]
                raise LookupError

        with pytest.raises(LookupError):
            traced()
        assert made.f.__code__ is before
        assert closure.__code__ is inside

    def test_a_file_that_is_no_python_is_left(self, tmp_path: Path) -> None:
        path = tmp_path / "broken.py"
        path.write_text("def f(:", encoding="utf-8")
        with Tracer([path, tmp_path / "missing.py"]) as tracer:
            assert tracer.branches == []

    def test_watched_functions_do_what_they_did(self) -> None:
        """The standard library's own modules, called as they are and watched."""
        import fractions  # noqa: PLC0415
        import shlex  # noqa: PLC0415
        import textwrap  # noqa: PLC0415

        def results() -> list[Any]:
            return [
                textwrap.wrap("a bc  def\tghi jklmnop " * 9, 17, initial_indent="> "),
                textwrap.dedent("   a\n     b\n\n   c"),
                shlex.split("a 'b c' \"d\\\"e\" f\\ g # h", comments=True),
                fractions.Fraction("  -3.25e2 "), fractions.Fraction(7, 3).limit_denominator(2),
                round(fractions.Fraction(7, 2)), fractions.Fraction(1, 3) == 1 / 3,
            ]  # fmt: skip

        expected = results()
        files = [file_of(each) for each in (textwrap, shlex, fractions)]
        with Tracer(files) as tracer:
            assert results() == expected
            seen = tracer.take()
        assert len(seen.taken) > 100
        assert len(seen.compared) > 50


class TestScope:
    """Which functions belong to an implementation."""

    def test_helpers_and_members_belong_to_it_and_strangers_do_not(self, module: Any) -> None:
        made = module("""
            import functools, textwrap
            def helper(x):
                return textwrap.dedent(x)
            def other(x):
                return x
            class Base:
                def inherited(self):
                    return helper("")
            class Thing(Base):
                @property
                def p(self):
                    return 1
                @classmethod
                def c(cls):
                    return 2
                @functools.lru_cache
                def kept(self):
                    return 3
        """)
        found = scope_of(made.Thing)
        assert found.files == [file_of(made)]
        lines = {line for _, line in found.places}
        assert made.helper.__code__.co_firstlineno in lines
        assert made.Base.inherited.__code__.co_firstlineno in lines
        assert made.other.__code__.co_firstlineno not in lines
        assert len(lines) == 5

    def test_what_is_compiled_has_none(self) -> None:
        assert scope_of(len).files == []
        assert scope_of(dict).files == []


class TestConstants:
    """The words of a program."""

    def test_code_docstrings_tables_and_patterns_give_some(self, module: Any) -> None:
        made = module('''
            import re
            TABLE = {"teapot": 418}
            MADE = {f"key{number}": number for number in range(3)}
            PATTERN = re.compile(r"v\\d\\.x")
            def f(x):
                """Return `quick`, or "slow", for days like 2024-02-29 (UTC), or $name.

                >>> f("example", 77)
                """
                return x == b"octets" or 2.5
        ''')
        found = constants_in([file_of(made)], [vars(made)])
        assert {"teapot", "quick", "slow", "example", "key2", "2024-02-29", "$name"} <= set(
            found.of(str)
        )
        assert {418, 77, 2} <= set(found.of(int))
        assert found.of(float) == [2.5]
        assert found.of(bytes) == [b"octets"]
        assert any(re.fullmatch(r"v\d\.x", text) for text in found.of(str))
        assert not any(text.startswith("Return") for text in found.of(str))

    def test_examples_match_their_pattern(self) -> None:
        pattern = re.compile(r"(\d+)-([a-c]{2})")
        found = examples_of(pattern)
        assert sum(pattern.fullmatch(text) is not None for text in found) >= 3
        assert found == examples_of(re.compile(r"(\d+)-([a-c]{2})"))

    @pytest.mark.parametrize(
        ("pattern", "wanted"),
        [
            (
                r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?",
                {"0", "-0", "9", "0.1", "0e+1", "0E1", "0e-1"},
            ),
            (r"(\d{4})-(\d\d)", {"2024-01", "1900-01", "2024-12"}),
            (r"a{2,3}|b+?c|[^a]x", {"aa", "aaa", "bc", "bbc", " x"}),
            (rb"\x00[a-f]", {b"\x00a", b"\x00f"}),
        ],
    )
    def test_each_choice_of_a_pattern_is_taken(self, pattern: Any, wanted: set[Any]) -> None:
        found = choices_of(re.compile(pattern))
        assert wanted <= set(found)
        assert all(re.search(pattern, each) for each in found)
        assert len(found) <= 40

    def test_no_pattern_takes_long(self) -> None:
        """Texts are not searched for, which may take for ever, and none is too long."""
        searched = choices_of(re.compile(r"(?=b)(a|aa)*(a|aa)*(a|aa)*(a|aa)*c$" * 9))
        long = choices_of(re.compile(r"((a{1000}){1000}){1000}b"))
        assert max(map(len, searched)) < 100
        assert long == ["b"]
