"""The side that is compared: does what was done, and what came of it is judged and noted."""

from __future__ import annotations

import logging
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.check.executor import observer
from agent.porting.compare.by_type import PLAIN
from agent.porting.compare.comparison import Comparison
from agent.porting.shadow.copying import Uncopied
from agent.porting.shadow.scripts import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.compare.difference import Difference
    from agent.porting.shadow.call import Call
    from agent.porting.shadow.sides import Beside
    from agent.porting.shadow.twins import Family

__all__ = ["Judge"]

_logger = logging.getLogger("agent.shadow")


class Judge:
    """Compares the calls of one component."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._twins: dict[type, tuple[type, Callable[[Any], dict[str, Any]]]] = {}
        """The classes that stand for each other."""
        self._defects: set[str] = set()
        """Those that were logged."""

    def finish(self, call: Call) -> None:
        """Let the other side do what was done, compare, and note what came of it.

        Raises nothing but an interruption that is meant for the caller.
        """
        budget, context = self._beside.budget, self._beside.context
        began = 0 if budget.unlimited else perf_counter_ns()
        before, context.inside = context.inside, True
        try:
            self._finish(call)
        except Uncopied as why:
            self.leave(call, f"{call.plan.name}: {why}")
        except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
            self.fail(call, error)
        except BaseException:
            self.leave(call, "interrupted")
            raise
        finally:
            context.inside = before
            for played in call.played:
                for _ in played.nested:  # which the other side never came to
                    self._beside.notes.count("skipped", "inside a call that was not compared")
            if not budget.unlimited:
                budget.spend(perf_counter_ns() - began)

    def leave(self, call: Call, reason: str) -> None:
        """Note that a call is not compared; what it may have changed is not followed any more."""
        self._beside.notes.count("skipped", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("a call before was not compared")

    def fail(self, call: Call, error: Exception) -> None:
        """Note that a call is not compared for a defect of what compares, which is logged once."""
        reason = f"{call.plan.name}: a defect of the shadow: {type(error).__name__}"
        if reason not in self._defects:
            self._defects.add(reason)
            _logger.warning("%s, and not compared", reason, exc_info=error)
        self.leave(call, reason)

    def _finish(self, call: Call) -> None:
        plan, family = call.plan, call.family
        if family is not None and family.lost is not None:
            self._beside.notes.count("skipped", family.lost)
            return
        if call.broken is not None:
            self.leave(call, f"{plan.name}: {call.broken}")
            return
        function = self._other(call)
        if function is None:
            self._refused(call, f"it has no {plan.spec.name}")
            return
        stage = call.stage
        before, stage.call = stage.call, call
        try:
            call.let_other(function)
        finally:
            stage.call = before
        self._judge(call)
        kept = call.made is not None or not call.harmless
        if kept and family is not None and family.journal is not None:
            family.keep(Step(call))

    def _other(self, call: Call) -> Callable[..., Any] | None:
        """Return what the other side does it by; None if it has no such thing."""
        beside, plan = self._beside, call.plan
        if call.subject is not None:
            if beside.rust_leads:
                owner, python = call.owner
                return partial(python, owner)
            return plan.performed(call.subject.twin)
        if plan.makes:
            made: Callable[..., Any] = call.owner if beside.rust_leads else beside.rust
            return made
        side = beside.python if beside.rust_leads else beside.rust
        name = plan.spec.name
        found: Callable[..., Any] | None = side if name == "__call__" else getattr(side, name, None)
        return found

    def _judge(self, call: Call) -> None:
        plan, family, beside = call.plan, call.family, self._beside
        if isinstance(call.other_raised, Unsupported) and not isinstance(call.raised, Unsupported):
            self._refused(call, str(call.other_raised))
            return
        if plan.gives is not None:
            self._pair(call)
        if self._surely_same(call):
            found = None
        else:
            comparison = Comparison(self._twins, iterates=False, parts=tuple(beside.contract.parts))
            found = call.difference(comparison, rust_leads=beside.rust_leads)
            if found is None and comparison.passed:
                beside.notes.count("skipped", f"{plan.name} gives an iterator or a view")
                return
        if found is None and beside.looks and family is not None:
            found = self._look(call, family)
        if found is None:
            beside.notes.count("matched")
            return
        if beside.notes.differs(call, found):
            beside.demote()
        if not call.harmless and family is not None:
            family.lose("it differed before", differs=True)

    def _pair(self, call: Call) -> None:
        """Let objects that both sides gave be twins."""
        if call.raised is not None or call.other_raised is not None:
            return
        mine, theirs = call.value, call.other_value
        if self._beside.rust_leads:
            self._beside.follow(call, theirs)
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
            seen = observer(self._beside.contract, call.made.kind, type(theirs))
            self._twins[cls] = self._twins[cls.__bases__[0]] = type(theirs), seen

    def _surely_same(self, call: Call) -> bool:
        """Tell at once whether a common result is the same; no may be wrong."""
        value = call.value
        cls = type(value)
        return (
            cls is type(call.other_value) and cls in PLAIN and value == call.other_value
            and call.raised is None and call.other_raised is None
            and call.plain and call.plan.exact and call.wrong is None and not call.played
        )  # fmt: skip

    def _look(self, call: Call, family: Family) -> Difference | None:
        """Compare all that can be seen of both objects, after the 1st, 2nd, 4th, 8th… change."""
        if call.harmless:
            return None
        family.changes += 1
        member = call.subject or call.made
        if family.changes & (family.changes - 1) or member is None:
            return None
        owner = call.value if call.subject is None else call.owner[0]
        comparison = Comparison(self._twins, parts=tuple(self._beside.contract.parts))
        seen = observer(self._beside.contract, member.kind, type(member.twin))
        return comparison.first("what can be seen", seen(owner), seen(member.twin))

    def _refused(self, call: Call, reason: str) -> None:
        self._beside.notes.count("refused", reason)
        if call.family is not None and not call.harmless:
            call.family.lose("Rust refused a call before")
