"""The feed, as programs that we did not write read it: each value is compared with what was meant."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import pytest

from publisher.feed import Item, Soundbite, rss
from publisher.feed.markup import from_markdown
from publisher.model import (
    Funding,
    License,
    Location,
    RemoteFeed,
    Show,
    Span,
    Trailer,
    Txt,
    UpdateFrequency,
)
from tests import npm
from tests.builders import episode, show
from tests.test_feed import BASE, CHAPTERS, COVER, GUID, item

TRICKY = "A & B <b> \"q\" 's' ]]> &amp; &nbsp; 中文 😀"

SHOW = show(
    title=f"公园 {TRICKY}",
    author=f"公园 {TRICKY}",
    description="谈**章节** & more.",
    categories=(("Technology",), ("Society & Culture", "Documentary")),
    type="serial",
    explicit=True,
    copyright="2026 公园",
    license=License("CC-BY-4.0"),
    funding=(Funding(f"{BASE}/give?a=1&b=2", "Give & take"), Funding(BASE, "Shop")),
    location=(Location("上海", "creator", "geo:31.23,121.47", "R913067", "cn"),),
    txt=(Txt("abc", "applepodcastsverify"),),
    publisher=RemoteFeed(GUID, f"{BASE}/house.xml"),
    podroll=(RemoteFeed(GUID, "https://podnews.net/rss", "Podnews"),),
    trailer=(Trailer("即将", f"{BASE}/soon.mp3", datetime(2026, 2, 1, tzinfo=UTC), 1234, "audio/mpeg", 2),),
    update_frequency=UpdateFrequency("每周二", "FREQ=WEEKLY;BYDAY=TU"),
    hub="https://hub.example.org/",
)
"""A show that tells everything that it can."""

ITEMS = (
    item(
        "b",
        of=SHOW,
        episode=episode(
            title=f"第二期 {TRICKY}",
            summary=f"谈**即梦** {TRICKY}。",
            season=2,
            season_name="第二季",
            number=7,
            type="bonus",
            explicit=False,
            license=License("mine", f"{BASE}/license"),
            location=(Location("北京"),),
        ),
        published=datetime(2026, 3, 1, 12, tzinfo=UTC),
        chapters=CHAPTERS,
        soundbites=(Soundbite(Span(73_250, 133_250), f"好 {TRICKY}"),),
        persons=("小苏", "A & B <x>"),
        image_url=f"{BASE}/b.jpeg",
    ),
    item("a", of=SHOW),
)
"""Newest first."""

FEED = rss.render(SHOW, ITEMS, guid=GUID, cover_url=COVER)["feed.xml"]


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


@pytest.fixture(scope="module")
def read() -> Any:
    """What npm's readers make of the feed."""
    return npm.feeds(FEED)


def transcripts(of: Item) -> list[dict[str, str]]:
    rows = (
        {
            "url": link.url,
            "type": link.mime,
            "language": link.language,
            "rel": "captions" if link.captions else "",
        }
        for link in of.transcripts
    )
    return [{key: value for key, value in row.items() if value} for row in rows]


def twice(text: str) -> str:
    """As podcast-partytime gives text: it resolves entities once more than XML does."""
    return " ".join(html.unescape(text).split())


# -- podcast-partytime --------------------------------------------------------------------------------


def test_the_podcast_indexs_parser_reads_the_show(read: Any) -> None:
    found = read["partytime"]
    assert SHOW.owner
    expected = {
        "link": SHOW.link,
        "language": SHOW.language,
        "owner": {"name": SHOW.owner.name, "email": SHOW.owner.email},
        "explicit": True,
        "itunesType": "serial",
        "itunesImage": COVER,
        "itunesCategory": ["Technology", "Society & Culture > Documentary"],
        "pubsub": {"self": SHOW.feed_url, "hub": SHOW.hub},
        "lastBuildDate": instant(ITEMS[0].published),
        "newestItemPubDate": instant(ITEMS[0].published),
        "guid": GUID,
        "locked": True,
        "podcastOwner": SHOW.owner.email,
        "medium": "podcast",
        "podcastFunding": [{"message": way.text, "url": way.url} for way in SHOW.funding],
        "podcastLocation": {"name": "上海", "geo": "geo:31.23,121.47", "osm": "R913067"},
        "podcastTxt": [{"value": "abc", "purpose": "applepodcastsverify"}],
        "podroll": [{"feedGuid": GUID, "feedUrl": "https://podnews.net/rss", "title": "Podnews"}],
        "trailers": [
            {
                "title": "即将",
                "url": f"{BASE}/soon.mp3",
                "pubdate": "2026-02-01T00:00:00.000Z",
                "type": "audio/mpeg",
                "length": 1234,
                "season": 2,
            }
        ],
    }
    assert {key: found.get(key) for key in expected} == expected
    assert found["license"]["identifier"] == "CC-BY-4.0"
    said = {"title": SHOW.title, "author": SHOW.author, "description": from_markdown(SHOW.description)}
    assert {key: twice(found[key]) for key in said} == {key: twice(text) for key, text in said.items()}


