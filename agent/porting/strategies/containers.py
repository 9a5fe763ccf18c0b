"""The domains of containers: lists, mappings, tuples, iterators."""

from __future__ import annotations

from collections import OrderedDict, abc, defaultdict, deque
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.strategies.domain import Domain, put_together

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.strategies.byte_source import Choices

__all__ = ["CONTAINERS", "container_domain"]

_WRONG = ["5", "None", "1.5", "Numeric(1)"]

_SIZES = (1, 0, 2, 3, 2, 3, 4, 5, 4, 6, 8, 12)
_REPEATS = (2, 5, 17, 40, 200)

_LIST = ["[%s]", "[%s]", "List([%s])"]
_ANY_SEQUENCE = ["[%s]", "(%s,)", "List([%s])", "deque([%s])", "Tuple([%s])"]
_BROKEN = ["broken(%s)", "Backwards([%s])", "Having(iter=iter([%s]))"]
_ITERATORS = ["iter([%s])", "(item for item in [%s])", "map(lambda item: item, [%s])"]
_RAISING = ["Having(iter=ValueError('iter'))", "Having(iter=5)", "Having(iter=lambda: {reenter})"]

CONTAINERS: dict[Any, tuple[list[str], list[str]]] = {
    abc.Iterable: (["[%s]", "(%s,)", *_ITERATORS, "List([%s])", "deque([%s])"], _BROKEN),
    abc.Iterator: (_ITERATORS, _BROKEN[:1]),
    abc.Generator: (["(item for item in [%s])"], _BROKEN[:1]),
    abc.Reversible: (["[%s]", "(%s,)", "deque([%s])"], []),
    abc.Collection: ([*_ANY_SEQUENCE, "dict.fromkeys([%s])"], ["Backwards([%s])"]),
    abc.Container: (_ANY_SEQUENCE, []),
    abc.Sequence: (_ANY_SEQUENCE, ["Backwards([%s])"]),
    abc.MutableSequence: ([*_LIST, "deque([%s])"], ["Backwards([%s])"]),
    abc.Set: (["set([%s])", "frozenset([%s])", "dict.fromkeys([%s]).keys()"], []),
    abc.MutableSet: (["set([%s])"], []),
    abc.KeysView: (["dict.fromkeys([%s]).keys()"], []),
    abc.ValuesView: (["dict(enumerate([%s])).values()"], []),
    abc.Mapping: (["{%s}", "OrderedDict({%s})", "Dict({%s})"], ["Fallback({%s})"]),
    abc.MutableMapping: (["{%s}", "OrderedDict({%s})", "Dict({%s})"], ["Fallback({%s})"]),
    abc.ItemsView: (["{%s}.items()"], []),
    dict: (["{%s}", "{%s}", "OrderedDict({%s})", "Dict({%s})"], ["Fallback({%s})"]),
    OrderedDict: (["OrderedDict({%s})"], []),
    defaultdict: (["defaultdict(int, {%s})", "defaultdict(None, {%s})"], []),
    deque: (["deque([%s])", "deque([%s], maxlen=3)"], []),
    list: (_LIST, ["Backwards([%s])"]),
    tuple: (["(%s,)", "(%s,)", "Tuple([%s])"], []),
    set: (["set([%s])"], []),
    frozenset: (["frozenset([%s])"], []),
}
"""For each container, the texts its items are put into, and those that not all accept."""


def container_domain(
    origin: Any, arguments: tuple[Any, ...], read: Callable[..., Domain]
) -> Domain:
    """Return the domain of `origin`, a key of `CONTAINERS`, whose items' domain `read` gives."""
    if origin is tuple and arguments[-1:] != (...,) and arguments:
        return fixed([read(part) for part in arguments], "(%s)", [*_WRONG, "()", "[]", "'ab'"])
    shapes, risky = CONTAINERS[origin]
    if issubclass(origin, abc.Mapping | abc.ItemsView):
        key, value = (read(part) for part in arguments or (Any, Any))
        pairs = fixed([key, value], "%s", [], ": ")
        return _several(pairs, shapes, risky)
    found = _several(read(arguments[0] if arguments else Any), shapes, risky)
    if abc.Iterable in {origin, *origin.__mro__} and origin in {abc.Iterable, abc.Iterator}:
        found.risky.extend(_RAISING)
    return found


def fixed(parts: list[Domain], shape: str, wrong: list[str], joint: str = ", ") -> Domain:
    """Return the domain of one of each of `parts`, put into `shape`."""
    after = "," if shape == "(%s)" and len(parts) == 1 else ""

    def together(texts: list[str]) -> str:
        return put_together(shape, joint.join(texts) + after)

    def compose(choices: Choices) -> str:
        return together([part.write(choices) for part in parts])

    simplest = [part.within[0] for part in parts]
    within = [together(simplest)]
    risky = []
    for index, part in enumerate(parts):
        around = simplest[:index], simplest[index + 1 :]
        within += [together([*around[0], text, *around[1]]) for text in part.within[1:3]]
        risky += [together([*around[0], text, *around[1]]) for text in part.risky[:3]]
        risky += [together([*around[0], text, *around[1]]) for text in part.outside[:3]]
    return Domain(within, wrong, risky, compose=compose)


def _several(item: Domain, shapes: list[str], risky: list[str]) -> Domain:
    """Return the domain of any number of `item`, put into one of `shapes`."""
    first = item.within[0]
    several = ", ".join(dict.fromkeys(item.within[:3]))
    kinds = dict.fromkeys(shapes)
    within = [put_together(shape, text) for shape in kinds for text in (first, several, "")]
    plain = next(iter(kinds))
    if plain in {"[%s]", "(%s,)"}:
        twice = f"{several}, {several}"
        within += [put_together(plain, twice), f"{put_together(plain, first)} * 300"]
    seldom = [put_together(shape, several) for shape in risky]
    if "set(" not in plain and "fromkeys" not in plain:  # which take nothing unhashable
        seldom += [put_together(plain, f"{first}, {text}") for text in item.outside + item.risky]
    compose = partial(_compose, item, shapes)
    return Domain(within, list(_WRONG), seldom, compose=compose)


def _compose(
    item: Domain, shapes: list[str], choices: Choices, shortest: int = 0, longest: int | None = None
) -> str:
    """Write a container; some items come twice, and now and then there are very many."""
    size = shortest + choices.of(_SIZES) if longest is None or longest > shortest else shortest
    size = size if longest is None else min(size, longest)
    kind = choices.of(item.kinds) if item.kinds and choices.below(4) else item
    texts: list[str] = []
    for _ in range(size):
        again = texts and choices.one_in(5)
        texts.append(choices.of(texts) if again else kind.write(choices))
    shape = choices.of(shapes)
    text = put_together(shape, ", ".join(texts))
    if shape in {"[%s]", "(%s,)"} and texts and choices.one_in(40):
        times = choices.of(_REPEATS)
        if longest is None or times * size <= longest:
            return f"{text} * {times}"
    return text
