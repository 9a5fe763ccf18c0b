"""Tools that are wrong in what only a step of their world reveals, beside tools that are right."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

from agent.components.tools.contract import Result  # noqa: TC001  # annotations are read
from agent.components.tools.reference import Tools
from agent.porting.contract.reader import load_contract
from agent.porting.contract.terms import Effect, Given, operation

__all__ = ["RUNNER", "WRONG", "Again", "Right"]

Argv = Annotated[
    Sequence[str],
    Given(
        "['child', 'echo', 'a']",
        "['child', 'pwd']",
        "[root + '/child', 'pwd']",
        "['./child', 'status', '3']",
    ),
]
Folder = Annotated[str | None, Given("root", "root", "root + '/folder'")]
Environment = Annotated[
    Mapping[str, str] | None,
    Given(
        "{'PATH': root + '/folder:' + root}",
        "{'PATH': 'folder:' + root}",
        "{'PATH': root}",
    ),
]


class Runner(Protocol):
    """Runs programs, of which steps of the world make others, or none."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def run(self, argv: Argv, cwd: Folder, env: Environment) -> Result:
        """Run a program to its end."""


class MakesRunner(Protocol):
    """How one is made."""

    def __call__(self) -> Runner:
        """Make one."""


class Right:
    """As it should be."""

    def __init__(self) -> None:
        self._tools = Tools()

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run a program to its end."""
        return self._tools.run(argv, cwd=cwd, env=env)


class Again(Right):
    """As it should be, too."""


def _files(argv: Any, cwd: Any, env: Any) -> list[Path]:
    """Return the files that a program may be."""
    if "/" in argv[0]:
        return [Path(cwd, argv[0])]
    return [Path(cwd, each, argv[0]) for each in env["PATH"].split(":")]


class RemembersPlaces(Right):
    """Looks a program up once."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Path] = {}

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run what was found the first time."""
        key = repr((argv[0], cwd, env))
        for file in _files(argv, cwd, env):
            if os.access(file, os.X_OK) and file.is_file():
                self._found.setdefault(key, file)
        if key in self._found:
            argv = [str(self._found[key]), *argv[1:]]
        return super().run(argv, cwd, env)


class RemembersFailures(Right):
    """Looks for what was missing once no more."""

    def __init__(self) -> None:
        super().__init__()
        self._failed: dict[str, OSError] = {}

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Raise what was raised before."""
        key = repr((argv[0], cwd, env))
        if key in self._failed:
            raise self._failed[key]
        try:
            return super().run(argv, cwd, env)
        except OSError as error:
            self._failed[key] = error
            raise


class OneReason(Right):
    """Says of all that cannot be executed that it is not there."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Translate the reason."""
        try:
            return super().run(argv, cwd, env)
        except PermissionError as error:
            code = errno.ENOENT
            raise FileNotFoundError(code, os.strerror(code), error.filename) from None


class StopsAtFirst(Right):
    """Tries no other file than the first of the name."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run the first."""
        for file in _files(argv, cwd, env):
            if file.exists() and not os.access(file, os.X_OK):
                code = errno.EACCES
                raise PermissionError(code, os.strerror(code), argv[0])
        return super().run(argv, cwd, env)


class TakesFolders(Right):
    """Takes a folder for a program that may be executed."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run the first that may be."""
        for file in _files(argv, cwd, env):
            if os.access(file, os.X_OK):
                if file.is_dir():
                    code = errno.EISDIR
                    raise IsADirectoryError(code, os.strerror(code), argv[0])
                break
        return super().run(argv, cwd, env)


class AnyFolder(Right):
    """Runs in the folder above, if the folder is missing."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run it somewhere."""
        return super().run(argv, cwd if Path(cwd).is_dir() else str(Path(cwd).parent), env)


class MakesFolders(Right):
    """Makes the folder that is missing."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Make it first."""
        Path(cwd).mkdir(exist_ok=True)
        return super().run(argv, cwd, env)


class BlamesProgram(Right):
    """Names the program where the folder is missing."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Change the name."""
        try:
            return super().run(argv, cwd, env)
        except OSError as error:
            error.filename = argv[0]
            raise


class MakesExecutable(Right):
    """Lets everybody execute what is to be run."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Change the mode first."""
        for file in _files(argv, cwd, env):
            if file.is_file():
                file.chmod(0o755)
        return super().run(argv, cwd, env)


class RunsThroughShell(Right):
    """Has a shell run what may not be executed."""

    def run(self, argv: Any, cwd: Any, env: Any) -> Result:
        """Run it some way."""
        try:
            return super().run(argv, cwd, env)
        except PermissionError:
            for file in _files(argv, cwd, env):
                if file.is_file():
                    return super().run(["/bin/sh", str(file), *argv[1:]], cwd, env)
            raise


WRONG = (
    RemembersPlaces, RemembersFailures, OneReason, StopsAtFirst, TakesFolders, AnyFolder,
    MakesFolders, BlamesProgram, MakesExecutable, RunsThroughShell,
)  # fmt: skip

RUNNER = load_contract(
    f"{__name__}:Runner", f"{__name__}:MakesRunner", "agent.components.tools.world:Programs"
)
