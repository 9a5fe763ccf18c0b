"""A process that is ready to run mutants, each in a child of its own.

``python -m agent.porting.mutation.server PLAN`` imports all that a run needs except the extension,
then reads jobs, a line of JSON each, and answers each with a line. A child that reports nothing
for too long, or dies, ends no other.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.porting.contract.reader import load_contract
from agent.porting.mutation.child import SCRIPT, Answer, Child, MutantJob, MutationTask
from agent.porting.project.table import load, restore_references
from agent.porting.script.statement import parse
from agent.porting.worlds.places import sweep

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract

__all__ = ["main", "supervise"]


def main(argv: list[str]) -> None:
    """Serve jobs until the standard input ends."""
    plan = MutationTask(**json.loads(Path(argv[0]).read_text(encoding="utf-8")))
    contract = load_contract(plan.contract, plan.factory, plan.world)
    python = load(plan.python)
    restore_references()
    for script in plan.scripts:
        for line in script:
            parse(line)  # remembered, for all children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks hears it too, and ends this
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        answer = supervise(plan, MutantJob(**json.loads(line)), contract, python)
        sys.stdout.write(json.dumps(asdict(answer)) + "\n")
        sys.stdout.flush()


def supervise(plan: MutationTask, job: MutantJob, contract: Contract, python: Any) -> Answer:
    """Do a job in a child; return its answer, or how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(reader)
        status = 1
        try:
            with os.fdopen(writer, "w", encoding="utf-8") as channel:
                Child(plan, job, contract, python, channel).run()
            status = 0
        finally:
            os._exit(status)
    os.close(writer)

    def end(*_: object) -> None:
        os.kill(child, signal.SIGKILL)
        os._exit(1)

    signal.signal(signal.SIGTERM, end)  # a mutant that hangs must not outlive the one who asked
    last = at = ""
    hung = False
    with os.fdopen(reader, "rb", buffering=0) as heard:
        text = b""
        while True:
            if not select.select([heard], [], [], job.patience)[0]:
                os.kill(child, signal.SIGKILL)
                hung = True
                break
            piece = heard.read(1 << 16)
            if not piece:
                break
            *lines, text = (text + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"{"):
                    last = line.decode()
                else:
                    at = line.decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sweep(child)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if last and not hung:
        return Answer(**json.loads(last))
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    place = f"in {at or 'loading the extension'}"
    script, test = (int(at.removeprefix(SCRIPT)), None) if at.startswith(SCRIPT) else (None, at)
    outcome, detail = ("hang", place) if hung else ("crash", f"{how} {place}")
    return Answer(outcome, detail, script, test)


if __name__ == "__main__":
    main(sys.argv[1:])
