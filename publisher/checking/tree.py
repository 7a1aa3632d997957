"""What is looked at: the folder `output/`, its feed, and where an address lies in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from lxml.etree import _Element

HISTORY = "http://purl.org/syndication/history/1.0"
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
PREFIXES = NAMESPACES | {
    "psc": "http://podlove.org/simple-chapters",
    "media": "http://search.yahoo.com/mrss/",
    "fh": HISTORY,
}
"""The canonical prefixes of these and of what only some feeds have: some apps match the prefix, not the address."""


@dataclass(frozen=True)
class Document:
    """One document of the feed: `feed.xml`, or an archive page.

    Attributes:
        name: Its path under `output/`.
        content: Its bytes.
    """

    name: str
    content: bytes

    @cached_property
    def rss(self) -> _Element:
        """The root element; entities are not expanded.

        Raises:
            XMLSyntaxError: The document is not well-formed.
        """
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(self.content, parser)

    @property
    def encoding(self) -> str:
        """What its declaration says, in capitals; UTF-8 where it says nothing."""
        return (self.rss.getroottree().docinfo.encoding or "UTF-8").upper()

    @property
    def channel(self) -> _Element:
        """The channel; an empty element when there is none."""
        from lxml import etree

        channel = self.rss.find("channel")
        return etree.Element("channel") if channel is None else channel

    def link(self, rel: str) -> str:
        """The address of an Atom link by its relation; empty when there is none."""
        return attribute(self.channel, f"atom:link[@rel='{rel}']", "href")

    def episodes(self) -> Iterator[tuple[str, _Element]]:
        """Each item with what it is called in findings."""
        for place, item in enumerate(self.channel.iterfind("item"), 1):
            yield f"{self.name}, episode {place} ({text(item, 'title')[:60]})", item


@dataclass(frozen=True, slots=True)
class Sound:
    """Published audio: its bytes, and a file to measure, None when too little of it is known."""

    size: int
    file: Path | None


@dataclass(frozen=True)
class Tree:
    """A published show on disk, or what was fetched of one.

    Attributes:
        root: `output/`.
        base_url: Where it is served.
        documents: What its feed is made of, well-formed: `feed.xml`, then the archive pages that it leads to.
        asked: The paths that a server was asked for; None when the folder is the whole show.
        sounds: Audio of which the server told, by path.
        elsewhere: Paths that stand for addresses outside the base address.
    """

    root: Path
    base_url: str
    documents: tuple[Document, ...]
    asked: frozenset[str] | None = None
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> Document:
        """The document that people subscribe to."""
        return self.documents[0]

    @property
    def channel(self) -> _Element:
        """Its channel."""
        return self.feed.channel

    def episodes(self) -> Iterator[tuple[str, _Element]]:
        """Each item of each document with what it is called in findings."""
        for document in self.documents:
            yield from document.episodes()

    def path_of(self, url: str) -> str | None:
        """The path under `output/` of an address of the show; None for an address of which nothing is known."""
        if url in self.elsewhere:
            return self.elsewhere[url]
        base = f"{self.base_url}/"
        if not url.startswith(base):
            return None
        return unquote(re.split(r"[?#]", url[len(base) :])[0])

    def file(self, path: str) -> Path | None:
        """The file of a path under `output/`, if it is there; paths that lead out of the folder are not."""
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/") or "\0" in path:
            return None
        found = self.root.joinpath(*parts)
        return found if found.is_file() else None

    def lacks(self, path: str) -> bool:
        """Whether a path is known not to be there."""
        return (self.asked is None or path in self.asked) and self.file(path) is None

    def sound(self, path: str) -> Sound | None:
        """The audio of a path, if it is there."""
        file = self.file(path)
        return self.sounds.get(path) or (Sound(file.stat().st_size, file) if file else None)

    def content(self, path: str) -> bytes:
        """The bytes of a path under `output/`; empty when it is not there."""
        file = self.file(path)
        return file.read_bytes() if file else b""


def text(parent: _Element, path: str) -> str:
    """The text of a child, trimmed; empty when there is none."""
    return (parent.findtext(path, namespaces=NAMESPACES) or "").strip()


def attribute(parent: _Element, path: str, name: str) -> str:
    """An attribute of a child, trimmed; empty when there is none."""
    child = parent.find(path, namespaces=NAMESPACES)
    return "" if child is None else (child.get(name) or "").strip()
