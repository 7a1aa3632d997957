"""Rules of the feed as documents: that they can be read, and that one leads to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.checking.rules import breach
from publisher.checking.tree import HISTORY, NAMESPACES, Document, Tree
from publisher.feed.paging import FEED
from publisher.findings import Finding

MOST_PAGES = 1000
"""A feed that leads through more documents is not followed further."""


def read(output: Path, base_url: str) -> tuple[Tree | None, tuple[Finding, ...]]:
    """Read the feed and the archive pages that it leads to; pages that cannot be read are findings.

    Returns:
        The tree, None when `feed.xml` cannot be read; and what is wrong.
    """
    found: list[Document] = []
    folder = Tree(output, base_url, ())
    name: str | None = FEED
    while name:
        if len(found) == MOST_PAGES or name in {page.name for page in found}:
            circle = breach("feed-page-links", found[-1].name, "Its prev-archive leads around in a circle.")
            return Tree(output, base_url, tuple(found)), (circle,)
        page = _document(folder, name)
        if isinstance(page, Finding):
            return (Tree(output, base_url, tuple(found)) if found else None), (page,)
        found.append(page)
        name = folder.path_of(page.link("prev-archive"))
    return Tree(output, base_url, tuple(found)), ()


def _document(folder: Tree, name: str) -> Document | Finding:
    from lxml.etree import XMLSyntaxError

    if folder.file(name) is None:
        if name == FEED:
            return breach("feed-missing", FEED, "There is no feed.")
        return breach("feed-page-missing", name, "The feed leads to an archive page that is not there.")
    page = Document(name, folder.content(name))
    try:
        page.rss  # noqa: B018 - reads it
    except XMLSyntaxError as error:
        return breach("feed-not-xml", name, f"The feed is not well-formed: {error.msg}.")
    return page


def each(tree: Tree) -> Iterator[Finding]:
    """Each document: its declaration, its namespaces, and its own address."""
    for page in tree.documents:
        if not page.content.startswith(b"<?xml"):
            yield breach("feed-declaration", page.name, "The feed has no XML declaration.")
        declared = page.rss.nsmap
        for prefix, uri in NAMESPACES.items():
            if declared.get(prefix) != uri:
                yield breach(
                    "feed-namespace", page.name, f"The prefix {prefix} does not stand for {uri} on <rss>."
                )
        if page.link("self") != f"{tree.base_url}/{page.name}":
            yield breach(
                "show-self-link", page.name, "There is no atom:link rel=self with the feed's own address."
            )


def paging(tree: Tree) -> Iterator[Finding]:
    """A feed with archive pages says where they begin and end, and each page that it is one."""
    last = tree.documents[-1]
    if last is tree.feed or last.link("prev-archive"):  # what cannot be followed is named by then
        return
    for page in tree.documents:
        older = page.link("prev-archive")
        expected = {
            "first": f"{tree.base_url}/{FEED}",
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
