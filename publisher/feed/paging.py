"""The documents of a feed: the one that people subscribe to, and archive pages with what has become too old for it.

Archive pages are filled from the oldest episode on, so that a new episode changes `feed.xml` and no page that is
already there. For the same reason a page has no link to a newer one (RFC 5005 leaves `next-archive` open).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

FEED = "feed.xml"
"""The document that people subscribe to."""

ARCHIVE = re.compile(r"feed-[1-9]\d*\.xml")
"""What archive pages are called; 1 is the oldest."""


class Dated(Protocol):
    """What decides an episode's place in the feed."""

    @property
    def published(self) -> datetime:
        """When it was first published, with timezone."""

    @property
    def guid(self) -> str:
        """Parts those of the same moment."""


One = TypeVar("One", bound=Dated)


@dataclass(frozen=True, slots=True)
class Page(Generic[One]):
    """One document of a feed.

    Attributes:
        filename: Under `output/`.
        items: Its episodes, newest first.
        links: File names of other documents, by their relation to this one (RFC 5005, 3 and 4).
        archive: Whether it is an archive page.
    """

    filename: str
    items: tuple[One, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    archive: bool = False


def pages(items: Iterable[One], limit: int) -> tuple[Page[One], ...]:
    """Divide a feed into documents.

    Args:
        items: Its episodes, in any order.
        limit: The most episodes of a document, 2 or more. The subscribed document always has the newest, and
            at least half of this number when there are archive pages; these have half each.

    Returns:
        The archive pages from the oldest on, then the document that people subscribe to.
    """
    ordered = sorted(items, key=lambda item: (item.published, item.guid))
    size = limit // 2
    count = max(0, -(-(len(ordered) - limit) // size))
    archives = tuple(
        Page(
            _name(number),
            tuple(reversed(ordered[(number - 1) * size : number * size])),
            {"first": FEED, "current": FEED, "last": _name(1), **_older(number - 1)},
            archive=True,
        )
        for number in range(1, count + 1)
    )
    newest = tuple(reversed(ordered[count * size :]))
    links = {"first": FEED, "last": _name(1), **_older(count)} if count else {}
    return (*archives, Page(FEED, newest, links))


def _name(number: int) -> str:
    return f"feed-{number}.xml"


def _older(number: int) -> dict[str, str]:
    return {"next": _name(number), "prev-archive": _name(number)} if number else {}
