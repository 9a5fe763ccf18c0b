"""The truth about a build: its digest follows the sources to the byte."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from agent.errors import MeasurementRefused
from agent.porting.sources.build import Build, read_build, require_measurable, source_digest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of this project's own Rust sources."""
    for name in ("Cargo.toml", "Cargo.lock"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "rust", tmp_path / "rust", ignore=shutil.ignore_patterns("target"))
    return tmp_path


def extension(root: Path, profile: str = "release", digest: str | None = None) -> ModuleType:
    """A fake extension that was just built from the sources in `root`."""
    module = ModuleType("toy._native")
    module.__file__ = str(root / "toy" / "_native.so")
    facts = {
        "__version__": "1.2.3",
        "__profile__": profile,
        "__digest__": digest or source_digest(root, profile),
    }
    vars(module).update(facts)
    return module


def test_a_build_of_these_sources_is_not_stale(tree: Path) -> None:
    digest = source_digest(tree)

    assert read_build(extension(tree)) == Build("1.2.3", "release", digest, stale=False)


def sources(tree: Path) -> list[Path]:
    return [
        path
        for path in sorted(tree.rglob("*"))
        if path.suffix in {".rs", ".txt"} or path.name in {"Cargo.toml", "Cargo.lock"}
    ]


def test_one_byte_of_any_source_makes_it_stale(tree: Path) -> None:
    module = extension(tree)

    for path in sources(tree):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert read_build(module).stale is True, path
        path.write_bytes(content)
        assert read_build(module).stale is False, path


def test_a_new_a_lost_and_a_moved_source_make_it_stale(tree: Path) -> None:
    module = extension(tree)
    added = tree / "rust" / "deep" / "in" / "there.rs"
    added.parent.mkdir(parents=True)
    added.touch()
    assert read_build(module).stale is True
    added.unlink()
    assert read_build(module).stale is False

    moved = next(path for path in sources(tree) if path.suffix == ".rs")
    moved.rename(moved.with_name("elsewhere.rs"))
    assert read_build(module).stale is True


def test_what_is_no_source_does_not_matter(tree: Path) -> None:
    module = extension(tree)
    (tree / "rust" / "README.md").write_text("words", encoding="utf-8")

    assert read_build(module).stale is False


def test_the_digest_is_formed_as_it_says(tmp_path: Path) -> None:
    files = {"Cargo.lock": b"", "Cargo.toml": b"[workspace]", "rust/a/Cargo.toml": b"x"}
    files |= {"rust/a-b/lib.rs": b"fn", "rust/a/lib.rs": b"// \xc3\xa9"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    stream = b"".join(
        name.encode() + b"\0" + str(len(files[name])).encode() + b"\0" + files[name]
        for name in sorted(files)
    )

    assert source_digest(tmp_path, "debug") == hashlib.sha256(stream + b"debug").hexdigest()


def test_without_sources_staleness_is_unknown(tmp_path: Path) -> None:
    module = extension(tmp_path, digest="0" * 64)

    assert read_build(module).stale is None
    require_measurable(module)


def test_sources_may_be_looked_for_elsewhere(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    module = extension(tree)
    module.__file__ = str(tmp_path_factory.mktemp("elsewhere") / "toy" / "_native.so")

    assert read_build(module).stale is None
    assert read_build(module, tree).stale is False


def test_a_module_that_says_nothing_of_its_build() -> None:
    silent = ModuleType("silent")

    assert read_build(silent) == Build(None, None, None, None)
    with pytest.raises(MeasurementRefused, match="silent is a build without a profile"):
        require_measurable(silent)


def test_a_debug_build_is_not_measured(tree: Path) -> None:
    with pytest.raises(MeasurementRefused, match="is a debug build; build it in release mode"):
        require_measurable(extension(tree, profile="debug"))


def test_a_stale_build_is_not_measured(tree: Path) -> None:
    module = extension(tree)
    require_measurable(module)
    with (tree / "Cargo.toml").open("a", encoding="utf-8") as file:
        file.write("\n")

    with pytest.raises(MeasurementRefused, match="is a stale build"):
        require_measurable(module)
