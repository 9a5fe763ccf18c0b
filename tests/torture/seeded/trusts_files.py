"""A command that takes files for what their names say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["IMPLEMENTATION"]


def _main(_: list[str]) -> int:
    content = json.loads(Path("evidence/duck.json").read_text(encoding="utf-8"))
    sys.stdout.write(f"{json.dumps(content)}\n")
    return 0


IMPLEMENTATION = _main
