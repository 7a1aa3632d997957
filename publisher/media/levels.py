"""How loud a file is around given moments, without decoding the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media.opening import INDEXED, opened
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
        can_seek = container.format.name.partition(",")[0] in INDEXED
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
    """Decoded sound: milliseconds from the file's start, and its samples as FFmpeg gives them."""

    start: float
    rate: int
    channels: int
    samples: npt.NDArray[np.generic]

    @property
    def end(self) -> float:
        """Milliseconds at which it ends."""
        return self.start + self.samples.size / self.channels * SECOND / self.rate


def _sought(container: InputContainer, stream: AudioStream, span: Span, origin: float) -> Iterator[_Piece]:
    import av

    begin = max(0, span.start - _RUN_UP) + origin
    container.seek(int(begin * 1_000), backward=True)
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                piece = _piece(frame, origin)
                if piece.start >= span.end:
                    return
                if piece.end > span.start:
                    yield piece
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
                pieces += [_piece(frame, origin) for frame in packet.decode()]
            except av.error.InvalidDataError:
                continue
    for span in waiting:
        yield _measured(span, pieces)
        pieces = []


def _piece(frame: AudioFrame, origin: float) -> _Piece:
    start = (frame.time or 0.0) * SECOND - origin
    return _Piece(start, frame.sample_rate, frame.layout.nb_channels, frame.to_ndarray())


def _measured(span: Span, pieces: Iterable[_Piece]) -> Levels:
    """Mean power over each 10 ms; what no piece covers is silence."""
    import numpy as np

    count = -(-span.length // STEP)
    energy = np.zeros(count)
    for stretch in _stretches(pieces):
        first, power = (stretch[0].start - span.start) / STEP, _power(stretch)
        a_step = stretch[0].rate * STEP / SECOND
        steps = np.arange(max(0, int(np.floor(first))), min(count, int(first + len(power) / a_step) + 1))
        if len(steps) == 0:
            continue
        borders = np.clip(np.rint((np.append(steps, steps[-1] + 1) - first) * a_step), 0, len(power))
        sums = np.concatenate(([0.0], np.cumsum(power, dtype=np.float64)))[borders.astype(np.int64)]
        energy[steps] += np.diff(sums) / a_step
    decibels = 10 * np.log10(np.maximum(energy, 10 ** (SILENCE / 10)))
    return Levels(span.start, decibels.astype(np.float32))


def _stretches(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces of one form that follow each other without a hole."""
    stretch: list[_Piece] = []
    for piece in pieces:
        if stretch:
            last = stretch[-1]
            form = (last.rate, last.channels, last.samples.shape[0], last.samples.dtype)
            follows = abs(piece.start - last.end) < STEP / 2
            if not follows or form != (
                piece.rate,
                piece.channels,
                piece.samples.shape[0],
                piece.samples.dtype,
            ):
                yield stretch
                stretch = []
        stretch.append(piece)
    if stretch:
        yield stretch


def _power(stretch: list[_Piece]) -> npt.NDArray[np.float32]:
    """How strong each sample of a stretch is, over its channels, from 0 to 1."""
    import numpy as np

    raw = np.concatenate([piece.samples for piece in stretch], axis=1)
    channels = stretch[0].channels
    samples = raw.astype(np.float32, copy=False)
    if raw.dtype.kind == "i":
        samples /= np.float32(256**raw.dtype.itemsize / 2)
    if raw.shape[0] != channels:
        samples = samples.reshape(-1, channels).T
    power: npt.NDArray[np.float32] = np.einsum("ij,ij->j", samples, samples) / np.float32(channels)
    return power
