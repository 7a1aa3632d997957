"""espeak-ng, for real: what it says and when."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.errors import MissingExtraError
from publisher.speech import Spoken, Utterance, speak, speak_all

pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")


def marked(text: str, said: Spoken) -> list[str]:
    return [text[word.offset : word.offset + word.length] for word in said.words]


def test_mandarin_has_a_time_for_each_character() -> None:
    text = "大家好，我们今天聊播客。"
    said = speak(text, language="zh-CN")
    assert marked(text, said) == list("大家好我们今天聊播客")
    assert said.rate == 22_050
    assert said.samples.dtype == np.int16
    assert 2 < len(said.samples) / said.rate < 5


def test_there_is_sound_at_every_word_and_quiet_before_the_second_sentence() -> None:
    text = "大家好。我们今天聊播客。"
    said = speak(text, language="zh")
    samples = np.abs(said.samples.astype(np.int32))
    for word in said.words:
        begin = word.start_ms * said.rate // 1000
        assert samples[begin : begin + said.rate // 5].max() > 1_000
    second = said.words[3].start_ms * said.rate // 1000
    assert samples[second - said.rate // 10 : second].max() < 500


def test_each_sound_counts_to_its_word_in_every_clause_of_a_text() -> None:
    text = "第10分钟，节目没毛病，是我到站了。二十多年里平台换了一茬又一茬。"
    (said,) = speak_all([Utterance(text, "zh")])
    sounded = {text[phone.offset] for phone in said.phones if not phone.name.startswith("_")}
    assert set("第节没是我站二年里平换又茬") <= sounded
    assert [phone.offset for phone in said.phones] == sorted(phone.offset for phone in said.phones)


def test_latin_names_and_numbers_in_chinese_are_spoken_and_marked() -> None:
    text = "我是Tim Cook，聊GPT和42家公司。"
    pieces = marked(text, speak(text, language="zh"))
    assert {"我", "Tim", "Cook", "GPT", "公", "司"} <= set(pieces)


def test_a_chinese_word_that_espeak_marks_once_reaches_over_both_characters() -> None:
    text = "你好，一行。"
    assert marked(text, speak(text, language="zh")) == ["你好", "一行"]


def test_english_has_a_time_for_each_word() -> None:
    text = "Hello world, it is a fine day."
    assert marked(text, speak(text, language="en-US")) == ["Hello", "world", "it", "is", "a", "fine", "day"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("大家<break time='9s'/>再见", ["大", "家", "再", "见"]),
        ("大家\n第二句", ["大", "家", "第", "二", "句"]),
        ("大😀家\x00播\ud800客\x1b", ["大", "家", "播", "客"]),
    ],
)
def test_markup_newlines_and_odd_characters_are_harmless(text: str, pieces: list[str]) -> None:
    said = speak(text, language="zh")
    assert [piece for piece in marked(text, said) if not piece.isascii()] == pieces
    assert len(said.samples) < 6 * said.rate


@pytest.mark.parametrize("text", ["", " \n ", "……！？", "😀"])
def test_what_has_no_words_gives_no_words(text: str) -> None:
    assert speak(text, language="zh").words == ()


def test_a_very_long_clause_without_punctuation_loses_nothing() -> None:
    text = "今天我们来聊一聊播客" * 60
    assert marked(text, speak(text, language="zh")) == list(text)


def test_unknown_and_hostile_languages_sound_english() -> None:
    text = "hello there"
    english = speak(text, language="en")
    for language in ("", "xx", "../../etc/passwd", "zz-Nope", "語"):
        said = speak(text, language=language)
        assert len(said.samples) == pytest.approx(len(english.samples), rel=0.02)


def test_cantonese_is_not_mandarin() -> None:
    text = "今日天氣好好"
    lengths = {len(speak(text, language=language).samples) // 2_205 for language in ("yue", "zh-HK")}
    assert len(lengths) == 2


def test_pitch_speed_and_variant_change_the_voice() -> None:
    text = "我们今天聊一聊播客。"
    plain, fast, high, other = speak_all(
        [
            Utterance(text, "zh"),
            Utterance(text, "zh", speed=300),
            Utterance(text, "zh", pitch=90),
            Utterance(text, "zh", variant="f2"),
        ]
    )
    assert len(fast.samples) < 0.8 * len(plain.samples)
    assert fundamental(high) > 1.2 * fundamental(plain)
    assert fundamental(other) > 1.2 * fundamental(plain)


def fundamental(said: Spoken) -> float:
    """The pitch in hertz, by the first strong lag of the autocorrelation between 70 and 400 Hz."""
    samples = said.samples.astype(np.float64)
    spectrum = np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2
    correlation = np.fft.irfft(spectrum)
    shortest, longest = said.rate // 400, said.rate // 70
    lags = correlation[shortest:longest]
    return said.rate / (shortest + int(np.argmax(lags > 0.8 * lags.max())))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=300), language=st.sampled_from(["zh-CN", "en", "yue", "ja", "ar"]))
def test_any_text_gives_words_inside_it_in_order(text: str, language: str) -> None:
    said = speak(text, language=language)
    end, time = 0, 0
    for word in said.words:
        assert end <= word.offset < word.offset + word.length <= len(text)
        assert time <= word.start_ms <= len(said.samples) * 1000 // said.rate
        end, time = word.offset + word.length, word.start_ms


def test_the_same_utterances_give_the_same_samples_whatever_was_said_before() -> None:
    utterances = [
        Utterance("大家好，我是小明。", "zh", variant="m3"),
        Utterance("你好，小明！", "zh", 60, 175, "f2"),
    ]
    first = list(speak_all(utterances))
    speak("在这个进程里说点别的。", language="zh")
    second = list(speak_all(utterances))
    assert [said.samples.tobytes() for said in first] == [said.samples.tobytes() for said in second]
    assert [said.words for said in first] == [said.words for said in second]
    assert marked(utterances[0].text, first[0]) == list("大家好我是小明")


def test_threads_take_turns() -> None:
    texts = ["大家好", "你好世界", "hello", "新年快乐万事如意"]
    found: dict[str, list[str]] = {}

    def say(text: str) -> None:
        found[text] = marked(text, speak(text, language="zh"))

    threads = [threading.Thread(target=say, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {text: "".join(pieces) for text, pieces in found.items()} == {text: text for text in texts}


def test_without_espeak_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(MissingExtraError, match=r"publisher\[acoustic\]"):
        next(speak_all([Utterance("hi", "en")]))
