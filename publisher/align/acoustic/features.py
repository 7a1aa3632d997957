"""What each hundredth of a second sounds like: mel-frequency cepstra with deltas, float32."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from publisher.media import decode
from publisher.model import Progress
from publisher.timecode import SECOND

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

LISTENING = "Listening"

RATE = 16_000
"""Samples a second."""

FRAMES = 100
"""Frames a second."""

POOL = 4
"""Frames that are averaged into one for the search: 25 a second."""

CEPSTRA = 13
_HOP = RATE // FRAMES
_WINDOW = 400
_FFT = 512
_PIECE = 8 * RATE
_BANDS = 26
_LOWEST, _HIGHEST = 80.0, 7_600.0
_PREEMPHASIS = 0.97
_FLOOR = 1e-8
_DELTA = 2
_LEAST_SPREAD = 1e-3
_CHUNK = 60_000
_BESIDE = 2 * _DELTA


@dataclass(frozen=True, slots=True)
class Sound:
    """The features of a recording, not yet normalised.

    Attributes:
        cepstra: `(frames, 13)`, 100 a second; the first is the loudness.
        decibels: Level of each frame, relative to full scale.
    """

    cepstra: Floats
    decibels: Floats


def told(audio: Path, duration: int, progress: Progress) -> Iterator[Floats]:
    """The sound of a file in pieces, telling how much is done; `duration` in milliseconds."""
    done = 0
    for piece in decode(audio, RATE):
        progress(LISTENING, min(1.0, done * SECOND / RATE / max(1, duration)))
        done += len(piece)
        yield piece


def listen(pieces: Iterable[npt.NDArray[np.float32]]) -> Sound:
    """Features of mono sound at 16 kHz that comes in pieces; frame `n` is centred at `n / 100 + 0.005` s."""
    import numpy as np

    cepstra: list[Floats] = []
    decibels: list[Floats] = []
    rest = np.zeros((_WINDOW - _HOP) // 2 + 1, dtype=np.float32)
    for piece in _joined(pieces):
        samples = np.concatenate((rest, piece))
        count = (len(samples) - 1 - _WINDOW) // _HOP + 1
        if count > 0:
            _measure(samples[: (count - 1) * _HOP + _WINDOW + 1], cepstra, decibels)
            rest = samples[count * _HOP :]
        else:
            rest = samples
    if not cepstra:
        return Sound(np.zeros((0, CEPSTRA), dtype=np.float32), np.zeros(0, dtype=np.float32))
    return Sound(np.concatenate(cepstra), np.concatenate(decibels))


def _joined(pieces: Iterable[npt.NDArray[np.float32]]) -> Iterator[Floats]:
    """Longer pieces, which cost less, and some silence after the last."""
    import numpy as np

    waiting: list[Floats] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= _PIECE:
            yield np.concatenate(waiting)
            waiting = []
    yield np.concatenate((*waiting, np.zeros((_WINDOW - _HOP) // 2, dtype=np.float32)))


def _measure(samples: Floats, cepstra: list[Floats], decibels: list[Floats]) -> None:
    import numpy as np

    sharp = samples[1:] - np.float32(_PREEMPHASIS) * samples[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(sharp, _WINDOW)[::_HOP]
    window, bank, cosines = _tables()
    spectrum = np.fft.rfft(frames * window, _FFT)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    bands = np.log(np.maximum(power.astype(np.float32, copy=False) @ bank, np.float32(_FLOOR)))
    cepstra.append(bands @ cosines)
    middle = samples[(_WINDOW - _HOP) // 2 + 1 :][: len(frames) * _HOP].reshape(-1, _HOP)
    decibels.append(10 * np.log10(np.square(middle).mean(axis=1) + np.float32(1e-9)))


@cache
def _tables() -> tuple[Floats, Floats, Floats]:
    """The window, the mel filters `(257, 26)` and the cosine transform `(26, 13)`."""
    import numpy as np

    window = np.hamming(_WINDOW).astype(np.float32)
    lowest, highest = (2_595 * np.log10(1 + edge / 700) for edge in (_LOWEST, _HIGHEST))
    mels = np.linspace(lowest, highest, _BANDS + 2)
    edges = 700 * (10 ** (mels / 2_595) - 1)
    bins = np.arange(_FFT // 2 + 1)[:, None] * RATE / _FFT
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0, np.minimum(rise, fall)).astype(np.float32)
    turns = np.pi * np.arange(CEPSTRA) * (np.arange(_BANDS)[:, None] + 0.5) / _BANDS
    cosines = (np.cos(turns) * np.sqrt(2 / _BANDS)).astype(np.float32)
    return window, bank, cosines


def observed(cepstra: Floats, stretch: int = 0, by: int = POOL) -> Floats:
    """Normalised features with deltas, pooled.

    Args:
        cepstra: `(frames, 13)` at 100 a second.
        stretch: Frames around each over which the mean is taken away as well; 0 for the whole only.
        by: Frames of which the mean is taken; the last may be of fewer.

    Returns:
        `(frames / by, 39)`: each column has mean 0 and, before it is pooled, variance 1.
    """
    import numpy as np

    count = len(cepstra)
    found = np.empty((-(-count // by), 3 * CEPSTRA), dtype=np.float32)
    sums, squares = np.zeros((2, 3 * CEPSTRA))
    mean = cepstra.mean(axis=0, dtype=np.float64)
    for first in range(0, count, _CHUNK):
        last = min(first + _CHUNK, count)
        low, high = max(0, first - stretch - _BESIDE), min(count, last + stretch + _BESIDE)
        level = (cepstra[low:high] - mean).astype(np.float32)
        if stretch and count > stretch:
            level -= running_mean(level, stretch)
        slope = _slope(level)
        both = np.concatenate((level, slope, _slope(slope)), axis=1)[first - low : last - low]
        sums += both.sum(axis=0, dtype=np.float64)
        squares += np.square(both).sum(axis=0, dtype=np.float64)
        found[first // by : -(-last // by)] = pooled(both, by)
    middle = sums / max(1, count)
    spread = np.sqrt(np.maximum(squares / max(1, count) - middle**2, _LEAST_SPREAD**2))
    found -= middle.astype(np.float32)
    found /= spread.astype(np.float32)
    return found


def pooled(frames: Floats, by: int = POOL) -> Floats:
    """The means of every `by` rows; the last may be of fewer."""
    import numpy as np

    whole = len(frames) // by * by
    means = frames[:whole].reshape(-1, by, *frames.shape[1:]).mean(axis=1)
    if whole < len(frames):
        means = np.concatenate((means, frames[whole:].mean(axis=0, keepdims=True)))
    found: Floats = means.astype(np.float32)
    return found


def running_mean(values: Floats, width: int) -> Floats:
    """Of each column the mean over so many rows around each."""
    import numpy as np

    sums = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)))
    centre = np.arange(len(values))
    low = np.maximum(0, centre - width // 2)
    high = np.minimum(len(values), centre + width // 2 + 1)
    means: Floats = ((sums[high] - sums[low]) / (high - low)[:, None]).astype(np.float32)
    return means


def _slope(values: Floats) -> Floats:
    """The regression slope over two frames on each side."""
    import numpy as np

    padded = np.pad(values, ((_DELTA, _DELTA), (0, 0)), mode="edge")
    count = len(values)
    slopes = sum(
        step * (padded[_DELTA + step : _DELTA + step + count] - padded[_DELTA - step : _DELTA - step + count])
        for step in range(1, _DELTA + 1)
    )
    return np.asarray(slopes, dtype=np.float32) / np.float32(10)
