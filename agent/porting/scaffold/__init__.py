"""Writes the files of a new component, in any package: ``agent new``.

Nothing that exists is overwritten: new files are written, and single lines put into existing ones.
"""
