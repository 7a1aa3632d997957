"""What a whole process of ours costs: run as `python -m benchmarks.cost EPISODE.md CAPTIONS.json3 MILLISECONDS`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Case
from publisher.model import Captions, Transcript

_LAUNCH = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
"""On Linux a new process inherits the peak memory of the one that starts it, so a small one stands between."""


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
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _LAUNCH, sys.executable, *command],
            capture_output=True,
            check=True,
            cwd=Path(__file__).resolve().parents[1],
            encoding="utf-8",
        )
    first, again, peak = json.loads(done.stdout)
    characters = sum(len(turn.text) for turn in case.transcript.turns)
    return Cost(hours, characters, round(first, 3), round(again, 3), round(peak, 1))


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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1_024
    sys.stdout.write(json.dumps([first, again, peak * unit / 1e6]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
