# raises: python EntryTooHeavy('an entry of weight 2 is too heavy for max_weight=1'), but the contract allows no exception, rust EntryTooHeavy('an entry of weight 2 is too heavy for max_weight=1'), but the contract allows no exception
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
cache = Cache(1, max_weight=1, weigher=Spy("", 0, 2))
cache.get_or_set(0, Spy(0.0))
cache2 = cache.copy()
