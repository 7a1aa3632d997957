"""How exact the `acoustic` engine is on real voices with known times: `python -m benchmarks.acoustic [FOLDER]`.

The folder holds `NAME.md`, `NAME.opus` and `NAME.truth.json`; each is aligned whole and cut to its first three minutes.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import wave
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "bench"
OPENING = 180
SURE, RIGHT = 0.8, 0.5
"""A start of so much confidence must be right within so many seconds."""
RATE = 16_000
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one recording.

    Attributes:
        name: What was aligned.
        minutes: Of audio.
        turns: How many are in the audio.
        median: Of the errors of their starts, in seconds, as all errors are.
        p95: Likewise, 95 %.
        worst: The largest.
        within: Shares within 0.1, 0.25 and 1 s.
        found: Turns not in the audio that were called absent, and how many there are.
        lost: Turns in the audio that were called absent.
        sections: The largest error of a section's start.
        sure: Turns of confidence 0.8 or more, and how many of them are right within 0.5 s.
        cost: Processor seconds for a minute of audio.
        peak: Megabytes of memory.
        refused: Why there are no times; empty where there are.
    """

    name: str
    minutes: float
    turns: int
    median: float = 0.0
    p95: float = 0.0
    worst: float = 0.0
    within: tuple[float, ...] = (0.0, 0.0, 0.0)
    found: tuple[int, int] = (0, 0)
    lost: int = 0
    sections: float = 0.0
    sure: tuple[int, int] = (0, 0)
    cost: float = 0.0
    peak: int = 0
    refused: str = ""


def measured(folder: Path, name: str, seconds: float | None) -> Row:
    """Align one recording, or its beginning, in this process."""
    from publisher.align import Evidence
    from publisher.align.acoustic import AcousticAligner
    from publisher.content import read_transcript
    from publisher.errors import AlignmentError
    from publisher.media import probe
    from publisher.model import Section, Transcript

    truth = json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8"))["turns"]
    transcript, audio = read_transcript(folder / f"{name}.md"), folder / f"{name}.opus"
    with tempfile.TemporaryDirectory() as scratch:
        if seconds is not None:
            ended = [index for index, turn in enumerate(truth) if turn["end"] and turn["end"] <= seconds]
            truth = truth[: ended[-1] + 1]
            cut = (
                Section(part.title, part.line, tuple(turn for turn in part.turns if turn.index < len(truth)))
                for part in transcript.sections
            )
            transcript = Transcript(tuple(section for section in cut if section.turns))
            audio = _cut(audio, truth[-1]["end"] + 0.4, Path(scratch, "cut.wav"))
        duration = probe(audio).duration
        label = f"{name}, first {OPENING // 60} min" if seconds else name
        there = sum(turn["start"] is not None for turn in truth)
        try:
            timeline = AcousticAligner().align(transcript, Evidence(duration, audio=audio, language="zh"))
        except AlignmentError as error:
            return Row(label, duration / 60_000, there, refused=str(error))
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    pairs = [(turn, true["start"]) for turn, true in zip(timeline.turns, truth, strict=True)]
    errors = [
        (abs(turn.span.start / 1_000 - true), turn.confidence)
        for turn, true in pairs
        if turn.span and true is not None
    ]
    sizes = sorted(error for error, _ in errors)
    sure = [error for error, confidence in errors if confidence >= SURE]
    firsts = [
        abs(section.span.start / 1_000 - start)
        for section, part in zip(timeline.sections, transcript.sections, strict=True)
        if section.span
        and (start := next((s for t in part.turns if (s := truth[t.index]["start"]) is not None), None))
        is not None
    ]
    return Row(
        label,
        duration / 60_000,
        there,
        statistics.median(sizes),
        sizes[int(0.95 * (len(sizes) - 1))],
        sizes[-1],
        tuple(sum(size <= limit for size in sizes) / len(sizes) for limit in (0.1, 0.25, 1)),
        (sum(true is None and not turn.present for turn, true in pairs), len(truth) - there),
        sum(true is not None and not turn.present for turn, true in pairs),
        max(firsts, default=0.0),
        (len(sure), sum(error <= RIGHT for error in sure)),
        spent / (duration / 60_000),
        own.ru_maxrss * 1_024 // MEBIBYTE,
    )


def _cut(audio: Path, seconds: float, path: Path) -> Path:
    import numpy as np

    from publisher.media import decode

    samples = np.concatenate(list(decode(audio, RATE)))[: int(seconds * RATE)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path


def _line(row: Row) -> str:
    if row.refused:
        return f"{row.name}: refused. {row.refused}"
    within = " ".join(f"{share:7.1%}" for share in row.within)
    return (
        f"{row.name:26} {row.minutes:5.1f} {row.turns:5} {row.median:7.3f} {row.p95:6.3f} {row.worst:6.2f} {within} "
        f"{row.sections:8.3f} {row.found[0]:4}/{row.found[1]} {row.lost:5} {row.sure[1]:5}/{row.sure[0]:<4} "
        f"{row.cost:6.2f} {row.peak:5}"
    )


def main(arguments: list[str]) -> None:
    """Measure every recording of a folder, each in a process of its own."""
    if len(arguments) == 3:  # noqa: PLR2004 - folder, name and seconds: one of our own processes
        row = measured(Path(arguments[0]), arguments[1], float(arguments[2]) or None)
        sys.stdout.write(json.dumps(asdict(row)))
        return
    folder = Path(arguments[0]) if arguments else FOLDER
    names = sorted(path.name.removesuffix(".truth.json") for path in folder.glob("*.truth.json"))
    sys.stdout.write(
        f"{'recording':26} {'min':>5} {'turns':>5} {'median':>7} {'p95':>6} {'worst':>6} {'0.1 s':>7} {'0.25 s':>7} "
        f"{'1 s':>7} {'sections':>8} absent  lost  sure right  cpu/min   MB\n"
    )
    for name in names:
        for seconds in (0, OPENING):
            command = [sys.executable, "-m", "benchmarks.acoustic", str(folder), name, str(seconds)]
            done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")  # noqa: S603
            sys.stdout.write(_line(Row(**json.loads(done.stdout))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
