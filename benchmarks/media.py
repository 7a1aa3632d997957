"""How fast audio is published, and in how much memory: `python -m benchmarks.media [--minutes 60] [--audio FILE]`.

Beside it the `ffmpeg` command line does the same, where it is installed. Each task runs in a process of its own, pinned
to one core where the system can do that. A task that fails is a row that says so.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, cast

from publisher import media
from publisher.model import Chapter, EditMap, Span, silent

if TYPE_CHECKING:
    import av
    import numpy as np
    import numpy.typing as npt

RATE = 44_100
TARGET = -16.0
_PHRASE, _SPOKEN = 5, 4
"""Seconds of a phrase and its pause, and of the phrase."""

_ENCODERS = {".m4a": "aac", ".mp3": "libmp3lame"}

Task = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a task took: seconds of processor time, seconds by the clock, megabytes at the most."""

    processor: float
    wall: float
    memory: float


def speech(path: Path, minutes: int, layout: str) -> None:
    """Noise in syllables, phrases and pauses at about -24 LUFS: one minute, encoded, again and again."""
    import av

    with av.open(str(path), "w") as output:
        stream = cast("av.AudioStream", output.add_stream(_ENCODERS[path.suffix], rate=RATE, layout=layout))
        packets = [bytes(packet) for frame in _minute(layout) for packet in stream.encode(frame)]
        size = stream.codec_context.frame_size
        for place in range(minutes * 60 * RATE // size):
            packet = av.Packet(packets[place % len(packets)])
            packet.stream, packet.time_base = stream, Fraction(1, RATE)
            packet.pts = packet.dts = place * size
            packet.duration = size
            output.mux(packet)


def _minute(layout: str) -> Iterator[av.AudioFrame]:
    import av
    import numpy as np

    chance = np.random.default_rng(5)
    moments = np.arange(RATE * 60) / RATE
    loud = 0.25 * np.clip(np.sin(2 * np.pi * 4 * moments), 0, 1) * (moments % _PHRASE < _SPOKEN)
    noise = np.convolve(chance.standard_normal(len(moments)), np.ones(8) / 8, "same") * loud
    sound: npt.NDArray[np.float32] = np.stack([noise, 0.8 * noise]).astype(np.float32)
    for start in range(0, sound.shape[1], 1_024):
        piece = np.ascontiguousarray(sound[: 1 if layout == "mono" else 2, start : start + 1_024])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate = RATE
        yield frame


def probe(source: Path, _target: Path) -> None:
    """What kind of file it is, and how long."""
    media.probe(source)


def remux(source: Path, target: Path) -> None:
    """Sound as it is, with tags, a cover and a hundred chapters."""
    length = media.probe(source).duration
    marks = [length * place // 100 for place in range(101)]
    chapters = tuple(Chapter(marks[k], marks[k + 1], f"第{k}章") for k in range(100))
    cover = media.small(media.plain_cover("bench"))
    media.remux(source, target, media.Tags(title="标题", cover=cover, chapters=chapters), silent)


def encode(source: Path, target: Path) -> None:
    """Measured, brought to its loudness, encoded to AAC."""
    talk = media.probe(source)
    recipe = media.Recipe(talk, EditMap((Span(0, talk.duration),), talk.duration), target=TARGET)
    media.master(recipe, media.measure(recipe, silent), media.FILE_FORMATS["m4a"], target, silent)


def ffmpeg_remux(source: Path, target: Path) -> None:
    """Sound as it is, by the command line."""
    _ffmpeg("-i", source, "-c", "copy", "-metadata", "title=x", "-movflags", "+faststart", target)


def ffmpeg_encode(bit_rate: int, source: Path, target: Path) -> None:
    """Measured, one gain and the same limiter, encoded to AAC, by the command line."""
    said = _ffmpeg("-i", source, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
    gain = TARGET - float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    filters = f"volume={gain}dB,aresample={2 * RATE},alimiter=limit=0.7079:level=0,aresample={RATE}"
    _ffmpeg("-i", source, "-af", filters, "-c:a", "aac", "-b:a", str(bit_rate), target)


def _ffmpeg(*arguments: str | Path) -> str:
    command = ["ffmpeg", "-nostats", "-y", "-threads", "1", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603
    return done.stderr


def cost(task: Task, source: Path, target: Path) -> Cost:
    """What a task takes, in a process of its own.

    Raises:
        Exception: Whatever the task raises; `BrokenProcessPool` when its process is killed.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_run, task, source, target).result()


def _run(task: Task, source: Path, target: Path) -> Cost:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.perf_counter()
    task(source, target)
    wall = time.perf_counter() - began
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    whose = others if others.ru_maxrss else own
    return Cost(whose.ru_utime + whose.ru_stime, wall, whose.ru_maxrss / 1_024)


def row(name: str, seconds: float, task: Task, source: Path, target: Path) -> str:
    """A line of the table."""
    try:
        found = cost(task, source, target)
    except Exception as error:  # noqa: BLE001  a row that says so, and the others go on
        return f"{name:<40}failed: {type(error).__name__}: {error}"
    finally:
        target.unlink(missing_ok=True)
    speed = seconds / found.processor
    return f"{name:<40}{found.processor:>8.1f}{found.wall:>8.1f}{speed:>13.0f}{found.memory:>7.0f}"


def _tasks(form: media.FileFormat, channels: int, *, has_ffmpeg: bool) -> Iterator[tuple[str, Task]]:
    yield "probe", probe
    yield "remux with tags", remux
    if has_ffmpeg:
        yield "  ffmpeg", ffmpeg_remux
    if form.name == media.DEFAULT:
        yield "AAC with loudness", encode
        if has_ffmpeg:
            yield "  ffmpeg", partial(ffmpeg_encode, form.bit_rate(channels, wide=False))


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="length of the episode")
    parser.add_argument("--audio", type=Path, help="an M4A or MP3 of your own, instead of what is made")
    parser.add_argument("--only", default="", help="only rows with this in their name")
    parser.add_argument("--ours", action="store_true", help="without ffmpeg")
    given = parser.parse_args()
    sys.stdout.write(f"{'task':<40}{'CPU s':>8}{'wall s':>8}{'x real time':>13}{'MB':>7}\n")
    has_ffmpeg = not given.ours and shutil.which("ffmpeg") is not None
    with tempfile.TemporaryDirectory() as folder:
        for source in [given.audio] if given.audio else _made(Path(folder), given.minutes):
            found = media.probe(source)
            form = media.FILE_FORMATS[source.suffix.removeprefix(".")]
            seconds = found.duration / 1_000
            kind = "mono" if found.channels == 1 else "stereo"
            for name, task in _tasks(form, found.channels, has_ffmpeg=has_ffmpeg):
                label = f"{name}, {kind} {form.name}, {seconds / 60:.0f} min"
                if given.only not in label:
                    continue
                target = Path(folder) / f"out{source.suffix}"
                sys.stdout.write(row(label, seconds, task, source, target) + "\n")
                sys.stdout.flush()


def _made(folder: Path, minutes: int) -> Iterator[Path]:
    """Sources, one after the other."""
    for name, layout in (("mono.m4a", "mono"), ("stereo.m4a", "stereo"), ("mono.mp3", "mono")):
        # apart, because a process counts the memory of the one that started it
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(speech, folder / name, minutes, layout).result()
        yield folder / name
        (folder / name).unlink()


if __name__ == "__main__":
    main()
