"""The table of components: what it accepts, and what it says of anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from agent.porting.project.settings import Shadow, Thresholds
from agent.porting.project.table import Component, load, load_table

if TYPE_CHECKING:
    from pathlib import Path

ROW: dict[str, Any] = {
    "contract": "toy.contract:Toy",
    "factory": "toy.contract:ToyFactory",
    "python": "toy.reference:Toy",
    "rust": "toy._native:Toy",
    "workloads": "toy.workloads:WORKLOADS",
    "stage": "rust",
}


def written(path: Path, text: str) -> Path:
    table = path / "components.toml"
    table.write_text(text, encoding="utf-8")
    return table


def row(name: str = "toy", **changes: str | None) -> str:
    keys = {key: value for key, value in (ROW | changes).items() if value is not None}
    return f"[components.{name}]\n" + "".join(f'{key} = "{keys[key]}"\n' for key in keys)


def test_a_row_is_read_as_written(tmp_path: Path) -> None:
    assert load_table(written(tmp_path, row())) == {"toy": Component(name="toy", **ROW)}


def test_what_is_not_given_is_the_default(tmp_path: Path) -> None:
    toy = load_table(written(tmp_path, row(factory=None, workloads=None)))["toy"]

    assert (toy.factory, toy.workloads, toy.partial, toy.verify) == (None, None, False, 0.0)
    assert (toy.shadow, toy.thresholds) == (Shadow(), Thresholds())


def test_a_row_owes_what_it_says_and_else_what_all_do(tmp_path: Path) -> None:
    text = "[thresholds]\nspeedup = 2\nmutation = 0.5\n" + row() + "thresholds.mutation = 0.7\n"

    owed = load_table(written(tmp_path, text))["toy"].thresholds

    assert owed == Thresholds(speedup=2, mutation=0.7)


def test_rows_keep_their_order(tmp_path: Path) -> None:
    table = load_table(written(tmp_path, row("zebra") + row("ant")))

    assert list(table) == ["zebra", "ant"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no [components.NAME] table"),
        ("components = 3", "no [components.NAME] table"),
        ("[components]\ntoy = 3", "'toy' is not a table"),
        ("[components.toy", "is not TOML"),
        ("[component.toy]\n" + row(), "unknown component;"),
        (row("Toy"), "a name is an ASCII identifier in lower case"),
        (row("task-queue"), "a name is an ASCII identifier in lower case"),
        (row(stages="rust"), "unknown stages; the keys are contract, extra, factory, partial"),
        (row(rust=None, stage=None), "rust, stage not given"),
        (row(stage="shadowed"), "stage 'shadowed' is not one of python, shadow, rust"),
        (row(python="toy.reference"), "python 'toy.reference' is not a reference"),
        (row(rust="toy._native:"), "rust 'toy._native:' is not a reference"),
        (row(rust=":Toy"), "rust ':Toy' is not a reference"),
        (row().replace('"toy._native:Toy"', "3"), "rust 3 is not a reference"),
        (row() + "partial = 1", "partial 1 is neither true nor false"),
        (row() + "verify = 1.5", "verify 1.5 is not a number from 0 to 1"),
        (row() + "shadow = 1", "shadow is not a table"),
        (row() + "shadow.sample = true", "sample True is not a number from 0 to 1"),
        (
            row() + "thresholds.mutants = 149",
            "is neither 0, which is all of them, nor",
        ),
        (row() + "shadow.differences = 0.5", "differences 0.5 is not a whole number of at least 1"),
        (row() + "shadow.clone = 'copy'", "clone 'copy' is not a reference"),
        (
            row() + "thresholds.tests = 1",
            "unknown tests; the keys are branches, calls, equivalent, memory, mutants, ",
        ),
        (row() + "thresholds.speedup = '1'", "speedup '1' is not a number of at least 0"),
        (row() + "thresholds.equivalent = 2", "equivalent 2 is not a number from 0 to 1"),
        ("[thresholds]\nmutation = 2\n" + row(), "mutation 2 is not a number from 0 to 1"),
        (row() + "thresholds.shadow_reason = ' '", "shadow_reason ' ' is not a string that says"),
        (row(world="toy.World"), "world 'toy.World' is not a reference"),
        (row(world="toy:World") + "thresholds.shadow_calls = 0", "needs shadow_reason: why no"),
    ],
)
def test_a_bad_table_is_refused_with_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    table = written(tmp_path, text)

    with pytest.raises(ContractError, match=re.escape(told)) as caught:
        load_table(table)

    assert str(table) in str(caught.value)


def test_a_missing_table_is_named_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"absent\.toml cannot be read: No such file"):
        load_table(tmp_path / "absent.toml")


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "components.toml"
    table.write_bytes(b"\xff\xfe")

    with pytest.raises(ContractError, match="is not TOML"):
        load_table(table)


def test_load_returns_the_object_itself() -> None:
    assert load("agent.errors:ContractError") is ContractError