def test_the_podcast_indexs_parser_reads_every_episode(read: Any) -> None:
    for found, meant in zip(read["partytime"]["items"], ITEMS, strict=True):
        told = meant.episode
        assert twice(found["title"]) == twice(told.title)
        assert found["guid"] == meant.guid
        assert found["link"] == meant.link
        assert found["pubDate"] == instant(meant.published)
        assert found["duration"] == (meant.duration + 500) // 1_000
        assert found["explicit"] is (SHOW.explicit if told.explicit is None else told.explicit)
        assert found["itunesEpisodeType"] == told.type
        assert found["enclosure"] == {
            "url": meant.enclosure_url,
            "length": meant.size,
            "type": meant.mime,
        }
        assert twice(found["content"]) == twice(meant.notes.feed_html)
        assert found["podcastChapters"] == {"url": meant.chapters_url, "type": "application/json+chapters"}
        inherited = [{"language": SHOW.language, **row} for row in transcripts(meant)]
        assert found["podcastTranscripts"] == inherited
        assert [person["name"] for person in found["podcastPeople"]] == list(meant.persons)
    first = read["partytime"]["items"][0]
    (bite,) = first["podcastSoundbites"]
    assert (bite["startTime"], bite["duration"]) == (73.25, 60)
    assert twice(bite["title"]) == twice(f"好 {TRICKY}")
    assert first["podcastSeason"] == {"number": 2, "name": "第二季"}
    assert first["podcastEpisode"] == {"number": 7}
    assert first["license"] == {"identifier": "mine", "url": f"{BASE}/license"}
    assert first["podcastLocation"] == {"name": "北京"}
    assert first["itunesImage"] == f"{BASE}/b.jpeg"


# -- feedsmith ----------------------------------------------------------------------------------------


def test_feedsmith_reads_the_show(read: Any) -> None:
    found = read["feedsmith"]
    assert SHOW.owner
    assert (found["title"], found["link"], found["language"]) == (SHOW.title, SHOW.link, SHOW.language)
    assert found["copyright"] == SHOW.copyright
    assert found["itunes"] == {
        "image": COVER,
        "explicit": True,
        "author": SHOW.author,
        "type": "serial",
        "categories": [
            {"text": "Technology"},
            {"text": "Society & Culture", "categories": [{"text": "Documentary"}]},
        ],
        "owner": {"name": SHOW.owner.name, "email": SHOW.owner.email},
    }
    assert found["atom"]["links"] == [
        {"href": SHOW.feed_url, "rel": "self", "type": "application/rss+xml"},
        {"href": SHOW.hub, "rel": "hub"},
    ]
    assert found["podcast"] == {
        "guid": GUID,
        "images": [{"href": COVER, "alt": SHOW.title}],
        "medium": "podcast",
        "locked": {"value": True, "owner": SHOW.owner.email},
        "fundings": [{"url": way.url, "display": way.text} for way in SHOW.funding],
        "license": {"display": "CC-BY-4.0"},
        "locations": [
            {
                "display": "上海",
                "rel": "creator",
                "geo": "geo:31.23,121.47",
                "osm": "R913067",
                "country": "cn",
            }
        ],
        "txts": [{"display": "abc", "purpose": "applepodcastsverify"}],
        "updateFrequency": {"display": "每周二", "rrule": "FREQ=WEEKLY;BYDAY=TU"},
        "publisher": {
            "remoteItem": {"feedGuid": GUID, "feedUrl": f"{BASE}/house.xml", "medium": "publisher"}
        },
        "podroll": {
            "remoteItems": [{"feedGuid": GUID, "feedUrl": "https://podnews.net/rss", "title": "Podnews"}]
        },
        "trailers": [
            {
                "display": "即将",
                "url": f"{BASE}/soon.mp3",
                "pubDate": "Sun, 01 Feb 2026 00:00:00 +0000",
                "length": 1234,
                "type": "audio/mpeg",
                "season": 2,
            }
        ],
    }


