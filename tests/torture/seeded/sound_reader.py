"""A command that names a damaged file in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.porting.files.reading import parse_json, read_text

__all__ = ["IMPLEMENTATION"]


def _main(_: list[str]) -> int:
    try:
        parse_json(read_text(Path("evidence/duck.json")))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"evidence/duck.json is damaged: {error}\n")
        return 1
    sys.stdout.write("{}\n")
    return 0


IMPLEMENTATION = _main
