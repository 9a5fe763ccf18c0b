# A heavy entry takes the place of several: a new one, one that grows, and one in a batch.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
cache = Cache(9, max_weight=10, weigher=lambda key, value: value, on_delete=Spy("on_delete"))
cache.set_many([(n, 2) for n in range(5)])
cache.set("new", 7)
cache.snapshot()
cache.set_many([(n, 1) for n in range(3)])
cache.set(1, 9)
cache.snapshot()
cache.weight
cache.set_many([("a", 1), ("b", 1), ("c", 8), ("d", 10), ("d", 3)])
cache.add("e", 7)
cache.setdefault("f", 10)
cache.snapshot()
cache.weight
cache.stats()
