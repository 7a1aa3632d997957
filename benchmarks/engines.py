"""Programs that align a text with its sound, each in a process of its own: ours, aeneas and echogarden."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Case, Guess
from benchmarks.cost import Spent, spent, write_markdown
from benchmarks.recorded import sound, write_sound
from publisher.align.timelinefile import read_timeline, timeline_json
from publisher.model import Transcript

OURS = "ours"
AENEAS = "aeneas"
ECHOGARDEN = "echogarden"


@dataclass(frozen=True, slots=True)
class Files:
    """What a program reads and writes.

    Attributes:
        audio: The sound.
        text: The transcript.
        out: Where the times go.
    """

    audio: Path
    text: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Engine:
    """A program.

    Attributes:
        name: Of its rows.
        program: What is looked for on the PATH.
        install: How to install it, in words.
        languages: What it calls them.
        between: What stands between two turns in its text.
        command: Its command line: the program, the files, the language.
        read: From its output to seconds, one for each turn.
    """

    name: str
    program: str
    install: str
    languages: Mapping[str, str]
    between: str
    command: Callable[[str, Files, str], list[str]]
    read: Callable[[Path], list[float]]


def _aeneas(program: str, files: Files, language: str) -> list[str]:
    task = f"task_language={language}|is_text_type=plain|os_task_file_format=json"
    return [program, str(files.audio), str(files.text), task, str(files.out)]


def _echogarden(program: str, files: Files, language: str) -> list[str]:
    options = ["--engine=dtw", "--crop=false", f"--language={language}", "--overwrite"]
    return [program, "align", str(files.audio), str(files.text), str(files.out), *options]


def _fragments(path: Path) -> list[float]:
    return [float(one["begin"]) for one in json.loads(path.read_text(encoding="utf-8"))["fragments"]]


def _segments(path: Path) -> list[float]:
    return [float(one["startTime"]) for one in json.loads(path.read_text(encoding="utf-8"))]


PEERS = (
    Engine(
        AENEAS,
        "aeneas_execute_task",
        "pip install numpy aeneas-ng (first, on Debian: apt-get install espeak libespeak-ng-dev python3-dev gcc g++ "
        "festival-dev libestools-dev)",
        {"zh": "cmn", "en": "eng", "es": "spa", "fr": "fra"},
        "\n",
        _aeneas,
        _fragments,
    ),
    Engine(
        ECHOGARDEN,
        "echogarden",
        "ONNXRUNTIME_NODE_INSTALL=skip ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm install -g echogarden (without a network "
        "it wants npm's @echogarden/espeak-ng-emscripten unpacked in its folder of packages)",
        {"zh": "zh", "en": "en", "es": "es", "fr": "fr"},
        "\n\n",
        _echogarden,
        _segments,
    ),
)


def installed(engine: Engine) -> str | None:
    """The program, where it is on the PATH."""
    return shutil.which(engine.program)


def ours(case: Case) -> tuple[Guess, Spent]:
    """Align with the `acoustic` engine."""
    with tempfile.TemporaryDirectory() as folder:
        text, out = Path(folder, "talk.md"), Path(folder, "talk.json")
        write_markdown(case.transcript, text)
        command = ["-m", "benchmarks.engines", str(text), str(case.audio), case.language, str(out)]
        used, done = spent([sys.executable, *command])
        if done.returncode:
            return refusal(case, done.stderr), used
        timeline, _ = read_timeline(out)
    guess = Guess(
        tuple(turn.span.start if turn.span else None for turn in timeline.turns),
        tuple(section.span.start if section.span else None for section in timeline.sections),
        tuple(turn.confidence if turn.present else 0.0 for turn in timeline.turns),
    )
    return guess, used


def peer(engine: Engine, program: str, case: Case) -> tuple[Guess, Spent]:
    """Align with another program; it gets the sound as a mono WAV, the simplest there is."""
    if case.audio is None:
        raise ValueError(f"{case.name} has no sound")
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder, "talk.wav"), Path(folder, "talk.txt"), Path(folder, "talk.json"))
        write_sound(sound(case.audio), files.audio)
        lines = [" ".join(turn.text.split()) for turn in case.transcript.turns]
        files.text.write_text(engine.between.join(lines) + "\n", encoding="utf-8")
        used, done = spent(engine.command(program, files, engine.languages[case.language]))
        if done.returncode or not files.out.is_file():
            return refusal(case, done.stderr or done.stdout), used
        starts = engine.read(files.out)
    if len(starts) != len(lines):
        return refusal(case, f"It gave {len(starts)} times for {len(lines)} turns."), used
    return placed(case.transcript, [round(start * 1_000) for start in starts]), used


def placed(transcript: Transcript, starts: Sequence[int]) -> Guess:
    """What a program says that knows only turns and finds all of them."""
    firsts = (section.turns[0].index if section.turns else None for section in transcript.sections)
    return Guess(tuple(starts), tuple(None if first is None else starts[first] for first in firsts))


def refusal(case: Case, said: str) -> Guess:
    """What a program says that ended without times: its last line."""
    lines = said.strip().splitlines() or ["It ended without a word."]
    nothing = (None,) * len(case.starts)
    return Guess(nothing, (None,) * len(case.transcript.sections), refused=lines[-1].strip())


def _main(text: str, audio: str, language: str, out: str) -> None:
    """Align one file as `publish align` does, in this process."""
    from publisher.align import Evidence
    from publisher.align.acoustic import AcousticAligner
    from publisher.content import read_transcript
    from publisher.errors import PublisherError
    from publisher.media import probe

    transcript = read_transcript(Path(text))
    evidence = Evidence(probe(Path(audio)).duration, audio=Path(audio), language=language)
    try:
        timeline = AcousticAligner().align(transcript, evidence)
    except PublisherError as error:
        sys.exit(" ".join(str(error).split()))
    Path(out).write_text(timeline_json(timeline, transcript), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
