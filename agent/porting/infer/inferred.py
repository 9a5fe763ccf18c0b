"""Infers the contract of a pair of functions, classes or modules."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from types import ClassMethodDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, UsageError
from agent.porting.contract.reader import Contract, read_contract
from agent.porting.contract.terms import Effect
from agent.porting.infer.asynchrony import is_coroutine, result_text
from agent.porting.infer.attributes import add_writing, properties_of_objects
from agent.porting.infer.guesses import Guess, guess_parameters, guess_result
from agent.porting.infer.hidden_state import guessed_effect, hidden_state
from agent.porting.infer.limit import limited
from agent.porting.infer.names import SPECIAL_READERS, SPECIAL_WRITERS, is_name, with_wrappers
from agent.porting.infer.probing import Probe, simplest
from agent.porting.infer.signatures import common_signature
from agent.porting.infer.usage import usage_of
from agent.porting.infer.writing import Method, Outline, first_line, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Inferred", "contract_in", "infer", "one_sided"]

_OF_THE_CLASS: Any = (classmethod, staticmethod, ClassMethodDescriptorType)
"""Kinds of methods that can also be called on an object: class methods and static methods."""

_CONSTANTS: Any = (bool, int, float, complex, str, bytes, tuple, frozenset, type(None))

_SAME = ": the same object on both sides"
"""Ends a remark on what cannot differ."""

Recorded = dict[str, dict[str, str]]
"""The type that recorded calls pass, by operation and parameter."""


@dataclass
class Inferred:
    """An inferred contract, as text."""

    text: str
    protocol: str
    """The name of its protocol."""
    one_sided: list[str] = field(default_factory=list)
    """Operations and parameters that one side lacks or takes differently: ``name: what``."""
    remarks: list[str] = field(default_factory=list)
    """What else is left out of the contract, and so is not compared."""
    guesses: list[str] = field(default_factory=list)
    """The guesses, each with its reason."""

    @property
    def uncompared(self) -> list[str]:
        """The `remarks` on what two sides may do differently."""
        return [each for each in self.remarks if not each.endswith(_SAME)]

    def contract(self) -> Contract:
        """Return the contract that the text declares."""
        return contract_in(self.text, self.protocol, "<inferred>")


def contract_in(text: str, protocol: str, source: str) -> Contract:
    """Return the contract of the protocol `protocol` in the Python code `text`.

    The protocol of its factory, if there is one, has the same name with ``Factory`` appended.
    Raises `UsageError`, naming `source`, for code that does not run or lacks the protocol.
    """
    module = ModuleType(f"agent_contract_{protocol.lower()}")
    module.__file__ = source
    sys.modules[module.__name__] = module  # annotations of a class are resolved there
    try:
        exec(compile(text, source, "exec"), vars(module))  # noqa: S102  # the user's own contract
    except Exception as error:
        message = f"{source} cannot be read as a contract: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    found = getattr(module, protocol, None)
    if found is None:
        known = [name for name, each in vars(module).items() if getattr(each, "_is_protocol", 0)]
        message = f"{source} has no protocol {protocol}; it has {', '.join(sorted(known))}"
        raise UsageError(message)
    contract = read_contract(found, getattr(module, f"{protocol}Factory", None))
    return replace(contract, foreign=True)


def infer(  # noqa: PLR0913  # what is described, and how it is to be written
    name: str,
    python: Any,
    rust: Any,
    recorded: Recorded | None = None,
    *,
    title: str | None = None,
    opened: str | None = None,
) -> Inferred:
    """Infer the contract of two functions, classes or modules that should behave alike.

    Args:
        name: what scripts call the pair.
        python: the reference, which takes precedence.
        rust: the other side.
        recorded: types that recorded calls pass.
        title: the first line of the text.
        opened: the reason for `open_domains`, or None to leave it out.

    Raises:
        UsageError: the two are of different kinds.
        ContractError: they have nothing comparable.
    """
    reader = _Reader(name, recorded or {})
    outlines = reader.outlines(python, rust)
    saved = f"The contract of {name}, inferred: to be edited, and given back with --contract."
    if opened is not None:
        outlines[0].marks.append(f'@open_domains(reason="{opened}")')
    text = write(title or saved, outlines)
    guesses = [
        f"{method.name}: {guess}" for each in outlines for method in each.methods
        for guess in method.guesses
    ]  # fmt: skip
    return Inferred(text, outlines[0].name, reader.one_sided, reader.remarks, guesses)


def one_sided(name: str, python: Any, rust: Any) -> list[str]:
    """Return what only one side offers or accepts, as `infer` does; no code of theirs is run.

    Raises as `infer` does.
    """
    reader = _Reader(name, {}, probes=False)
    reader.outlines(python, rust)
    return reader.one_sided


def _kind(described: Any) -> str:
    if isinstance(described, ModuleType):
        return "module"
    if isinstance(described, type):
        return "class"
    if callable(described):
        return "function"
    message = f"{described!r} is no function, class or module"
    raise UsageError(message)


class _Reader:
    """Reads both sides of a pair, and collects remarks."""

    def __init__(self, name: str, recorded: Recorded, *, probes: bool = True) -> None:
        self.name = name
        self.one_sided: list[str] = []
        self.remarks: list[str] = []
        self._recorded = recorded
        self._probes = probes

    def outlines(self, python: Any, rust: Any) -> list[Outline]:
        """Outline both sides; raise `UsageError` where they are of different kinds."""
        kinds = [_kind(each) for each in (python, rust)]
        if kinds[0] != kinds[1]:
            message = f"{python!r} is a {kinds[0]} and {rust!r} a {kinds[1]}: no contract fits both"
            raise UsageError(message)
        found: list[Outline] = getattr(self, f"of_{kinds[0]}")(python, rust)
        return found

    def of_function(self, python: Any, rust: Any) -> list[Outline]:
        """Outline a function: a protocol that is called."""
        method = self._method(self.name, python, rust)
        method.name = "__call__"
        marks = _marks([(python, rust)])
        return [Outline(_title(self.name), "A function on both sides.", [method], marks)]

    def of_module(self, python: ModuleType, rust: ModuleType) -> list[Outline]:
        """Outline the common operations of two modules."""
        offered = _offered(python), _offered(rust)
        for name in sorted(offered[0] ^ offered[1]):
            if not (hasattr(python, name) and hasattr(rust, name)):
                side = "Python" if hasattr(python, name) else "Rust"
                self.one_sided.append(f"{name}: only {side} has it")
        methods, functions = [], []
        for name in self._callable(_names(python) & _names(rust)):
            one, other = getattr(python, name), getattr(rust, name)
            if isinstance(one, _CONSTANTS) or isinstance(other, _CONSTANTS):
                methods.append(Method(name, [], "Any", Effect.READS, is_property=True))
            elif one is other:
                if name in offered[0] | offered[1]:
                    self.remarks.append(f"{name}{_SAME}")
            elif isinstance(one, type) and isinstance(other, type):
                self.remarks.append(f"{name}: a class, to be checked as a pair of its own")
            elif callable(one) and callable(other):
                methods.append(self._method(name, one, other))
                functions.append((one, other))
        if not methods:
            message = f"the modules {python.__name__} and {rust.__name__} share no public function"
            raise ContractError(message)
        marks = _marks(functions)
        return [Outline(_title(self.name), "What both modules offer.", methods, marks)]

    def of_class(self, python: type, rust: type) -> list[Outline]:
        """Outline the operations of two classes, and their constructor."""
        title = _title(self.name)
        own = (python, title)
        made = self._method(self.name, python, rust, own=own)
        made.name, made.returns, made.effect = "__call__", title, Effect.WRITES
        make = partial(_make, python, made.parameters)
        makes = [partial(_make, cls, made.parameters) for cls in (python, rust)]
        differ = self._probes and python is not rust
        found = properties_of_objects(makes, made.parameters, own) if differ else {}
        self.one_sided += [each for each in found.values() if isinstance(each, str)]
        methods = [each for each in found.values() if isinstance(each, Method)]
        for name in self._callable((_members(python) | _members(rust)) - found.keys()):
            members = with_wrappers(name, [_member(cls, name) for cls in (python, rust)])
            if members == [None, None]:  # both set it to None, or have that of every object
                lacks = [getattr(cls, name, None) is None for cls in (python, rust)]
                if lacks[0] != lacks[1]:
                    side = "Rust" if lacks[0] else "Python"
                    self.one_sided.append(f"{name}: only {side} has it")
                continue
            if members[0] is None or members[1] is None:
                side = "Rust" if members[0] is None else "Python"
                self.one_sided.append(f"{name}: only {side} has it")
            elif all(isinstance(member, _OF_THE_CLASS) for member in members):
                called = [getattr(cls, name) for cls in (python, rust)]
                methods.append(self._method(name, *called, own=own, make=make, bound=True))
            elif any(isinstance(member, _OF_THE_CLASS) for member in members):
                side = "Python" if isinstance(members[0], _OF_THE_CLASS) else "Rust"
                self.one_sided.append(f"{name}: belongs to the class in {side} alone")
            elif python is rust and (talk := usage_of(members[0]).talks) is not None:
                self.remarks.append(f"{name}: calls {talk}, which two sides would do twice")
            elif not callable(members[0]):
                read = self._property(name, members[0], own, make)
                if differ:
                    add_writing(read, members[0], make, made.parameters, own)
                methods.append(read)
            else:
                methods.append(self._method(name, *members, own=own, make=make))
        methods.sort(key=lambda method: (method.name.startswith("__"), method.name))
        return [
            Outline(title, first_line(python) or "A class on both sides.", methods),
            Outline(f"{title}Factory", f"How a {title} is made.", [made]),
        ]

    def _callable(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the names that scripts can use, in their order."""
        for name in sorted(names):
            if is_name(name):
                yield name
            else:
                self.remarks.append(f"{name!r}: no script can call it")

    def _property(
        self, name: str, member: Any, own: tuple[type, str], make: Callable[[], Any]
    ) -> Method:
        if not self._probes:
            return Method(name, [], "Any", Effect.READS, is_property=True)
        getter = getattr(member, "fget", None)
        returns = guess_result((getter,), own)
        if usage_of(getter).outside is None and isinstance(
            limited(lambda: getattr(make(), name)).value, own[0]
        ):
            returns = own[1]
        return Method(name, [], returns, Effect.READS, is_property=True, doc=first_line(member))

    def _method(  # noqa: PLR0913  # each says one thing about the method
        self,
        name: str,
        python: Any,
        rust: Any,
        *,
        own: tuple[type, str] | None = None,
        make: Callable[[], Any] | None = None,
        bound: bool = False,
    ) -> Method:
        """Return one operation for the functions of both sides.

        With `make`, which returns an object, they are methods; `bound` if they are bound to one.
        """
        common = common_signature(name, python, rust, unbound=make is not None and not bound)
        self.one_sided += common.one_sided
        if not self._probes:
            return Method(name, [], "Any", Effect.READS)
        sides = (python, rust)
        recorded = self._recorded.get(name, {})
        guesses = guess_parameters(common.parameters, sides, recorded, own)
        usage = usage_of(python)
        notes = [] if common.guessed is None else [f"the signature, since {common.guessed}"]
        changed = dict(usage.changed)
        returns = result_text(python, guess_result(sides, own))
        if own is not None and returns == "Any" and name in {"copy", "__copy__"}:
            returns = own[1]
        if name == "__aexit__":
            return Method(name, [], "Any", Effect.WRITES, is_coroutine=is_coroutine(python))
        if not usage.known or usage.outside is not None:
            if not all(guess.firm for guess in guesses):
                reason = f"uses {usage.outside}" if usage.known else "has no source in Python"
                notes.append(f"nothing was probed, since it {reason}")
        elif make is None or limited(make).raised is None:
            fresh = None if own is None or make is None else (own[1], make)
            probe = Probe(lambda: python if make is None else getattr(make(), name), guesses, fresh)
            guesses = probe.better()
            changed |= dict.fromkeys(probe.changed - changed.keys(), "a call that was tried")
            if own is not None and returns == "Any" and own[0] in probe.gave:
                returns = own[1]
        guesses = _of_language(name, guesses, make)
        hidden = hidden_state(python) if make is None else []
        effect = guessed_effect(name, changed, function=make is None, hidden=bool(hidden))
        if effect is Effect.READS and hidden:
            notes.append(f"the effect, since it reads {', '.join(hidden)}")
        if effect is Effect.WRITES and changed:
            changes = [f"{each} is changed by {use}" for each, use in sorted(changed.items())]
            notes.append(f"the effect, since {', '.join(changes)}")
        return Method(
            name, guesses, returns, effect,
            is_coroutine=is_coroutine(python), doc=first_line(python), notes=notes,
        )  # fmt: skip


