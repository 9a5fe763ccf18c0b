"""Whether two values are the same, exactly: type, bits, order, and what they hold.

A twin's own class counts as the other's; what such objects hold is what their observers tell.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field, fields, is_dataclass
from functools import lru_cache
from itertools import islice
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from agent.porting.terms import Invariant, Normalised, Tolerance

__all__ = ["Comparison", "Difference", "describe"]

_LONGEST = 10_000
"""Items of an iterator that are compared; one may never end."""

_WIDEST = 300
"""Characters of a value that a report shows."""


@dataclass(frozen=True)
class Difference:
    """The first place where two values differ, with both shown."""

    where: str
    python: str
    rust: str

    def __str__(self) -> str:
        return f"{self.where}: python {self.python}, rust {self.rust}"


def describe(value: Any) -> str:
    """Return a short text for a report; objects whose ``__repr__`` fails get one too."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001  # a report must not fail on what it reports
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


@dataclass
class Comparison:
    """How the values of two sides are compared."""

    twins: dict[type, tuple[type, Callable[[Any], dict[str, Any]]]] = field(default_factory=dict)
    """By a class of the reference, the class that stands for it on the other side, and what gives
    all that can be seen of an object of either."""
    _open: set[tuple[int, int]] = field(default_factory=set)

    def first(self, where: str, python: Any, rust: Any, annotation: Any = Any) -> Difference | None:
        """Return the first difference, with its path below `where`, or None."""
        cls = type(python)
        if annotation is Any and cls is type(rust):
            # The commonest cases, for speed; `_of_values` would say the same.
            if cls in _PLAIN:
                return None if python == rust else _unlike(where, python, rust)
        elif annotation is not Any:
            found = self._by_tier(where, python, rust, annotation)
            if found is not None:
                return found.difference
        pair = (id(python), id(rust))
        if pair in self._open:
            return None
        self._open.add(pair)
        try:
            return self._of_values(where, python, rust, annotation)
        finally:
            self._open.discard(pair)

    def _by_tier(self, where: str, python: Any, rust: Any, annotation: Any) -> _Decided | None:
        """Apply the agreement tier at the top of `annotation`, if one stands there."""
        if get_origin(annotation) is not Annotated:
            return None
        for tier in annotation.__metadata__:
            if isinstance(tier, Invariant):
                for value, side in ((python, "python"), (rust, "rust")):
                    if not tier.holds(value):
                        shown = f"{describe(value)} breaks the invariant ({tier.reason})"
                        good = "holds"
                        texts = (shown, good) if side == "python" else (good, shown)
                        return _Decided(Difference(where, *texts))
                return _Decided(None)
            if isinstance(tier, Normalised):
                return _Decided(self.first(where, tier.by(python), tier.by(rust)))
            if isinstance(tier, Tolerance):
                return _Decided(_beyond(tier, where, python, rust))
        return _Decided(self.first(where, python, rust, get_args(annotation)[0]))

    def _of_values(self, where: str, python: Any, rust: Any, annotation: Any) -> Difference | None:
        if not self._same_type(type(python), type(rust)):
            return Difference(where, _typed(python), _typed(rust))
        twin = self.twins.get(type(python))
        if twin is not None:
            seen = twin[1](python), twin[1](rust)
            return self._of_entries(where, *seen, "{}.{}".format)
        for kind, compare in _BY_KIND:
            if isinstance(python, kind):
                found: Difference | None = getattr(self, compare)(where, python, rust, annotation)
                return found
        if is_dataclass(python):
            return self._of_dataclasses(where, python, rust)
        return self._of_objects(where, python, rust)

    def _same_type(self, python: type, rust: type) -> bool:
        return python is rust or (python in self.twins and self.twins[python][0] is rust)

    def _of_floats(self, where: str, python: float, rust: float, _: Any) -> Difference | None:
        same = python != python and rust != rust  # noqa: PLR0124  # both are NaN
        if same or struct.pack("<d", python) == struct.pack("<d", rust):
            return self._of_state(where, python, rust)
        return _unlike(where, python, rust)

    def _of_complex(self, where: str, python: complex, rust: complex, _: Any) -> Difference | None:
        return self.first(f"{where}.real", python.real, rust.real) or self.first(
            f"{where}.imag", python.imag, rust.imag
        )

    def _of_scalars(self, where: str, python: Any, rust: Any, _: Any) -> Difference | None:
        kind: Any = next(kind for kind in _SCALARS if isinstance(python, kind))
        if not kind.__eq__(python, rust):
            return _unlike(where, python, rust)
        return self._of_state(where, python, rust)

    def _of_state(self, where: str, python: Any, rust: Any) -> Difference | None:
        """Compare what an instance of a subclass carries besides its value."""
        left, right = getattr(python, "__dict__", None), getattr(rust, "__dict__", None)
        if not left and not right:
            return None
        return self._of_entries(where, left or {}, right or {}, "{}.{}".format)

    def _of_sequences(
        self, where: str, python: Any, rust: Any, annotation: Any
    ) -> Difference | None:
        left, right = list(python), list(rust)
        kinds = _item_annotations(annotation, len(left))
        for index, (one, other) in enumerate(zip(left, right, strict=False)):
            found = self.first(f"{where}[{index}]", one, other, kinds[index])
            if found is not None:
                return found
        if len(left) != len(right):
            return Difference(f"len({where})", f"{len(left)}", f"{len(right)}")
        if isinstance(python, deque) and python.maxlen != rust.maxlen:
            return _unlike(f"{where}.maxlen", python.maxlen, rust.maxlen)
        return self._of_state(where, python, rust)

    def _of_mappings(
        self, where: str, python: Any, rust: Any, annotation: Any
    ) -> Difference | None:
        arguments = get_args(annotation)
        kind = arguments[1] if len(arguments) == 2 else Any  # key and value
        found = self._of_sequences(f"{where}.keys()", list(python), list(rust), Any)
        if found is not None:
            return found
        values = zip(python.items(), rust.values(), strict=True)
        for (key, one), other in values:
            found = self.first(f"{where}[{describe(key)}]", one, other, kind)
            if found is not None:
                return found
        factories = [getattr(side, "default_factory", None) for side in (python, rust)]
        return self.first(f"{where}.default_factory", *factories) or self._of_state(
            where, python, rust
        )

    def _of_entries(
        self, where: str, python: dict[str, Any], rust: dict[str, Any], path: Callable[..., str]
    ) -> Difference | None:
        """Compare by name, in whatever order the names come."""
        for name in sorted(python.keys() | rust.keys()):
            if name not in python or name not in rust:
                held = ["is there" if name in side else "is not" for side in (python, rust)]
                return Difference(path(where, name), *held)
            found = self.first(path(where, name), python[name], rust[name])
            if found is not None:
                return found
        return None

    def _of_sets(self, where: str, python: Any, rust: Any, _: Any) -> Difference | None:
        left, right = (sorted(side, key=_rank) for side in (python, rust))
        return self._of_sequences(f"sorted({where})", left, right, Any)

    def _of_iterators(self, where: str, python: Any, rust: Any, _: Any) -> Difference | None:
        """Compare what two iterables give, which uses iterators up, and how they end."""
        ends: list[tuple[list[Any], BaseException | None]] = []
        for side in (python, rust):
            items: list[Any] = []
            try:
                items.extend(islice(side, _LONGEST))
            except Exception as error:  # noqa: BLE001  # how it ends is compared
                ends.append((items, error))
            else:
                ends.append((items, None))
        (left, left_end), (right, right_end) = ends
        return self._of_sequences(f"list({where})", left, right, Any) or self.first(
            f"{where} raised", left_end, right_end
        )

    def _of_exceptions(
        self, where: str, python: BaseException, rust: BaseException, _: Any
    ) -> Difference | None:
        found = self.first(f"{where}.args", python.args, rust.args)
        if found is None and str(python) != str(rust):
            found = _unlike(f"str({where})", str(python), str(rust))
        if found is not None:
            return found
        for chained in ("__cause__", "__context__"):
            causes = [type(getattr(side, chained)) for side in (python, rust)]
            if causes[0] is not causes[1]:
                return _unlike(f"type({where}.{chained})", *causes)
        return self._of_entries(where, vars(python), vars(rust), "{}.{}".format)

    def _of_dataclasses(self, where: str, python: Any, rust: Any) -> Difference | None:
        cls: Any = type(python)
        hints = _field_hints(cls)
        for part in fields(python):
            values = getattr(python, part.name), getattr(rust, part.name)
            found = self.first(f"{where}.{part.name}", *values, hints.get(part.name, Any))
            if found is not None:
                return found
        return None

    def _of_identity(self, where: str, python: Any, rust: Any, _: Any) -> Difference | None:
        same = python is rust or (isinstance(python, type) and self._same_type(python, rust))
        return None if same else _unlike(where, python, rust)

    def _of_functions(
        self, where: str, python: FunctionType, rust: FunctionType, _: Any
    ) -> Difference | None:
        """Compare functions by where they are written: each side evaluates a script's own."""
        same = python.__qualname__ == rust.__qualname__ and _like(python.__code__, rust.__code__)
        return None if same else _unlike(where, python, rust)

    def _of_methods(
        self, where: str, python: MethodType, rust: MethodType, _: Any
    ) -> Difference | None:
        return self.first(f"{where}.__func__", python.__func__, rust.__func__) or self.first(
            f"{where}.__self__", python.__self__, rust.__self__
        )

    def _of_objects(self, where: str, python: Any, rust: Any) -> Difference | None:
        state = [_state(side) for side in (python, rust)]
        return self._of_entries(where, state[0], state[1], "{}.{}".format)


