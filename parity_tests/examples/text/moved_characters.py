# Characters that stand elsewhere match up to a distance, and count half if out of order.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
words = [
    "MARTHA",
    "MARHTA",
    "DIXON",
    "DICKSONX",
    "abcdefgh",
    "hgfedcba",
    "abxdefgh",
    "abcdeghf",
    "bacdefgh",
    "aaaa",
    "aabb",
    "bbaa",
    "abab",
    "a",
    "b",
    "ab",
    "ba",
    "",
]
text.similarity_matrix(words, words, "jaro_winkler")
text.similarity_matrix(words, words, "levenshtein")
base = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3
moved = lambda length, shift: "".join(
    base[(place + shift) % length] if place % 5 else base[place] for place in range(length)
)
lengths = [5, 8, 9, 16, 17, 31, 33, 62, 64, 65, 100, 128, 129, 150]
text.similarity_matrix(
    [base[:length] for length in lengths],
    [
        moved(length, shift)
        for length in lengths
        for shift in (0, 1, 2, 7, length // 2 - 2, length // 2 - 1, length // 2)
    ],
    "jaro_winkler",
)
text.jaro_winkler(
    [base[:length] for length in lengths for _ in range(4)],
    [moved(length, shift) + "xy" for length in lengths for shift in (1, 2, 3, length // 2 - 1)],
)
begins = [
    "abcdefgh"[:length] + tail for length in range(9) for tail in ("", "x", "yyx", "zzzzzzzz")
]
text.similarity_matrix(begins, begins, "jaro_winkler")
text.best_match(words, words[3:], "jaro_winkler", cutoff=0.75)
text.best_match(["abc", "abd", "x"], ["abd", "abc", "abx", "abc"], cutoff=2 / 3)
text.best_match(["abc", "zz", ""], ["xbc", "abx", "zq"], cutoff=1)
text.best_match(["abc", None], [])
text.best_match(["abc", ""], ["", "xyz"], cutoff=0)
text.best_match(["abc"], ["abc"], cutoff=1.1)
text.best_match(["abc"], ["abc"], cutoff=-0.1)
text.best_match(["abc"], ["abc"], cutoff=True)
text.best_match(["abc"], ["abc"], cutoff=None)
