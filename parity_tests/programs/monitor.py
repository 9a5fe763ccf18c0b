"""Counts and times what it does while it reads a text, as a monitored program would.

What it calls is in ``parity_tests/corpus/metrics``, recorded with::

    agent check metrics --record --record-limit 1000 -- python parity_tests/programs/monitor.py
"""

from __future__ import annotations

from itertools import accumulate, cycle
from pathlib import Path

from agent import registry

WORDS = Path(__file__).parents[2] / "benchmarks" / "data" / "cache" / "words.txt"
LINE = 12
"""Words of a line."""


def main() -> None:
    """Read the first 1,000 words."""
    words = WORDS.read_text(encoding="utf-8").split()[:1000]
    times = accumulate(cycle([0.001, 0.0025, 0.0, 0.25, 1e-6]))
    metrics = registry.resolve("metrics")(clock=times.__next__)
    read = metrics.counter("words_total", "Words that were read.", labels=["first_letter"])
    lengths = metrics.histogram("word_length", "Letters of a word.")
    widths = metrics.histogram("line_width", steps=10, precision=3)
    open_line = metrics.gauge("open_line", "Words of the line that is being read.")
    timer = metrics.timer("line_seconds")
    before = metrics.snapshot()
    for begin in range(0, len(words), LINE):
        with timer.start():
            line = words[begin : begin + LINE]
            open_line.set(float(len(line)))
            for word in line:
                read.labels(word[0]).inc()
                lengths.observe(len(word))
                open_line.dec()
            widths.observe(sum(map(len, line)) / 10, count=2)
        if begin % (LINE * 20) == 0:
            gained = metrics.delta(before)
            before = metrics.snapshot()
            print(begin, len(gained.series()), [lengths.percentile(p) for p in (0, 50, 99.9, 100)])
    whole = metrics.histogram("whole")
    whole.merge(lengths)
    print(whole.count, whole.sum, whole.maximum, widths.buckets()[-1], timer.percentile(95.0))
    print(read.labels("t").value, open_line.value, len(metrics.to_prometheus()))
    try:
        read.inc()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        print(type(error).__name__, error)
    metrics.reset()
    print(len(metrics.to_openmetrics()), read.labels("t").value)


if __name__ == "__main__":
    main()
