"""Writes what a new component consists of, in anybody's package: ``agent new``.

Nothing that exists is overwritten: new files are written, and single lines put into existing ones.
"""
