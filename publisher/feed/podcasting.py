"""What feedgen cannot write: `podcast:` tags, CDATA, and iTunes tags as Apple and PSP-1 want them.

feedgen makes one `ShowTags` and, for each entry, one `ItemTags`, without arguments; their attributes are set
afterwards. They run after feedgen's own tags are written. Only the show's namespaces count, so both kinds of
tag are declared there; apps match the prefixes too, so those are the canonical ones.

feedgen's own `itunes:explicit` says yes and no where only true and false are valid, and its `itunes:image`
refuses or drops every address that does not end in .jpg or .png.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"

CHAPTERS_TYPE = "application/json+chapters"


class ShowTags:
    """The show's own tags.

    Attributes:
        guid: `podcast:guid`.
        locked: `podcast:locked`.
        owner: E-mail address that may unlock; empty leaves it out.
        explicit: `itunes:explicit`.
        image: `itunes:image`; empty leaves it out.
        dated: Whether there is a date to say; feedgen would say now.
    """

    guid = ""
    locked = True
    owner = ""
    explicit = False
    image = ""
    dated = True

    def extend_ns(self) -> dict[str, str]:
        """The namespaces of the whole feed, by prefix."""
        return {"podcast": PODCAST, "itunes": ITUNES}

    def extend_rss(self, rss: _Element) -> _Element:
        """Add the tags to `<channel>`."""
        channel = rss[0]
        _cdata(channel)
        built = channel.find("lastBuildDate")
        if built is not None and not self.dated:
            channel.remove(built)
        _itunes(channel, explicit=self.explicit, image=self.image)
        _add(channel, PODCAST, "guid", self.guid)
        _add(channel, PODCAST, "locked", "yes" if self.locked else "no", owner=self.owner)
        _add(channel, PODCAST, "medium", "podcast")
        return rss


class ItemTags:
    """An episode's own tags.

    Attributes:
        explicit: `itunes:explicit`.
        image: `itunes:image`; empty leaves it out.
        chapters: Address of the JSON chapters; empty leaves the tag out.
        transcripts: Attributes of each `podcast:transcript`; empty ones are left out.
        persons: Names, each a `podcast:person`.
    """

    explicit = False
    image = ""
    chapters = ""
    transcripts: tuple[dict[str, str], ...] = ()
    persons: tuple[str, ...] = ()

    def extend_rss(self, item: _Element) -> _Element:
        """Add the tags to `<item>`."""
        _cdata(item)
        _itunes(item, explicit=self.explicit, image=self.image)
        if self.chapters:
            _add(item, PODCAST, "chapters", url=self.chapters, type=CHAPTERS_TYPE)
        for transcript in self.transcripts:
            _add(item, PODCAST, "transcript", **transcript)
        for person in self.persons:
            _add(item, PODCAST, "person", person)
        return item


def _cdata(parent: _Element) -> None:
    from lxml.etree import CDATA

    description = parent.find("description")
    if description is not None and description.text:
        description.text = CDATA(description.text)


def _itunes(parent: _Element, *, explicit: bool, image: str) -> None:
    _add(parent, ITUNES, "explicit", "true" if explicit else "false")
    if image:
        _add(parent, ITUNES, "image", href=image)


def _add(parent: _Element, namespace: str, name: str, text: str = "", **attributes: str) -> None:
    from lxml.etree import SubElement

    tag = SubElement(parent, f"{{{namespace}}}{name}")
    tag.text = one_line(text)
    for key, value in attributes.items():
        if value:
            tag.set(key, one_line(value))
