"""The tags that the feed has besides those of RSS: iTunes, Podcasting 2.0, Podlove Simple Chapters, Atom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime

from publisher import timecode
from publisher.feed.item import Alternate, Item
from publisher.feed.paging import Page
from publisher.model import Episode, RemoteFeed, Show, Trailer, UpdateFrequency

PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PSC = "http://podlove.org/simple-chapters"
ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"

CHAPTERS_TYPE = "application/json+chapters"
FEED_TYPE = "application/rss+xml"


@dataclass(frozen=True, slots=True)
class Tag:
    """An element to be written.

    Attributes:
        namespace: Its URI.
        name: Without prefix.
        text: Its text, of any origin.
        attributes: By name; empty ones are left out.
        children: Elements inside it.
    """

    namespace: str
    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Tag, ...] = ()


def of_show(show: Show, guid: str, cover_url: str) -> Iterator[Tag]:
    """What a channel has.

    Args:
        show: The channel.
        guid: Its `podcast:guid`.
        cover_url: Absolute; empty when there is no cover.
    """
    yield from _itunes(explicit=show.explicit, image=cover_url)
    if cover_url:
        yield _podcast("image", href=cover_url, alt=show.title)
    yield _podcast("guid", guid)
    yield _podcast("locked", "yes" if show.locked else "no", owner=show.owner.email if show.owner else "")
    yield _podcast("medium", "podcast")
    yield from _told(show)
    if show.update_frequency:
        yield _update_frequency(show.update_frequency)
        if show.update_frequency.complete:
            yield Tag(ITUNES, "complete", "Yes")
    if show.block:
        yield Tag(ITUNES, "block", "Yes")
        yield _podcast("block", "yes")
    if show.publisher:
        yield Tag(PODCAST, "publisher", children=(_remote_item(show.publisher, medium="publisher"),))
    if show.podroll:
        yield Tag(PODCAST, "podroll", children=tuple(_remote_item(feed) for feed in show.podroll))
    for trailer in show.trailer:
        yield _trailer(trailer)
    if show.hub:
        yield Tag(ATOM, "link", attributes={"rel": "hub", "href": show.hub})


def of_page(show: Show, page: Page[Item]) -> Iterator[Tag]:
    """What a document says of the feed's other documents (RFC 5005, paged and archived feeds)."""
    if page.archive:
        yield Tag(HISTORY, "archive")
    for rel, filename in page.links.items():
        yield Tag(ATOM, "link", attributes={"rel": rel, "href": show.url(filename), "type": FEED_TYPE})


def of_item(item: Item, show: Show) -> Iterator[Tag]:
    """What an episode has."""
    explicit = item.episode.explicit
    yield from _itunes(explicit=show.explicit if explicit is None else explicit, image=item.image_url)
    if item.image_url:
        yield _podcast("image", href=item.image_url)
    yield from _numbers(item.episode)
    yield from _told(item.episode)
    if item.chapters_url:
        yield _podcast("chapters", url=item.chapters_url, type=CHAPTERS_TYPE)
    for link in item.transcripts:
        rel = "captions" if link.captions else ""
        yield _podcast("transcript", url=link.url, type=link.mime, language=link.language, rel=rel)
    for person in item.persons:
        yield _podcast("person", person)
    for bite in item.soundbites:
        start, length = timecode.seconds(bite.span.start), timecode.seconds(bite.span.length)
        yield _podcast("soundbite", bite.title, startTime=str(start), duration=str(length))
    for other in item.alternates:
        yield Tag(PODCAST, "alternateEnclosure", attributes=_about(other), children=(_source(other),))
    if item.chapters:
        yield Tag(PSC, "chapters", attributes={"version": "1.2"}, children=tuple(_simple_chapters(item)))


def _about(other: Alternate) -> Mapping[str, str]:
    size, speed = str(other.size), str(other.bit_rate)
    return {"type": other.mime, "length": size, "bitrate": speed, "title": other.title}


def _source(other: Alternate) -> Tag:
    return _podcast("source", uri=other.url)


def _told(of: Show | Episode) -> Iterator[Tag]:
    """What a show and an episode may both say of themselves."""
    if of.license:
        yield _podcast("license", of.license.id, url=of.license.url)
    for way in of.funding:
        yield _podcast("funding", way.text, url=way.url)
    for place in of.location:
        yield _podcast(
            "location", place.name, rel=place.rel, geo=place.geo, osm=place.osm, country=place.country
        )
    for txt in of.txt:
        yield _podcast("txt", txt.text, purpose=txt.purpose)


def _numbers(episode: Episode) -> Iterator[Tag]:
    if episode.season:
        yield Tag(PODCAST, "season", str(episode.season), {"name": episode.season_name})
    if episode.number:
        yield _podcast("episode", str(episode.number))


def _simple_chapters(item: Item) -> Iterator[Tag]:
    for chapter in item.chapters:
        start = timecode.webvtt(chapter.start)
        yield Tag(PSC, "chapter", attributes={"start": start, "title": chapter.title})


def _update_frequency(often: UpdateFrequency) -> Tag:
    begin = f"{often.dtstart.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if often.dtstart else ""
    complete = "true" if often.complete else ""
    return _podcast("updateFrequency", often.text, rrule=often.rrule, dtstart=begin, complete=complete)


def _remote_item(feed: RemoteFeed, medium: str = "") -> Tag:
    return _podcast("remoteItem", feedGuid=feed.guid, feedUrl=feed.feed_url, title=feed.title, medium=medium)


def _trailer(trailer: Trailer) -> Tag:
    return _podcast(
        "trailer",
        trailer.title,
        url=trailer.url,
        pubdate=format_datetime(trailer.published.astimezone(UTC)),
        length=str(trailer.length or ""),
        type=trailer.type,
        season=str(trailer.season or ""),
    )


def _itunes(*, explicit: bool, image: str) -> Iterator[Tag]:
    yield Tag(ITUNES, "explicit", "true" if explicit else "false")
    if image:
        yield Tag(ITUNES, "image", attributes={"href": image})


def _podcast(name: str, text: str = "", **attributes: str) -> Tag:
    return Tag(PODCAST, name, text, attributes)
