"""Feeds of hostile text, as programs that we did not write read them: every reader finds the text that was meant."""

from __future__ import annotations

import calendar
import html
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import fastfeedparser
import feedparser
import podcastparser
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.feed import Item, Soundbite, rss
from publisher.model import Chapter, Span
from publisher.text import one_line
from tests import npm
from tests.builders import episode, show
from tests.test_feed import BASE, COVER, GUID, item
from tests.test_hostile import NAMED

START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def feeds(draw: st.DrawFn) -> tuple[str, tuple[Item, ...]]:
    """A title of a show, and episodes of which everything that is text is hostile; newest first."""
    titles = draw(st.lists(NAMED, min_size=1, max_size=30))
    made = tuple(
        item(
            f"e{place}",
            episode=episode(title=title, summary=title),
            guid=f"guid {title}"[:200] + str(place),
            published=START - timedelta(days=place),
            chapters=(Chapter(0, 20_000, title), Chapter(20_000, 40_000, f"end {title}")),
            soundbites=(Soundbite(Span(0, 20_000), title),),
            persons=(title,),
        )
        for place, title in enumerate(titles)
    )
    return draw(NAMED), made


def words(text: str | None) -> str:
    """Text as every reader gives it, whatever it makes of blanks; to JavaScript U+FEFF is one."""
    return " ".join((text or "").replace("\ufeff", " ").split())


def twice(text: str | None) -> str:
    """As podcast-partytime gives text: it resolves entities once more than XML does."""
    return words(html.unescape(html.unescape(text or "")))


def rendered(title: str, items: tuple[Item, ...]) -> bytes:
    told = show(title=title, author=title, description=title)
    return rss.render(told, items, guid=GUID, cover_url=COVER)["feed.xml"]


@settings(deadline=None, max_examples=5)
@given(feeds())
def test_the_readers_of_npm_find_every_text(drawn: tuple[str, tuple[Item, ...]]) -> None:
    title, items = drawn
    read = npm.feeds(rendered(title, items))
    smith, small, index = read["feedsmith"], read["rssParser"], read["partytime"]
    assert words(smith["title"]) == words(small["title"]) == words(one_line(title))
    assert twice(index["title"]) == twice(one_line(title))
    for meant, by_smith, by_small, by_index in zip(
        items, smith["items"], small["items"], index["items"], strict=True
    ):
        said = words(one_line(meant.episode.title))
        assert words(by_smith["title"]) == words(by_small["title"]) == said
        assert twice(by_index["title"]) == twice(said)
        assert by_smith["guid"]["value"] == by_small["guid"] == one_line(meant.guid)
        assert by_smith["enclosures"][0]["url"] == by_small["enclosure"]["url"] == meant.enclosure_url
        assert [words(row["title"]) for row in by_smith["psc"]["chapters"]] == [said, f"end {said}"]
        assert [words(bite["display"]) for bite in by_smith["podcast"]["soundbites"]] == [said]
        assert [words(person["display"]) for person in by_smith["podcast"]["persons"]] == [said]
        assert words(by_small["content:encoded"]) == words(meant.notes.feed_html)


@settings(deadline=None, max_examples=25)
@given(feeds())
def test_the_readers_of_python_find_every_text(drawn: tuple[str, tuple[Item, ...]]) -> None:
    title, items = drawn
    data = rendered(title, items)
    lenient, fast = (
        feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False),
        fastfeedparser.parse(data),
    )
    client: Any = podcastparser.parse(f"{BASE}/feed.xml", io.BytesIO(data))
    assert not lenient.bozo
    said = words(one_line(title))
    assert [words(each) for each in (lenient.feed.title, fast.feed.title, client["title"])] == [said] * 3
    for meant, by_lenient, by_fast in zip(items, lenient.entries, fast.entries, strict=True):
        told = words(one_line(meant.episode.title))
        assert words(by_lenient.title) == words(by_fast.title) == told
        assert by_lenient.id == by_fast.id == one_line(meant.guid)
        assert calendar.timegm(by_lenient.published_parsed) == meant.published.timestamp()
        assert by_lenient.enclosures[0].href == by_fast.enclosures[0]["url"] == meant.enclosure_url
        assert words(by_lenient.content[0].value) == words(by_fast.content[0]["value"])
        assert words(by_fast.content[0]["value"]) == words(meant.notes.feed_html)
    for meant, row in zip(items, client["episodes"], strict=True):
        assert words(row["title"]) == words(one_line(meant.episode.title))
        assert row["guid"] == one_line(meant.guid)
        assert row["published"] == int(meant.published.timestamp())
        assert [words(chapter["title"]) for chapter in row["chapters"]] == [
            words(one_line(chapter.title)) for chapter in meant.chapters
        ]
