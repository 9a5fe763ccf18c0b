# Marks behind a starter are sorted by class and composed, unless one of their class blocks them.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
starters = "aeiouAEOUsSd\xe0\xe9\xfc\xb5\u01b7\u0226\u1ea1\u1ec7\u1e69\u1e9b\u212b\u1100\u1112\u1113\u1161\u1175\u1176\u11a7\u11a8\u11c2\u11c3\uac00\uac01\uac1c\ud7a3\u09c7\u09be\u3046\u304b\u3099\uff76\uff9e\ufb03\u0344\u0f73\U0001d15e\U0001d165\ud800"
marks = "\u0300\u0301\u0308\u0323\u0327\u0328\u0345\u0344\u0f71\u0f72\u3099\u0338\u05b0\u0653"
batch = [
    one + mark + other for one in starters for mark in ["", *marks] for other in marks + starters
]
text.normalize(batch, "NFC")
text.normalize(batch, "NFD")
text.normalize(batch, "NFKC")
text.normalize(batch, "NFKD")
text.normalize(
    ["A" + one + other + third for one in marks for other in marks for third in marks], "NFC"
)
text.normalize(
    ["\u1100\u1161\u11a8\u11a8", "\uac00\u11a7", "\uac00\u11a8x", "\xe9", "e\u0301", "a"], "NFC"
)
text.casefold(
    ["aZ@[`{", "AZ", "az", "\x7f\xb5\xc0\xdf", "\u0130I", "\u03a3\u03c2", "\ufb00\U00010400", ""]
)
