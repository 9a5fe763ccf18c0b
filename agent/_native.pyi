# The face of the extension; what its classes do is said by the contracts of the components.

from collections.abc import (
    Callable,
    Hashable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from os import PathLike
from types import EllipsisType, GenericAlias
from typing import Any, Final, Generic, Literal, Protocol, Self, TypeVar, final, overload

from agent.components.cache.contract import (
    CacheFactory,
    CacheStats,
    Clock,
    Life,
    OnDelete,
    Pairs,
    Ttl,
    Weigher,
)
from agent.components.files.contract import (
    Algorithm,
    Change,
    Encoding,
    FileError,
    FilesFactory,
    Found,
    Handler,
    Hashes,
    Links,
    Listing,
    Newline,
    Repair,
    Step,
)
from agent.components.metrics.contract import MetricsFactory, ProcessReading, Series
from agent.components.text.contract import (
    BestMatch,
    Form,
    ItemError,
    Matches,
    Measure,
    Spans,
    TextFactory,
)
from agent.components.tools.contract import Result, ToolsFactory
from agent.components.tools.terms import Stream

__all__ = [
    "Cache",
    "Counter",
    "Files",
    "FloatCounter",
    "Gauge",
    "Histogram",
    "Lines",
    "Mapped",
    "Metrics",
    "Patterns",
    "Process",
    "Regex",
    "Snapshot",
    "Span",
    "Text",
    "Tools",
    "__digest__",
    "__features__",
    "__profile__",
    "__version__",
]

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")
_D = TypeVar("_D")

__version__: Final[str]
__profile__: Final[str]
__digest__: Final[str]
__features__: Final[tuple[str, ...]]

class _Resolve(Protocol):  # noqa: PYI046  # the type of agent.registry.resolve
    @overload
    def __call__(self, name: Literal["cache"]) -> CacheFactory: ...
    @overload
    def __call__(self, name: Literal["files"]) -> FilesFactory: ...
    @overload
    def __call__(self, name: Literal["metrics"]) -> MetricsFactory: ...
    @overload
    def __call__(self, name: Literal["text"]) -> TextFactory: ...
    @overload
    def __call__(self, name: Literal["tools"]) -> ToolsFactory: ...
    @overload
    def __call__(self, name: str) -> Callable[..., Any]: ...

@final
class Cache(Generic[_K, _V]):
    def __new__(
        cls,
        capacity: int,
        *,
        ttl: Life = None,
        max_weight: int | None = None,
        weigher: Weigher[_K, _V] | None = None,
        on_delete: OnDelete[_K, _V] | None = None,
        clock: Clock | None = None,
    ) -> Self: ...
    @property
    def capacity(self) -> int: ...
    @property
    def ttl(self) -> float | None: ...
    @property
    def max_weight(self) -> int | None: ...
    @property
    def weight(self) -> int: ...
    def get(self, key: _K, /, default: _D | None = None) -> _V | _D | None: ...
    def peek(self, key: _K, /, default: _D | None = None) -> _V | _D | None: ...
    def set(self, key: _K, value: _V, /, *, ttl: Ttl = ...) -> None: ...
    def add(self, key: _K, value: _V, /, *, ttl: Ttl = ...) -> bool: ...
    def setdefault(self, key: _K, default: _V, /, *, ttl: Ttl = ...) -> _V: ...
    def get_or_set(self, key: _K, factory: Callable[[], _V], /, *, ttl: Ttl = ...) -> _V: ...
    @overload
    def pop(self, key: _K, /) -> _V: ...
    @overload
    def pop(self, key: _K, default: _D, /) -> _V | _D: ...
    def popitem(self) -> tuple[_K, _V]: ...
    def get_many(
        self, keys: Iterable[_K], /, default: _D | None = None
    ) -> list[_V | _D | None]: ...
    def set_many(self, items: Pairs[_K, _V], /, *, ttl: Ttl = ...) -> None: ...
    def delete_many(self, keys: Iterable[_K], /) -> int: ...
    def update(self, items: Pairs[_K, _V] = (), /, **more: _V) -> None: ...
    def clear(self) -> None: ...
    def expire(self, time: float | None = None) -> int: ...
    def stats(self) -> CacheStats: ...
    def snapshot(self) -> list[tuple[_K, _V]]: ...
    def keys(self) -> KeysView[_K]: ...
    def values(self) -> ValuesView[_V]: ...
    def items(self) -> ItemsView[_K, _V]: ...
    def copy(self) -> Self: ...
    def __copy__(self) -> Self: ...
    def __getitem__(self, key: _K, /) -> _V: ...
    def __setitem__(self, key: _K, value: _V, /) -> None: ...
    def __delitem__(self, key: _K, /) -> None: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_K]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, entries: list[tuple[_K, _V, float | None]], /) -> None: ...
    def __class_getitem__(cls, parameters: Any) -> GenericAlias: ...

