"""Real recogniser output on speech with known times, and cuts of it that nobody tuned anything to.

The folder holds `NAME.md`, `NAME.opus`, `NAME.truth.json` and `NAME.zh-orig.json3`. The two talks stand for others of
their kind. To notice an aligner that is fitted to them, the same sound, captions and text are also cut in ways that
happen to real episodes.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.case import Case, Planned
from publisher.content import read_transcript
from publisher.fetch import read_captions
from publisher.media import decode, probe
from publisher.model import CaptionFile, CaptionKind, Captions, Section, Span, Transcript, Word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

NAMES = ("talk_clean", "talk_hard")
SOUNDS = (".opus", ".wav")
RATE = 16_000
OPENING = 180_000
"""Milliseconds that are measured alone."""

FIRST = f"first {OPENING // 60_000} min"
"""The name of that."""

LEAD = 500
"""Milliseconds of sound that a cut keeps before its first turn."""

Range = tuple[int, int]
"""First turn and the one after the last."""


def talks(folder: Path) -> Iterator[Planned]:
    """The talks as they are; none where the folder does not hold them."""
    for name in _captioned(folder):
        yield Planned(f"bench: {name}", partial(talk, folder, name))


def cuts(folder: Path, scratch: Path) -> Iterator[Planned]:
    """Four cuts of each talk; their sound is written into `scratch`."""
    for name in _captioned(folder):
        for cut, make in _CUTS.items():
            yield Planned(f"bench cut: {name}: {cut}", partial(_made_cut, folder, name, make, scratch))


def names(folder: Path) -> list[str]:
    """All talks of a folder."""
    return sorted(path.name.removesuffix(".truth.json") for path in folder.glob("*.truth.json"))


def material(folder: Path, name: str) -> str:
    """Where a talk comes from."""
    return str(_truth(folder, name).get("material", "bench"))


def _captioned(folder: Path) -> list[str]:
    return [name for name in NAMES if (folder / f"{name}.truth.json").is_file()]


def _truth(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8"))
    return found


def _made_cut(folder: Path, name: str, make: Callable[[Case, Path], Case], scratch: Path) -> Case:
    return make(talk(folder, name), scratch)


def talk(folder: Path, name: str) -> Case:
    """Read a talk with known times: `NAME.truth.json`, `NAME.md`, its sound and, where there are any, its captions.

    The truth holds `turns` with a `start` in seconds, null where a turn is not in the audio, and may name the
    `language`, Mandarin without that, and the `material`.
    """
    truth = _truth(folder, name)
    audio = next(path for suffix in SOUNDS if (path := folder / f"{name}{suffix}").is_file())
    captions = folder / f"{name}.zh-orig.json3"
    return Case(
        name=name,
        material=material(folder, name),
        transcript=read_transcript(folder / f"{name}.md"),
        captions=read_captions(CaptionFile(captions, CaptionKind.AUTOMATIC, "zh"))
        if captions.is_file()
        else Captions((), CaptionKind.AUTOMATIC),
        starts=tuple(
            None if turn["start"] is None else round(turn["start"] * 1_000) for turn in truth["turns"]
        ),
        duration=probe(audio).duration,
        audio=audio,
        language=truth.get("language", "zh"),
    )


def opening(whole: Case, scratch: Path) -> Case:
    """The first OPENING of a talk: its turns up to the last that is over by then."""
    over = max(
        index for index, start in enumerate(whole.starts) if start is not None and start <= OPENING + LEAD
    )
    turns = (0, over)
    return replace(_cut(whole, FIRST, heard=turns, text=turns, scratch=scratch), material=whole.material)


def end_to_end(name: str, talks: Sequence[Case], minutes: int, scratch: Path) -> Case:
    """Talks one after the other, again and again, as often as it takes to be so long.

    Its text repeats: what it costs to align is told by it, not how right that is.
    """
    parts: list[Case] = []
    while sum(part.duration for part in parts) < minutes * 60_000:
        parts.append(talks[len(parts) % len(talks)])
    sections: list[Section] = []
    starts: list[int | None] = []
    begin = 0
    for part in parts:
        for section in part.transcript.sections:
            turns = tuple(replace(turn, index=len(starts) + turn.index) for turn in section.turns)
            sections.append(replace(section, turns=turns))
        starts += [None if start is None else begin + start for start in part.starts]
        begin += part.duration
    audio = scratch / f"{name}.wav"
    write_sounds((_lasting(part) for part in parts), audio)
    return Case(
        name=name,
        material="long",
        transcript=Transcript(tuple(sections)),
        captions=Captions((), CaptionKind.AUTOMATIC),
        starts=tuple(starts),
        duration=begin,
        audio=audio,
        language=talks[0].language,
    )


def _lasting(talk: Case) -> Samples:
    """The sound of a talk, to the sample as long as it says to be."""
    import numpy as np

    found = np.zeros(talk.duration * RATE // 1_000, np.float32)
    samples = _sound(talk)[: len(found)]
    found[: len(samples)] = samples
    return found


def _sound(talk: Case) -> Samples:
    if talk.audio is None:
        raise ValueError(f"{talk.name} has no sound")
    return sound(talk.audio)


def _from_the_middle(whole: Case, scratch: Path) -> Case:
    count = len(whole.starts)
    turns = (count // 3, 3 * count // 4)
    return _cut(whole, "from the middle", heard=turns, text=turns, scratch=scratch)


def _late_start(whole: Case, scratch: Path) -> Case:
    count = len(whole.starts)
    return _cut(whole, "late start", heard=(count // 3, count), text=(count // 2, count), scratch=scratch)


def _text_goes_on(whole: Case, scratch: Path) -> Case:
    count = len(whole.starts)
    return _cut(whole, "text goes on", heard=(0, 3 * count // 4), text=(0, count), scratch=scratch)


def _captions_stop(whole: Case, scratch: Path) -> Case:
    count = len(whole.starts)
    turns = (count // 3, count)
    case = _cut(whole, "captions stop", heard=turns, text=turns, scratch=scratch)
    return replace(case, captions=_shifted(case.captions, 0, case.duration * 3 // 4))


_CUTS: dict[str, Callable[[Case, Path], Case]] = {
    "from the middle": _from_the_middle,
    "late start": _late_start,
    "text goes on": _text_goes_on,
    "captions stop": _captions_stop,
}


def _cut(whole: Case, name: str, *, heard: Range, text: Range, scratch: Path) -> Case:
    """The sound and captions of one range of turns with the text of another."""
    start, end = _milliseconds(whole, heard)
    turns = [turn.index for turn in whole.transcript.turns if text[0] <= turn.index < text[1]]
    starts = tuple(
        None if (true := whole.starts[index]) is None or not start <= true < end else true - start
        for index in turns
    )
    label = f"{whole.name}: {name}"
    audio = scratch / f"{label.replace(': ', '-').replace(' ', '-')}.wav"
    write_sound(_sound(whole)[start * RATE // 1_000 : end * RATE // 1_000], audio)
    return Case(
        name=label,
        material="bench cut",
        transcript=_only(whole.transcript, text),
        captions=_shifted(whole.captions, start, end),
        starts=starts,
        duration=end - start,
        audio=audio,
        language=whole.language,
    )


def _milliseconds(whole: Case, turns: Range) -> tuple[int, int]:
    """From shortly before the first turn of a range that is in the audio to the start of the turn after it."""
    first = next(start for start in whole.starts[turns[0] :] if start is not None)
    after = next((start for start in whole.starts[turns[1] :] if start is not None), whole.duration + LEAD)
    return (max(0, first - LEAD) if turns[0] else 0), min(whole.duration, after - LEAD // 2)


def _only(transcript: Transcript, turns: Range) -> Transcript:
    """A range of the turns, numbered from 0, with the sections that still have any."""
    sections = []
    for section in transcript.sections:
        kept = tuple(
            replace(turn, index=turn.index - turns[0])
            for turn in section.turns
            if turns[0] <= turn.index < turns[1]
        )
        if kept:
            sections.append(Section(section.title, section.line, kept))
    return Transcript(tuple(sections))


def _shifted(captions: Captions, start: int, end: int) -> Captions:
    words = tuple(
        Word(word.text, Span(word.span.start - start, min(word.span.end, end) - start))
        for word in captions.words
        if start <= word.span.start < end
    )
    return replace(captions, words=words)


def write_sound(samples: Samples, path: Path) -> None:
    """Write a mono WAV of RATE; what is too loud is clipped."""
    write_sounds([samples], path)


def write_sounds(pieces: Iterable[Samples], path: Path) -> None:
    """Likewise, pieces one after the other."""
    import numpy as np

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for samples in pieces:
            file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def sound(path: Path) -> Samples:
    """All samples of a sound file at RATE."""
    import numpy as np

    return np.concatenate(list(decode(path, RATE)))
