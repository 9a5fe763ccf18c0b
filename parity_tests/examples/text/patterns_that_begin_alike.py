# The longest of the patterns that begin together, in texts that nearly hold them.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
make = lambda kind, by, length: "".join(
    kind[(place * place * by + place * by // 3 + by) % 1009 % len(kind)] for place in range(length)
)
kinds = [
    "ab",
    "abc",
    "a\x7f\x80\xff",
    "\xff\u0100\u07ff\u0800\uffff",
    "\ud7ff\ud800\udfff\ue000",
    "a\uffff\U00010000\U0010ffff",
]
texts = [
    make(kind, by, length) for kind in kinds for by in (3, 5, 8) for length in (*range(12), 40, 90)
]
for_kind = lambda shortest, count: [
    make(kind, by * 17 + shortest, shortest + by % 5) for kind in kinds for by in range(count)
]
one = text.patterns(for_kind(1, 4))
one.find_all(texts)
one.replace_all(texts, "\u65e5")
one.replace_all(texts, [f"<{index}>" for index in range(24)])
one.replace_all(texts, ["-"] * 23)
one.replace_all(texts, 5)
two = text.patterns(for_kind(2, 6))
two.find_all(texts)
two.replace_all(texts, "")
three = text.patterns(for_kind(3, 9))
three.find_all(texts)
three.replace_all(texts, "\U0001f600")
four = text.patterns(for_kind(4, 20))
four.find_all([*texts, "".join(for_kind(4, 20)), "x".join(for_kind(4, 20)[::-1])])
five = text.patterns(["abcde", "abcdefgh", "abcdx", "bcdef", "\xe9\xe9\xe9\xe9\xe9"])
five.find_all(
    ["abcdefg", "abcdefgh", "abcdxabcde", "abcd", "xbcdef", "zabcdefghz", "\xe9" * 11, ""]
)
many = text.patterns([f"{number * 7919 % 100003:05}" for number in range(3000)])
many.find_all(["".join(str(number * number) for number in range(2000)), "0" * 50])
bytes_ = text.patterns(
    [f"{chr(code)}{chr(code ^ 1)}" for code in (*range(256), *range(0x3F0, 0x410))]
)
bytes_.find_all(
    [
        "".join(f"{chr(code)}{chr(code ^ 1)}" for code in range(256)),
        "".join(map(chr, range(0x3F0, 0x410))),
    ]
)
same = text.patterns(["b", "a", "b", "ab", "ab"])
same.find_all(["abab", "b", ""])
same.replace_all(["abab", "", "zz", "b"], ["1", "2", "3", "4", "5"])
len(same)
repr(same)
none = text.patterns([])
none.find_all(["a", ""])
none.replace_all(["a"], "b")
text.patterns(["a", "", ""])
runs = text.patterns(["a" * length for length in range(1, 300)])
runs.find_all(["a" * 700])
same.replace_all(
    ["\U00040000a\U000fffffb\U0003ffff\U0007f7f7b", "\ud7ffb\uf8ffb\u0fffa\u07ffb\u05d0b"], "-"
)
close = text.patterns(["abca", "abc\u1840", "abcA", "abc\u0041b"])
close.find_all(["abca abc\u1840 abcA", "abc\u1840abca"])
closer = text.patterns(["aba", "ab\u1840", "abA"])
closer.find_all(["aba ab\u1840 abA", "ab\u1840aba"])
closest = text.patterns(["aa", "a\u1840", "a!"])
closest.find_all(["aa a\u1840 a!", "a\u1840aa"])
