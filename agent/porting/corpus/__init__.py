"""Recorded calls as scripts, kept beside the pinned examples: to be replayed, varied, asked.

`files` writes and reads them, `occurrences` finds the calls in them with their arguments,
`variation` makes other scripts out of them, and `containment` tells which recorded arguments the
contract does not allow.
"""
