"""The feed, as other programs read it."""

from __future__ import annotations

import calendar
import io
import locale
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import feedparser
import podcastparser
import pytest
from lxml import etree

from publisher.feed import Item, TranscriptLink, notes, rss, show_guid
from publisher.feed.markup import APP_TAGS
from publisher.model import Chapter, Owner, Show
from tests.builders import episode, show
from tests.markup import Markup

BASE = "https://example.org/podcast"
GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"
COVER = f"{BASE}/assets/cover.jpeg?v=2"
NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
}
CHAPTERS = (Chapter(0, 754_000, "开场"), Chapter(754_000, 4_000_499, "市场定位"))


def item(slug: str = "first", *, of: Show | None = None, **overrides: Any) -> Item:
    told = overrides.pop("episode", episode(slug=slug))
    plain = Item(
        episode=told,
        guid=f"guid-{slug}",
        published=datetime(2026, 2, 17, 8, 30, tzinfo=UTC),
        enclosure_url=f"{BASE}/media/{slug}.m4a",
        size=12_345_678,
        mime="audio/x-m4a",
        duration=4_000_499,
        notes=notes.render(
            of or show(), told, CHAPTERS, enclosure_url=f"{BASE}/media/{slug}.m4a", synthetic=False
        ),
        chapters_url=f"{BASE}/episodes/{slug}/chapters.json",
        transcripts=(
            TranscriptLink(f"{BASE}/episodes/{slug}/transcript.vtt", "text/vtt", "zh-CN", captions=True),
            TranscriptLink(f"{BASE}/episodes/{slug}/transcript.html", "text/html", "", captions=False),
        ),
        persons=("小苏", "老修"),
        image_url="",
        link=f"{BASE}/episodes/{slug}/",
    )
    return replace(plain, **overrides)


def feed(*items: Item, of: Show | None = None) -> bytes:
    return rss.render(of or show(), items, guid=GUID, cover_url=COVER)["feed.xml"]


def find(data: bytes, path: str) -> list[etree._Element]:
    return list(etree.fromstring(data).iterfind(path, NAMES))


def values(data: bytes, path: str) -> list[str | None]:
    return [found.text for found in find(data, path)]


# -- the show -----------------------------------------------------------------------------------------


def test_feedparser_reads_the_show() -> None:
    told = show(
        copyright="2026 公园",
        categories=(("Technology",), ("Society & Culture", "Documentary")),
        explicit=True,
        type="serial",
    )
    read = feedparser.parse(feed(item(), of=told))
    assert read.bozo is False
    channel = read.feed
    assert (channel.title, channel.link, channel.language) == ("公园闲谈", "https://example.org/", "zh-CN")
    assert (channel.author, channel.rights, channel.generator) == ("公园", "2026 公园", "publisher")
    assert channel.description == "<p>每周一次的谈话。</p>"
    assert (channel.publisher_detail.name, channel.publisher_detail.email) == ("公园", "park@example.org")
    assert channel.image.href == COVER
    assert channel.itunes_type == "serial"
    assert [tag.term for tag in channel.tags] == ["Technology", "Society & Culture", "Documentary"]
    assert [(link.rel, link.href) for link in channel.links] == [
        ("alternate", "https://example.org/"),
        ("self", f"{BASE}/feed.xml"),
    ]


def test_podcastparser_reads_the_show() -> None:
    read = podcastparser.parse(f"{BASE}/feed.xml", io.BytesIO(feed(item())))
    assert read["title"] == "公园闲谈"
    assert read["link"] == "https://example.org/"
    assert read["cover_url"] == COVER
    assert read["itunes_author"] == "公园"
    assert read["itunes_owner"] == {"name": "公园", "email": "park@example.org"}
    assert read["itunes_categories"] == [["Technology"]]
    assert read["explicit"] is False
    assert read["language"] == "zh-CN"
    assert read["generator"] == "publisher"


def test_the_show_has_its_podcasting_tags() -> None:
    data = feed(item())
    assert values(data, "channel/podcast:guid") == [GUID]
    assert values(data, "channel/podcast:locked") == ["yes"]
    assert find(data, "channel/podcast:locked")[0].get("owner") == "park@example.org"
    assert values(data, "channel/podcast:medium") == ["podcast"]
    assert values(data, "channel/itunes:explicit") == ["false"]
    assert values(feed(of=show(locked=False, owner=None)), "channel/podcast:locked") == ["no"]


def test_what_the_show_does_not_have_is_left_out() -> None:
    data = rss.render(show(owner=None), (), guid=GUID, cover_url="")["feed.xml"]
    for name in ("itunes:owner", "copyright", "itunes:image", "lastBuildDate", "item"):
        assert find(data, f"channel/{name}") == []
    assert find(data, "channel/podcast:locked")[0].get("owner") is None


def test_the_document_declares_utf_8_and_the_canonical_prefixes() -> None:
    data = feed(item())
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<rss ")
    assert etree.fromstring(data).nsmap == NAMES
    assert b"ns0:" not in data
    assert "公园闲谈".encode() in data


