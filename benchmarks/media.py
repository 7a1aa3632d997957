"""How fast audio is published, and in how much memory: `python -m benchmarks.media [--minutes 60]`.

Beside it the `ffmpeg` command line does the same, where it is installed. Each task runs in a process of its own, pinned
to one core where the system can do that; time is processor time.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from publisher import media
from publisher.model import Chapter, EditMap, Span, silent

if TYPE_CHECKING:
    import av

RATE = 44_100
TARGET = -16.0
_PHRASE, _SPOKEN = 5, 4
"""Seconds of a phrase and its pause, and of the phrase."""


def speech(path: Path, minutes: int, encoder: str) -> None:
    """Noise in syllables, phrases and pauses, two channels at about -24 LUFS, as long as an episode."""
    import av
    import numpy as np

    chance = np.random.default_rng(5)
    time = np.arange(RATE * 60) / RATE
    loud = 0.1 * np.clip(np.sin(2 * np.pi * 4 * time), 0, 1) * (time % _PHRASE < _SPOKEN)
    noise = np.convolve(chance.standard_normal(len(time)), np.ones(8) / 8, "same")
    sound = np.stack([noise * loud, 0.8 * noise * loud]).astype(np.float32)
    with av.open(str(path), "w") as output:
        stream = cast("av.AudioStream", output.add_stream(encoder, rate=RATE, layout="stereo"))
        for _ in range(minutes):
            for start in range(0, sound.shape[1], 1_024):
                piece = np.ascontiguousarray(sound[:, start : start + 1_024])
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
                frame.sample_rate = RATE
                output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


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
    _ffmpeg("-i", str(source), "-c", "copy", "-metadata", "title=x", "-movflags", "+faststart", str(target))


def ffmpeg_encode(source: Path, target: Path) -> None:
    """One gain and a limiter by the command line, after a pass that measures."""
    _ffmpeg("-i", str(source), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")
    filters = "volume=8dB,aresample=88200,alimiter=limit=0.7:level=0,aresample=44100"
    _ffmpeg("-i", str(source), "-af", filters, "-c:a", "aac", "-b:a", "128k", str(target))


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", *arguments], check=True)  # noqa: S603, S607


def measured(task: Callable[[Path, Path], None], source: Path, target: Path) -> tuple[float, float]:
    """Seconds of processor time and megabytes at the most, in a process of its own."""
    context = get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_run, args=(task, source, target, queue))
    process.start()
    seconds, memory = queue.get()
    process.join()
    return seconds, memory


def _run(task: Callable[[Path, Path], None], source: Path, target: Path, queue: Any) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    task(source, target)
    whose = resource.RUSAGE_CHILDREN if task.__name__.startswith("ffmpeg") else resource.RUSAGE_SELF
    used = resource.getrusage(whose)
    queue.put((used.ru_utime + used.ru_stime, used.ru_maxrss / 1_024))


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="length of the episode")
    minutes = parser.parse_args().minutes
    tasks = [("remux with tags", remux, ".m4a"), ("AAC with loudness", encode, ".wav")]
    if shutil.which("ffmpeg"):
        tasks[1:1] = [("  ffmpeg", ffmpeg_remux, ".m4a")]
        tasks.append(("  ffmpeg", ffmpeg_encode, ".wav"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = {".m4a": root / "a.m4a", ".wav": root / "a.wav"}
        for path, encoder in zip(sources.values(), ("aac", "pcm_s16le"), strict=True):
            # apart, because a process counts the memory of the one that started it
            made = get_context("spawn").Process(target=speech, args=(path, minutes, encoder))
            made.start()
            made.join()
        sys.stdout.write(f"{minutes} minutes, stereo\n{'task':<20}{'CPU s':>8}{'x real time':>13}{'MB':>7}\n")
        for name, task, suffix in tasks:
            seconds, memory = measured(task, sources[suffix], root / "out.m4a")
            speed = minutes * 60 / seconds
            sys.stdout.write(f"{name:<20}{seconds:>8.1f}{speed:>13.0f}{memory:>7.0f}\n")


if __name__ == "__main__":
    main()
