"""The outline of a sound, for players to draw: `peaks.json` in the form of BBC's audiowaveform, version 2."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILENAME = "peaks.json"
MIME = "application/json"
COLUMNS = 1_000

_FULL_SCALE = 128


@dataclass(frozen=True, slots=True)
class Waveform:
    """The lowest and the highest sample of each column.

    Attributes:
        rate: Samples a second.
        samples_per_pixel: How many each column stands for.
        low: -128 to 127, one a column.
        high: Likewise.
    """

    rate: int
    samples_per_pixel: int
    low: tuple[int, ...]
    high: tuple[int, ...]

    def as_json(self) -> str:
        """The file: one channel of 8 bits (audiowaveform, doc/DataFormat.md)."""
        data = {
            "version": 2,
            "channels": 1,
            "sample_rate": self.rate,
            "samples_per_pixel": self.samples_per_pixel,
            "bits": 8,
            "length": len(self.low),
            "data": [value for pair in zip(self.low, self.high, strict=True) for value in pair],
        }
        return json.dumps(data, separators=(",", ":")) + "\n"


class Columns(NamedTuple):
    """The lowest sample, the highest, and the root of the mean square, of each column."""

    low: npt.NDArray[np.floating]
    high: npt.NDArray[np.floating]
    mean: npt.NDArray[np.floating]


class Outline:
    """Gathers columns of a sound that comes piece by piece.

    Args:
        samples: How many are expected; what comes beyond makes further columns.
        columns: How many columns that is.

    Attributes:
        width: Samples of a column.
    """

    def __init__(self, samples: int, columns: int = COLUMNS) -> None:
        self.width = max(1, -(-samples // columns))
        self._columns: list[Columns] = []
        self._waiting: list[npt.NDArray[np.float32]] = []
        self._count = 0

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """Take in the next samples, mono, from -1 to 1."""
        self._waiting.append(samples)
        self._count += len(samples)
        if self._count >= self.width:
            self._gather(self._count // self.width * self.width)

    @property
    def columns(self) -> Columns:
        """What was gathered; a last column that is not full counts."""
        import numpy as np

        if self._count:
            self._gather(self._count)
        parts = self._columns
        return Columns(*(np.concatenate([part[row] for part in parts] or [np.zeros(0)]) for row in range(3)))

    def waveform(self, rate: int) -> Waveform:
        """The same as players take it, for so many samples a second."""
        found = self.columns
        return Waveform(rate, self.width, _bytes(found.low), _bytes(found.high))

    def _gather(self, count: int) -> None:
        import numpy as np

        samples = np.concatenate(self._waiting)
        self._waiting, self._count = [samples[count:]], len(samples) - count
        starts = np.arange(0, count, self.width)
        energy = np.add.reduceat(samples[:count].astype(np.float64) ** 2, starts)
        mean = np.sqrt(energy / np.diff(starts, append=count))
        low, high = (reduce.reduceat(samples[:count], starts) for reduce in (np.minimum, np.maximum))
        self._columns.append(Columns(low, high, mean))


def _bytes(values: npt.NDArray[np.floating]) -> tuple[int, ...]:
    import numpy as np

    scaled = np.rint(values * _FULL_SCALE)
    return tuple(int(value) for value in np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1))
