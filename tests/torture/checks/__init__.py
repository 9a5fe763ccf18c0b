"""The checks, one file each."""

from __future__ import annotations

from tests.torture.checks import (
    async_exits,
    async_forks,
    batches,
    exits,
    files,
    finalizers,
    forks,
    growth,
    handlers,
    interrupts,
    memory,
    threads,
    writers,
)

__all__ = ["CHECKS"]

_MODULES = (
    exits, forks, interrupts, batches, handlers, finalizers, threads, memory, growth,
    writers, files, async_exits, async_forks,
)  # fmt: skip

CHECKS = {module.CHECK.name: module.CHECK for module in _MODULES}
"""All checks by name, in the order of reports."""
