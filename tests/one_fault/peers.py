"""What other tools find of the functions: ``python -m tests.one_fault.peers``.

ghostwriter writes a test that compares reference and twin, and Hypothesis runs it; HypoFuzz and
Atheris fuzz the same test, guided by coverage; CrossHair compares the two functions symbolically.
None of them compares two classes. ``nox -s one_fault_peers`` prepares what it needs, and writes
docs/one-fault-peers.md.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis.extra import ghostwriter

from tests.one_fault.corpus import faults
from tests.one_fault.report import PAGE, found_by_name, line, totals
from tests.one_fault.results import Results
from tests.one_fault.running import ROOT, Pair, Result, environment, run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.one_fault.corpus import Fault
    from tests.one_fault.running import Answer

_PATIENCE = 10
"""Seconds by the clock for each of the processor."""

_SHOWN = ("Failing test case", "Uncaught Python exception")
"""What is printed where a test fails, rather than the test itself being at fault."""

_SEARCH = "[Phase.explicit, Phase.reuse, Phase.generate, Phase.target]"
"""What is done to find an example; nothing is done to make it small."""

_PROFILE = """
from hypothesis import HealthCheck, Phase, settings
settings.register_profile(
    "peer", max_examples={examples}, deadline=None, phases={phases},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("peer")
"""

_ATHERIS = """
import sys
import atheris
import {modules}
from test_pair import {test} as test
for module in ({modules},):
    atheris.instrument_func(module.{name})
atheris.Setup([sys.argv[0], "-max_total_time={most}"], test.hypothesis.fuzz_one_input)
atheris.Fuzz()
"""

_PAGE = """\
# One fault each: what other tools find

Each tool was given {seconds} seconds of the processor for each of the {all} functions of
[the corpus](one-fault.md); they compare no classes. "Not written" counts functions for whose
arguments ghostwriter writes no strategy, so that there is nothing to run. `agent check` is as on
its own page.

```console
$ python -m nox -s one_fault_peers -- --seconds {seconds}
```

"""


def main() -> None:
    """Run the tools that are asked for, and print or write what they found."""
    chosen = _arguments()
    functions = [each for each in faults() if each.sort == "functions"]
    wanted = [each for each in functions if not chosen.names or each.name in chosen.names]
    results = Results(chosen.results)

    def tell(result: Result) -> None:
        results.add(result)
        print(line(result), flush=True)  # noqa: T201  # the command line prints

    made = []
    for peer in chosen.peer or PEERS:
        pairs = [Pair(each.name, peer, each.python, each.rust) for each in wanted]
        check = partial(_check, seconds=chosen.seconds)
        made += run_all(pairs, [0], chosen.jobs, tell, results.get, check)
    print(totals(made))  # noqa: T201
    if chosen.write:
        chosen.write.write_text(_page(functions, made, chosen.seconds), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.one_fault.peers", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function (default: all)")
    parser.add_argument("--peer", action="append", choices=PEERS, help="a tool (default: all)")
    parser.add_argument("--seconds", type=int, default=20, help="of the processor (default: 20)")
    parser.add_argument("--jobs", type=int, default=1, help="functions at a time (default: 1)")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the results to a page")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        default=ROOT / "build" / "one_fault_peers.jsonl",
        help="where results are kept, so that a run goes on where one ended (default: in build/)",
    )
    return parser.parse_args()


def _check(pair: Pair, seed: int, *, seconds: int) -> Result:
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        answer, detail = PEERS[pair.kind](pair, Path(name), seconds)
    return Result(pair, seed, answer, 0, time.monotonic() - start, detail)


def _ghostwriter(pair: Pair, folder: Path, seconds: int) -> tuple[Answer, str]:
    if not _write_test(pair, folder, _SEARCH):
        return "told", "no strategy"
    return _said(_run(folder, seconds, "pytest", "-q", "test_pair.py"))


def _hypofuzz(pair: Pair, folder: Path, seconds: int) -> tuple[Answer, str]:
    if not _write_test(pair, folder, _SEARCH):
        return "told", "no strategy"
    fuzz = "from hypothesis.extra.cli import main; main()"
    arguments = ["fuzz", "--no-dashboard", "-n", "1", "--", "test_pair.py"]
    if "slice_comments" in _run(folder, seconds, "-c", fuzz, *arguments):
        return "found", "an example, which its release for another Hypothesis fails to show"
    _write_test(pair, folder, "[Phase.explicit, Phase.reuse]")
    return _said(_run(folder, seconds, "pytest", "-q", "test_pair.py"))


def _atheris(pair: Pair, folder: Path, seconds: int) -> tuple[Answer, str]:
    test = _write_test(pair, folder, _SEARCH)
    if not test:
        return "told", "no strategy"
    modules = ", ".join(each.partition(":")[0] for each in (pair.python, pair.rust))
    text = _ATHERIS.format(modules=modules, test=test, name=pair.name, most=_PATIENCE * seconds)
    (folder / "fuzz_pair.py").write_text(text, encoding="utf-8")
    return _said(_run(folder, seconds, "fuzz_pair.py"))


def _crosshair(pair: Pair, folder: Path, seconds: int) -> tuple[Answer, str]:
    sides = pair.python.replace(":", "."), pair.rust.replace(":", ".")
    limit = f"--per_condition_timeout={_PATIENCE * seconds}"
    said = _run(folder, seconds, "crosshair", "diffbehavior", *sides, limit)
    return ("found" if "Given:" in said else "missed"), said.strip().partition("\n")[0]


PEERS = {
    "ghostwriter": _ghostwriter, "hypofuzz": _hypofuzz, "atheris": _atheris,
    "crosshair": _crosshair,
}  # fmt: skip


def _write_test(pair: Pair, folder: Path, phases: str) -> str:
    """Write a test that compares the pair, and return its name; empty if there is none."""
    sides = []
    for side in (pair.python, pair.rust):
        module, _, name = side.partition(":")
        sides.append(getattr(import_module(module), name))
    text = ghostwriter.equivalent(*sides, allow_same_errors=True)
    if "st.nothing()" in text:
        return ""
    # Names with the dots of the module, as it writes them, are none.
    text = re.sub(r"\b(?:result|test)_[\w.]+", lambda found: found[0].replace(".", "_"), text)
    profile = _PROFILE.format(examples=10_000, phases=phases)
    (folder / "test_pair.py").write_text(f"{profile}\n{text}", encoding="utf-8")
    match = re.search(r"^def (test_\w+)", text, re.MULTILINE)
    return match[1] if match else ""


def _run(folder: Path, seconds: int, program: str, *arguments: str) -> str:
    """Run Python on a file, a module or ``-c``, and return what it said.

    It is ended after `seconds` of the processor, or many times as many by the clock.
    """
    file = program == "-c" or program.endswith(".py")
    command = [sys.executable, *([] if file else ["-m"]), program, *arguments]
    limited = ["sh", "-c", f'ulimit -t {seconds}; exec "$@"', "sh", *command]
    process = subprocess.Popen(
        limited, cwd=folder, env=environment(), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )  # fmt: skip
    try:
        return process.communicate(timeout=_PATIENCE * seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0]


def _said(text: str) -> tuple[Answer, str]:
    for shown in _SHOWN:
        if shown in text:
            return "found", text[text.index(shown) :].partition("\n")[0]
    return "missed", ""


def _page(functions: Sequence[Fault], results: Sequence[Result], seconds: int) -> str:
    """Return the page: how much each tool finds by kind."""
    found = found_by_name() if PAGE.exists() else {}
    kinds = dict.fromkeys(fault.kind for fault in functions)
    lines = [_PAGE.format(all=len(functions), seconds=seconds)]
    lines += ["| kind | functions | agent check |" + "".join(f" {peer} |" for peer in PEERS) + "\n"]
    lines += ["| --- | --- | --- |" + " --- |" * len(PEERS) + "\n"]
    for title, some in [*((kind, {kind}) for kind in kinds), ("in all", set(kinds))]:
        names = {fault.name for fault in functions if fault.kind in some}
        of = Counter(
            each.pair.kind for each in results if each.pair.name in names and each.answer == "found"
        )
        ours = sum(found.get(name, False) for name in names)
        lines.append(
            f"| {title} | {len(names)} | {ours} |"
            + "".join(f" {of[peer]} |" for peer in PEERS)
            + "\n"
        )
    unwritten = sum(each.answer == "told" and each.pair.kind == "ghostwriter" for each in results)
    return "".join([*lines, f"\nNot written: {unwritten}.\n"])


if __name__ == "__main__":
    main()
