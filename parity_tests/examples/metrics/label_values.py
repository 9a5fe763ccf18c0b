# Label values are not run together, and are written so that they can be read back.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics()
visits = metrics.counter("visits", 'Visits, "all" of them,\nby \\path', labels=("path", "code"))
visits.labels("ab", "c").inc()
visits.labels("a", "bc").inc(2)
visits.labels("", "abc").inc(3)
visits.labels('"', "\\").inc(4)
visits.labels("\n", "\\n").inc(5)
visits.labels("é\x00", "{},= #").inc(6)
visits.labels("a", "bc").value
[(series.labels, series.value) for series in metrics.snapshot().series()]
metrics.to_prometheus()
metrics.to_openmetrics()
