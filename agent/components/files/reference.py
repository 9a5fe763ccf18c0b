"""The file operations in Python: `os`, `hashlib` and `re`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.components.files.arguments import (
    checked_bytes,
    checked_flag,
    checked_globs,
    checked_int,
    checked_newline,
    checked_path,
    checked_paths,
    checked_pattern,
    checked_text,
    checked_word,
)
from agent.components.files.atomic import write
from agent.components.files.contract import (
    ALGORITHMS,
    ENCODINGS,
    HANDLERS,
    LINKS,
    MAX_CONTEXT,
    MAX_LINES,
    MAX_WORKERS,
    NEWLINES,
    REPAIRS,
)
from agent.components.files.globs import Glob
from agent.components.files.hashing import hash_tree
from agent.components.files.mapping import Mapped
from agent.components.files.opened import append, named, read, read_or_error, tail
from agent.components.files.searching import finder_of, search
from agent.components.files.transforming import Codec, checked_steps, transform
from agent.components.files.walking import Selection, walk

if TYPE_CHECKING:
    from agent.components.files.contract import Change, FileError, Found, Hashes, Listing

__all__ = ["Files"]


def _encoded(text: Any, encoding: Any, errors: Any, newline: Any) -> bytes:
    """Return the bytes of a text, of which all is checked."""
    given = checked_text("text", text)
    codec = checked_word("encoding", encoding, ENCODINGS)
    handler = checked_word("errors", errors, HANDLERS)
    ending = checked_newline(newline, NEWLINES)
    if ending in {"\r", "\r\n"}:
        given = given.replace("\n", ending)
    return given.encode(codec, handler)


def _selection(globs: Any, ignore: Any, hidden: Any) -> Selection:
    return Selection(
        [Glob.of(glob) for glob in checked_globs(globs)],
        ignore=checked_flag("ignore", ignore),
        hidden=checked_flag("hidden", hidden),
    )


class Files:
    """The reference implementation of `agent.components.files.contract.Files`."""

    __slots__ = ("__weakref__", "_workers")

    def __init__(self, *, workers: Any = 1) -> None:
        self._workers = checked_int("workers", workers, 1, MAX_WORKERS)

    def __init_subclass__(cls) -> None:
        message = "type 'Files' is not an acceptable base type"
        raise TypeError(message)

    @property
    def workers(self) -> int:
        return self._workers

    def read_bytes(self, path: Any, /) -> bytes:
        place = checked_path("path", path)
        with named(place):
            return read(place)

    def read_text(
        self, path: Any, /, *, encoding: Any = "utf-8", errors: Any = "strict", newline: Any = None
    ) -> str:
        place = checked_path("path", path)
        codec = checked_word("encoding", encoding, ENCODINGS)
        handler = checked_word("errors", errors, HANDLERS)
        ending = checked_newline(newline, NEWLINES)
        with named(place):
            content = read(place)
        text = content.decode(codec, handler)
        return text if ending is not None else text.replace("\r\n", "\n").replace("\r", "\n")

    def write_bytes(
        self, path: Any, data: Any, /, *, sync: Any = False, links: Any = "follow"
    ) -> None:
        write(
            checked_path("path", path),
            checked_bytes("data", data),
            sync=checked_flag("sync", sync),
            links=checked_word("links", links, LINKS),
        )

    def write_text(
        self,
        path: Any,
        text: Any,
        /,
        *,
        encoding: Any = "utf-8",
        errors: Any = "strict",
        newline: Any = None,
        sync: Any = False,
        links: Any = "follow",
    ) -> None:
        write(
            checked_path("path", path),
            _encoded(text, encoding, errors, newline),
            sync=checked_flag("sync", sync),
            links=checked_word("links", links, LINKS),
        )

    def append_bytes(self, path: Any, data: Any, /) -> None:
        place = checked_path("path", path)
        content = checked_bytes("data", data)
        with named(place):
            append(place, content)

    def append_text(
        self,
        path: Any,
        text: Any,
        /,
        *,
        encoding: Any = "utf-8",
        errors: Any = "strict",
        newline: Any = None,
    ) -> None:
        place = checked_path("path", path)
        content = _encoded(text, encoding, errors, newline)
        with named(place):
            append(place, content)

    def read_many(self, paths: Any, /) -> list[bytes | FileError]:
        return [read_or_error(path) for path in checked_paths(paths)]

    def tail(self, path: Any, count: Any, /) -> list[bytes]:
        place = checked_path("path", path)
        number = checked_int("count", count, 0, MAX_LINES)
        with named(place):
            return tail(place, number)

    def map(self, path: Any, /) -> Mapped:
        return Mapped(checked_path("path", path))

    def walk(
        self, root: Any, /, *, globs: Any = (), ignore: Any = False, hidden: Any = True
    ) -> Listing:
        return walk(checked_path("root", root), _selection(globs, ignore, hidden))

    def hash_tree(
        self,
        root: Any,
        algorithm: Any = "sha256",
        /,
        *,
        globs: Any = (),
        ignore: Any = False,
        hidden: Any = True,
    ) -> Hashes:
        place = checked_path("root", root)
        chosen = checked_word("algorithm", algorithm, ALGORITHMS)
        return hash_tree(place, chosen, _selection(globs, ignore, hidden))

    def search(
        self,
        root: Any,
        pattern: Any,
        /,
        *,
        regex: Any = False,
        ignore_case: Any = False,
        context: Any = 0,
        binary: Any = False,
        globs: Any = (),
        ignore: Any = False,
        hidden: Any = True,
    ) -> Found:
        place = checked_path("root", root)
        finder = finder_of(
            checked_pattern(pattern),
            regex=checked_flag("regex", regex),
            ignore_case=checked_flag("ignore_case", ignore_case),
        )
        return search(
            place,
            finder,
            checked_int("context", context, 0, MAX_CONTEXT),
            _selection(globs, ignore, hidden),
            binary=checked_flag("binary", binary),
        )

    def transform(
        self,
        paths: Any,
        steps: Any,
        /,
        *,
        encoding: Any = "utf-8",
        errors: Any = "strict",
        to: Any = None,
        dry_run: Any = False,
        sync: Any = False,
    ) -> list[Change | FileError]:
        places = checked_paths(paths)
        functions = checked_steps(steps)
        codec = Codec(
            checked_word("encoding", encoding, ENCODINGS),
            checked_word("errors", errors, REPAIRS),
            None if to is None else checked_word("to", to, ENCODINGS),
        )
        return transform(
            places,
            functions,
            codec,
            dry_run=checked_flag("dry_run", dry_run),
            sync=checked_flag("sync", sync),
        )
