"""Hostile text everywhere at once: it comes out escaped and bounded, or it is refused with a reason.

A hundred tries each in a usual run; `pytest tests/test_hostile.py --hypothesis-profile thorough` tries 10,000.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest
import webvtt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.chapters import FORMATS, About
from publisher.content import read_episode
from publisher.errors import ContentError
from publisher.feed import Item, Soundbite, named_speakers, notes, rss
from publisher.feed.markup import TAGS
from publisher.model import Chapter, Cue, Episode, Funding, License, Location, Owner, Show, Span, Txt
from publisher.text import one_line
from publisher.transcripts import WRITERS
from tests.builders import episode, show, timeline, transcript
from tests.markup import Markup
from tests.test_feed import BASE, COVER, GUID, NAMES, item

PIECES = (
    *(
        "]]>",
        "<![CDATA[",
        "<script>alert(1)</script>",
        "<!--",
        "--",
        "-->",
        "</title>",
        "<v x>",
        "</p>",
        "<b>",
    ),
    *("&nbsp;", "&#0;", "&lt;", "&amp;amp;", "&", "<", ">", '"', "'", "\\", "`", "{{ 7 * 7 }}", "{% x %}"),
    *(
        "\x00",
        "\x08",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\ud800",
        "\ufeff",
        "\uffff",
        "\ufffe",
        "\u2028",
        "\r\n",
        "\n\n",
    ),
    *(
        "\t",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u200b",
        "😀",
        "👨‍👩‍👧",
        "e\u0301",
        "﷽",
        "عربي",
        "中文，",
        "长" * 10_000,
    ),
    *(
        "x" * 10_000,
        "[x](javascript:alert(1))",
        "**",
        "_",
        "# ",
        "- ",
        "00:00 x",
        "(00:01:00) x",
        "=",
        ";",
        "#",
    ),
    *("%n", "%s", "../", "1\n00:00:00,000 --> 00:00:01,000\n", "WEBVTT", "CHAPTER01=", "INDEX 01 00:00:00"),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=5).map("".join)
NAMED = HOSTILE.map(lambda text: f"x{text}")
"""Text that is not empty, whatever is taken out of it."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)

usual = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def harmless(markup: str, *more: str) -> None:
    """Only the tags that we know, and links that no player runs."""
    found = Markup(markup)
    assert found.tags <= {*TAGS, *more}
    assert all(re.match("https?://|mailto:", link) for link in found.links)
    assert not _CONTROL.search(markup)


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    talk = transcript((draw(NAMED), [(draw(NAMED), draw(NAMED)), (draw(HOSTILE), draw(NAMED))]))
    return episode(
        title=draw(NAMED),
        summary=draw(HOSTILE),
        transcript=talk,
        source=f"https://example.org/{draw(HOSTILE)}",
        people=(draw(NAMED), draw(NAMED)),
        companies=(draw(NAMED),),
        products=(talk.turns[0].text[:20],),
        season=1,
        season_name=draw(NAMED),
        license=License(draw(NAMED), draw(HOSTILE)),
        funding=(Funding(draw(NAMED), draw(NAMED)),),
        location=(Location(draw(NAMED)),),
        txt=(Txt(draw(NAMED), draw(HOSTILE)),),
    )


shows = st.builds(
    lambda a, b, c, d: show(
        title=a, description=b, author=c, copyright=d, owner=Owner(d, "a@example.org"), speakers={c: a}
    ),
    NAMED,
    NAMED,
    NAMED,
    NAMED,
)


def told(of: Show, by: Episode, chapters: tuple[Chapter, ...]) -> Item:
    page = notes.render(
        of,
        by,
        chapters,
        enclosure_url=f"{BASE}/a.m4a",
        synthetic=False,
        timeline=timeline(by.transcript),
    )
    return replace(
        item("a"),
        episode=by,
        notes=page,
        chapters=chapters,
        persons=named_speakers(by.transcript, of.speakers),
        soundbites=(Soundbite(Span(0, 15_000), by.title),),
    )


