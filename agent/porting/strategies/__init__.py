"""Values to check a pair with, each written as a short Python expression.

An expression, not an object, is what a check draws: it is evaluated once for each side, so that
the sides never share a mutable argument, callbacks act on the side that runs them, and a failing
run can be read and run again.
"""
