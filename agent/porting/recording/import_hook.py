"""Lets the modules that are recorded hand out proxies, once the program has imported them.

Only who asks a module from outside gets one: its own functions look into its namespace, where
everything stays as it is.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any

from agent.porting.recording.plan import RecordingPlan
from agent.porting.recording.proxy_class import Proxies
from agent.porting.recording.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import ModuleType

__all__ = ["PLAN", "start"]

PLAN = "plan.json"
"""The file, in the folder of the recording, that says what is to be recorded."""


def start(folder: Path) -> None:
    """Record, in this process and those that it starts, what the plan in `folder` says."""
    plan = RecordingPlan.from_json((folder / PLAN).read_text(encoding="utf-8"))
    recorder = Recorder(plan, folder)

    def begin() -> None:
        recorder.write()  # an empty trace shows that the module was imported
        atexit.register(recorder.write)

    watch = _Watch(plan, Proxies(recorder), begin)
    for module, _ in plan.targets:
        if module in sys.modules:
            watch.hand_out(sys.modules[module])
    sys.meta_path.insert(0, watch)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.after_fork)


class _Watch:
    """Finds the modules that are recorded, through the finders that find them otherwise."""

    def __init__(self, plan: RecordingPlan, makers: Proxies, begin: Callable[[], None]) -> None:
        self._plan = plan
        self._makers = makers
        self._begin = begin

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the module `name` if it is one of them."""
        if all(module != name for module, _ in self._plan.targets):
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Loader(spec.loader, self)  # type: ignore[assignment]  # as one
                return spec
        return None

    def hand_out(self, module: ModuleType) -> None:
        """Let `module` hand out proxies."""
        root = self._plan.kinds[self._plan.root]
        handed = {}
        for name, attribute in self._plan.targets:
            for wanted in [attribute] if attribute else root.operations:
                original = vars(module).get(wanted)
                if name != module.__name__ or original is None:
                    continue
                if isinstance(original, type) and root.make is not None:
                    proxy: Any = self._makers.of_class(original, root)
                else:
                    call = root.make or root.operations["__call__" if attribute else wanted]
                    proxy = self._makers.function(original, call)
                handed[wanted] = _HandedOut(wanted, original, proxy)
        cls: Any = type(module)
        module.__class__ = type(cls.__name__, (cls,), {"__module__": cls.__module__, **handed})
        self._begin()


class _Loader:
    """Loads a module as its own loader does, which it leaves in its place."""

    def __init__(self, loader: Any, watch: _Watch) -> None:
        self._loader = loader
        self._watch = watch

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, and let it hand out proxies."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._watch.hand_out(sys.modules.get(module.__name__, module))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _HandedOut:
    """An attribute of a module, for which others get the proxy."""

    def __init__(self, name: str, original: Any, proxy: Any) -> None:
        self._name = name
        self._original = original
        self._proxy = proxy

    def __get__(self, module: ModuleType, owner: type) -> Any:
        try:
            value = vars(module)[self._name]
        except KeyError:
            message = f"module {module.__name__!r} has no attribute {self._name!r}"
            raise AttributeError(message, name=self._name, obj=module) from None
        return self._proxy if value is self._original else value

    def __set__(self, module: ModuleType, value: Any) -> None:
        vars(module)[self._name] = self._original if value is self._proxy else value

    def __delete__(self, module: ModuleType) -> None:
        del vars(module)[self._name]
