# Words are counted in the order in which they were first seen.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
words = [chr(97 + number % 26) * (number % 4) + str(number * 7919 % 1009) for number in range(900)]
counts = text.count_words(
    [
        " ".join(words),
        "-".join(words[::-2]),
        "a_b \xe9t\xe9 \xe9T\xe9 \u65e5 \u65e5 \U0001d7ce \ud800x",
        "",
        None,
    ]
)
list(counts.items())
text.count_words(
    [
        "abcdefgh abcdefghi abcdefgh0 abcdefg",
        "abcdefgh ",
        "\xb2\xe9\xb2",
        "a\u0300b",
        "x\U0001f600x",
    ]
)
text.words(["a_b \xe9t\xe9", " a", "a ", "", "\u65e5 a\ud800b", "\U0001d7ce.", None, "z"])
text.count_words(["\U00020000 \U000200ff\U00030000 \U00010400 \uffdc \u0800 \u07fa \xaa \u0149"])
