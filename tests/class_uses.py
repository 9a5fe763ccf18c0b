"""What a caller may do with the class of `tests.class_features`: the same in every stage."""

# mypy: ignore-errors
# ruff: noqa: E501, N806, PLC3002, PLW0108, TC003  # short expressions, as a caller writes them
from __future__ import annotations

import copy
import functools
import inspect
import pickle
import typing
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic

from tests.class_features import Base, namespace

__all__ = ["FEATURES"]


def _matched(value: Any) -> Any:
    Money = namespace["Money"]
    match value:
        case Money(amount):
            return amount
    return None


def _caught(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except Exception as error:  # noqa: BLE001  # what it says is the result
        return type(error).__name__, str(error)


def _subclass(cls: Any) -> Any:
    class Sub(cls, tag="sub"):
        UNITS = ("own",)

        def twice(self) -> Any:
            return super().twice().add(100)

        def __neg__(self) -> Any:
            return 100 + super().__neg__().amount

    return Sub


def _abstract(cls: Any) -> Any:
    class Both(cls, ABC):
        @abstractmethod
        def missing(self) -> int: ...

    return _caught(lambda: Both(1))[0], inspect.isabstract(Both)


def _set_on_the_class(cls: Any) -> Any:
    before = cls.UNITS
    cls.UNITS = ("other",)
    found = cls.UNITS, cls(1).UNITS, vars(cls)["UNITS"]
    cls.UNITS = before
    cls.fresh = 1
    found += (cls.fresh, cls(1).fresh)
    del cls.fresh
    return (*found, hasattr(cls, "fresh"), cls.UNITS)


def _patched(cls: Any) -> Any:
    before = vars(cls)["add"]
    cls.add = lambda self, amount: "patched"
    found = cls(1).add(2)
    cls.add = before
    return found, cls(1).add(2).amount


def _entered(cls: Any) -> Any:
    with cls(3) as money:
        money.add(1)
        raise KeyError
    return money.amount


def _left(cls: Any) -> Any:
    with cls(3):
        raise ValueError


def _changed(cls: Any) -> Any:
    money = cls(3)
    money.amount = -9
    found = [money.amount, vars(money)["_parts"]]
    del money.amount
    money.label = "new"
    found += [money.amount, money.label, sorted(vars(money)), money.half]
    money.half = 99
    del money.label
    return [*found, money.half, _caught(lambda: vars(money)["label"])]


def _in_place(cls: Any) -> Any:
    money = same = cls(3)
    money += 4
    return money is same, money.amount, len(money), list(money), 4 in money


def _pickled(cls: Any, protocol: int) -> Any:
    again = pickle.loads(pickle.dumps(cls(4).add(1), protocol))
    return type(again) is cls, again.amount, again == cls(5), again.kept


def _copied(cls: Any) -> Any:
    money = cls(4).add(1)
    shallow, deep = copy.copy(money), copy.deepcopy(money)
    money.add(10)
    return shallow.amount, deep.amount, type(shallow) is cls, type(deep) is cls


def _told(cls: Any) -> Any:
    before = len(Base.subclasses)
    Sub = _subclass(cls)
    return Sub.tag, cls.tag, Base.subclasses[before:]


def _mixed(cls: Any) -> Any:
    @dataclass
    class Data(cls):
        amount_: int = 3

        def __init__(self, amount: int) -> None:
            super().__init__(amount)
            self.amount_ = amount

    data = Data(2)
    return [each.name for each in fields(Data)], data == Data(2), data.amount


FEATURES: dict[str, Callable[[Any], Any]] = {
    "constants": lambda cls: (cls.UNITS[:1], cls(1).UNITS, cls.Inner.value, cls(1).Inner().value),
    "a class method": lambda cls: (cls.of("5").amount, cls(1).of("6").amount, type(cls.of("1")) is cls),
    "a class method of a subclass": lambda cls: type(_subclass(cls).of("2")).__name__,
    "a class method of its object": lambda cls: type(_subclass(cls)(1).of("2")).__name__,
    "a class method bound": lambda cls: (cls.of.__self__ is cls, cls.of.__name__),
    "a static method": lambda cls: (cls.is_amount(1), cls(1).is_amount(-1), _subclass(cls).is_amount(0)),
    "properties": _changed,
    "a property of the class": lambda cls: (isinstance(cls.amount, property), cls.amount.fget(cls(3))),
    "a cached property": lambda cls: (cls(9).half, type(cls.half).__name__, cls.half.attrname),
    "an attribute of objects alone": lambda cls: (cls(1).label, hasattr(cls, "label"), "label" in dir(cls)),
    "a descriptor that is named": lambda cls: (cls(2).named, cls.named.name),
    "attributes found on demand": lambda cls: (cls(2).dynamic_1, _caught(lambda: cls(2).none)),
    "what it lists": lambda cls: ("dynamic" in dir(cls(1)), "add" in dir(cls(1)), "add" in dir(cls)),
    "methods": lambda cls: (cls(1).add(2).amount, cls.add(cls(1), 2).amount, cls.add.unit, cls(1).add.unit),
    "methods that give themselves": lambda cls: (lambda one: one.add(1) is one)(cls(1)),
    "a cached method": lambda cls: (cls(1).cached(2), cls.cached.cache_info().maxsize),
    "a partial method": lambda cls: cls(1).partially(),
    "a method by type": lambda cls: (cls(1).dispatched(2), cls(1).dispatched("x")),
    "an object as an argument": lambda cls: (cls(1).compare(cls(2)), (lambda a: a.compare(a))(cls(1))),
    "objects in an argument": lambda cls: cls(1).total([cls(2), cls(3)]),
    "its objects make others": lambda cls: (cls(2).twice().amount, type(cls(2).twice()) is cls),
    "a subclass": lambda cls: (
        _subclass(cls)(2).twice().amount, _subclass(cls)(2).UNITS, -_subclass(cls)(2),
        isinstance(_subclass(cls)(1), cls), issubclass(_subclass(cls), cls),
        isinstance(cls(1), _subclass(cls)),
    ),
    "a subclass hears of it": _told,
    "a subclass that is abstract": _abstract,
    "a subclass that is a dataclass": _mixed,
    "operators": lambda cls: (
        (cls(1) + cls(2)).amount, (cls(1) + 2).amount, (1 + cls(2)).amount, (-cls(2)).amount,
        sum([cls(1), cls(2)]).amount, _caught(lambda: cls(1) + "x"), _caught(lambda: "x" + cls(1)),
    ),
    "operators in place": _in_place,
    "comparisons": lambda cls: (
        cls(1) == cls(1), cls(1) != cls(2), cls(1) == 1, cls(1) < cls(2), cls(2) > cls(1),
        _caught(lambda: cls(1) < 1), _caught(lambda: cls(1) <= cls(2)), sorted([cls(2), cls(1)]),
    ),
    "hashing": lambda cls: (hash(cls(1)) == hash(cls(1)), cls(1) in {cls(1): 1}, len({cls(1), cls(1)})),
    "conversions": lambda cls: (
        bool(cls(0)), bool(cls(1)), int(cls(3)), float(cls(3)), range(5)[cls(3)], f"{cls(3):x}",
        bytes(cls(3)), str(cls(3)), repr(cls(3)), cls(1)(4), hex(cls(10)),
    ),
    "containers": lambda cls: (
        len(cls(1)), cls(1)[0], _caught(lambda: cls(1)[9]), list(cls(1).add(2)), 9 in cls(1),
        (lambda one: (one.__setitem__(0, 8), one.amount))(cls(1)),
    ),
    "contexts": lambda cls: (_entered(cls), _caught(lambda: _left(cls))),
    "matching": lambda cls: (_matched(cls(3)), _matched(3)),
    "attributes of the class are set": _set_on_the_class,
    "methods of the class are set": _patched,
    "its variables": lambda cls: (
        list(vars(cls)), vars(cls)["UNITS"], vars(cls)["add"] is cls.add, sorted(vars(cls(1))),
    ),
    "its bases": lambda cls: (
        [each.__name__ for each in cls.__mro__], cls.__bases__ == (Base, Generic), cls.__base__ is Base,
        [each.__name__ for each in _subclass(cls).__mro__],
    ),
    "what it is called": lambda cls: (
        cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__, repr(cls), cls.__annotations__,
        hasattr(cls, "__slots__"), cls.__match_args__, typing.get_type_hints(cls.add),
    ),
    "signatures": lambda cls: (
        str(inspect.signature(cls)), str(inspect.signature(cls.add)), str(inspect.signature(cls.of)),
        str(inspect.signature(cls(1).add)), inspect.isfunction(cls.add), inspect.ismethod(cls(1).add),
        inspect.isclass(cls),
    ),
    "parameters": lambda cls: (cls[int].__origin__ is cls, cls[int](3).amount),
    "isinstance": lambda cls: (isinstance(cls(1), cls), isinstance(1, cls), type(cls(1)) is cls,
                               cls(1).__class__ is cls, isinstance(cls(1), Base)),
    "errors of binding": lambda cls: (
        _caught(lambda: cls())[0], _caught(lambda: cls(1).add())[0], _caught(lambda: cls.of())[0],
    ),
    "copies": _copied,
    **{f"pickles of protocol {each}": functools.partial(_pickled, protocol=each) for each in range(6)},
    "a pickle of the class": lambda cls: pickle.loads(pickle.dumps(cls)) is cls,
}  # fmt: skip
"""By name, what a caller does: it gives the same on the class itself and in every stage."""
