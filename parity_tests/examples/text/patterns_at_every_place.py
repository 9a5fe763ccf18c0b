# Patterns of few bytes at every place of short texts, near both ends, side by side and cut off.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
text = Text()
texts = [
    "." * before + "abcdeabcde"[:length] + "," * behind
    for before in range(10)
    for behind in range(10)
    for length in (4, 5, 10)
]
one = text.patterns(["a"])
one.find_all(texts)
two = text.patterns(["ab", "bcdef"])
two.find_all(texts)
three = text.patterns(["abc", "eab", "abcdeabcd"])
three.find_all(texts)
four = text.patterns(["abcd", "abcde", "deab"])
four.find_all(texts)
five = text.patterns(["abcde", "cdeab", "bcdeabcde,"])
five.find_all(texts)
nested = text.patterns(["abcd", "abcdea", "abcdeabcde.", "abcdeabcde,,"])
nested.find_all(texts)
nested.replace_all(texts, ["<", "=", ">", "!"])
zeros = text.patterns(["\0\0\0\0", "a\0\0\0\0"])
zeros.find_all(["\0" * count + "a" + "\0" * count for count in range(12)])
