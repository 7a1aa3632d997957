"""A published show without a fault, to break in tests of `publish check`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.chapters import FORMATS, PUBLISHED, About
from publisher.checking import check
from publisher.feed import Item, Soundbite, TranscriptLink, notes, rss
from publisher.media import Tags, probe, remux
from publisher.model import (
    Chapter,
    Cue,
    Funding,
    License,
    Location,
    RemoteFeed,
    Span,
    Trailer,
    Txt,
    UpdateFrequency,
    silent,
)
from publisher.transcripts import WRITERS
from tests.builders import episode, show
from tests.standin.fixtures import make_audio, make_picture

BASE = "https://example.org/podcast"
GUID = "28783126-4b83-5731-87b0-dc956beb2ce1"
HOUSE = "9b024349-ccf0-5f69-a609-6b82873eab3c"
SHOW = show(
    license=License("CC-BY-4.0"),
    funding=(Funding("https://example.com/give", "Give"),),
    location=(Location("上海", "creator", "geo:31.23,121.47", "R913067", "cn"),),
    txt=(Txt("abc", "verify"),),
    update_frequency=UpdateFrequency("每周", "FREQ=WEEKLY;COUNT=9", datetime(2026, 1, 1, tzinfo=UTC)),
    publisher=RemoteFeed(HOUSE, "https://example.com/house.xml"),
    podroll=(RemoteFeed(GUID, "https://example.com/other.xml", "Other"),),
    trailer=(
        Trailer("即将", "https://example.com/soon.mp3", datetime(2026, 1, 1, tzinfo=UTC), 9, "audio/mpeg", 1),
    ),
)
"""It tells everything that a show can tell."""

EPISODE = "episodes/two"
CHAPTERS = (
    Chapter(0, 12_000, "开场 & <问候>"),
    Chapter(12_000, 24_500, "市场"),
    Chapter(24_500, 36_000, "再见"),
)
CUES = (Cue(Span(0, 4_000), "小苏", "大家好。"), Cue(Span(4_000, 9_000), "老修", "新年快乐！"))


def write_item(output: Path, slug: str, days: int, base: str = BASE) -> Item:
    """Write the files of an episode, and give what a feed says of it."""
    sound = output / f"media/{slug}.m4a"
    given = make_audio(output.parent / f"{slug}.m4a", 36, pitch=220 + days)
    remux(given, sound, Tags(chapters=CHAPTERS), silent)
    given.unlink()
    folder = output / "episodes" / slug
    folder.mkdir(parents=True)
    told = replace(episode(slug=slug, title=f"Talk {slug}"), summary="Hello.")
    about = About(told.title, "公园闲谈", 36_000, guid=slug)
    url = f"{base}/media/{slug}.m4a"
    page = notes.render(SHOW, told, CHAPTERS, enclosure_url=url, synthetic=False)
    (folder / "notes.html").write_text(page.html, encoding="utf-8")
    for name in PUBLISHED:
        path = folder / FORMATS[name].filename
        path.write_text(FORMATS[name].write(CHAPTERS, about), encoding="utf-8")
    for writer in WRITERS.values():
        (folder / writer.filename).write_text(writer.write(CUES, about), encoding="utf-8")
    media = probe(sound)
    return Item(
        episode=told,
        guid=f"guid-{slug}",
        published=told.published + timedelta(days=days),
        enclosure_url=url,
        size=media.size,
        mime="audio/x-m4a",
        duration=media.duration,
        notes=page,
        chapters_url=f"{base}/episodes/{slug}/chapters.json",
        transcripts=tuple(
            TranscriptLink(
                f"{base}/episodes/{slug}/{each.filename}", each.mime, "zh-CN", captions=each.captions
            )
            for each in WRITERS.values()
        ),
        persons=("小苏",),
        image_url="",
        link=f"{base}/episodes/{slug}/notes.html",
        chapters=CHAPTERS,
        soundbites=(Soundbite(Span(20_500, 36_000), "市场"),),
    )


def write_show(output: Path, base: str = BASE) -> Path:
    """Write a published show of two episodes; the later one is `EPISODE`."""
    (output / "media").mkdir(parents=True)
    make_picture(output / "cover.jpg", 1400, 1400)
    told = replace(SHOW, base_url=base)
    items = (write_item(output, "one", 1, base), write_item(output, "two", 2, base))
    documents = rss.render(told, items, guid=GUID, cover_url=f"{base}/cover.jpg")
    (output / "feed.xml").write_bytes(documents["feed.xml"])
    return output


def codes(output: Path, profile: str = "all") -> list[str]:
    """The codes of what `check` finds."""
    return [finding.code for finding in check(output, BASE, profile)]


Break = Callable[[Path], object]


def feed(pattern: str, new: str, count: int = 1) -> Break:
    """Replace the first match in the feed."""
    return file("feed.xml", pattern, new, count)


def file(name: str, pattern: str, new: str, count: int = 1) -> Break:
    """Replace a pattern in a file."""

    def change(output: Path) -> None:
        path = output / name
        text = path.read_text(encoding="utf-8")
        changed = re.sub(pattern, lambda match: match.expand(new), text, count=count, flags=re.DOTALL)
        assert changed != text, "the mutation changes nothing"
        path.write_text(changed, encoding="utf-8")

    return change


def gone(name: str) -> Break:
    """Remove a file."""
    return lambda output: (output / name).unlink()


def all_of(*breaks: Break) -> Break:
    """One after the other."""

    def change(output: Path) -> None:
        for each in breaks:
            each(output)

    return change
