"""The process of a case: ``python -m tests.torture.child JOB REPORT``."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys

from tests.torture.check import Job
from tests.torture.checks import CHECKS


def main() -> None:
    """Do the job that the first argument describes; write facts to the file of the second."""
    if sys.platform != "win32":
        faulthandler.register(signal.SIGUSR2, all_threads=True)  # `running` asks where it hangs
    report = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    job = Job(**json.loads(sys.argv[1]), report=report)
    CHECKS[job.check].run(job)
    job.finish()


if __name__ == "__main__":
    main()
