"""`agent new`: the files that it writes into a package, and that it overwrites none."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.errors import ContractError, UsageError
from agent.porting.sources.cargo import find_crates
from tests.scaffolded import ROOT, Package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = '''\
"""Text."""

from __future__ import annotations

import re


def slug(text: str, *, width: int = 80) -> str:
    """Turn a title into a slug."""
    return "-".join(re.findall("[a-z0-9]+", text.lower()))[:width]


def last(items, number=1):
    return items[-number:]


class Total:
    """Adds up."""

    def __init__(self, start: int = 0) -> None:
        self._sum = start

    def add(self, number: int) -> int:
        """Add a number."""
        self._sum += number
        return self._sum


class Table:
    """Looks numbers up."""

    names = {"one": 1}
    order = ["one"]

    def number(self, name: str) -> int:
        """Return the number of that name."""
        return self.names[name]

    def show(self, name: str) -> None:
        """Print the number of that name."""
        print(self.names[name])


def shout(text: str) -> None:
    print(text)


async def wait() -> None: ...


class Waiting:
    def name(self) -> str:
        return "waiting"

    async def wait(self) -> None: ...


def count(limit: int):
    yield from range(limit)


class Odd(dict):
    pass


class Empty:
    pass


CONSTANT = 3
'''

TREE = """\
Cargo.toml
benchmarks/
  test_workloads.py
parity_tests/
  test_slug.py
rust/
  somebody-rust/
    Cargo.toml
    build.rs
    src/
      exits.rs
      lib.rs
      slug.rs
      values.rs