def judge(of: Show, by: Episode, chapters: tuple[Chapter, ...]) -> None:
    """The feed of one episode says what was written, and nothing that was not."""
    one = told(of, by, chapters)
    harmless(one.notes.feed_html)
    harmless(one.notes.html, "html", "head", "meta", "title", "body", "h1")
    data = rss.render(of, (one,), guid=GUID, cover_url=COVER)["feed.xml"]
    assert not _CONTROL.search(data.decode("utf-8"))
    channel = etree.fromstring(data).find("channel")
    assert channel is not None
    entry = channel.find("item")
    assert entry is not None
    said = {
        "title": by.title,
        "podcast:season[@name]": "1",
        "podcast:soundbite": by.title,
        "itunes:explicit": "false",
    }
    for path, text in said.items():
        assert entry.findtext(path, namespaces=NAMES) == one_line(text)
    assert channel.findtext("title") == one_line(of.title)
    assert channel.findtext("itunes:author", namespaces=NAMES) == one_line(of.author)
    titles = [chapter.get("title") for chapter in entry.iterfind("psc:chapters/psc:chapter", NAMES)]
    assert titles == [one_line(chapter.title) for chapter in chapters]
    for part in (channel, entry):
        description = part.findtext("description") or ""
        assert len(description.encode("utf-8")) <= 4_000
        harmless(description)
    assert not feedparser.parse(data).bozo


@usual
@given(shows, episodes(), NAMED)
def test_a_feed_says_hostile_text_as_text(of: Show, by: Episode, title: str) -> None:
    judge(of, by, (Chapter(0, 15_000, title), Chapter(15_000, 30_000, by.title)))


@pytest.mark.parametrize("name", list(FORMATS))
@usual
@given(st.lists(NAMED, min_size=1, max_size=4))
def test_every_chapter_format_keeps_to_one_line_a_title_and_reads_back(name: str, titles: list[str]) -> None:
    starts = [15_000 * number for number in range(len(titles) + 1)]
    chapters = tuple(
        Chapter(start, end, title) for (start, end), title in zip(pairwise(starts), titles, strict=True)
    )
    about = About(titles[0], titles[-1], starts[-1], guid=titles[0], audio=f"{BASE}/a.m4a")
    written = FORMATS[name].write(chapters, about)
    assert not _CONTROL.search(written)
    assert [chapter.start for chapter in FORMATS[name].read(written)] == starts[:-1]
    assert [chapter.title[:20] for chapter in FORMATS[name].read(written)] == [
        _as_read(name, chapter.title)[:20] for chapter in chapters
    ]


def _as_read(name: str, title: str) -> str:
    """What may become of a title: a cue sheet has no double quotes, and lists for people are read as they stand."""
    line = one_line(title)
    return line.replace('"', "'") if name == "cue" else line


@usual
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=4))
def test_every_transcript_keeps_hostile_text_in_its_place(said: list[tuple[str, str]]) -> None:
    cues = tuple(
        Cue(Span(number * 1_000, number * 1_000 + 900), speaker, text)
        for number, (speaker, text) in enumerate(said)
    )
    about = About("x", "y", 10_000)
    written = {name: writer.write(cues, about) for name, writer in WRITERS.items()}
    assert not any(_CONTROL.search(text.replace("\n", "")) for text in written.values())
    segments = json.loads(written["json"])["segments"]
    shown = [cue for cue in cues if one_line(cue.text)]
    assert [round(segment["startTime"] * 1_000) for segment in segments] == [cue.span.start for cue in shown]
    assert len(webvtt.from_string(written["vtt"])) == len(shown)
    assert len(re.findall(r"^[\d:,]+ --> [\d:,]+$", written["srt"], re.MULTILINE)) == len(shown)
    found = Markup(written["html"])
    assert found.tags <= {"html", "head", "meta", "title", "body", "h1", "cite", "time", "p", "br", "article"}
    assert found.links == []


@usual
@given(
    st.dictionaries(st.sampled_from(["summary", "season_name", "source", "location", "tags"]), HOSTILE),
    NAMED,
    HOSTILE,
)
def test_an_episode_file_is_read_and_published_or_refused_with_a_reason(
    tmp_path: Path, fields: dict[str, str], title: str, body: str
) -> None:
    """Escapes of YAML bring back what is taken out of the file itself."""
    lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in {"title": title, **fields}.items())
    text = f"---\ndate: 2026-02-17\npeople: [{json.dumps(title)}]\n{lines}---\n### {body}\n\n**{title}**: {body}\n\nx\n"
    path = tmp_path / "talk.md"
    path.write_bytes(text.encode("utf-8", "replace"))
    reason = ""
    try:
        made = read_episode(path, language="zh-CN")
    except ContentError as refused:
        reason = str(refused).removeprefix(str(path))
    else:
        judge(show(), replace(made, season=1, season_name=made.season_name or "x"), _sections(made))
    assert reason == "" or "." in reason


def _sections(of: Episode) -> tuple[Chapter, ...]:
    titles = (one_line(section.title) for section in of.transcript.sections)
    return tuple(
        Chapter(15_000 * place, 15_000 * place + 15_000, title)
        for place, title in enumerate(filter(None, titles))
    )