def _of_language(name: str, guesses: list[Guess], make: Callable[[], Any] | None) -> list[Guess]:
    """Return the guesses for arguments that the language passes: slices, and no exception."""
    if name == "__exit__":
        return [replace(guess, text="None", why=None) for guess in guesses]
    if name != "__getitem__" or make is None or len(guesses) != 1:
        return guesses
    (index,) = guesses
    if index.firm or "int" not in index.text.split(" | "):
        return guesses
    if limited(lambda: make()[0:1]).raised is not None:
        return guesses
    return [replace(index, text=f"{index.text} | slice")]


def _marks(pairs: list[tuple[Any, Any]]) -> list[str]:
    """Return the mark of functions that are compiled on one side alone, all of which differ so."""
    if all(
        hasattr(type(one), "__get__") == hasattr(type(other), "__get__") for one, other in pairs
    ):
        return []
    return ['@unpromised(binding="only functions written in Python bind to objects of a class")']


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _names(module: ModuleType) -> set[str]:
    """Return the comparable names: those in ``__all__``, or all without underscore."""
    declared = getattr(module, "__all__", None)
    return set(declared) if declared is not None else {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (name.isupper() or not isinstance(value, _CONSTANTS))
    }  # fmt: skip


def _offered(module: ModuleType) -> set[str]:
    """Return the expected names: those in ``__all__``, or those that it defines itself."""
    if hasattr(module, "__all__"):
        return _names(module)
    return {
        name
        for name in _names(module)
        if getattr(getattr(module, name), "__module__", None) == module.__name__
    }


_SPECIAL = (*SPECIAL_READERS, *SPECIAL_WRITERS)


def _members(cls: type) -> set[str]:
    """Return the public names of `cls` and the names of its special methods."""
    return {
        name
        for base in cls.__mro__[:-1]
        for name in vars(base)
        if not name.startswith("_") or name in _SPECIAL
    }


def _member(cls: type, name: str) -> Any:
    # Not what the class of the class has, as `inspect.getattr_static` would find.
    member = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    if name.startswith("__") and (member is None or member is vars(object).get(name)):
        return None
    return member


def _make(cls: type, guesses: list[Guess]) -> Any:
    """Construct an object with the simplest arguments."""
    positional, named = [], {}
    for guess in guesses:
        if guess.parameter.default is inspect.Parameter.empty:
            value = simplest(guess)
            if guess.parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                named[guess.name] = value
            elif guess.parameter.kind is not inspect.Parameter.VAR_KEYWORD:
                positional.append(value)
    return cls(*positional, **named)
