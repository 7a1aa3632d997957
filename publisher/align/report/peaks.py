"""How loud a whole file is, at the width of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media import decode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

COLUMNS = 2_000
RATE = 8_000


@dataclass(frozen=True, slots=True)
class Peaks:
    """Loudness in `COLUMNS` equal parts of a file's length, each from 0 to 1.

    Attributes:
        highest: The largest sample of each part.
        mean: The root of its mean square.
    """

    highest: Floats
    mean: Floats


def peaks(audio: Path, duration: int) -> Peaks:
    """Measure a file in one pass, about a second in memory.

    Args:
        audio: The file.
        duration: Milliseconds that the columns stand for.

    Raises:
        MediaError: The file cannot be decoded.
    """
    import numpy as np

    highest, energy, count = np.zeros(COLUMNS), np.zeros(COLUMNS), np.zeros(COLUMNS)
    samples = max(COLUMNS, duration * RATE // 1_000)
    done = 0
    for second in decode(audio, RATE):
        column = np.minimum(np.arange(done, done + len(second)) * COLUMNS // samples, COLUMNS - 1)
        done += len(second)
        firsts = np.flatnonzero(np.diff(column, prepend=-1))
        place = column[firsts]
        loud = np.abs(second).astype(np.float64)
        highest[place] = np.maximum(highest[place], np.maximum.reduceat(loud, firsts))
        energy[place] += np.add.reduceat(loud**2, firsts)
        count[place] += np.diff(firsts, append=len(column))
    return Peaks(highest, np.sqrt(energy / np.maximum(count, 1)))