def test_the_link_to_itself_has_the_feeds_type() -> None:
    (link,) = find(feed(), "channel/atom:link")
    assert dict(link.items()) == {"href": f"{BASE}/feed.xml", "rel": "self", "type": "application/rss+xml"}


# -- the episodes -------------------------------------------------------------------------------------


def test_feedparser_reads_an_episode() -> None:
    told = episode(
        title="第一期：即梦", season=2, number=7, type="bonus", explicit=True, summary="谈**即梦**。"
    )
    one = item(episode=told, image_url=f"{BASE}/assets/first.jpeg")
    (entry,) = feedparser.parse(feed(one)).entries
    assert (entry.title, entry.link, entry.id) == ("第一期：即梦", f"{BASE}/episodes/first/", "guid-first")
    assert entry.guidislink is False
    assert calendar.timegm(entry.published_parsed) == one.published.timestamp()
    (enclosure,) = entry.enclosures
    assert (enclosure.href, enclosure.length, enclosure.type) == (
        one.enclosure_url,
        "12345678",
        "audio/x-m4a",
    )
    assert (entry.itunes_season, entry.itunes_episode, entry.itunes_episodetype) == ("2", "7", "bonus")
    assert entry.itunes_duration == "4000"
    assert entry.image.href == f"{BASE}/assets/first.jpeg"
    assert "(00:12:34) 市场定位" in entry.content[0].value
    assert "<strong>即梦</strong>" in entry.summary


def test_podcastparser_reads_an_episode() -> None:
    one = item(episode=episode(number=7, explicit=True, summary="谈**即梦**。"))
    (read,) = podcastparser.parse(f"{BASE}/feed.xml", io.BytesIO(feed(one)))["episodes"]
    assert read["title"] == "第一期"
    assert read["guid"] == "guid-first"
    assert read["link"] == f"{BASE}/episodes/first/"
    assert read["published"] == int(one.published.timestamp())
    assert read["total_time"] == 4_000
    assert read["description_html"] == one.notes.feed_html.strip()
    assert read["enclosures"] == [
        {"url": one.enclosure_url, "file_size": 12_345_678, "mime_type": "audio/x-m4a"}
    ]
    assert read["number"] == 7
    assert read["explicit"] is True


def test_podcastparser_knows_our_podcasting_tags_under_the_old_name_of_the_namespace() -> None:
    old = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    data = feed(item()).replace(NAMES["podcast"].encode(), old)
    (read,) = podcastparser.parse(f"{BASE}/feed.xml", io.BytesIO(data))["episodes"]
    assert read["chapters_json_url"] == f"{BASE}/episodes/first/chapters.json"
    assert read["transcript_url"].startswith(f"{BASE}/episodes/first/transcript.")
    assert [person["name"] for person in read["persons"]] == ["小苏", "老修"]


def test_an_episode_has_its_podcasting_tags() -> None:
    data = feed(item())
    (chapters,) = find(data, ".//podcast:chapters")
    assert dict(chapters.items()) == {
        "url": f"{BASE}/episodes/first/chapters.json",
        "type": "application/json+chapters",
    }
    assert [dict(found.items()) for found in find(data, ".//podcast:transcript")] == [
        {
            "url": f"{BASE}/episodes/first/transcript.vtt",
            "type": "text/vtt",
            "language": "zh-CN",
            "rel": "captions",
        },
        {"url": f"{BASE}/episodes/first/transcript.html", "type": "text/html"},
    ]
    assert values(data, ".//podcast:person") == ["小苏", "老修"]


def test_what_an_episode_does_not_have_is_left_out() -> None:
    bare = item(chapters_url="", transcripts=(), persons=(), link="", notes=notes.Notes("", ""))
    data = feed(bare)
    absent = ("podcast:chapters", "podcast:transcript", "podcast:person", "link", "itunes:image")
    for name in (*absent, "itunes:season", "itunes:episode", "description", "content:encoded"):
        assert find(data, f"channel/item/{name}") == []


def test_an_episode_is_as_explicit_as_its_show_unless_it_says_so() -> None:
    loud = show(explicit=True)
    assert values(feed(item(), of=loud), ".//item/itunes:explicit") == ["true"]
    quiet = item(episode=episode(explicit=False))
    assert values(feed(quiet, of=loud), ".//item/itunes:explicit") == ["false"]


def test_a_guid_that_is_an_address_is_a_permanent_link() -> None:
    data = feed(item(guid="https://example.org/1"), item("b", guid="urn:1"))
    assert [found.get("isPermaLink") for found in find(data, ".//guid")] == ["false", "true"]


