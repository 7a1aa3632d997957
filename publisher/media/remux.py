"""Moving packets into a file that podcast players take, without touching the sound."""

from __future__ import annotations

from pathlib import Path

from publisher.media.opening import opened
from publisher.media.steps import Steps
from publisher.media.writing import writing
from publisher.model import Progress


def remux(source: Path, target: Path, progress: Progress) -> None:
    """Copy the audio stream, and nothing else, into `target` (`.m4a` for AAC, `.mp3` for MP3).

    Raises:
        MediaError: The source does not open.
    """
    with opened(source) as (container, stream), writing(target) as output:
        done = 0
        copy = output.add_stream_from_template(stream)
        copy.metadata.clear()
        steps = Steps(progress, "Repacking the audio", container.size)
        for packet in container.demux(stream):
            if packet.dts is None:
                continue
            done += packet.size
            steps.reached(done)
            packet.stream = copy
            output.mux(packet)
