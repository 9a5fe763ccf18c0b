# Who is in a key's __hash__ is refused before the clock is asked.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
cache = Cache(3, clock=Spy("clock", 1.0))
cache.get(Odd(lambda: cache.set_many([(1, 2)], ttl=5.0), True))
cache.get(Odd(lambda: cache.set_many([], ttl=5.0), True))