@final
class Counter:
    def labels(self, /, *values: str, **by_name: str) -> Counter: ...
    def remove(self, *values: str) -> None: ...
    def remove_by_labels(self, labels: dict[str, str]) -> None: ...
    def clear(self) -> None: ...
    def inc(self, amount: int = 1) -> None: ...
    @property
    def value(self) -> int: ...
    def reset(self) -> None: ...

@final
class Files:
    def __new__(cls, *, workers: int = 1) -> Self: ...
    @property
    def workers(self) -> int: ...
    def read_bytes(self, path: str | PathLike[str], /) -> bytes: ...
    def read_text(
        self,
        path: str | PathLike[str],
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
    ) -> str: ...
    def write_bytes(
        self,
        path: str | PathLike[str],
        data: bytes,
        /,
        *,
        sync: bool = False,
        links: Links = "follow",
    ) -> None: ...
    def write_text(
        self,
        path: str | PathLike[str],
        text: str,
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
        sync: bool = False,
        links: Links = "follow",
    ) -> None: ...
    def append_bytes(self, path: str | PathLike[str], data: bytes, /) -> None: ...
    def append_text(
        self,
        path: str | PathLike[str],
        text: str,
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Handler = "strict",
        newline: Newline | None = None,
    ) -> None: ...
    def read_many(
        self, paths: list[str | PathLike[str]] | tuple[str | PathLike[str], ...], /
    ) -> list[bytes | FileError]: ...
    def tail(self, path: str | PathLike[str], count: int, /) -> list[bytes]: ...
    def map(self, path: str | PathLike[str], /) -> Mapped: ...
    def walk(
        self,
        root: str | PathLike[str],
        /,
        *,
        globs: Sequence[str] = (),
        ignore: bool = False,
        hidden: bool = True,
    ) -> Listing: ...
    def hash_tree(
        self,
        root: str | PathLike[str],
        algorithm: Algorithm = "sha256",
        /,
        *,
        globs: Sequence[str] = (),
        ignore: bool = False,
        hidden: bool = True,
    ) -> Hashes: ...
    def search(
        self,
        root: str | PathLike[str],
        pattern: str,
        /,
        *,
        regex: bool = False,
        ignore_case: bool = False,
        context: int = 0,
        binary: bool = False,
        globs: Sequence[str] = (),
        ignore: bool = False,
        hidden: bool = True,
    ) -> Found: ...
    def transform(
        self,
        paths: list[str | PathLike[str]] | tuple[str | PathLike[str], ...],
        steps: list[Step] | tuple[Step, ...],
        /,
        *,
        encoding: Encoding = "utf-8",
        errors: Repair = "strict",
        to: Encoding | None = None,
        dry_run: bool = False,
        sync: bool = False,
    ) -> list[Change | FileError]: ...

