"""Rules of the episodes in the feed: what each says, and that no two say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from publisher.checking.rules import breach
from publisher.checking.tree import NAMESPACES, PREFIXES, Tree, attribute, text
from publisher.feed.markup import APP_TAGS
from publisher.findings import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_DESCRIPTION = 4000
"""Bytes."""

LONGEST_VALUE = 255
"""Characters."""

_DATE = re.compile(r"(?:(\w{3}), )?\d{1,2} \w{3} \d{4} \d\d:\d\d(:\d\d)? (GMT|[+-]\d{4})")
_DURATION = re.compile(r"\d+|(\d+:)?\d{1,2}:\d\d")
_NUMBERED = re.compile(
    r"(?:#\s*|s\d+\s*e|e|ep\.?\s*|episode\s+)\d+(?!\w)|第\s*[0-9零〇一二两三四五六七八九十百]+\s*[期集回]",
    re.IGNORECASE,
)
"""How a title begins that holds the number of its episode."""
_LONG = {"description", "encoded", "summary", "item"}
"""Elements with a bound of their own, or none, without prefixes."""
_ONCE = (
    "title", "link", "description", "language", "copyright", "pubDate", "lastBuildDate", "guid", "enclosure",
    "content:encoded", "itunes:author", "itunes:owner", "itunes:explicit", "itunes:image", "itunes:type",
    "itunes:block", "itunes:complete", "itunes:new-feed-url", "itunes:duration", "itunes:episode",
    "itunes:season", "itunes:episodeType", "podcast:guid", "podcast:locked", "podcast:medium",
    "podcast:podroll", "podcast:publisher", "podcast:updateFrequency", "podcast:license", "podcast:chapters",
    "podcast:season", "podcast:episode", "psc:chapters",
)  # fmt: skip
"""Elements that stand once in the show or in an episode."""
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_WORDS = {
    "itunes:type": ("episodic", "serial"),
    "itunes:episodeType": ("full", "trailer", "bonus"),
    "itunes:block": ("yes",),
    "itunes:complete": ("yes",),
}
"""Tags of one word; Apple takes no other word for a yes."""
_LINKS = {"link", f"{{{NAMESPACES['itunes']}}}new-feed-url"}
"""Elements of which the text is an address."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def items(tree: Tree) -> Iterator[Finding]:
    """Each episode by itself, then all together."""
    serial = text(tree.channel, "itunes:type") == "serial"
    show = text(tree.channel, "title").casefold()
    for where, item in tree.episodes():
        yield from _said(where, item, serial=serial)
        title = text(item, "title")
        if _NUMBERED.match(title) or (show and show in title.casefold()):
            what = f"The title {title[:80]!r} holds the name of the show or the number of the episode."
            yield breach("item-title-repeats", where, what)
    yield from _unique(tree)
    yield from _order(tree)


def values(tree: Tree) -> Iterator[Finding]:
    """Rules that hold for the show and its episodes alike: lengths, explicit, addresses."""
    for where, part in ((tree.feed.name, tree.channel), *tree.episodes()):
        if text(part, "itunes:explicit") not in {"true", "false"}:
            yield breach("explicit-value", where, "itunes:explicit is neither true nor false.")
        for tag, known in _WORDS.items():
            if (word := text(part, tag)) and word.lower() not in known:
                yield breach("word-unknown", where, f"{tag} {word[:80]!r} is none of {', '.join(known)}.")
        yield from _repeated(where, part)
        yield from _lengths(where, part)
        if others := set(map(str.lower, _TAG.findall(text(part, "description")))) - APP_TAGS:
            yield breach("description-tags", where, f"The description has {', '.join(sorted(others)[:5])}.")
        size = len(text(part, "description").encode())
        if size > LONGEST_DESCRIPTION:
            yield breach("description-long", where, f"The description has {size:,} bytes, more than 4,000.")


def _repeated(where: str, part: _Element) -> Iterator[Finding]:
    for tag in _ONCE:
        if (count := len(part.findall(tag, PREFIXES))) > 1:
            yield breach("tag-repeated", where, f"There are {count} of {tag}.")


