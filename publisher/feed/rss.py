"""The feed: RSS 2.0 with iTunes and podcast tags (PSP-1, Apple's requirements, Podcasting 2.0)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from publisher import timecode
from publisher.feed.markup import from_markdown, shortened
from publisher.feed.notes import Notes
from publisher.feed.podcasting import ItemTags, ShowTags
from publisher.model import Episode, Show
from publisher.text import clean, one_line

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

LONGEST_DESCRIPTION = 4000
"""Bytes, as Apple and PSP-1 bound it."""

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """A transcript file of an episode.

    Attributes:
        url: Its address.
        mime: `text/vtt`, `application/x-subrip`, ...
        language: BCP 47; empty leaves it out.
        captions: Whether it is timed to be shown while the audio plays.
    """

    url: str
    mime: str
    language: str
    captions: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An episode as the feed tells it. Addresses are absolute and ASCII.

    Attributes:
        episode: What a person wrote.
        guid: Minted once, never changed.
        published: When it was first published, with timezone.
        enclosure_url: The audio.
        size: Its bytes.
        mime: Its type.
        duration: Its length in milliseconds.
        notes: The show notes.
        chapters_url: JSON chapters; empty when there are none.
        transcripts: Each transcript file.
        persons: Speakers by name.
        image_url: The episode's own picture; empty when it has none.
        link: The episode's web page; empty when it has none.
    """

    episode: Episode
    guid: str
    published: datetime
    enclosure_url: str
    size: int
    mime: str
    duration: int
    notes: Notes
    chapters_url: str
    transcripts: tuple[TranscriptLink, ...]
    persons: tuple[str, ...]
    image_url: str
    link: str


def show_guid(feed_url: str) -> str:
    """The `podcast:guid` of a show that has none yet: UUIDv5 of its feed's address (podcast namespace, guid).

    Made once in a show's life; stored and kept when the feed moves.
    """
    _, _, address = feed_url.rpartition("://")
    return str(uuid.uuid5(_NAMESPACE, address.rstrip("/")))


def render(show: Show, items: tuple[Item, ...], *, guid: str, cover_url: str) -> bytes:
    """Write `feed.xml`, newest episode first. The same input gives the same bytes, whatever the locale.

    Args:
        show: The channel.
        items: Its episodes, in any order.
        guid: The show's `podcast:guid`.
        cover_url: Absolute; empty when there is no cover.
    """
    from feedgen.feed import FeedGenerator

    ordered = sorted(items, key=lambda item: (item.published, item.guid), reverse=True)
    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.register_extension("podcasting", ShowTags, ItemTags, atom=False, rss=True)
    _channel(feed, show)
    feed.podcasting.guid = guid
    feed.podcasting.image = cover_url
    if ordered:
        feed.lastBuildDate(_whole(ordered[0].published))
    feed.podcasting.dated = bool(ordered)
    for item in ordered:
        _entry(feed.add_entry(order="append"), item, show)
    return bytes(feed.rss_str(pretty=True))


def _channel(feed: FeedGenerator, show: Show) -> None:
    feed.title(one_line(show.title))
    feed.description(shortened(from_markdown(show.description), LONGEST_DESCRIPTION))
    feed.link(href=show.feed_url, rel="self", type="application/rss+xml")
    feed.link(href=one_line(show.link), rel="alternate")  # feedgen makes the last link the channel's own
    feed.language(show.language)
    feed.generator("publisher")
    if show.copyright:
        feed.copyright(one_line(show.copyright))
    feed.podcast.itunes_author(one_line(show.author))
    feed.podcast.itunes_type(show.type)
    for names in show.categories:
        feed.podcast.itunes_category(dict(zip(("cat", "sub"), map(_category, names), strict=False)))
    feed.podcasting.explicit = show.explicit
    feed.podcasting.locked = show.locked
    if show.owner:
        feed.podcast.itunes_owner(name=one_line(show.owner.name), email=one_line(show.owner.email))
        feed.podcasting.owner = one_line(show.owner.email)


def _category(name: str) -> str:
    return one_line(name).replace('"', "")  # feedgen puts the name between double quotes in an XPath


def _entry(entry: Any, item: Item, show: Show) -> None:
    episode = item.episode
    entry.title(one_line(episode.title))
    guid = one_line(item.guid)
    entry.guid(guid, permalink=guid.startswith(("http://", "https://")))
    entry.pubDate(_whole(item.published))
    entry.enclosure(one_line(item.enclosure_url), item.size, item.mime)
    if item.link:
        entry.link(href=one_line(item.link))
    if markup := clean(item.notes.feed_html):
        entry.description(shortened(markup, LONGEST_DESCRIPTION))
        entry.content(markup, type="CDATA")
    entry.podcast.itunes_duration((item.duration + timecode.SECOND // 2) // timecode.SECOND)
    entry.podcast.itunes_season(episode.season)
    entry.podcast.itunes_episode(episode.number)
    entry.podcast.itunes_episode_type(episode.type)
    entry.podcasting.explicit = show.explicit if episode.explicit is None else episode.explicit
    entry.podcasting.image = item.image_url
    entry.podcasting.chapters = item.chapters_url
    entry.podcasting.persons = item.persons
    entry.podcasting.transcripts = tuple(_attributes(link) for link in item.transcripts)


def _attributes(link: TranscriptLink) -> dict[str, str]:
    rel = "captions" if link.captions else ""
    return {"url": link.url, "type": link.mime, "language": link.language, "rel": rel}


def _whole(moment: datetime) -> datetime:
    """In UTC and whole seconds: feedgen writes what RFC 2822 cannot say otherwise."""
    return moment.astimezone(UTC).replace(microsecond=0)
