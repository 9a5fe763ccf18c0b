"""``python -m agent``: the command line."""

import sys

# Python puts the working directory first, where a file may have the name of a standard module.
if not sys.flags.safe_path:
    sys.path.append(sys.path.pop(0))

from agent.cli import main  # with the path as it is to be

if __name__ == "__main__":
    sys.exit(main())
