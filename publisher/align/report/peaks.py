"""How loud a whole file is, at the width of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media import Outline, decode
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating]

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
    """Measure a file in one pass, about a column in memory.

    Args:
        audio: The file.
        duration: Milliseconds that the columns stand for.

    Raises:
        MediaError: The file cannot be decoded.
    """
    import numpy as np

    outline = Outline(duration * RATE // SECOND, COLUMNS)
    for second in decode(audio, RATE):
        outline.add(second)
    found = outline.columns
    return Peaks(_fitted(np.maximum(-found.low, found.high)), _fitted(found.mean))


def _fitted(values: Floats) -> Floats:
    """As many columns as the picture has: what the file lacks is silence, what it has beyond is in the last."""
    import numpy as np

    if len(values) > COLUMNS:
        return np.append(values[: COLUMNS - 1], values[COLUMNS - 1 :].max())
    return np.pad(values, (0, COLUMNS - len(values)))
