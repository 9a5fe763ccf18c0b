"""The reference's text expositions: Prometheus and OpenMetrics."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.components.metrics.distribution import Distribution
    from agent.components.metrics.families import Family

__all__ = ["exposed"]

_LINES = str.maketrans({"\\": r"\\", "\n": r"\n"})
_QUOTED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_NOT_FINITE = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}


def exposed(families: Iterable[Family[Any]], *, openmetrics: bool) -> str:
    """Return all series of `families` as text, one line for each sample."""
    lines = []
    for family in families:
        counter = "_total" if family.kind == "counter" else ""
        head = family.name if openmetrics else family.name + counter
        if family.description:
            text = family.description.translate(_QUOTED if openmetrics else _LINES)
            lines.append(f"# HELP {head} {text}")
        lines.append(f"# TYPE {head} {family.kind}")
        for reading in family.read():
            pairs = list(zip(family.labels, reading.values, strict=True))
            if family.kind == "histogram":
                lines += _histogram(family.name, pairs, reading.held)
            else:
                lines.append(_sample(family.name + counter, pairs, reading.held))
    if openmetrics:
        lines.append("# EOF")
    return "".join(f"{line}\n" for line in lines)


def _histogram(name: str, pairs: list[tuple[str, str]], held: Distribution) -> Iterator[str]:
    """Yield a bucket for each power of two up to the greatest, then `+Inf`, sum and count."""
    below = list(accumulate(held.counts))
    for bits in range(held.greatest.bit_length() + 1 if held.count else 0):
        bound = 2**bits - 1
        le = repr(held.units(bound))
        yield _sample(f"{name}_bucket", [*pairs, ("le", le)], below[held.index(bound)])
    yield _sample(f"{name}_bucket", [*pairs, ("le", "+Inf")], held.count)
    yield _sample(f"{name}_sum", pairs, held.units(held.total))
    yield _sample(f"{name}_count", pairs, held.count)


def _sample(name: str, pairs: list[tuple[str, str]], value: float) -> str:
    labels = ",".join(f'{label}="{text.translate(_QUOTED)}"' for label, text in pairs)
    return f"{name}{{{labels}}} {_number(value)}" if labels else f"{name} {_number(value)}"


def _number(value: float) -> str:
    text = repr(value)
    return _NOT_FINITE.get(text, text)
