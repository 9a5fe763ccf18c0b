# Many deadlines are overtaken, more than are kept; none that holds is lost, none comes back.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(3, clock=clock, on_delete=Spy("on_delete"))
[cache.set(n % 2, n, ttl=1000.0 - n) for n in range(300)]
cache.set("late", 1, ttl=2000.0)
clock.advance(700.5)
cache.snapshot()
clock.advance(0.5)
cache.snapshot()
clock.advance(1.0)
cache.snapshot()
[cache.set(n, n, ttl=1.0) for n in range(200)]
cache.snapshot()
cache.expire()
clock.advance(1.0)
cache.expire()
cache.stats()
