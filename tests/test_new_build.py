"""A crate that `agent new` made is built once: it refuses, and passes every type through."""

from __future__ import annotations

import inspect
import json
import math
import shutil
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.errors import Unsupported
from agent.porting.compare.comparison import Comparison
from agent.porting.sources.build import read_build
from tests.scaffolded import ROOT, Package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("cargo") is None or sys.platform != "linux", reason="builds a crate"
)

TYPES = {
    "nothing": "None",
    "truth": "bool",
    "whole": "int",
    "real": "float",
    "text": "str",
    "octets": "bytes",
    "listed": "list[int]",
    "nested": "list[list[str]]",
    "row": "tuple[int, ...]",
    "single": "tuple[str]",
    "pair": "tuple[int, str]",
    "mapped": "dict[str, list[float]]",
    "keyed": "dict[tuple[int, bool], bytes]",
    "unordered": "set[str]",
    "maybe": "str | None",
    "maybe_listed": "list[int | None]",
    "placed": "Point",
    "places": "list[Point]",
    "anything": "Any",
    "odd": "Decimal",
}
"""What is passed through, by the name of the function that does."""

HEAD = """\
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass
class Point:
    x: int
    name: str
    tags: tuple[str, ...] = ()

"""

FUNCTION = '''
def {name}(value: {text}) -> {text}:
    """Return the value."""
    return value

'''

CLASS = '''

class Total:
    """Adds up."""

    def __init__(self, start: int = 0, *, label: str | None = None) -> None:
        self._sum = start
        self.label = label

    @property
    def sum(self) -> int:
        return self._sum

    def add(self, number: int, *more: int, **named: int) -> None:
        self._sum += number + sum(more) + sum(named.values())

    def is_large(self, than: float = 1e3, names: list[str] = []) -> bool:
        return self._sum > than

    def __len__(self) -> int:
        return 3

    def __contains__(self, number: int) -> bool:
        return number == self._sum

    def __getitem__(self, index: int) -> "Total":
        return self

    def __setitem__(self, index: int, value: object) -> None:
        self._sum = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Total) and other._sum == self._sum

    def __hash__(self) -> int:
        return hash(self._sum)

    def __add__(self, other: "Total") -> "Total":
        return Total(self._sum + other._sum)

    def __int__(self, _sum=sum) -> int:
        return self._sum


class _waits_for:
    """Has a name that Rust does not like."""

    def __init__(self, values: dict[str, int]) -> None:
        self._values = iter(values)

    def __iter__(self) -> "_waits_for":
        return self

    def __next__(self) -> str:
        return next(self._values)

    def waitFor(self, N: int, r: object = ...) -> None: ...


class Exact:
    """Is called what the glue calls something of its own."""

    def __init__(self, URL: str) -> None:
        self.URL = URL

    def get(self) -> str:
        return self.URL


def type(
    match: str, /, fn: int = 3, *, ratio: float = -1.5, sep: bytes = b"", none: None = None
) -> str:
    """Has names that are words of Rust."""
    return match


def many(
    a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, *, i: object = HEAD
) -> object:
    return a


def sorts(items: list[int]) -> None:
    items.sort()


def calls(function: Any) -> Any:
    return function()
'''


ENDING = """
import sys, threading, time
sys.path.insert(0, sys.argv[1])
from scaffolded_all._rust import calls
inside = threading.Barrier(9)
def work():
    calls(inside.wait)
    while True:
        calls(lambda: time.sleep(0.001))
class Late:
    def __del__(self, sleep=time.sleep):
        sleep(0.1)  # lets them go on while the interpreter is ending
for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
inside.wait()
sys.modules["kept"] = Late()
"""
"""Ends while threads are inside Rust, which calls back into Python."""