def test_feedsmith_reads_every_episode(read: Any) -> None:
    for found, meant in zip(read["feedsmith"]["items"], ITEMS, strict=True):
        assert found["title"] == meant.episode.title
        assert found["guid"] == {"value": meant.guid, "isPermaLink": False}
        assert found["enclosures"] == [{"url": meant.enclosure_url, "length": meant.size, "type": meant.mime}]
        assert found["content"]["encoded"] == meant.notes.feed_html.strip()
        assert found["podcast"]["transcripts"] == transcripts(meant)
        assert found["podcast"]["persons"] == [{"display": name} for name in meant.persons]
    first = read["feedsmith"]["items"][0]
    assert first["itunes"] == {
        "duration": 4_000,
        "image": f"{BASE}/b.jpeg",
        "explicit": False,
        "episode": 7,
        "season": 2,
        "episodeType": "bonus",
    }
    assert [(row["start"], row["title"]) for row in first["psc"]["chapters"]] == [
        ("00:00:00.000", "开场"),
        ("00:12:34.000", "市场定位"),
    ]
    assert first["podcast"]["soundbites"] == [{"startTime": 73.25, "duration": 60, "display": f"好 {TRICKY}"}]
    assert first["podcast"]["license"] == {"display": "mine", "url": f"{BASE}/license"}
    assert first["podcast"]["season"] == {"number": 2, "name": "第二季"}


# -- small clients ------------------------------------------------------------------------------------


def test_rss_parser_reads_the_show_and_every_episode(read: Any) -> None:
    found = read["rssParser"]
    assert (found["title"], found["link"], found["feedUrl"]) == (SHOW.title, SHOW.link, SHOW.feed_url)
    assert found["itunes"]["author"] == SHOW.author
    assert found["itunes"]["image"] == COVER
    for row, meant in zip(found["items"], ITEMS, strict=True):
        assert (row["title"], row["guid"], row["link"]) == (meant.episode.title, meant.guid, meant.link)
        assert row["isoDate"] == instant(meant.published)
        assert row["enclosure"] == {
            "url": meant.enclosure_url,
            "length": str(meant.size),
            "type": meant.mime,
        }
        assert row["content:encoded"] == meant.notes.feed_html
        assert row["itunes"]["duration"] == "4000"


def test_fastfeedparser_reads_the_show_and_every_episode() -> None:
    found = fastfeedparser.parse(FEED)
    assert (found.feed.title, found.feed.link) == (SHOW.title, SHOW.link)
    for row, meant in zip(found.entries, ITEMS, strict=True):
        assert (row.title, row.id, row.link) == (meant.episode.title, meant.guid, meant.link)
        assert row.published == meant.published.isoformat()
        assert row.content[0]["value"] == meant.notes.feed_html
        assert [dict(each) for each in row.enclosures] == [
            {"url": meant.enclosure_url, "type": meant.mime, "length": meant.size}
        ]


def test_the_readers_find_their_way_from_page_to_page() -> None:
    many = tuple(
        replace(ITEMS[1], guid=f"g{n}", published=datetime(2026, 1, 1 + n, tzinfo=UTC)) for n in range(12)
    )
    made = rss.render(_paged(SHOW), many, guid=GUID, cover_url=COVER)
    seen: list[str] = []
    name = "feed.xml"
    while name:
        found = npm.feeds(made[name])
        assert [row["guid"] for row in found["partytime"]["items"]] == [
            row["guid"]["value"] for row in found["feedsmith"]["items"]
        ]
        seen += [row["guid"] for row in found["partytime"]["items"]]
        links = {link["rel"]: link["href"] for link in found["feedsmith"]["atom"]["links"]}
        assert links["self"] == f"{BASE}/{name}"
        name = links.get("next", "").removeprefix(f"{BASE}/")
    assert seen == [f"g{n}" for n in reversed(range(12))]


def _paged(told: Show) -> Show:
    return replace(told, feed_limit=10)
