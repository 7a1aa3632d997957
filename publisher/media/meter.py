"""How loud a sound is, how wide, and its outline, measured while it goes by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from publisher.media.filters import chain, filtered, pulled
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
_QUIET = "metadata=1:framelog=quiet"


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
    """Measures frames that pass through it (EBU R 128, ITU-R BS.1770-4, by FFmpeg's `ebur128`).

    Args:
        rate: Samples a second.
        layout: `mono` or `stereo`; the frames are `fltp`.
        samples: How many are expected.
    """

    def __init__(self, rate: int, layout: str, samples: int) -> None:
        self._rate = rate
        self._graph = chain(rate, layout, ("ebur128", f"{_QUIET}:peak=true"))
        self._outline = Outline(samples)
        self._said: dict[str, str] = {}
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

    @property
    def measured(self) -> Measured:
        """What was measured, once all frames have passed."""
        integrated, peak = float(self._said.get("I", _SILENT)), float(self._said.get("true_peak", 0))
        loudness = None
        if integrated > _SILENT and peak > 0:
            spread = float(self._said.get("LRA", 0))
            loudness = Loudness(round(integrated, 2), round(spread, 2), round(20 * math.log10(peak), 2))
        return Measured(loudness, self._side > _WIDE * self._middle, self._outline.waveform(self._rate))

    def _measure(self, samples: npt.NDArray[np.float32]) -> None:
        import numpy as np

        mixed = samples.mean(axis=0)
        self._outline.add(mixed)
        if len(samples) > 1:
            apart = samples[0] - mixed
            self._middle += float(np.dot(mixed, mixed))
            self._side += float(np.dot(apart, apart))

    def _hear(self) -> None:
        for frame in pulled(self._graph):
            self._said |= _figures(frame)


def integrated(
    frames: Iterable[AudioFrame], rate: int, layout: str, filters: Iterable[tuple[str, str]]
) -> float:
    """The loudness of frames behind some filters, in LUFS, and nothing else: several times as fast as a `Meter`."""
    said: dict[str, str] = {}
    for frame in filtered(frames, chain(rate, layout, *filters, ("ebur128", _QUIET))):
        said |= _figures(frame)
    return float(said.get("I", _SILENT))


def _figures(frame: AudioFrame) -> dict[str, str]:
    """What `ebur128` says of all that came before the end of a frame."""
    found = ((name.removeprefix(_LOUDNESS), value) for name, value in frame.metadata.items())
    return dict(found)
