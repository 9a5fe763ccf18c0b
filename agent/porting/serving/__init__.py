"""Partial ports: Rust serves what it can, and Python what Rust refuses.

A Rust side refuses with `agent.errors.Unsupported`, before any effect. `served` makes of two sides
one implementation, and `refusals` tells how often Rust refused in this process, and why.
"""

from agent.porting.serving.counting import refusals
from agent.porting.serving.served import served

__all__ = ["refusals", "served"]
