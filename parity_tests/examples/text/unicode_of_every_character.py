# Every character is folded, normalized and put into words as the running Python does it.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
every = ["".join(map(chr, (*range(0x2FB00), *range(0xE0000, 0xE0200), 0x10FFFF)))]
text.words(every)
text.casefold(every)
text.normalize(every, "NFC")
text.normalize(every, "NFD")
text.normalize(every, "NFKC")
text.normalize(every, "NFKD")
digits = text.regex(r"\d")
digits.find_all(every)
spaces = text.regex(r"\s")
spaces.find_all(every)
others = text.regex(r"[^\w\s]+")
others.find_all(every)
marked = [
    "a\u0323".join(
        map(
            chr,
            (
                *range(0xA0, 0x3400),
                *range(0xA000, 0xAC20),
                *range(0xD780, 0x20000),
                *range(0x2F7F0, 0x2FB00),
            ),
        )
    )
]
text.normalize(marked, "NFC")
text.normalize(marked, "NFKC")
text.token_set(["".join(map(chr, range(0x3100)))], ["a \u2003\u3000"])
text.similarity_matrix(["a b"], [f"a{chr(code)}b" for code in range(0x3100)], "token_set")
folded = text.casefold(["ABC"])
folded[0].isascii()
