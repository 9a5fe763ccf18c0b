"""A corpus of ports with one fault each, which ``agent check`` ought to find.

`corpus` explains how a fault is declared; ``python -m tests.one_fault`` checks them and prints
which were found, and ``nox -s one_fault`` writes that to docs/one-fault.md.
"""
