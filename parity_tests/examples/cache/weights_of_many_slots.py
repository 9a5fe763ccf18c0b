# Weights follow entries from slot to slot.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
cache = Cache(40, weigher=Spy("weigher", 3, 1, 4, 1, 5, 9, 2, 6), max_weight=100)
[cache.set(n, n) for n in range(30)]
cache.weight
[cache.pop(n, None) for n in range(5, 30, 2)]
cache.weight
[cache.set(n, n) for n in range(100, 112)]
cache.weight
cache.snapshot()
cache.clear()
cache.weight
[cache.set(n, n) for n in range(9)]
cache.weight
cache.delete_many([0, 3, 8])
cache.weight
