# A clock may return an int that no float can hold, at the start of a span or at its end.
# ruff: noqa: B018, F821, INP001
# mypy: ignore-errors
metrics = Metrics(
    clock=Spy("clock", 10**400, -(10**400), 1, 10**400, 2, 3, -(10**300), 1.0, 10**9, 10**9 + 1.5)
)
timer = metrics.timer("latency")
timer.start()
timer.start()
span = timer.start()
span.stop()
span.stop()
with_span = timer.start()
with_span.__exit__(None, None, None)
late = timer.start()
late.stop()
late.stop()
long = timer.start()
long.stop()
timer.buckets()
metrics.to_prometheus()