somebody/
  _port.py
  _ports/
    __init__.py
    slug/
      __init__.py
      contract.py
      workloads.py
  _rust.pyi
  components.toml"""


@pytest.fixture(autouse=True)
def paths() -> Iterator[None]:
    before = list(sys.path)
    yield
    sys.path[:] = before


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Package]:
    package = Package(tmp_path, "somebody", {"text.py": TEXT})
    yield package
    package.forget()


def contents(root: Path) -> dict[str, bytes]:
    """Return all files but what Python keeps."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_new_component_has_all_its_parts(package: Package) -> None:
    before = contents(package.root)
    made = package.new("slug", "text:slug", init=True)
    assert made.changes.tree() == TREE
    assert {path for path in before if contents(package.root)[path] != before[path]} == {
        "pyproject.toml", "somebody/text.py",
    }  # fmt: skip
    settings = tomllib.loads((package.root / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["dependencies"] == ["agent-port"]
    assert settings["tool"] == {
        "agent-port": {"table": "somebody/components.toml", "environment": "SOMEBODY_IMPL"},
        "maturin": {
            "module-name": "somebody._rust", "manifest-path": "rust/somebody-rust/Cargo.toml"
        },
    }  # fmt: skip


def test_python_runs_as_before(package: Package) -> None:
    package.new("slug", "text:slug", init=True)
    package.new("total", "text:Total")
    text = import_module("somebody.text")
    assert text.slug("A b") == "a-b"
    assert text.Total(1).add(2) == 3
    assert import_module("somebody._port").registry.names == ("slug", "total")


def test_its_workloads_agree_with_the_reference(package: Package) -> None:
    package.new("slug", "text:slug", init=True)
    package.new("total", "text:Total")
    module = import_module("somebody.text")
    for name, reference in (("slug", module.slug), ("total", module.Total)):
        (workload,) = import_module(f"somebody._ports.{name}.workloads").WORKLOADS
        state = workload.prepare(workload.draw(), reference)
        workload.run(state, 2)
        assert workload.answer(state) == workload.expected
        assert len(workload.expected) == workload.size > 20


def test_recorded_calls_are_what_is_measured(package: Package) -> None:
    corpus = package.root / "parity_tests" / "corpus" / "slug"
    corpus.mkdir(parents=True)
    calls = ["slug('One two')", "slug(5)", "slug('a', width=1)", "slug(text='b c d')"]
    (corpus / "call_1.py").write_text("\n".join(calls), "utf-8")
    package.new("slug", "text:slug", init=True)
    (workload,) = import_module("somebody._ports.slug.workloads").WORKLOADS
    assert (workload.name, workload.expected) == ("recorded", ["one-two", "a", "b-c-d"])


def test_recorded_calls_give_types(package: Package) -> None:
    corpus = package.root / "parity_tests" / "corpus" / "last"
    corpus.mkdir(parents=True)
    (corpus / "call_1.py").write_text("last(['a', 'b'])\nlast(['c'], number=1)", "utf-8")
    package.new("last", "text:last", init=True)
    contract = (package.folder / "_ports" / "last" / "contract.py").read_text("utf-8")
    assert "items: list[str]" in contract
    assert "since recorded calls pass that" in contract


def test_what_touches_the_world_is_not_called(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    made = package.new("shout", "text:shout", init=True)
    assert capsys.readouterr().out == ""
    assert not any(path.endswith("shout/workloads.py") for path in made.changes.created)
    assert any("no workloads" in remark for remark in made.remarks)


def test_constants_of_a_class_may_be_of_any_kind(package: Package) -> None:
    package.new("table", "text:Table", init=True)
    contract = (package.folder / "_ports/table/contract.py").read_text(encoding="utf-8")
    assert "def names(self)" in contract
    assert "def order(self)" in contract


def test_what_a_class_prints_it_prints_once(package: Package) -> None:
    made = package.new("table", "text:Table", init=True)
    contract = (package.folder / "_ports/table/contract.py").read_text(encoding="utf-8")
    assert "def number(self, name: str)" in contract
    assert "def show" not in contract
    assert "show: calls print, which two sides would do twice" in made.remarks


def test_guesses_are_marked(package: Package) -> None:
    made = package.new("last", "text:last", init=True)
    contract = (package.folder / "_ports" / "last" / "contract.py").read_text("utf-8")
    guessed = [line.strip() for line in contract.splitlines() if "# Guessed" in line]
    assert len(guessed) == 2
    assert sum("since" in remark for remark in made.remarks) == 2


def test_nothing_is_overwritten(package: Package) -> None:
    (package.root / "benchmarks").mkdir()
    (package.root / "benchmarks" / "test_workloads.py").write_text("mine", "utf-8")
    before = contents(package.root)
    with pytest.raises(UsageError, match=r"^benchmarks/test_workloads.py exists, and is not"):
        package.new("slug", "text:slug", init=True)
    assert contents(package.root) == before


def test_a_dry_run_shows_and_writes_nothing(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(package.root)
    monkeypatch.chdir(package.root)
    argv = ["new", "slug", "--from", "somebody.text:slug", "--init"]
    assert main([*argv, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(TREE)
    assert '+@registry.port("slug")\n' in out
    assert contents(package.root) == before
    assert main([*argv, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["edited"] == ["pyproject.toml", "somebody/text.py"]
    assert set(told["created"]) == contents(package.root).keys() - before.keys()
    assert told["next"][0] == "maturin develop --release"


@pytest.mark.parametrize(("name", "reference", "said"), [
    ("slug", "somebody.text", "--from somebody.text: give a function or class"),
    ("slug", "somebody.text:Total.add", "methods are ported with their class"),
    ("slug", "somebody.text:nothing", "has no attribute 'nothing'"),
    ("slug", "somebody.text:CONSTANT", "is not a function or class, but 3"),
    ("slug", "somebody.text:wait", "is asynchronous, and no skeleton"),
    ("slug", "somebody.text:Waiting", "has the asynchronous method wait, and no skeleton"),
    ("slug", "somebody.text:count", "is a generator function"),
    ("slug", "somebody.text:Odd", "extends dict, which a class in Rust cannot extend"),
    ("slug", "somebody.text:Empty", "somebody.text:Empty has nothing that could be compared"),
    ("slug", "elsewhere.text:slug", "has no package elsewhere"),
    ("Slug", "somebody.text:slug", "'Slug' is not a component name"),
    ("values", "somebody.text:slug", "would conflict with the crate's own values"),
    ("self", "somebody.text:slug", "'self' cannot be a name in Rust"),
])  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence(  # noqa: PLR0913, PLR0917  # fixtures too
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, reference: str, said: str,
) -> None:  # fmt: skip
    before = contents(package.root)
    monkeypatch.chdir(package.root)
    assert main(["new", name, "--from", reference, "--init"]) == 2
    assert said in capsys.readouterr().err
    assert contents(package.root) == before


def test_a_package_is_set_up_once(package: Package) -> None:
    with pytest.raises(UsageError, match="use --init to set it up"):
        package.new("slug", "text:slug")
    package.new("slug", "text:slug", init=True)
    with pytest.raises(UsageError, match=r"pyproject.toml has a \[tool.agent-port\] already"):
        package.new("total", "text:Total", init=True)
    with pytest.raises(UsageError, match="already has a component slug"):
        package.new("slug", "text:last")


def test_a_single_module_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package(tmp_path, "somebody", {})
    (tmp_path / "alone.py").write_text("def f(): ...", "utf-8")
    monkeypatch.setattr(package, "name", "alone")
    with pytest.raises(UsageError, match="alone is a single module"):
        package.new("f", "py:f", init=True)
    monkeypatch.setattr(package, "name", "agent")
    with pytest.raises(UsageError, match="has no package agent"):
        package.new("f", "errors:AgentError", init=True)


def test_a_component_more_changes_nothing_that_another_is_built_from(package: Package) -> None:
    package.new("slug", "text:slug", init=True)
    before = find_crates(package.root, package.folder).contents("slug", {"slug": ()})
    assert {f"rust/somebody-rust/src/{each}.rs" for each in ("exits", "values")} < set(before)
    package.new("total", "text:Total")
    rows = {"slug": (), "total": ()}
    assert find_crates(package.root, package.folder).contents("slug", rows) == before


def test_an_extension_that_agent_did_not_begin_is_a_sentence(package: Package) -> None:
    package.new("slug", "text:slug", init=True)
    shutil.rmtree(package.root / "rust")
    with pytest.raises(UsageError, match=r"src/lib\.rs, in which agent new lists .* is missing"):
        package.new("total", "text:Total")
    assert not (package.folder / "_ports" / "total").exists()


@pytest.mark.parametrize("file", ["_rust.pyi", "components.toml"])
def test_a_file_to_list_it_in_that_is_missing_is_a_sentence(package: Package, file: str) -> None:
    package.new("slug", "text:slug", init=True)
    (package.folder / file).unlink()
    with pytest.raises((ContractError, UsageError), match=re.escape(file)):
        package.new("total", "text:Total")


def test_what_is_built_is_not_committed(package: Package) -> None:
    (package.root / ".git").mkdir()
    (package.root / ".gitignore").write_text("*.so\n# mine", "utf-8")
    package.new("slug", "text:slug", init=True)
    assert (package.root / ".gitignore").read_text(
        "utf-8"
    ) == "*.so\n# mine\n/build/\n/target/\n*.pyd\n"


def test_packages_may_be_in_src(tmp_path: Path) -> None:
    package = Package(tmp_path, "inside", {"text.py": TEXT}, source="src")
    made = package.new("slug", "text:slug", init=True)
    assert "src/inside/components.toml" in made.changes.created
    tool = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]
    assert tool["maturin"]["python-source"] == "src"
    assert tool["agent-port"]["table"] == "src/inside/components.toml"
    assert import_module("inside.text").slug("A") == "a"
    package.forget()


def test_comments_of_the_table_are_kept(package: Package) -> None:
    package.new("slug", "text:slug", init=True)
    table = package.folder / "components.toml"
    text = table.read_text("utf-8") + "\n# mine\n"
    table.write_text(text, "utf-8")
    package.new("last", "text:last")
    assert table.read_text("utf-8").startswith(text)


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    package = Package(tmp_path, "windows", {"text.py": text})
    package.new("slug", "text:slug", init=True)
    lines = (package.folder / "text.py").read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)
    added = {b"\r\n", b"from windows._port import registry\r\n", b'@registry.port("slug")\r\n'}
    assert [line for line in lines if line not in added] == [
        line for line in text.encode().splitlines(keepends=True) if line not in added
    ]
    package.forget()


def test_without_the_decorator_the_module_is_left_alone(package: Package) -> None:
    made = package.new("slug", "text:slug", init=True, decorate=False)
    assert (package.folder / "text.py").read_text("utf-8") == TEXT
    (remark,) = [each for each in made.remarks if "put into" in each]
    assert remark == (
        "put into somebody/text.py: from somebody._port import registry, and "
        '@registry.port("slug") on slug'
    )


WAITING = '''
from threading import Lock

show = print


class Gate:
    """Waits for ever."""

    def __init__(self) -> None:
        self._lock = Lock()

    def enter(self) -> bool:
        show("entered")
        return self._lock.acquire()

    def size(self) -> int:
        return 3
'''


def test_a_call_that_waits_for_ever_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = Package(tmp_path, "waiting", {"gates.py": WAITING})
    package.new("gate", "gates:Gate", init=True)
    (workload,) = import_module("waiting._ports.gate.workloads").WORKLOADS
    assert workload.expected.count(3) > 3
    assert workload.expected.count(True) == 1
    assert capsys.readouterr().out == ""
    package.forget()


def test_a_build_says_the_same_of_itself_as_our_own() -> None:
    places = "agent/porting/scaffold/templates/package/build.rs.jinja", "rust/agent-native/build.rs"
    theirs, ours = ((ROOT / each).read_text("utf-8").splitlines() for each in places)
    code = [line for line in ours if "use_pyo3_cfgs" not in line and not line.startswith("//!")]
    assert [line for line in theirs if not line.startswith("//!")] == code
