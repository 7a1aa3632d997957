"""Only some stretches of a sound, to the sample, without clicks where it is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from publisher.model import Span
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame

_FADE = 5
"""Milliseconds."""


def cut(frames: Iterable[AudioFrame], rate: int, spans: Sequence[Span]) -> Iterator[AudioFrame]:
    """The stretches of a sound, one after the other; each fades in and out for 5 ms.

    Args:
        frames: `fltp`, in order.
        rate: Samples a second.
        spans: Milliseconds, ascending.
    """
    ranges = [(span.start * rate // SECOND, span.end * rate // SECOND) for span in spans]
    fade = _FADE * rate // SECOND
    begin = 0
    for frame in frames:
        end = begin + frame.samples
        for first, last in ranges:
            if first + fade <= begin and end <= last - fade:
                yield frame
            elif first < end and begin < last:
                yield _faded(frame, begin, first, last, fade)
        begin = end


def _faded(frame: AudioFrame, begin: int, first: int, last: int, fade: int) -> AudioFrame:
    """What of a frame, whose first sample is number `begin`, lies between two samples."""
    import av
    import numpy as np

    samples = cast("npt.NDArray[np.float32]", frame.to_ndarray())
    place = np.arange(begin, begin + frame.samples)
    inside = (place >= first) & (place < last)
    gain = np.clip(np.minimum(place - first, last - place) / fade, 0, 1)
    part = (samples * gain)[:, inside].astype(np.float32)
    piece = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(part), format=frame.format.name, layout=frame.layout.name
    )
    piece.sample_rate = frame.sample_rate
    return piece
