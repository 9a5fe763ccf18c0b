# A clock may return an int that no float can hold.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
cache = Cache(2, ttl=1.0, clock=Spy("clock", 10**400, -(10**400), 1))
cache.set(1, 1)
cache.set(1, 1)
cache.set(1, 1)
cache.snapshot()
