"""How loud a file is around given moments, without decoding the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media.opening import opened
from publisher.model import Span
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

STEP = 10
"""Milliseconds between two levels."""

SILENCE = -90.0
"""Decibels of nothing at all."""

_RUN_UP = 300
"""Milliseconds decoded before a moment, since codecs need what came before."""

_SEEKS_WELL = ("mov", "matroska", "ogg", "wav", "flac")


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a stretch is.

    Attributes:
        start: Milliseconds at which it begins.
        decibels: One level for each 10 ms (`STEP`), relative to full scale.
    """

    start: int
    decibels: npt.NDArray[np.float32]


def levels(path: Path, spans: Sequence[Span]) -> tuple[Levels, ...]:
    """The levels of stretches of a file; those that overlap or touch are one.

    Args:
        path: An audio file.
        spans: Stretches, in any order.

    Returns:
        Stretches in order of time, each at least as long as asked for; what lies outside the file is silence.

    Raises:
        MediaError: The file cannot be opened.
    """
    merged = list(_merged(spans))
    with opened(path) as (container, stream):
        origin = Fraction(container.start_time or 0, 1_000_000)
        can_seek = any(name in container.format.name for name in _SEEKS_WELL)
        if can_seek:
            return tuple(_measured(span, _sought(container, stream, span, origin)) for span in merged)
        return tuple(_in_one_pass(container, stream, merged, origin))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in sorted(spans, key=lambda span: span.start):
        if current and span.start <= current.end:
            current = Span(current.start, max(current.end, span.end))
        else:
            if current:
                yield current
            current = span
    if current:
        yield current


@dataclass(frozen=True, slots=True)
class _Piece:
    """Decoded sound: seconds from the file's start, and samples of shape (channels, n)."""

    start: Fraction
    rate: int
    samples: npt.NDArray[np.float32]


def _sought(container: InputContainer, stream: AudioStream, span: Span, origin: Fraction) -> Iterator[_Piece]:
    import av

    begin = max(Fraction(span.start - _RUN_UP, SECOND), Fraction(0)) + origin
    container.seek(int(begin * 1_000_000), backward=True)
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                piece = _piece(frame, origin)
                if piece.start * SECOND >= span.end:
                    return
                yield piece
        except av.error.InvalidDataError:
            continue


def _in_one_pass(
    container: InputContainer, stream: AudioStream, spans: list[Span], origin: Fraction
) -> Iterator[Levels]:
    """For formats whose seeking is a guess: every packet is read, only those that are wanted are decoded."""
    import av

    waiting = list(spans)
    pieces: list[_Piece] = []
    for packet in container.demux(stream):
        if not waiting:
            return
        if packet.pts is None or packet.time_base is None:
            continue
        now = (packet.pts * packet.time_base - origin) * SECOND
        while waiting and now >= waiting[0].end:
            yield _measured(waiting.pop(0), pieces)
            pieces = []
        if waiting and now >= waiting[0].start - _RUN_UP:
            try:
                pieces += [_piece(frame, origin) for frame in packet.decode()]
            except av.error.InvalidDataError:
                continue
    for span in waiting:
        yield _measured(span, pieces)
        pieces = []


def _piece(frame: AudioFrame, origin: Fraction) -> _Piece:
    import numpy as np

    raw = frame.to_ndarray()
    samples = raw.astype(np.float32)
    if raw.dtype.kind == "i":
        samples /= np.float32(256**raw.dtype.itemsize // 2)
    channels = frame.layout.nb_channels
    if samples.shape[0] != channels:
        samples = samples.reshape(-1, channels).T
    start = (frame.pts or 0) * (frame.time_base or Fraction(1)) - origin
    return _Piece(Fraction(start), frame.sample_rate, samples)


def _measured(span: Span, pieces: Iterable[_Piece]) -> Levels:
    import numpy as np

    count = -(-span.length // STEP)
    energy = np.zeros(count + 1)
    weight = np.zeros(count + 1)
    for piece in pieces:
        power = np.square(piece.samples, dtype=np.float32).mean(axis=0)
        first = float(piece.start * SECOND - span.start) / STEP
        place = np.floor(first + np.arange(len(power)) * (SECOND / STEP / piece.rate)).astype(np.int64)
        inside = (place >= 0) & (place < count)
        energy += np.bincount(place[inside], power[inside], count + 1)
        weight += np.bincount(place[inside], minlength=count + 1)
    mean = energy[:count] / np.maximum(weight[:count], 1)
    decibels = 10 * np.log10(np.maximum(mean, 10 ** (SILENCE / 10)))
    return Levels(span.start, decibels.astype(np.float32))
