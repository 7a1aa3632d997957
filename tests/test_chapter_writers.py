"""Chapter files: what every writer keeps to, what each writes, and that readers find it again."""

from __future__ import annotations

import html
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import timecode
from publisher.chapters import FORMATS, PUBLISHED, About, ChapterFormat
from publisher.model import Chapter
from publisher.text import one_line

ABOUT = About(title="第一期 “即梦”", show="公园闲谈", duration=4_000_000)
CHAPTERS = (
    Chapter(0, 61_500, "开场 & <问候>"),
    Chapter(61_500, 754_000, "ToC --> ToB"),
    Chapter(754_000, 4_000_000, "Questions"),
)


@st.composite
def chapter_lists(draw: st.DrawFn) -> tuple[Chapter, ...]:
    times = sorted(draw(st.sets(st.integers(0, 10_000_000), min_size=2, max_size=8)))
    titles = draw(st.lists(st.text(min_size=1), min_size=len(times), max_size=len(times)))
    return tuple(
        Chapter(start, end, one_line(title) or "x")
        for (start, end), title in zip(pairwise(times), titles, strict=False)
    )


def test_the_registry_knows_each_format_by_its_own_name() -> None:
    assert {name: (each.name, each.filename, each.mime) for name, each in FORMATS.items()} == {
        "vtt": ("vtt", "chapters.vtt", "text/vtt"),
        "json": ("json", "chapters.json", "application/json+chapters"),
        "psc": ("psc", "chapters.psc.xml", "application/xml"),
        "ffmetadata": ("ffmetadata", "chapters.ffmetadata", "text/plain"),
        "matroska": ("matroska", "chapters.mkv.xml", "application/xml"),
        "ogm": ("ogm", "chapters.ogm.txt", "text/plain"),
        "cue": ("cue", "chapters.cue", "application/x-cue"),
        "audacity": ("audacity", "chapters.audacity.txt", "text/plain"),
        "csv": ("csv", "chapters.csv", "text/csv"),
        "eleventy": ("eleventy", "chapters.11tydata.json", "application/json"),
        "youtube": ("youtube", "chapters.youtube.txt", "text/plain"),
        "spotify": ("spotify", "chapters.spotify.txt", "text/plain"),
        "apple": ("apple", "chapters.apple.txt", "text/plain"),
    }
    assert set(PUBLISHED) <= set(FORMATS)


@pytest.mark.parametrize("writer", FORMATS.values(), ids=list(FORMATS))
class TestEveryWriter:
    def test_has_a_plain_file_name_of_its_own(self, writer: ChapterFormat) -> None:
        assert re.fullmatch(r"chapters(\.[a-z0-9]+)+", writer.filename)
        assert [other.filename for other in FORMATS.values()].count(writer.filename) == 1
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", writer.mime)

    def test_writes_the_same_text_every_time_and_ends_the_last_line(self, writer: ChapterFormat) -> None:
        text = writer.write(CHAPTERS, ABOUT)
        assert text == writer.write(CHAPTERS, ABOUT)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\r" not in text

    def test_names_every_chapter_in_order(self, writer: ChapterFormat) -> None:
        text = html.unescape(writer.write(CHAPTERS, ABOUT))
        places = [text.index(chapter.title) for chapter in CHAPTERS]
        assert places == sorted(places)

    def test_writes_a_file_for_no_chapters(self, writer: ChapterFormat) -> None:
        assert "None" not in writer.write((), ABOUT)

    def test_keeps_control_characters_and_line_breaks_of_titles_out(self, writer: ChapterFormat) -> None:
        hostile = (Chapter(0, 1_000, "a\nb\x00\x1b[31m\u202ec\r\n\n00:00\ud800"),)
        about = About(title="t\x07\n", show="s\x08", duration=1_000)
        text = writer.write(hostile, about)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)
        assert "a b[31mc 00:00" in text
        text.encode("utf-8")


