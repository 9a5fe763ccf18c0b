# len(result): python 6, rust 4
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(2, clock=clock)
probing.kinds(cache)
