# A copy keeps what has more seconds left than a float can say.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1e308)
cache = Cache(3, clock=clock)
cache.set("a", 1, ttl=1.7e308)
cache.set("b", 2, ttl=1.0)
again = cache.copy()
again.snapshot()
clock.advance(-1.7e308)
earlier = again.copy()
earlier.copy().snapshot()