@final
class Mapped:
    @property
    def closed(self) -> bool: ...
    def __len__(self) -> int: ...
    def __getitem__(self, key: int | slice, /) -> int | bytes: ...
    def find(self, data: bytes, start: int = 0, /) -> int: ...
    def view(self) -> memoryview: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *details: object) -> None: ...

@final
class FloatCounter:
    def labels(self, /, *values: str, **by_name: str) -> FloatCounter: ...
    def remove(self, *values: str) -> None: ...
    def remove_by_labels(self, labels: dict[str, str]) -> None: ...
    def clear(self) -> None: ...
    def inc(self, amount: float = 1.0) -> None: ...
    @property
    def value(self) -> float: ...
    def reset(self) -> None: ...

@final
class Gauge:
    def labels(self, /, *values: str, **by_name: str) -> Gauge: ...
    def remove(self, *values: str) -> None: ...
    def remove_by_labels(self, labels: dict[str, str]) -> None: ...
    def clear(self) -> None: ...
    def set(self, value: float, /) -> None: ...
    def inc(self, amount: float = 1.0) -> None: ...
    def dec(self, amount: float = 1.0) -> None: ...
    @property
    def value(self) -> float: ...
    def reset(self) -> None: ...

@final
class Histogram:
    def labels(self, /, *values: str, **by_name: str) -> Histogram: ...
    def remove(self, *values: str) -> None: ...
    def remove_by_labels(self, labels: dict[str, str]) -> None: ...
    def clear(self) -> None: ...
    def observe(self, value: float, /, count: int = 1) -> None: ...
    def percentile(self, percent: float, /) -> float | None: ...
    def merge(self, other: Self, /) -> None: ...
    def start(self) -> Span: ...
    def reset(self) -> None: ...
    @property
    def count(self) -> int: ...
    @property
    def sum(self) -> float: ...
    @property
    def minimum(self) -> float | None: ...
    @property
    def maximum(self) -> float | None: ...
    def buckets(self) -> list[tuple[float, int]]: ...

@final
class Span:
    def stop(self) -> float: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *details: object) -> None: ...

@final
class Snapshot:
    def series(self) -> list[Series]: ...

@final
class Metrics:
    def __new__(cls, *, clock: Clock | None = None) -> Self: ...
    def counter(
        self, name: str, description: str = "", *, labels: Sequence[str] = ()
    ) -> Counter: ...
    def float_counter(
        self, name: str, description: str = "", *, labels: Sequence[str] = ()
    ) -> FloatCounter: ...
    def gauge(self, name: str, description: str = "", *, labels: Sequence[str] = ()) -> Gauge: ...
    def histogram(
        self,
        name: str,
        description: str = "",
        *,
        labels: Sequence[str] = (),
        steps: int = 1,
        precision: int = 7,
    ) -> Histogram: ...
    def timer(
        self, name: str, description: str = "", *, labels: Sequence[str] = ()
    ) -> Histogram: ...
    def reset(self) -> None: ...
    def snapshot(self) -> Snapshot: ...
    def delta(self, since: Snapshot, /) -> Snapshot: ...
    def to_prometheus(self) -> str: ...
    def to_openmetrics(self) -> str: ...
    def process(self) -> ProcessReading: ...

@final
class Patterns:
    def find_all(self, items: Iterable[str], /) -> Matches: ...
    def replace_all(
        self, items: Iterable[str], replacements: str | Iterable[str], /
    ) -> list[str | ItemError]: ...
    def __len__(self) -> int: ...

@final
class Regex:
    @property
    def pattern(self) -> str: ...
    def find_all(self, items: Iterable[str], /) -> Spans: ...
    def search(self, items: Iterable[str], /) -> list[tuple[int, int] | ItemError | None]: ...

