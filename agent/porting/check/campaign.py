"""The parts of a parity check, each of which adds to the verdict."""

from __future__ import annotations

from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

from agent.porting.check.around import EVERYTHING, words_for
from agent.porting.check.boundary import edge_scripts
from agent.porting.check.budget import Budget
from agent.porting.check.confirm import confirm
from agent.porting.check.containment import keeps_domains, outside_domains
from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.disagreement import Disagreement, FirstDifference, note_unsteady, tried
from agent.porting.check.executor import Pair
from agent.porting.check.known_divergences import Excused, load_register, today
from agent.porting.check.memory import address_space_limited
from agent.porting.check.mutate_inputs import Variation
from agent.porting.check.operations import Drawing
from agent.porting.check.raises import RAISES
from agent.porting.check.second_look import SecondLook, stays
from agent.porting.check.shrink import shrunk
from agent.porting.check.verdict import Divergence, divergence, ignore_progress
from agent.porting.check.world import keeps_inside
from agent.porting.contract.terms import Effect
from agent.porting.script.store import load_corpus, load_examples
from agent.porting.strategies.call_writer import caller_of
from agent.porting.strategies.draws import redrawn_in
from agent.porting.worlds.guard import EffectStopped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from agent.porting.check.known_divergences import KnownDivergence
    from agent.porting.check.loading import Loaded, Reload
    from agent.porting.check.options import CheckOptions
    from agent.porting.check.verdict import Progress, Verdict
    from agent.porting.fallback.attribution import Refused

__all__ = ["Campaign"]

_ENOUGH = 20
"""Most differences of pure operations, or at the edges of domains, that are reported; further ones
would mostly repeat them."""

_ENOUGH_GUESSED = 300
"""The same for a guessed contract, where most differences are outside of any promise."""

_ENOUGH_OF_STATE = 3
"""Most drawn differences of operations with state, where one defect shows in many operations."""

_AGAIN = 3
"""How often the reference repeats a difference alone, to see whether it is deterministic."""


