"""Operations of text raise `MemoryError` where memory is exhausted, and can be used again."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry

if sys.platform != "linux":
    pytest.skip("address spaces are limited by Linux", allow_module_level=True)

import resource

pytestmark = pytest.mark.unsanitized("it reserves terabytes of addresses")

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1 << 20


def distinct(count: int) -> str:
    """Return so many characters: the positions of each take a bit for every character."""
    return "".join(map(chr, range(256, 256 + count)))


ACCENTS = "é" * 20_000_000
PAIRS = "a " * 5_000_000
DISTINCT = distinct(35_000)

OPERATIONS: dict[str, Callable[[Any], Callable[[], object]]] = {
    "casefold": lambda text: lambda: text.casefold([ACCENTS]),
    "normalize": lambda text: lambda: text.normalize([ACCENTS], "NFD"),
    "words": lambda text: lambda: text.words([PAIRS]),
    "words of shares": lambda text: lambda: text.words([PAIRS[:6_000_000]] * 3),
    "find_all": lambda text: make(text.patterns(["a"]).find_all, [PAIRS]),
    "replace_all": lambda text: make(text.patterns(["a"]).replace_all, [PAIRS], "longer" * 4),
    "regex": lambda text: make(text.regex("a").find_all, [PAIRS]),
    "encoded": lambda text: make(text.regex("a").search, [ACCENTS * 2]),
    "matrix": lambda text: lambda: text.similarity_matrix(["a"] * 3500, ["b"] * 3500),
    "levenshtein": lambda text: lambda: text.levenshtein([DISTINCT], ["a"]),
    "jaro_winkler": lambda text: lambda: text.jaro_winkler(["a" * 200], [DISTINCT]),
    "token_set": lambda text: lambda: text.token_set([DISTINCT], ["a"]),
    "choices": lambda text: lambda: text.best_match(["a"], [DISTINCT]),
    "choices of jaro_winkler": lambda text: (
        lambda: text.best_match(["a" * 200], [DISTINCT], "jaro_winkler")
    ),
    "choices of token_set": lambda text: lambda: text.best_match([DISTINCT], ["a"], "token_set"),
}


def make(call: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: call(*arguments)


def exhaust(operation: str) -> None:
    """Run an operation in this process, 64 MB above what it has; it has to raise `MemoryError`."""
    text = registry.implementation("text", "rust")(workers=3 if "shares" in operation else 1)
    call = OPERATIONS[operation](text)
    gc.collect()
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 64 * MEGABYTE, before[1]))
    with pytest.raises(MemoryError) as raised:
        call()
    resource.setrlimit(resource.RLIMIT_AS, before)
    assert raised.value.args == ()
    assert text.casefold(["A"]) == ["a"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_exhausted_memory_is_an_exception(operation: str) -> None:
    # In a process of its own: this one may have freed memory that serves the operation.
    code = f"from parity_tests.test_text_memory import exhaust; exhaust({operation!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
