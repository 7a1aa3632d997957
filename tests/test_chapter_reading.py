"""Chapter files read back: what was written comes again, and strangers' files are read or refused with a reason."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from publisher.chapters import FORMATS, About, ChapterFormat, read_chapters
from publisher.errors import ContentError, Place
from publisher.model import Chapter
from publisher.text import one_line
from tests.test_chapter_writers import ABOUT, CHAPTERS, chapter_lists

EVERY_FORMAT = pytest.mark.parametrize("each", FORMATS.values(), ids=list(FORMATS))


def starts(chapters: tuple[Chapter, ...]) -> list[int]:
    return [chapter.start for chapter in chapters]


def titles(chapters: tuple[Chapter, ...]) -> list[str]:
    return [chapter.title for chapter in chapters]


@EVERY_FORMAT
class TestEveryFormat:
    @settings(deadline=None)
    @given(chapters=chapter_lists())
    def test_reads_what_it_writes_up_to_its_resolution(
        self, each: ChapterFormat, chapters: tuple[Chapter, ...]
    ) -> None:
        assume(not all(chapter.title[0] in "-–—:：|·.•" for chapter in chapters))
        read = each.read(each.write(chapters, ABOUT))
        expected = titles(chapters)
        if each.name == "cue":
            expected = [title.replace('"', "'") for title in expected]
        assert titles(read) == expected
        assert all(
            0 <= one - two < each.resolution for one, two in zip(starts(chapters), starts(read), strict=True)
        )
        assert [chapter.end for chapter in read[:-1]] == starts(read)[1:]
        if each.ends:
            assert read[-1].end == chapters[-1].end
        assert each.read(each.write(read, ABOUT)) == read

    @settings(deadline=None)
    @given(chapters=chapter_lists())
    def test_knows_its_own_files_by_what_is_in_them(
        self, each: ChapterFormat, chapters: tuple[Chapter, ...]
    ) -> None:
        text = each.write(chapters, ABOUT)
        assert each.claims(text)
        assert starts(read_chapters(text.encode(), "list.unknown")) == starts(each.read(text))

    @settings(deadline=None, max_examples=200)
    @given(data=st.binary() | st.text().map(str.encode))
    def test_takes_any_bytes_or_says_why_not(self, each: ChapterFormat, data: bytes) -> None:
        with suppress(ContentError):
            read = each.read(data.decode("utf-8", "replace"))
            assert starts(read) == sorted(starts(read))

    @settings(deadline=None, max_examples=200)
    @given(data=st.data())
    def test_takes_its_own_files_damaged_anywhere(self, each: ChapterFormat, data: st.DataObject) -> None:
        text = each.write(CHAPTERS, ABOUT)
        at = data.draw(st.integers(0, len(text)))
        until = data.draw(st.integers(at, len(text)))
        new = data.draw(st.text(max_size=8) | st.text('0123456789:.<>&;=[]{}"\\\t\n', max_size=30))
        with suppress(ContentError):
            read = each.read(text[:at] + new + text[until:])
            assert all(one.start <= other.start for one, other in pairwise(read))
            assert all(chapter.end >= chapter.start >= 0 for chapter in read)
            assert all(chapter.title == one_line(chapter.title) for chapter in read)

    def test_reads_files_from_windows(self, each: ChapterFormat) -> None:
        text = each.write(CHAPTERS, ABOUT)
        read = read_chapters(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "x")
        assert read == each.read(text)


@settings(deadline=None, max_examples=300)
@given(data=st.binary(), name=st.sampled_from(["a", *(each.filename for each in FORMATS.values())]))
def test_a_file_of_any_bytes_is_read_or_refused(data: bytes, name: str) -> None:
    with suppress(ContentError):
        assert all(chapter.start >= 0 for chapter in read_chapters(data, name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[" * 100_000, "chapters.json"),
        ('{"chapters": [{"startTime": 1e400}]}', "chapters.json"),
        ('{"chapters": [{"startTime": -1}]}', "chapters.json"),
        ('{"chapters": [{"startTime": NaN}]}', "chapters.json"),
        ('{"chapters": [{"startTime": true}]}', "chapters.json"),
        ('{"chapters": [{"startTime": ' + "9" * 5_000 + "}]}", "chapters.json"),
        ('{"chapters": {"startTime": 1}}', "chapters.json"),
        (";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/0\nSTART=0\nEND=1\n", "x.ffmetadata"),
        (";FFMETADATA1\n[CHAPTER]\nEND=1\n", "x.ffmetadata"),
        ("WEBVTT\n\n00:99 --> 01:00\nA\n", "x.vtt"),
        ("WEBVTT\n\n" + "9" * 5_000 + ":00:00.000 --> 01:00\nA\n", "x.vtt"),
        ("TRACK 01 AUDIO\n INDEX 01 1:2:3:4\n", "x.cue"),
        ("<Chapters><EditionEntry><ChapterAtom/></EditionEntry></Chapters>", "x.mkv.xml"),
        ("0.0\t1.0\tA\nnot a label\n", "x.audacity.txt"),
        ("#,Name,Start\nR1,A,later\n", "x.csv"),
        ("nothing here", "x.youtube.txt"),
        ("", "x"),
    ],
)
def test_what_is_no_list_of_chapters_is_refused_with_a_reason(text: str, name: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_chapters(text.encode(), name)
    assert str(caught.value).startswith(name)


def test_a_fault_names_its_line() -> None:
    with pytest.raises(ContentError) as caught:
        read_chapters(b"0.0\t1.0\tA\noops\n", "labels.txt")
    assert caught.value.place == Place("labels.txt", 2)


def test_a_file_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(ContentError, match="UTF-8"):
        read_chapters("0:00 é".encode("latin-1"), "x.txt")


@pytest.mark.parametrize("name", ["psc", "matroska"])
def test_a_strangers_xml_that_makes_entities_is_refused(name: str) -> None:
    form = FORMATS[name]
    good = form.write(CHAPTERS, ABOUT)
    for entity in ('a "ha"', 'b SYSTEM "file:///etc/passwd"'):
        hostile = good.replace("?>", f"?><!DOCTYPE x [<!ENTITY {entity}>]>", 1)
        with pytest.raises(ContentError, match="makes XML entities"):
            read_chapters(hostile.encode(), form.filename)


def test_a_document_type_alone_is_no_harm() -> None:
    good = FORMATS["matroska"].write(CHAPTERS, ABOUT)
    typed = good.replace("?>", '?><!DOCTYPE Chapters SYSTEM "matroskachapters.dtd">', 1)
    assert starts(read_chapters(typed.encode(), "x.xml")) == starts(CHAPTERS)


def test_foreign_lists_are_understood() -> None:
    descriptions = {
        "A talk.\n\n0:00 - Intro\n(1:30) – The rest\n[01:02:03] - End\n\nFollow us!": [0, 90_000, 3_723_000],
        "00:00 A\n2:00:00 B": [0, 7_200_000],
    }
    for text, expected in descriptions.items():
        assert starts(read_chapters(text.encode(), "d.txt")) == expected
    assert titles(read_chapters(next(iter(descriptions)).encode(), "d.txt")) == ["Intro", "The rest", "End"]


def test_podlove_chapters_are_found_inside_a_feed() -> None:
    feed = (
        '<rss xmlns:psc="http://podlove.org/simple-chapters"><channel><item><psc:chapters version="1.2">'
        '<psc:chapter start="37" title="A"/><psc:chapter start="7:48" title="B"/>'
        '<psc:chapter start="35:12.250" title="C"/></psc:chapters></item></channel></rss>'
    )
    assert starts(read_chapters(feed.encode(), "feed.xml")) == [37_000, 468_000, 2_112_250]


def test_hidden_json_chapters_are_left_out_and_the_last_may_say_its_end() -> None:
    text = (
        '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 5, "toc": false},'
        ' {"startTime": 61.5, "endTime": 70, "title": "B", "img": "x"}]}'
    )
    assert read_chapters(text.encode(), "x.json") == (Chapter(0, 61_500, "A"), Chapter(61_500, 70_000, "B"))


def test_ffmetadata_without_a_time_base_counts_nanoseconds() -> None:
    text = ";FFMETADATA1\n[CHAPTER]\nSTART=0\nEND=2000000000\ntitle=a\\=b\\;c\\#d\\\\e\n[STREAM]\ntitle=no\n"
    assert read_chapters(text.encode(), "x") == (Chapter(0, 2_000, "a=b;c#d\\e"),)


def test_a_table_with_other_columns_and_separators_is_read() -> None:
    text = 'Title;Start Time;Colour\n"A; B";0:00;red\nC;1:00,5;blue\n'
    assert read_chapters(text.encode(), "x.csv") == (Chapter(0, 60_500, "A; B"), Chapter(60_500, 60_500, "C"))


def test_eleventy_data_has_the_plugins_key_names() -> None:
    about = replace(
        ABOUT,
        guid="g",
        audio="https://e.org/a.mp3",
        size=9,
        duration=61_700,
        transcript="https://e.org/t.vtt",
    )
    assert FORMATS["eleventy"].write((Chapter(0, 5, "A"),), about) == (
        '{\n "guid": "g",\n "episode": {\n  "url": "https://e.org/a.mp3",\n  "size": 9,\n  "duration": 62,\n'
        '  "transcript": "https://e.org/t.vtt",\n  "chapters": [\n   {\n    "startTime": 0.0,\n'
        '    "title": "A"\n   }\n  ]\n }\n}\n'
    )
    assert "guid" not in FORMATS["eleventy"].write((), About("t", "s", 0))


def test_the_lists_of_each_platform_have_its_times() -> None:
    long = (Chapter(0, 3_600_000, "A"), Chapter(3_600_000, 3_700_000, "B"))
    short = (Chapter(0, 60_000, "A"), Chapter(60_000, 70_000, "B"))
    assert FORMATS["spotify"].write(long, ABOUT) == "(00:00:00) A\n(01:00:00) B\n"
    assert FORMATS["spotify"].write(short, ABOUT) == "(00:00) A\n(01:00) B\n"
    assert FORMATS["apple"].write(short, ABOUT) == "00:00:00 A\n00:01:00 B\n"


def test_a_cue_sheet_counts_frames() -> None:
    assert (
        FORMATS["cue"]
        .write((Chapter(0, 1, "A"), Chapter(6_061_500, 9_999_999, "B")), ABOUT)
        .endswith('  TRACK 02 AUDIO\n    TITLE "B"\n    INDEX 01 101:01:37\n')
    )
