"""The candidate: it repeats the primary's calls, and the outcomes are compared."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cached_property, partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.check.observer import observer
from agent.porting.compare.by_type import PLAIN
from agent.porting.compare.comparison import Comparison
from agent.porting.interpose.classes import originals_of
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.interpose.layers import kept_by_reading
from agent.porting.shadow.callbacks import COMPARING, comparing_task
from agent.porting.shadow.copying import Uncopied
from agent.porting.shadow.scripts import step_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.difference import Difference
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.shadow.belonging import Belonging
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context, Exchange
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import TimeShare
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Family

__all__ = ["Candidate"]

_LONGEST = 100_000
"""How many parts of a result are compared: about a tenth of a second."""

_OVER_ITEMS = frozenset(
    map(type, [*map(iter, ((), [], {}, {}.values(), {}.items(), set(), "", b"")), reversed([])])
)
"""Classes of iterators that run no code of a program's."""

_logger = logging.getLogger("agent.shadow")


class Candidate:
    """Lets the side that does not answer do what was done, and compares the two.

    Args:
        sides: the two implementations.
        context: where each thread is.
        share: how much time comparing may take.
        reporter: counts the outcomes.
        belonging: which side objects belong to; None unless Rust answers for a class.
        follow: follows an object that Rust gave while it leads.
        paired: whether an object of Python's is followed, and the other is its twin.
        looks: whether all that can be seen of two objects may be compared too.
    """

    def __init__(  # noqa: PLR0913  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        share: TimeShare,
        reporter: Reporter,
        belonging: Belonging | None,
        *,
        follow: Callable[[ComparedCall, Any], None],
        paired: Callable[[Any, Any], bool],
        looks: bool,
    ) -> None:
        self._sides = sides
        self._context = context
        self._share = share
        self._reporter = reporter
        self._belonging = belonging
        self._follow = follow
        self._paired = paired
        self._may_look = looks
        self._twins: dict[type, tuple[type, Callable[[Any], dict[str, Any]]]] = {}
        """By class of Python, the corresponding class of Rust, and how both are observed."""
        self._defects: set[str] = set()
        """Those that were logged."""

    @cached_property
    def _looks(self) -> bool:
        """Whether twins are compared by what can be seen of them.

        Not if that calls what was given, or the primary may be some calls ahead.
        """
        contract, leads = self._sides.contract, self._sides.rust_leads
        if not self._may_look or contract.factory is None or self._sides.factory.roles:
            return False
        return leads or not contract.asynchronous

    def finish(self, call: ComparedCall) -> None:
        """Let the candidate do what was done, compare, and count the outcome.

        Raises nothing but an interruption that is meant for the caller.
        """
        share, context = self._share, self._context
        began = 0 if share.unlimited else perf_counter_ns()
        before, context.inside = context.inside, COMPARING
        try:
            self._finish(call)
        except Uncopied as why:
            self.leave(call, f"{call.operation.name}: {why}")
        except BaseException as error:
            if is_interruption(error):
                raise
            # A defect here is not to reach the caller, nor a panic where something is looked at.
            self.fail(call, error)
        finally:
            context.inside = before
            if call.exchange is not None:
                self._skip_nested(call.exchange)
            if not share.unlimited:
                share.spend(perf_counter_ns() - began)

    def finish_nested(self, call: ComparedCall) -> None:
        """Do that for a call that was made while a callable of another call ran."""
        self.finish(call)
        call.forget()

    def _skip_nested(self, exchange: Exchange) -> None:
        """Count the nested calls that the candidate did not reach."""
        for played in exchange.played:
            for _ in played.nested:
                reason = "inside a call that was not compared"
                self._reporter.count("skipped", reason, later=True)

    def leave(self, call: ComparedCall, reason: str) -> None:
        """Count a call as not compared; what it may have changed is not followed any more."""
        self._count(call, "skipped", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("a call before was not compared")

    def _count(self, call: ComparedCall, outcome: str, reason: str = "") -> None:
        """Count the outcome of a call, once."""
        if not call.counted:
            call.counted = True
            self._reporter.count(outcome, reason, later=call.put_off)

    def fail(self, call: ComparedCall, error: BaseException) -> None:
        """Count a call as not compared because of a defect of the shadow, which is logged once."""
        reason = f"{call.operation.name}: a defect of the shadow: {type(error).__name__}"
        if reason not in self._defects:
            self._defects.add(reason)
            _logger.warning("%s, and not compared", reason, exc_info=error)
        self.leave(call, reason)

    async def finish_awaited(self, call: ComparedCall) -> None:
        """Do the same for a call that is awaited, in the current task.

        Raises nothing but an interruption, and what cancels the task: then nothing is counted.
        """
        try:
            function = self._ready(call)
            if function is None:
                return
            with self._context.within_task(), comparing_task():
                await call.await_other(function, rust_leads=self._sides.rust_leads)
            with self._context.compared():
                self._conclude(call)
        except Uncopied as why:
            self.leave(call, f"{call.operation.name}: {why}")
        except Exception as error:
            if is_interruption(error):
                raise
            self.fail(call, error)  # a defect here is not to reach the caller

    def skip(self, operation: ComparedOperation, family: Family | None, reason: str) -> None:
        """Count a call that is not compared from its start."""
        self._reporter.count("skipped", reason)
        if family is not None and not (operation.harmless and not family.driven):
            family.lose("a call before was not compared")

    def _finish(self, call: ComparedCall) -> None:
        function = self._ready(call)
        if function is None:
            return
        stage = call.stage
        if stage is None:
            call.let_other(function)
        else:
            before, stage.call = stage.call, call
            try:
                call.let_other(function)
            finally:
                stage.call = before
        self._conclude(call)

    def _ready(self, call: ComparedCall) -> Callable[..., Any] | None:
        """Return what the candidate makes a call by; None if it does not, which is counted."""
        operation, family = call.operation, call.family
        if family is not None and family.lost is not None:
            self._count(call, "skipped", family.lost)
            return None
        broken = call.broken or (call.exchange is not None and call.exchange.broken)
        if broken:
            self.leave(call, f"{operation.name}: {broken}")
            return None
        function = self._other(call)
        if function is None:
            self._refused(call, f"it has no {operation.spec.name}")
        return function

    def _conclude(self, call: ComparedCall) -> None:
        """Compare what both sides did, and keep the call for later scripts."""
        family = call.family
        if family is not None and self._belonging is not None:
            family.apart |= call.apart
        self._judge(call)
        kept = call.made is not None or not call.harmless
        if kept and family is not None and family.journal is not None:
            family.keep(step_of(call))

    def _other(self, call: ComparedCall) -> Callable[..., Any] | None:
        """Return what the other side does it by; None if it has no such thing."""
        sides, operation = self._sides, call.operation
        if call.subject is not None:
            if sides.rust_leads:
                owner, python = call.owner
                return partial(python, owner)
            return operation.performed(call.subject.twin)
        if sides.rust_leads and call.owner is not None:  # of the class that callers hold
            made: Callable[..., Any] = call.owner
            return made
        if operation.makes:
            return sides.rust  # type: ignore[no-any-return]  # a class
        side = sides.python if sides.rust_leads else sides.rust
        name = operation.spec.name
        found: Callable[..., Any] | None = side if name == "__call__" else getattr(side, name, None)
        return found

    def _judge(self, call: ComparedCall) -> None:
        operation, family, sides = call.operation, call.family, self._sides
        if isinstance(call.other_raised, Unsupported) and not isinstance(call.raised, Unsupported):
            self._refused(call, str(call.other_raised))
            return
        if isinstance(call.other_raised if sides.rust_leads else call.raised, RecursionError):
            self.leave(call, f"{operation.name}: Python's stack was too deep")
            return
        if operation.gives is not None:
            self._pair(call)
        if self._surely_same(call):
            found = None
        else:
            comparison = self._comparison()
            found = call.difference(comparison, rust_leads=sides.rust_leads)
            if found is None and comparison.passed:
                self._passed(call, comparison.passed)
                return
        if found is None and family is not None:
            found = self._look(call, family)
        if found is None:
            self._count(call, "matched")
            return
        too_many = self._reporter.differs(call, found)
        call.counted = True
        if too_many and sides.demote():
            self._reporter.demoted()
        if not call.harmless and family is not None:
            family.lose("it differed before", differs=not family.apart)

    def _comparison(self) -> Comparison:
        """Return a comparison that ends, whatever it is given."""
        return Comparison(self._twins, iterates=False, longest=_LONGEST, paired=self._paired)

    def _passed(self, call: ComparedCall, what: str) -> None:
        """Count a call as not compared that gave `what`."""
        self._count(call, "skipped", f"{call.operation.name} gives {what}")
        runs = isinstance(call.value, Iterator) and type(call.value) not in _OVER_ITEMS
        if runs and call.family is not None and not call.harmless:
            # What it does when the caller goes through it may change the object, Python's alone.
            call.family.lose("a call before was not compared")

    def _pair(self, call: ComparedCall) -> None:
        """Let objects that both sides gave be twins."""
        if call.raised is not None or call.other_raised is not None:
            return
        mine, theirs = call.value, call.other_value
        if self._sides.rust_leads:
            if mine is theirs:  # it was an object that the caller has already
                return
            self._follow(call, theirs)
            if call.made is None:
                return
            mine, theirs = theirs, mine
            call.value = mine  # the caller gets the object that has a twin
        if call.made is None:
            return
        if call.made.twin is None:
            call.made.twin = theirs
            if self._belonging is not None:
                self._belonging.pair(call.made, mine)
        cls = type(mine)
        if cls not in self._twins and type(theirs) is not cls:
            seen = self._observer(call.made.kind, mine, theirs, _is_quick)
            for each in (cls, *originals_of(cls)[:1]):
                self._twins[each] = type(theirs), seen

    def _surely_same(self, call: ComparedCall) -> bool:
        """Return at once whether a common result is the same; no may be wrong."""
        value = call.value
        cls = type(value)
        return (
            cls is type(call.other_value) and cls in PLAIN and value == call.other_value
            and call.raised is None and call.other_raised is None
            and call.plain and call.operation.exact
            and (call.exchange is None or call.exchange.only_times)
        )  # fmt: skip

    def _look(self, call: ComparedCall, family: Family) -> Difference | None:
        """Compare what the program has seen of an object, after its 1st, 2nd, 4th, 8th… change.

        Nothing else is called: it may go through what has no end, or leave something in the object.
        """
        if call.harmless:
            if not (call.args or call.kwargs):
                family.asked.add((call.operation.owner, call.operation.spec.name))
            return None
        family.changes += 1
        if not self._looks:
            return None
        member = call.subject or call.made
        if family.changes & (family.changes - 1) or member is None:
            return None
        owner = call.value if call.subject is None else call.owner[0]
        asked = {name for kind, name in family.asked if kind == member.kind}
        if not asked:
            return None
        seen = self._observer(member.kind, owner, member.twin, lambda spec: spec.name in asked)
        mine, theirs = seen(owner), seen(member.twin)
        for name, each in list(mine.items()):
            if isinstance(each.raised, RecursionError):  # its stack is deeper than the twin's
                del mine[name]
                theirs.pop(name, None)
        return self._comparison().first("what can be seen", mine, theirs)

    def _observer(
        self, kind: str, mine: Any, theirs: Any, chosen: Callable[[OperationSpec], bool]
    ) -> Callable[[Any], dict[str, Any]]:
        """Return what shows what can be seen of two objects by the `chosen` operations."""
        contract = self._sides.contract
        others = {spec.name for spec in contract.observers(kind) if not chosen(spec)}
        return observer(contract, kind, type(theirs), others | kept_by_reading(type(mine)))

    def _refused(self, call: ComparedCall, reason: str) -> None:
        self._count(call, "refused", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("Rust refused a call before")


def _is_quick(spec: OperationSpec) -> bool:
    """Return whether an operation takes little time by all conventions."""
    return spec.kind == "property" or spec.name == "__repr__"


pass_unseen(globals())