@final
class Text:
    def __new__(cls, *, workers: int = 1) -> Self: ...
    @property
    def workers(self) -> int: ...
    def normalize(self, items: Iterable[str], form: Form, /) -> list[str | ItemError]: ...
    def casefold(self, items: Iterable[str], /) -> list[str | ItemError]: ...
    def words(self, items: Iterable[str], /) -> Spans: ...
    def count_words(self, items: Iterable[str], /) -> dict[str, int]: ...
    def patterns(self, patterns: Iterable[str], /) -> Patterns: ...
    def regex(self, pattern: str, /) -> Regex: ...
    def levenshtein(
        self, lefts: Iterable[str], rights: Iterable[str], /
    ) -> list[int | ItemError]: ...
    def jaro_winkler(
        self, lefts: Iterable[str], rights: Iterable[str], /
    ) -> list[float | ItemError]: ...
    def token_set(
        self, lefts: Iterable[str], rights: Iterable[str], /
    ) -> list[float | ItemError]: ...
    def similarity_matrix(
        self, queries: Iterable[str], choices: Iterable[str], measure: Measure = ..., /
    ) -> list[Sequence[float] | ItemError]: ...
    def best_match(
        self,
        queries: Iterable[str],
        choices: Iterable[str],
        measure: Measure = ...,
        /,
        *,
        cutoff: float = 0.0,
    ) -> list[BestMatch | ItemError | None]: ...

@final
class Lines:
    def __iter__(self) -> Self: ...
    def __next__(self) -> bytes: ...

@final
class Process:
    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def held(self) -> bool: ...
    def write(self, data: bytes, /, *, timeout: float | EllipsisType | None = ...) -> None: ...
    def close_input(self) -> None: ...
    def read(
        self,
        size: int = 65536,
        /,
        *,
        stream: Stream = "stdout",
        timeout: float | EllipsisType | None = ...,
    ) -> bytes: ...
    def read_until(
        self,
        delimiter: bytes,
        /,
        *,
        stream: Stream = "stdout",
        max_bytes: int = 65536,
        timeout: float | EllipsisType | None = ...,
    ) -> bytes: ...
    def lines(
        self,
        *,
        stream: Stream = "stdout",
        max_bytes: int = 65536,
        timeout: float | EllipsisType | None = ...,
    ) -> Iterator[bytes]: ...
    def wait(self, *, timeout: float | EllipsisType | None = ...) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *details: object) -> None: ...

@final
class Tools:
    def __new__(
        cls,
        *,
        cpu_seconds: int | None = None,
        memory_bytes: int | None = None,
        open_files: int | None = None,
    ) -> Self: ...
    def run(
        self,
        argv: Sequence[str],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        timeout: float | None = None,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        max_output: int = 16777216,
        check: bool = False,
    ) -> Result: ...
    async def arun(
        self,
        argv: Sequence[str],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        timeout: float | None = None,  # noqa: ASYNC109  # of the programs
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        max_output: int = 16777216,
        check: bool = False,
    ) -> Result: ...
    def pipe(
        self,
        argvs: Sequence[Sequence[str]],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        timeout: float | None = None,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        max_output: int = 16777216,
        check: bool = False,
    ) -> list[Result]: ...
    async def apipe(
        self,
        argvs: Sequence[Sequence[str]],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        timeout: float | None = None,  # noqa: ASYNC109  # of the programs
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        max_output: int = 16777216,
        check: bool = False,
    ) -> list[Result]: ...
    def spawn(
        self,
        argv: Sequence[str],
        /,
        *,
        timeout: float | None,
        stderr: Literal["pipe", "stdout", "devnull"] = "pipe",
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Process: ...
    def define(
        self,
        name: str,
        argv: Sequence[str],
        /,
        *,
        timeout: float | None = None,
        max_output: int = 16777216,
    ) -> None: ...
    def names(self) -> list[str]: ...
    def call(
        self,
        name: str,
        arguments: Mapping[str, str | int],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = False,
    ) -> Result: ...
    async def acall(
        self,
        name: str,
        arguments: Mapping[str, str | int],
        /,
        *,
        input: bytes | None = None,  # noqa: A002  # as subprocess calls it
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = False,
    ) -> Result: ...
