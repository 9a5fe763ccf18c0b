# Strings that just fill a machine word, or just do not, are compared.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
lengths = [0, 1, 8, 9, 16, 17, 32, 33, 63, 64, 65, 128, 129, 130, 193]
make = lambda kind, by, length: "".join(
    kind[(place * place * by + place * by // 3 + by) % 1009 % len(kind)] for place in range(length)
)
narrow = [make("ab", 3, length) for length in lengths] + [
    make("abcd ", 7, length) for length in lengths
]
wide = [make("a\xe9\u0436\u65e5\U0001f600\ud800", 11, length) for length in lengths] + [
    make("ab", 13, length) + "\u0436" for length in lengths
]
text.similarity_matrix(narrow, narrow[::-1] + wide)
text.similarity_matrix(wide, narrow + wide[::-1])
text.similarity_matrix(narrow, narrow[::-1] + wide, "jaro_winkler")
text.similarity_matrix(wide, narrow + wide[::-1], "jaro_winkler")
text.similarity_matrix(narrow, narrow[::-1] + wide, "token_set")
every = "".join(map(chr, range(0x80, 0x300)))
text.similarity_matrix(
    [every[:9], every[100:164], every[120:500], every],
    [every[index : index + length] for index in range(0, 600, 23) for length in (4, 9, 20, 40, 80)],
)
text.similarity_matrix(
    [every[:9], every[100:164], every[120:500], every],
    [every[index : index + length] for index in range(0, 600, 23) for length in (4, 9, 20, 40, 80)],
    "jaro_winkler",
)
text.levenshtein([one for one in narrow for _ in wide], wide * len(narrow))
text.levenshtein([one for one in narrow for _ in narrow], narrow * len(narrow))
text.jaro_winkler([one for one in narrow for _ in narrow], narrow * len(narrow))
text.token_set([one for one in narrow for _ in narrow], narrow * len(narrow))
