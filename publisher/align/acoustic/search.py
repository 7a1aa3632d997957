"""The most likely path of a recording through a row of states (Viterbi), inside a band.

From each state the path stays, goes on to the next one or, at a cost, past it. Frames are worked on in blocks: the
states that a block may be in are the same for all of its frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import NEVER, Band, Chain
from publisher.align.acoustic.hubs import Hubs, Side

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

LONGEST_BLOCK, SHORTEST_BLOCK, CELLS = 128, 16, 400_000
"""Frames of a block: so many that its scores stay near the processor."""

Emission = Callable[[int, int, int, int], "Floats"]
"""From first and last frame and first and last state to their scores, `(frames, states)`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way through a recording.

    Attributes:
        state: The state of each frame; -1 - k at the hub before the k-th turn of the chain.
        score: Logarithm of its likelihood.
    """

    state: Integers
    score: float

    @property
    def is_possible(self) -> bool:
        """Whether any path leads through the band."""
        return self.score > NEVER / 2


def best_path(
    scores: Floats,
    chain: Chain,
    band: Band,
    hubs: Hubs | None = None,
    *,
    limits: Band | None = None,
    open_end: bool = False,
) -> Path:
    """Find the most likely path through a talk, from the first state to the last.

    Args:
        scores: Log-likelihoods `(frames, columns)`.
        chain: The states.
        band: Where to look.
        hubs: What sound outside the text and text outside the sound cost; None allows neither.
        limits: Kept to the frame, while a band is kept to the block; None where there are none.
        open_end: Whether the path may end anywhere.
    """

    def emission(first: int, last: int, low: int, high: int) -> Floats:
        found: Floats = scores[first:last].take(chain.column[low:high], axis=1)
        if limits:
            for place, row in enumerate(found, first):
                row[: max(0, int(limits.low[place]) - low)] = NEVER
                row[max(0, int(limits.high[place]) - low) :] = NEVER
        return found

    if limits:
        band = band.within(limits)
    return path_through(
        emission, chain.bypass, band, Side(chain, hubs, scores) if hubs else None, open_end=open_end
    )


def path_through(
    emission: Emission, bypass: Floats, band: Band, side: Side | None = None, *, open_end: bool = False
) -> Path:
    """Find the most likely path through any row of states.

    Args:
        emission: The scores.
        bypass: For each state what it costs to come to it past the state before it.
        band: Where to look.
        side: The hubs, if there are any.
        open_end: Whether the path may end anywhere; otherwise it ends in one of the last two states.
    """
    rows = _Rows(emission, bypass, band)
    base = rows.run(side)
    return _traced(rows, side, base, int(band.low[-1]) if open_end else len(bypass) - 2)


class _Rows:
    """The best score of each state, block by block, with a bit or two for the way back."""

    def __init__(self, emission: Emission, bypass: Floats, band: Band) -> None:
        import numpy as np

        self._emission, self._bypass, self._band = emission, bypass, band
        self.frames = len(band.low)
        width = max(1, int((band.high - band.low).mean()))
        self.length = max(SHORTEST_BLOCK, min(LONGEST_BLOCK, CELLS // width))
        self._windows: list[tuple[int, int]] = []
        self._moved: list[bytes] = []
        self._passed: list[bytes] = []
        self.best = np.full(len(bypass) + 2, NEVER, dtype=np.float32)
        """With two more in front, which no path reaches after the first frame."""

    def run(self, side: Side | None) -> float:
        best, base = self.best, 0.0
        best[1] = 0  # as if before the first frame the path had been in the state before the first
        for first in range(0, self.frames, self.length):
            last = min(first + self.length, self.frames)
            low, high = int(self._band.low[first]), int(self._band.high[last - 1])
            best[low : high + 2] = self._block(first, last, low, high, side)
            top = max(float(best[low + 2 : high + 2].max()), side.top() if side else NEVER)
            best[low : high + 2] -= top
            if side:
                side.lower(top)
            base += top
        return base

    def _block(self, first: int, last: int, low: int, high: int, side: Side | None) -> Floats:
        import numpy as np

        rows = np.empty((last - first + 1, high - low + 2), dtype=np.float32)
        rows[0] = self.best[low : high + 2]
        rows[1:, :2] = NEVER
        scores, bypass = self._emission(first, last, low, high), self._bypass[low:high]
        step = np.empty(high - low, dtype=np.float32)
        before = rows[:-1]
        views = zip(before[:, :-2], before[:, 1:-1], before[:, 2:], scores, rows[1:, 2:], strict=True)
        if side:
            side.begin(low, high, last - first)
        for place, (past, previous, here, score, new) in enumerate(views):
            np.add(past, bypass, out=step)
            np.maximum(step, previous, out=step)
            np.maximum(step, here, out=step)
            np.add(step, score, out=new)
            if side:
                side.advance(first + place, rows[place], rows[place + 1])
        past_by = before[:, :-2] + bypass
        self._passed.append(np.packbits(past_by > before[:, 1:-1], axis=1).tobytes())
        np.maximum(past_by, before[:, 1:-1], out=past_by)
        self._moved.append(np.packbits(past_by > before[:, 2:], axis=1).tobytes())
        self._windows.append((low, (high - low + 7) // 8))
        end: Floats = rows[-1]
        return end

    def before(self, frame: int, state: int) -> int:
        """The state before a frame of a path that is in a state then and came from the row."""
        block, place = divmod(frame, self.length)
        low, octets = self._windows[block]
        octet, bit = divmod(state - low, 8)
        octet += place * octets
        if not self._moved[block][octet] >> (7 - bit) & 1:
            return state
        return state - 2 if self._passed[block][octet] >> (7 - bit) & 1 else state - 1


def _traced(rows: _Rows, side: Side | None, base: float, first: int) -> Path:
    """Go back from the best of the states from the first in which the path may end."""
    import numpy as np

    ends = rows.best[max(0, first) + 2 :]
    state = len(rows.best) - 3 - int(ends[::-1].argmax())
    best = float(ends.max())
    if side and side.best[-1] > best:
        state, best = -len(side.best), float(side.best[-1])
    score = base + best
    path = np.zeros(rows.frames, dtype=np.int64)
    if score < NEVER / 2:
        return Path(path, score)
    for frame in range(rows.frames - 1, -1, -1):
        if side and state < 0:
            number, state = side.before(frame, -1 - state)
            path[frame] = -1 - number
        else:
            path[frame] = state
            number = side.source(frame, state) if side else -1
            state = -1 - number if number >= 0 else rows.before(frame, state)
    return Path(path, score)
