"""Sound as samples, in the time of the player: gaps are silence, so that a sample's place is its time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media.filters import pulled
from publisher.media.opening import damaged, opened

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.filter import Graph

_BAD_ALLOWED = Fraction(2, 100)
_BAD_ALWAYS_ALLOWED = 16

_FRAME = 16_384
"""Samples that are handed on together: each further step costs time by the frame, too."""


def decode(path: Path, rate: int = 16_000) -> Iterator[npt.NDArray[np.float32]]:
    """The sound of a file, mixed to mono and resampled, about a second at a time.

    Sample `n` of the whole is heard at `n / rate` seconds: what is missing in the file is filled with
    silence. Only a second or two is held in memory.

    Yields:
        Arrays of shape `(samples,)`, float32, from -1 to 1.

    Raises:
        MediaError: The file cannot be opened, or more than 2 % of it does not decode.
    """
    import av
    import numpy as np

    fifo = av.AudioFifo()
    with opened(path) as (container, stream):
        for frame in resampled(path, container, stream, sample_format="flt", layout="mono", rate=rate):
            fifo.write(frame)
            while second := fifo.read(rate):
                yield np.clip(second.to_ndarray()[0], -1, 1)
    if rest := fifo.read(0, partial=True):
        yield np.clip(rest.to_ndarray()[0], -1, 1)


def resampled(
    path: Path, container: InputContainer, stream: AudioStream, *, sample_format: str, layout: str, rate: int
) -> Iterator[AudioFrame]:
    """Decode a stream to one format from its first sample to its last, without gaps or overlaps.

    Args:
        path: The file, for errors.
        container: The open file.
        stream: Its audio stream.
        sample_format: FFmpeg's name, such as `flt` or `fltp`.
        layout: `mono` or `stereo`.
        rate: Samples a second.

    Yields:
        Frames of any size without a time stamp; their order is their time.

    Raises:
        MediaError: More than 2 % of the packets do not decode.
    """
    origin = max(Fraction(container.start_time or 0, 1_000_000), Fraction(0))
    resampler = _Resampler(sample_format, layout, rate)
    for frame in _decoded(path, container, stream):
        if origin and frame.pts is not None and frame.time_base:
            frame.pts -= round(origin / frame.time_base)
        yield from resampler.push(frame)
    yield from resampler.finish()


class _Resampler:
    """FFmpeg's resampler, filling and trimming by time stamps; made anew when the source changes form."""

    def __init__(self, sample_format: str, layout: str, rate: int) -> None:
        self._target = (
            f"{rate}:out_sample_fmt={sample_format}:out_chlayout={layout}:rematrix_maxval=1:async=1"
        )
        self._form: tuple[object, ...] = ()
        self._graph: Graph | None = None
        self._done = 0

    def push(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        form = (frame.sample_rate, frame.format.name, frame.layout.name)
        if form != self._form or self._graph is None:
            yield from self.finish()
            self._form, self._graph = form, self._made_for(frame)
        self._graph.push(frame)
        yield from self._pull(self._graph)

    def finish(self) -> Iterator[AudioFrame]:
        if self._graph:
            self._graph.push(None)
            yield from self._pull(self._graph)
            self._graph = None

    def _made_for(self, frame: AudioFrame) -> Graph:
        from av.filter import Graph

        graph = Graph()
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=frame.time_base,
        )
        resampler = graph.add("aresample", f"{self._target}:first_pts={self._done}")
        gathered = graph.add("asetnsamples", f"{_FRAME}:pad=0")
        graph.link_nodes(source, resampler, gathered, graph.add("abuffersink")).configure()
        return graph

    def _pull(self, graph: Graph) -> Iterator[AudioFrame]:
        for frame in pulled(graph):
            self._done += frame.samples
            yield frame


def _decoded(path: Path, container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    import av

    packets = bad = 0
    for packet in container.demux(stream):
        packets += 1
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            bad += 1
    if bad > max(_BAD_ALWAYS_ALLOWED, int(packets * _BAD_ALLOWED)):
        raise damaged(path)
