"""Synthetic episodes: spoken for real, misheard repeatably, with known times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from publisher.errors import FetchError
from publisher.fetch.base import Job, Network
from publisher.fetch.mishearing import Heard, misheard
from publisher.fetch.synthetic import SyntheticFetcher
from publisher.media import decode, probe
from publisher.model import CaptionKind, Episode, Fetched, Section, Transcript, Turn, silent

pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")

TALK = (
    (
        "开场",
        (
            (
                "小林",
                "大家好，欢迎收听我们的节目。今天我们请来了一位老朋友，她在一家做视频的公司工作了很多年。",
            ),
            ("阿梅", "大家好，我是阿梅，很高兴又来到这里。"),
            ("小林", "对。"),
            ("阿梅", "对对对，上一次来还是去年夏天，那个时候Seedance和OpenAI都还没有现在这么热闹。"),
        ),
    ),
    (
        "模型怎么学会拍电影",
        (
            ("小林", "我们先说说数据吧。为什么大家都说数据比模型更重要呢？我觉得这件事情很多人没有想明白。"),
            ("", "这里是画外音。"),
            (
                "阿梅",
                "因为模型的结构大家都差不多，真正拉开差距的是每一次点赞、每一次停留，还有剪辑时改了多少次。",
            ),
            ("老王", "……"),
        ),
    ),
)


def episode(folder: Path, talk: Any = TALK, language: str = "zh-CN") -> Episode:
    sections, index = [], 0
    for title, lines in talk:
        turns = []
        for speaker, text in lines:
            turns.append(Turn(index, speaker, text, text, line=index + 1))
            index += 1
        sections.append(Section(title, 1, tuple(turns)))
    return Episode(
        slug="talk",
        path=folder / "talk.md",
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript(tuple(sections)),
        audio="synthetic",
        language=language,
    )


def fetch(folder: Path, talk: Any = TALK, language: str = "zh-CN") -> Fetched:
    job = Job("synthetic", folder, episode(folder, talk, language), Network(offline=True), silent)
    return SyntheticFetcher().fetch(job)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    fetch(folder)
    return folder


def truth(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "truth.json").read_text(encoding="utf-8")))


def events(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "captions.zh-orig.json3").read_text(encoding="utf-8"))["events"])


def lines(folder: Path) -> list[dict[str, Any]]:
    return [event for event in events(folder) if "segs" in event and "aAppend" not in event]


def samples(folder: Path) -> npt.NDArray[np.float32]:
    return np.concatenate(list(decode(folder / "audio.m4a")))


def test_the_word_synthetic_is_the_reference() -> None:
    fetcher = SyntheticFetcher()
    assert fetcher.name == "synthetic"
    assert fetcher.matches(" Synthetic\n")
    assert not fetcher.matches("synthetic.m4a")
    assert not fetcher.matches("https://example.com/synthetic")


def test_it_says_what_it_brought(tmp_path: Path) -> None:
    fetched = fetch(tmp_path)
    assert fetched.audio == tmp_path / "audio.m4a"
    assert fetched.synthetic
    assert fetched.captions is not None
    assert (fetched.captions.kind, fetched.captions.language) == (CaptionKind.AUTOMATIC, "zh-CN")
    assert fetched.captions.path == tmp_path / "captions.zh-orig.json3"
    assert fetched.duration == pytest.approx(probe(tmp_path / "audio.m4a").duration, abs=50)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audio.m4a",
        "captions.zh-orig.json3",
        "truth.json",
    ]


def test_the_same_transcript_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    fetch(tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_audio_is_mono_speech_in_aac(folder: Path) -> None:
    media = probe(folder / "audio.m4a")
    assert (media.mime, media.codec, media.channels, media.sample_rate) == ("audio/mp4", "aac", 1, 22_050)
    assert media.bit_rate < 80_000


def test_every_turn_sounds_at_its_true_time_after_a_pause(folder: Path) -> None:
    heard = np.abs(samples(folder))
    turns = [turn for turn in truth(folder)["turns"] if turn["start"] is not None]
    assert turns[0]["start"] == 1.5
    for turn in turns:
        start, end = (int(turn[key] * 16_000) for key in ("start", "end"))
        assert heard[start - 3_200 : start - 400].max() < 0.02
        assert heard[start : start + 3_200].max() > 0.03
        assert heard[end - 3_200 : end].max() > 0.01


def test_pauses_between_turns_are_natural_and_longer_between_sections(folder: Path) -> None:
    turns = [turn for turn in truth(folder)["turns"] if turn["start"] is not None]
    for before, after in pairwise(turns):
        pause = after["start"] - before["end"]
        assert (1.2 if before["section"] != after["section"] else 0.25) <= pause < 2.2


def test_a_turn_without_words_is_absent(folder: Path) -> None:
    assert truth(folder)["absent"] == [7]
    assert truth(folder)["turns"][7]["start"] is None


def test_speakers_have_voices_of_their_own(tmp_path: Path) -> None:
    text = "我们今天聊一聊播客，还有很多有意思的事情。"
    fetch(tmp_path, (("", (("甲", text), ("乙", text), ("甲", text))),))
    heard = samples(tmp_path)
    pitches = []
    for turn in truth(tmp_path)["turns"]:
        part = heard[int(turn["start"] * 16_000) : int(turn["end"] * 16_000)]
        spectrum = np.abs(np.fft.rfft(part, 2 * len(part))) ** 2
        lags = np.fft.irfft(spectrum)[40:230]
        pitches.append(16_000 / (40 + int(np.argmax(lags > 0.8 * lags.max()))))
    assert pitches[0] == pytest.approx(pitches[2], rel=0.05)
    assert pitches[1] > 1.2 * pitches[0]


def test_captions_have_the_form_of_youtubes_automatic_ones(folder: Path) -> None:
    window, *rest = events(folder)
    assert window["tStartMs"] == 0
    assert "segs" not in window
    assert window["dDurationMs"] == pytest.approx(probe(folder / "audio.m4a").duration, abs=50)
    kinds = ["newline" if "aAppend" in event else "line" for event in rest]
    assert kinds == ["line", *["newline", "line"] * (len(kinds) // 2)]
    for event in rest:
        assert event["wWinId"] == 1
        if "aAppend" in event:
            assert (event["aAppend"], event["segs"]) == (1, [{"utf8": "\n"}])
        else:
            offsets = [segment.get("tOffsetMs", 0) for segment in event["segs"]]
            assert "tOffsetMs" not in event["segs"][0]
            assert offsets == sorted(offsets)
            assert all(segment["acAsrConf"] == 0 and segment["utf8"].strip() for segment in event["segs"])


def test_lines_last_some_seconds_and_overlap_the_next(folder: Path) -> None:
    found = lines(folder)
    for before, after in pairwise(found):
        assert before["tStartMs"] + before["segs"][-1].get("tOffsetMs", 0) <= after["tStartMs"]
        assert before["segs"][-1].get("tOffsetMs", 0) <= 6_000
        assert before["tStartMs"] + before["dDurationMs"] > after["tStartMs"]
    assert np.median([after["tStartMs"] - before["tStartMs"] for before, after in pairwise(found)]) >= 3_000


def test_captions_are_imperfect_but_recognisable(folder: Path) -> None:
    said = "".join(letter for _, turns in TALK for _, text in turns for letter in text if letter.isalnum())
    heard = "".join(segment["utf8"].replace(" ", "") for event in lines(folder) for segment in event["segs"])
    assert 0.04 < Levenshtein.normalized_distance(said, heard) < 0.2


def test_words_that_were_heard_right_have_their_true_time(folder: Path) -> None:
    found = [
        (segment["utf8"], (line["tStartMs"] + segment.get("tOffsetMs", 0)) / 1000)
        for line in lines(folder)
        for segment in line["segs"]
    ]
    heard = np.abs(samples(folder))
    loud = [heard[int(time * 16_000) : int(time * 16_000) + 3_200].max() > 0.02 for _, time in found]
    assert sum(loud) > 0.97 * len(loud)


def test_english_captions_put_a_blank_before_each_further_word(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, (("", (("Ana", "Hello and welcome to the show, my dear friend."),)),), "en-US")
    assert fetched.captions is not None
    assert fetched.captions.path.name == "captions.en-orig.json3"
    segments = json.loads(fetched.captions.path.read_text(encoding="utf-8"))["events"][1]["segs"]
    assert [segment["utf8"].startswith(" ") for segment in segments] == [False] + [True] * (len(segments) - 1)


def test_a_hostile_language_stays_out_of_the_file_name(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, (("", (("Ana", "Hello."),)),), "../../x")
    assert fetched.captions is not None
    assert fetched.captions.path == tmp_path / "captions.und-orig.json3"


def test_a_transcript_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="nothing to speak") as caught:
        fetch(tmp_path, (("", (("Ana", "……"),)),))
    assert caught.value.code == "nothing_to_speak"
    assert not caught.value.again


WORDS = st.lists(
    st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=12), max_size=60
)


@given(texts=WORDS)
def test_mishearing_is_repeatable_and_never_goes_back_in_time(texts: list[str]) -> None:
    words = [Heard(text, 250 * place) for place, text in enumerate(texts)]
    heard = list(misheard(words, "seed"))
    assert heard == list(misheard(words, "seed"))
    assert all(before.start <= after.start for before, after in pairwise(heard))
    assert all(word.text for word in heard)


def test_about_a_tenth_of_the_characters_is_misheard() -> None:
    text = "我们今天聊一聊播客还有很多别的事情大家都在用这个东西做自己的节目" * 60
    heard = "".join(word.text for word in misheard([Heard(letter, 0) for letter in text], "seed"))
    assert 0.08 < Levenshtein.normalized_distance(text, heard) < 0.16
    assert heard != "".join(word.text for word in misheard([Heard(letter, 0) for letter in text], "other"))


def test_names_are_sometimes_spelled_by_ear() -> None:
    heard = {word.text for word in misheard([Heard("Seedance", 100 * place) for place in range(300)], "seed")}
    assert {"Seedance", "See", "dance"} <= heard
    assert any(text.islower() and text != "dance" for text in heard)