@dataclass(frozen=True)
class _Decided:
    """The word of an agreement tier, which may be that there is no difference."""

    difference: Difference | None


@lru_cache(maxsize=256)
def _field_hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _state(value: Any) -> dict[str, Any]:
    """Return what an object of an unknown class carries, or else how it prints."""
    if any("__getstate__" in vars(cls) for cls in type(value).__mro__[:-1]):
        return {"__getstate__()": value.__getstate__()}
    state = dict(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name) and name not in {"__dict__", "__weakref__"}:
                state[name] = getattr(value, name)
    prints: Any = type(value).__repr__
    if not state and prints is not object.__repr__:
        state["__repr__()"] = repr(value)
    return state


def _beyond(tier: Tolerance, where: str, python: Any, rust: Any) -> Difference | None:
    if type(python) is not type(rust):
        return Difference(where, _typed(python), _typed(rust))
    allowed = max(tier.absolute, tier.relative * abs(python))
    if (
        python == rust or abs(python - rust) <= allowed or (python != python and rust != rust)  # noqa: PLR0124  # both are NaN
    ):  # both are NaN
        return None
    return Difference(where, describe(python), f"{describe(rust)}, more than {allowed} apart")


def _item_annotations(annotation: Any, size: int) -> list[Any]:
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple and arguments[-1:] != (...,):
        return list(arguments) if len(arguments) == size else [Any] * size
    return [arguments[0] if arguments and get_origin(annotation) in {list, tuple} else Any] * size


