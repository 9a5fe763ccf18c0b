"""Read by mypy alone: both registries are made as the contract says, and do what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent._native import Metrics as RustMetrics  # noqa: TID251  # its stub; nothing is loaded
    from agent.components.metrics.contract import Metrics, MetricsFactory
    from agent.components.metrics.reference import Metrics as PythonMetrics

    python_factory: MetricsFactory = PythonMetrics
    python_metrics: Metrics = PythonMetrics()
    rust_metrics: RustMetrics = RustMetrics()
