"""Encoding to AAC-LC, MP3 or Opus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from publisher.media.fileformats import DEFAULT, FILE_FORMATS, MONO, FileFormat
from publisher.media.steps import Steps
from publisher.media.writing import writing
from publisher.model import Progress

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

_BLOCK = 65_536


def encode(
    frames: Iterable[AudioFrame], target: Path, form: FileFormat, *, rate: int, layout: str, bit_rate: int
) -> None:
    """Encode frames to a file; it appears when all went well.

    Args:
        frames: `fltp`, of the rate and layout that follow.
        target: The file to write, with the format's suffix.
        form: Its format.
        rate: Samples a second, one of the format's.
        layout: `mono` or `stereo`.
        bit_rate: Bits a second.
    """
    import av
    from av.codec.context import Flags

    fifo = av.AudioFifo()
    with writing(target) as output:
        stream = cast("AudioStream", output.add_stream(form.encoder, rate=rate, layout=layout))
        stream.codec_context.flags |= Flags.bitexact
        stream.bit_rate = bit_rate
        output.start_encoding()
        size = stream.codec_context.frame_size
        for frame in frames:
            fifo.write(frame)
            for piece in fifo.read_many(size):
                output.mux(stream.encode(piece))
        if rest := fifo.read(0, partial=True):
            output.mux(stream.encode(rest))
        output.mux(stream.encode(None))


def encode_speech(samples: npt.NDArray[np.int16], rate: int, target: Path, progress: Progress) -> None:
    """Encode mono samples to AAC-LC.

    Args:
        samples: Shape `(samples,)`.
        rate: Samples a second; one that AAC knows, such as 22050.
        target: The `.m4a` to write.
        progress: Told how far it is.
    """
    form = FILE_FORMATS[DEFAULT]
    steps = Steps(progress, "Encoding the audio", len(samples))
    frames = steps.counted(_frames(samples, rate))
    encode(frames, target, form, rate=rate, layout="mono", bit_rate=form.bit_rate(MONO, wide=False))


def _frames(samples: npt.NDArray[np.int16], rate: int) -> Iterator[AudioFrame]:
    import av
    import numpy as np

    for start in range(0, len(samples), _BLOCK):
        block = samples[start : start + _BLOCK].astype(np.float32) / 32_768
        frame = av.AudioFrame.from_ndarray(block[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = rate
        yield frame


def can_encode() -> bool:
    """Whether this build of FFmpeg can write AAC."""
    import av

    return "aac" in av.codecs_available
