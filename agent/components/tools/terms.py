"""The terms of the tools' contract: bounds, and what checks call operations with.

What a program does depends on when it is killed. So checks write programs, timeouts and limits
with names of the [world](world.py), in which no outcome is a question of milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import EllipsisType
from typing import Annotated, Literal

from agent.porting.contract.terms import Given

__all__ = [
    "BUFFER",
    "DEFAULT_OUTPUT",
    "DEFAULT_SIZE",
    "DRAIN",
    "MAX_CPU_SECONDS",
    "MAX_LIMIT",
    "MAX_OUTPUT",
    "MAX_TIMEOUT",
    "Arguments",
    "Argv",
    "Argvs",
    "Cap",
    "CpuSeconds",
    "Data",
    "Delimiter",
    "Environment",
    "Folder",
    "Input",
    "MemoryBytes",
    "Name",
    "OpenFiles",
    "Patience",
    "Size",
    "Spawned",
    "Stream",
    "Template",
    "Timeout",
    "Wait",
]

MAX_OUTPUT = 2**40
"""Most bytes that can be kept of a stream."""

DEFAULT_OUTPUT = 1 << 24
"""Bytes that are kept of a stream unless more or fewer are asked for: 16 MiB."""

MAX_TIMEOUT = 10.0**9
"""Longest timeout in seconds, about 31 years."""

MAX_LIMIT = 2**62
"""Highest limit of memory, in bytes, and of descriptors."""

MAX_CPU_SECONDS = 10**9
"""Highest limit of the processor's time. Linux counts it in nanoseconds, which must fit 64 bits."""

DRAIN = 0.25
"""Seconds for which output is read after the end of a program."""

DEFAULT_SIZE = 1 << 16
"""Bytes that are read at most unless more or fewer are asked for: 64 KiB."""

BUFFER = 1 << 20
"""Bytes of each stream that are read before they are asked for: 1 MiB."""

_CHILD = "root + '/child'"

