"""The tags that few programs read yet: chapters in the feed, soundbites, what a show says about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import accumulate, pairwise

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from publisher.chapters import FORMATS
from publisher.feed import Soundbite, soundbites
from publisher.model import (
    Chapter,
    ColdOpen,
    Funding,
    License,
    Location,
    Mark,
    Method,
    RemoteFeed,
    Show,
    Span,
    TimedTurn,
    Timeline,
    Trailer,
    Txt,
    TypedSoundbite,
    UpdateFrequency,
)
from tests.builders import episode, show, timeline, transcript
from tests.test_feed import BASE, CHAPTERS, COVER, GUID, feed, find, item

BEIJING = timezone(timedelta(hours=8))


def test_the_chapters_stand_in_the_feed_too() -> None:
    data = feed(item(chapters=CHAPTERS))
    (inline,) = find(data, ".//item/psc:chapters")
    assert dict(inline.items()) == {"version": "1.2"}
    assert [dict(row.items()) for row in inline] == [
        {"start": "00:00:00.000", "title": "开场"},
        {"start": "00:12:34.000", "title": "市场定位"},
    ]
    assert b"<psc:chapters " in data
    assert [(row.start, row.title) for row in FORMATS["psc"].read(data.decode())] == [
        (0, "开场"),
        (754_000, "市场定位"),
    ]
    assert find(feed(item()), ".//psc:chapters") == []


def test_hostile_chapter_titles_are_read_back_as_text() -> None:
    bad = 'a]]>\x00\x1b\n<b> & "q" &nbsp; \u202e\'中\ud800'
    (row,) = find(feed(item(chapters=(Chapter(0, 9_000, bad),))), ".//psc:chapter")
    assert row.get("title") == 'a]]> <b> & "q" &nbsp; \'中'


def told(of: Show, tag: str) -> list[tuple[str | None, object]]:
    """Text and attributes of a tag of the channel."""
    return [(found.text, dict(found.items())) for found in find(feed(item(), of=of), f"channel/{tag}")]


def test_a_show_tells_its_license_and_who_may_pay() -> None:
    free = show(
        license=License("CC-BY-4.0"), funding=(Funding(f"{BASE}/give", "Give"), Funding(BASE, "Shop"))
    )
    assert told(free, "podcast:license") == [("CC-BY-4.0", {})]
    assert told(free, "podcast:funding") == [("Give", {"url": f"{BASE}/give"}), ("Shop", {"url": BASE})]
    own = show(license=License("mine-v1", f"{BASE}/license"))
    assert told(own, "podcast:license") == [("mine-v1", {"url": f"{BASE}/license"})]


def test_a_show_tells_where_it_is_made_and_proves_whose_it_is() -> None:
    placed = show(
        location=(Location("上海", "creator", "geo:31.23,121.47", "R913067", "cn"), Location("月球"))
    )
    assert told(placed, "podcast:location") == [
        ("上海", {"rel": "creator", "geo": "geo:31.23,121.47", "osm": "R913067", "country": "cn"}),
        ("月球", {"rel": "subject"}),
    ]
    proved = show(txt=(Txt("abc", "applepodcastsverify"), Txt("free ]]> text")))
    assert told(proved, "podcast:txt") == [
        ("abc", {"purpose": "applepodcastsverify"}),
        ("free ]]> text", {}),
    ]


def test_a_show_tells_how_often_it_comes() -> None:
    begin = datetime(2026, 1, 6, 8, tzinfo=BEIJING)
    weekly = show(update_frequency=UpdateFrequency("每周二", "FREQ=WEEKLY;BYDAY=TU", begin))
    assert told(weekly, "podcast:updateFrequency") == [
        ("每周二", {"rrule": "FREQ=WEEKLY;BYDAY=TU", "dtstart": "2026-01-06T00:00:00Z"})
    ]
    over = show(update_frequency=UpdateFrequency("完", complete=True))
    assert told(over, "podcast:updateFrequency") == [("完", {"complete": "true"})]


def test_a_show_of_a_publisher_names_its_feed() -> None:
    housed = show(publisher=RemoteFeed(GUID, "https://example.com/house.xml"))
    assert told(housed, "podcast:publisher/podcast:remoteItem") == [
        (None, {"feedGuid": GUID, "feedUrl": "https://example.com/house.xml", "medium": "publisher"})
    ]


def test_a_show_recommends_others_and_has_trailers() -> None:
    friendly = show(podroll=(RemoteFeed(GUID, "https://podnews.net/rss", "Podnews"), RemoteFeed(GUID)))
    assert told(friendly, "podcast:podroll/podcast:remoteItem") == [
        (None, {"feedGuid": GUID, "feedUrl": "https://podnews.net/rss", "title": "Podnews"}),
        (None, {"feedGuid": GUID}),
    ]
    made = datetime(2026, 2, 1, 7, 30, tzinfo=BEIJING)
    trailer = Trailer("即将", f"{BASE}/soon.mp3", made, 1234, "audio/mpeg", 2)
    said = {
        "url": f"{BASE}/soon.mp3",
        "pubdate": "Sat, 31 Jan 2026 23:30:00 +0000",
        "length": "1234",
        "type": "audio/mpeg",
        "season": "2",
    }
    assert told(show(trailer=(trailer,)), "podcast:trailer") == [("即将", said)]


def test_a_show_that_moved_says_where_to_and_a_hub_is_linked_beside_the_feed_itself() -> None:
    moved = show(new_feed_url="https://new.example.org/feed.xml", hub="https://hub.example.org/")
    assert told(moved, "itunes:new-feed-url") == [("https://new.example.org/feed.xml", {})]
    read = feedparser.parse(feed(item(), of=moved))
    assert [(link.rel, link.href) for link in read.feed.links if link.rel != "alternate"] == [
        ("self", f"{BASE}/feed.xml"),
        ("hub", "https://hub.example.org/"),
    ]


def test_pictures_are_told_in_the_namespaces_way_too() -> None:
    assert told(show(title="A & B"), "podcast:image") == [(None, {"href": COVER, "alt": "A & B"})]
    one = feed(item(image_url=f"{BASE}/e.jpg"))
    assert [dict(found.items()) for found in find(one, ".//item/podcast:image")] == [
        {"href": f"{BASE}/e.jpg"}
    ]
    assert find(feed(item()), ".//item/podcast:image") == []


def test_a_show_that_is_over_or_hidden_says_so_to_directories() -> None:
    over = show(update_frequency=UpdateFrequency("完", complete=True), block=True)
    assert told(over, "itunes:complete") == [("Yes", {})]
    assert told(over, "itunes:block") == [("Yes", {})]
    assert told(over, "podcast:block") == [("yes", {})]


def test_an_episode_tells_what_holds_for_it_alone() -> None:
    one = item(
        episode=episode(
            license=License("CC-BY-4.0"),
            funding=(Funding(f"{BASE}/give", "Give"),),
            location=(Location("上海"),),
            txt=(Txt("abc", "verify"),),
            season=2,
            season_name="第二季",
            number=7,
        )
    )
    said = {
        tag: [(found.text, dict(found.items())) for found in find(feed(one), f".//item/podcast:{tag}")]
        for tag in ("license", "funding", "location", "txt", "season", "episode")
    }
    assert said == {
        "license": [("CC-BY-4.0", {})],
        "funding": [("Give", {"url": f"{BASE}/give"})],
        "location": [("上海", {"rel": "subject"})],
        "txt": [("abc", {"purpose": "verify"})],
        "season": [("2", {"name": "第二季"})],
        "episode": [("7", {})],
    }
    bare = feed(item())
    assert all(find(bare, f".//item/podcast:{tag}") == [] for tag in said)


def test_what_a_show_does_not_tell_is_left_out() -> None:
    data = feed(item())
    for name in (
        "license",
        "funding",
        "location",
        "txt",
        "updateFrequency",
        "publisher",
        "podroll",
        "trailer",
        "block",
    ):
        assert find(data, f"channel/podcast:{name}") == []
    for name in ("itunes:new-feed-url", "itunes:complete", "itunes:block"):
        assert find(data, f"channel/{name}") == []
    assert find(data, "channel/atom:link[@rel='hub']") == []


# -- soundbites ---------------------------------------------------------------------------------------

FIRST = "我们从零开始做这个产品。然后呢？"
TALK = transcript(
    ("", [("A", "我们从零开始做这个产品……"), ("B", "没有人相信。")]),
    (
        "谈",
        [("A", FIRST), ("B", "对。没有人相信我们能做成这件事！真的。"), ("A", "x" * 200), ("B", "再见。")],
    ),
)


def spoken(*starts: int, confidence: float = 1.0, cold: tuple[ColdOpen, ...] | None = None) -> Timeline:
    """A timeline of TALK: each turn lasts until the next, the last one for 5 s."""
    spans = [Span(a, b) for a, b in pairwise((*starts, starts[-1] + 5_000))]
    turns = tuple(TimedTurn(n, "", span, confidence, Method.CAPTIONS) for n, span in enumerate(spans))
    opening = (ColdOpen(0, (1, 2)), ColdOpen(1, (3, 4))) if cold is None else cold
    return Timeline("captions", starts[-1] + 5_000, (), turns, opening)


def bites(timeline: Timeline, duration: int = 600_000) -> list[tuple[int, int, str]]:
    found = soundbites(episode(transcript=TALK), timeline, threshold=0.5, duration=duration)
    return [(bite.span.start, bite.span.length, bite.title) for bite in found.soundbites]


def test_passages_of_the_cold_open_become_soundbites_where_they_are_said_in_full() -> None:
    assert bites(spoken(0, 5_000, 10_000, 40_000, 50_000, 300_000)) == [
        (10_000, 30_000, "我们从零开始做这个产品。"),
        (40_000, 15_000, "对。没有人相信我们能做成这件事！"),
        (50_000, 120_000, "x" * 79 + "…"),
    ]


def test_there_are_no_soundbites_without_sure_times_or_a_cold_open() -> None:
    starts = (0, 5_000, 10_000, 40_000, 50_000, 300_000)
    assert bites(spoken(*starts, confidence=0.49)) == []
    assert bites(spoken(*starts, cold=())) == []
    absent = TimedTurn(2, "", None, 1.0, Method.CAPTIONS, present=False)
    known = spoken(*starts, cold=(ColdOpen(0, (2,)),))
    assert bites(replace(known, turns=(*known.turns[:2], absent, *known.turns[3:]))) == []


def test_soundbites_stay_inside_the_audio_and_are_few() -> None:
    late = spoken(0, 5_000, 10_000, 40_000, 50_000, 300_000, cold=(ColdOpen(0, (3, 4, 5)),))
    assert [bite[:2] for bite in bites(late, duration=64_999)] == [(40_000, 15_000)]
    assert [bite[:2] for bite in bites(late, duration=70_000)] == [(40_000, 15_000), (50_000, 20_000)]
    many = transcript(("", [("A", "嗯。") for _ in range(9)]))
    turns = tuple(TimedTurn(n, "", Span(n * 20_000, n * 20_000), 1.0, Method.CAPTIONS) for n in range(9))
    timeline = Timeline("captions", 200_000, (), turns, (ColdOpen(0, tuple(range(1, 9))),))
    long = episode(transcript=many)
    assert len(soundbites(long, timeline, threshold=0.5, duration=200_000).soundbites) == 4


@given(
    st.lists(st.integers(0, 200_000), min_size=6, max_size=6),
    st.lists(st.integers(1, 5), unique=True),
    st.integers(1, 1_000_000),
)
def test_soundbites_last_15_to_120_seconds_inside_the_audio(
    lengths: list[int], repeats: list[int], duration: int
) -> None:
    starts = accumulate(lengths)
    for start, length, _ in bites(spoken(*starts, cold=(ColdOpen(0, tuple(repeats)),)), duration):
        assert 15_000 <= length <= 120_000
        assert start + length <= duration


def chosen(*bites: TypedSoundbite, of: Timeline | None) -> tuple[list[tuple[int, int, str]], tuple[str, ...]]:
    told = episode(transcript=TALK, soundbites=bites)
    found = soundbites(told, of, threshold=0.5, duration=400_000)
    return [(bite.span.start, bite.span.length, bite.title) for bite in found.soundbites], found.doubts


def test_soundbites_that_a_person_typed_win_over_the_cold_open() -> None:
    known = spoken(0, 5_000, 10_000, 40_000, 50_000, 300_000)
    mine = TypedSoundbite("Mine", Span(7_000, 12_000))
    assert chosen(mine, of=known) == ([(7_000, 5_000, "Mine")], ())
    assert chosen(mine, of=None) == ([(7_000, 5_000, "Mine")], ())
    found, doubts = chosen(TypedSoundbite("Late", Span(399_000, 400_001)), of=known)
    assert found == []
    assert doubts == ("Soundbite “Late” is left out: the audio ends before it does.",)


def test_a_soundbite_is_found_by_its_words_from_clause_to_clause() -> None:
    marks = {3: (Mark(0, 40_000), Mark(2, 41_500), Mark(16, 64_000))}
    known = timeline(
        TALK,
        spans=[
            (0, 5_000),
            (5_000, 9_000),
            (10_000, 40_000),
            (40_000, 70_000),
            (70_000, 71_000),
            (71_000, 72_000),
        ],
        marks=marks,
    )
    believed = TypedSoundbite(quote="没有人相信我们能做成")
    assert chosen(believed, of=known) == ([(41_500, 22_500, "没有人相信我们能做成")], ())
    named = TypedSoundbite("信", quote="没有人相信我们能做成")
    assert chosen(named, of=known)[0] == [(41_500, 22_500, "信")]
    short = TypedSoundbite(quote="真的")
    assert chosen(short, of=known)[0] == [(64_000, 15_000, "真的")]
    assert chosen(believed, of=None) == (
        [],
        ("Soundbite “没有人相信我们能做成” is left out: it is not sure when these words are said.",),
    )


def test_soundbites_stand_in_the_feed_in_seconds() -> None:
    one = item(soundbites=(Soundbite(Span(73_250, 133_250), "a]]> <b>"),))
    (bite,) = find(feed(one), ".//item/podcast:soundbite")
    assert bite.text == "a]]> <b>"
    assert dict(bite.items()) == {"startTime": "73.25", "duration": "60.0"}
