"""From turns to cues, and the files that carry them."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import timecode
from publisher.model import Cue, Mark, Span
from publisher.text import clean, display_width
from publisher.transcripts import WRITERS, About, TranscriptWriter, cues
from tests.builders import timeline, transcript

ABOUT = About(title="第一期", show="公园闲谈", duration=100_000)
CUES = (
    Cue(Span(0, 4_500), "小苏", "大家好，\n欢迎收听。"),
    Cue(Span(4_500, 6_000), "小苏", "A & B <b> --> C"),
    Cue(Span(6_000, 3_700_000), "老修 <x> & y", "好的。"),
    Cue(Span(3_700_000, 3_701_000), "", "（笑声）"),
)

SPEECH = st.text(
    st.sampled_from("的一是了我他3九0个年月 aBc'-.,!?;，。！？；、…“”（）《》\n\t ＡéЖ한カ😀\u200b\u0301"),
    max_size=160,
)


def said(text: str, *, lasts: int | None = None, marks: tuple[Mark, ...] = ()) -> tuple[Cue, ...]:
    """The cues of one turn; five columns take a second if nothing else is said."""
    talk = transcript(("A", [("", text)]))
    end = lasts if lasts is not None else max(1, display_width(text) * 100)
    return cues(timeline(talk, spans=[(0, end)], marks={0: marks}), talk)


def texts(found: tuple[Cue, ...]) -> list[str]:
    return [cue.text for cue in found]


def bare(text: str) -> str:
    return "".join(text.split())


# -- cutting ------------------------------------------------------------------------------------------


def test_each_sentence_is_a_cue() -> None:
    assert texts(said("今天天气真的很好。我们去公园走走吧！你觉得怎么样？好的，走。")) == [
        "今天天气真的很好。",
        "我们去公园走走吧！",
        "你觉得怎么样？",
        "好的，走。",
    ]


def test_sentences_of_languages_with_spaces_end_at_a_full_stop() -> None:
    assert texts(said("Version 2.0 is out today. Have you tried it yet? I have not!")) == [
        "Version 2.0 is out today.",
        "Have you tried it yet?",
        "I have not!",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert texts(said("他说：“今天就到这里吧。”然后我们就都回家去了。")) == [
        "他说：“今天就到这里吧。”",
        "然后我们就都回家去了。",
    ]


def test_a_sentence_too_long_for_a_cue_is_cut_at_clauses() -> None:
    long = "我们先说第一件事情就是训练数据，第二件事情是工程化能力，第三件事情才是大家说的算法和模型，最后是市场。"
    found = texts(said(long))
    assert [text.replace("\n", "") for text in found] == [
        "我们先说第一件事情就是训练数据，第二件事情是工程化能力，",
        "第三件事情才是大家说的算法和模型，最后是市场。",
    ]


def test_two_lines_are_balanced_and_break_after_punctuation_where_they_can() -> None:
    assert texts(said("就刘某人在这下个断言，我觉得这个东西流行不了多久。")) == [
        "就刘某人在这下个断言，\n我觉得这个东西流行不了多久。"
    ]
    assert texts(said("The quick brown fox jumps over the lazy dog near the river bank")) == [
        "The quick brown fox jumps over\nthe lazy dog near the river bank"
    ]


def test_a_short_neighbour_in_the_turn_is_joined() -> None:
    assert texts(said("对。对。是的。我也是这么想的。")) == ["对。对。是的。", "我也是这么想的。"]


def test_a_cue_that_lasts_too_long_is_cut() -> None:
    found = said("我们慢慢地说这一件重要的事情", lasts=14_000)
    assert len(found) == 2
    assert all(cue.span.length <= 7_500 for cue in found)


def test_a_few_words_are_not_cut_however_long_they_last() -> None:
    assert texts(said("好的好的", lasts=60_000)) == ["好的好的"]


def test_paragraphs_are_not_run_together_in_a_line_without_a_blank() -> None:
    assert texts(said("第一段\n第二段", lasts=900)) == ["第一段 第二段"]


@pytest.mark.parametrize(
    "whole", ["Seedance", "10万块", "1.5小时", "2026年", "三个", "第一次", "3 个月", "don’t", "10 minutes"]
)
def test_a_word_and_a_number_with_its_measure_are_never_divided(whole: str) -> None:
    for before in range(40):
        found = said("我" * before + whole + "是" * 60)
        assert any(whole in line for cue in found for line in cue.text.split("\n")), before


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    for before in range(40):
        for cue in said("我" * before + "（这里）“那里”，《书》。" + "是" * 60):
            for line in cue.text.split("\n"):
                assert line[0] not in "）”，》。"
                assert line[-1] not in "（“《"


def test_a_word_wider_than_a_line_is_cut_at_the_line() -> None:
    address = "https://example.org/" + "a" * 300
    found = said(address)
    assert bare("".join(texts(found))) == address
    assert all(display_width(line) <= 32 for cue in found for line in cue.text.split("\n"))


# -- times --------------------------------------------------------------------------------------------


def test_times_come_from_the_marks() -> None:
    text = "今天天气真的很好。我们去公园走走吧！"
    found = said(text, lasts=9_000, marks=(Mark(9, 5_200),))
    assert [cue.span for cue in found] == [Span(0, 5_200), Span(5_200, 9_000)]


def test_between_marks_time_is_shared_out_by_width() -> None:
    assert [cue.span.start for cue in said("今天天气真的很好。abcdefgh abcdefgh.", lasts=7_200)] == [
        0,
        3_600,
    ]


def test_marks_that_make_no_sense_are_bounded_by_the_turn() -> None:
    wild = (Mark(0, 900), Mark(9, 99_000), Mark(9, 1), Mark(12, 50), Mark(400, 60))
    found = said("今天天气真的很好。我们去公园走走吧！", lasts=4_000, marks=wild)
    assert bare("".join(texts(found))) == "今天天气真的很好。我们去公园走走吧！"
    assert found[0].span.start == 0
    assert found[-1].span.end >= 4_000


def test_a_cue_never_crosses_turns_and_keeps_its_speaker() -> None:
    talk = transcript(("A", [("小苏", "对。"), ("老修", "嗯。"), ("", "好。")]))
    found = cues(timeline(talk, spans=[(0, 300), (300, 600), (600, 900)]), talk)
    assert [(cue.speaker, cue.text) for cue in found] == [("小苏", "对。"), ("老修", "嗯。"), ("", "好。")]


def test_an_absent_turn_gives_no_cue() -> None:
    talk = transcript(("A", [("小苏", "有。"), ("老修", "没有。"), ("小苏", "还有。")]))
    found = cues(timeline(talk, spans=[(0, 2_000), None, (5_000, 7_000)]), talk)
    assert [(cue.text, cue.span) for cue in found] == [
        ("有。", Span(0, 2_000)),
        ("还有。", Span(5_000, 7_000)),
    ]


def test_a_turn_that_overlaps_the_next_gives_way() -> None:
    talk = transcript(("A", [("小苏", "我先说完。"), ("老修", "等一下。")]))
    found = cues(timeline(talk, spans=[(0, 5_000), (3_000, 6_000)]), talk)
    assert [cue.span for cue in found] == [Span(0, 3_000), Span(3_000, 6_000)]


@settings(deadline=None, max_examples=200)
@given(
    turns=st.lists(
        st.tuples(SPEECH, st.integers(0, 2_000), st.integers(0, 30_000), st.booleans()), max_size=6
    ),
    marked=st.lists(st.tuples(st.integers(0, 170), st.integers(0, 100_000)), max_size=5),
)
def test_cues_hold_the_whole_text_in_order_of_time_within_two_lines(
    turns: list[tuple[str, int, int, bool]], marked: list[tuple[int, int]]
) -> None:
    talk = transcript(("A", [(str(number), text) for number, (text, *_) in enumerate(turns)]))
    spans: list[tuple[int, int] | None] = []
    start = 0
    for _, pause, length, present in turns:
        start += pause
        spans.append((start, start + length) if present else None)
        start += length // 2
    marks = tuple(Mark(offset, time) for offset, time in sorted(marked))
    found = cues(timeline(talk, spans=spans, marks=dict.fromkeys(range(len(turns)), marks)), talk)

    held = {
        speaker: bare("".join(texts(tuple(own)))) for speaker, own in groupby(found, lambda cue: cue.speaker)
    }
    wanted = {str(number): bare(text) for number, (text, _, _, present) in enumerate(turns) if present}
    assert held == {speaker: text for speaker, text in wanted.items() if text}
    assert all(cue.span.start < cue.span.end for cue in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    for cue in found:
        assert 1 <= len(cue.text.split("\n")) <= 2
        assert all(line and display_width(line) <= 32 for line in cue.text.split("\n"))


# -- files --------------------------------------------------------------------------------------------


def test_the_registry_knows_each_writer_by_its_own_name() -> None:
    assert {name: (writer.name, writer.filename, writer.mime) for name, writer in WRITERS.items()} == {
        "vtt": ("vtt", "transcript.vtt", "text/vtt"),
        "srt": ("srt", "transcript.srt", "application/x-subrip"),
        "json": ("json", "transcript.json", "application/json"),
        "html": ("html", "transcript.html", "text/html"),
        "txt": ("txt", "transcript.txt", "text/plain"),
    }


@pytest.mark.parametrize("writer", WRITERS.values(), ids=list(WRITERS))
class TestEveryWriter:
    def test_has_a_plain_file_name_of_its_own(self, writer: TranscriptWriter) -> None:
        assert re.fullmatch(r"transcript(\.[a-z0-9]+)+", writer.filename)
        assert [other.filename for other in WRITERS.values()].count(writer.filename) == 1
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", writer.mime)

    def test_writes_the_same_text_every_time_and_ends_the_last_line(self, writer: TranscriptWriter) -> None:
        text = writer.write(CUES, ABOUT)
        assert text == writer.write(CUES, ABOUT)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\r" not in text

    def test_holds_every_speaker_and_line_in_order(self, writer: TranscriptWriter) -> None:
        text = html.unescape(writer.write(CUES, ABOUT))
        places = [
            text.index(piece)
            for piece in ("小苏", "大家好，", "欢迎收听。", "A & B <b>", "老修", "好的。", "（笑")
        ]
        assert places == sorted(places)

    def test_writes_a_file_for_no_cues(self, writer: TranscriptWriter) -> None:
        assert "None" not in writer.write((), ABOUT)

    def test_keeps_control_characters_and_blank_lines_of_texts_out(self, writer: TranscriptWriter) -> None:
        hostile = (
            Cue(Span(0, 1_000), "N\x00a\nme", "one\n\n\x1b[0mtwo\r\n \u202e\n"),
            Cue(Span(1_000, 2_000), "N", "\x00\n"),
        )
        text = writer.write(hostile, ABOUT)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "Na me" in text
        assert re.search(r"one\s\[0mtwo", text)
        assert "two\n\n\n" not in text


def test_webvtt_says_the_speaker_as_a_voice() -> None:
    assert WRITERS["vtt"].write(CUES, ABOUT) == (
        "WEBVTT\n"
        "\n"
        "00:00:00.000 --> 00:00:04.500\n"
        "<v 小苏>大家好，\n"
        "欢迎收听。\n"
        "\n"
        "00:00:04.500 --> 00:00:06.000\n"
        "<v 小苏>A &amp; B &lt;b&gt; --&gt; C\n"
        "\n"
        "00:00:06.000 --> 01:01:40.000\n"
        "<v 老修 ＜x＞ ＆ y>好的。\n"
        "\n"
        "01:01:40.000 --> 01:01:41.000\n"
        "（笑声）\n"
    )


def test_srt_names_the_speaker_where_another_begins() -> None:
    assert WRITERS["srt"].write(CUES, ABOUT) == (
        "1\n"
        "00:00:00,000 --> 00:00:04,500\n"
        "小苏: 大家好，\n"
        "欢迎收听。\n"
        "\n"
        "2\n"
        "00:00:04,500 --> 00:00:06,000\n"
        "A & B <b> → C\n"
        "\n"
        "3\n"
        "00:00:06,000 --> 01:01:40,000\n"
        "老修 <x> & y: 好的。\n"
        "\n"
        "4\n"
        "01:01:40,000 --> 01:01:41,000\n"
        "（笑声）\n"
    )


def test_json_has_a_segment_for_each_cue() -> None:
    read = json.loads(WRITERS["json"].write(CUES, ABOUT))
    assert read["version"] == "1.0.0"
    assert read["segments"] == [
        {"speaker": "小苏", "startTime": 0.0, "endTime": 4.5, "body": "大家好，欢迎收听。"},
        {"speaker": "小苏", "startTime": 4.5, "endTime": 6.0, "body": "A & B <b> --> C"},
        {"speaker": "老修 <x> & y", "startTime": 6.0, "endTime": 3700.0, "body": "好的。"},
        {"startTime": 3700.0, "endTime": 3701.0, "body": "（笑声）"},
    ]
    assert json.loads(WRITERS["json"].write((), ABOUT)) == {"version": "1.0.0", "segments": []}


def test_html_cites_the_speaker_and_says_the_time_of_each_passage() -> None:
    text = WRITERS["html"].write(CUES[1:], replace(ABOUT, language="zh-CN", title="A <b>"))
    assert text == (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>A &lt;b&gt;</title>\n</head>\n'
        "<body>\n"
        '<cite>小苏:</cite>\n<time datetime="PT4.5S">00:00:04</time>\n<p>A &amp; B &lt;b&gt; --&gt; C</p>\n'
        '<cite>老修 &lt;x&gt; &amp; y:</cite>\n<time datetime="PT6.0S">00:00:06</time>\n<p>好的。</p>\n'
        '<time datetime="PT3700.0S">01:01:40</time>\n<p>（笑声）</p>\n'
        "</body>\n</html>\n"
    )


def test_plain_text_has_a_paragraph_for_each_passage() -> None:
    assert WRITERS["txt"].write(CUES, ABOUT) == (
        "小苏: 大家好，欢迎收听。A & B <b> --> C\n\n老修 <x> & y: 好的。\n\n（笑声）\n"
    )
    assert WRITERS["txt"].write((), ABOUT) == ""


def test_a_long_turn_is_several_paragraphs_that_end_with_a_sentence() -> None:
    talk = tuple(
        Cue(Span(start, start + 6_000), "Ann", text)
        for start, text in zip(
            range(0, 60_000, 6_000), ["One two,", "three four.", "Five six,"] * 4, strict=False
        )
    )
    paragraphs = WRITERS["txt"].write(talk, ABOUT).split("\n\n")
    assert paragraphs == [
        "Ann: One two, three four. Five six, One two, three four.",
        "Ann: Five six, One two, three four. Five six, One two,\n",
    ]


@settings(deadline=None)
@given(texts_and_speakers=st.lists(st.tuples(st.text(), st.text()), max_size=6))
def test_json_and_html_hold_any_text(texts_and_speakers: list[tuple[str, str]]) -> None:
    given_cues = tuple(
        Cue(Span(number * 10, number * 10 + 5), speaker, text)
        for number, (text, speaker) in enumerate(texts_and_speakers)
    )
    wanted = [bare(clean(cue.text)) for cue in given_cues if clean(cue.text).strip()]
    read = json.loads(WRITERS["json"].write(given_cues, ABOUT))["segments"]
    assert [bare(segment["body"]) for segment in read] == wanted
    page = WRITERS["html"].write(given_cues, ABOUT)
    found = re.findall(r"<p>([^<>]*)</p>", page)
    assert bare(html.unescape("".join(found))) == "".join(wanted)
    assert page.count("<") == page.count(">")


def test_webvtt_is_read_by_webvtt_py(tmp_path: Path) -> None:
    path = tmp_path / "transcript.vtt"
    path.write_text(WRITERS["vtt"].write(CUES, ABOUT), encoding="utf-8")
    read = webvtt.read(str(path))
    assert [Span(timecode.parse(cue.start), timecode.parse(cue.end)) for cue in read] == [
        cue.span for cue in CUES
    ]
    assert [html.unescape(cue.text) for cue in read] == [cue.text for cue in CUES]
    assert [cue.voice for cue in read] == ["小苏", "小苏", "老修 ＜x＞ ＆ y", None]


@settings(deadline=None)
@given(texts_and_speakers=st.lists(st.tuples(st.text(), st.text()), max_size=6))
def test_webvtt_is_conforming_whatever_the_text(texts_and_speakers: list[tuple[str, str]]) -> None:
    given_cues = tuple(
        Cue(Span(number * 10, number * 10 + 5), speaker, text)
        for number, (text, speaker) in enumerate(texts_and_speakers)
    )
    head, *blocks = WRITERS["vtt"].write(given_cues, ABOUT).split("\n\n")
    assert head.rstrip("\n") == "WEBVTT"
    for block in blocks:
        timing, *payload = block.rstrip("\n").split("\n")
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}", timing)
        text = "\n".join(payload)
        assert all(line.strip() for line in payload)
        assert "-->" not in text
        spoken = re.sub(r"\A<v [^<>&\n]+>", "", text)
        assert spoken
        assert not re.search(r"<|&(?!amp;|lt;|gt;)", spoken)


@settings(deadline=None)
@given(texts_and_speakers=st.lists(st.tuples(st.text(), st.text()), max_size=6))
def test_srt_is_numbered_blocks_whatever_the_text(texts_and_speakers: list[tuple[str, str]]) -> None:
    given_cues = tuple(
        Cue(Span(number * 10, number * 10 + 5), speaker, text)
        for number, (text, speaker) in enumerate(texts_and_speakers)
    )
    text = WRITERS["srt"].write(given_cues, ABOUT)
    blocks = text.rstrip("\n").split("\n\n") if text else []
    for number, block in enumerate(blocks, 1):
        index, timing, *payload = block.split("\n")
        assert index == str(number)
        assert re.fullmatch(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}", timing)
        assert payload
        assert all(line.strip() and "-->" not in line for line in payload)
