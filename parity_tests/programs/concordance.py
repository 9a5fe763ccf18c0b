"""Tells which words of a text recur soon, with caches where a program would have them.

What it calls is in ``parity_tests/corpus/cache``, recorded with::

    agent check cache --record --record-limit 1200 -- python parity_tests/programs/concordance.py
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from agent import registry
from agent.components.cache.cached import cached

WORDS = Path(__file__).parents[2] / "benchmarks" / "data" / "cache" / "words.txt"
ENDINGS = ("eth", "ing", "est", "ed", "es", "s")
LINE = 12
"""Words of a line."""

Cache = registry.resolve("cache")


@cached(Cache(capacity=60))
def stem(word: str) -> str:
    """Return a word without its ending."""
    return next((word.removesuffix(end) for end in ENDINGS if word.endswith(end)), word)


def main() -> None:
    """Read the first 1,500 words."""
    words = WORDS.read_text(encoding="utf-8").split()[:1500]
    position = count()
    last = Cache(capacity=200, ttl=150.0, clock=lambda: float(next(position)))
    gone: list[tuple[str, int, str]] = []
    lines = Cache(
        capacity=100,
        max_weight=900,
        weigher=lambda number, line: len(line),
        on_delete=lambda number, line, cause: gone.append((cause, number, line)),
    )
    recurring = 0
    for index, word in enumerate(words):
        root = stem(word)
        recurring += root in last
        last.set(root, (index, word), ttl=None if root == "god" else ...)
        if index % LINE == 0:
            text = " ".join(words[index : index + LINE])
            lines[index // LINE] = text
            if not lines.add(index // LINE - 5, text):
                lines.pop(index // LINE - 7, "")
        if index % 100 == 99:
            seen = last.get_many(["god", "earth", stem("waters"), "light"], default=(0, ""))
            first = lines.setdefault(0, "in the beginning")
            print(index, seen, first, len(last), lines.weight, last.stats().hit_ratio)
            last.delete_many({"said", "unto"} & set(last))
    backup = lines.copy()
    lines.update({number: text.upper() for number, text in lines.items()})
    backup.clear()
    print(recurring, len(gone), backup == lines, lines.popitem(), dict(last.items()).get("noah"))


if __name__ == "__main__":
    main()
