"""Operations of text end with their result or `MemoryError`, however little memory is left.

Each is tried in children of this process, which may have up to some megabytes more than it has,
and then in this process with what was too little for a child. What the allocator has at hand
serves nobody: it is held meanwhile.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress
from functools import partial
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


def distinct(count: int) -> str:
    """Return so many characters: the positions of each take a bit for every character."""
    return "".join(map(chr, range(256, 256 + count)))


WORDS = [f"{chr(97 + number % 26)}{number}" for number in range(20_000)]
WIDE = [f"Σ{number}é" for number in range(20_000)]
MIXED = "".join(f"{word} É\u0327\u0301{number} " for number, word in enumerate(WIDE[:8_000]))
LONG = MIXED * 10
LINES = [f"{word} b {word}" * 2 for word in WORDS[:300]]
SHORT = ["1234 5678 12345678"] * 60_000

OPERATIONS: dict[str, Callable[[Any], object]] = {
    "choices": lambda text: text.best_match(["a1"], WORDS),
    "wide choices": lambda text: text.best_match(["a1"], WIDE, "jaro_winkler"),
    "long choices": lambda text: text.best_match(["a1"], [word * 9 for word in WIDE[:4_000]]),
    "casefold": lambda text: text.casefold([LONG, "É" * 2_000_000]),
    "NFC": lambda text: text.normalize([LONG], "NFC"),
    "NFKD": lambda text: text.normalize([MIXED] * 9, "NFKD"),
    "marks": lambda text: text.normalize(["\u0301\u0316" * 400_000], "NFD"),
    "words": lambda text: text.words([LONG, LONG]),
    "words in shares": lambda text: text.words([LONG, LONG, LONG]),
    "counts": lambda text: text.count_words([" ".join(WORDS)]),
    "counts of wide words": lambda text: text.count_words([LONG]),
    "find_all": lambda text: text.patterns(["b", "Σ1", "1"]).find_all([LONG]),
    "find_all of many": lambda text: text.patterns(WORDS).find_all(LINES),
    "find_all in short texts": lambda text: text.patterns(["1234", "5678"]).find_all(SHORT),
    "replace_all": lambda text: text.patterns(["1", "2"]).replace_all([LONG], ["longer", ""]),
    "levenshtein": lambda text: text.levenshtein([distinct(6_000)], [distinct(1_000)]),
    "jaro_winkler": lambda text: text.jaro_winkler([distinct(1_000)], [distinct(6_000)]),
    "token_set": lambda text: text.token_set([distinct(6_000)], [" ".join(WIDE[:500])]),
    "matrix": lambda text: text.similarity_matrix(WORDS[:300], WIDE[:3_000]),
    "matrix of jaro_winkler": lambda text: text.similarity_matrix(
        LINES, WORDS[:3_000], "jaro_winkler"
    ),
    "matrix of token_set": lambda text: text.similarity_matrix(LINES[:50], WIDE, "token_set"),
}


MARGINS = [kibibytes << 10 for kibibytes in (0, 100, 300, 700, 1_500, 3_000, 5_000, 8_000, 14_000)]
"""In bytes."""

LIBC = ctypes.CDLL(None)
"""The allocator itself: nothing is written into what it gives, however much that is."""
LIBC.malloc.argtypes, LIBC.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
LIBC.free.argtypes = [ctypes.c_void_p]

ENDINGS = ("done", "MemoryError", "a wrong result", "another exception")


def ending(call: Callable[[], object], expected: object, margin: int) -> str:
    """Return how a call ends that may take `margin` more bytes than this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = pages * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    spare = [bytearray(1 << 10) for _ in range(200)]  # for what cannot be told to be missing
    held: list[int] = []
    result = raised = None
    resource.setrlimit(resource.RLIMIT_AS, (size, hard))
    for block in (1 << 20, 1 << 16, 1 << 13):
        with suppress(MemoryError):
            while address := LIBC.malloc(block):
                held.append(address)
    del spare
    resource.setrlimit(resource.RLIMIT_AS, (size + margin, hard))
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001  # whatever it is, the test looks at it
        raised = type(error)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    for address in held:
        LIBC.free(address)
    if raised is not None:
        return ENDINGS[1 if raised is MemoryError else 3]
    return ENDINGS[0 if result == expected else 2]


def ending_of_child(call: Callable[[], object], expected: object, margin: int) -> str:
    """Return the same, of a call in a child of this process."""
    if (child := os.fork()) == 0:
        os._exit(ENDINGS.index(ending(call, expected, margin)))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return f"signal {-status}" if status < 0 else ENDINGS[status]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_done_or_an_exception_whatever_is_left(operation: str) -> None:
    text = registry.implementation("text", "rust")(workers=3 if "shares" in operation else 1)
    call = partial(OPERATIONS[operation], text)
    expected = call()
    gc.collect()
    endings = {margin: ending_of_child(call, expected, margin) for margin in MARGINS}
    assert set(endings.values()) | {"done"} == {"done", "MemoryError"}
    # Also in this process, where mutants are seen to be reached.
    for margin in (margin for margin, ended in endings.items() if ended == "MemoryError"):
        assert ending(call, expected, margin) in {"done", "MemoryError"}
