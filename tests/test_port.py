"""A ported function or class, decorated in its module: importers get what runs."""

from __future__ import annotations

import pickle
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ContractError, FallbackWarning
from agent.porting.check.loading import reload_component
from agent.porting.project.table import Component, load, restore_references

TABLE = """\
[components.slug]
contract = "mine.contract:Slug"
python = "mine.words:slug"
rust = "{rust}"
stage = "{stage}"
"""
PORT = """\
from agent.porting.registry.registry import Registry

registry = Registry.of_package("mine", "MINE_IMPL")
"""
WORDS = """\
from mine._port import registry

@registry.port("{name}")
def slug(text):
    return text.strip()
"""
RUST = "zlib:crc32"
"""A function of an extension that is always there."""


@pytest.fixture(autouse=True)
def _own_modules(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delenv("AGENT_IMPL", raising=False)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "mine"]:
        del sys.modules[name]


def made(folder: Path, *, stage: str, rust: str = RUST, name: str = "slug") -> Path:
    package = folder / "mine"
    package.mkdir()
    texts = {
        "__init__.py": "", "_port.py": PORT, "words.py": WORDS.format(name=name),
        "components.toml": TABLE.format(rust=rust, stage=stage),
    }  # fmt: skip
    for file, text in texts.items():
        (package / file).write_text(text, encoding="utf-8")
    return folder


def imported(folder: Path) -> Any:
    sys.path.insert(0, str(folder))
    return import_module("mine.words")


def test_in_stage_python_it_is_the_function_itself(tmp_path: Path) -> None:
    words = imported(made(tmp_path, stage="python"))

    assert words.slug is load("mine.words:slug")
    assert words.slug(" a ") == "a"


def test_in_stage_rust_it_is_the_rust_function_itself(tmp_path: Path) -> None:
    words = imported(made(tmp_path, stage="rust"))

    assert words.slug is load(RUST)
    assert load("mine.words:slug")(" a ") == "a"  # which tools compare it with


def test_a_rust_function_is_pickled_by_the_name_it_is_imported_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crc = load(RUST)
    monkeypatch.setattr(crc, "__module__", crc.__module__)  # put back afterwards
    monkeypatch.setattr(sys.modules["zlib"], "slug", crc, raising=False)
    imported(made(tmp_path, stage="rust"))

    assert crc.__module__ == "mine.words"


def test_a_package_in_a_zip_file_falls_back_with_a_warning(tmp_path: Path) -> None:
    folder = made(tmp_path, stage="rust", rust="mine._rust:slug")
    archive = tmp_path / "mine.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (folder / "mine").iterdir():
            file.write(path, f"mine/{path.name}")

    with pytest.warns(FallbackWarning, match="slug runs in Python") as warned:
        words = imported(archive)

    assert [Path(each.filename).name for each in warned] == ["words.py"]

    assert words.slug(" a ") == "a"
    assert pickle.loads(pickle.dumps(words.slug)) is words.slug


def test_a_decorated_function_that_is_not_the_reference_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path, stage="python")
    (folder / "mine" / "words.py").write_text(
        WORDS.format(name="slug").replace("def slug", "def s")
    )

    with pytest.raises(ContractError, match=r"mine\.words:s is decorated as slug, whose reference"):
        imported(folder)


REFERENCE = """\
from mine._port import registry

@registry.port("slug")
def slug(number):
    return number and 1 + slug(number - 1)
"""


def test_a_reference_that_calls_itself_by_its_name_is_python_while_both_are_held(
    tmp_path: Path,
) -> None:
    folder = made(tmp_path, stage="rust")
    (folder / "mine" / "words.py").write_text(REFERENCE)
    words = imported(folder)
    reference = load("mine.words:slug")

    undo = restore_references()
    assert (words.slug, reference(3)) == (reference, 3)
    undo()
    assert words.slug is load(RUST)
    with pytest.raises(TypeError):
        reference(3)  # asks Rust for the rest


def test_a_process_that_compares_has_references_in_their_places(tmp_path: Path) -> None:
    words = imported(made(tmp_path, stage="rust"))
    row = Component("slug", "tests.toy_pairs:Slug", "mine.words:slug", RUST, "rust")

    assert words.slug is load(RUST)
    assert reload_component(row).python is words.slug is load("mine.words:slug")
