"""The contract of the tools, which both implementations follow.

**Programs.** A program is started from a list of arguments, never through a shell. A program
without a slash in its name is looked up in ``PATH`` of the environment that it is given, as
`os.get_exec_path` reads it; one with a slash is relative to `cwd`. It leads a process group of its
own, in the background of the terminal. It inherits the environment unless `env` replaces it, and
those descriptors that were made inheritable; the action for ``SIGPIPE`` is the default.

**Errors** of starting are those of `subprocess`: an `OSError` with the reason and the program, or
`cwd` where that is the reason. A file that is missing (``ENOENT``), may not be executed
(``EACCES``), has no known format (``ENOEXEC``), or arguments that are too long (``E2BIG``) differ
in `errno`. Nothing has been started then.

**The end.** When the program itself ends, when its timeout has passed, when an exception of a
signal handler interrupts the call, and when the interpreter ends, every process that is left in
its group is killed with ``SIGKILL``, and the program is reaped before the call returns. Processes
that left the group are not killed. After the end, output is read until it ends, or for `DRAIN`
seconds at most: a process that left the group may hold it open for ever. `Result.held` says so.

**Output** of each stream is kept up to `max_output` bytes. The rest is read and dropped, so that
the program never waits for its reader, and `Result.truncated` says so. Output from before a timeout
is kept.

**Conversations.** What `spawn` starts is read and written while it runs. Output is read while an
operation waits, up to `BUFFER` bytes of each stream before they are asked for; nothing is dropped,
and a program that writes more waits. When an operation finds that the program itself has ended,
what is left of its group is killed, and its output can be read until it ends, or for `DRAIN`
seconds where a process that left the group holds it open. Its group is killed and it is reaped by
`Process.close`, when the object is collected, and when the interpreter ends. Several threads may
use it at once. In a forked process, it can be closed, which does not end it, and nothing else.

**Pipelines.** Each program leads a group of its own, and the output of each but the last is the
input of the next. A pipeline is over when all have ended; what is left of the group of each is
killed when it ends. All have one limit of time, after which those that still run are killed.

**Asynchronous operations** have the names of the others with an ``a`` before. If one is cancelled,
the groups of its programs are killed, and the programs are reaped before `asyncio.CancelledError`
is raised.

**Limits** of the factory apply to each program, and to what it starts, by `prlimit`, from a moment
after its start: a limit of the processor's time in seconds, after which it gets ``SIGXCPU`` and a
second later ``SIGKILL``; of the address space in bytes; and of open descriptors. A limit above that
of this process counts as the latter.

**Tools** are programs with a name, a template of their arguments and a limit of time and output. In
a template, ``{name}`` or ``{name:kind}`` stands for an argument, ``{{`` and ``}}`` for braces; a
name is small letters, digits and ``_``, a letter first. An argument of kind ``text`` is a `str`; of
kind ``int`` an `int` of 64 bits; of kind ``path`` a `str` that is not empty. Each element of the
template becomes one argument, whatever is put into it. Where a placeholder begins an element, and
no element before is ``--``, a text that begins with ``-`` is refused, as it would be taken for an
option, and such a path is given ``./``. The first element has no placeholder.

**Threads and forks.** Every operation may be called from any thread, and in a forked process, which
neither ends nor disturbs the programs of its parent.

Which other signals the program ignores or blocks is as this process has it, and not promised.
Objects cannot be copied or pickled, and classes cannot be subclassed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, Protocol

from agent.components.tools.errors import (
    ArgumentMismatch,
    DuplicateTool,
    ToolFailed,
    ToolTimeout,
    UnknownTool,
)
from agent.components.tools.process import Process
from agent.components.tools.terms import (
    BUFFER,
    DEFAULT_OUTPUT,
    DEFAULT_SIZE,
    DRAIN,
    MAX_CPU_SECONDS,
    MAX_LIMIT,
    MAX_OUTPUT,
    MAX_TIMEOUT,
    Arguments,
    Argv,
    Argvs,
    Cap,
    CpuSeconds,
    Environment,
    Folder,
    Input,
    MemoryBytes,
    Name,
    OpenFiles,
    Patience,
    Spawned,
    Template,
    Timeout,
)
from agent.porting.contract.terms import Effect, Invariant, operation

__all__ = [
    "BUFFER",
    "DEFAULT_OUTPUT",
    "DEFAULT_SIZE",
    "DRAIN",
    "MAX_CPU_SECONDS",
    "MAX_LIMIT",
    "MAX_OUTPUT",
    "MAX_TIMEOUT",
    "Process",
    "Result",
    "Tools",
    "ToolsFactory",
    "Usage",
]

_EACH_ITS_OWN = "each side runs a process of its own"


def _is_duration(value: object) -> bool:
    return isinstance(value, float) and value >= 0.0


def _is_usage(value: object) -> bool:
    return (
        isinstance(value, Usage)
        and _is_duration(value.user_seconds)
        and _is_duration(value.system_seconds)
        and type(value.max_resident_bytes) is int
        and value.max_resident_bytes >= 0
    )


@dataclass(frozen=True)
class Usage:
    """What a program took, with those of its children that it waited for."""

    user_seconds: float
    system_seconds: float
    max_resident_bytes: int
    """The most memory of one process, in bytes; at least what this process had at its start."""


@dataclass(frozen=True)
class Result:
    """What a program did."""

    returncode: int
    """The exit status, or the negative number of the signal that ended it."""
    stdout: bytes
    stderr: bytes
    timed_out: bool
    """Whether it was killed because its timeout had passed."""
    truncated: bool
    """Whether output beyond `max_output` was dropped, of either stream."""
    held: bool
    """Whether a process that left the group held the output open, so that it may lack its end."""
    duration: Annotated[float, Invariant(_is_duration, _EACH_ITS_OWN)] = field(repr=False)
    """Seconds from before the start until it was reaped."""
    usage: Annotated[Usage, Invariant(_is_usage, _EACH_ITS_OWN)] = field(repr=False)


class Tools(Protocol):
    """Runs programs, with limits that hold for each."""

    @operation(
        effect=Effect.EXTERNAL, raises=(OSError, ToolFailed, ToolTimeout, TypeError, ValueError)
    )
    def run(
        self,
        argv: Argv,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        timeout: Timeout = None,
        cwd: Folder = None,
        env: Environment = None,
        max_output: Cap = DEFAULT_OUTPUT,
        check: bool = False,
    ) -> Result:
        """Run a program to its end.

        Args:
            argv: the program and its arguments, at least one, the first not empty.
            input: what it reads from standard input; it need not read all.
            timeout: seconds until it is killed, above 0 and up to `MAX_TIMEOUT`; None for never.
            cwd: the folder that it starts in; None for that of this process.
            env: its whole environment; ``{}`` for none; None for that of this process.
            max_output: bytes that are kept of each stream, up to `MAX_OUTPUT`.
            check: whether an end other than by status 0 raises.

        Raises:
            OSError: it could not be started.
            ToolFailed: `check` is true, and it ended with another status or by a signal.
            ToolTimeout: `check` is true, and its timeout passed.
        """

    @operation(
        effect=Effect.EXTERNAL, raises=(OSError, ToolFailed, ToolTimeout, TypeError, ValueError)
    )
    async def arun(
        self,
        argv: Argv,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        timeout: Timeout = None,  # noqa: ASYNC109  # of the program, as for run
        cwd: Folder = None,
        env: Environment = None,
        max_output: Cap = DEFAULT_OUTPUT,
        check: bool = False,
    ) -> Result:
        """Run a program to its end, as `run` does."""

    @operation(
        effect=Effect.EXTERNAL, raises=(OSError, ToolFailed, ToolTimeout, TypeError, ValueError)
    )
    def pipe(
        self,
        argvs: Argvs,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        timeout: Timeout = None,
        cwd: Folder = None,
        env: Environment = None,
        max_output: Cap = DEFAULT_OUTPUT,
        check: bool = False,
    ) -> list[Result]:
        """Run programs whose output is the input of the next one; return the result of each.

        Args:
            argvs: the programs with their arguments, at least one.
            input: what the first reads.
            timeout: seconds until all that run are killed.
            cwd: the folder that each starts in.
            env: the environment of each.
            max_output: bytes that are kept of the messages of each, and of the last one's output.
            check: whether an end of any other than by status 0 raises, or by ``SIGPIPE`` of one
                that is not the last, whose reader has ended.

        Raises:
            OSError: one could not be started; those before were ended.
            ToolFailed: of the first that failed.
            ToolTimeout: of the first that was killed.
        """

    @operation(
        effect=Effect.EXTERNAL, raises=(OSError, ToolFailed, ToolTimeout, TypeError, ValueError)
    )
    async def apipe(
        self,
        argvs: Argvs,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        timeout: Timeout = None,  # noqa: ASYNC109  # of the programs, as for pipe
        cwd: Folder = None,
        env: Environment = None,
        max_output: Cap = DEFAULT_OUTPUT,
        check: bool = False,
    ) -> list[Result]:
        """Run programs whose output is the input of the next one, as `pipe` does."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, TypeError, ValueError))
    def spawn(
        self,
        argv: Spawned,
        /,
        *,
        timeout: Patience,
        stderr: Literal["pipe", "stdout", "devnull"] = "pipe",
        cwd: Folder = None,
        env: Environment = None,
    ) -> Process:
        """Start a program, to hold a conversation with it.

        Args:
            argv: the program and its arguments, as for `run`.
            timeout: seconds that each operation of the conversation may take, unless it is given a
                time of its own; None for no limit.
            stderr: where its messages go: a stream of their own, its output, or nowhere.
            cwd: the folder that it starts in, as for `run`.
            env: its whole environment, as for `run`.

        Raises:
            OSError: it could not be started.
        """

    @operation(effect=Effect.WRITES, raises=(DuplicateTool, TypeError, ValueError))
    def define(
        self,
        name: Name,
        argv: Template,
        /,
        *,
        timeout: Timeout = None,
        max_output: Cap = DEFAULT_OUTPUT,
    ) -> None:
        """Define a tool.

        Args:
            name: small letters, digits and ``_``, a letter first.
            argv: the program and the template of its arguments.
            timeout: seconds until a call is killed, as for `run`.
            max_output: bytes that are kept of each stream, as for `run`.

        Raises:
            DuplicateTool: the name is taken.
        """

    @operation(effect=Effect.READS, raises=())
    def names(self) -> list[str]:
        """Return the names of the tools that are defined, sorted."""

    @operation(
        effect=Effect.EXTERNAL,
        raises=(
            OSError, ArgumentMismatch, ToolFailed, ToolTimeout, UnknownTool, TypeError, ValueError,
        ),
    )  # fmt: skip
    def call(
        self,
        name: Name,
        arguments: Arguments,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        cwd: Folder = None,
        env: Environment = None,
        check: bool = False,
    ) -> Result:
        """Run a tool that is defined, with `arguments` by name in a dict; as `run` otherwise.

        Raises:
            ArgumentMismatch: an argument is missing, or the tool does not have it.
            UnknownTool: no tool has the name.
        """

    @operation(
        effect=Effect.EXTERNAL,
        raises=(
            OSError, ArgumentMismatch, ToolFailed, ToolTimeout, UnknownTool, TypeError, ValueError,
        ),
    )  # fmt: skip
    async def acall(
        self,
        name: Name,
        arguments: Arguments,
        /,
        *,
        input: Input = None,  # noqa: A002  # as subprocess calls it
        cwd: Folder = None,
        env: Environment = None,
        check: bool = False,
    ) -> Result:
        """Run a tool that is defined, as `call` does."""


class ToolsFactory(Protocol):
    """The constructor of tools."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def __call__(
        self,
        *,
        cpu_seconds: CpuSeconds = None,
        memory_bytes: MemoryBytes = None,
        open_files: OpenFiles = None,
    ) -> Tools:
        """Create tools whose programs have limits; None for none.

        Args:
            cpu_seconds: the processor's time of each process, from 1 to `MAX_CPU_SECONDS`.
            memory_bytes: the address space of each process, in bytes, from 1 to `MAX_LIMIT`.
            open_files: the open descriptors of each process, from 1 to `MAX_LIMIT`.
        """
