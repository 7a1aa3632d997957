"""Encoding to AAC-LC in MP4, which every podcast player takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media.decode import resampled
from publisher.media.opening import opened
from publisher.media.steps import Steps
from publisher.media.writing import writing
from publisher.model import Progress

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame

_RATES = (22_050, 24_000, 32_000, 44_100, 48_000)
_MONO_BIT_RATE = 64_000
_STEREO_BIT_RATE = 128_000
_BLOCK = 65_536


def encode(source: Path, target: Path, progress: Progress) -> None:
    """Encode the sound of any file that we can read: mono at 64 kbit/s, all else as stereo at 128.

    Raises:
        MediaError: The source does not open or decode.
    """
    with opened(source) as (container, stream):
        layout = "mono" if stream.channels == 1 else "stereo"
        rate = next((rate for rate in _RATES if rate >= stream.rate), _RATES[-1])
        total = container.duration * rate // 1_000_000 if container.duration else None
        frames = resampled(source, container, stream, sample_format="fltp", layout=layout, rate=rate)
        _encode(frames, target, rate, layout, Steps(progress, "Encoding the audio", total))


def encode_speech(samples: npt.NDArray[np.int16], rate: int, target: Path, progress: Progress) -> None:
    """Encode mono samples to AAC-LC at 64 kbit/s.

    Args:
        samples: Shape `(samples,)`.
        rate: Samples a second; one that AAC knows, such as 22050.
        target: The `.m4a` to write.
        progress: Told how far it is.
    """
    steps = Steps(progress, "Encoding the audio", len(samples))
    _encode(_frames(samples, rate), target, rate, "mono", steps)


def _frames(samples: npt.NDArray[np.int16], rate: int) -> Iterator[AudioFrame]:
    import av
    import numpy as np

    for start in range(0, len(samples), _BLOCK):
        block = samples[start : start + _BLOCK].astype(np.float32) / 32_768
        frame = av.AudioFrame.from_ndarray(block[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = rate
        yield frame


def _encode(frames: Iterable[AudioFrame], target: Path, rate: int, layout: str, steps: Steps) -> None:
    import av
    from av.codec.context import Flags

    fifo = av.AudioFifo()
    done = 0
    with writing(target) as output:
        stream = output.add_stream("aac", rate=rate, layout=layout)
        stream.codec_context.flags |= Flags.bitexact
        stream.bit_rate = _MONO_BIT_RATE if layout == "mono" else _STEREO_BIT_RATE
        output.start_encoding()
        size = stream.codec_context.frame_size
        for frame in frames:
            fifo.write(frame)
            for piece in fifo.read_many(size):
                output.mux(stream.encode(piece))
            done += frame.samples
            steps.reached(done)
        if rest := fifo.read(0, partial=True):
            output.mux(stream.encode(rest))
        output.mux(stream.encode(None))


def can_encode() -> bool:
    """Whether this build of FFmpeg can write AAC."""
    import av

    return "aac" in av.codecs_available
