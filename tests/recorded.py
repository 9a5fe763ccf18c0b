"""Programs to record, and what they call: a module of functions and a class that makes parts."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from annotated_types import Ge

from agent.components.cache.contract import Cache, CacheFactory
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.recording.planner import plan_for
from agent.porting.recording.session import Recording, record

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CACHE", "CACHE_SIDES", "MODULE", "REGISTRY", "SLUG", "Place"]

SOURCE = '''
"""What is recorded."""

class Counter:
    def __init__(self, name):
        self.name = name
        self.value = 0

    def inc(self, amount=1):
        if amount < 0:
            raise ValueError(amount)
        self.value += amount
        return self

    def __len__(self):
        return 0

class Registry:
    def __init__(self, password=None):
        self.counters = {}

    def counter(self, name):
        return self.counters.setdefault(name, Counter(name))

    def total(self):
        return sum(each.value for each in self.counters.values())

    def merge(self, other):
        assert type(other) is Registry and isinstance(self, Registry)
        return Registry()

def slug(text, *, longest=80):
    if not isinstance(text, str):
        raise TypeError(text)
    return "-".join(text.split())[:longest]

def slugs(texts):
    return [slug(text) for text in texts]

def sort(items):
    items.sort()

def shout(text):
    print(text)

def login(user, password):
    return slug(user)
'''


class Slug(Protocol):
    """A function."""

    def __call__(self, text: str, *, longest: Annotated[int, Ge(0)] = 80) -> str:
        """Make a slug."""


class Toy(Protocol):
    """A module."""

    def slug(self, text: str, *, longest: Annotated[int, Ge(0)] = 80) -> str: ...
    def slugs(self, texts: Any) -> list[str]: ...
    def sort(self, items: list[Any]) -> None: ...
    @operation(effect=Effect.EXTERNAL)
    def shout(self, text: str) -> None: ...
    def login(self, user: str, password: str) -> str: ...


class Counter(Protocol):
    """A part."""

    def inc(self, amount: int = 1) -> Counter: ...
    @property
    def value(self) -> int: ...


class Registry(Protocol):
    """A class that makes parts."""

    def counter(self, name: str) -> Counter: ...
    @operation(effect=Effect.READS)
    def total(self) -> int: ...
    def merge(self, other: Registry) -> Registry: ...


class RegistryFactory(Protocol):
    """How one is made."""

    def __call__(self, password: str | None = None) -> Registry: ...


SLUG = read_contract(Slug)
MODULE = read_contract(Toy)
REGISTRY = read_contract(Registry, RegistryFactory)
CACHE = read_contract(Cache, CacheFactory)
CACHE_SIDES = ["agent.components.cache.reference:Cache", "agent._native:Cache"]


class Place:
    """A folder with the module ``toy`` and programs that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("toy.py", SOURCE)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def record(self, contract: Any, reference: str, program: str, **options: Any) -> Recording:
        """Record what `program` calls through `reference`."""
        path = self.write("program.py", program)
        return record(plan_for(contract, [reference], **options), [sys.executable, str(path)])

    def run(self, program: str) -> subprocess.CompletedProcess[str]:
        """Run `program` without recording."""
        path = self.write("program.py", program)
        return subprocess.run(
            [sys.executable, str(path)], capture_output=True, text=True, check=False
        )
