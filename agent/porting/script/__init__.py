"""Replayable calls: a script is a list of statements that runs the same way on either side.

`statement` parses and runs them, `vocabulary` holds the names they may use, `literals` and
`scalars` write values as expressions, `store` reads and writes files of scripts, and `calls` finds
the calls in them.
"""