Argv = Annotated[
    Sequence[str],
    Given(
        f"[{_CHILD}, 'echo', 'a', '', 'ö']",
        f"({_CHILD}, 'both')",
        f"[{_CHILD}, 'cat']",
        f"[{_CHILD}, 'status', '3']",
        f"[{_CHILD}, 'status', '255']",
        f"[{_CHILD}, 'signal', 'SEGV']",
        f"[{_CHILD}, 'signal', 'TERM']",
        f"[{_CHILD}, 'fill', '200000']",
        f"[{_CHILD}, 'sleep']",
        f"[{_CHILD}, 'background']",
        f"[{_CHILD}, 'holder']",
        f"[{_CHILD}, 'close']",
        f"[{_CHILD}, 'pwd']",
        f"[{_CHILD}, 'env']",
        f"[{_CHILD}, 'write', 'a']",
        f"[{_CHILD}, 'group']",
        f"[{_CHILD}, 'limits']",
        "['child', 'echo', 'found']",
        "['./child', 'echo', 'here']",
        "['no-such-program']",
        "[root + '/folder']",
        "[root + '/no/program']",
        "[root + '/child/below']",
        "[root + '/plain']",
        "[root + '/unknown']",
        "[root + '/orphan']",
        "['child', 'x' * 3000000]",
        "[]",
        "['true', 'a\\0b']",
    ),
]
Argvs = Annotated[
    Sequence[Sequence[str]],
    Given(
        f"[[{_CHILD}, 'echo', 'a'], [{_CHILD}, 'cat']]",
        f"([{_CHILD}, 'both'], ({_CHILD}, 'cat'))",
        f"[[{_CHILD}, 'lines'], ['sort'], [{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'cat'], [{_CHILD}, 'fail', '3'], [{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'fill', '2000000'], ['head', '-c', '10']]",
        f"[[{_CHILD}, 'cat'], [{_CHILD}, 'fail', '255']]",
        f"[[{_CHILD}, 'sleep'], [{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'background'], [{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'write', 'a'], [{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'cat']]",
        f"[[{_CHILD}, 'cat'], ['no-such-program']]",
        "[['child', 'pwd'], ['./child', 'cat']]",
        "[[root + '/plain'], ['true']]",
        "[]",
        "[['true'], []]",
    ),
]
"""Each but the last writes to one that reads all, or more than a pipe holds: otherwise, whether a
program finds that its reader has ended is a question of time."""
Spawned = Annotated[
    Sequence[str],
    Given(
        f"[{_CHILD}, 'talk']",
        f"[{_CHILD}, 'lines']",
        f"[{_CHILD}, 'talk']",
        f"({_CHILD}, 'both')",
        f"[{_CHILD}, 'wary']",
        f"[{_CHILD}, 'fill', '60000']",
        f"[{_CHILD}, 'background']",
        f"[{_CHILD}, 'lines']",
        f"[{_CHILD}, 'pwd']",
        f"[{_CHILD}, 'talk']",
        f"[{_CHILD}, 'lines']",
        f"[{_CHILD}, 'write', 'a']",
        "['child', 'talk']",
        "['./child', 'lines']",
        "['no-such-program']",
        "[root + '/plain']",
        "[]",
    ),
]
"""Programs that do nothing any more when a check goes on, but end or read, whatever is read of
them: their output fits into a pipe."""
Patience = Annotated[float | None, Given("0.05", "0.03", "0", "'1'")]
"""Never None: some of these programs end only when they are ended."""
Wait = Annotated[float | EllipsisType | None, Given("0.02", "0.03", "...", "0.05", "True")]
Stream = Annotated[Literal["stdout", "stderr"], Given("'stdout'", "'stderr'", "'stdout'", "'out'")]
Data = Annotated[bytes, Given(r"b'a\n'", r"b'b\nc\n'", "b''", "b'd'")]
Delimiter = Annotated[bytes, Given(r"b'\n'", "b'd'", "b'e'", r"b'\n'", "b'no'", "b''")]
Size = Annotated[int, Given("100", "3", "70000", "1", "100", "0")]
Input = bytes | None
CpuSeconds = Annotated[int | None, Given("None", "60", f"{MAX_CPU_SECONDS}", "0", "'1'")]
MemoryBytes = Annotated[int | None, Given("None", "1 << 33", f"{MAX_LIMIT}", f"{MAX_LIMIT + 1}")]
OpenFiles = Annotated[int | None, Given("None", "256", f"{MAX_LIMIT}", "True")]
Timeout = Annotated[float | None, Given("None", "30", "0.3", "25.0")]
Folder = Annotated[
    str | None,
    Given("None", "root", "root + '/folder'", "root", "root + '/no'", "root + '/child'"),
]
Environment = Annotated[
    Mapping[str, str] | None,
    Given(
        "None", "{}", "{'PATH': root}", "{'PATH': root + '/folder:' + root, 'A': 'ö'}",
        "{'A': '', 'B': '='}", "{'PATH': '', 'A': 'a'}", "{'A=': 'a'}",
    ),
]  # fmt: skip
Cap = Annotated[int, Given("16777216", "0", "1", "65536", "100000", "1 << 40")]

Name = Annotated[str, Given("'say'", "'show'", "'say'", "'show'", "'say_2'", "'Say'")]
Template = Annotated[
    Sequence[str],
    Given(
        f"[{_CHILD}, 'echo', '{{text}}', '{{text}}', '{{count:int}}']",
        f"[{_CHILD}, 'echo', 'a={{count:int}};{{{{}}}}', '--', '{{text:text}}']",
        f"({_CHILD}, 'echo', '{{text:path}}{{count:int}}')",
        f"[{_CHILD}, 'echo', '{{count:int}}', 'x{{text}}']",
        "['child', 'echo', '-{text}', '{count:int}']",
        f"[{_CHILD}, 'status', '{{count:int}}']",
        f"[{_CHILD}, '{{text}}', '{{text:int}}']",
        f"[{_CHILD}, 'echo', '{{']",
    ),
]
Arguments = Annotated[
    Mapping[str, str | int],
    Given(
        "{'text': 'a', 'count': 3}", "{'count': 0, 'text': ''}", "{'text': '-a', 'count': 70000}",
        "{'text': root, 'count': 2**63 - 1}", "{'text': '$HOME ö', 'count': 1}", "{'count': 7}",
        "{'text': 'a', 'count': 2**63}", "{'text': 'a', 'count': 1, 'other': 'b'}",
    ),
]  # fmt: skip
