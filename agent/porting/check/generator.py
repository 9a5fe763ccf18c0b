"""Generates one script while it runs on both sides: its calls and their arguments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from agent.porting.check.aliasing import share
from agent.porting.check.costs import costs_of_this_process
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.interleaving import Interleaving
from agent.porting.check.keeping import Keeping
from agent.porting.check.operations import Move, ignore_call, swarm_of
from agent.porting.check.recipes import varied
from agent.porting.contract.terms import Effect
from agent.porting.script.statement import parse
from agent.porting.strategies.byte_source import Choices
from agent.porting.strategies.domain import (
    CLOCK,
    KEY_SLOTS,
    OBJECT_SLOT,
    VALUE_SLOTS,
    object_slot,
)
from agent.porting.strategies.pools import VALUES
from agent.porting.worlds.opening import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from agent.porting.check.budget import Budget
    from agent.porting.check.executor import Pair
    from agent.porting.check.operations import Drawing, Place, Setting, Watch
    from agent.porting.contract.reader import OperationSpec
    from agent.porting.script.statement import Line

__all__ = ["STEPS", "Run"]

STEPS = ["0.25", "0.5", "1e-09", "1.0", "0.0", "2.0", "0.25", "0.5", "1e6"]
"""By how many seconds the clock is moved."""

_TRIES = 6
"""How often a script tries to make its object, before it has none to go on with."""

_BEFORE = 9
"""Steps of the world before the object is made: fewer than this."""

_SURROUNDING = 0.3
"""Part of the steps that the world takes by itself, where it has any."""

_OBJECTS = 3
"""Objects of one contract or part that a script keeps at most."""

_ANOTHER = 0.5
"""Part of the scripts that make another object, where an operation takes one."""

_BYTES = 12
"""Bytes that decide a call: the operation, the object, and what each parameter is given."""

_FEWEST_BYTES = 6
_SPREAD = 1500
"""Bytes that decide a value: this many and up to 43 more, few more often than many."""

_ADVANCE = 16
"""Of 256 choices, those that move the clock."""

_LOOK = 20
"""Of 256 choices, those that only look: a look may set right what was put off."""

_WRITE = 12
"""Of 256 choices, those that set or delete a property, in scripts that do."""

_WRITING = 0.5
"""Part of the scripts that set and delete properties: it undoes what calls one by one lead to."""

_FIRST = 128
"""Of 256 choices, those of the first object: what befell one is more than what befell each."""

_GIVEN = 90
"""Of 256 choices, those that give an argument that has a default."""

_AS_BEFORE = 0.4
"""Part of the calls like one that returned, of what seldom does, that are no edit of it."""

_SHARED = 0.05
"""Part of the calls of which arguments are one object, where they can be."""

_IDLE = 12
"""Calls of Python on both sides, in a row, that end a script: they show what was handed over."""


class Run:
    """One script while it is drawn and run."""

    def __init__(  # noqa: PLR0913, PLR0917  # all that a run rests on
        self,
        drawing: Drawing,
        pair: Pair,
        setting: Setting,
        chance: Random,
        found: Callable[[list[str], Disagreement], bool],
        budget: Budget,
        watch: Watch = ignore_call,
        begun: Sequence[str] = (),
    ) -> None:
        self.lines: list[str] = []
        self.result: Any = None
        """What the last line returned; None if it raised."""
        self._drawing = drawing
        self._caller = drawing.caller
        self._pair = pair
        self._setting = setting
        self._chance = chance
        self._found = found
        self._budget = budget
        self._watch = watch
        self._begun = begun
        self._over = False
        self._hostile = any("{reenter}" in text for text, _ in setting.hostile)
        self._slots: dict[str, str] = {}
        self._hands: dict[int, list[str]] = {}
        self._alive: dict[str, list[str]] = {
            name: [] for name in drawing.caller.contract.everything
        }
        self._alive[WORLD] = [WORLD]
        self._made: Counter[str] = Counter()
        self._stateless = drawing.caller.contract.factory is None
        self._keeping = Keeping(drawing.iterating, pair, chance)
        writes = bool(drawing.writers) and chance.random() < _WRITING
        self._writers = drawing.writers if writes else []
        self._interleaving: Interleaving | None = None
        if drawing.caller.contract.asynchronous:
            self._interleaving = Interleaving(drawing.caller, chance, self._returns, self._another)

    def play(self, steps: int) -> None:
        """Make the object and make `steps` calls; look at all there is in the end."""
        self._start()
        swarm = self._chance.getrandbits(62)
        moves, looks = swarm_of(self._drawing.moves, swarm), self._drawing.looks
        surrounding = swarm_of(self._drawing.world_steps, swarm >> 1)
        self._beside = [
            move
            for move in moves
            if move.spec.calling != "plain" and move.spec.giving == "value" and move.gives is None
        ]
        for _ in range(steps):
            if self._over:
                return
            choice = self._chance.randbytes(_BYTES)
            if surrounding and self._chance.random() < _SURROUNDING:
                self._perform(self._chance.choice(surrounding), choice)
                continue
            if self._caller.has_clock and choice[3] < _ADVANCE:
                step = STEPS[choice[4] % len(STEPS)]
                self._do(parse(f"{CLOCK}.advance({step})"))
                continue
            if self._interleaving is not None and self._interleaving.goes_on():
                continue
            taking = self._keeping.step()
            if taking is not None:
                self._do(taking)
                continue
            kind = looks if looks and choice[5] < _LOOK else moves
            if self._writers and choice[6] < _WRITE:
                kind = self._writers
            self._perform(kind[int.from_bytes(choice[:2]) % len(kind)], choice)
        for line in self._keeping.rest():
            self._do(line)
        self._look_at_all()
        if self._interleaving is not None and not self._over:
            self._interleaving.end()
            self._look_at_all()

    @property
    def returned(self) -> bool:
        """Whether the last line returned, and the script goes on."""
        return not self._over and bool(self.lines) and not self._pair.raised(-1)

    def _look_at_all(self) -> None:
        for look in self._drawing.looks:
            for subject in self._alive[look.owner]:
                self._do(self._caller.call(look.spec, {}, subject))

    def _start(self) -> None:
        setting, caller = self._setting, self._caller
        self._take_values(setting.first_value)
        self._slots["{reenter}"] = setting.reenter[caller.contract.name]
        if self._begun:
            self._slots |= zip(KEY_SLOTS, setting.keys, strict=False)
            self._go_on()
            return
        if setting.environment:
            self._do(parse(setting.environment))
        if caller.has_clock:
            self._do(parse(caller.clock(setting.tick)))
        names = []
        for index, (expression, partner) in enumerate(setting.hostile):
            self._do(parse(self._filled(f"odd{index} = {expression}")))
            names += [f"odd{index}"] + ([partner] if partner else [])
        self._slots |= zip(KEY_SLOTS, names + setting.keys, strict=False)
        if self._drawing.world_steps:  # what is made may meet a world in which something happened
            for _ in range(self._chance.randrange(_BEFORE)):
                self._perform(
                    self._chance.choice(self._drawing.world_steps), self._chance.randbytes(_BYTES)
                )
        name = caller.contract.name
        self._alive[name].append(caller.subject)
        if caller.contract.factory is not None:
            self._make(caller.contract.factory)

    def _go_on(self) -> None:
        """Do what another script began with, and use the objects that it made."""
        for text in self._begun:
            self._do(parse(text))
        for name, kind in self._pair.kinds.items():
            if kind in self._alive:
                self._alive[kind].append(name)
                self._made[kind] += 1

    def _take_values(self, first: int) -> None:
        """Let the run use the values from `first` on, which repeat after the last."""
        values = (VALUES + VALUES)[first % len(VALUES) :]
        self._slots |= zip(VALUE_SLOTS, values, strict=False)

    def _make(self, factory: OperationSpec) -> None:
        """Make the object; in another way while the factory refuses; then maybe another object."""
        drawing, arguments = self._drawing, self._setting.arguments
        arguments = drawing.recipes.for_seldom(factory.name, self._chance) or arguments
        for attempt in range(1, _TRIES + 1):
            filled = {key: self._filled(text) for key, text in arguments.items()}
            if drawing.hints is not None:
                allows = drawing.allows(factory)
                filled = drawing.hints.propose(factory.name, filled, self._chance, allows)
            done = self._do(self._caller.make(filled))
            self._watch(factory.name, factory, filled)
            if self._over:
                return
            if done and not self._pair.raised(-1):
                self._make_another(filled)
                return
            arguments = self._otherwise(factory, attempt)
        self._over = True

    def _otherwise(self, factory: OperationSpec, attempt: int) -> dict[str, str]:
        """Return other arguments: fewer, with other values, or in the end those of a recipe."""
        recipe = None
        if attempt > _TRIES // 2:
            recipe = self._drawing.recipes.one(factory.name, self._chance)
        self._take_values(self._setting.first_value + attempt * len(VALUE_SLOTS))
        return recipe or {
            place.name: place.domain.write(Choices(self._chance.randbytes(_BYTES)))
            for place in self._drawing.places(factory)
            if place.required or place.driven
        }

    def _make_another(self, arguments: dict[str, str]) -> None:
        """Make another object now and then, if some operation takes one: of much the same."""
        if not self._drawing.relates or self._hostile or self._chance.random() >= _ANOTHER:
            return
        self._do(self._caller.make(varied(arguments, self._chance), 2))
        name = self._caller.contract.name
        if self.returned:
            self._alive[name].append(self._caller.named(name, 2))

    def _perform(self, move: Move, choice: bytes) -> None:
        """Do `move` to an object of its kind, which is made first where there is none."""
        alive = self._alive[move.owner]
        if not alive and not self._provide(move.owner, choice):
            return
        subject = alive[0 if choice[2] < _FIRST else choice[2] % len(alive)]
        arguments = self._chosen(move, choice)
        target = None
        if move.gives is not None:
            number = self._made[move.gives] % _OBJECTS + 1
            if move.gives == self._caller.contract.name:
                # The first is the one that the factory made. What hostile keys do to another object
                # than their own shows how often they were asked, which is undefined.
                number = 1 if self._hostile else number + 1
            target = self._caller.named(move.gives, number)
        if move.spec.asynchronous and self._interleaving is not None:
            if not self._interleaving.perform(move, subject, arguments, target):
                return
        else:
            kept = self._keeping.name_for(move.label) if target is None else None
            if len(arguments) > 1 and self._chance.random() < _SHARED:
                arguments = self._share(move.spec, arguments)
            self._do(self._caller.call(move.spec, arguments, subject, target or kept))
            self._keeping.note(move.label, self.result, kept)
        self._watch(move.label, move.spec, arguments)
        if target is None or move.gives is None or self._over or self._pair.raised(-1):
            return
        if self._pair.kinds.get(target) == move.gives:
            self._made[move.gives] += 1
            if target not in self._alive[move.gives]:
                self._alive[move.gives].append(target)

    def _another(self) -> tuple[OperationSpec, str, dict[str, str]] | None:
        """Draw an operation that can run beside another."""
        if not self._beside:
            return None
        choice = self._chance.randbytes(_BYTES)
        move = self._beside[int.from_bytes(choice[:2]) % len(self._beside)]
        alive = self._alive[move.owner]
        if not alive:
            return None
        subject = alive[0 if choice[2] < _FIRST else choice[2] % len(alive)]
        return move.spec, subject, self._chosen(move, choice)

    def _returns(self, line: Line) -> bool:
        """Run one line; return whether it returned, and the script goes on."""
        self._do(line)
        return self.returned

    def _provide(self, kind: str, choice: bytes) -> bool:
        """Make an object of a part by the first operation that gives one."""
        for owner, spec in self._caller.makers.get(kind, ()):
            if owner != kind and (self._alive[owner] or self._provide(owner, choice)):
                self._perform(Move(owner, spec, kind), choice)
                return bool(self._alive[kind])
        return False

    def _chosen(self, move: Move, choice: bytes) -> dict[str, str]:
        """Return the arguments of a call, of a few values that were written for the run."""
        chance, hints = self._chance, self._drawing.hints
        allows = self._drawing.allows(move.spec)
        recipe = self._drawing.recipes.for_seldom(move.label, chance)
        if recipe is not None:
            if hints is None or chance.random() < _AS_BEFORE:
                return recipe
            return hints.vary(move.label, recipe, chance, allows)
        arguments = {}
        for index, place in enumerate(self._drawing.places(move.spec)):
            byte = choice[3 + index % (_BYTES - 3)]
            if place.driven and byte % 2:
                arguments[place.name] = CLOCK
            elif place.required or byte < _GIVEN:
                text = self._value(place, byte, move.owner)
                if OBJECT_SLOT in text:
                    text = self._with_objects(text, choice)
                arguments[place.name] = text
        if hints is None or not arguments or move.owner == WORLD:
            return arguments
        arguments = hints.propose(move.label, arguments, chance, allows)
        if self._stateless and move.spec.effect is Effect.PURE:
            return hints.renew(move.label, arguments, chance, allows)
        return arguments

    def _share(self, spec: OperationSpec, arguments: dict[str, str]) -> dict[str, str]:
        """Let arguments be one object, which gets a name first, where they can be."""
        name = f"given{len(self.lines)}"
        line, arguments = share(arguments, self._drawing.allows(spec), name, self._chance)
        if line is not None:
            self._do(parse(line))
        return arguments

    def _value(self, place: Place, byte: int, owner: str) -> str:
        hand = self._hands.setdefault(id(place), [])
        if len(hand) < place.often:
            size = _FEWEST_BYTES + (byte := self._chance.getrandbits(8)) * byte // _SPREAD
            text = place.domain.write(Choices(self._chance.randbytes(size)))
            reenter = self._setting.reenter.get(owner, "None")  # the world's steps have none
            text = self._filled(text.replace("{reenter}", reenter))
            hand.append(text)
            return text
        return hand[byte % len(hand)]

    def _with_objects(self, text: str, choice: bytes) -> str:
        """Put objects that were made in this run where `text` asks for them."""
        for kind, alive in self._alive.items():
            slot = object_slot(kind)
            if slot in text:
                there = alive or (self._provide(kind, choice) and self._alive[kind])
                text = text.replace(slot, there[choice[1] % len(there)] if there else "None")
        return text

    def _filled(self, text: str) -> str:
        for slot, filling in self._slots.items():
            if slot in text:
                text = text.replace(slot, filling)
        return text

    def _do(self, line: Line) -> bool:
        """Run one line on both sides, unless it is avoided; return whether it was run."""
        self._over = self._over or self._budget.spent
        if self._over or costs_of_this_process().avoids(line.text):
            return False
        self.lines.append(line.text)
        before = self._pair.compared
        found = self.result = None
        try:
            self.result = self._pair.run(line).value
        except Disagreement as disagreement:
            found = disagreement
        if found is not None:  # not in the handler: it would become the context of what is raised
            self._over = not self._found(self.lines, found)
        self._budget.calls -= self._pair.compared - before
        self._over = self._over or self._pair.idle >= _IDLE
        return True
