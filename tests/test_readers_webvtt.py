"""WebVTT, as the parser by the specification's editor and a browser's parser read it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.chapters import FORMATS
from publisher.checking.webvtt import _faults
from publisher.model import Chapter, Cue, Span
from publisher.text import one_line
from publisher.transcripts import WRITERS
from tests import npm
from tests.test_chapter_writers import ABOUT as ABOUT_CHAPTERS
from tests.test_chapter_writers import CHAPTERS, chapter_lists
from tests.test_transcripts import ABOUT, CUES

HOSTILE = st.text(
    st.sampled_from("ab<>&;\"'\n\r\t ->&lt;&nbsp;-->]]>\x00\x1b\u202e\u2028\u200f\ufeff中，。😀é/v.c0:1"),
    max_size=40,
)


@st.composite
def cue_lists(draw: st.DrawFn) -> tuple[Cue, ...]:
    times = sorted(draw(st.sets(st.integers(0, 10_000_000), min_size=2, max_size=6)))
    said = draw(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=len(times), max_size=len(times)))
    return tuple(
        Cue(Span(start, end), speaker, text)
        for (start, end), (speaker, text) in zip(pairwise(times), said, strict=False)
    )


def times(cues: Any) -> list[tuple[int, int]]:
    return [(round(cue["startTime"] * 1_000), round(cue["endTime"] * 1_000)) for cue in cues]


def agree(read: Any) -> None:
    """Nothing to complain of, and both parsers find the same cues."""
    specification, browser = read["specification"], read["browser"]
    assert specification["errors"] == []
    assert browser["errors"] == []
    assert times(specification["cues"]) == times(browser["cues"])
    for key in ("id", "text"):
        assert [cue[key] for cue in specification["cues"]] == [cue[key] for cue in browser["cues"]]


def test_chapters_are_read_as_they_were_meant() -> None:
    (read,) = npm.webvtt([(FORMATS["vtt"].write(CHAPTERS, ABOUT_CHAPTERS), "chapters")])
    agree(read)
    cues = read["specification"]["cues"]
    assert times(cues) == [(chapter.start, chapter.end) for chapter in CHAPTERS]
    assert [cue["spoken"] for cue in cues] == [{"text": one.title, "voices": []} for one in CHAPTERS]


def test_transcripts_are_read_as_they_were_meant() -> None:
    (read,) = npm.webvtt([(WRITERS["vtt"].write(CUES, ABOUT), "subtitles")])
    agree(read)
    cues = read["specification"]["cues"]
    assert times(cues) == [(cue.span.start, cue.span.end) for cue in CUES]
    assert [cue["spoken"]["text"] for cue in cues] == [cue.text for cue in CUES]
    assert [len(cue["spoken"]["voices"]) for cue in cues] == [1 if cue.speaker else 0 for cue in CUES]


def test_a_parser_that_takes_everything_would_prove_nothing() -> None:
    torn = "WEBVTT\n\n00:00:02.000 --> 00:00:01.000\n<v A>x\n"
    tagged = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<b>x</b>\n"
    read = npm.webvtt([(torn, "subtitles"), (tagged, "chapters")])
    assert all(one["specification"]["errors"] for one in read)


@settings(deadline=None, max_examples=5)
@given(st.lists(chapter_lists(), min_size=1, max_size=40))
def test_chapters_with_any_titles_are_accepted(lists: list[tuple[Chapter, ...]]) -> None:
    written = [(FORMATS["vtt"].write(chapters, ABOUT_CHAPTERS), "chapters") for chapters in lists]
    for read, chapters in zip(npm.webvtt(written), lists, strict=True):
        agree(read)
        assert times(read["specification"]["cues"]) == [(one.start, one.end) for one in chapters]
        titles = [cue["spoken"]["text"] for cue in read["specification"]["cues"]]
        assert titles == [one_line(one.title) for one in chapters]


@settings(deadline=None, max_examples=5)
@given(st.lists(cue_lists(), min_size=1, max_size=60))
def test_transcripts_with_any_texts_are_accepted(lists: list[tuple[Cue, ...]]) -> None:
    written = [(WRITERS["vtt"].write(cues, ABOUT), "subtitles") for cues in lists]
    for read, cues in zip(npm.webvtt(written), lists, strict=True):
        agree(read)
        found = read["specification"]["cues"]
        assert set(times(found)) <= {(cue.span.start, cue.span.end) for cue in cues}
        assert not any(re.search(r"[\x00-\x09\x0b-\x1f\u202e]", cue["spoken"]["text"]) for cue in found)


@settings(deadline=None)
@given(chapter_lists(), cue_lists())
def test_our_own_rules_of_webvtt_have_nothing_against_our_files(
    chapters: tuple[Chapter, ...], cues: tuple[Cue, ...]
) -> None:
    for text, listed in (
        (FORMATS["vtt"].write(chapters, ABOUT_CHAPTERS), True),
        (WRITERS["vtt"].write(cues, ABOUT), False),
    ):
        head, *blocks = text.strip("\n").split("\n\n")
        assert list(_faults(head, blocks, chapters=listed)) == []


def test_chapters_inside_others_are_no_fault() -> None:
    blocks = ["00:00.000 --> 01:00.000\nAll", "00:00.000 --> 00:20.000\nOne", "00:20.000 --> 01:00.000\nTwo"]
    assert list(_faults("WEBVTT", blocks, chapters=True)) == []