class Campaign:
    """A running check.

    Args:
        pair: the contract, the reference, and what is compared with it.
        verdict: the verdict to add to.
        options: what is compared, and for how long.
        reload: loads the pair in another process, where differences are confirmed.
        shrink: whether to look for shorter scripts, unless the check is to be brief.
        progress: is called with the verdict so far, from time to time and with each difference.
        refused: counts the calls that Rust did not serve itself, of a component that is partial.

    Raises:
        ContractError: the register of accepted divergences cannot be read.
    """

    def __init__(  # noqa: PLR0913  # each says one thing about the check
        self,
        pair: Loaded,
        verdict: Verdict,
        options: CheckOptions,
        *,
        reload: Reload | None = None,
        shrink: bool = True,
        progress: Progress = ignore_progress,
        refused: Refused | None = None,
    ) -> None:
        self.contract = pair.contract
        self.caller = caller_of(pair.contract)
        self.verdict = verdict
        self.options = options
        self.budget = Budget.of(options.seconds)
        """The time, and the drawn calls, that are left."""
        self.refused = refused
        self.sides: tuple[Any, Any] = pair.python, pair.rust
        """The reference, and what is compared with it."""
        self.register = load_register(options.register, verdict.component)
        self._guessed = options.guessed
        self._brief = options.brief
        self._shrink = shrink and not options.brief
        self._progress = progress
        self.reload = reload
        self.unconfirmed: set[tuple[str | None, ...]] = set()
        self.drawing = Drawing(self.caller, options.steps)
        self.second_look = SecondLook(self)
        self.ran: list[Sequence[str]] = []
        """Scripts that were run, but for most of those drawn."""
        self._excused = Excused()

    def pair(self, *counts: Any, closely: Collection[str] = ()) -> Pair:
        """Return a fresh pair."""
        unsteady = self.verdict.unsteady
        return Pair(self.contract, *self.sides, *counts, unsteady=unsteady, closely=closely)

    @contextmanager
    def part(self, name: str, share: float = 1.0) -> Iterator[None]:
        """Do a part of the check within the ``with`` block, in a share of the time left.

        The verdict says which part is being done, and which of them the time ended.
        """
        self.verdict.part = name
        self.report()
        with self.budget.part(share):
            yield
        if self.budget.cut:
            self.verdict.bounded.append(name)

    def examine_register(self) -> None:
        """Note the entries of the register that have expired or no longer occur."""
        for entry in self.register:
            if self.budget.late:
                return
            if entry.expires < today():
                self.verdict.outdated.append(f"{entry} expired on {entry.expires}")
                continue
            found = self._last(list(entry.script), EVERYTHING)
            if found is None or not entry.covers(found):
                self.verdict.outdated.append(f"{entry} no longer occurs: its script shows none")
            else:
                self.verdict.registered[str(entry)] += 1

    def replay_examples(self) -> None:
        """Run the pinned examples, and scripts of another source, such as a shadow ledger."""
        folder, others = self.options.folder, self.options.scripts
        pinned = load_examples(folder) if folder is not None else []
        examples = [(each.lines, str(each.path)) for each in pinned]
        for lines, example in [*examples, *((list(lines), None) for lines in others)]:
            if self.budget.late:
                return
            self.run(lines, example=example, closely=EVERYTHING)

    def replay_corpus(self, folder: Path | None, calls: int) -> None:
        """Run the recorded scripts, then about as many `calls` of variations of them.

        These keep inside of a contract that is a guess: only recorded calls prove it wrong.
        """
        scripts = load_corpus(folder) if folder is not None else []
        verdict = self.verdict
        before = verdict.examples
        for script in scripts:
            if self.over:
                return
            self.run(script)
        verdict.recorded = verdict.examples - before
        for argument in outside_domains(scripts, self.contract) if not self._guessed else ():
            verdict.doubts.append(f"recorded, but outside what the contract allows: {argument}")
        variation = Variation(scripts, self.caller)
        chance = Random(verdict.seed)  # noqa: S311  # drawn, not secret
        before = verdict.examples
        for _ in range(calls if scripts else 0):  # of which some may compare nothing
            if verdict.varied >= calls or self.drawn_enough:
                break
            script = variation.script(chance)
            if not self._guessed or not outside_domains([script], self.contract):
                self.run(script)
            verdict.varied = verdict.examples - before

    def try_edges(self) -> None:
        """Run what is at the edges of each parameter's domain, and just outside.

        What is outside of a guessed domain is left to `try_beyond`.
        """
        for script in edge_scripts(self.caller):
            if self.over or len(self._of_contract) >= self._enough:
                return
            if script.refused is not None and self._guessed:
                continue
            pair = self.run(script.lines)
            if pair is None or script.refused is None:
                continue
            if not pair.raised(script.refused):
                shown = "accepted what the contract does not allow"
                lines = script.lines[: script.refused + 1]
                found = Divergence(lines, lines[-1], None, "domain", shown, shown, (shown, shown))
                self.add(found)

    def try_beyond(self) -> None:
        """Run values just outside of guessed domains, which no side has to refuse.

        What is far outside may take a side that does not refuse all memory, or for ever.
        """
        for script in edge_scripts(self.caller):
            if self.over or len(self.verdict.beyond) >= self._enough:
                return
            if script.refused is not None and not script.far:
                self.run(script.lines, beyond=script.refused)

    def run(
        self,
        lines: list[str],
        example: str | None = None,
        beyond: int | None = None,
        closely: Collection[str] = (),
    ) -> Pair | None:
        """Run a script on both sides; return the pair, or None if it was ended before its end.

        `beyond` is the line whose arguments are outside of a guessed domain.
        """
        self.ran.append(lines)
        did: list[str] = []
        with self.pair(self.verdict.reach, self.refused, closely=closely) as pair:
            for index, line in enumerate(lines):
                if self.budget.late:
                    return None
                if costs_of_this_process().avoids(line):
                    continue
                did.append(line)
                found = tried(pair, line)
                if found is not None and not self.meet(
                    list(did), found, example=example, beyond=index == beyond
                ):
                    return None
        self.verdict.redrawn.update(redrawn_in(lines))
        self.verdict.doubts += [text for text in pair.lost if text not in self.verdict.doubts]
        self.second_look.after(did, pair.around.changed - set(closely))
        self.report()
        return pair if len(did) == len(lines) else None

    @property
    def over(self) -> bool:
        """Whether nothing new may be started."""
        return self.budget.spent or (self._brief and bool(self.verdict.divergences))

    @property
    def drawn_enough(self) -> bool:
        """Whether drawing more would only repeat what was found."""
        found = self._of_contract
        of_state = sum(not self._is_pure(each.operation) for each in found)
        enough_of_state = _ENOUGH if self._guessed else _ENOUGH_OF_STATE
        return self.over or len(found) >= self._enough or of_state >= enough_of_state

    @property
    def _of_contract(self) -> list[Divergence]:
        """The differences in what the contract lists."""
        return [each for each in self.verdict.divergences if each.topic is None]

    @property
    def _enough(self) -> int:
        return _ENOUGH_GUESSED if self._guessed else _ENOUGH

    def meet(self, lines: list[str], found: Disagreement, **more: Any) -> bool:
        """Note a difference; return whether the script may go on as if there was none.

        `more` are fields of the divergence: the `example` it comes from, whether it is `beyond`.
        """
        harmless = self._is_harmless(lines, found)
        if address_space_limited() and isinstance(found.python.raised, MemoryError):
            costs_of_this_process().learn(found.line, "more memory than a check may take")
            return harmless
        entry = self._entry_of(found)
        if entry is not None:
            self.verdict.registered[str(entry)] += 1
            self._excused.add(lines)
            return True
        new = divergence(lines, found, **more)
        if self._is_mere_wording(new) or self._knows(new) or self._follows_from_excused(lines, new):
            return harmless
        if not self._shrink:
            self.add(new)
            return harmless and not self._brief
        if self._is_unsteady(lines, new) or not stays(new, self._last):
            return harmless
        self.add(new if new.example is not None or new.beyond else self._shortest(new))
        return harmless

    def add(self, new: Divergence) -> None:
        """Add a difference to the verdict, unless one of its kind is there.

        Raises `FirstDifference` where the check is to stop at that.
        """
        if self._knows(new):
            return
        self._like(new).append(new)
        self.report()
        if self.options.fail_fast:
            confirm(self)
            if self.verdict.divergences:
                raise FirstDifference

    def report(self) -> None:
        """Report the verdict so far."""
        self._progress(self.verdict)

    def _is_pure(self, operation: str | None) -> bool:
        """Return whether a difference in `operation` cannot change what follows.

        A function without a contract is taken to keep no state.
        """
        if self._guessed and self.contract.factory is None and not self.contract.parts:
            return True
        owner, _, name = (operation or "").rpartition(".")
        part = self.contract.everything.get(owner, self.contract)
        spec = part.operations.get(name or "__call__")
        return spec is not None and spec.effect is Effect.PURE

    def _is_harmless(self, lines: list[str], found: Disagreement) -> bool:
        """Return whether a difference is not known to change what follows.

        Foreign pairs often give objects of other classes, and word their exceptions otherwise,
        which is to hide nothing else.
        """
        new = divergence(lines, found)
        mere = new.of_types or new.sort == "wording"
        alike = new.beside or found.difference.where == RAISES  # on both sides
        return alike or self._is_pure(found.operation) or (self._guessed and mere)

    def _is_mere_wording(self, new: Divergence) -> bool:
        """Return whether two exceptions differ only in what need not agree."""
        return new.sort == "wording" and (new.beyond or self.contract.wording is not None)

    def _entry_of(self, found: Disagreement) -> KnownDivergence | None:
        return next((entry for entry in self.register if entry.covers(found)), None)

    def _follows_from_excused(self, lines: list[str], new: Divergence) -> bool:
        """Return whether a difference vanishes without the lines whose difference is accepted."""
        without = self._excused.left_out(lines)
        if without is None:
            return False
        again = self._last(without)
        return again is None or divergence(without, again).kind != new.kind

    def _knows(self, new: Divergence) -> bool:
        known = any(new.kind == other.kind for other in self._like(new))
        return known or new.kind in self.unconfirmed

    def _like(self, new: Divergence) -> list[Divergence]:
        """Return the part of the verdict that `new` belongs to."""
        return self.verdict.beyond if new.beyond else self.verdict.divergences

    def _shortest(self, new: Divergence) -> Divergence:
        """Return the difference with its script made as short as it gets."""
        closely = words_for(new.where)
        keeps = [keeps_inside(self.contract, new.script)]
        if self._guessed:  # a guess may refuse what is outside, or not
            keeps.append(keeps_domains(self.contract, new.script))

        def shows(lines: list[str]) -> bool:
            found = self._last(lines, closely) if all(kept(lines) for kept in keeps) else None
            return (
                found is not None
                and divergence(lines, found, beyond=new.beyond).kind == new.kind
                and self._entry_of(found) is None
            )

        if not shows(new.script):
            return Divergence(**{**vars(new), "repeats": False})
        short = shrunk(new.script, shows, self.budget.deadline, self.caller.draws.simpler)
        found = self._last(short, closely)
        return new if found is None else divergence(short, found, beyond=new.beyond)

    def _last(self, lines: list[str], closely: Collection[str] = ()) -> Disagreement | None:
        """Run `lines` and return the difference of the last, if no earlier one could cause it.

        A difference in an operation other than the last line's, unless pure or accepted, could be.
        """
        last = len(lines) - 1
        with self.pair(closely=closely) as pair:
            for index, line in enumerate(lines):
                try:
                    found = tried(pair, line)
                except (Exception, EffectStopped):  # noqa: BLE001  # cut wrongly: it shows nothing
                    return None
                if found is None:
                    continue
                if index == last:
                    return found
                if not self._is_harmless(lines, found) and self._entry_of(found) is None:
                    return None
        return None

    def _is_unsteady(self, lines: list[str], new: Divergence) -> bool:
        """Return, and note, whether the reference differs from itself in the same operation."""
        sides = [self.sides[0]] * 2
        more: Any = {"unsteady": self.verdict.unsteady, "closely": words_for(new.where)}
        for _ in range(_AGAIN):
            with Pair(self.contract, sides[0], sides[1], **more) as pair:
                found = next(filter(None, (tried(pair, line) for line in lines)), None)
            if found is None or found.operation != new.operation or new.operation is None:
                continue
            note_unsteady(self.verdict.unsteady, found)
            return True
        return False
