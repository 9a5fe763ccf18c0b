"""Series of the metrics: label values by name, and series that are removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import LabelMismatch

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ["counter", "float_counter", "gauge", "histogram", "timer"]


@pytest.fixture
def metrics(implementation: Any) -> Any:
    return implementation.metrics()


@pytest.fixture(params=KINDS)
def make(metrics: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what registers a metric of one kind."""
    register: Callable[..., Any] = getattr(metrics, request.param)
    return register


def change(series: Any) -> None:
    """Change a series of any kind."""
    series.observe(1) if hasattr(series, "observe") else series.inc()


def held(metrics: Any) -> list[tuple[tuple[str, ...], float]]:
    """Return the label values and the value of each series, in order."""
    return [
        (tuple(value for _, value in series.labels), series.value)
        for series in metrics.snapshot().series()
    ]


def test_label_values_may_be_given_by_name(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path", "code"])
    change(metric.labels("/", "200"))
    change(metric.labels(code="200", path="/"))
    change(metric.labels(path="200", code="/"))
    assert held(metrics) == [(("/", "200"), 2), (("200", "/"), 1)]


def test_a_label_may_have_the_name_of_any_parameter(metrics: Any, make: Any) -> None:
    names = ["self", "values", "by_name", "py"]
    metric = make("a", labels=names)
    change(metric.labels(**dict.fromkeys(names, "x")))
    assert held(metrics) == [(("x",) * 4, 1)]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"path": "/"}, "'code' is missing"),
        ({"path": "/", "code": "200", "b": "c"}, "'b' is unknown"),
        ({"b": "c", "code": "d", "a": ""}, "'path' is missing, 'b' is unknown, 'a' is unknown"),
        ({"b": "c"}, "'path' is missing, 'code' is missing, 'b' is unknown"),
        ({"path": "/", "code": "200", "\ud800": ""}, r"'\ud800' is unknown"),
    ],
)  # fmt: skip
def test_wrong_names_are_named(make: Any, labels: dict[str, str], message: str) -> None:
    metric = make("a", labels=["path", "code"])
    with pytest.raises(LabelMismatch) as raised:
        metric.labels(**labels)
    assert str(raised.value) == f"a has labels (path, code): {message}"


def test_a_metric_without_labels_has_no_names(make: Any) -> None:
    with pytest.raises(LabelMismatch, match=r"a has labels \(\): 'b' is unknown"):
        make("a").labels(b="c")


def test_positions_and_names_are_not_mixed(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path", "code"])
    with pytest.raises(LabelMismatch, match="by position or by name, not both"):
        metric.labels("/", code="200")
    assert held(metrics) == []


def test_no_names_at_all_are_no_second_form(metrics: Any, make: Any) -> None:
    nothing: dict[str, str] = {}
    make("a", labels=["path"]).labels("/", **nothing)
    assert [labels for labels, _ in held(metrics)] == [("/",)]


def test_values_by_name_are_texts(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path", "code"])
    with pytest.raises(TypeError, match="a label value must be a str, not int"):
        metric.labels(path="/", code=200)
    with pytest.raises(ValueError, match="must not hold lone surrogates"):
        metric.labels(path="\udcff", code="200")
    assert held(metrics) == []


def test_a_removed_series_goes_on_but_is_not_exposed(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path"])
    old, other = metric.labels("/"), metric.labels("/other")
    change(old)
    metric.remove("/")
    change(old)
    metrics.reset()
    assert held(metrics) == [(("/other",), 0)]
    assert (old.count if hasattr(old, "count") else old.value) == 2
    new = metric.labels("/")
    change(new)
    change(other)
    assert held(metrics) == [(("/other",), 1), (("/",), 1)]
    assert (old.count if hasattr(old, "count") else old.value) == 2
    assert '"/"' in metrics.to_prometheus()
    old.remove("/")  # a series acts on its metric
    assert '"/"' not in metrics.to_prometheus()


def test_what_is_not_there_may_be_removed(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path"])
    metric.labels("/")
    metric.remove("/other")
    metric.remove_by_labels({"path": "/other"})
    assert held(metrics) == [(("/",), 0)]


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ({}, ["11", "12", "21", "22"]),
        ({"path": "1"}, ["21", "22"]),
        ({"code": "2"}, ["11", "21"]),
        ({"code": "1", "path": "2"}, ["11", "12", "22"]),
        ({"path": "3"}, ["11", "12", "21", "22"]),
    ],
)
def test_series_are_removed_by_some_labels(
    metrics: Any, make: Any, labels: dict[str, str], left: list[str]
) -> None:
    metric = make("a", labels=["path", "code"])
    for values in ("11", "12", "21", "22"):
        metric.labels(*values)
    metric.remove_by_labels(labels)
    assert ["".join(values) for values, _ in held(metrics)] == left


def test_more_series_than_are_handled_at_once_are_removed(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["number", "rest"])
    for number in range(500):
        metric.labels(str(number), str(number % 3))
    metric.remove("64", "1")
    metric.remove_by_labels({"rest": "0"})
    assert [int(values[0]) for values, _ in held(metrics)] == [
        number for number in range(500) if number % 3 and number != 64
    ]
    metric.clear()
    assert held(metrics) == []
    change(metric.labels("a", "b"))
    assert held(metrics) == [(("a", "b"), 1)]


def test_a_cleared_metric_is_still_registered(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path"])
    old = metric.labels("/")
    metric.clear()
    change(old)
    assert held(metrics) == []
    assert metrics.to_openmetrics().count("\n") == 2
    change(make("a", labels=["path"]).labels("/"))
    assert held(metrics) == [(("/",), 1)]


def test_a_metric_without_labels_keeps_its_series(metrics: Any, make: Any) -> None:
    metric = make("a")
    change(metric)
    metric.clear()
    for remove in (metric.remove, lambda: metric.remove_by_labels(3)):
        with pytest.raises(LabelMismatch, match=r"^a has no labels$"):
            remove()
    assert held(metrics) == [((), 1)]


def test_what_removes_nothing_is_refused(metrics: Any, make: Any) -> None:
    metric = make("a", labels=["path", "code"])
    metric.labels("1", "2")
    with pytest.raises(LabelMismatch, match="a takes 2 label values, not 1"):
        metric.remove("1")
    with pytest.raises(TypeError, match="a label value must be a str, not int"):
        metric.remove("1", 2)
    with pytest.raises(TypeError, match="labels must be a dict, not list"):
        metric.remove_by_labels(["path"])
    with pytest.raises(LabelMismatch, match=r"a has labels \(path, code\): 3 is unknown"):
        metric.remove_by_labels({"path": "1", 3: "4"})
    with pytest.raises(TypeError, match="a label value must be a str, not int"):
        metric.remove_by_labels({"code": 2})
    assert held(metrics) == [(("1", "2"), 0)]


def test_a_removal_does_not_change_its_argument(make: Any) -> None:
    labels = {"path": "1"}
    make("a", labels=["path", "code"]).remove_by_labels(labels)
    assert labels == {"path": "1"}


def test_a_delta_has_all_of_a_series_that_was_made_again(metrics: Any) -> None:
    counter = metrics.counter("a", labels=["path"])
    counter.labels("/").inc(5)
    before = metrics.snapshot()
    counter.remove("/")
    counter.labels("/").inc(2)
    assert [series.value for series in metrics.delta(before).series()] == [2]
