"""Podcast feeds, read: RSS of any age and quality, as strangers write it.

feedparser reads the feed as podcast apps do: any encoding, any form of a date, HTML made harmless. It keeps one of
several equal tags, so lxml reads those of the podcast namespace. Entities that a feed declares are never expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher.errors import Place
from publisher.fetch.outcomes import error_for
from publisher.importing.prose import to_markdown
from publisher.model import TypedChapter
from publisher.text import clean, one_line
from publisher.timecode import parse as parse_time

if TYPE_CHECKING:
    from lxml.etree import _Element

_PODCAST = (
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
)
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_SIMPLE_CHAPTERS = "http://podlove.org/simple-chapters"
_MOST_ITEMS = 10_000
_MOST_CHAPTERS = 500
_LONGEST_LINE = 300
_LONGEST_PROLOG = 10_000
_FIRST_ELEMENT = re.compile(rb"<\0?[A-Za-z]")
_LONGEST_ADDRESS = 2_000
_EXPLICIT = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False}
_TYPES = {"full", "trailer", "bonus"}


@dataclass(frozen=True, slots=True)
class Link:
    """A file that an item names.

    Attributes:
        url: Where it is.
        mime: Its type as the feed says it, in lower case.
    """

    url: str
    mime: str


@dataclass(frozen=True, slots=True)
class Item:
    """An episode as a feed tells it.

    Attributes:
        guid: By which apps know it; the address of the audio where the feed gives none.
        title: On one line.
        published: With timezone; None when the feed does not say.
        audio: Address of the audio; empty when there is none.
        summary: Markdown.
        link: Its web page.
        season: From 1, or None.
        number: Likewise.
        type: `full`, `trailer` or `bonus`.
        explicit: None when the feed does not say.
        transcripts: All forms of its transcript.
        chapters_url: Address of its chapters (JSON); empty when there are none.
        chapters: Those that stand in the feed itself.
    """

    guid: str
    title: str
    published: datetime | None
    audio: str
    summary: str
    link: str
    season: int | None
    number: int | None
    type: str
    explicit: bool | None
    transcripts: tuple[Link, ...]
    chapters_url: str
    chapters: tuple[TypedChapter, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A show as its feed tells it.

    Attributes:
        title: On one line.
        description: Markdown.
        link: The show's web page.
        language: BCP 47; empty when the feed does not say.
        author: A person or a company.
        categories: As Apple names them, parts as `Society & Culture > Documentary`.
        owner: Name and mail address of the owner; empty where they are not said.
        explicit: Whether the show says that it is.
        type: `episodic` or `serial`.
        guid: The `podcast:guid`; empty when there is none.
        moved_to: `itunes:new-feed-url`; empty when there is none.
        items: As they stand in the feed.
    """

    title: str
    description: str
    link: str
    language: str
    author: str
    categories: tuple[str, ...]
    owner: tuple[str, str]
    explicit: bool
    type: str
    guid: str
    moved_to: str
    items: tuple[Item, ...]


def read_feed(content: bytes, place: Place) -> Feed:
    """Read a feed.

    Args:
        content: As it was downloaded.
        place: Where it came from, for the error.

    Raises:
        FetchError: Code `bad_feed`; it is none, or it declares entities.
    """
    import feedparser

    if not _FIRST_ELEMENT.search(
        content, 0, _LONGEST_PROLOG
    ):  # feedparser reads a long prolog in quadratic time
        raise error_for("bad_feed", place)
    channel, elements = _tree(content, place)
    broken = error_for("bad_feed", place, detail="it is too broken to be read")
    try:
        parsed = feedparser.parse(BytesIO(content))
    except Exception as error:  # feedparser stumbles over some broken feeds
        raise broken from error
    if not parsed.version or not (parsed.entries or parsed.feed.get("title")):
        raise error_for("bad_feed", place)
    try:
        return _feed(parsed, channel, elements)
    except UnicodeDecodeError as error:  # lxml keeps half a surrogate pair, but cannot give it out
        raise broken from error


