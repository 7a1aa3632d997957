"""The path at a coarse glance: which words are about when, over hours, at a small cost.

A group of states fits a third of a second as well as its phones are heard anywhere in it. What is heard of them is
counted against what is heard of any text, so that music, silence and strange speech favour no place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import Band, Chain, around, diagonal
from publisher.align.acoustic.phones import SILENCE
from publisher.align.acoustic.search import Path, path_through

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

STATES, FRAMES = 4, 8
"""States of a group, frames of a glance."""

LEAST, MOST = -7.0, 6.0
"""Between these lies by how much likelier a phone is heard than any sound; what is beyond says no more."""

AROUND = 600 * 25 // FRAMES
"""Glances around the path of an earlier glance in which a better one is sought: ten minutes."""

MOST_OCTETS = 600_000_000
"""The way back may take so much memory: two bits for each glance and group; beyond that the band is narrower."""


class Glance:
    """A recording and its text, looked at from afar.

    Args:
        chain: The states of the text.
        aloud: Which frames may be speech.
        limits: Where the path surely is; None where nothing is sure.
        open_end: Whether the recording may end before the text does.
    """

    def __init__(
        self, chain: Chain, aloud: Flags, limits: Band | None = None, *, open_end: bool = False
    ) -> None:
        import numpy as np

        self._open_end = open_end

        self._frames = len(aloud)
        self._count = max(1, self._frames // FRAMES)
        self._size = -(-chain.size // STATES)
        self._states = chain.size
        columns = int(chain.column.max()) + 1
        self._parts = np.zeros((self._size, columns), dtype=np.float32)
        np.add.at(self._parts, (np.arange(chain.size) // STATES, chain.column), 1)
        self._parts[:, SILENCE] = 0
        self._usual = self._parts.sum(axis=0) / max(1.0, float(self._parts.sum()))
        self._parts /= np.maximum(1, self._parts.sum(axis=1, keepdims=True))
        self._aloud = _grouped(aloud[:, None].astype(np.float32), self._count).mean(axis=1)
        width = MOST_OCTETS * 4 // self._count
        self._band = diagonal(self._size, self._aloud[:, 0] > 0.5, width)  # noqa: PLR2004
        if limits:
            places = np.minimum(np.arange(self._count) * FRAMES, self._frames - 1)
            low, high = limits.low[places] // STATES, limits.high[places] // STATES + 1
            self._band = self._band.within(Band(low, np.minimum(high, self._size)))

    def path(self, own: Floats, background: Floats) -> Path:
        """Find the path.

        Args:
            own: Log-likelihoods of the phones, `(frames, columns)`.
            background: Of any sound, `(frames,)`.

        Returns:
            A state for each frame; the next time it is sought near the one that was found.
        """
        import numpy as np

        heard = np.empty((self._count, self._parts.shape[1]), dtype=np.float32)
        for first in range(0, self._count, 2_000):
            part = slice(first * FRAMES, (first + 2_000) * FRAMES)
            gain = np.clip(own[part, : heard.shape[1]] - background[part, None], None, MOST)
            groups = _grouped(np.exp(gain), min(2_000, self._count - first))
            heard[first : first + 2_000] = np.log(groups.mean(axis=1) + np.float32(np.exp(LEAST)))
        heard -= (heard @ self._usual)[:, None]
        heard *= self._aloud

        def emission(first: int, last: int, low: int, high: int) -> Floats:
            scores: Floats = heard[first:last] @ self._parts[low:high].T
            return scores

        found = path_through(
            emission, np.zeros(self._size, dtype=np.float32), self._band, open_end=self._open_end
        )
        self._band = around(found.state, self._size, AROUND)
        state = np.minimum(np.repeat(found.state * STATES, FRAMES), self._states - 1)
        return Path(
            np.pad(state, (0, max(0, self._frames - len(state))), mode="edge")[: self._frames], found.score
        )


def _grouped(values: Floats, count: int) -> Floats:
    """So many groups of frames; what is left over at the end is not looked at, what is missing repeats the last."""
    import numpy as np

    wanted = count * FRAMES
    if len(values) < wanted:
        values = np.pad(values, ((0, wanted - len(values)), (0, 0)), mode="edge")
    return values[:wanted].reshape(count, FRAMES, values.shape[1])
