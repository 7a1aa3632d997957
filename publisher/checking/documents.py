"""Rules of the feed as documents: that they can be read, and that one leads to the next."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publisher.checking.rules import breach
from publisher.checking.tree import HISTORY, NAMESPACES, PREFIXES, Document, Tree
from publisher.feed.tags import FEED_TYPE
from publisher.findings import Finding


@dataclass(frozen=True, slots=True)
class Feed:
    """The documents that could be read, none when the first could not, and what is wrong with the others."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...] = ()


MOST_PAGES = 1000
"""A feed that leads through more documents is not followed further."""


Load = Callable[[str], bytes | None]
"""Gives the content of a document by its path; None when there is none."""


def read(name: str, load: Load, path_of: Callable[[str], str | None]) -> Feed:
    """Read the feed and the archive pages that it leads to; pages that cannot be read are findings.

    Args:
        name: The path of the document that people subscribe to.
        load: Where documents come from.
        path_of: The path of an address.
    """
    found: list[Document] = []
    following: str | None = name
    while following:
        if len(found) == MOST_PAGES or following in {page.name for page in found}:
            circle = breach("feed-page-links", found[-1].name, "Its prev-archive leads around in a circle.")
            return Feed(tuple(found), (circle,))
        page = _document(following, load(following), first=not found)
        if isinstance(page, Finding):
            return Feed(tuple(found), (page,))
        found.append(page)
        following = path_of(page.link("prev-archive"))
    return Feed(tuple(found))


def _document(name: str, content: bytes | None, *, first: bool) -> Document | Finding:
    from lxml.etree import XMLSyntaxError

    if content is None:
        if first:
            return breach("feed-missing", name, "There is no feed.")
        return breach("feed-page-missing", name, "The feed leads to an archive page that is not there.")
    page = Document(name, content)
    try:
        root = page.rss
    except XMLSyntaxError as error:
        return breach("feed-not-xml", name, f"The feed is not well-formed: {error.msg}.")
    if (root.tag, root.get("version")) != ("rss", "2.0") or root.find("channel") is None:
        return breach("feed-not-rss", name, 'The document is not <rss version="2.0"> with a channel.')
    return page


def each(tree: Tree) -> Iterator[Finding]:
    """Each document: its declaration, its namespaces, and its own address."""
    for page in tree.documents:
        if not page.content.removeprefix(BOM_UTF8).startswith(b"<?xml") or page.encoding != "UTF-8":
            yield breach(
                "feed-declaration", page.name, "The feed does not begin with <?xml, or is not UTF-8."
            )
        declared = page.rss.nsmap
        for prefix, uri in PREFIXES.items():
            known = prefix in NAMESPACES or prefix in declared or uri in declared.values()
            if known and declared.get(prefix) != uri:
                yield breach(
                    "feed-namespace", page.name, f"The prefix {prefix} does not stand for {uri} on <rss>."
                )
        links = page.channel.findall("atom:link[@rel='self']", NAMESPACES)
        said = [(link.get("href"), link.get("type")) for link in links]
        if said != [(f"{tree.base_url}/{page.name}", FEED_TYPE)]:
            yield breach(
                "show-self-link",
                page.name,
                f"There is not one atom:link rel=self with the feed's own address and the type {FEED_TYPE}.",
            )


def paging(tree: Tree) -> Iterator[Finding]:
    """A feed with archive pages says where they begin and end, and each page that it is one."""
    last = tree.documents[-1]
    if last is tree.feed or last.link("prev-archive"):  # what cannot be followed is named by then
        return
    for page in tree.documents:
        older = page.link("prev-archive")
        expected = {
            "first": f"{tree.base_url}/{tree.feed.name}",
            "last": f"{tree.base_url}/{last.name}",
            "next": older,
        }
        if page is not tree.feed:
            expected["current"] = expected["first"]
        for rel, address in expected.items():
            if page.link(rel) != address:
                yield breach(
                    "feed-page-links", page.name, f"The link rel={rel} is not {address or 'left out'}."
                )
        if (page.channel.find(f"{{{HISTORY}}}archive") is None) != (page is tree.feed):
            yield breach(
                "feed-page-links", page.name, "fh:archive stands in archive pages, and only in them."
            )
