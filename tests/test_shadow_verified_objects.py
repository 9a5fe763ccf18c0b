"""Objects of Rust that is verified: callers see no difference, or it is refused at once."""

from __future__ import annotations

import copy
import importlib
import io
import operator
import pickle
import sys
import unittest
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError
from agent.porting.infer.inferred import contract_in, infer
from agent.porting.ledger.ledger import Ledger
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.registry.registry import Registry
from agent.porting.shadow import shadowed, verified
from tests import verified_toys as toys
from tests.shadow_toys import component
from tests.verified_toys import Box, CounterBox, RustBox

if TYPE_CHECKING:
    from pathlib import Path

PLACE = toys.__name__


def row(contract: str = "Boxed", *, verify: float = 1.0, **settings: Any) -> Component:
    return Component(
        name="box", contract=f"{PLACE}:{contract}", factory=f"{PLACE}:BoxFactory",
        python=f"{PLACE}:Box", rust=f"{PLACE}:RustBox", stage="rust" if verify else "shadow",
        shadow=Shadow(**settings), verify=verify,
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Return a ledger of this test."""
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def cls(ledger: Ledger) -> Any:
    """Return what callers get for the class."""
    return verified(row(), Box, RustBox)


@pytest.mark.parametrize(
    ("contract", "reason"),
    [
        ("Joined", "join takes another object"),
        ("Merged", "merge takes another object"),
        ("Split", "parts gives an object within another"),
        ("Halved", "halves gives an object within another"),
        ("Saved", "save would touch the outside world twice"),
        ("Absent", "its contract cannot be read"),
    ],
)
def test_what_cannot_be_verified_is_refused_when_it_is_resolved(contract: str, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        verified(row(contract), Box, RustBox)


def test_operations_that_are_left_to_python_are_refused() -> None:
    with pytest.raises(ContractError, match=r"shadow.skip leaves put to Python"):
        verified(row(skip=["put"]), Box, RustBox)
    verified(row(skip=["last"]), Box, RustBox)


def test_a_class_that_is_read_without_being_asked_is_refused() -> None:
    with pytest.raises(ContractError, match="CounterBox keeps its state as a dict does"):
        verified(row(), CounterBox, RustBox)


def test_what_touches_the_world_is_refused_when_shadow_is_resolved() -> None:
    with pytest.raises(ContractError, match="outside world twice"):
        shadowed(row("Saved", verify=0.0), Box, RustBox)
    with pytest.raises(ContractError, match="outside world twice"):
        shadowed(component("fetch"), len, len)


def test_functions_and_lists_of_numbers_are_no_objects() -> None:
    verified(row("Told"), Box, RustBox)


def test_a_contract_that_needs_the_module_that_is_imported_is_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    (tmp_path / "early_box.py").write_text(
        "from agent.porting.project.table import Component\n"
        "from agent.porting.shadow import verified\n"
        "from tests.verified_toys import RustBox\n"
        "class Box:\n    def put(self, other): ...\n"
        "row = Component(name='early', contract='early_contract:Box', stage='rust', verify=1.0,\n"
        "    factory='early_contract:BoxFactory', python='early_box:Box',\n"
        "    rust='early_box:RustBox')\n"
        "Box = verified(row, Box, RustBox)\n"
        "late = 1\n"
    )
    (tmp_path / "early_contract.py").write_text(
        "from typing import Protocol\nfrom early_box import late\n"
        "class Box(Protocol):\n    def put(self, other: 'Box') -> None: ...\n"
        "class BoxFactory(Protocol):\n    def __call__(self) -> Box: ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    early = importlib.import_module("early_box")
    with pytest.raises(ContractError, match="put takes another"):
        early.Box()


def test_status_says_why_a_component_is_refused(tmp_path: Path) -> None:
    (tmp_path / "components.toml").write_text(
        f"[components.box]\ncontract = '{PLACE}:Merged'\nfactory = '{PLACE}:BoxFactory'\n"
        f"python = '{PLACE}:Box'\nrust = '{PLACE}:RustBox'\nstage = 'rust'\nverify = 1.0\n"
    )
    registry = Registry(tmp_path / "components.toml", "BOX_IMPL")
    status = registry.status("box")
    assert status.resolved is None
    assert "merge takes another object" in status.reason
    with pytest.raises(ContractError, match="merge takes another object"):
        registry.resolve("box")


def test_a_call_that_is_refused_leaves_the_object_free(cls: Any) -> None:
    box = cls([1])
    with pytest.raises(ContractError):
        box.holding([RustBox(), Box()])
    with pytest.raises(ContractError):
        box.each((RustBox(), cls([2])))
    assert box.last() == 1


def test_rust_is_given_its_own_objects(cls: Any, ledger: Ledger) -> None:
    one, same, other = cls([1]), cls([1]), cls([2])
    assert one == same
    assert one != other
    one.holding(other)
    assert ledger.mismatches("box") == []
    assert ledger.sums("box").matched == 6


def test_what_class_methods_make_is_of_the_class_that_callers_hold(
    cls: Any, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toys, "Box", cls)
    assert type(cls.of(1)) is cls
    assert ledger.mismatches("box") == []


def test_objects_come_back_as_themselves(cls: Any, ledger: Ledger) -> None:
    one, other = cls([1]), cls([2])
    first, (second, third) = one.holding(other)["both"]
    assert first is third is one
    assert second is other
    assert ledger.mismatches("box") == []


def test_objects_of_one_side_alone_are_given_to_that_side(ledger: Ledger) -> None:
    cls = verified(row(), Box, RustBox)
    one, rusts, pythons = cls([1]), RustBox([1]), Box([1])
    assert one == rusts
    assert rusts == one
    assert one == pythons
    assert one.holding(pythons)["both"][1][0] is pythons
    assert one.holding(rusts)["both"][1][0] is rusts
    one.put(rusts)  # which Python cannot be given, so that Rust alone goes on
    assert one.last() is rusts
    with pytest.raises(ContractError, match="Rust alone has and one that Python alone has"):
        one.holding(pythons)
    assert ledger.mismatches("box") == []


def test_python_goes_on_where_the_contract_names_no_method(cls: Any, ledger: Ledger) -> None:
    box = cls([1])
    assert (box.double(), len(box)) == (2, 1)  # which Rust has
    box = cls([1])
    box.clear()
    assert len(box) == 0
    box.put(13)
    assert box.last() == 13
    assert ledger.mismatches("box") == []


def test_python_goes_on_where_an_attribute_is_set(cls: Any, ledger: Ledger) -> None:
    box = cls()
    box.label = "mine"
    assert box.label == "mine"
    cls.width = 2
    box = cls()
    box.put(13)
    assert (box.last(), type(box)) == (13, cls)
    assert ledger.mismatches("box") == []


def test_an_attribute_is_not_set_where_rust_alone_has_the_object(cls: Any) -> None:
    box = cls()
    box.put(iter([1]))  # which is not compared
    with pytest.raises(ContractError, match="attribute label was set, while Rust alone has"):
        box.label = "mine"


def test_rust_goes_on_where_a_program_can_change_what_it_gave(cls: Any, ledger: Ledger) -> None:
    box, value = cls(), [1]
    box.put(value)
    assert box.last() is value
    value.append(2)
    assert box.last() is value  # a difference, as Python's copy is what it was
    box.put(3)
    assert box.last() == 3
    assert len(ledger.mismatches("box")) == 1


def test_copies_share_what_the_object_shares(cls: Any) -> None:
    value = [1]
    box = cls([value])
    assert copy.copy(box).last() is value
    value.append(2)
    assert pickle.loads(pickle.dumps(box)).last() == [1, 2]
    assert isinstance(copy.copy(box), cls)


def test_rusts_own_objects_are_pickled_under_the_name_of_the_class(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    rust = type("Box", (RustBox,), {"__module__": PLACE})
    cls = verified(row(verify=1e-12), Box, rust)
    monkeypatch.setattr(toys, "Box", cls)
    box = cls([1, 2])
    assert type(box) is rust
    assert type(copy.copy(box)) is type(copy.deepcopy(box)) is rust
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        loaded = pickle.loads(pickle.dumps(box, protocol))
        assert (type(loaded), loaded.last(), len(loaded)) == (cls, 2, 2)


def test_objects_of_python_alone_and_of_rust_alone_are_not_mixed(
    cls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toys, "Box", cls)
    loaded = pickle.loads(pickle.dumps(cls([1])))
    assert loaded == cls([1])
    for pair in ((loaded, RustBox([1])), (RustBox([1]), loaded)):
        with pytest.raises(ContractError, match="Rust alone has"):
            operator.eq(*pair)


def test_what_rust_calls_back_calls_rust(cls: Any) -> None:
    box = cls()
    box.each(lambda _: box.put(13))
    assert box.last() == 14


@pytest.mark.parametrize(
    ("home", "name", "test"),
    [
        ("collections", "UserList", "test_userlist"),
        ("graphlib", "TopologicalSorter", "test_graphlib"), ("shlex", "shlex", "test_shlex"),
        ("string", "Formatter", "test_string"), ("textwrap", "TextWrapper", "test_textwrap"),
    ],
)  # fmt: skip
def test_cpythons_own_tests_pass(
    home: str, name: str, test: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(f"test.{test}")
    module = importlib.import_module(home)
    monkeypatch.setenv(f"{home.upper()}_LEDGER", str(tmp_path / "ledger.sqlite"))
    python = getattr(module, name)
    other = toys.again(python, module)
    monkeypatch.setitem(sys.modules, other.__name__, other)
    rust = getattr(other, name)
    found = infer(name.lower(), python, rust)
    text = found.text.replace(f" | {found.protocol}", "")  # which of the sample it is matters
    place = contract_in(text, found.protocol, "<inferred>").protocol.__module__
    table = Component(
        name=name.lower(), contract=f"{place}:{found.protocol}",
        factory=f"{place}:{found.protocol}Factory", python=f"{home}:{name}",
        rust=f"{rust.__module__}:{name}", stage="rust", verify=1.0,
        shadow=Shadow(differences=1_000),
    )  # fmt: skip
    monkeypatch.setattr(module, name, verified(table, python, rust))
    for each in [each for each in sys.modules if each.startswith("test.")]:
        monkeypatch.delitem(sys.modules, each)
    suite = unittest.defaultTestLoader.loadTestsFromName(f"test.{test}")
    told = io.StringIO()
    result = unittest.TextTestRunner(told).run(suite)
    assert result.wasSuccessful(), told.getvalue()
    assert result.testsRun > 10
    assert Ledger(tmp_path / "ledger.sqlite").sums(name.lower()).matched > 30
