r"""The contract of the file operations, which both implementations follow.

**Paths** are a `str` or an `os.PathLike` of one. A name that is not UTF-8 has surrogates in it, as
everywhere in `os`. A path with a null character raises `ValueError`.

**Errors.** What the system refuses raises the `OSError` that the functions of `os` raise, with
`errno`, message and the path as it was given as `filename`. Operations on many files do not end at
one that fails: it becomes a `FileError`.

**Kinds.** Only regular files are read and written. A folder raises `IsADirectoryError`. Pipes,
sockets and devices raise `OSError` with `EINVAL`, and are never waited for.

**Atomic writes.** `write_bytes` and `write_text` write a temporary file in the same folder and
rename it, so that the path leads to the whole old or the whole new content at any time. After an
error, and after an exception of a signal handler, the old content and nothing else is left. A new
file has the mode that the process's mask leaves of 0666; an existing one keeps its mode, and gets
the owner of the process. With ``sync=True`` the data and then the folder are on the device before
the call returns. If the path is a symbolic link, ``links`` decides: ``"follow"`` writes the file
that it leads to, which need not be there, ``"replace"`` puts a file in its place, and ``"refuse"``
raises `OSError` with `ELOOP`. `append_bytes` and `append_text` follow links, and are not atomic.

**Text** is decoded and encoded as the codecs of Python do, error handlers included. Reading with
``newline=None`` makes ``\n`` of ``\r\n`` and ``\r``; with any other it changes nothing. Writing
with ``"\r"`` or ``"\r\n"`` puts that in the place of each ``\n``; any other changes nothing.

**Trees.** `walk` lists the regular files below a folder as paths relative to it, with ``/`` between
names, in the order of their bytes. It neither lists nor follows symbolic links. With
``hidden=False`` it leaves out names that begin with a dot. With ``ignore=True`` it obeys the
``.gitignore`` files in the tree as git does, and leaves out ``.git``; files of git outside of the
tree do not count. With `globs` it lists only files that one of them matches; a glob is read as a
line of ``.gitignore`` is, without negation and comments, and matches all below a folder that it
matches. `hash_tree` and `search` take the files that `walk` lists.

**Search** goes line by line. A line ends with ``\n``, which is not part of it. A literal pattern is
searched as its UTF-8 bytes. A regular expression is of bytes too, in a dialect without groups that
repeat, look-around and back-references:

- a character matches itself; ``\`` before a character other than an ASCII letter or digit removes
  its special meaning; ``\t``, ``\r``, ``\f``, ``\v`` and ``\xHH`` are bytes;
- ``.`` is any byte; ``\d``, ``\s``, ``\w`` and ``\D``, ``\S``, ``\W`` are of ASCII; ``[a-z_\d]``
  and ``[^…]`` are sets of bytes, of ASCII characters and escapes, in which ``[`` needs a ``\``;
- ``x|y`` prefers `x`; ``(x)`` and ``(?:x)`` only group;
- ``x*``, ``x+``, ``x?``, ``x{m}``, ``x{m,}`` and ``x{m,n}`` with numbers up to `MAX_REPEAT` are
  greedy, and lazy with a ``?`` after them; `x` is one character, escape or set;
- ``^`` and ``$`` match at the ends of a line, ``\b`` and ``\B`` at those of words of ASCII.

Anything else raises `ExpressionError`. ``ignore_case`` folds ASCII letters. A file that has a null
byte in its first `BINARY_WITHIN` bytes is binary, and left out unless ``binary=True``. `context` is
the number of lines that are told before and after each one with a match.

**Transformations.** `transform` reads each file as text, does the steps one after the other, and
writes the file, atomically and through links, if its bytes are other ones then. All files are read
before the first is written. With ``dry_run=True`` nothing is written, and `Change.diff` has the
hunks of the unified diff that `difflib` makes of the lines, each with three lines around it. A file
that cannot be decoded or encoded is a `FileError` with `EILSEQ`. A `Replace` that would make a text
longer by more than `MAX_GROWTH` bytes of UTF-8, and more than double it, is one with `EFBIG`.

**Threads.** An object has no state but its settings: any thread may use it at any time, also in a
forked process. `workers` is the number of threads that one call may use; it changes no result
unless somebody else changes the files meanwhile.

**Signals.** What a signal handler raises ends an operation on many files or on a large one.

Implementations cannot be subclassed. That their objects can be copied or pickled is not promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Annotated, Literal, Protocol, get_args

from annotated_types import Ge, Le, MaxLen

from agent.components.files.drawn import drawn_expressions, drawn_globs
from agent.components.files.errors import ExpressionError
from agent.components.files.mapped import Mapped
from agent.components.files.places import PATHS, ROOTS
from agent.components.files.results import Change, FileError, Found, Hashes, Listing
from agent.components.files.steps import DropLines, KeepLines, Newlines, Replace, TrimLines
from agent.porting.contract.terms import Effect, Given, operation, unpromised

__all__ = [
    "ALGORITHMS",
    "BINARY_WITHIN",
    "ENCODINGS",
    "HANDLERS",
    "LINKS",
    "MAX_CONTEXT",
    "MAX_GROWTH",
    "MAX_LINES",
    "MAX_PATTERN",
    "MAX_REPEAT",
    "MAX_WORKERS",
    "NEWLINES",
    "REPAIRS",
    "Change",
    "DropLines",
    "FileError",
    "Files",
    "FilesFactory",
    "Found",
    "Hashes",
    "KeepLines",
    "Listing",
    "Mapped",
    "Newlines",
    "Replace",
    "TrimLines",
]

MAX_WORKERS = 64
"""The largest number of threads that a call may use."""

MAX_LINES = 1_000_000
"""The largest number of lines that `Files.tail` returns."""

MAX_CONTEXT = 1000
"""The largest number of lines around a match."""

MAX_GROWTH = 1 << 24
"""The bytes by which a replacement may make a text longer; a text that is longer, by its length."""

MAX_PATTERN = 1000
"""The largest number of characters in a pattern of `Files.search`."""

MAX_REPEAT = 255
"""The largest number in ``{m,n}``."""

BINARY_WITHIN = 8192
"""The number of bytes in which a null byte makes a file binary."""

Encoding = Literal["ascii", "latin-1", "utf-8"]
Handler = Literal["strict", "ignore", "replace", "backslashreplace", "surrogateescape"]
Repair = Literal["strict", "ignore", "replace"]
Newline = Literal["", "\n", "\r", "\r\n"]
Links = Literal["follow", "replace", "refuse"]
Algorithm = Literal["sha256", "blake3"]

ENCODINGS: tuple[str, ...] = get_args(Encoding)
HANDLERS: tuple[str, ...] = get_args(Handler)
REPAIRS: tuple[str, ...] = get_args(Repair)
NEWLINES: tuple[str, ...] = get_args(Newline)
LINKS: tuple[str, ...] = get_args(Links)
ALGORITHMS: tuple[str, ...] = get_args(Algorithm)

Path = Annotated[str | PathLike[str], Given(*PATHS)]
Root = Annotated[str | PathLike[str], Given(*ROOTS)]
Globs = Sequence[Annotated[str, drawn_globs]]
Step = Replace | Newlines | TrimLines | KeepLines | DropLines


_COPIES = "objects are immutable, so that one serves all; only the reference's copy and pickle"


@unpromised(pickle=_COPIES, copy=_COPIES, deepcopy=_COPIES)
class Files(Protocol):
    """Operations on files."""

    @property
    def workers(self) -> int:
        """The number of threads that one call may use."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def read_bytes(self, path: Path, /) -> bytes:
        """Return what a file holds."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def read_text(
        self,
        path: Path,
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
    ) -> str:
        """Return the text of a file; raise `UnicodeDecodeError` if it is none."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def write_bytes(
        self, path: Path, data: bytes, /, *, sync: bool = False, links: Links = "follow"
    ) -> None:
        """Write a file whole or not at all."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def write_text(
        self,
        path: Path,
        text: str,
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
        sync: bool = False,
        links: Links = "follow",
    ) -> None:
        """Write a text whole or not at all; raise `UnicodeEncodeError` if it cannot be encoded."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def append_bytes(self, path: Path, data: bytes, /) -> None:
        """Write at the end of a file, which is made if it is not there."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def append_text(
        self,
        path: Path,
        text: str,
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
    ) -> None:
        """Write a text at the end of a file, which is made if it is not there."""

    @operation(effect=Effect.EXTERNAL, raises=(ValueError, TypeError))
    def read_many(self, paths: list[Path] | tuple[Path, ...], /) -> list[bytes | FileError]:
        """Return what each of a list or tuple of files holds, in the order of their paths."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def tail(self, path: Path, count: Annotated[int, Ge(0), Le(MAX_LINES)], /) -> list[bytes]:
        r"""Return the last lines of a file, each with the ``\n`` it ends with."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def map(self, path: Path, /) -> Mapped:
        """Map a file into memory, for large data: what is not looked at is not read."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def walk(
        self, root: Root, /, *, globs: Globs = (), ignore: bool = False, hidden: bool = True
    ) -> Listing:
        """List the files below a folder.

        Args:
            root: a folder, or a symbolic link to one.
            globs: a list or tuple of patterns of which one must match; empty for all files.
            ignore: obey ``.gitignore`` files, and leave out ``.git``.
            hidden: list names that begin with a dot, and what is below such folders.
        """

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ValueError, TypeError))
    def hash_tree(
        self,
        root: Root,
        algorithm: Algorithm = "sha256",
        /,
        *,
        globs: Globs = (),
        ignore: bool = False,
        hidden: bool = True,
    ) -> Hashes:
        """Return the digests of the files below a folder.

        The reference takes BLAKE3 from the package ``blake3``, which is in the extra ``files``;
        without it, it raises `agent.errors.EnvironmentLacking`.
        """

    @operation(effect=Effect.EXTERNAL, raises=(OSError, ExpressionError, ValueError, TypeError))
    def search(
        self,
        root: Root,
        pattern: Annotated[str, MaxLen(MAX_PATTERN), drawn_expressions],
        /,
        *,
        regex: bool = False,
        ignore_case: bool = False,
        context: Annotated[int, Ge(0), Le(MAX_CONTEXT)] = 0,
        binary: bool = False,
        globs: Globs = (),
        ignore: bool = False,
        hidden: bool = True,
    ) -> Found:
        """Find the lines of the files below a folder that a pattern matches."""

    @operation(effect=Effect.EXTERNAL, raises=(ValueError, TypeError))
    def transform(
        self,
        paths: list[Path] | tuple[Path, ...],
        steps: list[Step] | tuple[Step, ...],
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Repair = "strict",
        to: Encoding | None = None,
        dry_run: bool = False,
        sync: bool = False,
    ) -> list[Change | FileError]:
        """Change the texts of files; return what became of each, in the order of their paths.

        Args:
            paths: the files.
            steps: what is done with their texts.
            encoding: how they are decoded.
            errors: what is done where a text cannot be decoded or encoded.
            to: how they are encoded; None for `encoding`.
            dry_run: write nothing.
            sync: have what is written on the device before the call returns.
        """


class FilesFactory(Protocol):
    """The constructor of file operations."""

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def __call__(self, *, workers: Annotated[int, Ge(1), Le(MAX_WORKERS)] = 1) -> Files:
        """Create the operations; one call of them may use so many threads."""
