"""A real text of 46 MB: dictionaries in English, Greek, Hindi and French, from Debian's packages.

    python -m benchmarks.peers.text.corpus

fetches them with ``apt-get download``, which needs no rights, and writes ``build/corpus``.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.errors import EnvironmentLacking

__all__ = ["FOLDER", "lines"]

FOLDER = Path(__file__).parents[3] / "build" / "corpus"

PACKAGES = {
    "gcide": "dict-gcide",
    "freedict-ell-eng": "dict-freedict-ell-eng",
    "freedict-eng-hin": "dict-freedict-eng-hin",
    "freedict-fra-eng": "dict-freedict-fra-eng",
}
"""The package of each dictionary; the first is in English alone."""


@cache
def lines(*, ascii_only: bool) -> list[str]:
    """Return the lines of the English dictionary, or those of the others; fetch what is missing.

    Raises `EnvironmentLacking` where that cannot be done.
    """
    english, *others = PACKAGES
    texts = [_text(name) for name in ([english] if ascii_only else others)]
    return [line for text in texts for line in text.splitlines() if line]


def _text(name: str) -> str:
    path = FOLDER / f"{name}.txt"
    if not path.exists():
        _fetch(name, path)
    return path.read_text(encoding="utf-8")


def _fetch(name: str, path: Path) -> None:
    with TemporaryDirectory() as folder:
        try:
            _call("apt-get", "download", PACKAGES[name], folder=folder)
            (package,) = Path(folder).glob("*.deb")
            _call("dpkg-deb", "--extract", str(package), folder, folder=folder)
            (packed,) = Path(folder).rglob(f"{name}.dict.dz")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            message = (
                f"the corpus lacks {name}: it comes from Debian's package {PACKAGES[name]}, which"
                f" cannot be had here ({error}); put the text into {path}"
            )
            raise EnvironmentLacking(message) from error
        text = gzip.decompress(packed.read_bytes()).decode("utf-8", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _call(*command: str, folder: str) -> None:
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    for ascii_only in (True, False):
        found = lines(ascii_only=ascii_only)
        print(f"{len(found):,} lines, {sum(map(len, found)):,} characters", file=sys.stderr)
