# More entries are due at a given time than leave without a pause; each leaves once, in its order.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(1000, clock=clock, on_delete=Spy("on_delete"))
cache.set_many([(n, n) for n in range(600)], ttl=5.0)
cache.set("late", 1, ttl=9.0)
cache.set("lasting", 2)
cache.expire(1004.5)
cache.expire(1005.0)
cache.snapshot()
cache.expire(1009.0)
cache.snapshot()
cache.stats()
