# Words in common, on one side alone, long ones, and what stands between them.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
words = ["a", "b", "ab", "abc", "b" * 70, "c" * 130, "\xe9t\xe9", "\u65e5\u672c", "\U0001f600"]
texts = [
    joint.join(words[(first + step * index) % 9] for index in range(count))
    for joint in (" ", "\t\u3000")
    for first in range(0, 9, 2)
    for step in (1, 2)
    for count in (0, 1, 2, 3, 5, 8)
]
texts += [
    " a b\n",
    "a  a b",
    "b a",
    "abc abd",
    "abc xbd",
    "a abc",
    "a abd",
    "fuzzy wuzzy was a bear",
    "was a bear",
    "a bear was bare",
]
text.similarity_matrix(texts[::2], texts, "token_set")
text.token_set(texts, texts[::-1])
text.token_set([" ", "", "a", " a"], ["", "  ", " ", "a"])
