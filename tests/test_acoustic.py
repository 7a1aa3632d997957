"""Aligning by the sound alone, for real: spoken talks with known times, and what must be refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import wave
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from publisher import pipeline
from publisher.align import Evidence, timeline_json
from publisher.align.acoustic import AcousticAligner
from publisher.align.acoustic.engine import ALIGNING
from publisher.align.acoustic.features import RATE, Sound, listen
from publisher.align.acoustic.refining import refine
from publisher.content import read_transcript
from publisher.errors import AlignmentError
from publisher.media import decode
from publisher.model import Method, Pin, Section, Span, Timeline, Transcript
from publisher.speech import Utterance, speak_all
from publisher.workspace import Settings, open_show
from tests.builders import transcript
from tests.talks import example

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")

VOICES = {0: ("m7", 30, 150), 1: ("f3", 70, 190)}
"""Variant, pitch and speed of the speakers; the aligner knows none of these voices."""


@dataclass(frozen=True)
class Talk:
    """A spoken transcript: the file, its length in milliseconds, and where each turn and each word begins.

    A word is known by its turn and its offset in it.
    """

    transcript: Transcript
    audio: Path
    duration: int
    starts: tuple[int | None, ...]
    words: Mapping[tuple[int, int], int]

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.duration, audio=self.audio, language="zh")


def opening(turns: int) -> Transcript:
    """The first turns of the example, in one section."""
    return Transcript((Section("Opening", 1, example().turns[:turns]),))


def write(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path


def music(seconds: float) -> Samples:
    """Chords that change twice a second."""
    times = np.arange(int(seconds * RATE)) / RATE
    roots = np.array([220.0, 277.2, 329.6, 246.9])[(times * 2).astype(int) % 4]
    tones = sum(np.sin(2 * np.pi * np.cumsum(roots * part) / RATE) for part in (1, 1.5, 2, 3))
    return (np.asarray(tones) * 0.08).astype(np.float32)


def speak(
    of: Transcript, folder: Path, *, unspoken: Collection[int] = (), before: Samples | None = None
) -> Talk:
    """Speak a talk with two voices, noise and pauses of many lengths."""
    chance = np.random.default_rng(7)
    speakers = {name: number % len(VOICES) for number, name in enumerate(of.speakers)}
    voices = [VOICES[speakers.get(turn.speaker, 0)] for turn in of.turns]
    said = speak_all(
        [
            Utterance(turn.text, "zh", pitch, speed, variant)
            for turn, (variant, pitch, speed) in zip(of.turns, voices, strict=True)
        ]
    )
    parts = [before if before is not None else np.zeros(RATE // 2, dtype=np.float32)]
    starts: list[int | None] = []
    words: dict[tuple[int, int], int] = {}
    for turn, spoken in zip(of.turns, said, strict=True):
        if turn.index in unspoken:
            starts.append(None)
            continue
        wanted = np.arange(len(spoken.samples) * RATE // spoken.rate) * (spoken.rate / RATE)
        sound = np.interp(wanted, np.arange(len(spoken.samples)), spoken.samples / 40_000).astype(np.float32)
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        sound = sound[loud[0] : loud[-1] + 1]
        start = sum(len(part) for part in parts) * 1_000 // RATE
        starts.append(start)
        trimmed = int(loud[0]) * 1_000 // RATE
        words |= {(turn.index, word.offset): start + word.start_ms - trimmed for word in spoken.words}
        parts += [sound, np.zeros(int(chance.uniform(0.15, 0.9) * RATE), dtype=np.float32)]
    whole = np.concatenate(parts)
    whole += chance.normal(0, 0.002, len(whole)).astype(np.float32)
    return Talk(of, write(folder / "talk.wav", whole), len(whole) * 1_000 // RATE, tuple(starts), words)


def errors(found: Timeline, starts: Collection[int | None]) -> list[int]:
    """By how many milliseconds the starts of present turns are wrong."""
    pairs = zip(found.turns, starts, strict=True)
    return [abs(turn.span.start - start) for turn, start in pairs if turn.span and start is not None]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return speak(opening(16), tmp_path_factory.mktemp("talk"))


@pytest.fixture(scope="module")
def found(talk: Talk) -> Timeline:
    return AcousticAligner().align(talk.transcript, talk.evidence)


def test_every_turn_of_a_spoken_talk_begins_where_it_is_heard(talk: Talk, found: Timeline) -> None:
    wrong = errors(found, talk.starts)
    assert len(wrong) == len(talk.starts)
    assert sorted(wrong)[len(wrong) // 2] <= 60
    assert max(wrong) <= 250


def test_nearly_every_word_of_a_spoken_talk_has_its_time_and_hardly_one_is_wrong(
    talk: Talk, found: Timeline
) -> None:
    sure = [word for word in found.words if word.sure]
    wrong = [
        abs(word.span.start - talk.words[word.turn, word.offset])
        for word in sure
        if (word.turn, word.offset) in talk.words
    ]
    assert len(sure) >= 0.9 * len(found.words)
    assert len(wrong) >= 0.9 * len(sure)
    assert sum(error <= 100 for error in wrong) >= 0.9 * len(wrong)
    assert sum(error <= 250 for error in wrong) >= 0.99 * len(wrong)


def test_words_of_music_and_of_turns_that_nobody_says_have_no_sure_time(tmp_path: Path) -> None:
    of = opening(16)
    talk = speak(of, tmp_path, unspoken={6}, before=music(12))
    found = AcousticAligner().align(of, talk.evidence)
    assert min(word.span.start for word in found.words if word.sure) >= 11_750
    assert not [word for word in found.words if word.turn == 6 and word.sure]


def test_the_timeline_says_how_its_times_were_found(talk: Talk, found: Timeline) -> None:
    assert found.engine == "acoustic"
    assert {turn.method for turn in found.turns} == {Method.ACOUSTIC}
    assert all(turn.span and turn.span.end <= talk.duration for turn in found.turns)


def test_clauses_inside_a_turn_have_ascending_times(found: Timeline) -> None:
    marked = [turn for turn in found.turns if len(turn.marks) > 1]
    assert marked
    for turn in marked:
        offsets, times = zip(*((mark.offset, mark.start) for mark in turn.marks), strict=True)
        assert list(offsets) == sorted(set(offsets))
        assert list(times) == sorted(set(times))


def test_the_same_talk_gives_the_same_times_again(talk: Talk, found: Timeline) -> None:
    again = AcousticAligner().align(talk.transcript, talk.evidence)
    assert timeline_json(again, talk.transcript) == timeline_json(found, talk.transcript)


def test_a_pin_stays_where_a_person_put_it(talk: Talk) -> None:
    pin = Pin(5, (talk.starts[5] or 0) + 40)
    pinned = AcousticAligner().align(talk.transcript, replace(talk.evidence, pins=(pin,)))
    assert pinned.turns[5].span
    assert pinned.turns[5].span.start == pin.start
    assert pinned.turns[5].method is Method.PINNED


def test_a_long_turn_that_nobody_says_is_absent_and_music_is_not_taken_for_the_first(tmp_path: Path) -> None:
    of = opening(16)
    longest = max(of.turns[1:-1], key=lambda turn: len(turn.text)).index
    talk = speak(of, tmp_path, unspoken={longest}, before=music(12))
    found = AcousticAligner().align(of, talk.evidence)
    assert [turn.index for turn in found.turns if not turn.present] == [longest]
    assert max(errors(found, talk.starts)) <= 500


def test_a_turn_with_more_text_than_was_said_begins_where_it_is_heard(tmp_path: Path) -> None:
    talk = speak(opening(16), tmp_path)
    other, long = sorted(talk.transcript.turns[1:-1], key=lambda turn: len(turn.text))[-2:]
    surplus = replace(long, text=long.text + other.text[: len(long.text) // 2])
    turns = tuple(surplus if turn.index == long.index else turn for turn in talk.transcript.turns)
    found = AcousticAligner().align(Transcript((Section("Opening", 1, turns),)), talk.evidence)
    span = found.turns[long.index].span
    assert span
    assert abs(span.start - (talk.starts[long.index] or 0)) <= 250


def test_what_a_speaker_adds_before_the_first_word_of_the_text_belongs_to_the_turn(tmp_path: Path) -> None:
    written = opening(16)
    after_another = [
        two.index for one, two in pairwise(written.turns) if {one.speaker, two.speaker} == {"老谭", "小满"}
    ]
    assert len(after_another) >= 2
    said = tuple(
        replace(turn, text=f"嗯对对对。{turn.text}") if turn.index in after_another else turn
        for turn in written.turns
    )
    talk = speak(Transcript((Section("Opening", 1, said),)), tmp_path)
    found = AcousticAligner().align(written, talk.evidence)
    assert max(errors(found, talk.starts)) <= 250


def test_refining_brings_starts_that_are_half_a_second_off_to_where_the_sound_sets_in(
    talk: Talk, found: Timeline
) -> None:
    shifts = [(-1) ** turn.index * 500 for turn in found.turns]
    coarse = []
    latest = 0
    for turn, shift in zip(found.turns, shifts, strict=True):
        assert turn.span
        latest = max(latest, turn.span.start + shift, 0)
        coarse.append(replace(turn, span=Span(latest, max(latest, turn.span.end)), marks=()))
    rough = replace(found, turns=tuple(coarse))
    fine = refine(rough, talk.transcript, talk.audio, languages=("zh",))
    before, after = errors(rough, talk.starts), errors(fine, talk.starts)
    assert sum(error <= 100 for error in before) <= 2
    assert sum(error <= 100 for error in after) >= len(after) * 3 // 4
    assert max(after) <= max(before)
    sure = [word for word in fine.words if word.sure]
    wrong = [
        abs(word.span.start - talk.words.get((word.turn, word.offset), word.span.start)) for word in sure
    ]
    assert len(sure) >= 0.9 * len(fine.words)
    assert sum(error <= 250 for error in wrong) >= 0.99 * len(wrong)


def test_a_second_run_reads_the_words_back_and_listens_to_nothing(talk: Talk, show_folder: Path) -> None:
    content = show_folder / "content"
    lines = [f"**{turn.speaker}**: {turn.text}\n" for turn in talk.transcript.turns]
    head = "---\ntitle: Talk\ndate: 2026-01-01\naudio: talk.wav\nlanguage: zh\n---\n\n"
    (content / "talk.md").write_text(head + "\n".join(lines), encoding="utf-8")
    shutil.copy(talk.audio, content / "talk.wav")
    told: list[str] = []

    def tell(what: str, _share: float | None = None) -> None:
        told.append(what)

    def aligned() -> Timeline:
        space = open_show(show_folder, Settings(progress=tell))
        found = pipeline.read(space, content / "talk.md")
        timeline = pipeline.align_episode(space, found, pipeline.fetch(space, found)).timeline
        assert timeline
        return timeline

    first = aligned()
    assert ALIGNING in told
    told.clear()
    shutil.rmtree(show_folder / ".publisher")
    assert aligned() == first
    assert ALIGNING not in told
    (content / "talk.words.json").unlink()
    assert aligned() == first
    assert ALIGNING in told


def test_refining_leaves_pinned_turns_and_absent_ones_alone(talk: Talk, found: Timeline) -> None:
    turns = list(found.turns)
    assert turns[3].span
    turns[3] = replace(
        turns[3], method=Method.PINNED, span=Span(turns[3].span.start + 200, turns[3].span.end)
    )
    turns[7] = replace(turns[7], span=None, present=False, marks=())
    fine = refine(replace(found, turns=tuple(turns)), talk.transcript, talk.audio, languages=("zh",))
    assert fine.turns[3] == turns[3]
    assert fine.turns[7] == turns[7]


def test_a_turn_that_cannot_be_spoken_lies_before_the_next_one(tmp_path: Path) -> None:
    turns = list(opening(6).turns)
    talk = speak(Transcript((Section("", 1, tuple(turns)),)), tmp_path)
    turns[2] = replace(turns[2], text="……")
    found = AcousticAligner().align(Transcript((Section("", 1, tuple(turns)),)), talk.evidence)
    assert found.turns[2].method is Method.INTERPOLATED
    assert found.turns[2].confidence == 0


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: np.zeros(90 * RATE, dtype=np.float32), "no speech"),
        (lambda: np.random.default_rng(1).normal(0, 0.05, 90 * RATE).astype(np.float32), "no speech"),
        (lambda: music(90), "not this text|no speech"),
        (lambda: music(1), "nobody speaks"),
    ],
    ids=["silence", "noise", "music", "a second for a minute of text"],
)
def test_audio_without_the_talk_is_refused(tmp_path: Path, make: Callable[[], Samples], reason: str) -> None:
    samples = make()
    audio = write(tmp_path / "other.wav", samples)
    evidence = Evidence(len(samples) * 1_000 // RATE, audio=audio, language="zh")
    with pytest.raises(AlignmentError, match=reason):
        AcousticAligner().align(opening(8), evidence)


def test_turns_whose_sound_was_cut_away_are_absent_and_the_others_keep_their_times(
    talk: Talk, tmp_path: Path
) -> None:
    samples = np.concatenate(list(decode(talk.audio, RATE)))
    low, high = talk.starts[6] or 0, talk.starts[9] or 0
    kept = np.concatenate((samples[: low * RATE // 1_000], samples[high * RATE // 1_000 :]))
    starts = [
        start - (high - low) if start is not None and index >= 9 else start
        for index, start in enumerate(talk.starts)
    ]
    audio = write(tmp_path / "cut.wav", kept)
    duration = len(kept) * 1_000 // RATE
    found = AcousticAligner().align(talk.transcript, Evidence(duration, audio=audio, language="zh"))
    for turn, start in zip(found.turns, starts, strict=True):
        if 6 <= turn.index < 9:
            assert not turn.present or turn.confidence <= 0.6
        elif turn.confidence >= 0.8:
            assert turn.span
            assert start is not None
            assert abs(turn.span.start - start) <= 500


def test_the_number_of_threads_does_not_change_the_times(talk: Talk, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from publisher.align import Evidence, timeline_json; "
        "from publisher.align.acoustic import AcousticAligner; from publisher.content import read_transcript; "
        "text = read_transcript(Path(sys.argv[1])); "
        "found = AcousticAligner().align(text, Evidence(int(sys.argv[3]), audio=Path(sys.argv[2]), language='zh')); "
        "sys.stdout.write(timeline_json(found, text))"
    )
    text = tmp_path / "talk.md"
    lines = [f"**{turn.speaker or 'A'}**: {turn.text}" for turn in talk.transcript.turns[:8]]
    text.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    samples = np.concatenate(list(decode(talk.audio, RATE)))[: (talk.starts[8] or 0) * RATE // 1_000]
    audio = write(tmp_path / "opening.wav", samples)
    command = [sys.executable, "-c", script, str(text), str(audio), str(len(samples) * 1_000 // RATE)]
    one, two = (
        subprocess.run(
            command, check=True, capture_output=True, env={**os.environ, "OPENBLAS_NUM_THREADS": threads}
        ).stdout
        for threads in ("1", "2")
    )
    assert one == two


def test_the_text_of_another_talk_is_refused(talk: Talk) -> None:
    other = Transcript(
        (Section("", 1, tuple(replace(t, index=i) for i, t in enumerate(example().turns[30:44]))),)
    )
    with pytest.raises(AlignmentError, match="not this text"):
        AcousticAligner().align(other, talk.evidence)


def test_without_audio_it_cannot_be_used() -> None:
    assert not AcousticAligner().can_use(Evidence(1_000))
    with pytest.raises(AlignmentError, match="no audio"):
        AcousticAligner().align(transcript(), Evidence(1_000))


def test_a_cut_of_a_talk_of_real_voices_is_right_within_a_quarter_of_a_second(
    shared: Path, tmp_path: Path
) -> None:
    truth = json.loads((shared / "bench/talk_clean.truth.json").read_text(encoding="utf-8"))["turns"]
    inside = [turn for turn in truth if turn["end"] is not None and turn["end"] < 240]
    samples = np.concatenate(list(decode(shared / "bench/talk_clean.opus", RATE)))
    end = inside[-1]["end"] + 0.4
    audio = write(tmp_path / "cut.wav", samples[: int(end * RATE)])
    turns = read_transcript(shared / "bench/talk_clean.md").turns[: len(inside)]
    found = AcousticAligner().align(
        Transcript((Section("", 1, turns),)), Evidence(int(end * 1_000), audio=audio, language="zh")
    )
    assert max(errors(found, [round(turn["start"] * 1_000) for turn in inside])) <= 250


def test_sound_is_a_plain_value(talk: Talk) -> None:
    sound = listen(decode(talk.audio, RATE))
    assert isinstance(sound, Sound)
    assert abs(len(sound.decibels) * 10 - talk.duration) <= 20


def test_ctrl_c_ends_it_at_once_with_one_sentence(talk: Talk, tmp_path: Path) -> None:
    text = tmp_path / "talk.md"
    lines = [f"**{turn.speaker or 'A'}**: {turn.text}" for turn in talk.transcript.turns]
    text.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    command = ["align", str(text), "--audio", str(talk.audio), "--engine", "acoustic", "--verbose"]
    with subprocess.Popen(
        [sys.executable, "-m", "publisher", *command],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stderr
        first = process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
    assert first == "Listening\n"
    assert process.returncode == 130, rest
    assert "Traceback" not in rest
    assert rest.endswith("\nStopped. What is finished stays; the next run goes on from there.\n")
