"""How loud a sound is, how wide, and its outline, measured while it goes by."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from publisher.media.fileformats import MONO, STEREO
from publisher.media.filters import chain, filtered, pulled
from publisher.media.peaks import TruePeak
from publisher.media.waveform import Outline, Waveform
from publisher.model import Loudness

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame

_SILENT = -70.0
"""LUFS: the absolute gate of BS.1770; what is quieter has no loudness."""

_WIDE = 0.05
"""Energy of the difference of two channels, as a share of their sum's, from which they are not nearly the same."""

_LOUDNESS = "lavfi.r128."
_METER = ("ebur128", "metadata=1:framelog=quiet")
_TOLD = 2
"""How many frames it takes to be told of the whole: the last one says nothing when it is a short one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a sound is like.

    Attributes:
        loudness: None when there is only silence.
        wide: Whether its two channels differ much.
        waveform: Its outline.
    """

    loudness: Loudness | None
    wide: bool
    waveform: Waveform


class Meter:
    """Measures frames that pass through it (EBU R 128, ITU-R BS.1770-4; all but the peak by FFmpeg's `ebur128`).

    Args:
        rate: Samples a second.
        layout: `mono` or `stereo`; the frames are `fltp`.
        samples: How many are expected.
    """

    def __init__(self, rate: int, layout: str, samples: int) -> None:
        self._rate = rate
        self._graph = chain(rate, layout, _METER)
        self._outline = Outline(samples)
        self._peak = TruePeak(MONO if layout == "mono" else STEREO)
        self._last: deque[AudioFrame] = deque(maxlen=_TOLD)
        self._middle = self._side = 0.0

    def through(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """The same frames, measured on the way."""
        for frame in frames:
            self._measure(cast("npt.NDArray[np.float32]", frame.to_ndarray()))
            self._graph.push(frame)
            self._hear()
            frame.pts = None
            yield frame
        self._graph.push(None)
        self._hear()
        self._peak.end()

    @property
    def measured(self) -> Measured:
        """What was measured, once all frames have passed."""
        said = _figures(self._last)
        integrated, peak = float(said.get("I", _SILENT)), self._peak.highest
        loudness = None
        if integrated > _SILENT and peak > 0:
            spread = float(said.get("LRA", 0))
            loudness = Loudness(round(integrated, 2), round(spread, 2), round(20 * math.log10(peak), 2))
        return Measured(loudness, self._side > _WIDE * self._middle, self._outline.waveform(self._rate))

    def _measure(self, samples: npt.NDArray[np.float32]) -> None:
        import numpy as np

        self._peak.add(samples)
        if len(samples) == MONO:
            self._outline.add(samples[0])
        else:
            mixed = (samples[0] + samples[1]) / 2
            apart = samples[0] - mixed
            self._outline.add(mixed)
            self._middle += float(np.dot(mixed, mixed))
            self._side += float(np.dot(apart, apart))

    def _hear(self) -> None:
        self._last.extend(pulled(self._graph))


def integrated(
    frames: Iterable[AudioFrame], rate: int, layout: str, filters: Iterable[tuple[str, str]]
) -> float:
    """The loudness of frames behind some filters, in LUFS, and nothing else."""
    last = deque(filtered(frames, chain(rate, layout, *filters, _METER)), maxlen=_TOLD)
    return float(_figures(last).get("I", _SILENT))


def _figures(last: Iterable[AudioFrame]) -> dict[str, str]:
    """What `ebur128` says of the whole, which the last frames carry."""
    found = (item for frame in last for item in frame.metadata.items())
    return {name.removeprefix(_LOUDNESS): value for name, value in found}