def _lengths(where: str, part: _Element) -> Iterator[Finding]:
    """Values as PSP-1 bounds them; those of the podcast namespace have bounds of their own."""
    for found in part.iterfind("*"):
        for each in () if _plain(found) in _LONG else found.iter("*"):
            said, name = each.text or "", _plain(each)
            if len(said) > LONGEST_VALUE and not each.tag.startswith(f"{{{NAMESPACES['podcast']}}}"):
                yield breach("value-long", where, f"{name} has {len(said)} characters.")
            if said.strip() and said != said.strip():
                yield breach("value-blank", where, f"{name} begins or ends with a blank.")


def _plain(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def addresses(tree: Tree) -> Iterator[Finding]:
    """Every address in the feed is ASCII, and https where apps want it."""
    first = {address: where for where, address in reversed([*links(tree)])}
    for address, where in sorted(first.items()):
        if not address.isascii():
            yield breach("address-not-ascii", where, f"{address} is not ASCII.")
        if address.startswith("http://"):
            yield breach("address-not-https", where, f"{address} is not https.")


def links(tree: Tree) -> Iterator[tuple[str, str]]:
    """Each address in an attribute of the feed, or the text of a link, with where it is."""
    channels = (
        (page.name, [child for child in page.channel if child.tag != "item"]) for page in tree.documents
    )
    for where, parts in (*channels, *tree.episodes()):
        for element in (found for part in parts for found in part.iter("*")):
            yield from (
                (where, element.get(name, "").strip()) for name in ("url", "href", "uri") if element.get(name)
            )
            if element.tag in _LINKS and element.text:
                yield where, element.text.strip()


def _said(where: str, item: _Element, *, serial: bool) -> Iterator[Finding]:
    if not text(item, "title"):
        yield breach("item-title", where, "The episode has no title.")
    if not text(item, "description"):
        yield breach("item-description", where, "The episode has no description.")
    guid = text(item, "guid")
    if not guid:
        yield breach("item-guid", where, "The episode has no guid.")
    elif attribute(item, "guid", "isPermaLink") != "false" and not guid.startswith(("http://", "https://")):
        yield breach(
            "item-guid-permalink", where, f"The guid {guid[:80]} claims to be an address and is none."
        )
    if _date(item) is None:
        yield breach("item-date", where, f"{text(item, 'pubDate')[:80]!r} is no valid date.")
    duration = text(item, "itunes:duration")
    if not _DURATION.fullmatch(duration):
        yield breach("item-duration", where, f"itunes:duration {duration[:80]!r} is no number of seconds.")
    number = text(item, "itunes:episode")
    if (serial or number) and not re.fullmatch(r"[1-9]\d*", number):
        yield breach("item-number", where, f"itunes:episode {number[:80]!r} is no number from 1.")
    season = text(item, "itunes:season")
    if season and not re.fullmatch(r"[1-9]\d*", season):
        yield breach("item-number", where, f"itunes:season {season[:80]!r} is no number from 1.")


def _date(item: _Element) -> datetime | None:
    return date_of(text(item, "pubDate"))


def date_of(said: str) -> datetime | None:
    """A date of RFC 2822, if it is valid to the letter, its weekday included."""
    form = _DATE.fullmatch(said)
    if not form:
        return None
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return moment if form[1] in {None, _WEEKDAYS[moment.weekday()]} else None


def _unique(tree: Tree) -> Iterator[Finding]:
    for code, what, tag, name in (
        ("item-guid-repeated", "guid", "guid", ""),
        ("enclosure-repeated", "address of audio", "enclosure", "url"),
    ):
        seen: dict[str, str] = {}
        for where, item in tree.episodes():
            value = attribute(item, tag, name) if name else text(item, tag)
            if value and value in seen:
                yield breach(code, where, f"It has the {what} of {seen[value]}.")
            seen.setdefault(value, where)


def _order(tree: Tree) -> Iterator[Finding]:
    before: datetime | None = None
    for where, item in tree.episodes():
        moment = _date(item)
        if before and moment and moment > before:
            yield breach("item-order", where, "It is newer than the episode above it.")
        before = moment or before
