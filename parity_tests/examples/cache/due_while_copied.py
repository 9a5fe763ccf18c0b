# What expires at the moment of which a copy is made is not copied, though it was stored meanwhile.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
clock = Clock(0.0)
gone = Spy("on_delete", lambda *entry: (clock.advance(-5.0), cache.set("b", 2, ttl=5.0)))
cache = Cache(3, clock=clock, on_delete=gone)
cache.set("a", 1, ttl=10.0)
clock.advance(10.0)
again = cache.copy()
len(again)
clock.advance(5.0)
cache.snapshot()
again.snapshot()
