# Items are answered in their order by several threads, too.
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text(workers=3)
text.workers
repr(text)
items = [f"{'Word ' * (number % 7)}{number}\xe9 ab" * 5 for number in range(901)]
plain = ["lower UPPER " * (number % 20) + str(number) for number in range(300)]
text.casefold(items + plain)
text.normalize(items, "NFD")
text.words(items)
text.count_words(items)
regex = text.regex("[a-z]+d?")
regex.find_all(items)
regex.search(items)
found = text.patterns(["or", "Wo", "1", "\xe9"])
found.find_all(items)
found.replace_all(items, "-")
text.levenshtein(plain, plain[::-1])
text.best_match(plain[:150:5], plain[100:130])
one = Text(workers=64)
one.casefold(["Ab" * 40000])
one.casefold([])
