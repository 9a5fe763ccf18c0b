"""Two functions, classes or modules that are in no table are compared by their names."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.errors import UsageError
from agent.porting.check.foreign_pair import load_foreign_pair, named_object
from agent.porting.check.ranking import grouped
from agent.porting.check.verdict import Divergence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PYTHON = '''
def double(number: int) -> int:
    """Return twice the number."""
    return number * 2

def halve(number: int) -> float:
    return number / 2

def half(number: int) -> int:
    if number % 2:
        raise ValueError("odd")
    return number // 2

class Total:
    """Adds up."""
    def __init__(self) -> None:
        self._sum = 0
    @property
    def sum(self) -> int:
        return self._sum
    def add(self, number: int) -> None:
        self._sum += number

LIMIT = 3
'''

RUST = """
def double(number: int) -> int:
    'Return twice the number.'
    return number + number

def halve(number: int) -> float:
    return float(number // 2) if number > 1 else number / 2

def half(number: int) -> int:
    if number % 2:
        raise ValueError("not even")
    return number // 2

class Total:
    def __init__(self) -> None:
        self._sum = 0
    @property
    def sum(self) -> int:
        return self._sum
    def add(self, number: int) -> None:
        self._sum += abs(number)

LIMIT = 4
"""

QUICK = ["--seed", "1", "--examples", "300"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two modules in the current folder."""
    (tmp_path / "plain_math.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "fast_math.py").write_text(RUST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in ("plain_math", "fast_math"):
        sys.modules.pop(name, None)


def check(name: str, *more: str) -> int:
    colon = f":{name}" if name else ""
    sides = ["--python", f"plain_math{colon}", "--rust", f"fast_math{colon}"]
    return main(["check", *sides, *QUICK, *more])


def test_functions_that_agree(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("double") == 0
    out = capsys.readouterr().out
    assert "class Double(Protocol):" in out
    assert "def __call__(self, number: int) -> int:" in out
    assert "\ndouble: identical (" in out


def test_functions_that_differ(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("halve") == 1
    out = capsys.readouterr().out
    assert "== other results ==\n\nhalve(3) differs in result\n" in out
    assert "\nhalve: divergent (" in out


def test_wording_counts_by_default(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("half") == 1
    assert "== exceptions of the same class with another message ==" in capsys.readouterr().out
    assert check("half", "--errors", "type") == 0


def test_classes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("Total", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "divergent"
    first = told["divergences"][0]
    assert first["sort"] == "values"
    assert first["script"] == ["total = Total()", "total.add(-1)", "total.sum"]


def test_methods_of_the_class_are_compared(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    money = """
class Money:
    def __init__(self, cents: int = 0) -> None:
        self.cents = cents
    @classmethod
    def of(cls, text: str):
        return cls(len(text){more})
    def total(self) -> int:
        return self.cents
    @staticmethod
    def rounded(amount: int) -> int:
        return {rounded}
"""
    for name, more, rounded in (
        ("plain_math", "", "amount // 10 * 10"),
        ("fast_math", " + 1", "int(amount / 10) * 10"),
    ):
        text = money.format(more=more, rounded=rounded)
        (here / f"{name}.py").write_text(text, encoding="utf-8")
    assert check("Money", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {found["operation"] for found in told["divergences"]} == {"rounded", "of"}
    (of,) = (found for found in told["divergences"] if found["operation"] == "of")
    assert of["script"][0] == "money = Money()"
    assert ".of(" in of["script"][1]


def test_classes_of_one_name_correspond(here: Path) -> None:
    class_of_its_own = """
class Span:
    def __init__(self, size: int) -> None:
        self.{size} = size
    size = property(lambda self: self.{size} + {more})
    def __repr__(self) -> str:
        return "Span"

def span(number: int):
    return Span(number)
"""
    (here / "plain_math.py").write_text(class_of_its_own.format(size="_size", more=0), "utf-8")
    (here / "fast_math.py").write_text(class_of_its_own.format(size="_length", more=0), "utf-8")
    assert check("span") == 0
    del sys.modules["fast_math"]
    (here / "fast_math.py").write_text(class_of_its_own.format(size="_length", more=10), "utf-8")
    assert check("span") == 1


def test_an_object_that_gives_another_of_its_kind_is_looked_at_once(here: Path) -> None:
    chain = """
class Chain:
    @property
    def next(self):
        open
        return Chain()
"""
    (here / "plain_math.py").write_text(chain, encoding="utf-8")
    (here / "fast_math.py").write_text(chain, encoding="utf-8")
    assert check("Chain") == 0


def test_modules(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told["operations"]) == {"LIMIT", "double", "half", "halve"}
    found = {each["operation"] for each in told["divergences"] if each["topic"] is None}
    assert found == {"LIMIT", "half", "halve"}
    assert told["remarks"] == ["Total: a class, to be checked as a pair of its own"]
    assert told["contract"].startswith('"""The contract of plain_math, inferred')


def test_compiled_ones(capsys: pytest.CaptureFixture[str]) -> None:
    sides = ["--python", "json.encoder:py_encode_basestring"]
    sides += ["--rust", "json.encoder:c_encode_basestring"]
    assert main(["check", *sides, *QUICK, "--errors", "type", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["divergences"]
    assert {each["topic"] for each in found} == {"keywords", "signature"}


def test_a_contract_may_be_printed_edited_and_given_back(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("halve", "--print-contract") == 0
    printed = capsys.readouterr().out
    contract = here / "halve.py"
    contract.write_text(printed, encoding="utf-8")
    assert check("halve", "--contract", "halve.py:Halve") == 1
    edited = printed.replace("number: int", "number: Literal[0, 2, 4]")
    contract.write_text(edited.replace("import Protocol", "import Literal, Protocol"), "utf-8")
    capsys.readouterr()
    assert check("halve", "--contract", "halve.py:Halve") == 0
    assert capsys.readouterr().out.startswith("halve: identical (")


@pytest.mark.parametrize("bounded", ["Annotated[int, Le(9)]", "Annotated[int, Le(9)] | None"])
def test_what_is_far_beyond_a_bound_is_not_tried(
    here: Path, capsys: pytest.CaptureFixture[str], bounded: str
) -> None:
    for name, add in (("plain_math", 0), ("fast_math", 1)):
        source = "def seen(number: int) -> int:\n    return (number or 0) + "
        (here / f"{name}.py").write_text(f"{source}{add} * ((number or 0) > 999)\n", "utf-8")
    assert check("seen", "--print-contract") == 0
    printed = capsys.readouterr().out.replace("number: int", f"number: {bounded}")
    text = printed.replace(" Protocol\n", " Annotated, Protocol\nfrom annotated_types import Le\n")
    (here / "seen.py").write_text(text, encoding="utf-8")
    assert check("seen", "--contract", "seen.py:Seen") == 0
    assert "differs" not in capsys.readouterr().out


def test_any_wording_may_be_in_the_contract(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("half", "--print-contract") == 0
    text = capsys.readouterr().out.replace("class ", '@any_wording(reason="a test")\nclass ')
    text = text.replace("import Effect", "import any_wording, Effect")
    (here / "half.py").write_text(text, encoding="utf-8")
    assert check("half", "--contract", "half.py:Half") == 0


def test_recorded_calls_give_types(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "plain_math.py").write_text("def first(p): return p[0]", encoding="utf-8")
    (here / "fast_math.py").write_text("def first(p): return p[:1][0]", encoding="utf-8")
    corpus = here / "parity_tests" / "corpus" / "first"
    corpus.mkdir(parents=True)
    (corpus / "call_1.py").write_text("first(['a', 'b'])\nfirst(['c'])\n", encoding="utf-8")
    check("first", "--json")
    told = json.loads(capsys.readouterr().out)
    assert "p: list[str]" in told["contract"]
    assert told["guesses"][0].endswith("since recorded calls pass that")


def test_several_processes_draw(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("halve", "--jobs", "2") == 1
    assert "halve(3) differs in result" in capsys.readouterr().out


def test_differences_are_pinned_below_the_current_folder(here: Path) -> None:
    assert check("halve", "--pin") == 1
    assert list((here / "parity_tests" / "examples" / "halve").glob("*.py"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to check"),
        (["cache", "--python", "a:b"], "cache is in the table"),
        (["--python", "plain_math:double"], "needs both --python and --rust"),
        (["--contract", "a.py:B"], "--contract needs both"),
        (["--python", "no_such:x", "--rust", "no_such:y"], "no_such:x cannot be loaded"),
        (["--python", "json:no", "--rust", "json:dumps"], "json:no cannot be loaded"),
        (["--python", "json:dumps", "--rust", "json"], "no contract fits both"),
        (["--python", "json:loads", "--rust", "json:dumps", "--contract", "B"], "give a file and"),
        (["--python", "json:loads", "--rust", "json:dumps", "--contract", "a.py:B"], "a.py cannot"),
        (
            ["--python", "a:b", "--rust", "c:d", "--contract", "a:B", "--print-contract"],
            "--print-contract prints what is inferred",
        ),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_what_no_script_can_call_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for module in ("plain_math", "fast_math"):
        (here / f"{module}.py").write_text(
            "class Box:\n    def add(self, a: int) -> int: return a\n"
            "setattr(Box, 'class', lambda self, x: x)\n"
            "setattr(Box, 'a b', lambda self, x: x)\n"
            "globals()['for'] = Box\n",
            encoding="utf-8",
        )
    assert check("Box") == 1
    out = capsys.readouterr().out
    assert "'a b': no script can call it\n  'class': no script" in out
    assert "Box: inconclusive (" in out
    assert check("for") == 2
    assert "no script can call an object 'for'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("json.encoder:py_encode_basestring", "encode_basestring"),
        ("heapq", "heapq"),
        ("rapidfuzz.utils_py:default_process", "default_process"),
        ("multidict._multidict_py", "multidict"),
        ("markupsafe._native:_escape_inner", "escape_inner"),
        ("a:python_pvector", "pvector"),
        ("frozenlist:PyFrozenList", "FrozenList"),
        ("a:count", "count"),
    ],
)
def test_a_pair_is_called_without_its_sides(
    reference: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.porting.check.foreign_pair.named_object", lambda reference: len)
    assert load_foreign_pair(reference, "other:twin").name == name


def test_whatever_a_module_raises_is_reported() -> None:
    assert named_object("os:path.join").__name__ == "join"
    with pytest.raises(UsageError, match=r"this\.that:x cannot be loaded: ModuleNotFoundError"):
        named_object("this.that:x")


def found(**more: Any) -> Divergence:
    told = {
        "script": ["f(1)"], "call": "f(1)", "operation": "f", "where": "result",
        "python": "1", "rust": "2", "outcomes": ("returned 1", "returned 2"),
    }  # fmt: skip
    return Divergence(**{**told, **more})


def test_what_a_caller_notices_first_comes_first() -> None:
    divergences = [
        found(where="raised.args[0]"),
        found(where="outcome"),
        found(where="raised"),
        found(where="argument1 afterwards[0]"),
        found(),
        found(call="g(1)", operation="g"),
    ]
    groups = grouped(divergences)
    assert [group.sort for group in groups] == [
        "values", "effects", "refusals", "errors", "wording",
    ]  # fmt: skip
    assert [len(group.found[0].others) for group in groups] == [1, 0, 0, 0, 0]
    assert "  like g(1): returned 1, rust returned 2" in str(groups[0])
