"""Hostile runs of every component and of every file that is read: ``nox -s torture``.

A `Check` makes one kind of trouble, many times, in processes of its own: `plan` says which cases
there are, `__main__` runs them, `child` is the process of a case, and `results` holds the counts.
What a check needs to know of a component is its `Subject`, in ``parity_tests/torture/NAME.py``.
Every check must catch the faults in ``seeded``: a run in which one passes fails.
"""
