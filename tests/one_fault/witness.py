"""What an expression does with a module: its result, and everything it does beside."""

from __future__ import annotations

import collections
import contextlib
import copy
import datetime  # noqa: ICN001  # under its name in expressions
import decimal
import inspect
import io
import itertools
import logging
import math
import operator
import os
import pickle
import random
import re
import sys
import threading
import time
import warnings
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

__all__ = ["outcome"]

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_MODULES = (
    collections, copy, datetime, decimal, inspect, itertools, logging, math, operator, os, pickle,
    random, sys, threading, time, warnings, weakref,
)  # fmt: skip


def outcome(module: ModuleType, expression: str) -> str:
    """Return what evaluating `expression` among the names of `module` does, as text.

    Beside the result or the exception with its cause, that is what is printed, logged and warned
    of, and what becomes of the environment, the working folder, the module's numbers, threads,
    descriptors, the decimal context and the global random generator.
    """
    helpers: dict[str, Any] = {each.__name__: each for each in _MODULES}
    helpers |= {"late": late, "said": said, "zone": zone}
    names = helpers | vars(module)
    with _logged() as records, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        before = _surroundings(module)
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            try:
                value = eval(expression, names)  # noqa: S307  # the corpus's own
                text = f"{type(value).__name__} {_told(value)}"
            except BaseException as error:  # noqa: BLE001  # a panic of PyO3 is none of Exception
                text = f"raised {_error(error)}"
        after = _surroundings(module)
    changed = [
        f"{name}: {was} -> {after[name]}" for name, was in before.items() if was != after[name]
    ]
    _put_back(before)
    _wait_for_threads(before["threads"])
    told = [
        f"{each.category.__name__} {each.message} {os.path.basename(each.filename)}"  # noqa: PTH119
        for each in warned
    ]
    logs = [f"{each.name} {each.levelname} {each.msg} {each.args!r}" for each in records]
    text = "\n".join([text, *told, *logs, *changed, out.getvalue(), err.getvalue()])
    return _ADDRESS.sub("", text).replace(module.__name__, "<module>")


def late(call: Callable[[], Any]) -> Any:
    """Return what `call` returns, or the exception it raises, as text."""
    try:
        return call()
    except BaseException as error:  # noqa: BLE001  # a panic of PyO3 is none of Exception
        return _error(error)


def said(*values: Any) -> Any:
    """Return the last of what was done in turn."""
    return values[-1]


def zone(name: str, call: Callable[[], Any]) -> Any:
    """Return what `call` returns in a time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        return call()
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def _told(value: Any) -> str:
    if inspect.isgenerator(value) or (
        hasattr(value, "__next__") and not isinstance(value, io.IOBase)
    ):
        return repr(list(itertools.islice(value, 20)))
    return repr(value)


def _error(error: BaseException) -> str:
    cause = error.__cause__
    notes = getattr(error, "__notes__", [])
    return f"{type(error).__name__} {error.args!r} {error} from {cause!r} {notes}"


def _surroundings(module: ModuleType) -> dict[str, Any]:
    numbers = {
        name: value for name, value in vars(module).items() if type(value) in {int, list, dict}
    }
    return {
        "globals": copy.deepcopy(
            {name: value for name, value in numbers.items() if name[:2] != "__"}
        ),
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0,  # noqa: PTH208
        "decimal": str(decimal.getcontext()),
        "random": hash(random.getstate()),
        "recursion": sys.getrecursionlimit(),
    }


def _put_back(before: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(before["environment"])
    os.chdir(before["folder"])
    sys.setrecursionlimit(before["recursion"])
    decimal.setcontext(decimal.Context())


def _wait_for_threads(count: int) -> None:
    """Wait for the threads that were left behind, which end soon."""
    while threading.active_count() > count:
        time.sleep(0.01)


@contextlib.contextmanager
def _logged() -> Iterator[list[logging.LogRecord]]:
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = records.append  # type: ignore[method-assign,assignment]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
