"""The world that the check runs programs in: a folder with scripted children."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from agent.components.tools.idle import state_of, until_idle
from agent.porting.worlds import World, step
from agent.porting.worlds.folder_tree import FolderTree

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["CHILD", "Programs"]

CHILD = """#!/bin/sh
# What a program may do to whoever runs it. The first argument says what.
root=${0%/*}
case $1 in
echo) shift; for each; do printf '%s.' "$each"; done ;;
both) printf out; printf err >&2 ;;
cat) /bin/cat ;;
status) exit "$2" ;;
fail) /bin/cat > /dev/null; exit "$2" ;;
signal) kill -s "$2" $$ ;;
fill) /usr/bin/head -c "$2" /dev/zero ;;
sleep) printf begun; /bin/sleep 0.6; printf woke ;;
deaf) trap '' TERM INT HUP; printf begun; /bin/sleep 0.6; printf woke ;;
background) /bin/sleep 60 & echo $! >> "$root/.pids"; printf started ;;
holder)
    left='echo $$ >> "$0/.pids"; : > "$0/.$1"; exec /bin/sleep 60'
    /usr/bin/setsid /bin/sh -c "$left" "$root" $$ &
    until [ -e "$root/.$$" ]; do /bin/sleep 0.01; done
    /bin/rm "$root/.$$"; printf started ;;
close) printf early; exec >&- 2>&-; /bin/sleep 0.1 ;;
pwd) pwd -P ;;
env) /usr/bin/env | /usr/bin/sort ;;
lines) printf 'a\\nbb\\n\\nccc' ;;
talk) printf ready; while read -r line; do printf '%s!\\n' "$line"; printf '%s?' "$line" >&2; done
    printf over ;;
wary) trap 'printf caught; exit 7' TERM; printf ready; while read -r line; do :; done ;;
write) printf written > "$root/$2" ;;
group) read -r _ _ _ _ group _ < /proc/$$/stat; [ "$group" = $$ ] && printf leader ;;
limits) /bin/sleep 0.1; ulimit -t; ulimit -v; ulimit -n ;;
esac
"""

_FILES = {
    "child": (CHILD, 0o755),
    "folder/child": ("#!/bin/sh\nprintf 'in the folder'\n", 0o755),
    "plain": ("#!/bin/sh\n", 0o644),
    "unknown": ("no format\n", 0o755),
    "orphan": ("#!/no/interpreter\n", 0o755),
}
"""The files of a new world, with their modes."""

_PIDS = ".pids"


class Programs(World):
    """A folder with programs; ``root`` is its path.

    Observed are the files, and how many of the processes that a child left in the background run.
    """

    gives: ClassVar[tuple[str, ...]] = ("root",)
    settle: ClassVar[float] = 1.0
    """What was killed may still be seen for a moment."""

    cuts: ClassVar[bool] = False

    root: str

    def __enter__(self) -> Self:
        """Make the folder and its programs."""
        self._tree = FolderTree().__enter__()
        self.root = self._tree.root
        for name in _FILES:
            self._write(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what still runs, and remove the folder."""
        for pid in self._left():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self._tree.__exit__(kind, error, trace)

    @step
    def restore(self, name: Literal["child", "folder/child", "plain", "unknown", "orphan"]) -> None:
        """Write one of the programs anew."""
        with suppress(OSError):
            self._clear(name)
            self._write(name)

    @step
    def forbid(self, name: Literal["child", "folder/child"]) -> None:
        """Make a program one that nobody may execute."""
        with suppress(OSError):
            Path(self.root, name).chmod(0o644)

    @step
    def take(self, name: Literal["child", "folder/child", "folder"]) -> None:
        """Remove a program, or the folder of one."""
        with suppress(OSError):
            self._clear(name)

    @step
    def obstruct(self, name: Literal["child", "folder/child"]) -> None:
        """Put a folder in the place of a program."""
        with suppress(OSError):
            self._clear(name)
            Path(self.root, name).mkdir(parents=True)

    @step
    def link(self, name: Literal["child", "folder/child"], target: Literal["child", "no"]) -> None:
        """Put a symbolic link in the place of a program; one to itself leads nowhere."""
        with suppress(OSError):
            self._clear(name)
            Path(self.root, name).symlink_to(Path(self.root, target))

    def observe(self) -> dict[str, Any]:
        """Return the files, and under the empty name how many processes are left.

        What the programs are doing is awaited: so what a call finds is no question of milliseconds.
        """
        until_idle()
        found: dict[str, Any] = dict(self._tree.observe())
        found.pop(_PIDS, None)
        return found | {"": len(self._left())}

    def normalise(self, value: Any) -> Any:
        """Return `value` with ``<root>`` in the place of the root's path."""
        return self._tree.normalise(value)

    def permits(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Permit to start and end processes, and changes below the root."""
        if event in {"subprocess.Popen", "os.killpg", "os.kill"}:
            return True
        return self._tree.permits(event, arguments)

    def _write(self, name: str) -> None:
        text, mode = _FILES[name]
        path = Path(self.root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def _clear(self, name: str) -> None:
        path = Path(self.root, name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def _left(self) -> list[int]:
        """Return the processes in the background that run."""
        try:
            noted = Path(self.root, _PIDS).read_text(encoding="ascii").split()
        except OSError:
            return []
        return [pid for pid in map(int, noted) if state_of(pid) not in {"Z", "X"}]
