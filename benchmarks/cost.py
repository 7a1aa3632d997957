"""What a whole process of ours costs: run as `python -m benchmarks.cost EPISODE.md CAPTIONS.json3 MILLISECONDS`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Case
from publisher.model import Captions, Transcript

_LAUNCH = """\
import json, resource, subprocess, sys, time
begun = time.perf_counter()
try:
    code = subprocess.call(sys.argv[3:], timeout=float(sys.argv[2]))
except subprocess.TimeoutExpired:
    code = f"It was stopped after {sys.argv[2]} seconds."
wall = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump([wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6], file)
sys.exit(code)
"""
"""On Linux a new process inherits the peak memory of the one that starts it, so a small one stands between."""

LIMIT = 1_800
"""Seconds that a command may take."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took.

    Attributes:
        wall: Seconds by the clock.
        processor: Seconds of all processors together, of the command and all that it starts.
        peak_megabytes: Largest resident size of any one process, in millions of bytes.
    """

    wall: float
    processor: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Time and memory for one talk.

    Attributes:
        hours: Of audio.
        characters: Of transcript.
        first: Seconds from a started interpreter to a timeline: libraries loaded, files read, text aligned.
        again: Seconds for the same once more in the same process.
        peak_megabytes: Largest resident size, in millions of bytes.
    """

    hours: int
    characters: int
    first: float
    again: float
    peak_megabytes: float


def cost(case: Case, hours: int) -> Cost:
    """Measure in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        episode, captions = Path(folder, "episode.md"), Path(folder, "captions.json3")
        write_markdown(case.transcript, episode)
        write_json3(case.captions, captions)
        command = ["-m", "benchmarks.cost", str(episode), str(captions), str(case.duration)]
        used, done = spent([sys.executable, *command])
    done.check_returncode()
    first, again = json.loads(done.stdout)
    characters = sum(len(turn.text) for turn in case.transcript.turns)
    return Cost(hours, characters, round(first, 3), round(again, 3), round(used.peak_megabytes, 1))


def spent(command: Sequence[str]) -> tuple[Spent, subprocess.CompletedProcess[str]]:
    """Run a command, and tell what it took and what it said; one that takes longer than LIMIT is stopped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "spent.json")
        done = subprocess.run(  # noqa: S603 - our own interpreter, and programs that were looked up
            [sys.executable, "-c", _LAUNCH, str(report), str(LIMIT), *command],
            capture_output=True,
            check=False,
            cwd=Path(__file__).resolve().parents[1],
            encoding="utf-8",
            env=os.environ | {"PYTHONIOENCODING": "UTF-8"},
            errors="replace",
        )
        wall, processor, peak = json.loads(report.read_text(encoding="utf-8"))
    return Spent(round(wall, 2), round(processor, 2), round(peak, 1)), done


def write_markdown(transcript: Transcript, path: Path) -> None:
    """A transcript as an episode's author writes it."""
    parts = []
    for section in transcript.sections:
        parts.append(f"### {section.title}")
        parts.extend(f"**{turn.speaker}**: {turn.text}" for turn in section.turns)
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_json3(captions: Captions, path: Path) -> None:
    """Captions as YouTube writes them, one word an event."""
    events = [
        {
            "tStartMs": word.span.start,
            "dDurationMs": word.span.length,
            "segs": [{"utf8": word.text, "tOffsetMs": 0}],
        }
        for word in captions.words
    ]
    path.write_text(json.dumps({"events": events}, ensure_ascii=False), encoding="utf-8")


def _main(episode: str, captions: str, duration: str) -> None:
    begun = time.perf_counter()
    from publisher.align import Evidence, align
    from publisher.content import read_transcript
    from publisher.fetch import read_captions
    from publisher.model import CaptionFile, CaptionKind

    def run() -> None:
        heard = read_captions(CaptionFile(Path(captions), CaptionKind.AUTOMATIC, "zh"))
        align(read_transcript(Path(episode)), Evidence(int(duration), heard, language="zh"))

    run()
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    run()
    again = time.perf_counter() - begun
    sys.stdout.write(json.dumps([first, again]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
