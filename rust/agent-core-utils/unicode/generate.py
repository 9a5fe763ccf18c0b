"""Write `unicode.txt`: what the supported Pythons know of Unicode.

    python3.13 generate.py python3.11 python3.12

Run by the newest of them and told of the others, the oldest first. A character that an older one
does not know is marked; what an older one knows must be the same in all, or nothing is written.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import count, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, combining, normalize, unidata_version

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("unicode.txt")
HANGUL = range(0xAC00, 0xD7A4)
"""Syllables, which are composed by calculation."""


def properties(code: int) -> tuple[object, ...]:
    """Return all that the table tells of a character."""
    text = chr(code)
    forms = (normalize("NFC", text), normalize("NFD", text), normalize("NFKD", text))
    kinds = (text.isalnum() or text == "_", text.isspace(), text.isdecimal())
    return *kinds, combining(text), text.casefold(), *forms


def known() -> dict[int, tuple[object, ...]]:
    """Return the properties of each character that this Python knows."""
    return {
        code: properties(code) for code in range(sys.maxunicode + 1) if category(chr(code)) != "Cn"
    }


def ranges(codes: list[int]) -> list[tuple[int, int]]:
    """Return the ranges, ends included, that the ascending `codes` form."""
    places = count()
    runs = [list(run) for _, run in groupby(codes, key=lambda code: code - next(places))]
    return [(run[0], run[-1]) for run in runs]


def lines(table: dict[int, tuple[object, ...]], ages: dict[str, set[int]]) -> list[str]:
    """Return the lines of the table."""
    found = []

    def tell(title: str, codes: list[int]) -> None:
        found.extend(f"{title} {first:04X} {last:04X}" for first, last in ranges(codes))

    for version, codes in ages.items():
        tell(f"since {version}", sorted(codes))
    for place, title in enumerate(["word", "space", "digit"]):
        tell(title, [code for code, told in table.items() if told[place]])
    for value in sorted({int(str(told[3])) for told in table.values()} - {0}):
        tell(f"class {value}", [code for code, told in table.items() if told[3] == value])
    for code, told in table.items():
        text, fold = chr(code), told[4]
        if fold != text:
            found.append(f"fold {_codes(text)} {_codes(fold)}")
        if code not in HANGUL:
            found += _changes(text, *map(str, told[5:]))
    return found


def _changes(text: str, composed: str, canonical: str, compatible: str) -> Iterator[str]:
    """Yield the lines on what a character is decomposed to, and composed of."""
    if canonical != text:
        yield f"canonical {_codes(text)} {_codes(canonical)}"
    if compatible not in {text, canonical}:
        yield f"compatible {_codes(text)} {_codes(compatible)}"
    if canonical != text and composed == text:
        pair = normalize("NFC", canonical[:-1]) + canonical[-1]
        if len(pair) != 2 or normalize("NFC", pair) != text:
            message = f"{text!r} is not composed of two characters"
            raise AssertionError(message)
        yield f"compose {_codes(pair)} {_codes(text)}"


def _codes(text: object) -> str:
    return " ".join(f"{ord(character):04X}" for character in str(text))


def main() -> None:
    """Ask the other Pythons and write the table."""
    if sys.argv[1:] == ["--tell"]:
        print((unidata_version, known()))
        return
    told = []
    for python in sys.argv[1:]:
        command = [python, __file__, "--tell"]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        told.append(ast.literal_eval(answer.stdout))
    table = known()
    told.append((unidata_version, table))
    ages: dict[str, set[int]] = {told[0][0]: set()}
    for (_, older), (version, newer) in pairwise(told):
        if changed := [code for code in older if older[code] != newer.get(code)]:
            message = f"{version} changes {chr(changed[0])!r} and {len(changed) - 1} more"
            raise AssertionError(message)
        ages[version] = newer.keys() - older.keys()
    head = [
        "# What CPython knows of Unicode; written by generate.py.",
        f"versions {' '.join(ages)}",
    ]
    text = "\n".join([*head, *lines(table, ages)]) + "\n"
    TABLE.write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