def _rank(value: Any) -> tuple[str, str]:
    return type(value).__qualname__, describe(value)


def _like(one: CodeType, other: CodeType) -> bool:
    return one.co_code == other.co_code and one.co_names == other.co_names


def _typed(value: Any) -> str:
    return f"{describe(value)} of type {type(value).__module__}.{type(value).__qualname__}"


def _unlike(where: str, python: Any, rust: Any) -> Difference:
    return Difference(where, describe(python), describe(rust))


_PLAIN = frozenset({int, str, bytes, bool, type(None), type(...)})
_SCALARS = (int, str, bytes, bytearray, type(None), type(...), type(NotImplemented), range, slice)
_BY_KIND: list[tuple[Any, str]] = [
    (float, "_of_floats"),
    (complex, "_of_complex"),
    (_SCALARS, "_of_scalars"),
    (BaseException, "_of_exceptions"),
    (list | tuple | deque, "_of_sequences"),
    (Iterator | KeysView | ItemsView | ValuesView, "_of_iterators"),
    (Mapping, "_of_mappings"),
    (set | frozenset, "_of_sets"),
    (type | ModuleType | BuiltinFunctionType, "_of_identity"),
    (FunctionType, "_of_functions"),
    (MethodType, "_of_methods"),
]
"""The method that compares each kind of value; the first that fits does."""
