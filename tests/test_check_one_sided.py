"""What only one side offers or accepts is a difference, unless the contract gives a reason."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.porting.infer.inferred import infer, one_sided

if TYPE_CHECKING:
    from pathlib import Path

QUICK = ("--examples", "300", "--seed", "1")

PURE = '''
import struct

class Token:
    """A token."""

    def __init__(self, kind: str = "") -> None:
        self.kind = kind

    def upper(self) -> str:
        return self.kind.upper()

    def __repr__(self) -> str:
        return f"<Token {self.kind}>"

def cut(text: str, width: int = 3) -> str:
    return text[:width]

def pad(text: str) -> str:
    return text + " "

def sizes(text: str) -> int:
    return len(text)

class Point:
    """A point."""

    def __init__(self, x: int = 0) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.x == other.x

calcsize = struct.calcsize
'''

FAST = PURE.replace("__repr__", "show").replace(", width: int = 3", "").replace("width", "3")
FAST = FAST.replace("def pad(text", "def pad(letters").replace("return text +", "return letters +")
FAST = FAST.replace("    def __eq__", "    __hash__ = object.__hash__\n\n    def __eq__")

CONTRACT = """
from typing import Protocol
from agent.porting.contract.terms import leaves_out

{mark}
class Token(Protocol):
    def upper(self) -> str: ...

class TokenFactory(Protocol):
    def __call__(self, kind: str = "") -> Token: ...
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with both modules, which is the working one."""
    (tmp_path / "pure_ones.py").write_text(PURE, encoding="utf-8")
    (tmp_path / "fast_ones.py").write_text(FAST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("pure_ones", "fast_ones"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def check(name: str, *more: str) -> int:
    """Check a pair of the two modules."""
    sides = ["--python", f"pure_ones{name}", "--rust", f"fast_ones{name}"]
    return main(["check", *sides, *QUICK, *more])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (":Token", "__repr__: only Python has it"),
        (":cut", "cut: only Python has the parameter 'width'"),
        (":pad", "pad: 'text' is called 'letters' in Rust"),
        (":Point", "__hash__: only Rust has it"),
    ],
)
def test_what_one_side_alone_has_differs(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    assert check(name) == 1
    out = capsys.readouterr().out
    assert f"  {told}\n" in out
    assert ": divergent (" in out
    assert check(name, "--json") == 1
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["verdict"] == "divergent"
    assert told in verdict["one_sided"]


def test_a_given_contract_may_say_why(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def given(mark: str) -> int:
        (here / "token.contract").write_text(CONTRACT.replace("{mark}", mark), encoding="utf-8")
        return check(":Token", "--contract", "token.contract:Token")

    assert given("") == 1
    assert "__repr__: only Python has it" in capsys.readouterr().out
    assert given('@leaves_out("__repr__", "show", reason="for debugging alone")') == 0
    assert "Token: identical (" in capsys.readouterr().out
    assert given('@leaves_out("show", reason="for debugging alone")') == 1


def test_remarks_alone_are_no_proof(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "fast_ones.py").write_text(PURE.replace("+ ' '", "+ chr(32)"), encoding="utf-8")
    assert check("") == 1
    told = capsys.readouterr()
    assert "ones: inconclusive (" in told.out
    assert "not compared: Token: a class, to be checked as a pair of its own" in told.err
    assert "calcsize" not in told.err  # the same object on both sides


def test_how_operators_call_special_methods_is_no_difference() -> None:
    class Written:
        def __eq__(self, other: object) -> bool:
            return other is self

        __hash__ = None  # type: ignore[assignment]

        def __add__(self, other: int) -> int:
            return other

        def __setitem__(self, place: int, held: int, _store: Any = dict.__setitem__) -> None: ...

    named = {name: vars(dict)[name] for name in ("__eq__", "__ne__", "__lt__", "__setitem__")}
    operators = {name: vars(int)[name] for name in ("__add__", "__radd__")}
    compiled = type("Compiled", (), named | operators)
    assert infer("written", Written, compiled).one_sided == []


def test_to_look_for_it_runs_nothing() -> None:
    class Loud:
        def __init__(self) -> None:
            raise AssertionError

        def shout(self) -> None: ...

    class Silent:
        def __init__(self) -> None:
            raise AssertionError

    assert one_sided("loud", Loud, Silent) == ["shout: only Python has it"]
    assert infer("sized", len, len).one_sided == []
