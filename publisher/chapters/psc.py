"""Chapters as Podlove Simple Chapters 1.2: XML that also stands in feeds."""

from __future__ import annotations

import html

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

NAMESPACE = "http://podlove.org/simple-chapters"


class Format:
    """Podlove Simple Chapters; the first list of a feed is read too."""

    name = "psc"
    filename = "chapters.psc.xml"
    mime = "application/xml"
    resolution = 1
    ends = False

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; an element without children when there are no chapters."""
        rows = (
            f'  <psc:chapter start="{timecode.webvtt(chapter.start)}" title="{_attribute(chapter.title)}"/>\n'
            for chapter in chapters
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<psc:chapters version="1.2" xmlns:psc="{NAMESPACE}">\n'
            f"{''.join(rows)}"
            "</psc:chapters>\n"
        )

    def claims(self, text: str) -> bool:
        """Whether it is XML that names Podlove's namespace."""
        return text.lstrip().startswith("<") and NAMESPACE in text

    def read(self, text: str) -> tuple[Chapter, ...]:
        """The first list of chapters in the document."""
        root = reading.xml_of(text)
        first = next(root.iter(f"{{{NAMESPACE}}}chapters"), None)
        if first is None:
            raise reading.unreadable("There is no psc:chapters in the file.")
        return reading.listed(
            (reading.time(row.get("start") or "", reading.line_of(row)), None, row.get("title") or "")
            for row in first.iter(f"{{{NAMESPACE}}}chapter")
        )


def _attribute(text: str) -> str:
    return html.escape(one_line(text))
