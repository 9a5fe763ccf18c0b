"""The pairs that agree: two copies of published functions and classes, and of a few of our own."""

from __future__ import annotations

from tests.one_fault.running import Pair

__all__ = ["PAIRS", "agreeing_pairs"]

PAIRS = (
    ("base64", "b32encode"),
    ("base64", "b85decode"),
    ("bisect", "bisect_right"),
    ("bisect", "insort_left"),
    ("calendar", "monthrange"),
    ("collections", "ChainMap"),
    ("collections", "Counter"),
    ("collections", "OrderedDict"),
    ("collections", "UserString"),
    ("colorsys", "rgb_to_hls"),
    ("colorsys", "hsv_to_rgb"),
    ("datetime", "date"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("difflib", "SequenceMatcher"),
    ("difflib", "unified_diff"),
    ("fnmatch", "translate"),
    ("fractions", "Fraction"),
    ("graphlib", "TopologicalSorter"),
    ("heapq", "heapify"),
    ("heapq", "merge"),
    ("heapq", "nlargest"),
    ("html", "escape"),
    ("ipaddress", "IPv4Address"),
    ("ipaddress", "IPv4Network"),
    ("ipaddress", "IPv6Address"),
    ("json.encoder", "py_encode_basestring_ascii"),
    ("posixpath", "normpath"),
    ("reprlib", "Repr"),
    ("shlex", "quote"),
    ("shlex", "split"),
    ("sortedcontainers.sortedlist", "SortedList"),
    ("statistics", "NormalDist"),
    ("statistics", "mean"),
    ("statistics", "median"),
    ("statistics", "quantiles"),
    ("string", "Template"),
    ("string", "capwords"),
    ("tests.agreeing.classes", "Deque"),
    ("tests.agreeing.classes", "Grid"),
    ("tests.agreeing.classes", "Permission"),
    ("tests.agreeing.classes", "Planet"),
    ("tests.agreeing.classes", "Point"),
    ("tests.agreeing.classes", "Sample"),
    ("tests.agreeing.classes", "Stopwatch"),
    ("textwrap", "TextWrapper"),
    ("textwrap", "dedent"),
    ("textwrap", "shorten"),
    ("urllib.parse", "quote"),
    ("urllib.parse", "urljoin"),
    ("urllib.parse", "urlsplit"),
    ("uuid", "UUID"),
)
"""Modules and what is compared of them."""


def agreeing_pairs() -> list[Pair]:
    """Return the pairs, each of two copies of the same source."""
    return [
        Pair(name, module, *(f"tests.agreeing.copies.{copy}.{module}:{name}" for copy in _COPIES))
        for module, name in PAIRS
    ]


_COPIES = ("first", "second")
