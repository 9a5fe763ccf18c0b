"""Indexes a text and corrects its words, with the text component, as a search would.

Its calls are small batches of a real text, so that a shadow sees many of them::

    AGENT_IMPL_TEXT=shadow python parity_tests/programs/index.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent import registry

WORDS = Path(__file__).parents[2] / "benchmarks" / "data" / "cache" / "words.txt"
LINE = 12
"""Words of a line."""


def strings(items: list[Any]) -> list[str]:
    """Leave out what is no string."""
    return [item for item in items if isinstance(item, str)]


def main() -> None:
    """Read the first 1,800 words, a line at a time."""
    words = WORDS.read_text(encoding="utf-8").split()[:1800]
    text = registry.resolve("text")(workers=1)
    names = text.patterns(["god", "earth", "heaven", "the heaven", "water"])
    numbers = text.regex("(first|second|third|fourth|fifth)[ ]+day")
    found = corrected = 0
    for begin in range(0, len(words), LINE):
        line = words[begin : begin + LINE]
        whole = " ".join(line)
        composed = strings(text.normalize([whole.title(), whole.upper()], "NFC"))
        folded = strings(text.casefold(composed))
        found += len(names.find_all(folded)[0]) + sum(map(bool, numbers.search(folded)))
        found += len(text.words([whole])[0]) + len(text.count_words([whole]))
        typos = [word[1:] + word[:1] for word in line]
        distances = text.levenshtein(line, typos)
        likeness = text.jaro_winkler(line, typos)
        best = text.best_match(typos[:2], line, "levenshtein", cutoff=0.5)
        corrected += sum(match is not None for match in best)
        if begin % (LINE * 25) == 0:
            starred = names.replace_all([whole], ["*"] * len(names))
            print(begin, found, corrected, distances[:3], likeness[:3], starred)
    print(found, corrected, text, names, numbers.pattern)


if __name__ == "__main__":
    main()
