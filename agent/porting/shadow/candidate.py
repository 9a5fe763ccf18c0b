"""The candidate: it repeats the primary's calls, and the outcomes are compared."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.check.executor import observer
from agent.porting.compare.by_type import PLAIN
from agent.porting.compare.comparison import Comparison
from agent.porting.shadow.copying import Uncopied
from agent.porting.shadow.scripts import step_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.difference import Difference
    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context, Exchange
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sampling import TimeShare
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Family

__all__ = ["Candidate"]

_logger = logging.getLogger("agent.shadow")


class Candidate:
    """Lets the side that does not answer do what was done, and compares the two.

    Args:
        sides: the two implementations.
        context: where each thread is.
        share: how much time comparing may take.
        reporter: counts the outcomes.
        follow: follows an object that Rust gave while it leads.
        looks: whether all that can be seen of two objects may be compared too.
    """

    def __init__(  # noqa: PLR0913  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        share: TimeShare,
        reporter: Reporter,
        *,
        follow: Callable[[ComparedCall, Any], None],
        looks: bool,
    ) -> None:
        self._sides = sides
        self._context = context
        self._share = share
        self._reporter = reporter
        self._follow = follow
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
        before, context.inside = context.inside, True
        try:
            self._finish(call)
        except Uncopied as why:
            self.leave(call, f"{call.operation.name}: {why}")
        except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
            self.fail(call, error)
        except BaseException:
            self.leave(call, "interrupted")
            raise
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
                self._reporter.count("skipped", "inside a call that was not compared")

    def leave(self, call: ComparedCall, reason: str) -> None:
        """Count a call as not compared; what it may have changed is not followed any more."""
        self._reporter.count("skipped", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("a call before was not compared")

    def fail(self, call: ComparedCall, error: Exception) -> None:
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
            with self._context.within_task():
                await call.await_other(function, rust_leads=self._sides.rust_leads)
            with self._context.within():
                self._conclude(call)
        except Uncopied as why:
            self.leave(call, f"{call.operation.name}: {why}")
        except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
            self.fail(call, error)

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
            self._reporter.count("skipped", family.lost)
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
        self._judge(call)
        family = call.family
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
        if operation.makes:
            made: Callable[..., Any] = call.owner if sides.rust_leads else sides.rust
            return made
        side = sides.python if sides.rust_leads else sides.rust
        name = operation.spec.name
        found: Callable[..., Any] | None = side if name == "__call__" else getattr(side, name, None)
        return found

    def _judge(self, call: ComparedCall) -> None:
        operation, family, sides = call.operation, call.family, self._sides
        if isinstance(call.other_raised, Unsupported) and not isinstance(call.raised, Unsupported):
            self._refused(call, str(call.other_raised))
            return
        if operation.gives is not None:
            self._pair(call)
        if self._surely_same(call):
            found = None
        else:
            comparison = Comparison(self._twins, iterates=False, parts=tuple(sides.contract.parts))
            found = call.difference(comparison, rust_leads=sides.rust_leads)
            if found is None and comparison.passed:
                self._reporter.count("skipped", f"{operation.name} gives an iterator or a view")
                return
        if found is None and self._looks and family is not None:
            found = self._look(call, family)
        if found is None:
            self._reporter.count("matched")
            return
        if self._reporter.differs(call, found) and sides.demote():
            self._reporter.demoted()
        if not call.harmless and family is not None:
            family.lose("it differed before", differs=True)

    def _pair(self, call: ComparedCall) -> None:
        """Let objects that both sides gave be twins."""
        if call.raised is not None or call.other_raised is not None:
            return
        mine, theirs = call.value, call.other_value
        if self._sides.rust_leads:
            self._follow(call, theirs)
            if call.made is None:
                return
            mine, theirs = theirs, mine
            call.value = mine  # the caller gets the object that has a twin
        if call.made is None:
            return
        if call.made.twin is None:
            call.made.twin = theirs
        cls = type(mine)
        if cls not in self._twins and type(theirs) is not cls:
            seen = observer(self._sides.contract, call.made.kind, type(theirs))
            self._twins[cls] = self._twins[cls.__bases__[0]] = type(theirs), seen

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
        """Compare all that can be seen of both objects, after the 1st, 2nd, 4th, 8th… change."""
        if call.harmless:
            return None
        family.changes += 1
        member = call.subject or call.made
        if family.changes & (family.changes - 1) or member is None:
            return None
        owner = call.value if call.subject is None else call.owner[0]
        comparison = Comparison(self._twins, parts=tuple(self._sides.contract.parts))
        seen = observer(self._sides.contract, member.kind, type(member.twin))
        return comparison.first("what can be seen", seen(owner), seen(member.twin))

    def _refused(self, call: ComparedCall, reason: str) -> None:
        self._reporter.count("refused", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("Rust refused a call before")
