# outcome: python raised TypeError('Cache is not an acceptable base type'), rust returned <class 'probing.Overriding'>
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
Overriding = probing.overriding(
    Cache,
    "get",
    "peek",
    "set",
    "add",
    "setdefault",
    "get_or_set",
    "pop",
    "popitem",
    "get_many",
    "set_many",
    "delete_many",
    "update",
    "clear",
    "expire",
    "copy",
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__contains__",
    "__eq__",
)
