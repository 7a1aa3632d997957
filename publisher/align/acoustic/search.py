"""The most likely path of a recording through the phones of a talk (Viterbi).

The states stand in a row: before each word a silence that may be left out, then its phones. Before each turn, and after
the last, there may be a hub: the place for sound that is not in the text. From a hub the path goes on with its turn or,
at a cost, jumps over turns that nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher.align.acoustic.phones import SILENCE, Script

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Octets = npt.NDArray[np.uint8]

NEVER = -1e30
_REBASE = 256

FROM_TEXT, TO_SILENCE, TO_PHONE = 1, 2, 4
"""A hub came from the text; the path went on from it to the silence of its turn, or to the first phone."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The states of a talk.

    Attributes:
        column: For each state its column among the scores.
        bypass: For each what it costs to come to it past the state before it.
        phone: For each state the phone of the script that it stands for, or before which it is silent.
        first: The first state, a silence, of each turn that can be spoken; then the silence at the very end.
        turn: The index of each such turn.
    """

    column: Integers
    bypass: Floats
    phone: Integers
    first: Integers
    turn: Integers

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.column)


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


@dataclass(frozen=True, slots=True)
class Band:
    """For each frame the first state that it may be in, and the one after the last; neither goes back."""

    low: Integers
    high: Integers


def chain_of(script: Script) -> Chain:
    """The states of a script."""
    import numpy as np

    column: list[int] = []
    phone: list[int] = []
    first: list[int] = []
    turns = [turn for turn, (low, high) in enumerate(pairwise(script.bounds.tolist())) if high > low]
    opening = {int(script.bounds[turn]) for turn in turns}
    for place, (number, opens) in enumerate(zip(script.phone.tolist(), script.opens.tolist(), strict=True)):
        if place in opening:
            first.append(len(column))
        if opens or place in opening:
            column.append(SILENCE)
            phone.append(place)
        column.append(number)
        phone.append(place)
    first.append(len(column))
    columns = np.array([*column, SILENCE], dtype=np.int64)
    after_silence = np.concatenate(([False], columns[:-1] == SILENCE))
    bypass = np.where(after_silence, 0.0, NEVER).astype(np.float32)
    phones = np.array([*phone, len(script.phone)], dtype=np.int64)
    return Chain(columns, bypass, phones, np.array(first, dtype=np.int64), np.array(turns, dtype=np.int64))


def everywhere(chain: Chain, frames: int) -> Band:
    """No limits."""
    import numpy as np

    return Band(np.zeros(frames, dtype=np.int64), np.full(frames, chain.size, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Path:
    """A way through a recording.

    Attributes:
        state: The state of each frame; -1 - k at the hub before the k-th turn of the chain.
        score: Logarithm of its likelihood.
    """

    state: Integers
    score: float


def best_path(scores: Floats, chain: Chain, band: Band, hubs: Hubs | None = None) -> Path:
    """Find the most likely path from the first state to the last.

    Args:
        scores: Log-likelihoods `(frames, columns)`.
        chain: The states.
        band: Where to look.
        hubs: What sound outside the text and text outside the sound cost; None allows neither.
    """
    rows = _Rows(scores, chain, band)
    side = _Side(chain, band, hubs, len(scores)) if hubs else None
    return _traced(rows, side, rows.run(side))


class _Rows:
    """The best score of each state, frame by frame, with a bit or two for the way back."""

    def __init__(self, scores: Floats, chain: Chain, band: Band) -> None:
        import numpy as np

        self._scores, self._chain, self._band = scores, chain, band
        self._lows: list[int] = band.low.tolist()
        width = int((band.high - band.low).max())
        octets = (len(scores), (width + 7) // 8)
        self.moved: Octets = np.zeros(octets, dtype=np.uint8)
        self.passed: Octets = np.zeros(octets, dtype=np.uint8)
        self.best = np.full(chain.size + 2, NEVER, dtype=np.float32)
        """With two more in front, which no path reaches after the first frame."""

    def run(self, side: _Side | None) -> float:
        import numpy as np

        best, chain = self.best, self._chain
        best[1] = 0  # as if before the first frame the path had been in the state before the first
        width = int((self._band.high - self._band.low).max())
        step, past = np.empty(width, dtype=np.float32), np.empty(width, dtype=np.float32)
        flags = np.empty(width, dtype=bool)
        base, left = 0.0, 0
        limits = zip(self._band.low.tolist(), self._band.high.tolist(), strict=True)
        for frame, (low, high) in enumerate(limits):
            row = self._scores[frame]
            count, octets = high - low, (high - low + 7) // 8
            best[left + 2 : low + 2] = NEVER
            left = low
            if side:
                side.remember(best)
            before, here = best[low + 1 : high + 1], best[low + 2 : high + 2]
            np.add(best[low:high], chain.bypass[low:high], out=past[:count])
            np.greater(past[:count], before, out=flags[:count])
            self.passed[frame, :octets] = np.packbits(flags[:count])
            np.maximum(past[:count], before, out=step[:count])
            np.greater(step[:count], here, out=flags[:count])
            self.moved[frame, :octets] = np.packbits(flags[:count])
            np.maximum(step[:count], here, out=here)
            np.take(row, chain.column[low:high], out=past[:count], mode="clip")
            np.add(here, past[:count], out=here)
            best[:2] = NEVER
            if side:
                side.advance(frame, row, best)
            if frame % _REBASE == _REBASE - 1:
                top = max(float(here.max()), side.top() if side else NEVER)
                here -= np.float32(top)
                if side:
                    side.lower(top)
                base += top
        return base

    def before(self, frame: int, state: int) -> int:
        """The state before a frame of a path that is in a state then and came from the row."""
        octet, bit = divmod(state - self._lows[frame], 8)
        if not self.moved[frame, octet] >> (7 - bit) & 1:
            return state
        return state - 2 if self.passed[frame, octet] >> (7 - bit) & 1 else state - 1


class _Side:
    """The hubs, frame by frame."""

    def __init__(self, chain: Chain, band: Band, hubs: Hubs, frames: int) -> None:
        import numpy as np

        self._hubs = hubs
        self._first = chain.first
        self._opening = chain.column[np.minimum(chain.first + 1, chain.size - 1)]
        self._states: list[int] = chain.first.tolist()
        self._number_of = {state: number for number, state in enumerate(self._states)}
        count = len(chain.first)
        self._climb = np.concatenate(([0.0], np.cumsum(hubs.turn))).astype(np.float32)
        self.best = np.full(count, NEVER, dtype=np.float32)
        self.best[0] = 0
        self._numbers = np.arange(count)
        lows, highs = np.searchsorted(chain.first, band.low), np.searchsorted(chain.first, band.high)
        width = int((highs - lows).max())
        self._lows: list[int] = lows.tolist()
        self._highs: list[int] = highs.tolist()
        self.entered = np.zeros((frames, width), dtype=np.uint8)
        """`FROM_TEXT`, `TO_SILENCE` and `TO_PHONE`, added up."""
        self.origin = np.zeros((frames, width), dtype=np.int16)
        """How many turns were left out just now."""
        self._frame = 0
        self._left = 0

    def remember(self, best: Floats) -> None:
        """Take what the text reaches before it moves on."""
        first, last = self._lows[self._frame], self._highs[self._frame]
        self.best[self._left : first] = NEVER
        self._left = first
        self._range = slice(first, last)
        states = self._first[self._range]
        self._text = best[states + 1] - self._hubs.enter
        if first == 0 and self._frame and last:
            self._text[0] = NEVER

    def advance(self, frame: int, row: Floats, best: Floats) -> None:
        import numpy as np

        here = self._range
        states = self._first[here] + 2
        if not len(states):
            self._frame += 1
            return
        waiting = self.best[here]
        silent = waiting + row[SILENCE]
        aloud = waiting + row[self._opening[here]]
        to_silence = silent > best[states]
        best[states] = np.maximum(best[states], silent)
        following = states + 1
        if following[-1] >= len(best):
            aloud[-1] = NEVER
            following[-1] = len(best) - 1
        to_phone = aloud > best[following]
        best[following] = np.maximum(best[following], aloud)
        left_text = self._text > waiting
        level = np.maximum(waiting, self._text) + self._hubs.score[frame] + self._climb[here]
        top = np.maximum.accumulate(level)
        numbers = self._numbers[here]
        source = np.maximum.accumulate(np.where(top > level, 0, numbers))
        jumped = top - self._hubs.jump > level
        source = np.where(jumped, source, numbers)
        self.best[here] = np.where(jumped, top - self._hubs.jump, level) - self._climb[here]
        count = len(states)
        self.entered[frame, :count] = left_text * FROM_TEXT + to_silence * TO_SILENCE + to_phone * TO_PHONE
        self.origin[frame, :count] = numbers - source
        self._frame += 1

    def before(self, frame: int, number: int) -> tuple[int, int]:
        """The hub at which a path in a hub was before it jumped, and the state, or hub as -1 - k, before that."""
        number -= int(self.origin[frame, number - self._lows[frame]])
        if self.entered[frame, number - self._lows[frame]] & FROM_TEXT:
            return number, self._states[number] - 1
        return number, -1 - number

    def source(self, frame: int, state: int) -> int:
        """The hub from which a path comes to a state; -1 when it comes from the row."""
        for at, flag in ((state, TO_SILENCE), (state - 1, TO_PHONE)):
            number = self._number_of.get(at, -1)
            is_there = self._lows[frame] <= number < self._highs[frame]
            if is_there and self.entered[frame, number - self._lows[frame]] & flag:
                return number
        return -1

    def top(self) -> float:
        """The best score of a hub."""
        return float(self.best.max())

    def lower(self, by: float) -> None:
        """Take from all scores, so that they do not grow without end."""
        self.best -= by


def _traced(rows: _Rows, side: _Side | None, base: float) -> Path:
    """Go back from the best of the last states."""
    import numpy as np

    best, size = rows.best, len(rows.best) - 2
    ends = {size - 1: float(best[-1]), size - 2: float(best[-2])}
    if side:
        ends[-len(side.best)] = float(side.best[-1])
    state = max(ends, key=lambda one: ends[one])
    score = base + ends[state]
    path = np.empty(len(rows.moved), dtype=np.int64)
    for frame in range(len(path) - 1, -1, -1):
        if side and state < 0:
            number, state = side.before(frame, -1 - state)
            path[frame] = -1 - number
        else:
            path[frame] = state
            number = side.source(frame, state) if side else -1
            state = -1 - number if number >= 0 else rows.before(frame, state)
    return Path(path, score)
