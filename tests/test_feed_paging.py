"""Archive pages: what has become too old for `feed.xml` (RFC 5005)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.feed import Item, paging, rss
from publisher.publishing import Listed, write_feed
from publisher.workspace import Settings, Workspace
from tests.builders import show
from tests.test_feed import BASE, GUID, item, values

START = datetime(2026, 1, 1, tzinfo=UTC)


def items(count: int) -> tuple[Item, ...]:
    return tuple(item(f"e{n:03}", published=START + timedelta(days=n)) for n in range(count))


def documents(count: int, limit: int = 10) -> dict[str, bytes]:
    return rss.render(show(feed_limit=limit), items(count), guid=GUID, cover_url="")


ENDS = {"first": "feed.xml", "last": "feed-1.xml"}
ARCHIVE = ENDS | {"current": "feed.xml"}


def links_of(document: bytes) -> dict[str, str]:
    read = feedparser.parse(document).feed.links
    return {link.rel: link.href.removeprefix(f"{BASE}/") for link in read if link.rel != "alternate"}


def test_a_feed_within_its_limit_is_one_document() -> None:
    (only,) = documents(10).items()
    assert only[0] == "feed.xml"
    assert links_of(only[1]) == {"self": "feed.xml"}
    assert b"fh:archive" not in only[1]


def test_older_episodes_move_to_pages_that_lead_from_one_to_the_next() -> None:
    made = documents(21)
    assert list(made) == ["feed-1.xml", "feed-2.xml", "feed-3.xml", "feed.xml"]
    pages = (values(made[name], ".//guid") for name in reversed(made))
    everything = [guid for page in pages for guid in page]
    assert everything == [f"guid-e{n:03}" for n in reversed(range(21))]
    assert [links_of(made[name]) for name in made] == [
        ARCHIVE | {"self": "feed-1.xml"},
        ARCHIVE | {"self": "feed-2.xml", "next": "feed-1.xml", "prev-archive": "feed-1.xml"},
        ARCHIVE | {"self": "feed-3.xml", "next": "feed-2.xml", "prev-archive": "feed-2.xml"},
        ENDS | {"self": "feed.xml", "next": "feed-3.xml", "prev-archive": "feed-3.xml"},
    ]


def test_only_archive_pages_say_that_they_are_archives() -> None:
    made = documents(21)
    history = {"fh": "http://purl.org/syndication/history/1.0"}
    marked = {
        name: len(etree.fromstring(data).findall("channel/fh:archive", history))
        for name, data in made.items()
    }
    assert marked == {"feed-1.xml": 1, "feed-2.xml": 1, "feed-3.xml": 1, "feed.xml": 0}
    assert b"xmlns:fh=" not in made["feed.xml"]


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 30), st.integers(10, 25))
def test_pages_that_are_there_stay_as_they_are_when_episodes_come(count: int, more: int, limit: int) -> None:
    before, after = (paging.pages(items(n), limit) for n in (count, count + more))
    kept = {page.filename: page for page in after}
    assert all(kept[page.filename] == page for page in before if page.archive)
    for page in after:
        assert len(page.items) <= limit
    divided = [one.guid for page in reversed(after) for one in page.items]
    assert divided == [one.guid for one in reversed(items(count + more))]
    assert len(after[-1].items) == count + more or len(after[-1].items) * 2 >= limit


def test_the_bytes_of_a_page_stay_too() -> None:
    before, after = documents(21), documents(40)
    assert {name: after[name] == data for name, data in before.items() if name != "feed.xml"} == {
        "feed-1.xml": True, "feed-2.xml": True, "feed-3.xml": True,
    }  # fmt: skip


def listed(count: int) -> list[Listed]:
    return [Listed(one.guid, one.published, one.guid, partial(replace, one)) for one in items(count)]


def test_pages_that_are_no_longer_needed_are_removed_and_other_files_are_not(tmp_path: Path) -> None:
    space = Workspace(tmp_path, show(feed_limit=10, cover=None), Settings())
    write_feed(space, listed(30), GUID, "1")
    other = space.output / "feed-of-mine.xml"
    other.write_text("mine", encoding="utf-8")
    assert sorted(path.name for path in space.output.glob("*.xml")) == [
        "feed-1.xml", "feed-2.xml", "feed-3.xml", "feed-4.xml", "feed-of-mine.xml", "feed.xml",
    ]  # fmt: skip
    feed, changed = write_feed(space, listed(12), GUID, "1")
    assert feed == space.output / "feed.xml"
    assert changed == ("feed.xml", "feed-2.xml", "feed-3.xml", "feed-4.xml")
    assert sorted(path.name for path in space.output.glob("*.xml")) == [
        "feed-1.xml",
        "feed-of-mine.xml",
        "feed.xml",
    ]
    assert write_feed(space, listed(12), GUID, "1")[1] == ()


@pytest.mark.parametrize(("count", "newest"), [(11, 6), (15, 10), (16, 6)])
def test_the_subscribed_document_keeps_at_least_half_its_limit(count: int, newest: int) -> None:
    assert len(values(documents(count)["feed.xml"], ".//guid")) == newest


def test_what_the_feed_says_is_read_for_documents_that_change(tmp_path: Path) -> None:
    space = Workspace(tmp_path, show(feed_limit=10, cover=None), Settings())
    write_feed(space, listed(30), GUID, "1")
    read: list[str] = []

    def noted(one: Listed) -> Listed:
        return replace(one, item=lambda: read.append(one.guid) or one.item())  # type: ignore[func-returns-value]

    first, *others = map(noted, listed(30))
    write_feed(space, [replace(first, version="new"), *others], GUID, "1")
    assert sorted(read) == [f"guid-e{n:03}" for n in range(5)]