def _feed(parsed: Mapping[str, Any], channel: _Element, elements: list[_Element | None]) -> Feed:
    about, entries = parsed["feed"], parsed["entries"][:_MOST_ITEMS]
    if len(entries) != len(elements):  # a feed so broken that the two readers differ
        elements = [None] * len(entries)
    items = tuple(_item(entry, element) for entry, element in zip(entries, elements, strict=True))
    owner = channel.find(f"{{{_ITUNES}}}owner")
    return Feed(
        title=_line(about.get("title")),
        description=to_markdown(str(about.get("subtitle") or about.get("summary") or "")),
        link=_address(about.get("link")),
        language=_line(about.get("language"))[:20],
        author=_line(about.get("author")),
        categories=tuple(_categories(channel)),
        owner=("", "") if owner is None else (_child(owner, "name"), _child(owner, "email")),
        explicit=_EXPLICIT.get(_child(channel, "explicit").lower(), False),
        type="serial" if _child(channel, "type").lower() == "serial" else "episodic",
        guid=next((_line(found.text) for found in _podcast(channel, "guid")), ""),
        moved_to=_address(_child(channel, "new-feed-url")),
        items=items,
    )


def _tree(content: bytes, place: Place) -> tuple[_Element, list[_Element | None]]:
    """The channel and its items; nothing is fetched and no entity expanded."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise error_for("bad_feed", place) from None
    if root is None:
        raise error_for("bad_feed", place)
    doctype: Any = root.getroottree().docinfo.internalDTD
    if doctype is not None and doctype.entities():
        raise error_for("bad_feed", place, detail="it declares entities, which no podcast needs")
    channel = root.find("channel")
    elements: list[_Element | None] = list(root.iter("item", "{*}item", "{http://www.w3.org/2005/Atom}entry"))
    return (root if channel is None else channel), elements[:_MOST_ITEMS]


def _item(entry: Mapping[str, Any], element: _Element | None) -> Item:
    audio = next((_address(link.get("href")) for link in entry.get("enclosures", ()) if link.get("href")), "")
    kind = _line(entry.get("itunes_episodetype")).lower()
    links = [] if element is None else list(_podcast(element, "transcript"))
    chapters = [] if element is None else list(_podcast(element, "chapters"))
    return Item(
        guid=clean(str(entry.get("id") or "")).strip()[:_LONGEST_ADDRESS] or audio,
        title=_line(entry.get("title")),
        published=_moment(entry),
        audio=audio,
        summary=to_markdown(_html(entry)),
        link=_address(entry.get("link")),
        season=_number(entry.get("itunes_season")),
        number=_number(entry.get("itunes_episode")),
        type=kind if kind in _TYPES else "full",
        explicit=None if element is None else _EXPLICIT.get(_child(element, "explicit").lower()),
        transcripts=tuple(
            Link(_address(link.get("url")), _line(link.get("type")).lower())
            for link in links
            if link.get("url")
        ),
        chapters_url=next((_address(link.get("url")) for link in chapters), ""),
        chapters=() if element is None else tuple(_simple_chapters(element))[:_MOST_CHAPTERS],
    )


def _html(entry: Mapping[str, Any]) -> str:
    bodies = [str(each.get("value") or "") for each in entry.get("content", ())]
    return next((body for body in bodies if body.strip()), str(entry.get("summary") or ""))


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    written = str(entry.get("published") or "")
    with suppress(ValueError, TypeError, OverflowError):
        found = parsedate_to_datetime(written)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    if parts := entry.get("published_parsed"):
        with suppress(ValueError, TypeError, OverflowError):
            year, month, day, hour, minute, second = parts[:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return None


def _simple_chapters(element: _Element) -> Iterator[TypedChapter]:
    for found in element.iter(f"{{{_SIMPLE_CHAPTERS}}}chapter"):
        with suppress(ValueError):
            if title := _line(found.get("title")):
                yield TypedChapter(parse_time(str(found.get("start"))), title)


def _categories(channel: _Element) -> Iterator[str]:
    tag = f"{{{_ITUNES}}}category"
    for outer in channel.findall(tag):
        name = _line(outer.get("text"))
        parts = [_line(inner.get("text")) for inner in outer.findall(tag)]
        yield from [f"{name} > {part}" for part in parts if part] or [name]


def _podcast(element: _Element, name: str) -> Iterator[_Element]:
    for namespace in _PODCAST:
        yield from element.findall(f"{{{namespace}}}{name}")


def _child(element: _Element, name: str) -> str:
    found = element.find(f"{{{_ITUNES}}}{name}")
    return "" if found is None else _line(found.text)


def _line(value: object) -> str:
    return one_line(str(value or ""))[:_LONGEST_LINE]


def _address(value: object) -> str:
    """An http or https address of bearable length, else nothing."""
    text = str(value or "").strip()
    good = text.lower().startswith(("http://", "https://")) and text.isprintable() and " " not in text
    return text if good and len(text) <= _LONGEST_ADDRESS else ""


def _number(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) or None if text.isascii() and text.isdigit() and len(text) <= 6 else None  # noqa: PLR2004
