"""The feed: RSS 2.0 with iTunes and podcast tags (PSP-1, Apple's requirements, Podcasting 2.0)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from publisher import timecode
from publisher.feed import tags
from publisher.feed.item import Item
from publisher.feed.markup import for_apps, from_markdown, shortened
from publisher.feed.paging import Page, pages
from publisher.feed.podcasting import ItemTags, ShowTags
from publisher.model import Show
from publisher.text import clean, one_line

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

LONGEST_DESCRIPTION = 4000
"""Bytes, as Apple and PSP-1 bound it."""

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def show_guid(feed_url: str) -> str:
    """The `podcast:guid` of a show that has none yet: UUIDv5 of its feed's address (podcast namespace, guid).

    Made once in a show's life; stored and kept when the feed moves.
    """
    _, _, address = feed_url.rpartition("://")
    return str(uuid.uuid5(_NAMESPACE, address.rstrip("/")))


def render(show: Show, items: tuple[Item, ...], *, guid: str, cover_url: str) -> dict[str, bytes]:
    """Write the feed.

    Args:
        show: The channel.
        items: Its episodes, in any order.
        guid: The show's `podcast:guid`.
        cover_url: Absolute; empty when there is no cover.

    Returns:
        Each document of the feed by its file name, UTF-8 XML; archive pages first, `feed.xml` last. The newest
        episode of a document dates it; a feed without episodes has no date.
    """
    return {
        page.filename: document(show, page, guid=guid, cover_url=cover_url)
        for page in pages(items, show.feed_limit)
    }


def document(show: Show, page: Page[Item], *, guid: str, cover_url: str) -> bytes:
    """One document of a feed; arguments as `render` has them."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.register_extension("podcasting", ShowTags, ItemTags, atom=False, rss=True)
    _channel(feed, show, page)
    feed.podcasting.tags = (*tags.of_show(show, guid, cover_url), *tags.of_page(show, page))
    feed.podcasting.archive = page.archive
    if page.items:
        feed.lastBuildDate(_whole(page.items[0].published))
    feed.podcasting.dated = bool(page.items)
    for item in page.items:
        _entry(feed.add_entry(order="append"), item, show)
    return bytes(feed.rss_str(pretty=True))


def _channel(feed: FeedGenerator, show: Show, page: Page[Item]) -> None:
    feed.title(one_line(show.title))
    feed.description(shortened(for_apps(from_markdown(show.description)), LONGEST_DESCRIPTION))
    feed.link(href=show.url(page.filename), rel="self", type=tags.FEED_TYPE)
    feed.link(href=one_line(show.link), rel="alternate")  # feedgen makes the last link the channel's own
    feed.language(show.language)
    feed.generator("publisher")
    if show.copyright:
        feed.copyright(one_line(show.copyright))
    feed.podcast.itunes_author(one_line(show.author))
    feed.podcast.itunes_type(show.type)
    if show.new_feed_url:
        feed.podcast.itunes_new_feed_url(show.new_feed_url)
    for names in show.categories:
        feed.podcast.itunes_category(dict(zip(("cat", "sub"), map(_category, names), strict=False)))
    if show.owner:
        feed.podcast.itunes_owner(name=one_line(show.owner.name), email=one_line(show.owner.email))


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
        entry.description(shortened(for_apps(markup), LONGEST_DESCRIPTION))
        entry.content(markup, type="CDATA")
    entry.podcast.itunes_duration((item.duration + timecode.SECOND // 2) // timecode.SECOND)
    entry.podcast.itunes_season(episode.season)
    entry.podcast.itunes_episode(episode.number)
    entry.podcast.itunes_episode_type(episode.type)
    entry.podcasting.tags = tuple(tags.of_item(item, show))


def _whole(moment: datetime) -> datetime:
    """In UTC and whole seconds: feedgen writes what RFC 2822 cannot say otherwise."""
    return moment.astimezone(UTC).replace(microsecond=0)
