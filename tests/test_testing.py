"""The plugin of pytest: both sides of a port under one test, and the check as a test."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]

FILES = {
    "pyproject.toml": """\
[tool.agent-port]
table = "shop/components.toml"
environment = "SHOP_IMPL"
""",
    "shop/__init__.py": "",
    "shop/_port.py": """\
from agent.porting.registry.registry import Registry

registry = Registry.of_package("shop", "SHOP_IMPL")
""",
    "shop/components.toml": """\
[components.slug]
contract = "shop.contract:Slug"
python = "shop.words:slug"
rust = "shop.{rust}:slug"
stage = "python"
partial = true
""",
    "shop/contract.py": """\
from typing import Protocol

class Slug(Protocol):
    def __call__(self, text: str, /) -> str: ...
""",
    "shop/words.py": """\
from shop._port import registry

@registry.port("slug")
def slug(text, /):
    if not isinstance(text, str):
        raise TypeError("text must be a str")
    words = text.split()
    middle = len(words) // 2
    if not middle:
        return "".join(words)
    return "-".join([slug(" ".join(words[:middle])), slug(" ".join(words[middle:]))])
""",
    "shop/_rust.py": """\
from agent.errors import Unsupported

def slug(text, /):
    if not isinstance(text, str):
        raise TypeError("text must be a str")
    if not text.isascii():
        raise Unsupported("text beyond ASCII")
    return {joint!r}.join(text.split())
""",
    "test_shop.py": """\
import os
import pytest
from agent.porting.project.table import load
from agent.testing import parity
from shop.words import slug

def test_by_name(implementation):
    assert implementation("slug")("a b") == implementation.slug("a b") == "a-b"
    with pytest.raises(AttributeError, match="no component 'snail'"):
        implementation.snail

@pytest.mark.component("slug")
def test_bound(implementation):
    assert implementation("é b") == "é-b"

def test_the_whole_run():
    print("runs", os.environ.get("SHOP_IMPL"), slug is load("shop.words:slug"))

def test_a_reference_calls_itself(implementation, monkeypatch):
    if implementation.side == "python":
        monkeypatch.setattr(load("shop._rust:slug"), "__code__", (lambda text: 1 / 0).__code__)
        assert implementation.slug("a b c") == "a-b-c"

test_slug = parity("slug", examples=500)
""",
}


@pytest.fixture
def shop(tmp_path: Path, run: Any) -> Callable[..., str]:
    """Run the tests of a toy project with a given Rust side; return the output."""

    def test(
        *options: str, rust: str = "_rust", joint: str = "-", code: int = 0, **env: str
    ) -> str:
        for name, text in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            filled = text.replace("{rust}", rust).replace("{joint!r}", repr(joint))
            path.write_text(filled, encoding="utf-8")
        arguments = ["-pagent.testing", "-pno:cacheprovider", "--strict-markers", "-vs", *options]
        done = run(
            "-m", "pytest", f"--rootdir={tmp_path}", str(tmp_path), *arguments, code=code, **env
        )
        return str(done.stdout)

    return test


def ended(text: str) -> dict[str, str]:
    """Return how each test ended."""
    found = re.findall(
        r"^\S*test_shop\.py::(\S+) (?:.*\n)*?.*?(PASSED|FAILED|ERROR|SKIPPED)", text, re.MULTILINE
    )
    return dict(found)


def test_both_sides_are_run_and_compared(shop: Any) -> None:
    assert ended(shop()) == dict.fromkeys(
        [
            "test_by_name[py]", "test_by_name[rust]", "test_bound[py]", "test_bound[rust]",
            "test_the_whole_run", "test_a_reference_calls_itself[py]",
            "test_a_reference_calls_itself[rust]", "test_slug",
        ],
        "PASSED",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "side", "reference"), [("py", "python", True), ("rust", "rust", False)]
)
def test_one_side_is_that_of_the_whole_run(
    shop: Any, choice: str, side: str, *, reference: bool
) -> None:
    text = shop(f"--implementation={choice}", SHOP_IMPL_SLUG="python")
    assert f"runs {side} {reference}" in text
    assert f"test_bound[{choice}]" in ended(text)
    assert len([name for name in ended(text) if "[" in name]) == 3
    assert ended(text)["test_slug"] == ("SKIPPED" if choice == "py" else "PASSED")


def test_a_difference_is_shown_as_the_check_prints_it(shop: Any) -> None:
    text = shop(joint="_", code=1)
    assert ended(text)["test_slug"] == "FAILED"
    assert re.search(r"slug\('.*'\) differs in result\n  python  '.*-.*'\n  rust    '.*_.*'", text)
    assert "slug: divergent (" in text
    assert "Traceback" not in text


def test_a_wrong_setting_of_a_check_is_a_failure_with_a_sentence(shop: Any, tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text(
        "from agent.testing import parity\ntest_it = parity('slug', profil='quick')\n"
    )
    text = shop("-ktest_it", code=1)
    assert "a check has no setting 'profil': choose from profile, examples, " in text
    assert "Traceback" not in text


def test_without_rust_its_tests_fail_unless_that_is_allowed(shop: Any) -> None:
    failed = ended(shop(rust="_absent", code=1))
    assert [failed[name] for name in ("test_by_name[py]", "test_by_name[rust]", "test_slug")] == [
        "PASSED", "FAILED", "FAILED",
    ]  # fmt: skip
    assert failed["test_bound[rust]"] == "ERROR"
    text = shop("--may-lack-rust", rust="_absent")
    assert [ended(text)[name] for name in ("test_bound[rust]", "test_slug")] == ["SKIPPED"] * 2
    assert ended(shop("--implementation=py", rust="_absent"))["test_bound[py]"] == "PASSED"


@pytest.fixture
def metadata(tmp_path: Path) -> Path:
    """Return a folder with what an installation leaves of the entry points in pyproject.toml."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    lines = ["[pytest11]", *(f"{name} = {place}" for name, place in points["pytest11"].items())]
    folder = tmp_path / "installed" / "agent_port-0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: agent-port\nVersion: 0\n")
    (folder / "entry_points.txt").write_text("\n".join(lines))
    return folder.parent


