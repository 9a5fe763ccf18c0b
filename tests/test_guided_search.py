"""Calls that the reference's comparisons lead to: words, branches and faults behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import pytest

from agent.porting.check.check import check
from agent.porting.check.explore import Exploration
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.infer.inferred import contract_in, infer
from agent.porting.strategies.call_writer import caller_of
from tests.seeds import few_or_all


@dataclass(frozen=True)
class Fault:
    """A reference, and a change of it that is to be found."""

    text: str
    old: str
    new: str
    name: str = "f"


FAULTS = {
    "a word that a helper compares": Fault(
        """
        def kind(word):
            return {"left": 1, "centre": 2}.get(word.strip(), 0)
        def f(text: str, mode: str = "left") -> int:
            return kind(mode) * len(text)
        """,
        "kind(mode) * len(text)",
        "kind(mode) * len(text.replace('b', '') if kind(mode) == 2 else text)",
    ),
    "a word behind a word": Fault(
        """
        def f(line: str) -> str:
            if line.startswith("GET "):
                rest = line[4:]
                if rest.endswith(" HTTP/1.1"):
                    return rest[:-9]
            return ""
        """,
        "rest[:-9]", "rest[:-9].lower()",
    ),
    "a size within a bound": Fault(
        """
        def f(items: list[int], limit: int) -> int:
            if 7 <= len(items) < 9 and limit == 1234:
                return sum(items)
            return 0
        """,
        "sum(items)", "sum(items[1:])",
    ),
    "a date": Fault(
        r"""
        import re
        DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)$", re.ASCII)
        def f(text: str) -> int:
            found = DAY.match(text)
            if not found:
                raise ValueError("no day")
            year, month, day = map(int, found.groups())
            return (year * 12 + month) * 31 + day
        """,
        "* 31 + day", "* 31 + min(day, 31)",
    ),
    "what is in the other argument": Fault(
        """
        def f(text: str, word: str) -> int:
            return text.find(word) if len(word) > 2 else -1
        """,
        "text.find(word) if", "max(text.find(word), -1 if text.startswith(word) else 0) if",
    ),
    "a number in a text": Fault(
        """
        def f(text: str) -> int:
            name, _, number = text.partition(":")
            if name != "port" or not number.isdecimal():
                raise ValueError("no port")
            return int(number)
        """,
        "int(number)", "int(number) & 0xffff",
    ),
    "what another operation writes": Fault(
        """
        import json
        class F:
            def dump(self, name: str, size: int) -> str:
                return json.dumps([name, size])
            def load(self, text: str) -> int:
                name, size = json.loads(text)
                return int(size) * len(name)
        """,
        "len(name)", "len(name.encode(errors='replace'))", "F",
    ),
    "a key that a dict has to have": Fault(
        """
        def f(options: dict[str, int]) -> int:
            if "retries" in options or options.get("attempts", 0) == 3:
                return options.get("backoff", 2)
            return 0
        """,
        '"backoff", 2', '"backoff", 3',
    ),
    "a state": Fault(
        """
        class F:
            def __init__(self) -> None:
                self.state = "new"
            def handle(self, event: str) -> str:
                if self.state == "new" and event == "open":
                    self.state = "open"
                elif self.state == "open" and event == "lock":
                    self.state = "locked"
                elif self.state == "locked" and event == "seal":
                    return "sealed"
                return self.state
        """,
        '"sealed"', '"locked"', "F",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("seed", few_or_all(range(3)))
def test_a_fault_behind_words_of_the_source_is_found(module: Any, kind: str, seed: int) -> None:
    fault = FAULTS[kind]
    text = dedent(fault.text)
    assert text.count(fault.old) == 1
    sides = [
        getattr(module(each), fault.name) for each in (text, text.replace(fault.old, fault.new))
    ]
    inferred = infer(fault.name, *sides)
    contract = contract_in(inferred.text, inferred.protocol, "<inferred>")
    options = CheckOptions(seed=seed, examples=12_000, guessed=True, brief=True)
    verdict = check(fault.name, Loaded(contract, *sides), options)
    assert verdict.verdict == "divergent"


def test_exploring_reaches_every_branch_of_a_reader(module: Any) -> None:
    made = module("""
        from typing import Protocol
        class Reader(Protocol):
            def read(self, text: str) -> str: ...
        class Factory(Protocol):
            def __call__(self) -> Reader: ...
        class Reading:
            def read(self, text: str) -> str:
                if text[:2] == "0x":
                    return "hexadecimal"
                if text.lower() in {"true", "false"}:
                    return "truth"
                match text.split(":"):
                    case ["key", value] if value:
                        return value
                return "word" if text.isalpha() else "none"
    """)
    contract = read_contract(made.Reader, made.Factory)
    drawing = Drawing(caller_of(contract), 12)
    exploration = Exploration(drawing, made.Reading, 3)
    exploration.run(16_000)
    assert exploration.branches == 10
    assert exploration.missing == []
    again = Exploration(Drawing(caller_of(contract), 12), made.Reading, 3)
    again.run(16_000)
    assert again.scripts == exploration.scripts


def test_of_a_compiled_reference_nothing_is_known() -> None:
    inferred = infer("gcd", math.gcd, math.gcd)
    contract = contract_in(inferred.text, inferred.protocol, "<inferred>")
    drawing = Drawing(caller_of(contract), 12)
    exploration = Exploration(drawing, math.gcd, 0)
    exploration.run(400)
    assert (exploration.branches, exploration.missing) == (0, [])
