"""Chapters as Matroska XML, which mkvmerge and mkvpropedit read."""

from __future__ import annotations

import html

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line


class Format:
    """`mkvmerge --chapters`."""

    name = "matroska"
    filename = "chapters.mkv.xml"
    mime = "application/xml"
    resolution = 1
    ends = True

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; an edition without chapters when there are none."""
        atoms = (_atom(place, chapter) for place, chapter in enumerate(chapters, 1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            "<Chapters>\n"
            "  <EditionEntry>\n"
            "    <EditionUID>1</EditionUID>\n"
            f"{''.join(atoms)}"
            "  </EditionEntry>\n"
            "</Chapters>\n"
        )

    def claims(self, text: str) -> bool:
        """Whether it is XML with an edition of chapters."""
        return text.lstrip().startswith("<") and "<EditionEntry" in text

    def read(self, text: str) -> tuple[Chapter, ...]:
        """All chapters of all editions, nested or not, each with its first title."""
        root = reading.xml_of(text)
        if root.tag != "Chapters":
            raise reading.unreadable("The file is no list of Matroska chapters.")
        return reading.listed(
            (
                reading.time(atom.findtext("ChapterTimeStart") or "", reading.line_of(atom)),
                reading.time(end, reading.line_of(atom))
                if (end := atom.findtext("ChapterTimeEnd"))
                else None,
                atom.findtext("ChapterDisplay/ChapterString") or "",
            )
            for atom in root.iter("ChapterAtom")
        )


def _atom(place: int, chapter: Chapter) -> str:
    return (
        "    <ChapterAtom>\n"
        f"      <ChapterUID>{place}</ChapterUID>\n"
        f"      <ChapterTimeStart>{timecode.webvtt(chapter.start)}000000</ChapterTimeStart>\n"
        f"      <ChapterTimeEnd>{timecode.webvtt(chapter.end)}000000</ChapterTimeEnd>\n"
        "      <ChapterDisplay>\n"
        f"        <ChapterString>{html.escape(one_line(chapter.title))}</ChapterString>\n"
        "        <ChapterLanguage>und</ChapterLanguage>\n"
        "      </ChapterDisplay>\n"
        "    </ChapterAtom>\n"
    )
