# outcome: python raised TypeError('Cache is not an acceptable base type'), rust returned <class 'probing.Subclass'>
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
Subclass = probing.subclass(Cache)