def test_webvtt_chapters_are_cues_of_one_line() -> None:
    assert FORMATS["vtt"].write(CHAPTERS, ABOUT) == (
        "WEBVTT\n"
        "\n"
        "00:00:00.000 --> 00:01:01.500\n"
        "开场 &amp; &lt;问候&gt;\n"
        "\n"
        "00:01:01.500 --> 00:12:34.000\n"
        "ToC --&gt; ToB\n"
        "\n"
        "00:12:34.000 --> 01:06:40.000\n"
        "Questions\n"
    )


def test_json_chapters_stand_one_a_line() -> None:
    assert FORMATS["json"].write(CHAPTERS, ABOUT) == (
        "{\n"
        '  "version": "1.2.0",\n'
        '  "title": "第一期 “即梦”",\n'
        '  "podcastName": "公园闲谈",\n'
        '  "chapters": [\n'
        '    {"startTime": 0.0, "title": "开场 & <问候>"},\n'
        '    {"startTime": 61.5, "title": "ToC --> ToB"},\n'
        '    {"startTime": 754.0, "title": "Questions"}\n'
        "  ]\n"
        "}\n"
    )


def test_json_of_no_chapters_has_an_empty_list() -> None:
    assert json.loads(FORMATS["json"].write((), ABOUT))["chapters"] == []


def test_the_youtube_list_starts_at_zero_with_times_of_one_form() -> None:
    assert FORMATS["youtube"].write(CHAPTERS, ABOUT) == (
        "00:00 开场 & <问候>\n01:01 ToC --> ToB\n12:34 Questions\n"
    )
    long = (Chapter(0, 3_600_000, "A"), Chapter(3_600_000, 4_000_000, "B"))
    assert FORMATS["youtube"].write(long, ABOUT) == "0:00:00 A\n1:00:00 B\n"
    assert FORMATS["youtube"].write((), ABOUT) == ""


@settings(deadline=None)
@given(chapters=chapter_lists())
def test_webvtt_is_conforming_chapters_and_reads_back(chapters: tuple[Chapter, ...]) -> None:
    text = FORMATS["vtt"].write(chapters, ABOUT)
    head, *blocks = text.split("\n\n")
    assert head.rstrip("\n") == "WEBVTT"
    read = []
    for block in blocks:
        timing, payload = block.rstrip("\n").split("\n")
        start, end = timing.split(" --> ")
        assert "-->" not in payload
        assert not re.search(r"<|&(?!amp;|lt;|gt;)", payload)
        read.append(Chapter(timecode.parse(start), timecode.parse(end), html.unescape(payload)))
    assert tuple(read) == chapters
    assert all(one.end <= other.start for one, other in pairwise(read))
    assert all(chapter.start < chapter.end for chapter in read)


def test_webvtt_chapters_are_read_by_webvtt_py(tmp_path: Path) -> None:
    path = tmp_path / "chapters.vtt"
    path.write_text(FORMATS["vtt"].write(CHAPTERS, ABOUT), encoding="utf-8")
    read = webvtt.read(str(path))
    assert [
        Chapter(timecode.parse(cue.start), timecode.parse(cue.end), html.unescape(cue.raw_text))
        for cue in read
    ] == list(CHAPTERS)


@settings(deadline=None)
@given(chapters=chapter_lists())
def test_json_reads_back(chapters: tuple[Chapter, ...]) -> None:
    read = json.loads(FORMATS["json"].write(chapters, ABOUT))
    assert (read["version"], read["title"], read["podcastName"]) == ("1.2.0", ABOUT.title, ABOUT.show)
    assert [(timecode.from_seconds(each["startTime"]), each["title"]) for each in read["chapters"]] == [
        (chapter.start, chapter.title) for chapter in chapters
    ]


@settings(deadline=None)
@given(chapters=chapter_lists())
def test_the_youtube_list_reads_back_in_whole_seconds(chapters: tuple[Chapter, ...]) -> None:
    lines = FORMATS["youtube"].write(chapters, ABOUT).splitlines()
    read = [line.split(" ", 1) for line in lines]
    assert [(timecode.parse(time), title) for time, title in read] == [
        (chapter.start // 1_000 * 1_000, chapter.title) for chapter in chapters
    ]
