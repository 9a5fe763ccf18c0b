"""State that an implementation reads although its arguments do not show it."""

from __future__ import annotations

import ast
import contextvars
import os
import threading
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent.porting.contract.terms import Effect
from agent.porting.files.reading import read_bytes
from agent.porting.infer.names import MUTATORS, READERS, SPECIAL_READERS
from agent.porting.sources.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["guessed_effect", "hidden_state"]

_SHARED = {
    "os": "environ getenv environb getenvb getcwd getcwdb getpid getlogin umask",
    "locale": (
        "localeconv getlocale setlocale getpreferredencoding nl_langinfo str atof atoi "
        "format_string currency strcoll strxfrm delocalize localize getencoding"
    ),
    "time": (
        "localtime mktime strftime ctime asctime tzname timezone altzone daylight time time_ns "
        "monotonic perf_counter process_time gmtime"
    ),
    "decimal": "getcontext localcontext",
    "random": (
        "random randint randrange choice choices shuffle sample uniform gauss seed getrandbits "
        "randbytes normalvariate betavariate expovariate getstate"
    ),
    "secrets": "token_bytes token_hex token_urlsafe randbelow choice randbits",
    "uuid": "uuid1 uuid4 getnode",
    "sys": (
        "getrecursionlimit get_int_max_str_digits argv flags stdin "
        "getdefaultencoding getfilesystemencoding"
    ),
    "threading": "current_thread get_ident get_native_id active_count local",
    "asyncio": "get_running_loop get_event_loop current_task",
    "socket": "gethostname getfqdn getdefaulttimeout",
    "tempfile": "gettempdir tempdir",
    "getpass": "getuser",
}
_NAMES = {f"{module}.{name}" for module, names in _SHARED.items() for name in names.split()}
_TIMES = frozenset({"now", "today", "utcnow"})
"""Methods of the classes of `datetime` that ask for the time."""

_TABLES = (list, dict, set, bytearray)


def hidden_state(implementation: Any) -> list[str]:
    """Return what a function, or a member of a class, reads beside its arguments; sorted.

    It is followed through the functions of its package that it names. What cannot be seen in a
    source is not found, and compiled code has none.
    """
    try:
        return list(_hidden(implementation))
    except TypeError:  # it has no hash
        return []


@lru_cache(maxsize=1024)
def _hidden(implementation: Any) -> tuple[str, ...]:
    scope = scope_of(implementation)
    spaces = {str(space.get("__file__", "")): space for space in scope.spaces}
    found: set[str] = set()
    for path in scope.files:
        tree, space = _parsed(path), spaces.get(str(path))
        if tree is None or space is None:
            continue
        changing = _changed(tree)
        for node in ast.walk(tree):
            if (str(path), _first_line(node)) in scope.places:
                found.update(_read(node, space, changing))
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(read_bytes(path))
    except (OSError, SyntaxError, ValueError):
        return None


def _first_line(node: ast.AST) -> int | None:
    """Return the first line of a function, as its code has it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return node.lineno if isinstance(node, ast.Lambda) else None


def _changed(tree: ast.Module) -> set[str]:
    """Return the global names that functions bind anew, or whose containers they change."""
    found: set[str] = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        own = _own_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                found.update(node.names)
            changed = _target(node)
            if isinstance(changed, ast.Name) and changed.id not in own:
                found.add(changed.id)
    return found


def _target(node: ast.AST) -> ast.expr | None:
    """Return what a statement or call changes in place."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in MUTATORS:
            return value
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return value
    return None


def _own_names(function: ast.AST) -> set[str]:
    """Return the names that a function, or one inside it, binds for itself."""
    shared: set[str] = set()
    own: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            shared.update(node.names)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
    return own - shared


def _read(function: ast.AST, space: Mapping[str, Any], changing: set[str]) -> Iterator[str]:
    own = _own_names(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node, space, own)
            if dotted in _NAMES or _asks_for_time(node, space, own):
                yield dotted or ast.unparse(node)
        elif isinstance(node, ast.Name) and node.id not in own and node.id in space:
            value = space[node.id]
            module = str(getattr(value, "__module__", "")).lstrip("_")  # ``_locale``, say
            imported = f"{module}.{getattr(value, '__name__', '')}"
            if isinstance(value, threading.local):
                yield f"the thread's {node.id}"
            elif isinstance(value, contextvars.ContextVar):
                yield f"the context's {node.id}"
            elif node.id in changing and _may_change(value):
                yield f"the global name {node.id}"
            elif imported in _NAMES or _is_environ(value):
                yield "os.environ" if _is_environ(value) else imported


def _may_change(value: Any) -> bool:
    return isinstance(value, _TABLES) or not callable(value)


def _is_environ(value: Any) -> bool:
    return value is os.environ


def _dotted(node: ast.Attribute, space: Mapping[str, Any], own: set[str]) -> str | None:
    """Return the full name of an attribute of a module."""
    value = node.value
    if not isinstance(value, ast.Name) or value.id in own:
        return None
    module = space.get(value.id)
    return f"{module.__name__}.{node.attr}" if isinstance(module, ModuleType) else None


def _asks_for_time(node: ast.Attribute, space: Mapping[str, Any], own: set[str]) -> bool:
    """Return whether an attribute is ``datetime.now``, or another of that kind."""
    if node.attr not in _TIMES:
        return False
    holder = node.value
    if isinstance(holder, ast.Attribute):
        return (_dotted(holder, space, own) or "").startswith("datetime.")
    return isinstance(holder, ast.Name) and (
        getattr(space.get(holder.id), "__module__", "") == "datetime"
    )


def guessed_effect(
    name: str, changed: Mapping[str, str], *, function: bool, hidden: bool
) -> Effect:
    """Return the effect of an operation: what it may change, or has `hidden` state to read."""
    if function and not changed:
        return Effect.READS if hidden else Effect.PURE
    if function:
        return Effect.WRITES
    if (name in READERS or name in SPECIAL_READERS) and "self" not in changed:
        return Effect.READS
    return Effect.WRITES
