# Series are named by their labels, removed, and made again; what holds one goes on.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics()
counter = metrics.counter("a", labels=["x", "y"])
one = counter.labels("1", "2")
two = counter.labels(y="1", x="2")
counter.labels("1", y="2")
counter.labels(x="1")
counter.labels(x="1", y="2", z="3")
one.inc(3)
counter.remove("1", "2")
one.inc(3)
one.value
counter.labels("1", "2").value
counter.remove_by_labels({"z": "1"})
counter.remove_by_labels({"x": 1})
counter.remove_by_labels({"y": "1"})
counter.remove("5", "6")
counter.remove("5")
metrics.to_prometheus()
work = metrics.float_counter("b_total", labels=["x"])
series = work.labels("1")
series.inc(0.1)
series.inc(0.2)
series.inc(1.7976931348623157e308)
series.inc(1.7976931348623157e308)
series.inc(-1)
series.value
metrics.to_openmetrics()
work.remove("1")
work.remove("2")
series.value
work.labels("1").value
work.clear()
metrics.to_openmetrics()
gauge = metrics.gauge("c", labels=["x"])
level = gauge.labels("1")
level.set(2)
gauge.remove("1")
gauge.remove("1")
level.value
gauge.labels("1").value
gauge.remove_by_labels({"x": "1"})
metrics.to_prometheus()
histogram = metrics.histogram("d", labels=["x"])
spread = histogram.labels("1")
spread.observe(2)
histogram.remove("1")
spread.count
histogram.labels("1").count
