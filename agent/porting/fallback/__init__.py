"""Partial ports: Python is the fallback for calls that Rust refuses.

A Rust side refuses with `agent.errors.Unsupported`, before any effect. `served` makes of two sides
one implementation, and `refusals` counts how often Rust refused in this process, and why.
"""

from agent.porting.fallback.assembly import served
from agent.porting.fallback.refusal_counts import refusals

__all__ = ["refusals", "served"]