_OWNED = {
    "str": "value.to_owned()",
    "bytes": "value.to_vec()",
    "str | None": "value.map(str::to_owned)",
}
"""What is made of a value that is lent."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    functions = "".join(FUNCTION.format(name=name, text=text) for name, text in TYPES.items())
    module = f"{HEAD}\nHEAD = object()\n{functions}{CLASS}"
    package = Package(tmp_path_factory.mktemp("built"), "scaffolded_all", {"all.py": module})
    before = list(sys.path)
    for number, name in enumerate([*TYPES, "type", "many", "sorts", "calls"]):
        package.new(name, f"all:{name}", init=number == 0)
    package.new("total", "all:Total")
    package.new("waits", "all:_waits_for")
    package.new("exact", "all:Exact")
    for name, text in TYPES.items():
        package.port(name, f"Ok({_OWNED.get(text, 'value')})")
    package.port("calls", "function.call0()")
    yield package
    sys.path[:] = before
    package.forget()


@pytest.fixture(scope="module")
def rust(package: Package) -> Any:
    return package.build()


def test_it_compiles_without_a_warning(package: Package) -> None:
    (package.rust / "src" / "lib.rs").touch()  # what was checked before is not told again
    assert "warning" not in package.cargo("clippy", "--release", "--", "-D", "warnings")
    package.cargo("fmt", "--check")


def test_it_reports_its_build(rust: Any) -> None:
    build = read_build(rust)
    assert (build.profile, build.stale, build.version) == ("release", False, "0.1.0")


@pytest.mark.parametrize(("name", "value"), [
    ("nothing", None), ("truth", True), ("truth", False),
    ("whole", 0), ("whole", -(1 << 63)), ("whole", (1 << 63) - 1),
    ("real", -0.0), ("real", math.inf), ("real", 5e-324),
    ("text", ""), ("text", "a\0é\U0001f600"), ("octets", b"\0\xff"),
    ("listed", []), ("listed", [3, -1]), ("nested", [["a"], []]), ("row", ()), ("row", (1, 2)),
    ("single", ("a",)), ("pair", (1, "a")), ("mapped", {"b": [1.0], "a": []}),
    ("keyed", {(2, True): b"x", (1, False): b""}), ("unordered", {"a", "b"}),
    ("maybe", None), ("maybe", "a"), ("maybe_listed", [None, 2]),
    ("anything", [{}, ...]), ("odd", 5),
])  # fmt: skip
def test_a_value_comes_back_as_it_was(rust: Any, name: str, value: Any) -> None:
    found = getattr(rust, name)(value)
    assert Comparison().first("result", value, found) is None
    assert list(found) == list(value) if isinstance(value, dict) else True


def test_a_dataclass_goes_by_its_attributes(rust: Any) -> None:
    point = import_module("scaffolded_all.all").Point
    assert rust.placed(point(1, "a", ("b",))) == point(1, "a", ("b",))
    assert type(rust.places([point(2, "c")])[0]) is point
    broken = point(1, "a")
    del broken.name
    for wrong in (broken, point(x=True, name="a"), type("Sub", (point,), {})(1, "a"), (1, "a")):
        with pytest.raises(Unsupported):
            rust.placed(wrong)


class Text(str):
    """A subclass of what is taken."""

    __slots__ = ()


class Whole(int):
    """Another."""


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("whole", True, "bool where Rust takes int"), ("whole", Whole(1), "Whole where Rust takes int"),
    ("whole", 1 << 63, "an int of more than 64 bits"), ("whole", "1", "str where Rust takes int"),
    ("truth", 1, "int where Rust takes bool"), ("real", 1, "int where Rust takes float"),
    ("text", "\ud800", "a str with a lone surrogate"),
    ("text", Text("a"), "Text where Rust takes str"),
    ("octets", bytearray(b"a"), "bytearray where Rust takes bytes"),
    ("listed", (1,), "tuple where Rust takes list"),
    ("listed", [1, True], "bool where Rust takes int"),
    ("row", [1], "list where Rust takes tuple"), ("pair", (1,), "a tuple of another length"),
    ("mapped", {"a": [1]}, "int where Rust takes float"),
    ("unordered", frozenset("a"), "frozenset where Rust takes set"),
    ("nothing", 0, "int where Rust takes None"), ("maybe", 0, "int where Rust takes str"),
])  # fmt: skip
def test_what_is_not_exactly_of_the_type_is_left_to_python(
    rust: Any, name: str, value: Any, reason: str
) -> None:
    with pytest.raises(Unsupported) as caught:
        getattr(rust, name)(value)
    assert caught.value.args == (reason,)


@pytest.mark.usefixtures("rust")
def test_a_process_ends_in_order_while_threads_are_inside(package: Package) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDING, str(package.root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_guard_of_exits_is_the_extensions_own() -> None:
    own = ROOT / "rust" / "agent-native" / "src" / "bridge" / "exits.rs"
    template = ROOT / "agent/porting/scaffold/templates/package/exits.rs.jinja"
    texts = [path.read_text(encoding="utf-8").partition("mod told {") for path in (own, template)]
    assert texts[0][1:] == texts[1][1:]
    assert texts[0][1]


def test_what_is_not_ported_refuses(rust: Any) -> None:
    with pytest.raises(Unsupported, match=r"^total is not ported yet$"):
        rust.Total(1)
    with pytest.raises(Unsupported, match=r"^type is not ported yet$"):
        rust.type("a", fn=1, ratio=2.0)
    with pytest.raises(Unsupported, match=r"^many is not ported yet$"):
        rust.many(*range(8), i=...)
    with pytest.raises(TypeError, match="missing"):
        rust.many()


def test_python_serves_it_meanwhile(package: Package, rust: Any) -> None:
    assert rust.Total.__module__ == "scaffolded_all.all"
    module = import_module("scaffolded_all.all")
    with module.registry.override(total="rust", type="rust"):
        total = module.registry.resolve("total")(2, label="a")
        total.add(3, 1, 2, last=4)
        assert (total.sum, total.label, len(total), 12 in total) == (12, "a", 3, True)
        assert module.registry.resolve("type")("x") == "x"


def test_signatures_are_those_of_python(rust: Any) -> None:
    module = import_module("scaffolded_all.all")
    shown = "(match, /, fn=3, *, ratio=-1.5, sep=b'', none=None)"
    assert str(inspect.signature(rust.type)) == shown
    assert str(inspect.signature(rust.Total)) == "(start=0, *, label=None)"
    assert str(inspect.signature(rust.Total.add)) == "(self, /, number, *more, **named)"
    assert list(inspect.signature(rust.many).parameters) == list(
        inspect.signature(module.many).parameters
    )


CHECKSUM = '''
def checksum(text: str, modulus: int = 65521) -> int:
    """Return Adler's checksum of code points."""
    low, high = 1, 0
    for sign in text:
        low = (low + ord(sign)) % modulus
        high = (high + low) % modulus
    return (high << 16) | low
