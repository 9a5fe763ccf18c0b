"""Pairs that agree, in which ``agent check`` may find nothing.

``python -m tests.one_fault --agreeing`` checks them.
"""
