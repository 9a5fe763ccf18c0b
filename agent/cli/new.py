"""``agent new``: begin to port a function or class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["configure", "run"]

_NEXT = """\
Next:
  maturin develop --release    # builds it; Python serves what is not ported yet
  # write the port in {rust}, and build it again
  agent check {name}
  agent bench {name}
  agent promote {name}"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", help="what the component is to be called")
    parser.add_argument(
        "--from",
        dest="reference",
        required=True,
        metavar="PKG.MOD:OBJ",
        help="the function or class to port",
    )
    parser.add_argument("--init", action="store_true", help="the package has no Rust yet")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written")
    parser.add_argument(
        "--no-decorate", action="store_true", help="leave the module alone, and say what to type"
    )


def run(arguments: Namespace) -> int:
    """Write what the component needs, or show it; print what is to be done next."""
    from agent.porting.scaffold.new import scaffold  # noqa: PLC0415  # not for --help

    made = scaffold(
        arguments.name,
        arguments.reference,
        Path.cwd(),
        init=arguments.init,
        decorate=not arguments.no_decorate,
    )
    parts = [made.changes.tree(), made.changes.diff()]
    if made.remarks:
        parts.append("\n".join(["To know:", *map("  {}".format, made.remarks)]))
    if not arguments.dry_run:
        made.changes.apply()
        parts.append(_NEXT.format(name=arguments.name, rust=made.rust))
    print("\n\n".join(filter(None, parts)))
    return 0