'''

CHECKSUM_IN_RUST = """\
if modulus <= 0 || modulus > 1 << 32 {
        return Err(Unsupported::new_err("a modulus out of bounds"));
    }
    let (mut low, mut high) = (1, 0);
    for sign in text.chars() {
        low = (low + i64::from(u32::from(sign))) % modulus;
        high = (high + low) % modulus;
    }
    Ok((high << 16) | low)"""


def test_from_new_to_a_compared_and_measured_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = Package(tmp_path, "summing", {"sums.py": CHECKSUM}, source="src")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["new", "checksum", "--from", "summing.sums:checksum", "--init"]) == 0
    package.forget()
    package.port("checksum", CHECKSUM_IN_RUST, "Unsupported")
    package.build()
    capsys.readouterr()
    assert main(["check", "checksum", "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["verdict"] == "identical"
    assert (
        main(["bench", "checksum", "--processes", "2", "--seconds", "0.1", "--busy", "--json"]) == 0
    )
    record = json.loads(capsys.readouterr().out)
    assert record["build"]["stale"] is False
    (row,) = record["workloads"]
    assert row["agreed"]
    assert row["speedup"] is not None
    (tmp_path / "Cargo.toml").write_text(
        "# changed\n" + (tmp_path / "Cargo.toml").read_text("utf-8")
    )
    assert main(["bench", "checksum", "--busy"]) == 3
    assert "is a stale build" in capsys.readouterr().err
    package.forget()


def test_a_project_that_was_moved_is_built_from_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    before, after = tmp_path / "before", tmp_path / "after"
    source = "def same(number: int) -> int:\n    return number\n"
    package = Package(before, "moving", {"numbers.py": source})
    package.new("same", "numbers:same", init=True)
    package.cargo("check", "--release", "--quiet")
    package.root = before.rename(after)
    package.cargo("check", "--release", "--quiet")
    package.forget()
