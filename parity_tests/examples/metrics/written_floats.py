# Floats are written as repr does: where the shortest text is not the nearest one, and where
# exponents begin.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics()
gauge = metrics.gauge("a", labels=("which",))
[gauge.labels(str(power)).set(2.0**power) for power in range(-1074, 1024)]
metrics.to_prometheus()
[gauge.labels(str(power)).set(-(10.0**power)) for power in range(-330, 309)]
metrics.to_prometheus()
other = metrics.gauge("b")
other.set(9007199254740993.0)
metrics.to_openmetrics()
other.set(0.1 + 0.2)
metrics.to_openmetrics()
other.set(123456789012345680.0)
metrics.to_openmetrics()
other.set(0.00012345678901234567)
metrics.to_openmetrics()
other.set(-5e-324)
metrics.to_openmetrics()