def test_episodes_stand_newest_first_and_the_newest_dates_the_feed() -> None:
    beijing = timezone(timedelta(hours=8))
    old = item("old", published=datetime(2025, 1, 1, tzinfo=UTC))
    new = item("new", published=datetime(2026, 3, 1, 7, 59, 59, 900_000, tzinfo=beijing))
    same = item("same", published=new.published)
    data = feed(old, new, same)
    assert values(data, ".//guid") == ["guid-same", "guid-new", "guid-old"]
    assert values(data, ".//pubDate")[1] == "Sat, 28 Feb 2026 23:59:59 +0000"
    assert values(data, "channel/lastBuildDate") == ["Sat, 28 Feb 2026 23:59:59 +0000"]
    assert data == feed(same, old, new)


def test_notes_too_long_for_a_description_are_whole_only_in_the_content() -> None:
    told = episode(summary="\n\n".join("长" * 100 for _ in range(40)))
    data = feed(item(episode=told))
    (description,) = values(data, ".//item/description")
    (content,) = values(data, ".//content:encoded")
    assert description is not None
    assert content is not None
    assert len(description.encode()) <= 4_000
    assert description.endswith("长</p>")
    assert len(content) > 4_000


def test_a_description_has_only_tags_that_apps_show_and_the_content_has_all() -> None:
    summary = "# Head\n\n> said\n\n1. one\n- [two](https://example.org/a?b=1&c=2) **three** *four*\n"
    data = feed(item(episode=episode(summary=summary)), of=show(description=summary))
    (described,) = values(data, "channel/description")
    (noted,) = values(data, ".//item/description")
    (content,) = values(data, ".//content:encoded")
    for text in (described, noted):
        assert text is not None
        assert Markup(text).tags <= APP_TAGS
        assert "<p><strong>Head</strong></p>" in text
        assert "<p>said</p>" in text
        assert (
            '<a href="https://example.org/a?b=1&amp;c=2">two</a> <strong>three</strong> <em>four</em>' in text
        )
    assert content is not None
    assert {"h2", "blockquote"} <= Markup(content).tags


# -- hostile text, hostile surroundings ---------------------------------------------------------------


def test_hostile_text_is_read_back_as_text() -> None:
    bad = 'a]]>b <b> & "q" </title>\x00\x08\x1b\n\u202e中\ud800\uffff'
    good = 'a]]>b <b> & "q" </title> 中'
    hostile = show(
        title=bad,
        description=bad,
        author=bad,
        copyright=bad,
        owner=Owner(bad, "a\x00@example.org"),
        categories=((bad, bad),),
    )
    told = episode(title=bad, summary=bad, people=(bad,))
    one = item(episode=told, of=hostile, persons=(bad,), guid="g\x01", link=f"{BASE}/\x02")
    data = feed(one, of=hostile)
    assert values(data, "channel/title") == [good]
    assert values(data, "channel/itunes:author") == [good]
    assert values(data, "channel/copyright") == [good]
    assert values(data, "channel/itunes:owner/itunes:name") == [good]
    assert find(data, "channel/itunes:category")[0].get("text") == good.replace('"', "")
    assert values(data, ".//item/title") == [good]
    assert values(data, ".//podcast:person") == [good]
    assert values(data, ".//guid") == ["g"]
    (entry,) = feedparser.parse(data).entries
    assert entry.title == good
    assert "]]&gt;b" in entry.content[0].value
    assert b"<![CDATA[" in data


def test_html_in_descriptions_stands_in_cdata() -> None:
    text = feed(item()).decode()
    assert "<description><![CDATA[<p>每周一次" in text
    assert "<description><![CDATA[<p>章节</p>" in text
    assert "<content:encoded><![CDATA[<p>章节</p>" in text


def test_a_cdata_end_in_notes_that_others_made_does_not_end_it() -> None:
    data = feed(item(notes=notes.Notes("", "<p>a]]>b</p>")))
    assert values(data, ".//item/description") == ["<p>a]]&gt;b</p>"]
    assert values(data, ".//content:encoded") == ["<p>a]]>b</p>"]


@pytest.fixture
def _as_before() -> Iterator[None]:
    before, zone = locale.setlocale(locale.LC_ALL), os.environ.get("TZ")
    yield
    locale.setlocale(locale.LC_ALL, before)
    os.environ.pop("TZ", None)
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("name", ["C", "C.UTF-8", "zh_CN.UTF-8", "de_DE.UTF-8"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/St_Johns"])
def test_the_bytes_do_not_depend_on_clock_locale_or_time_zone(name: str, zone: str) -> None:
    items = (item(), item("second", published=datetime(2026, 3, 1, tzinfo=UTC)))
    before = feed(*items)
    os.environ["TZ"] = zone
    time.tzset()
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"this system has no locale {name}")
    assert feed(*items) == before
    assert b"<pubDate>Sun, 01 Mar 2026 00:00:00 +0000</pubDate>" in before


def test_the_guid_of_a_show_comes_from_its_address_without_scheme_and_slashes() -> None:
    assert show_guid("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert show_guid("podnews.net/rss/") == show_guid("http://podnews.net/rss//")
    assert show_guid("https://podnews.net/other") != show_guid("https://podnews.net/rss")
