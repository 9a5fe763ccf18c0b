"""Pairs without a table: two functions, classes or modules, found by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError, UsageError
from agent.porting.check.around import preserved
from agent.porting.check.loading import Loaded
from agent.porting.files.reading import read_text
from agent.porting.infer.inferred import contract_in, infer, one_sided
from agent.porting.infer.names import is_name
from agent.porting.infer.observed import observed_types
from agent.porting.script.store import load_corpus
from agent.porting.worlds.opening import load_world

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.check.loading import Reload
    from agent.porting.contract.reader import Contract
    from agent.porting.infer.inferred import Inferred, Recorded

__all__ = [
    "ForeignPair",
    "find_foreign_pair",
    "load_foreign_pair",
    "named_object",
    "with_any_wording",
]

_AFFIX = re.compile(r"^_*(?:py|c|pure|python)_|^Py(?=[A-Z])|_(?:py|pure|python|c)$|^_+")
"""The part of a name that says which side it is; a script uses one name for both."""


@dataclass(frozen=True)
class ForeignPair:
    """A pair that is in no table."""

    name: str
    text: str
    """The contract, in Python."""
    protocol: str
    """The name of the protocol in `text`."""
    reload: Reload
    """Loads both sides and the contract, in another process too."""
    inferred: Inferred | None
    """How the contract was inferred; None for one that was given."""
    one_sided: list[str]
    """What only one side offers or accepts, without what the contract gives a reason for."""


def find_foreign_pair(
    python: str,
    rust: str,
    contract: str | None = None,
    world: str | None = None,
    *,
    recorded: Path,
) -> ForeignPair:
    """Find a pair as `load_foreign_pair` does; an inferred contract learns from recorded calls.

    `recorded` is the folder with a folder of recorded scripts for each pair.
    """
    pair = load_foreign_pair(python, rust, contract, world)
    scripts = load_corpus(recorded / pair.name.lower())
    if pair.inferred is None or not scripts:
        return pair
    read = pair.reload().contract
    types = observed_types(scripts, read)
    types[pair.name] = types.get(read.name, {})  # a function, or how an object is made
    return load_foreign_pair(python, rust, contract, world, types)


def with_any_wording(reload: Reload) -> Reload:
    """Return what loads the same pair, with exceptions compared by class alone."""
    return partial(_reload_with_any_wording, reload)


def _reload_with_any_wording(reload: Reload) -> Loaded:
    loaded = reload()
    return loaded._replace(contract=replace(loaded.contract, wording="--errors type"))


def load_foreign_pair(
    python: str,
    rust: str,
    contract: str | None = None,
    world: str | None = None,
    recorded: Recorded | None = None,
) -> ForeignPair:
    """Find a pair by the names of its sides, ``"package.module:object"`` or a module's alone.

    `contract`, as ``"file.py:Protocol"``, is what they are to be compared by; without, it is
    inferred, also from the types that `recorded` calls pass. `world`, as ``"pkg.module:World"``, is
    what they act on. Raises `UsageError` for what cannot be found.
    """
    if world is not None:
        try:
            load_world(world)
        except ContractError as error:
            message = f"--world {world}: {error}"
            raise UsageError(message) from error
    sides = named_object(python), named_object(rust)
    name = _name(python)
    if not is_name(name):
        message = f"--python {python}: no script can call an object {name!r}"
        raise UsageError(message)
    if contract is None:
        with preserved(*sides):
            inferred = infer(name, *sides, recorded)
        text, protocol, source = inferred.text, inferred.protocol, "<inferred>"
    else:
        inferred = None
        source, _, protocol = contract.rpartition(":")
        if not source or not protocol.isidentifier():
            message = f"--contract {contract}: give a file and a protocol in it, as in a.py:Text"
            raise UsageError(message)
        try:
            text = read_text(source)
        except (OSError, UnicodeDecodeError) as error:
            message = f"--contract {contract}: {source} cannot be read: {error}"
            raise UsageError(message) from error
    reload = partial(_reload, python, rust, text, protocol, source, world)
    alone = inferred.one_sided if inferred else _not_promised(name, sides, reload().contract)
    return ForeignPair(name, text, protocol, reload, inferred, alone)


def _not_promised(name: str, sides: tuple[Any, Any], contract: Contract) -> list[str]:
    """Return what only one side offers, where the contract neither lists it nor gives a reason.

    What the contract lists, it lists with the parameters that are promised.
    """
    try:
        alone = one_sided(name, *sides)
    except ContractError:  # they have nothing in common but what the contract lists
        return []
    settled = {name, *contract.operations, *contract.left_out}
    return [each for each in alone if each.partition(":")[0] not in settled]


def _reload(  # noqa: PLR0913, PLR0917  # what was asked for, in another process too
    python: str, rust: str, text: str, protocol: str, source: str, world: str | None
) -> Loaded:
    contract = contract_in(text, protocol, source)
    if world is not None:
        contract = replace(contract, world=world)
    return Loaded(contract, named_object(python), named_object(rust))


def named_object(reference: str) -> Any:
    """Return what ``"package.module:object.attribute"`` names; a module needs no colon.

    Raises `UsageError` with the reason, whatever the module raises while it is imported.
    """
    module, _, path = reference.partition(":")
    try:
        found = import_module(module)
        for attribute in path.split(".") if path else ():
            found = getattr(found, attribute)
    except Exception as error:
        message = f"{reference} cannot be loaded: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    return found


def _name(reference: str) -> str:
    """Return what scripts call the pair: the last name in `reference`, without its side."""
    last = re.split(r"[.:]", reference.rstrip(":"))[-1]
    name = _AFFIX.sub("", _AFFIX.sub("", last))
    return name if name.isidentifier() else last
