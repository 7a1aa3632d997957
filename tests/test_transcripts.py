"""The files that carry cues."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import webvtt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher import timecode
from publisher.model import Cue, Span
from publisher.text import clean
from publisher.transcripts import WRITERS, About, TranscriptWriter
from tests.test_transcript_cues import bare

ABOUT = About(title="第一期", show="公园闲谈", duration=100_000)
CUES = (
    Cue(Span(0, 4_500), "小苏", "大家好，\n欢迎收听。"),
    Cue(Span(4_500, 6_000), "小苏", "A & B <b> --> C"),
    Cue(Span(6_000, 3_700_000), "老修 <x> & y", "好的。"),
    Cue(Span(3_700_000, 3_701_000), "", "（笑声）"),
)


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
@example([("a --> b", "00:00:01.000 --> 00:00:02.000")])
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
@example([("a --> b", "00:00:01,000 --> 00:00:02,000")])
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
