"""``agent promote --to retired``: examples become tests, one side goes, other steps are listed."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.cache import contract as cache
from agent.porting.contract.reader import read_contract
from agent.porting.project.stage import set_stage
from agent.porting.retire.golden_tests import golden_tests
from agent.porting.script.literals import literal
from agent.porting.script.statement import split
from agent.porting.script.store import Example
from tests.ported import FIGURES, FILES, TABLE, Port
from tests.subclassable import Reference
from tests.twins.caches import WRONG

if TYPE_CHECKING:
    from tests.conftest import Run, Toys

SCRIPT = """
clock = Clock(1000.0)
spy = Spy('delete')
cache = Cache(3, clock=clock, on_delete=spy)
cache.set('a', 1)
cache.set('b', -0.0, ttl=5.0)
cache.get('a')
cache['b']
cache.peek('a')
cache.set('c', nan)
cache.set('d', 1)
keys = ['a', 'b', 'c']
cache.get_many(keys)
cache.get_many(['c', 'a'])
clock.advance(6.0)
cache.get('b', inf)
cache.stats()
repr(cache)
del cache['a']
del cache['a']
cache.clear()
cache.popitem()
cache.get_or_set('d', lambda: {'x': (1,), 'y': {2, 3}})
Cache(0)
Cache()
iter(cache)
"""


def golden(place: str, script: str = SCRIPT) -> str:
    example = Example(split(script, "script"), Path("script-1.py"))
    contract = read_contract(cache.Cache, cache.CacheFactory)
    return golden_tests("cache", contract, Reference, place, [example])


def run_golden(text: str) -> None:
    names: dict[str, Any] = {}
    exec(text, names)  # noqa: S102  # what was just made
    names["test_script_1"]()


class TestGolden:
    """What a script did is asserted in plain Python."""

    def test_what_the_reference_did_holds_of_the_reference(self) -> None:
        run_golden(golden("tests.subclassable:Reference"))

    @pytest.mark.parametrize("wrong", WRONG, ids=lambda cls: cls.__doc__)
    def test_what_differs_fails(self, wrong: type) -> None:
        name = next(
            name for name, value in vars(sys.modules[wrong.__module__]).items() if value is wrong
        )
        with pytest.raises(AssertionError):
            run_golden(golden(f"tests.twins.caches:{name}"))

    def test_it_reads_as_a_test(self) -> None:
        text = golden("tests.subclassable:Reference")
        for line in (
            "from tests.subclassable import Reference as Cache",
            "from agent.porting.script.vocabulary import Clock",
            "    assert _same(cache['b'], -0.0)",
            "    assert _same(cache.get_many(keys), [None, -0.0, nan])",
            "    assert _same(keys, ['a', 'b', 'c'])",
            "    with pytest.raises(KeyError) as _raised:\n        del cache['a']",
            "    assert _same(_raised.value.args, ('a',))",
            "    assert _same(cache.get('b', inf), inf)",
        ):
            assert line in text

    def test_what_a_call_may_change_is_looked_at_afterwards(self) -> None:
        text = golden("tests.subclassable:Reference", "cache = Cache(2)\nlist.sort([2, 1])")
        assert "    argument1 = [2, 1]\n    assert _same(list.sort(argument1), None)\n" in text
        assert "    assert _same(argument1, [1, 2])\n" in text
        run_golden(text)

    def test_exceptions_of_ones_own_are_imported(self) -> None:
        script = "cache = Cache(2, max_weight=1, weigher=lambda key, value: 9)\ncache.set('a', 1)"
        text = golden("tests.subclassable:Reference", script)
        assert "import agent.components.cache.errors\n" in text
        assert "with pytest.raises(agent.components.cache.errors.EntryTooHeavy) as _raised:" in text
        run_golden(text)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, -0.0, 1e300, float("inf"), -float("inf"), "a\ud800", b"\0", (), (1,), (1, 2),
        [], [[]], {}, {"a": {1: []}}, set(), {1, 2}, frozenset(), frozenset([3]),
    ],
)  # fmt: skip
def test_a_literal_is_the_value_again(value: object) -> None:
    text = literal(value)
    assert text is not None
    again = eval(text, {"inf": float("inf")})  # noqa: S307  # what was just written
    assert repr(again) == repr(value)
    assert type(again) is type(value)


SHARED: list[int] = []


@pytest.mark.parametrize("value", [object(), datetime.now(UTC), [SHARED, SHARED], 1j])
def test_what_no_literal_says_has_none(value: object) -> None:
    assert literal(value) is None


TWO_SIDES = {
    "toy_port/_port.py": """
        from agent.porting.registry.registry import Registry

        registry = Registry.of_package("toy_port", environment="TOY_IMPL")
    """,
    "toy_port/text.py": '''
        """Words."""

        from toy_port._port import registry
        from toy_port.parts import joined

        # How an address is made of a title.
        @registry.port("slug")
        def slug(text, /):
            if not isinstance(text, str):
                raise TypeError("a str is needed")
            return joined(text.lower().split())


        def other(number, /):
            return number + 1
    ''',
    "toy_port/_native.py": """
        def slug(text, /):
            if not isinstance(text, str):
                raise TypeError("a str is needed")
            return "-".join(text.lower().split())
    """,
    "toy_port/_ports/__init__.py": "",
    "toy_port/_ports/slug/__init__.py": "",
    "toy_port/_ports/slug/contract.py": FILES["toy_port/contract.py"],
    "toy_port/_native.pyi": "def slug(text: str, /) -> str: ...\n",
    "parity_tests/test_slug.py": "def test(implementation): ...\n",
    "parity_tests/corpus/slug/life_1.py": "slug(7)\nslug('A  B')\n",
    "usual.py": "from toy_port.text import slug\nassert slug('A b') == 'a-b'\n",
    "unusual.py": "from toy_port._port import registry\nregistry.resolve('slug')\n",
}
ROWS = TABLE.replace("toy_port.contract:Slug", "toy_port._ports.slug.contract:Slug")
GONE = [
    "parity_tests/examples/slug",
    "parity_tests/corpus/slug",
    "evidence/slug.json",
    "toy_port/_ports/slug",
]


@pytest.fixture
def port(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Port:
    """Make the toy project with a decorated slug, in stage ``rust`` on evidence."""
    monkeypatch.chdir(toys.folder)
    port = Port(toys.folder, ROWS, **TWO_SIDES)
    set_stage(port.project, "slug", "rust")
    port.prove(parity=replace(FIGURES["parity"], examples=2))
    return port


def retire(port: Port, *more: str) -> int:
    return port.run("promote", "slug", "--to", "retired", *more)


def passing(run: Run, folder: Path) -> str:
    golden = folder / "parity_tests" / "test_slug_golden.py"
    return run("-m", "pytest", "-q", str(golden), PYTHONPATH=str(folder)).stdout


def test_rust_stays_where_rust_runs(port: Port, run: Run) -> None:
    assert retire(port, "--yes") == 0
    text = (port.folder / "toy_port" / "text.py").read_text(encoding="utf-8")
    assert "from toy_port._native import slug\n\n\ndef other" in text
    assert "registry" not in text
    assert "# How an address" in text
    assert [name for name in GONE if (port.folder / name).exists()] == []
    assert list(port.project.components) == ["other"]
    assert (port.folder / "rust/toy/src/slug.rs").exists()
    assert "2 passed" in passing(run, port.folder)
    run(str(port.folder / "usual.py"), PYTHONPATH=str(port.folder))


def test_python_may_stay(port: Port, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert retire(port, "--yes", "--keep", "python") == 0
    out = capsys.readouterr().out
    text = (port.folder / "toy_port" / "text.py").read_text(encoding="utf-8")
    assert text == TWO_SIDES_PLAIN
    assert not (port.folder / "rust/toy/src/slug.rs").exists()
    for line in (
        "rust/toy/src/lib.rs:1: mod slug;",
        "toy_port/_native.pyi:1: def slug(text: str, /) -> str: ...",
        "unusual.py:2: registry.resolve('slug')  (asks for slug)",
        "parity_tests/test_slug.py: tests both sides",
        "delete  rust/toy/src/slug.rs",
    ):
        assert line in out
    assert "2 passed" in passing(run, port.folder)
    run(str(port.folder / "usual.py"), PYTHONPATH=str(port.folder))


def test_a_crate_of_ones_own_goes_as_a_whole(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    port.write("rust/slug-core/Cargo.toml", '[package]\nname = "slug-core"\n')
    port.write("rust/slug-core/src/lib.rs", "fn core() {}\n")
    table = port.table.read_text(encoding="utf-8")
    sources = 'sources = ["rust/slug-core", "rust/toy/src/slug.rs"]'
    row = table.replace("[components.slug]", f"[components.slug]\n{sources}")
    port.table.write_text(row, encoding="utf-8")
    port.add("rust/toy/Cargo.toml", '[dependencies]\nslug-core = { path = "../slug-core" }\n')
    port.prove(parity=replace(FIGURES["parity"], examples=2))
    assert retire(port, "--yes", "--keep", "python") == 0
    assert not (port.folder / "rust/slug-core").exists()
    assert (port.folder / "rust/toy/src/other.rs").exists()
    out = capsys.readouterr().out
    assert "delete  rust/slug-core/" in out
    assert "rust/toy/Cargo.toml:4: slug-core" in out  # the dependency is left to a person


TWO_SIDES_PLAIN = '''\
"""Words."""

from toy_port.parts import joined

# How an address is made of a title.
def slug(text, /):
    if not isinstance(text, str):
        raise TypeError("a str is needed")
    return joined(text.lower().split())


def other(number, /):
    return number + 1
'''


def test_what_else_needs_the_registry_keeps_it(port: Port) -> None:
    port.add("toy_port/text.py", "\nNAMES = registry.names\n")
    port.prove(parity=replace(FIGURES["parity"], examples=2))
    assert retire(port, "--yes") == 0
    text = (port.folder / "toy_port" / "text.py").read_text(encoding="utf-8")
    assert "from toy_port._port import registry\n" in text
    assert "registry.port" not in text


def test_without_examples_there_are_no_golden_tests(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in GONE[:2]:
        shutil.rmtree(port.folder / name)
    assert retire(port, "--yes", "--keep", "python") == 0
    assert "no example of slug is known" in capsys.readouterr().out
    assert not (port.folder / "parity_tests" / "test_slug_golden.py").exists()


def test_a_contract_that_a_stub_speaks_of_stays_with_rust(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    port.write("toy_port/_native.pyi", "from toy_port._ports.slug.contract import Slug\n")
    port.prove(parity=replace(FIGURES["parity"], examples=2))
    assert retire(port, "--yes") == 0
    assert "toy_port/_native.pyi:1: from toy_port._ports.slug.contract" in capsys.readouterr().out
    assert (port.folder / "toy_port/_ports/slug/contract.py").exists()


def contents(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_a_dry_run_only_shows(port: Port, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(port.folder)
    assert retire(port, "--dry-run") == 0
    out = capsys.readouterr().out
    for name in GONE:
        assert f"delete  {name}" in out
    assert "change  toy_port/text.py" in out
    assert contents(port.folder) == before


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("", 1), ("no", 1)])
def test_a_person_is_asked(
    port: Port, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    before = contents(port.folder)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert retire(port) == status
    assert (contents(port.folder) == before) is bool(status)


def test_without_a_terminal_the_answer_must_be_an_option(port: Port) -> None:
    before = contents(port.folder)
    assert retire(port) == 2
    assert contents(port.folder) == before


def test_the_reference_stays_while_evidence_is_stale(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    port.add("rust/toy/src/slug.rs", "// changed\n")
    assert retire(port, "--yes") == 1
    assert "stale: rust" in capsys.readouterr().err
    assert retire(port, "--yes", "--keep", "python") == 0  # which needs none


def test_a_side_that_fails_the_tests_does_not_stay(
    port: Port, capsys: pytest.CaptureFixture[str]
) -> None:
    port.add("toy_port/_native.py", "\ndef slug(text, /):\n    return text\n")
    assert retire(port, "--yes") == 1
    assert "Rust does not pass the golden tests, so nothing is removed" in capsys.readouterr().err
    assert [name for name in GONE if not (port.folder / name).exists()] == []
    assert "slug" in port.project.components


def test_what_is_ported_in_part_needs_its_reference(port: Port) -> None:
    table = port.table.read_text(encoding="utf-8")
    port.write(
        "toy_port/components.toml",
        table.replace("speedup = 1.5", "share = 0.5").replace(
            "workloads =", "partial = true\nworkloads ="
        ),
    )
    port.prove(parity=replace(FIGURES["parity"], served=1_500, examples=2))
    assert retire(port, "--yes") == 1


def test_keep_and_yes_are_for_retiring(port: Port) -> None:
    assert port.run("promote", "slug", "--keep", "rust") == 2
