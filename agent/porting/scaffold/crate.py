"""The crate of a package: created once, and extended by each component."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.scaffold.names import identifier
from agent.porting.scaffold.templates import rendered

if TYPE_CHECKING:
    from agent.porting.scaffold.changes import Changes

__all__ = ["CrateSkeleton"]

_RESERVED = frozenset(["exits", "lib", "main", "mod", "values", "register", "glue"])
"""Names that the crate uses itself."""


class CrateSkeleton:
    """The crate in ``rust/`` that an extension is built from.

    Args:
        package: the package that holds the extension.
        extension: the extension's full name.
    """

    def __init__(self, package: str, extension: str) -> None:
        self._package = package
        self._extension = extension
        self.name = f"{package.replace('_', '-')}-rust"
        self.folder = f"rust/{self.name}"

    def begin(self, changes: Changes) -> None:
        """Create the crate, without components."""
        stem = self._extension.rpartition(".")[2]
        values = {
            "crate": self.name, "package": self._package, "stem": stem,
            "extension": self._extension,
        }  # fmt: skip
        changes.create("Cargo.toml", rendered("package/workspace.toml"))
        changes.create(f"{self.folder}/Cargo.toml", rendered("package/crate.toml", **values))
        changes.create(f"{self.folder}/build.rs", rendered("package/build.rs"))
        changes.create(f"{self.folder}/src/exits.rs", rendered("package/exits.rs"))
        changes.create(f"{self.folder}/src/values.rs", rendered("values.rs", maps=True))
        changes.create(f"{self.folder}/src/lib.rs", rendered("package/lib.rs", **values))

    def guards(self, changes: Changes) -> bool:
        """Return whether functions have to begin with ``enter()``: a crate may be an older one."""
        return changes.exists(f"{self.folder}/src/exits.rs")

    def add(self, changes: Changes, name: str, text: str) -> None:
        """Add the component `name`, whose file holds `text`.

        Raises `UsageError` for a name that the crate cannot use, or an unusable lib.rs.
        """
        if name in _RESERVED:
            message = f"a component named {name} would conflict with the crate's own {name}"
            raise UsageError(message)
        if not changes.exists(f"{self.folder}/src/lib.rs"):
            message = (
                f"{self.folder}/src/lib.rs, in which agent new lists components, is missing: this "
                "project's extension was not created by agent new --init. In a project without "
                "[tool.agent-port] and [tool.maturin] in pyproject.toml, --init creates it; "
                "in this one, add the Rust side and a row in the table by hand, "
                "as docs/guide/porting.md shows"
            )
            raise UsageError(message)
        changes.create(f"{self.folder}/src/{name}.rs", text)
        changes.edit(f"{self.folder}/src/lib.rs", lambda library: _listing(library, name))


def _listing(library: str, name: str) -> str:
    """Return the crate's lib.rs with one more component."""
    module = identifier(name)
    end = library.rfind("    Ok(())\n")
    known = list(re.finditer(r"(?m)^(?:pub )?mod (?:r#)?(\w+);\n", library))
    if end < 0 or not known:
        message = "lib.rs was changed so much that a component cannot be listed there"
        raise UsageError(message)
    registered = f"    {module}::register(module)?;\n"
    library = library[:end] + registered + library[end:]
    before = [each for each in known if each[1] < name]
    at = before[-1].end() if before else known[0].start()
    return library[:at] + f"mod {module};\n" + library[at:]
