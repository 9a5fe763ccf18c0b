"""A search that takes time linear in the text, whatever the expression.

It goes through a text twice. Backwards, an automaton computes for every position which nodes of the
expression can still lead to a match from there. Forwards, a match follows at each choice the first
option that can, as a backtracking engine would after it had tried the others in vain (Frisch and
Cardelli, 2004). The automaton's states are made when they are first needed, so that one character
usually costs one look-up.
"""

from __future__ import annotations

import re
from functools import reduce
from itertools import accumulate, compress, count
from operator import attrgetter, getitem
from typing import TYPE_CHECKING

from agent.components.text.syntax import Anchor, Choice, Node, Repeat, Sequence, Single

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Automaton"]

_MATCH = 0
"""The node at which a match ends."""

_BLOCK = 4096
"""The number of characters whose states are in memory together."""

_ROOM = 20_000
"""The number of transitions that are remembered."""

_BEGINS = attrgetter("begins")


class _State(dict[str, "_State"]):
    """What may follow at a position: by the character before it, the state before that."""

    __slots__ = ("_automaton", "before", "begins", "live")

    def __init__(self, automaton: Automaton, live: int) -> None:
        self._automaton = automaton
        self.live = live
        """The nodes that lead to a match, as bits."""
        self.before = automaton.leading_to(live)
        """The characters and sets that one of these nodes follows, as bits."""
        self.begins = bool(live >> automaton.entry & 1)
        """Whether a match begins here."""

    def __missing__(self, character: str) -> _State:
        return self._automaton.step(self, character)


class Automaton:
    """Finds the matches of an expression.

    Its nodes are numbers. One node follows each character and set; a choice or an anchor has
    options. An option is a character or set, or has a smaller number than its choice.
    """

    def __init__(self, tree: Node) -> None:
        self._following = [_MATCH]
        self._options: list[tuple[int, ...]] = [()]
        self._anchors = {r"\A": 0, r"\Z": 0}
        """The choices that are an anchor of this kind, as bits."""
        self._sets: dict[str, int] = {}
        """The nodes of each character and set, as bits."""
        self.entry = self._add(tree, _MATCH)
        self._choices = [  # and their options, as bits
            (1 << node, sum(1 << option for option in set(options)))
            for node, options in enumerate(self._options)
            if options
        ]
        self._anchored = self._anchors[r"\A"] | self._anchors[r"\Z"]
        self._tests = [(re.compile(one).match, nodes) for one, nodes in self._sets.items()]
        self._singles = sum(self._sets.values())
        # Most characters are followed by the node that was added before them.
        self._next_to, self._apart = 0, dict[int, int]()
        for node, following in enumerate(self._following):
            if node == _MATCH or self._options[node]:
                continue
            if following == node - 1:
                self._next_to |= 1 << node
            else:
                self._apart[following] = self._apart.get(following, 0) | 1 << node
        self._states: dict[int, _State] = {}
        self._forget()

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each match, from left to right."""
        node, start, free = None, 0, 0
        for offset, states in self._blocks(text):
            starts = compress(count(offset), map(_BEGINS, states))
            while True:
                if node is None:
                    start = next((place for place in starts if place >= free), -1)
                    if start < 0:
                        break
                    node, free = self.entry, start
                node, stop = self._follow(node, states, free - offset)
                free = offset + stop
                if node != _MATCH:
                    break
                yield start, free
                node = None

    def leading_to(self, live: int) -> int:
        """Return the characters and sets that one of the given nodes follows, as bits."""
        before = live << 1 & self._next_to
        for following, nodes in self._apart.items():
            if live >> following & 1:
                before |= nodes
        return before

    def step(self, state: _State, character: str) -> _State:
        """Return the state before a character that a state follows, and remember it."""
        if self._remembered >= _ROOM:
            self._forget()
        nodes = self._matching.get(character)
        if nodes is None:
            nodes = sum(nodes for matches, nodes in self._tests if matches(character))
            self._matching[character] = nodes
        following = state[character] = self._state(state.before & nodes)
        self._remembered += 1
        return following

    def _follow(self, node: int, states: list[_State], place: int) -> tuple[int, int]:
        """Follow a match from a place to its end, or to the end of the block."""
        every, following = self._options, self._following
        for at in range(place, len(states)):
            live = states[at].live
            while options := every[node]:
                for option in options:
                    if live >> option & 1:
                        node = option
                        break
            if node == _MATCH:
                return node, at
            node = following[node]
        return node, len(states)

    def _blocks(self, text: str) -> Iterator[tuple[int, list[_State]]]:
        """Yield for each block of a text where it begins and the states at its positions.

        The states of a block are computed again when it is due, so that memory for them does not
        grow with the text.
        """
        state = self._state(0, self._anchors[r"\Z"])
        edges = [state]
        for offset in range((len(text) - 1) // _BLOCK * _BLOCK, 0, -_BLOCK):
            state = reduce(getitem, reversed(text[offset : offset + _BLOCK]), state)
            edges.append(state)
        for offset in range(0, len(text), _BLOCK):
            block = reversed(text[offset : offset + _BLOCK])
            states = list(accumulate(block, getitem, initial=edges.pop()))
            states.reverse()
            if offset == 0:
                states[0] = self._state(states[0].live & self._singles, self._anchors[r"\A"])
            if edges:
                states.pop()  # it is the first one of the next block
            yield offset, states

    def _state(self, singles: int, anchors: int = 0) -> _State:
        """Return the state of the given characters and sets where the given anchors hold."""
        live = 1 << _MATCH | singles
        closed = self._anchored & ~anchors
        for choice, options in self._choices:
            if live & options and not choice & closed:
                live |= choice
        state = self._states.get(live)
        if state is None:
            state = self._states[live] = _State(self, live)
        return state

    def _forget(self) -> None:
        """Forget all states, so that memory for them does not grow with the text."""
        states, self._states = self._states, {}
        self._matching: dict[str, int] = {}
        self._remembered = 0
        for state in list(states.values()):
            state.clear()

    def _add(self, tree: Node, following: int) -> int:
        """Add the nodes of a tree before a node; return the first of them."""
        match tree:
            case Single():
                node = self._choose(())
                self._following[node] = following
                self._sets[tree.source] = self._sets.get(tree.source, 0) | 1 << node
                return node
            case Anchor():
                node = self._choose((following,))
                self._anchors[tree.source] |= 1 << node
                return node
            case Choice():
                return self._choose([self._add(option, following) for option in tree.options])
            case Sequence():
                return self._add_all(tree.parts, following)
            case Repeat():
                return self._add_repeat(tree, following)

    def _add_all(self, parts: Iterable[Node], following: int) -> int:
        for part in reversed(tuple(parts)):
            following = self._add(part, following)
        return following

    def _add_repeat(self, tree: Repeat, following: int) -> int:
        def more(body: int, enough: int) -> tuple[int, int]:
            return (body, enough) if tree.greedy else (enough, body)

        written = tree.fewest
        if tree.most is None:
            loop = self._choose(())
            body = self._add_all(tree.body, loop)
            self._options[loop] = more(body, following)
            following = body if written else loop
            written = max(written - 1, 0)
        else:
            enough = following
            for _ in range(tree.most - tree.fewest):
                following = self._choose(more(self._add_all(tree.body, following), enough))
        for _ in range(written):
            following = self._add_all(tree.body, following)
        return following

    def _choose(self, options: Iterable[int]) -> int:
        """Add a node with options; return it."""
        self._options.append(tuple(options))
        self._following.append(_MATCH)
        return len(self._options) - 1
