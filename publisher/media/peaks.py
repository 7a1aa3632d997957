"""The true peak of a sound: how high it goes between its samples, too (ITU-R BS.1770-4, annex 2).

Most of a sound is so much softer than its loudest moment that no point between its samples can be higher; only the
rest is looked at closely.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_OVERSAMPLING = 4
_REACH = 16
"""Samples on each side that a point between two depends on."""

_BLOCK = 256
"""Samples that are looked at closely, or not, together."""


class TruePeak:
    """Finds the highest point of a sound that comes piece by piece.

    Args:
        channels: How many the pieces have.

    Attributes:
        highest: Of all that was added, full scale being 1; the last samples count once `end` is called.
    """

    def __init__(self, channels: int) -> None:
        import numpy as np

        self.highest = 0.0
        self._waiting = np.zeros((channels, _REACH), np.float32)

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """Take in the next samples, of shape `(channels, samples)`."""
        import numpy as np

        joined = np.concatenate([self._waiting, samples], axis=1)
        count = (joined.shape[1] - 2 * _REACH) // _BLOCK
        if count > 0:
            for channel in joined[:, : count * _BLOCK + 2 * _REACH]:
                self._look(channel, count)
            joined = joined[:, count * _BLOCK :]
        self._waiting = joined

    def end(self) -> None:
        """Take in the silence behind the sound."""
        import numpy as np

        self.add(np.zeros((len(self._waiting), _BLOCK + 2 * _REACH), np.float32))

    def _look(self, samples: npt.NDArray[np.float32], count: int) -> None:
        """So many blocks, between samples that only reach into them."""
        import numpy as np

        weights, growth = _weights()
        blocks = samples[_REACH:-_REACH].reshape(count, _BLOCK)
        high = np.maximum(blocks.max(axis=1), -blocks.min(axis=1))
        self.highest = max(self.highest, float(high.max()))
        ends = np.abs(samples[:_REACH]).max(), np.abs(samples[-_REACH:]).max()
        high = np.concatenate([ends[:1], high, ends[1:]])
        around = np.maximum(np.maximum(high[:-2], high[1:-1]), high[2:])
        (places,) = np.nonzero(around * growth > self.highest)
        if len(places):
            reached = places[:, np.newaxis] * _BLOCK + np.arange(_BLOCK + 2 * _REACH)
            rows = samples[reached].reshape(len(places), -1, _REACH)
            near = np.concatenate([rows[:, :-2], rows[:, 1:-1], rows[:, 2:]], axis=2)
            self.highest = max(self.highest, float(np.abs(near @ weights).max()))


@cache
def _weights() -> tuple[npt.NDArray[np.float32], float]:
    """What makes the points between a row's samples of three rows, and by how much a point can exceed all samples."""
    import numpy as np

    places = np.arange(_REACH * _OVERSAMPLING)
    points = places[places % _OVERSAMPLING > 0] / _OVERSAMPLING
    apart = points[np.newaxis] - np.arange(-_REACH, 2 * _REACH)[:, np.newaxis]
    window = np.where(np.abs(apart) < _REACH, 0.5 + 0.5 * np.cos(math.pi * apart / _REACH), 0)
    weights = (np.sinc(apart) * window).astype(np.float32)
    return weights, float(np.abs(weights).sum(axis=0).max())
