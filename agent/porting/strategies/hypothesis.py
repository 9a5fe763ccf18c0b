"""The domains of parameters as strategies of Hypothesis: of expressions, and of values."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, get_origin

from hypothesis import assume
from hypothesis import strategies as st

from agent.porting.contract.strategy import strategy_in
from agent.porting.script.vocabulary import Clock
from agent.porting.strategies.annotated import tester
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.call_writer import is_made
from agent.porting.strategies.domain import CLOCK, KEY_SLOTS, OBJECT_SLOT, VALUE_SLOTS
from agent.porting.strategies.pools import KEYS, VALUES

if TYPE_CHECKING:
    from agent.porting.contract.reader import OperationSpec, Parameter
    from agent.porting.strategies.call_writer import Caller
    from agent.porting.strategies.domain import Domain
    from agent.porting.strategies.draws import Draws

__all__ = ["concrete", "draws_of", "expressions", "values_of"]

_FEWEST = 6
_MOST = 96
"""Bytes that decide one expression; a dozen on average, and zeros write the simplest."""


_REENTER = "{reenter}"
_SLOTS = [*KEY_SLOTS, *VALUE_SLOTS]


def expressions(domain: Domain, *, risky: bool = True) -> st.SearchStrategy[str]:
    """Return a strategy for the expressions of `domain`, most of them surely allowed.

    Without `risky`, all of them are. One row of bytes is drawn for each, however it is composed:
    drawing piece by piece would take longer than the call it is for.
    """
    row = st.binary(min_size=_FEWEST, max_size=_MOST)

    @st.composite  # an example shows its value, where one of `map` would show the call
    def written(draw: st.DrawFn) -> str:
        return domain.write(Choices(draw(row), risky=risky))

    return written()


def draws_of(draws: Draws, name: str) -> st.SearchStrategy[str]:
    """Return a strategy for the expressions of what the strategy `name` draws, to be shrunk."""
    row = st.binary(max_size=_MOST)

    @st.composite
    def written(draw: st.DrawFn) -> str:
        text = draws.text(name, draw(row))
        assume(text is not None)
        return text or ""

    return written()


def concrete(texts: st.SearchStrategy[str], reentries: list[str]) -> st.SearchStrategy[str]:
    """Return a strategy for `texts` with the keys and values of one example in their places.

    The few keys and values are shared by all that is drawn in one example, so that calls meet the
    same ones again. `reentries` are calls by which a callback may use the object under test.
    """
    pools = dict.fromkeys(KEY_SLOTS, KEYS) | dict.fromkeys(VALUE_SLOTS, VALUES)
    each = {slot: st.sampled_from(pool) for slot, pool in pools.items()}
    places = st.shared(st.fixed_dictionaries(each), key="agent.porting")
    reentry = st.shared(st.sampled_from(reentries), key=f"agent.porting: {reentries}")

    @st.composite
    def filled(draw: st.DrawFn) -> str:
        text = draw(texts)
        if _REENTER in text:
            text = text.replace(_REENTER, draw(reentry))
        if any(slot in text for slot in _SLOTS):
            for slot, filling in draw(places).items():
                text = text.replace(slot, filling)
        return text

    return filled()


def values_of(
    caller: Caller, spec: OperationSpec, *, outside: bool
) -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies for the values of an operation's parameters, by name.

    Args:
        caller: what knows the domains.
        spec: the operation.
        outside: whether to draw, too, what may be refused and what has to be.

    A variadic parameter's values are lists, or dictionaries by name. What takes an object of the
    contract itself, or something of its world, is left out.
    """
    domains = caller.domains(spec)
    return {
        parameter.name: _several(
            parameter, _values(caller, parameter, domains[parameter.name], outside=outside)
        )
        for parameter in spec.parameters
        if not is_made(caller.contract, parameter)
    }


def _several(parameter: Parameter, one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return st.lists(one)
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return st.dictionaries(st.sampled_from("abcxyz"), one)
    return one


def _values(
    caller: Caller, parameter: Parameter, domain: Domain, *, outside: bool
) -> st.SearchStrategy[Any]:
    names = caller.draws.names

    @st.composite
    def evaluated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Any:
        text = draw(concrete(texts, ["None"]))
        assume(OBJECT_SLOT not in text)
        return eval(text, names | {CLOCK: Clock(1000.0)})  # noqa: S307  # our own

    written = evaluated(expressions(domain, risky=outside))
    refused = evaluated(st.sampled_from(domain.outside or ["None"]))
    own = _own_strategy(parameter)
    if not outside:
        return written if own is None else own
    within = written if own is None else own | written
    return within | refused if domain.outside else within


def _own_strategy(parameter: Parameter) -> st.SearchStrategy[Any] | None:
    """Return the strategy that a parameter carries itself, within the constraints beside it."""
    annotation = parameter.annotation
    if get_origin(annotation) is not Annotated:
        return None
    source = strategy_in(annotation.__metadata__, parameter.name)
    if source is None:
        return None
    own: st.SearchStrategy[Any] = source if isinstance(source, st.SearchStrategy) else source()
    holds = tester(annotation.__metadata__, parameter.name)
    return own if holds is None else own.filter(holds)
