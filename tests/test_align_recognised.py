"""The `recognised` engine, with a real speech model."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher.align import Evidence, align, recognised, recognising
from publisher.align.engine import Recogniser
from publisher.align.joining import join
from publisher.align.recognised import RecognisedAligner, recognise
from publisher.align.recognising import RATE, SpeechModel, Spoken
from publisher.content import read_transcript
from publisher.errors import AlignmentError, MissingExtraError, UsageError
from publisher.model import Method, Section, Span, Timeline, Transcript, Word
from publisher.speech import speak
from tests.builders import transcript
from tests.recordings import Recording, bursts, decoded, whisper_base, write_wav
from tests.talks import example
from tests.talks import speak as captioned

if TYPE_CHECKING:
    from tests.recordings import Samples

TALK = transcript(
    (
        "The harbour",
        (
            (
                "Ann",
                "Good morning and welcome. Today we talk about the old harbour and the people who work there.",
            ),
            ("Ben", "Thank you very much. I came to this town forty years ago, when every house had a boat."),
            ("Ann", "And what did you do when the fish went away?"),
        ),
    ),
    (
        "The school",
        (
            ("Ben", "We opened a school for young sailors. In the first winter only seven children came."),
            ("Ann", "Seven! And how many pupils are there now?"),
            ("Ben", "More than two hundred, and some of them have already sailed around the world."),
        ),
    ),
)
PAUSE = 0.6
"""Seconds of silence before each turn."""


@pytest.fixture(scope="session")
def model() -> str:
    """The folder of a real speech model."""
    return whisper_base()


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """`TALK`, spoken."""
    import numpy as np

    pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")
    parts: list[Samples] = []
    starts = []
    at = 0
    for turn in TALK.turns:
        said = speak(turn.text, language="en-GB", pitch=60 if turn.speaker == "Ann" else 35, speed=150)
        length = round(len(said.samples) * RATE / said.rate)
        places = np.arange(length) * said.rate / RATE
        sound = np.interp(places, np.arange(len(said.samples)), said.samples / 32_768)
        starts.append(round((at + PAUSE * RATE) * 1000 / RATE))
        parts += [np.zeros(round(PAUSE * RATE), dtype=np.float32), sound.astype(np.float32)]
        at += round(PAUSE * RATE) + length
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    write_wav(path, np.concatenate(parts))
    return Recording(path, at * 1000 // RATE, tuple(starts))


@pytest.fixture(scope="session")
def opening(talk: Recording, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """The first turn of the spoken talk."""
    path = tmp_path_factory.mktemp("opening") / "opening.wav"
    write_wav(path, decoded(talk.path)[: talk.starts[1] * RATE // 1000])
    return Recording(path, talk.starts[1], talk.starts[:1])


def evidence(
    recording: Recording,
    model: str = "",
    *,
    language: str = "en",
    fast: bool = False,
    cache: Path | None = None,
) -> Evidence:
    how = Recogniser(model, fast, cache)
    return Evidence(recording.duration, audio=recording.path, language=language, recogniser=how)


def errors(timeline: Timeline, starts: tuple[int, ...]) -> list[int]:
    """How far each turn is off in milliseconds; all of them must have been found."""
    spans = [turn.span for turn in timeline.turns]
    return [abs(span.start - start) for span, start in zip(spans, starts, strict=True) if span is not None]


# -- what is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fast", [False, True])
def test_turns_of_recognised_speech_begin_where_they_are_spoken(
    talk: Recording, model: str, fast: bool
) -> None:
    timeline = align(TALK, evidence(talk, model, fast=fast), engine="recognised")
    off = errors(timeline, talk.starts)
    assert len(off) == len(TALK.turns)
    assert max(off) <= 1_000
    assert timeline.engine == "recognised"
    assert timeline.duration == talk.duration
    assert {turn.method for turn in timeline.turns} <= {Method.RECOGNISED, Method.INTERPOLATED}
    assert [section.title for section in timeline.sections] == ["The harbour", "The school"]


def bench_cut(shared: Path, folder: Path, first: int, last: int) -> tuple[Transcript, Recording]:
    """Some turns of the bench's hard talk, from a breath before the first to the end of the last."""
    bench = shared / "bench"
    truth = json.loads((bench / "talk_hard.truth.json").read_text(encoding="utf-8"))["turns"][
        first : last + 1
    ]
    begin = truth[0]["start"] - 0.5
    samples = decoded(bench / "talk_hard.opus")[round(begin * RATE) : round(truth[-1]["end"] * RATE)]
    path = folder / "cut.wav"
    write_wav(path, samples)
    turns = read_transcript(bench / "talk_hard.md").turns[first : last + 1]
    text = Transcript((Section("", 1, tuple(replace(turn, index=i) for i, turn in enumerate(turns))),))
    starts = tuple(round((turn["start"] - begin) * 1000) for turn in truth)
    return text, Recording(path, len(samples) * 1000 // RATE, starts)


def test_real_mandarin_voices_are_recognised_also_when_the_language_is_not_known(
    shared: Path, model: str, tmp_path: Path
) -> None:
    text, recording = bench_cut(shared, tmp_path, 1, 6)
    heard = evidence(recording, model, language="", cache=tmp_path / "cache")
    off = errors(align(text, heard, engine="recognised"), recording.starts)
    assert len(off) == len(text.turns)
    assert max(off) <= 1_000
    assert recognise(heard).language == "zh"


@pytest.mark.parametrize("fast", [False, True])
def test_silence_is_not_this_talk(tmp_path: Path, model: str, fast: bool) -> None:
    import numpy as np

    write_wav(tmp_path / "silence.wav", np.zeros(20 * RATE, dtype=np.float32))
    silence = Recording(tmp_path / "silence.wav", 20_000, ())
    with pytest.raises(AlignmentError):
        align(TALK, evidence(silence, model, language="", fast=fast))


def test_a_phrase_that_is_heard_over_and_over_in_music_moves_nothing() -> None:
    text = example()
    music = 30_000
    spoken = captioned(text, wrong=0.2, before=music)
    phrase = text.turns[3].text[:6]
    looped = tuple(Word(phrase, Span(at, at + 300)) for at in range(0, music, 300))
    captions = replace(spoken.captions, words=looped + spoken.captions.words)
    timeline = join(text, captions, Evidence(spoken.duration), engine="recognised", method=Method.RECOGNISED)
    starts = tuple(start for start in spoken.starts if start is not None)
    assert len(errors(timeline, starts)) == len(text.turns)
    assert max(errors(timeline, starts)) <= 1_000


def test_a_language_that_the_model_does_not_know_is_told_from_the_sound(
    opening: Recording, model: str
) -> None:
    assert SpeechModel(model).language("yue", decoded(opening.path)) == "en"


class Forgetful(SpeechModel):
    """A model that skips seconds 8 to 18 when it first listens, as Whisper sometimes does."""

    def _decoded(self, samples: Samples, language: str, *, again: bool = False) -> Iterator[Spoken]:
        for text, start, end in super()._decoded(samples, language, again=again):
            if again or end < 8 or start > 18:
                yield text, start, end


def test_speech_that_was_skipped_is_listened_to_again(talk: Recording, model: str) -> None:
    samples = decoded(talk.path)
    words, again = (list(kind(model).words(samples, "en")) for kind in (SpeechModel, Forgetful))
    same = SequenceMatcher(None, [word.text for word in words], [word.text for word in again])
    assert same.ratio() > 0.8
    for block in same.get_matching_blocks():
        for word, found in zip(words[block.a :][: block.size], again[block.b :][: block.size], strict=True):
            assert abs(word.span.start - found.span.start) <= 1_000


# -- what is kept -------------------------------------------------------------------------------------


def told(heard: Evidence, *, until: float = 2.0) -> tuple[Evidence, list[float]]:
    """Evidence whose progress is written down, and which a person stops at a share."""
    shares: list[float] = []

    def tell(what: str, share: float | None = None) -> None:
        if share is not None:
            shares.append(share)
            if share >= until:
                raise KeyboardInterrupt

    return replace(heard, progress=tell), shares


def test_recognised_speech_is_not_recognised_again(opening: Recording, model: str, tmp_path: Path) -> None:
    heard, shares = told(evidence(opening, model, cache=tmp_path))
    captions = recognise(heard)
    assert captions.words
    assert shares == sorted(shares)
    assert 0.8 < shares[-1] <= 1
    shares.clear()
    assert recognise(heard) == captions
    assert not shares


def test_each_way_of_recognising_is_kept_for_itself(opening: Recording, model: str, tmp_path: Path) -> None:
    for fast in (False, True):
        heard, shares = told(evidence(opening, model, cache=tmp_path, fast=fast))
        assert recognise(heard).words
        assert shares


def test_a_run_that_is_stopped_goes_on_with_the_piece_in_which_it_was(
    talk: Recording, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "SHORTEST", 14 * RATE)
    monkeypatch.setattr(recognising, "LONGEST", 18 * RATE)
    stopped, _ = told(evidence(talk, model, cache=tmp_path), until=0.7)
    with pytest.raises(KeyboardInterrupt):
        recognise(stopped)
    going_on, shares = told(evidence(talk, model, cache=tmp_path))
    captions = recognise(going_on)
    assert shares[0] > 0.4
    assert captions == recognise(evidence(talk, model))


def test_a_damaged_cache_is_made_again(opening: Recording, model: str, tmp_path: Path) -> None:
    heard = evidence(opening, model, cache=tmp_path)
    captions = recognise(heard)
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(content[: len(content) // 2])
    assert recognise(heard) == captions
    assert kept.read_bytes() == content


@pytest.mark.parametrize(
    "words", ['[["a", 2, 1]]', '[["a", 1e999, 1e999]]', '[["a", 5, 6], ["b", 1, 2]]', '[["a"]]', "1"]
)
def test_a_cache_with_impossible_words_is_as_good_as_none(tmp_path: Path, words: str) -> None:
    path = tmp_path / "heard.json"
    path.write_text(f'{{"language": "en", "until": 9, "whole": true, "words": {words}}}', encoding="utf-8")
    assert recognised._read(path) == recognised.NOTHING


# -- what is needed -----------------------------------------------------------------------------------


def test_the_engine_is_used_with_audio_a_model_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (extra `asr`)")
    engine = RecognisedAligner()
    nothing = Recording(Path("talk.wav"), 60_000, ())
    assert engine.can_use(evidence(nothing, "small"))
    assert not engine.can_use(evidence(nothing))
    assert not engine.can_use(replace(evidence(nothing, "small"), audio=None))
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    assert not engine.can_use(evidence(nothing, "small"))


def test_captions_come_before_recognised_speech(tmp_path: Path) -> None:
    text = transcript()
    spoken = captioned(text)
    write_wav(tmp_path / "noise.wav", bursts(spoken.duration // 1000))
    how = Recogniser("small")
    both = Evidence(spoken.duration, spoken.captions, tmp_path / "noise.wav", recogniser=how)
    assert align(text, both).engine == "captions"


def test_asking_for_the_engine_without_a_model_says_how_to_name_one(talk: Recording) -> None:
    with pytest.raises(UsageError, match="--model small"):
        align(TALK, evidence(talk), engine="recognised")


def test_asking_for_the_engine_without_audio_says_so() -> None:
    with pytest.raises(AlignmentError, match="no audio"):
        align(TALK, Evidence(60_000, recogniser=Recogniser("small")), engine="recognised")


def test_asking_for_the_engine_without_the_extra_says_what_to_install(
    talk: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(MissingExtraError, match=r"publisher\[asr\]"):
        align(TALK, evidence(talk, "small"), engine="recognised")


def test_a_folder_without_a_model_is_refused_by_what_it_lacks(talk: Recording, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"config\.json, model\.bin, tokenizer\.json"):
        align(TALK, evidence(talk, str(tmp_path)), engine="recognised")


def test_a_model_that_cannot_be_loaded_is_refused(talk: Recording, model: str, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.bin").write_bytes(b"nothing")
    with pytest.raises(UsageError, match="cannot be loaded"):
        align(TALK, evidence(talk, str(tmp_path)), engine="recognised")


def test_an_unknown_model_name_is_answered_with_the_known_ones(talk: Recording) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (extra `asr`)")
    with pytest.raises(UsageError, match=r"tiny, .*turbo, or the path"):
        align(TALK, evidence(talk, "enormous"), engine="recognised")
