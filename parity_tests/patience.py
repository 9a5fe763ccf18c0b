"""How long tests wait for what may never come."""

from __future__ import annotations

import os

__all__ = ["PATIENCE"]

PATIENCE = min(60.0, float(os.environ.get("AGENT_MUTANT_SECONDS", "inf")) / 4)
"""Seconds after which something is taken to be stuck; fewer where a mutant makes it so."""
