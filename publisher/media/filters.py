"""FFmpeg's filters, one behind the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from publisher import interrupts

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.filter import Graph


def chain(rate: int, layout: str, *filters: tuple[str, str], sample_format: str = "fltp") -> Graph:
    """A chain of filters for sound of one form.

    Args:
        rate: Samples a second.
        layout: `mono`, `stereo`, ...
        filters: Name and arguments of each.
        sample_format: FFmpeg's name.
    """
    from av.filter import Graph

    graph = Graph()
    last = graph.add_abuffer(
        sample_rate=rate, format=sample_format, layout=layout, time_base=Fraction(1, rate)
    )
    for name, arguments in (*filters, ("abuffersink", "")):
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    graph.configure()
    return graph


def filtered(frames: Iterable[AudioFrame], graph: Graph) -> Iterator[AudioFrame]:
    """Frames as they come out of a chain, without time stamps."""
    for frame in frames:
        graph.push(frame)
        yield from pulled(graph)
    graph.push(None)
    yield from pulled(graph)


def pulled(graph: Graph) -> Iterator[AudioFrame]:
    """The frames that are ready, without time stamps."""
    import av

    while True:
        try:
            frame = cast("AudioFrame", graph.pull())
        except (av.error.BlockingIOError, av.error.EOFError):
            interrupts.heed()
            return
        frame.pts = None
        yield frame
