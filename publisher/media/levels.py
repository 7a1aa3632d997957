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
        origin = (container.start_time or 0) / 1_000
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
    """Decoded sound: milliseconds from the file's start, and how strong each sample is."""

    start: float
    rate: int
    power: npt.NDArray[np.float32]


def _sought(container: InputContainer, stream: AudioStream, span: Span, origin: float) -> Iterator[_Piece]:
    import av

    begin = max(0, span.start - _RUN_UP) + origin
    container.seek(int(begin * 1_000), backward=True)
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                start = _time(frame, origin)
                if start >= span.end:
                    return
                if start > span.start - _RUN_UP:
                    yield _piece(frame, start)
        except av.error.InvalidDataError:
            continue


def _in_one_pass(
    container: InputContainer, stream: AudioStream, spans: list[Span], origin: float
) -> Iterator[Levels]:
    """For formats whose seeking is a guess: every packet is read, only those that are wanted are decoded."""
    import av

    waiting = list(spans)
    pieces: list[_Piece] = []
    tick = float((stream.time_base or Fraction(1)) * SECOND)
    for packet in container.demux(stream):
        if not waiting:
            return
        if packet.pts is None:
            continue
        now = packet.pts * tick - origin
        while waiting and now >= waiting[0].end:
            yield _measured(waiting.pop(0), pieces)
            pieces = []
        if waiting and now >= waiting[0].start - _RUN_UP:
            try:
                pieces += [_piece(frame, _time(frame, origin)) for frame in packet.decode()]
            except av.error.InvalidDataError:
                continue
    for span in waiting:
        yield _measured(span, pieces)
        pieces = []


def _time(frame: AudioFrame, origin: float) -> float:
    return (frame.time or 0.0) * SECOND - origin


def _piece(frame: AudioFrame, start: float) -> _Piece:
    import numpy as np

    raw = frame.to_ndarray()
    samples = raw.astype(np.float32, copy=False)
    channels = frame.layout.nb_channels
    power = np.einsum("ij,ij->j", samples, samples) if samples.shape[0] == channels else np.square(samples[0])
    if samples.shape[0] != channels:
        power = power.reshape(-1, channels).sum(axis=1)
    scale = channels * (256**raw.dtype.itemsize / 2) ** 2 if raw.dtype.kind == "i" else channels
    return _Piece(start, frame.sample_rate, power / np.float32(scale))


def _measured(span: Span, pieces: Iterable[_Piece]) -> Levels:
    """Mean power over each 10 ms; what no piece covers is silence."""
    import numpy as np

    count = -(-span.length // STEP)
    energy = np.zeros(count)
    for piece in pieces:
        first = (piece.start - span.start) / STEP
        a_step = piece.rate * STEP / SECOND
        steps = np.arange(
            max(0, int(np.floor(first))), min(count, int(first + len(piece.power) / a_step) + 1)
        )
        if len(steps) == 0:
            continue
        edges = np.append(steps, steps[-1] + 1)
        borders = np.clip(np.rint((edges - first) * a_step), 0, len(piece.power)).astype(np.int64)
        sums = np.concatenate(([0.0], np.cumsum(piece.power, dtype=np.float64)))
        energy[steps] += (sums[borders[1:]] - sums[borders[:-1]]) / a_step
    decibels = 10 * np.log10(np.maximum(energy, 10 ** (SILENCE / 10)))
    return Levels(span.start, decibels.astype(np.float32))
