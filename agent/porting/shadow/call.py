"""One call: its arguments, and the outcomes of the primary and the candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.compare.difference import Difference
from agent.porting.compare.outcome import Outcome, difference_of_outcomes, is_binding
from agent.porting.interpose.callbacks import StandIn
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.callbacks import Exchanging
from agent.porting.shadow.copying import ATOMS, Uncopied
from agent.porting.shadow.exceptions import is_cancellation
from agent.porting.shadow.twins import Followed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.porting.compare.comparison import Comparison
    from agent.porting.shadow.callbacks import Stage
    from agent.porting.shadow.copying import Clone
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.twins import Family

__all__ = ["ComparedCall"]

__passes_calls_on__ = True


class ComparedCall(Exchanging):
    """What one call was given, what the primary did, and what the candidate did."""

    __slots__ = (
        "answer", "args", "broken", "counted", "early", "family", "kwargs", "made", "operation",
        "other_answer", "other_args", "other_kwargs", "other_raised", "other_value", "owner",
        "plain", "put_off", "raised", "stage", "subject", "uses", "value", "written",
    )  # fmt: skip

    def __init__(
        self,
        operation: ComparedOperation,
        family: Family | None,
        stage: Stage | None,
        clone: Clone,
    ) -> None:
        self.operation = operation
        self.family = family
        """What it belongs to; None for a function."""
        self.stage = stage
        """What the candidate's callables play from; None if it can be given none."""
        self.clone = clone
        self.exchange = None
        self.pausing = None
        self.subject: Followed | None = None
        """The object that the operation is performed on; None for a function or the factory."""
        self.owner: Any = None
        """That object itself, and the reference's operation; for the factory, the reference's."""
        self.args: tuple[Any, ...] = ()
        """What the primary was given."""
        self.kwargs: dict[str, Any] = {}
        self.other_args: tuple[Any, ...] = ()
        """What the candidate is given; it gets the twin of a `Followed`."""
        self.other_kwargs: dict[str, Any] = {}
        self.plain = True
        """Whether nothing that was given can change."""
        self.written: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
        """What was given, as it was then: for a script."""
        self.value: Any = None
        self.raised: BaseException | None = None
        self.answer: Outcome | None = None
        """The same, where it is known already how it compares."""
        self.other_value: Any = None
        self.other_raised: BaseException | None = None
        self.other_answer: Outcome | None = None
        self.made: Followed | None = None
        """What is followed from now on."""
        self.early: Difference | None = None
        """What differed before anything was awaited."""
        self.uses: Callable[[Any], Awaitable[Any]] | None = None
        """What the candidate's stream or context manager is used by."""
        self.broken: str | None = None
        """Why the candidate cannot make it."""
        self.put_off = False
        """Whether it is compared after it was answered."""
        self.counted = False
        """Whether its outcome was counted."""

    @property
    def harmless(self) -> bool:
        """Whether a side may leave it out: it changes nothing, and calls nothing it was given."""
        return self.operation.harmless and (self.family is None or not self.family.driven)

    @property
    def apart(self) -> bool:
        """Whether the sides were given, or gave, objects that a program may change on one side."""
        pairs = [*zip(self.args, self.other_args, strict=True), (self.value, self.other_value)]
        pairs += [(value, self.other_kwargs[name]) for name, value in self.kwargs.items()]
        return any(
            mine is not theirs and type(mine) not in ATOMS and not isinstance(theirs, StandIn)
            for mine, theirs in pairs
            if mine is not self.value or self.operation.gives is None
        )

    def forget(self) -> None:
        """Let go of what both sides did: exceptions know the frames that know this call."""
        self.value = self.other_value = None
        self.raised = self.other_raised = None
        self.answer = self.other_answer = None

    def let_other(self, function: Callable[..., Any]) -> None:
        """Let the candidate do it; what it raises is its outcome."""
        args, kwargs = self.other_args, self.other_kwargs
        if not self.plain:
            args = tuple([_resolved(value) for value in args])
            kwargs = {name: _resolved(value) for name, value in kwargs.items()}
        try:
            self.other_value = function(*args, **kwargs)
        except BaseException as error:
            if is_interruption(error):
                raise
            self.other_raised = error
            self.other_answer = Outcome(raised=error, binding=is_binding(error))

    async def await_other(self, function: Callable[..., Any], *, rust_leads: bool) -> None:
        """Call and await the candidate; what it raises is its outcome.

        An exception that comes when it is called, not when it is awaited, is a difference.
        """
        try:
            awaitable = function(
                *map(_resolved, self.other_args),
                **{name: _resolved(value) for name, value in self.other_kwargs.items()},
            )
        except Uncopied:
            raise
        except BaseException as error:  # noqa: BLE001  # as below
            self._fail_other(error)
            if not isinstance(error, Unsupported):
                sides = "returned", str(self.other_answer)
                self.early = Difference("outcome when called", *sides[:: -1 if rust_leads else 1])
            return
        try:
            self.other_value = await (awaitable if self.uses is None else self.uses(awaitable))
        except BaseException as error:
            if is_cancellation(error):
                raise
            self._fail_other(error)

    def _fail_other(self, error: BaseException) -> None:
        if is_interruption(error):
            raise error
        self.other_raised = error
        self.other_answer = Outcome(raised=error, binding=is_binding(error))

    def outcomes(self, *, rust_leads: bool) -> tuple[Outcome, Outcome]:
        """Return what Python did, and what Rust did."""
        mine = self.answer or Outcome(self.value)
        other = self.other_answer or Outcome(self.other_value)
        return (other, mine) if rust_leads else (mine, other)

    def difference(self, comparison: Comparison, *, rust_leads: bool) -> Difference | None:
        """Return the first difference between what the sides did, or None."""
        if self.early is not None:
            return self.early
        exchange = self.exchange
        if exchange is not None and exchange.wrong is not None:
            return exchange.wrong
        if self.made is None or self.raised is not None or self.other_raised is not None:
            sides = self.outcomes(rust_leads=rust_leads)
            found = difference_of_outcomes(*sides, comparison, self.operation.annotation)
            if found is not None and not (self.operation.any_wording and _of_wording(found)):
                return found
        if exchange is not None and exchange.turn < len(exchange.played):
            expected = f"a call of {exchange.played[exchange.turn].label}"
            return Difference(f"callbacks[{exchange.turn}]", expected, "no further call")
        if exchange is not None and exchange.played:
            mine = [played.arguments for played in exchange.played]
            exchanged = (exchange.given, mine) if rust_leads else (mine, exchange.given)
            found = comparison.first("callbacks", *exchanged)
            if found is not None:
                return found
        return None if self.plain else self._around(comparison, rust_leads=rust_leads)

    def _around(self, comparison: Comparison, *, rust_leads: bool) -> Difference | None:
        """Compare the arguments afterwards."""
        pairs = [
            (f"argument{index} afterwards", mine, theirs)
            for index, (mine, theirs) in enumerate(zip(self.args, self.other_args, strict=True), 1)
        ] + [
            (f"{name} afterwards", mine, self.other_kwargs[name])
            for name, mine in self.kwargs.items()
        ]
        for where, mine, theirs in pairs:
            if isinstance(theirs, Followed | StandIn):
                continue
            sides = (theirs, mine) if rust_leads else (mine, theirs)
            found = comparison.first(where, *sides)
            if found is not None:
                return found
        return None


def _of_wording(found: Difference) -> bool:
    """Return whether two exceptions of one class differ in what they say or carry."""
    return "raised" in found.where and found.where != "raised"


def _resolved(value: Any) -> Any:
    if not isinstance(value, Followed):
        return value
    if value.twin is None or value.family.lost is not None:
        message = "an object that is not followed"
        raise Uncopied(message)
    return value.twin


pass_unseen(globals())