def test_once_installed_it_may_be_named_again(run: Any, tmp_path: Path, metadata: Path) -> None:
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['agent.testing']\n")
    (tmp_path / "test_alone.py").write_text("def test_it(pytestconfig): ...\n")
    path = os.pathsep.join([str(metadata), str(ROOT)])

    def helped(*options: str, **more: Any) -> str:
        arguments = ["-m", "pytest", "-pno:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
        return str(run(*arguments, *options, PYTHONPATH=path, **more).stdout)

    assert "--may-lack-rust" in helped("--help")
    assert "1 passed" in helped("-pagent.testing")
    (tmp_path / "conftest.py").unlink()
    assert "1 passed" in helped()
    assert "--may-lack-rust" not in helped("--help", "-pno:agent.testing")
    assert "1 passed" in helped("-pno:agent.testing")


def test_outside_of_a_project_it_says_what_is_missing(tmp_path: Path, run: Any) -> None:
    (tmp_path / "test_alone.py").write_text("def test_it(implementation): ...\n")
    done = run("-m", "pytest", "-pagent.testing", f"--rootdir={tmp_path}", str(tmp_path), code=1)
    assert "has a table [tool.agent-port]" in done.stdout
    arguments = ["-pagent.testing", "--implementation=rust", f"--rootdir={tmp_path}", str(tmp_path)]
    done = run("-m", "pytest", *arguments, code=4)
    assert done.stderr.startswith("ERROR: no pyproject.toml around")


def test_loading_it_imports_nothing_else(run: Any) -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import agent.testing; "
        "print(sorted(set(sys.modules) - before))"
    )
    assert run("-c", code).stdout.strip() == "['agent', 'agent.testing']"


GUIDE = ROOT / "docs" / "guide" / "pytest.md"


def test_the_guide_shows_what_is_printed(shop: Any, tmp_path: Path) -> None:
    (source,) = re.findall(
        r"```python\n# test_words.py\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL
    )
    (shown,) = re.findall(
        r"\$ pytest -v test_words.py\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL
    )
    (tmp_path / "test_words.py").write_text(source, "utf-8")
    text = shop(f"--deselect={tmp_path}/test_shop.py", "--tb=short")
    for line in shown.splitlines():
        name, _, how = line.partition(" ")
        assert re.search(rf"{re.escape(name)} (.*\n)*?.*{how}", text)
