# What is no pair is in no view of entries.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
cache = Cache(2)
cache[1] = 2
1 in cache.items()
(1,) in cache.items()
(1, 2, 3) in cache.items()
[1, 2] in cache.items()
(1, 2) in cache.items()
(1, 2.0) in cache.items()
(2, 2) in cache.items()
