"""A cache for `agent status`: results that depend on digests of sources.

A result is used again only if every file and folder that it was computed from has the inode, size
and times that it had (`agent.porting.files.trace`). The cache is one file a project, in the
user's folder for caches. It is replaced whole; one that cannot be read counts as empty, and one
that cannot be written is left as it is. Only what shows a state uses it: what moves a stage or
fails a build (``promote``, ``status --strict``, measuring) reads every byte.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from agent.porting.files.trace import state, tracing

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.files.trace import State

__all__ = ["DigestCache"]

_LAYOUT = 1

_TOOLS = "agent.porting."
"""Modules whose code computes results: another version may compute other ones."""


class DigestCache:
    """The results kept for the project in `folder`, an absolute path."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._states: dict[str, State] = {}
        self._results: dict[str, Any] | None = None

    def result(self, name: str, facts: object, compute: Callable[[], Any]) -> Any:
        """Return what `compute` returns, or what it returned in an earlier process.

        Args:
            name: what the result is called in the cache.
            facts: what it depends on besides files; compared by its ``repr``.
            compute: must name the files it looks at (`noted`), and return what JSON can hold.
        """
        if self._results is None:
            self._results = self._read()
        known: Any = self._results.get(name)
        try:
            if known["facts"] == repr(facts) and all(map(self._unchanged, known["states"].items())):
                return known["value"]
        except (AttributeError, KeyError, TypeError):  # there is none, or it is no result
            pass
        with tracing() as trace:
            value = compute()
        for loaded, module in list(sys.modules.items()):
            if loaded.startswith(_TOOLS) and (file := getattr(module, "__file__", None)):
                trace.note(file)
        if trace.settled:
            self._write(name, {"facts": repr(facts), "value": value, "states": trace.states})
        return value

    def _unchanged(self, known: tuple[str, list[int] | None]) -> bool:
        path, before = known
        if path not in self._states:
            self._states[path] = state(path)
        now = self._states[path]
        return before == (now if now is None else list(now))

    @property
    def _path(self) -> str:
        return f"{_caches()}/agent-port/{crc32(os.fsencode(self._folder)):08x}.json"

    def _read(self) -> dict[str, Any]:
        import json  # noqa: PLC0415  # not for a component that needs no evidence

        try:
            with open(self._path, encoding="utf-8") as file:  # noqa: PTH123  # no pathlib
                content = json.load(file)
            if content["layout"] == _LAYOUT and content["folder"] == self._folder:
                return dict(content["results"])
        except (OSError, KeyError, TypeError, ValueError, RecursionError):
            pass
        return {}

    def _write(self, name: str, result: dict[str, Any]) -> None:
        import json  # noqa: PLC0415  # as above
        from pathlib import Path  # noqa: PLC0415

        from agent.porting.files.atomic import replace_text  # noqa: PLC0415

        # What another process has found out meanwhile is kept; if two write at once, one is lost,
        # and found out again.
        self._results = self._read() | {name: result}
        content = {"layout": _LAYOUT, "folder": self._folder, "results": self._results}
        with suppress(OSError):
            replace_text(Path(self._path), json.dumps(content))


def _caches() -> str:
    """Return the folder in which the user's programs keep what they can do without."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")  # noqa: PTH111
    return os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
