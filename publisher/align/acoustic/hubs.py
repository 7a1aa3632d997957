"""The place between turns for sound that is not in the text, and the jumps over text that is not in the sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import NEVER, Chain
from publisher.align.acoustic.phones import SILENCE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

FROM_TEXT, TO_SILENCE, TO_PHONE = 1, 2, 4
"""A hub came from the text; the path went on from it to the silence of its turn, or to the first phone."""


@dataclass(frozen=True, slots=True)
class Hubs:
    """What the sound between turns costs.

    Attributes:
        score: Of each frame as sound that is not in the text.
        enter: What it costs to leave the text.
        jump: What it costs to leave out one turn or several in a row.
        turn: For each turn what its leaving out adds to that.
    """

    score: Floats
    enter: float
    jump: float
    turn: Floats


class Side:
    """The best scores of the hubs, frame by frame, with the way back.

    There is a hub before each turn of the chain and one at the end; hub `k` lies before state `chain.first[k]`.
    """

    def __init__(self, chain: Chain, hubs: Hubs, scores: Floats) -> None:
        import numpy as np

        self._hubs, self._first, self._scores = hubs, chain.first, scores
        self._opening = chain.column[np.minimum(chain.first + 1, chain.size - 1)]
        self._number_of = {state: number for number, state in enumerate(chain.first.tolist())}
        self._states: list[int] = chain.first.tolist()
        self._climb = np.concatenate(([0.0], np.cumsum(hubs.turn))).astype(np.float32)
        self._numbers = np.arange(len(chain.first))
        self.best = np.full(len(chain.first), NEVER, dtype=np.float32)
        self.best[0] = 0
        self._length = 1
        self._ranges: list[tuple[int, int]] = []
        self._entered: list[npt.NDArray[np.uint8]] = []
        self._origin: list[npt.NDArray[np.int16]] = []

    def begin(self, low: int, high: int, length: int) -> None:
        """Come to a block of so many frames in which the states are from `low` to `high`."""
        import numpy as np

        first, last = (int(place) for place in np.searchsorted(self._first, (low, high)))
        self.best[:first] = NEVER
        self._length = self._length if self._ranges else length
        self._here = slice(first, last)
        self._silence = self._first[first:last] - low + 2
        self._is_cut = bool(last > first and self._first[last - 1] + 1 >= high)
        self._following = np.minimum(self._silence + 1, high - low + 1)
        self._ranges.append((first, last))
        self._entered.append(np.zeros((length, last - first), dtype=np.uint8))
        self._origin.append(np.zeros((length, last - first), dtype=np.int16))

    def advance(self, frame: int, before: Floats, after: Floats) -> None:
        """Go on by one frame.

        Args:
            frame: Its number.
            before: The scores of the states before it: those of the block after two that lie before them.
            after: Likewise after it; what comes from hubs is put in.
        """
        import numpy as np

        here, states, following = self._here, self._silence, self._following
        if not len(states):
            return
        text = before[states - 1] - self._hubs.enter
        if here.start == 0 and frame:
            text[0] = NEVER
        row = self._scores[frame]
        waiting = self.best[here]
        silent = waiting + row[SILENCE]
        aloud = waiting + row[self._opening[here]]
        to_silence = silent > after[states]
        after[states] = np.maximum(after[states], silent)
        if self._is_cut:
            aloud[-1] = NEVER
        to_phone = aloud > after[following]
        after[following] = np.maximum(after[following], aloud)
        left_text = text > waiting
        level = np.maximum(waiting, text) + self._hubs.score[frame] + self._climb[here]
        top = np.maximum.accumulate(level)
        numbers = self._numbers[here]
        source = np.maximum.accumulate(np.where(top > level, 0, numbers))
        jumped = top - self._hubs.jump > level
        self.best[here] = np.where(jumped, top - self._hubs.jump, level) - self._climb[here]
        place = frame % self._length
        self._entered[-1][place] = left_text * FROM_TEXT + to_silence * TO_SILENCE + to_phone * TO_PHONE
        self._origin[-1][place] = np.where(jumped, numbers - source, 0)

    def before(self, frame: int, number: int) -> tuple[int, int]:
        """The hub at which a path in a hub was before it jumped, and the state, or hub as -1 - k, before that."""
        block, place = divmod(frame, self._length)
        low = self._ranges[block][0]
        number -= int(self._origin[block][place, number - low])
        if self._entered[block][place, number - low] & FROM_TEXT:
            return number, self._states[number] - 1
        return number, -1 - number

    def source(self, frame: int, state: int) -> int:
        """The hub from which a path comes to a state; -1 when it comes from the row."""
        for at, flag in ((state, TO_SILENCE), (state - 1, TO_PHONE)):
            number = self._number_of.get(at, -1)
            if number < 0:
                continue
            block, place = divmod(frame, self._length)
            low, high = self._ranges[block]
            if low <= number < high and self._entered[block][place, number - low] & flag:
                return number
        return -1

    def top(self) -> float:
        """The best score of a hub."""
        return float(self.best.max())

    def lower(self, by: float) -> None:
        """Take from all scores, so that they do not grow without end."""
        self.best -= by
