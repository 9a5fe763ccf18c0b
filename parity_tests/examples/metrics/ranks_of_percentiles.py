# A percentile is by rank, and no rank is one off, however many observations there are.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics()
histogram = metrics.histogram("sizes")
[histogram.observe(value) for value in range(1, 201)]
[
    histogram.percentile(percent)
    for percent in (0, 0.4, 0.5, 0.6, 1, 49.9, 50, 50.1, 99, 99.5, 99.6, 100)
]
[histogram.observe(value, count=10**15 + value) for value in range(200)]
[histogram.percentile(percent) for percent in range(101)]
[histogram.percentile(percent / 7) for percent in range(701)]
timer = metrics.timer("latency")
[timer.observe(1.7**power * 1e-9) for power in range(80)]
[timer.percentile(percent) for percent in range(101)]
timer.buckets()
metrics.to_prometheus()
