"""What feedgen cannot write: tags of other namespaces, CDATA, and iTunes tags as Apple and PSP-1 want them.

feedgen makes one `ShowTags` and, for each entry, one `ItemTags`, without arguments; their attributes are set
afterwards. They run after feedgen's own tags are written. Only the show's namespaces count, so those of both kinds
are declared there; apps match the prefixes too, so they are the canonical ones.

feedgen's own `itunes:explicit` says yes and no where only true and false are valid, and its `itunes:image`
refuses or drops every address that does not end in .jpg or .png. Of the channel's Atom links it writes the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.feed.tags import HISTORY, ITUNES, PODCAST, PSC, Tag
from publisher.text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element


class ShowTags:
    """The show's own tags.

    Attributes:
        tags: What is added to the channel, in order.
        dated: Whether there is a date to say; feedgen would say now.
        archive: Whether this is an archive page.
    """

    tags: tuple[Tag, ...] = ()
    dated = True
    archive = False

    def extend_ns(self) -> dict[str, str]:
        """The namespaces of the whole feed, by prefix."""
        history = {"fh": HISTORY} if self.archive else {}
        return {"podcast": PODCAST, "itunes": ITUNES, "psc": PSC, **history}

    def extend_rss(self, rss: _Element) -> _Element:
        """Add the tags to `<channel>`."""
        channel = rss[0]
        _cdata(channel)
        built = channel.find("lastBuildDate")
        if built is not None and not self.dated:
            channel.remove(built)
        for tag in self.tags:
            _add(channel, tag)
        return rss


class ItemTags:
    """An episode's own tags.

    Attributes:
        tags: What is added to the item, in order.
    """

    tags: tuple[Tag, ...] = ()

    def extend_rss(self, item: _Element) -> _Element:
        """Add the tags to `<item>`."""
        _cdata(item)
        for tag in self.tags:
            _add(item, tag)
        return item


def _cdata(parent: _Element) -> None:
    from lxml.etree import CDATA

    description = parent.find("description")
    if description is not None and description.text:
        description.text = CDATA(description.text)


def _add(parent: _Element, tag: Tag) -> None:
    from lxml.etree import SubElement

    element = SubElement(parent, f"{{{tag.namespace}}}{tag.name}")
    element.text = one_line(tag.text) or None
    for key, value in tag.attributes.items():
        if value:
            element.set(key, one_line(value))
    for child in tag.children:
        _add(element, child)
