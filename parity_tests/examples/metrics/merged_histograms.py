# What is merged may reach further than what it is merged into, on either end, or less far.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics()
small = metrics.histogram("small")
large = metrics.histogram("large")
[small.observe(value) for value in (5, 1000)]
[large.observe(value) for value in (3, 10**12)]
small.merge(large)
small.buckets()
small.percentile(100)
(small.count, small.sum, small.minimum, small.maximum)
medium = metrics.histogram("medium")
medium.observe(70_000, count=2)
small.merge(medium)
small.buckets()
(small.count, small.sum, small.minimum, small.maximum)
empty = metrics.histogram("empty")
small.merge(empty)
empty.merge(medium)
empty.buckets()
(empty.count, empty.sum, empty.minimum, empty.maximum)
empty.merge(empty)
empty.buckets()
metrics.to_prometheus()
